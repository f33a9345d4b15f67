"""The words of payment batches, and which state follows which."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class BatchState(TextChoices):
    BUILT = "built", _("待签批")
    SIGNED = "signed", _("已签批，待送银行")
    SENT = "sent", _("已送银行，待回盘")
    SETTLED = "settled", _("已结清")
    CANCELLED = "cancelled", _("已取消")


class LineState(TextChoices):
    WAITING = "waiting", _("待拨付")
    PAID = "paid", _("成功")
    FAILED = "failed", _("失败")
    REMOVED = "removed", _("已移出")


class ReturnState(TextChoices):
    READ = "read", _("已入账")
    STOPPED = "stopped", _("有问题，未入账")


class JobKind(TextChoices):
    """What is asked for at the desk and may take a while for thousands of claims."""

    BUILD = "build", _("编制批次")
    SCREEN = "screen", _("重新核查批次")
    SIGN = "sign", _("签批批次")
    SEND = "send", _("生成送银行的文件")
    READ = "read", _("读取回盘文件")


class JobState(TextChoices):
    WAITING = "waiting", _("正在办理")
    DONE = "done", _("已办好")
    REFUSED = "refused", _("没有办成")


class LeftOut(TextChoices):
    """Why a claim is not paid now, in words that an officer acts on."""

    BLOCKED = "blocked", _("拨付前核查有必须处理的问题")
    NO_ACCOUNT = "no_account", _("没有收款账户")
    UNWRITABLE = "unwritable", _("户名或账号里有银行文件不能写的字符")
    CERTIFICATE = "certificate", _("证书已撤销或已失效")
    NOT_WAITING = "not_waiting", _("不在待拨付中，或资金来源不同")


@dataclass(frozen=True)
class Move:
    sources: frozenset[BatchState]
    target: BatchState
    needs_reason: bool = False


_S = BatchState
TRANSITIONS: Mapping[str, Move] = MappingProxyType(
    {
        "sign": Move(frozenset({_S.BUILT}), _S.SIGNED),
        # The money is in transit from the moment the file exists: it may have been carried to the bank.
        "send": Move(frozenset({_S.SIGNED}), _S.SENT),
        "settle": Move(frozenset({_S.SENT}), _S.SETTLED),
        "cancel": Move(frozenset({_S.BUILT, _S.SIGNED}), _S.CANCELLED, needs_reason=True),
    }
)
FINANCE = frozenset({Role.OFFICER_FINANCE})
# A day has no more batches than the three digits of its number.
MOST_A_DAY = 999
# So many claims are worked on while the page waits; more go to a worker process.
AT_ONCE = 300
PAYMENT_READERS = frozenset({Role.OFFICER_FINANCE, Role.OFFICER_REVIEW, Role.AUDITOR})
TONES: Mapping[str, str] = MappingProxyType(
    {
        _S.BUILT: "waiting",
        _S.SIGNED: "info",
        _S.SENT: "warning",
        _S.SETTLED: "success",
        _S.CANCELLED: "neutral",
    }
)
