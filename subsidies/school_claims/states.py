"""Who claims for a class, the words of a worker's mandate to her school, and the table of its moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role

CLASS_CLAIMANTS = frozenset({Role.SCHOOL_STAFF})
CLASS_CLAIM_READERS = CLASS_CLAIMANTS | {
    Role.OFFICER_INTAKE,
    Role.OFFICER_REVIEW,
    Role.OFFICER_INSPECTION,
    Role.AUDITOR,
}
# Who of the bureau looks at the papers that workers signed.
MANDATE_READERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
# The consent under which a school claims for a worker. Which school it is stands in the mandate.
RECEIVER = "school"
PURPOSE = "claim_for_me"


class MandateState(TextChoices):
    """What a worker says to a school that offers to claim for her."""

    ASKED = "asked", _("等本人答复")
    GIVEN = "given", _("本人同意")
    REFUSED = "refused", _("本人不同意")
    WITHDRAWN = "withdrawn", _("本人已撤回")


class MandateThrough(TextChoices):
    """How we know that she agreed. A signed paper lets the school send; it opens nothing more to the school's eyes."""

    SELF = "self", _("本人登录同意")
    PAPER = "paper", _("书面委托，机构登记")


class MandateParty(TextChoices):
    WORKER = "worker", _("本人")
    SCHOOL = "school", _("培训机构")


class SendState(TextChoices):
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在提交")
    DONE = "done", _("已完成")


class LineState(TextChoices):
    WAITING = "waiting", _("待提交")
    SENT = "sent", _("已提交")
    STAYED = "stayed", _("没有提交")


@dataclass(frozen=True)
class Move:
    """One step of a mandate. ``None`` among the sources: nothing had been said before."""

    sources: frozenset[MandateState | None]
    target: MandateState
    past: str
    party: MandateParty


_S, _P = MandateState, MandateParty
MANDATE_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        # Whoever said no, or took it back, is not asked again: she may still agree by herself.
        "ask": Move(frozenset({None, _S.ASKED}), _S.ASKED, "asked", _P.SCHOOL),
        "record": Move(frozenset({None, _S.ASKED}), _S.GIVEN, "recorded", _P.SCHOOL),
        "give": Move(frozenset({_S.ASKED, _S.REFUSED, _S.WITHDRAWN, _S.GIVEN}), _S.GIVEN, "given", _P.WORKER),
        "refuse": Move(frozenset({_S.ASKED}), _S.REFUSED, "refused", _P.WORKER),
        "withdraw": Move(frozenset({_S.GIVEN}), _S.WITHDRAWN, "withdrawn", _P.WORKER),
    }
)
MANDATE_TONES: Mapping[str, str] = MappingProxyType(
    {_S.ASKED: "waiting", _S.GIVEN: "success", _S.REFUSED: "stopped", _S.WITHDRAWN: "stopped"}
)
CLASS_CLAIM_TONES = {"draft": "waiting", "submitted": "success", "cancelled": "stopped"}
# She is reminded at most so often, and not sooner than this. Not policy, so no dated figure: a courtesy, that a
# school's offer does not become a nuisance. Whoever wants the school to claim can still say so by herself.
ASKED_AT_MOST = 3
ASKED_AGAIN_AFTER = timedelta(days=1)
