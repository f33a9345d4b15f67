"""The words of a mandate and the table of its moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MandateState(TextChoices):
    """What a worker says to whoever offers to claim or file for her."""

    ASKED = "asked", _("等本人答复")
    GIVEN = "given", _("本人同意")
    REFUSED = "refused", _("本人不同意")
    WITHDRAWN = "withdrawn", _("本人已撤回")


class MandateThrough(TextChoices):
    """How we know that she agreed. A signed paper lets the holder send; it opens nothing more to the holder's eyes."""

    SELF = "self", _("本人登录同意")
    PAPER = "paper", _("书面委托")


class MandateParty(TextChoices):
    """Who moved it."""

    WORKER = "worker", _("本人")
    SCHOOL = "school", _("培训机构")
    EMPLOYER = "employer", _("用人单位")


@dataclass(frozen=True)
class Move:
    """One step of a mandate. The empty state among the sources: nothing had been said before."""

    sources: frozenset[str]
    target: MandateState
    past: str
    is_hers: bool


_S = MandateState
MANDATE_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        # Whoever said no, or took it back, is not asked again: she may still agree by herself.
        "ask": Move(frozenset({"", _S.ASKED}), _S.ASKED, "asked", is_hers=False),
        "record": Move(frozenset({"", _S.ASKED}), _S.GIVEN, "recorded", is_hers=False),
        "give": Move(frozenset(_S.values), _S.GIVEN, "given", is_hers=True),
        "refuse": Move(frozenset({_S.ASKED}), _S.REFUSED, "refused", is_hers=True),
        "withdraw": Move(frozenset({_S.GIVEN}), _S.WITHDRAWN, "withdrawn", is_hers=True),
    }
)
MANDATE_TONES: Mapping[str, str] = MappingProxyType(
    {_S.ASKED: "waiting", _S.GIVEN: "success", _S.REFUSED: "stopped", _S.WITHDRAWN: "stopped"}
)
# She is reminded at most so often, and not sooner than this. Not policy, so no dated figure: a courtesy, that an offer
# does not become a nuisance. Whoever wants it done for her can still say so by herself.
ASKED_AT_MOST = 3
ASKED_AGAIN_AFTER = timedelta(days=1)
