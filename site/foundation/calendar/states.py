"""The words of the working calendar and of legal clocks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    WORKDAY = "workday", _("上班")
    HOLIDAY = "holiday", _("放假")


class DaySource(TextChoices):
    """Why a day counts as it does."""

    OFFICER = "officer", _("人工录入")
    NOTICE = "notice", _("国务院放假通知")
    ESTIMATE = "estimate", _("推算，等待放假通知")


class ClockState(TextChoices):
    RUNNING = "running", _("计时中")
    STOPPED = "stopped", _("已暂停")
    FINISHED = "finished", _("已结束")


class ClockMove(TextChoices):
    START = "start", _("开始")
    STOP = "stop", _("暂停")
    RESUME = "resume", _("恢复")
    FINISH = "finish", _("结束")


# move → (the states it may come from, the state it leads to, whether it needs a reason)
MOVES: dict[ClockMove, tuple[frozenset[ClockState], ClockState, bool]] = {
    ClockMove.STOP: (frozenset({ClockState.RUNNING}), ClockState.STOPPED, True),
    ClockMove.RESUME: (frozenset({ClockState.STOPPED}), ClockState.RUNNING, True),
    ClockMove.FINISH: (frozenset({ClockState.RUNNING, ClockState.STOPPED}), ClockState.FINISHED, False),
}
