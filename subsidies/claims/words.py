"""A claim in plain words: where it stands, what comes next, what happened."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.selectors.remedies import Remedies
from subsidies.claims.states import ClaimState, Party
from subsidies.schemes.states import Payee

_S = ClaimState
# What it means, and what happens next.
MEANINGS: Mapping[str, Any] = {
    _S.SUBMITTED: gettext_lazy("已收到，工作人员正在看。看完由另一位工作人员再复核一次。"),
    _S.INTAKE_PASSED: gettext_lazy("第一位工作人员已经看过，正由另一位复核。"),
    _S.RETURNED: gettext_lazy("有地方要补。您补好再提交，审核接着往下走。"),
    _S.REVIEWED: gettext_lazy("审核通过，等着公示。"),
    _S.PUBLISHED: gettext_lazy("正在公示。公示期满没有异议，就安排拨款。"),
    _S.DISPUTED: gettext_lazy("有人提出异议，正在核实。可能会打电话问您，请接一下。"),
    _S.APPROVED: gettext_lazy("公示期满，等着拨款。"),
    _S.IN_BATCH: gettext_lazy("正在办拨款手续。"),
    _S.SENT: gettext_lazy("钱已经送到银行，银行正在入账。"),
    _S.PAYMENT_FAILED: gettext_lazy("银行没有打成功，钱还给您留着。请把账户改对，马上重新拨。"),
    _S.PAID: gettext_lazy("钱已经到账，请查一下您的卡。"),
    _S.REFUSED: gettext_lazy("这次没有通过。"),
    _S.WITHDRAWN: gettext_lazy("您已经撤回。期限没过的，可以重新申领。"),
}
# The same of money that the school receives: nothing here is hers to do or to get.
SCHOOL_MEANINGS: Mapping[str, Any] = {
    _S.SUBMITTED: gettext_lazy("这笔钱发给培训机构。申领已收到，工作人员正在看。"),
    _S.INTAKE_PASSED: gettext_lazy("这笔钱发给培训机构。第一位工作人员已经看过，正由另一位复核。"),
    _S.RETURNED: gettext_lazy("这笔钱发给培训机构。有地方要由培训机构补，不用您办。"),
    _S.REVIEWED: gettext_lazy("这笔钱发给培训机构。审核通过，等着公示。"),
    _S.PUBLISHED: gettext_lazy("这笔钱发给培训机构，正在公示。"),
    _S.DISPUTED: gettext_lazy("这笔钱发给培训机构。有人提出异议，正在核实。可能会打电话问您，请接一下。"),
    _S.APPROVED: gettext_lazy("这笔钱发给培训机构。公示期满，等着拨给培训机构。"),
    _S.IN_BATCH: gettext_lazy("这笔钱发给培训机构，正在办拨款手续。"),
    _S.SENT: gettext_lazy("这笔钱发给培训机构，已经送到银行。"),
    _S.PAYMENT_FAILED: gettext_lazy("这笔钱发给培训机构。银行没有打成功，由培训机构更正账户，不用您办。"),
    _S.PAID: gettext_lazy("这笔钱已经发给培训机构，不会打到您的卡上。"),
    _S.REFUSED: gettext_lazy("这笔钱发给培训机构，这次没有通过。不影响您自己的补贴。"),
    _S.WITHDRAWN: gettext_lazy("这笔钱发给培训机构，培训机构已经撤回。"),
}
# Until when, and for what.
DUE: Mapping[str, Any] = {
    _S.SUBMITTED: gettext_lazy("最迟审完"),
    _S.INTAKE_PASSED: gettext_lazy("最迟审完"),
    _S.RETURNED: gettext_lazy("请在这天前补好"),
    _S.APPROVED: gettext_lazy("最迟拨付"),
    _S.IN_BATCH: gettext_lazy("最迟拨付"),
    _S.SENT: gettext_lazy("最迟拨付"),
}
EVENTS: Mapping[str, Any] = {
    "submit": gettext_lazy("提交申领"),
    "withdraw": gettext_lazy("撤回申领"),
    "pass_intake": gettext_lazy("第一位工作人员看过，符合条件"),
    "return": gettext_lazy("请您补正"),
    "resubmit": gettext_lazy("补好，重新提交"),
    "refuse": gettext_lazy("没有通过"),
    "pass_review": gettext_lazy("第二位工作人员复核通过"),
    "publish": gettext_lazy("开始公示"),
    "dispute": gettext_lazy("有人提出异议"),
    "dismiss_objection": gettext_lazy("异议不成立"),
    "uphold_objection": gettext_lazy("异议成立，不予核定"),
    "approve": gettext_lazy("公示期满，没有异议"),
    "hold": gettext_lazy("退回重新审核"),
    "batch": gettext_lazy("开始办拨款"),
    "unbatch": gettext_lazy("移出这一批拨款，等下一批"),
    "send": gettext_lazy("送到银行"),
    "pay": gettext_lazy("到账"),
    "bounce": gettext_lazy("银行退回"),
    "repair": gettext_lazy("账户已更正，等着重新拨款"),
    "reopen": gettext_lazy("申诉成立，重新审核"),
}
WHO: Mapping[str, Any] = {
    Party.CLAIMANT: gettext_lazy("您"),
    Party.SCHOOL: gettext_lazy("培训机构"),
    Party.EMPLOYER: gettext_lazy("用人单位"),
    Party.INTAKE: gettext_lazy("工作人员"),
    Party.REVIEW: gettext_lazy("另一位工作人员"),
    Party.FINANCE: gettext_lazy("拨款人员"),
    Party.SYSTEM: gettext_lazy("平台"),
}
# Reasons of these steps are written for her; what is said of others is the office's own.
TOLD = frozenset({"return", "resubmit", "refuse", "uphold_objection", "bounce", "reopen", "hold", "withdraw"})


def meaning_of(claim: Claim) -> str:
    """Where the claim stands, for her; of the school's money, that it is the school's."""
    meanings = SCHOOL_MEANINGS if claim.payee == Payee.SCHOOL else MEANINGS
    return str(meanings.get(claim.state, ""))


def remedy_words(remedies: Remedies) -> str:
    """Where else she may go, and until when where the law's figure is known."""
    if remedies.reconsider is None or remedies.sue is None:
        return _("还是不服的，可以依法申请行政复议，或者向法院起诉。")
    return _("还是不服的，可以在知道决定之日起 %(days)s内申请行政复议，或者 %(months)s内向法院起诉。") % {
        "days": remedies.reconsider.text,
        "months": remedies.sue.text,
    }


def due_of(claim: Claim) -> tuple[str, date] | None:
    """What has to be done by which day, if a clock runs that is the office's or hers."""
    if claim.payee == Payee.SCHOOL and claim.state == ClaimState.RETURNED:
        return None
    words = DUE.get(claim.state)
    return (str(words), claim.due_on) if words and claim.due_on else None


def timeline_of(claim: Claim, events: Iterable[ClaimEvent]) -> list[dict[str, Any]]:
    """What happened, the newest first; officers are not named. Who did it is told by who did it, step by step."""
    return [
        {
            "title": _event(event, claim),
            "at": event.at,
            "text": event.reason if event.action in TOLD else "",
            "actor": _who(event, claim),
        }
        for event in reversed(list(events))
    ]


def _event(event: ClaimEvent, claim: Claim) -> str:
    if event.action == "return" and claim.payee == Payee.SCHOOL:
        return _("请培训机构补正")
    return str(EVENTS.get(event.action, event.action))


def _who(event: ClaimEvent, claim: Claim) -> str:
    """Her own steps are hers even in a claim made at the counter, and an officer's are the counter's in any claim."""
    if event.party == Party.CLAIMANT and event.actor_id != claim.worker.user_id:
        return _("窗口代办")
    return str(WHO[event.party])
