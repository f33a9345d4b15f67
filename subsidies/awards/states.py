"""The words of awards: what an employer files, what is paid part by part, and the two tables of their moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role

# The consent under which an employer files for somebody. Which employer it is stands in the mandate.
RECEIVER = "employer"
PURPOSE = "award_for_me"


class AwardKind(TextChoices):
    """What an award is for."""

    LEVEL = "level", _("职业技能等级")
    ENTRY = "entry", _("毕业入职")
    EDUCATION = "education", _("在职学历")


class FilingState(TextChoices):
    DRAFT = "draft", _("未提交")
    FILED = "filed", _("待受理")
    RETURNED = "returned", _("待补正")
    ACCEPTED = "accepted", _("已受理")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已终止")


class InstalmentState(TextChoices):
    WAITING = "waiting", _("还没到期")
    DUE = "due", _("到期，等着申领")
    NETTED = "netted", _("已抵扣，这期不另发")
    CLAIMED = "claimed", _("正在审核拨付")
    PAID = "paid", _("已到账")
    REFUSED = "refused", _("不予核定")
    WITHDRAWN = "withdrawn", _("申领已撤回")
    LOST = "lost", _("不再发放")


class ServiceState(TextChoices):
    STATED = "stated", _("待核对")
    ACCEPTED = "accepted", _("核对相符")
    REFUSED = "refused", _("核对不符")


class Party(TextChoices):
    """In whose name a filing is moved."""

    EMPLOYER = "employer", _("用人单位")
    WORKER = "worker", _("本人")
    OFFICE = "office", _("受理")
    SYSTEM = "system", _("系统")


class EndKind(TextChoices):
    """Why nothing more comes of a filing that was accepted."""

    LEFT = "left", _("已离职")
    HIGHER = "higher", _("改按更高等级发放")
    MISTAKE = "mistake", _("申报有误")


@dataclass(frozen=True)
class Move:
    """One step: where it may start, where it ends, in whose name, and what it asks for."""

    sources: frozenset[str]
    target: str
    past: str
    parties: frozenset[Party] = frozenset({Party.SYSTEM})
    needs_reason: bool = False


_F, _I, _P = FilingState, InstalmentState, Party
FILING_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "send": Move(frozenset({_F.DRAFT, _F.RETURNED}), _F.FILED, "filed", frozenset({_P.EMPLOYER})),
        "accept": Move(frozenset({_F.FILED}), _F.ACCEPTED, "accepted", frozenset({_P.OFFICE})),
        "return": Move(frozenset({_F.FILED}), _F.RETURNED, "returned", frozenset({_P.OFFICE}), needs_reason=True),
        "refuse": Move(frozenset({_F.FILED}), _F.REFUSED, "refused", frozenset({_P.OFFICE}), needs_reason=True),
        "withdraw": Move(
            frozenset({_F.DRAFT, _F.FILED, _F.RETURNED}), _F.WITHDRAWN, "withdrawn", frozenset({_P.EMPLOYER, _P.WORKER})
        ),
        "end": Move(
            frozenset({_F.ACCEPTED}),
            _F.ENDED,
            "ended",
            frozenset({_P.EMPLOYER, _P.OFFICE, _P.SYSTEM}),
            needs_reason=True,
        ),
    }
)
# What a claim for an instalment does to it follows the claim (``subsidies.claims``).
INSTALMENT_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "reach": Move(frozenset({_I.WAITING}), _I.DUE, "reached"),
        "net": Move(frozenset({_I.DUE}), _I.NETTED, "netted"),
        "unnet": Move(frozenset({_I.NETTED}), _I.DUE, "reached"),
        "lose": Move(frozenset({_I.WAITING}), _I.LOST, "lost", needs_reason=True),
        "claim": Move(frozenset({_I.DUE, _I.REFUSED, _I.WITHDRAWN}), _I.CLAIMED, "claimed"),
        "refuse": Move(frozenset({_I.CLAIMED}), _I.REFUSED, "refused"),
        "withdraw": Move(frozenset({_I.CLAIMED}), _I.WITHDRAWN, "withdrawn"),
        "pay": Move(frozenset({_I.CLAIMED}), _I.PAID, "paid"),
    }
)
# A filing that stands: the same grade is not filed for again beside it.
LIVE_FILINGS = frozenset({_F.DRAFT, _F.FILED, _F.RETURNED, _F.ACCEPTED})
# What the money of an instalment counts against others of the programme.
COUNTED = frozenset({_I.CLAIMED, _I.PAID})

FILERS = frozenset({Role.EMPLOYER_STAFF})
DECIDERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
READERS = DECIDERS | {Role.OFFICER_FINANCE, Role.OFFICER_INSPECTION, Role.OFFICER_POLICY, Role.AUDITOR}
DESK = FILERS | READERS

FILING_TONES = {
    "draft": "neutral",
    "filed": "waiting",
    "returned": "warning",
    "accepted": "success",
    "refused": "error",
    "withdrawn": "stopped",
    "ended": "stopped",
}
INSTALMENT_TONES = {
    "waiting": "neutral",
    "due": "waiting",
    "netted": "stopped",
    "claimed": "info",
    "paid": "success",
    "refused": "error",
    "withdrawn": "stopped",
    "lost": "stopped",
}
SERVICE_TONES = {"stated": "waiting", "accepted": "success", "refused": "error"}
