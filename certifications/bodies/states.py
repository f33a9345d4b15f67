"""The words of the register of assessment bodies, and who may do what in it."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import OFFICERS, Role


class BodyKind(TextChoices):
    """The first letter of the number of a level certificate. Source: 人社鉴发〔2019〕2号."""

    EMPLOYER = "Y", _("用人单位")
    SOCIAL = "S", _("社会培训评价组织")


class BodyState(TextChoices):
    ACTIVE = "active", _("正常")
    SUSPENDED = "suspended", _("暂停")
    CLOSED = "closed", _("注销")


# Who reads the register of every body, who keeps it, and who suspends, resumes or closes a body.
REGISTER_READERS = OFFICERS | {Role.AUDITOR, Role.ADMINISTRATOR}
KEEPERS = frozenset({Role.OFFICER_POLICY, Role.OFFICER_INTAKE})
SUPERVISORS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
# Who keeps the assessors of her own body, or of her own school for its tests.
ASSESSOR_KEEPERS = frozenset({Role.BODY_STAFF, Role.SCHOOL_STAFF})


@dataclass(frozen=True)
class BodyMove:
    """One step of a body's standing in the register; each needs a reason."""

    sources: frozenset[BodyState]
    target: BodyState
    past: str


BODY_MOVES: dict[str, BodyMove] = {
    "suspend": BodyMove(frozenset({BodyState.ACTIVE}), BodyState.SUSPENDED, "suspended"),
    "resume": BodyMove(frozenset({BodyState.SUSPENDED}), BodyState.ACTIVE, "resumed"),
    "close": BodyMove(frozenset({BodyState.ACTIVE, BodyState.SUSPENDED}), BodyState.CLOSED, "closed"),
}
