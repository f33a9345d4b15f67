"""The words of the school register, and the table of moves of an application."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import OFFICERS, Role


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


# Where the school may still do something, or waits for an answer.
OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RETURNED)
# Where the school may write.
WRITABLE_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})


class ApplicationKind(TextChoices):
    REGISTRATION = "registration", _("入库登记")
    SCOPE = "scope", _("扩项（增加培训范围）")
    RENEWAL = "renewal", _("续期")
    CHANGE = "change", _("变更登记内容")


class PaperKind(TextChoices):
    """What a school hands in. The list follows what districts ask for when they sign a training agreement."""

    LICENCE = "licence", _("办学许可证")
    BODY = "body", _("营业执照或登记证书")
    PREMISES = "premises", _("场地产权或租赁证明")
    FIRE = "fire", _("消防证明")
    EQUIPMENT = "equipment", _("设施设备清单")
    TEACHERS = "teachers", _("教师花名册")
    OTHER = "other", _("其他材料")


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
# Who reads the register of every school, and who may suspend, resume or close one.
REGISTER_READERS = OFFICERS | {Role.AUDITOR, Role.ADMINISTRATOR}
SUPERVISORS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})

MOVES: dict[str, Move] = {
    "submit": Move(frozenset({_A.DRAFT, _A.RETURNED}), _A.SUBMITTED, _SCHOOL),
    "withdraw": Move(frozenset({_A.DRAFT, _A.SUBMITTED, _A.RETURNED}), _A.WITHDRAWN, _SCHOOL),
    "return": Move(frozenset({_A.SUBMITTED}), _A.RETURNED, REVIEWERS, needs_reason=True),
    "approve": Move(frozenset({_A.SUBMITTED}), _A.APPROVED, REVIEWERS),
    "refuse": Move(frozenset({_A.SUBMITTED}), _A.REFUSED, REVIEWERS, needs_reason=True),
}


@dataclass(frozen=True)
class SchoolMove:
    """One step of a school's standing in the register; each needs a reason."""

    sources: frozenset[SchoolState]
    target: SchoolState
    past: str


SCHOOL_MOVES: dict[str, SchoolMove] = {
    "suspend": SchoolMove(frozenset({SchoolState.ACTIVE}), SchoolState.SUSPENDED, "suspended"),
    "resume": SchoolMove(frozenset({SchoolState.SUSPENDED}), SchoolState.ACTIVE, "resumed"),
    "close": SchoolMove(frozenset({SchoolState.ACTIVE, SchoolState.SUSPENDED}), SchoolState.CLOSED, "closed"),
}
