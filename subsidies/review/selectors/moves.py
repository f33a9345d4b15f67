"""What happened to a claim, as an officer reads it."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.checks.rules import check_named
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.states import Party

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOVES: "dict[str, StrPromise]" = {
    "submit": gettext_lazy("提交申领"),
    "withdraw": gettext_lazy("撤回申领"),
    "pass_intake": gettext_lazy("初审通过"),
    "return": gettext_lazy("退回补正"),
    "resubmit": gettext_lazy("补正后重新提交"),
    "refuse": gettext_lazy("不予核定"),
    "pass_review": gettext_lazy("复核通过"),
    "publish": gettext_lazy("列入公示"),
    "dispute": gettext_lazy("因异议移出公示"),
    "dismiss_objection": gettext_lazy("异议不成立"),
    "uphold_objection": gettext_lazy("异议成立，不予核定"),
    "approve": gettext_lazy("公示期满"),
    "hold": gettext_lazy("发现问题，退回复核"),
    "batch": gettext_lazy("编入拨付批次"),
    "unbatch": gettext_lazy("移出拨付批次"),
    "send": gettext_lazy("送银行"),
    "pay": gettext_lazy("到账"),
    "bounce": gettext_lazy("银行退回"),
    "repair": gettext_lazy("更正收款账户"),
    "reopen": gettext_lazy("申诉成立，重新办理"),
}


def move_words(action: str) -> str:
    return str(MOVES.get(action, action))


def who(event: ClaimEvent, claim: Claim) -> str:
    """Who moved it: an officer by name, the claimant as such."""
    if event.actor is None:
        return _("系统")
    if event.actor_id == claim.worker.user_id:
        return _("申领人")
    return event.actor.name or str(Party(event.party).label)


def last_move(claim: Claim) -> dict[str, str] | None:
    """The last thing that happened to it: ``who``, ``when``, ``what``."""
    event = claim.events.select_related("actor").order_by("-pk").first()
    if event is None:
        return None
    when = timezone.localtime(event.at)
    return {"who": who(event, claim), "when": f"{when:%Y-%m-%d %H:%M}", "what": move_words(event.action)}


def _unchecked(event: ClaimEvent) -> str:
    """Which checks had not run when it was passed: the officer said that she knew."""
    codes = [one.partition(":")[0] for one in event.data.get("unchecked", "").split(",") if one]
    if not codes:
        return ""
    checks = {code: check_named(code) for code in codes}
    return _("已知悉未能核查：%(names)s") % {
        "names": "、".join(str(check.title) if check else code for code, check in checks.items())
    }


def timeline_of(claim: Claim) -> list[dict[str, Any]]:
    """Everything that happened to it, the newest first."""
    return [
        {
            "title": move_words(event.action),
            "at": event.at,
            "text": "\n".join(line for line in (event.reason, _unchecked(event)) if line),
            "actor": who(event, claim),
        }
        for event in claim.events.select_related("actor").order_by("-at", "-pk")
    ]
