"""What the pages of awards share: which filing, how its parts are told, and forms."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Organisation
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role
from foundation.errors import DomainError
from foundation.forms import RefusableForm
from foundation.policy.engine import words
from foundation.requests import user_of
from subsidies.awards.models import AwardFiling, AwardInstalment
from subsidies.awards.rules import Due
from subsidies.awards.selectors import filings_visible_to
from subsidies.awards.selectors.filings import AwardLine
from subsidies.awards.states import FILING_TONES, INSTALMENT_TONES, EndKind, InstalmentState, Party

EVENT_WORDS = {
    "draft": gettext_lazy("填写申报"),
    "change": gettext_lazy("修改申报"),
    "send": gettext_lazy("提交申报"),
    "accept": gettext_lazy("受理"),
    "return": gettext_lazy("退回补正"),
    "refuse": gettext_lazy("不予受理"),
    "withdraw": gettext_lazy("撤回"),
    "end": gettext_lazy("终止"),
    "reach": gettext_lazy("到期"),
    "net": gettext_lazy("由低等级抵扣"),
    "unnet": gettext_lazy("重新到期"),
    "lose": gettext_lazy("不再发放"),
    "claim": gettext_lazy("提出申领"),
    "pay": gettext_lazy("到账"),
}


def employer_of(request: HttpRequest) -> Organisation:
    """The employer whose member of staff asks; 404 for whoever is of none."""
    held = memberships_of(user_of(request), on=timezone.localdate()).filter(role=Role.EMPLOYER_STAFF)
    found = held.select_related("organisation").order_by("pk").first()
    if found is None or found.organisation is None:
        raise Http404
    return found.organisation


def filing_or_404(request: HttpRequest, pk: int) -> AwardFiling:
    """A filing she may see; another does not exist for her."""
    return get_object_or_404(filings_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def part_shown(instalment: AwardInstalment, due: Due | None, *, on: date) -> dict[str, Any]:
    """One part in words: how much, when, and why not yet."""
    return {
        "part": instalment,
        "tone": INSTALMENT_TONES[instalment.state],
        "fen": instalment.amount_fen if instalment.amount_fen is not None else instalment.planned_fen,
        "day": instalment.paid_on or instalment.due_on or (due.due_on or due.earliest if due else None),
        "words": instalment.note or _why(instalment, due, on),
        "may_claim_again": instalment.state == InstalmentState.WITHDRAWN,
    }


def _why(instalment: AwardInstalment, due: Due | None, on: date) -> str:
    if instalment.state == InstalmentState.WAITING and due is not None:
        if due.missing:
            return _("要核实的服务满 %(needed)s 个月，现在核实了 %(confirmed)s 个月，还差 %(missing)s 个月。") % {
                "needed": due.needed,
                "confirmed": due.confirmed,
                "missing": due.missing,
            }
        if due.gaps:
            return _("中间有 %(count)s 个月没有核实，往后顺延：%(months)s。") % {
                "count": len(due.gaps),
                "months": "、".join(f"{one:%Y-%m}" for one in due.gaps[:6]),
            }
        return _("服务月份够了，到这一天满年就申领。")
    return {
        InstalmentState.DUE: _("已经满年，平台每天自动申领。"),
        InstalmentState.WITHDRAWN: _("申领撤回了。期限没过的，可以重新申领。"),
        InstalmentState.CLAIMED: _("申领编号 %(number)s，正在审核、公示和拨款。") % {"number": instalment.claim_number},
    }.get(InstalmentState(instalment.state), "")


def line_shown(line: AwardLine, *, on: date) -> dict[str, Any]:
    """One filing with its parts, for whoever reads it."""
    filing = line.filing
    return {
        "filing": filing,
        "grade": words(f"value.{filing.grade}"),
        "tone": FILING_TONES[filing.state],
        "months": len(line.months),
        "parts": [part_shown(one.instalment, one.due, on=on) for one in line.parts],
        "is_mistake": filing.end_kind == EndKind.MISTAKE,
    }


def timeline_of(filing: AwardFiling, *, names_officers: bool) -> list[dict[str, Any]]:
    """What happened, the newest first; officers are named to the office alone."""
    rows = filing.events.select_related("actor", "instalment").order_by("-at", "-pk")
    return [
        {
            "title": _event_title(one.action, one.instalment),
            "at": one.at,
            "text": one.reason,
            "actor": str(one.actor)
            if one.actor and (names_officers or one.party == Party.EMPLOYER)
            else one.get_party_display(),
        }
        for one in rows[:100]
    ]


def _event_title(action: str, part: AwardInstalment | None) -> str:
    what = str(EVENT_WORDS.get(action, action))
    return _("第 %(number)s 期：%(what)s") % {"number": part.number, "what": what} if part else what


def form_page(
    request: HttpRequest,
    form: RefusableForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    label: str,
    done: str,
    back: str,
    text: str = "",
) -> HttpResponse:
    """A form of the desk: what the service refuses stands in the form, what it did is said on the page behind."""
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if isinstance(answer, HttpResponse):
                return answer
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "title": title, "submit_label": label, "back_url": back, "text": text}
    return render(request, "awards/form.html", context, status=422 if form.errors else 200)
