"""The words of studying: why time was not counted, what to do then, and how an appeal goes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why a reported stretch was not accepted."""

    REPEATED = "repeated", _("这一段以前已经计过时间")
    BEYOND = "beyond", _("超出了这节课的长度")
    LESSON_CAP = "lesson_cap", _("这节课的学时已经计满")
    CLOCK = "clock", _("上报的时间比实际过去的时间多")
    DAY_CAP = "day_cap", _("今天的学习时间已经到上限")
    LINE_LOST = "line_lost", _("断网时间太长，只能补计断网后的前几分钟")
    PRESENCE = "presence", _("没有回答“还在学习吗”的小问题")
    TOO_FAST = "too_fast", _("播放速度超过了允许的倍速")
    OTHER_VIEWING = "other_viewing", _("同一时间在另一台手机或另一节课上学习")
    OUT_OF_ORDER = "out_of_order", _("前面的课还没有学完")
    NOT_STUDYING = "not_studying", _("班次不在学习期内，或您已不在这个班")
    REPLAYED = "replayed", _("同一条学习记录重复上报")
    EXPIRED = "expired", _("页面打开的时间太久，已经失效")


ADVICE = {
    Reason.REPEATED: _("不用担心，每一段只计一次。请接着看没看过的部分。"),
    Reason.BEYOND: _("请刷新页面，再接着学习。"),
    Reason.LESSON_CAP: _("可以继续看，也可以去学下一节课。"),
    Reason.CLOCK: _("按实际过去的时间计算。没计上的片段可以再看一遍。"),
    Reason.DAY_CAP: _("今天先休息，明天再看这一段，照样计时间。"),
    Reason.LINE_LOST: _("网络恢复后，把没计上的片段再看一遍就会计上。"),
    Reason.PRESENCE: _("请先回答屏幕上的小问题，再接着学习。"),
    Reason.TOO_FAST: _("请把播放速度调回允许的倍速，再看这一段。"),
    Reason.OTHER_VIEWING: _("一次只能在一台手机上学一节课。请在这台手机上重新打开这节课。"),
    Reason.OUT_OF_ORDER: _("请先学完前面的课，再来学这一节。"),
    Reason.NOT_STUDYING: _("请到“我的班次”看看班次的状态，或联系培训学校。"),
    Reason.REPLAYED: _("请刷新页面，再接着学习。"),
    Reason.EXPIRED: _("请刷新页面，再接着学习。"),
}

# What was counted already, or never was study, cannot be asked back.
APPEALABLE = frozenset(Reason) - {Reason.REPEATED, Reason.BEYOND, Reason.LESSON_CAP, Reason.REPLAYED}


class AppealState(TextChoices):
    WAITING = "waiting", _("等待答复")
    UPHELD = "upheld", _("已补计时间")
    REJECTED = "rejected", _("未予补计")


APPEAL_MOVES: dict[str, tuple[AppealState, AppealState]] = {
    "uphold": (AppealState.WAITING, AppealState.UPHELD),
    "reject": (AppealState.WAITING, AppealState.REJECTED),
}
