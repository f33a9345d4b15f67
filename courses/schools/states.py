"""The words of the school register, and the table of moves of an application."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class SchoolState(TextChoices):
    ACTIVE = "active", _("正常")
    SUSPENDED = "suspended", _("暂停开班")
    CLOSED = "closed", _("已退出")


class TeacherKind(TextChoices):
    FULL_TIME = "full_time", _("专职")
    PART_TIME = "part_time", _("兼职")


class PremisesKind(TextChoices):
    CLASSROOM = "classroom", _("理论教室")
    WORKSHOP = "workshop", _("实训场地")
    PRACTICE_BASE = "practice_base", _("实习基地")


class ApplicationState(TextChoices):
    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("已提交")
    RETURNED = "returned", _("退回修改")
    APPROVED = "approved", _("已通过")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


@dataclass(frozen=True)
class Move:
    """One step of an application: where it may start, where it ends, who may take it."""

    sources: frozenset[ApplicationState]
    target: ApplicationState
    roles: frozenset[Role]
    needs_reason: bool = False


_A = ApplicationState
_SCHOOL = frozenset({Role.SCHOOL_STAFF})
REVIEWERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})

MOVES: dict[str, Move] = {
    "submit": Move(frozenset({_A.DRAFT, _A.RETURNED}), _A.SUBMITTED, _SCHOOL),
    "withdraw": Move(frozenset({_A.DRAFT, _A.SUBMITTED, _A.RETURNED}), _A.WITHDRAWN, _SCHOOL),
    "return": Move(frozenset({_A.SUBMITTED}), _A.RETURNED, REVIEWERS, needs_reason=True),
    "approve": Move(frozenset({_A.SUBMITTED}), _A.APPROVED, REVIEWERS),
    "refuse": Move(frozenset({_A.SUBMITTED}), _A.REFUSED, REVIEWERS, needs_reason=True),
}
