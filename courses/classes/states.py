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


class ConfirmedThrough(TextChoices):
    """How we know that she agreed. The ways are counted apart: a tap on a link is weaker than a signature."""

    ACCOUNT = "account", _("本人登录确认")
    LINK = "link", _("短信链接确认")
    PAPER = "paper", _("本人纸质签字，机构登记")
    COUNTER = "counter", _("窗口工作人员当面确认")


class Party(TextChoices):
    """In whose name somebody moves an enrolment."""

    WORKER = "worker", _("本人")
    LINK = "link", _("短信链接")
    SCHOOL = "school", _("培训机构")
    OFFICER = "officer", _("窗口工作人员")
    SYSTEM = "system", _("系统")


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
    NO_ANSWER = "no_answer", _("逾期没有确认")
    REMOVED = "removed", _("机构移出名册")
    OTHER = "other", _("其他")


# Whoever holds a seat. A class run never has more of them than seats.
SEATED = frozenset({EnrolmentState.INVITED, EnrolmentState.CONFIRMED})
# Whoever still has something to do with the class run: one such row for a person and a class run.
LIVE = SEATED | {EnrolmentState.WAITING}
# Whoever belongs to the class run when it is counted: seated, and judged at its close.
COUNTED = SEATED | {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}


# The reasons a person may choose for leaving; the others are the platform's own.
CHOSEN_REASONS = (
    EndReason.HEALTH,
    EndReason.FAMILY,
    EndReason.WORK,
    EndReason.MOVED_AWAY,
    EndReason.COURSE_UNSUITABLE,
    EndReason.OTHER,
)


# The parts of a filing that an officer may mark when she returns it.
MARKABLE = {
    "name": _("班次名称"),
    "dates": _("开班和结班日期"),
    "seats": _("招生人数"),
    "head_teacher": _("班主任和联系电话"),
    "materials": _("教材"),
    "plan": _("授课计划"),
    "roster": _("学员名册"),
    "assessment": _("考核安排"),
}
# What the school may still change, and what the bureau has before it or has decided for good.
EDITABLE = frozenset({ClassState.DRAFT, ClassState.RETURNED})
# Sessions at which people meet in one room, and those that cannot be held without a teacher.
ONSITE = frozenset({SessionMode.CLASSROOM, SessionMode.PRACTICE, SessionMode.WORKPLACE, SessionMode.TEST})
TAUGHT = frozenset({SessionMode.CLASSROOM, SessionMode.PRACTICE, SessionMode.LIVE})
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

# A roster may be brought while the school still prepares the class run, and after its filing; never while it is judged.
ROSTER_STATES = frozenset({_C.DRAFT, _C.RETURNED, _C.FILED, _C.OPEN})
# Workers join only what the bureau has agreed to.
SELF_ENROL_STATES = frozenset({_C.FILED, _C.OPEN})
# Nobody answers, leaves or moves any more once a class run has ended.
ENDED_STATES = frozenset({_C.CLOSED, _C.CANCELLED, _C.REFUSED})


@dataclass(frozen=True)
class EnrolmentMove:
    """One step of an enrolment: where it may start, where it ends, in whose name it may be taken."""

    sources: frozenset[EnrolmentState]
    target: EnrolmentState
    parties: frozenset[Party]
    needs_reason: bool = False


_E, _P = EnrolmentState, Party
_HER = frozenset({_P.WORKER, _P.OFFICER})

# A new enrolment begins as INVITED (roster), CONFIRMED or WAITING (her own). What a class close says of her
# ("complete", "not_complete") is decided by courses.completion.
ENROLMENT_MOVES: dict[str, EnrolmentMove] = {
    "confirm": EnrolmentMove(frozenset({_E.INVITED}), _E.CONFIRMED, _HER | {_P.LINK, _P.SCHOOL}),
    "decline": EnrolmentMove(frozenset({_E.INVITED}), _E.DECLINED, _HER | {_P.LINK}),
    "disown": EnrolmentMove(frozenset({_E.INVITED, _E.CONFIRMED}), _E.DECLINED, _HER | {_P.LINK}),
    "promote": EnrolmentMove(frozenset({_E.WAITING}), _E.INVITED, frozenset({_P.SYSTEM})),
    "lapse": EnrolmentMove(frozenset({_E.INVITED}), _E.WITHDRAWN, frozenset({_P.SYSTEM})),
    "withdraw": EnrolmentMove(frozenset({_E.WAITING, _E.CONFIRMED}), _E.WITHDRAWN, _HER),
    "remove": EnrolmentMove(
        frozenset({_E.INVITED, _E.WAITING}), _E.WITHDRAWN, frozenset({_P.SCHOOL}), needs_reason=True
    ),
    "drop": EnrolmentMove(frozenset({_E.CONFIRMED}), _E.DROPPED, _HER | {_P.SCHOOL}, needs_reason=True),
    "move": EnrolmentMove(frozenset({_E.INVITED, _E.WAITING, _E.CONFIRMED}), _E.MOVED, _HER | {_P.SCHOOL}),
    "complete": EnrolmentMove(frozenset({_E.CONFIRMED}), _E.COMPLETED, frozenset({_P.SCHOOL, _P.SYSTEM})),
    "not_complete": EnrolmentMove(
        frozenset({_E.INVITED, _E.CONFIRMED}), _E.NOT_COMPLETED, frozenset({_P.SCHOOL, _P.SYSTEM})
    ),
}
