"""Where a batch and its rows can stand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BatchState(TextChoices):
    UPLOADED = "uploaded", _("已上传")
    RECOGNISED = "recognised", _("待确认列")
    CHECKING = "checking", _("正在检查")
    CHECKED = "checked", _("已检查")
    APPLYING = "applying", _("正在导入")
    APPLIED = "applied", _("已导入")
    FAILED = "failed", _("出错停止")
    DISCARDED = "discarded", _("已作废")


# A task is at work, or was when its process died.
RUNNING = (BatchState.CHECKING, BatchState.APPLYING)

# The columns may be put right, and the rows checked (again).
CAN_CHECK = frozenset({BatchState.RECOGNISED, BatchState.CHECKED, BatchState.APPLIED, BatchState.FAILED})
CAN_APPLY = frozenset({BatchState.CHECKED})
CAN_DISCARD = frozenset(BatchState) - {BatchState.CHECKING, BatchState.APPLYING, BatchState.DISCARDED}


class RowState(TextChoices):
    WAITING = "waiting", _("未检查")
    READY = "ready", _("可以导入")
    FAULTY = "faulty", _("需要修改")
    KNOWN = "known", _("以前已导入")
    APPLIED = "applied", _("已导入")


class Severity(TextChoices):
    """The worst that was found in a row; the values sort from harmless to grave."""

    NONE = "", _("没有问题")
    REPAIRED = "repaired", _("已自动更正")
    WARNING = "warning", _("请留意")
    ERROR = "error", _("必须修改")


GRAVITY = {Severity.NONE: 0, Severity.REPAIRED: 1, Severity.WARNING: 2, Severity.ERROR: 3}
