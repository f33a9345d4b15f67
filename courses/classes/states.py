"""The words of class runs, sessions and enrolment, and the tables of their moves."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class ClassState(TextChoices):
    """Where a class run stands. Filing (开班备案) comes before opening."""

    DRAFT = "draft", _("筹备中")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("退回修改")
    FILED = "filed", _("已备案")
    REFUSED = "refused", _("未予备案")
    OPEN = "open", _("开班中")
    CLOSED = "closed", _("已结班")
    CANCELLED = "cancelled", _("已取消")


class SessionMode(TextChoices):
    """授课方式: how one session is held. Later kinds of session have their words already."""

    CLASSROOM = "classroom", _("课堂授课")
    PRACTICE = "practice", _("实操训练")
    LIVE = "live", _("直播课")
    ONLINE = "online", _("在线自学")
    WORKPLACE = "workplace", _("岗位实践")
    TEST = "test", _("结业测试")


class SessionState(TextChoices):
    PLANNED = "planned", _("未开始")
    HELD = "held", _("已上课")
    CANCELLED = "cancelled", _("已取消")


class EnrolmentState(TextChoices):
    """Where somebody stands in a class run. INVITED and CONFIRMED hold a seat."""

    INVITED = "invited", _("待本人确认")
    WAITING = "waiting", _("候补")
    CONFIRMED = "confirmed", _("在读")
    DECLINED = "declined", _("本人未同意")
    WITHDRAWN = "withdrawn", _("已取消报名")
    DROPPED = "dropped", _("中途退出")
    MOVED = "moved", _("已转班")
    COMPLETED = "completed", _("已结业")
    NOT_COMPLETED = "not_completed", _("未结业")


class EnrolmentSource(TextChoices):
    SELF = "self", _("本人报名")
    ROSTER = "roster", _("机构名册")
    COUNTER = "counter", _("窗口代办")


class EndReason(TextChoices):
    """退学原因: why somebody left a class run."""

    HEALTH = "health", _("身体原因")
    FAMILY = "family", _("家庭原因")
    WORK = "work", _("工作冲突")
    MOVED_AWAY = "moved_away", _("离开本市")
    COURSE_UNSUITABLE = "course_unsuitable", _("课程不合适")
    CLASS_CANCELLED = "class_cancelled", _("班次取消")
    ABSENCE = "absence", _("长期缺课")
    NOT_HERS = "not_hers", _("本人表示没有报名")
    OTHER = "other", _("其他")


# Whoever holds a seat. A class run never has more of them than seats.
SEATED = frozenset({EnrolmentState.INVITED, EnrolmentState.CONFIRMED})
# Whoever still has something to do with the class run: one such row for a person and a class run.
LIVE = SEATED | {EnrolmentState.WAITING}
# Whoever belongs to the class run when it is counted: seated, and judged at its close.
COUNTED = SEATED | {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}


# Class runs whose hours are taken: teacher, place and everybody seated are there and nowhere else.
BINDING = frozenset({ClassState.FILED, ClassState.OPEN})


@dataclass(frozen=True)
class Move:
    """One step of a class run: where it may start, where it ends, who may take it."""

    sources: frozenset[ClassState]
    target: ClassState
    roles: frozenset[Role]
    needs_reason: bool = False


_C = ClassState
_SCHOOL = frozenset({Role.SCHOOL_STAFF})
FILING_OFFICERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})

MOVES: dict[str, Move] = {
    "submit": Move(frozenset({_C.DRAFT, _C.RETURNED}), _C.SUBMITTED, _SCHOOL),
    "recall": Move(frozenset({_C.SUBMITTED}), _C.DRAFT, _SCHOOL, needs_reason=True),
    "return": Move(frozenset({_C.SUBMITTED}), _C.RETURNED, FILING_OFFICERS, needs_reason=True),
    "file": Move(frozenset({_C.SUBMITTED}), _C.FILED, FILING_OFFICERS),
    "refuse": Move(frozenset({_C.SUBMITTED}), _C.REFUSED, FILING_OFFICERS, needs_reason=True),
    "open": Move(frozenset({_C.FILED}), _C.OPEN, _SCHOOL),
    "close": Move(frozenset({_C.OPEN}), _C.CLOSED, _SCHOOL),
    "cancel": Move(
        frozenset({_C.DRAFT, _C.SUBMITTED, _C.RETURNED, _C.FILED}), _C.CANCELLED, _SCHOOL, needs_reason=True
    ),
}
