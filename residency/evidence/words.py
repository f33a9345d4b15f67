"""Evidence in plain words: how far a pack came, what a refusal means and what to do, what is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.outbox.states import MessageState
from residency.evidence.models import EvidencePack, EvidenceWithdrawal
from residency.evidence.states import Outcome, PackState, Receiver, WithdrawalState
from workers.states import ContractKind, HoursKind, InsuranceKind, SkillKind

_S = PackState
_MEANINGS: Mapping[str, tuple[str, Any]] = {
    _S.DELIVERED: ("info", gettext_lazy("对方已经收到，正在看。有了答复会发短信，也会显示在这里。")),
    _S.ACCEPTED: ("success", gettext_lazy("对方已经采用这份材料。接下来怎么办，请等对方通知。")),
    _S.REFUSED: ("error", gettext_lazy("看看下面的原因，办好了再发一次。")),
    _S.SUPERSEDED: ("stopped", gettext_lazy("后来又发了新的一份，以新的为准。")),
    _S.CANCELLED: ("stopped", gettext_lazy("没有送出去，对方没有收到。")),
    _S.WITHDRAWN: ("stopped", gettext_lazy("您撤回了授权，平台已经通知对方删除。")),
}
EVENTS: Mapping[str, Any] = {
    "sent": gettext_lazy("发送材料"),
    "delivered": gettext_lazy("送到对方"),
    "arrived": gettext_lazy("撤回以前已经送出，对方收到了"),
    "accepted": gettext_lazy("对方采用"),
    "refused": gettext_lazy("对方退回"),
    "superseded": gettext_lazy("换成新的一份"),
    "cancelled": gettext_lazy("取消发送"),
    "withdrawn": gettext_lazy("撤回授权，通知对方删除"),
    "stuck": gettext_lazy("多次没有送到，等工作人员处理"),
}
# By the codes of the refusal: what she can do, and where.
ADVICE: Mapping[str, tuple[Any, str, Any]] = {
    "level_missing": (
        gettext_lazy("还没有核实过的等级证书。以前考过的，先添加进来请工作人员核实；没有考过的，先报考。"),
        "my_prior_add",
        gettext_lazy("添加以前的证书"),
    ),
    "level_too_low": (
        gettext_lazy("等级还不够。看看能不能报考更高一级，考到了再发。"),
        "my_applications",
        gettext_lazy("看能考哪一级"),
    ),
    "insured_months_few": (
        gettext_lazy("参保满了月份再发。少登记了月份的，带参保证明到服务窗口补登记，再发一次。"),
        "",
        "",
    ),
    "identity_mismatch": (
        gettext_lazy("姓名或身份证号码对不上。请带身份证到服务窗口核对，改好了再发一次。"),
        "my_data",
        gettext_lazy("看我的信息"),
    ),
}
OTHERWISE = gettext_lazy("不清楚怎么办的，打电话问对方，或者带上这一页到服务窗口。")

DECIDES: Mapping[str, Any] = {
    Receiver.RESIDENCY_DESK: gettext_lazy("能不能落户由公安机关决定，平台只替您把材料送过去。"),
    Receiver.TALENT_REGISTER: gettext_lazy("登记不登记由人社部门决定，平台只替您把材料送过去。"),
    Receiver.CREDIT_PLATFORM: gettext_lazy("信用记录由家政信用平台管理，平台只替您把材料送过去。"),
}
FOR: Mapping[str, Any] = {
    Receiver.RESIDENCY_DESK: gettext_lazy("办落户的时候，不用自己再带技能证书和参保证明"),
    Receiver.TALENT_REGISTER: gettext_lazy("登记成技能人才，办理人才待遇"),
    Receiver.CREDIT_PLATFORM: gettext_lazy("让雇主在信用平台上看到您学过什么、做过什么"),
}


@dataclass(frozen=True)
class Standing:
    """Where something stands, for a page: a word, its tone, and a sentence."""

    title: str
    tone: str
    text: str

    @property
    def notice(self) -> str:
        """The tone of a notice, which knows fewer."""
        return self.tone if self.tone in {"success", "warning", "error"} else "info"


def standing_of(pack: EvidencePack) -> Standing:
    """How far a pack came, in her words."""
    if pack.state == PackState.QUEUED:
        return _on_the_way(pack)
    tone, text = _MEANINGS[pack.state]
    return Standing(str(PackState(pack.state).label), tone, str(text))


def _on_the_way(pack: EvidencePack) -> Standing:
    message = pack.message
    if message is not None and message.state == MessageState.DEAD:
        return Standing(_("没有送到"), "warning", _("试了多次，对方没有收下。工作人员正在处理，不用您再发。"))
    if message is not None and message.attempts > 1:
        return Standing(
            _("还没送到，会接着送"), "waiting", _("对方的系统现在收不到。平台会自己接着送，不用您再点，也不会送重。")
        )
    return Standing(_("正在送出"), "waiting", _("一般几分钟就到。送到以后会显示在这里。"))


def withdrawal_standing(order: EvidenceWithdrawal) -> Standing:
    """How far the order to delete came."""
    state = WithdrawalState(order.state)
    tone = "success" if state == WithdrawalState.CONFIRMED else "waiting"
    texts = {
        WithdrawalState.QUEUED: _("对方的系统一能收到就通知，平台不会再发任何材料。"),
        WithdrawalState.DELIVERED: _("对方收到了通知，删除以后会告诉我们。"),
        WithdrawalState.CONFIRMED: _("对方说已经删除了您的材料。"),
    }
    return Standing(str(state.label), tone, texts[state])


def reasons_of(pack: EvidencePack) -> list[dict[str, Any]]:
    """Why it came back, as the receiver says, each with what she can do."""
    last = pack.results.filter(is_applied=True, outcome=Outcome.REFUSED).order_by("-number").first()
    if last is None or pack.state != PackState.REFUSED:
        return []
    found = []
    for one in json.loads(last.content)["reasons"]:
        advice, url, label = ADVICE.get(one["code"], (OTHERWISE, "", ""))
        found.append({"text": one["text"] or one["code"], "advice": advice, "url": url, "label": label})
    return found


def case_number_of(pack: EvidencePack) -> str:
    """The receiver's own number, once it gave one."""
    last = pack.results.order_by("-number").first()
    return str(json.loads(last.content)["case_number"]) if last else ""


def timeline_of(pack: EvidencePack) -> list[dict[str, Any]]:
    """What happened to a pack, the newest first."""
    events = pack.events.select_related("actor").order_by("-at", "-pk")
    return [{"title": EVENTS.get(one.action, one.action), "at": one.at, "text": one.reason} for one in events]


# --- what is in it ----------------------------------------------------------------------------------------------


def facts_shown(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every line of the facts under a heading, none left out, in the order in which people read them."""
    return [
        {"title": title, "rows": shown(facts[name]), "note": note(facts[name]) if note else ""}
        for name, title, shown, note in _SECTIONS
        if name in facts
    ]


def _row(title: str, details: list[str], line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": title,
        "details": [one for one in details if one],
        "is_guaranteed": line["standing"] == "guaranteed",
        "source": line["source"],
        "confirmed_on": parse_date(line["confirmed_on"]) if line["confirmed_on"] else None,
    }


def _levels(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _row(
            f"{one['occupation_name']} {one['level_name']}",
            [_number(one), one["issuer_name"], _day(one["issued_on"])],
            one,
        )
        for one in lines
    ]


def _certificates(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _row(
            f"{SkillKind(one['kind']).label}：{one['title']}",
            [
                " ".join(filter(None, (one["occupation_name"], one["work_type_name"], one["level_name"]))),
                _number(one),
                one["issuer_name"],
                _day(one["issued_on"]),
            ],
            one,
        )
        for one in lines
    ]


def _insured(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _row(
            f"{InsuranceKind(one['kind']).label} {one['from']}—{one['until']}",
            [
                _("%(months)d 个月") % {"months": one["months"]},
                _("补缴") if one["is_back_paid"] else "",
                _("缴费单位 %(code)s") % {"code": one["employer_credit_code"]}
                if one["employer_credit_code"]
                else _("个人缴费"),
            ],
            one,
        )
        for one in told["spells"]
    ]


def _insured_note(told: dict[str, Any]) -> str:
    return _("一共 %(months)d 个月（同一个月只算一次）") % {"months": told["months"]}


def _service(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _row(
            f"{one['employer_name']} {one['post']}",
            [
                f"{_day(one['from'])}—{_day(one['until']) if one['until'] else _('现在')}",
                str(ContractKind(one["contract_kind"]).label),
                one["employer_credit_code"],
            ],
            one,
        )
        for one in told["jobs"]
    ]


def _service_note(told: dict[str, Any]) -> str:
    return _("工作一共 %(months)d 个月，其中有单位或参保记录证明的 %(sure)d 个月，家政等工种的 %(trade)d 个月") % {
        "months": told["months"],
        "sure": told["guaranteed_months"],
        "trade": told["trade_months"],
    }


def _training(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _row(
            one["title"],
            [
                _("%(kind)s %(hours)s 学时") % {"kind": HoursKind(one["hours_kind"]).label, "hours": one["hours"]},
                one["provider"],
                _day(one["completed_on"]),
            ],
            one,
        )
        for one in lines
    ]


def _awards(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_row(one["title"], [one["giver"], _day(one["given_on"])], one) for one in lines]


def _number(line: Mapping[str, Any]) -> str:
    return _("编号 %(number)s") % {"number": line["number"]} if line["number"] else ""


def _day(text: str) -> str:
    found: date | None = parse_date(text)
    return date_format(found, "Y-m-d") if found else text


_SECTIONS: list[tuple[str, Any, Any, Any]] = [
    ("level", gettext_lazy("技能等级"), _levels, None),
    ("certificates", gettext_lazy("证书"), _certificates, None),
    ("service", gettext_lazy("工作经历和年限"), _service, _service_note),
    ("insured_months", gettext_lazy("参加社会保险的月份"), _insured, _insured_note),
    ("training", gettext_lazy("培训学时"), _training, None),
    ("awards", gettext_lazy("奖励和竞赛"), _awards, None),
]
