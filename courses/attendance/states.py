"""The words of attendance: four states, how each came to be recorded, and what waits for a person's judgement."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from courses.classes.states import SessionMode
from foundation.accounts.states import Role


class AttendanceState(TextChoices):
    PRESENT = "present", _("到课")
    LATE = "late", _("迟到")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺课")


class Channel(TextChoices):
    """How a state came to be recorded. All of them count the same."""

    QR = "qr", _("扫码签到")
    CODE = "code", _("输入数字签到")
    TEACHER = "teacher", _("教师登记")
    PAPER = "paper", _("纸质签到表")
    FINISH = "finish", _("下课时未签到")
    REVIEW = "review", _("核查后更正")


class ReviewKind(TextChoices):
    """Why a session waits for a person's judgement."""

    HEAD_COUNT = "head_count", _("教室人数与签到人数不一致")
    DEVICE = "device", _("一部手机为几个人签到")


class ReviewState(TextChoices):
    OPEN = "open", _("待核查")
    SETTLED = "settled", _("已核查")


REVIEW_MOVES: dict[str, tuple[ReviewState, ReviewState]] = {"settle": (ReviewState.OPEN, ReviewState.SETTLED)}

# Who was in the room, so that the hours count.
IN_THE_ROOM = frozenset({AttendanceState.PRESENT, AttendanceState.LATE})
# What a worker does herself on her phone.
SELF_CHANNELS = frozenset({Channel.QR, Channel.CODE})
# Meetings at which somebody must be; self-study is credited by watching, not by being there.
ATTENDED_MODES = frozenset(SessionMode) - {SessionMode.ONLINE}

# Who runs sessions, who answers reviews, and who may still correct when the class is closed.
RUNNERS = frozenset({Role.TEACHER, Role.SCHOOL_STAFF})
OVERSEERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR})
SETTLERS = frozenset({Role.SCHOOL_STAFF, Role.OFFICER_INSPECTION})
CORRECTORS_AFTER_CLOSE = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})

TONES = {
    AttendanceState.PRESENT: "success",
    AttendanceState.LATE: "warning",
    AttendanceState.LEAVE: "info",
    AttendanceState.ABSENT: "error",
}
