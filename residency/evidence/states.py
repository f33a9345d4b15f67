"""Who may receive evidence and what for, where a pack can stand, and the table of its moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role

# The topic of the outbox. Packs and withdrawals share it: what is told to one receiver about one person stays in order.
TOPIC = "evidence-pack/1"

PACK_SCHEMA = "evidence-pack/1"
WITHDRAWAL_SCHEMA = "evidence-withdrawal/1"
RESULT_SCHEMA = "evidence-result/1"


class Receiver(TextChoices):
    """Another handler of personal data: each has a consent of its own (个人信息保护法 art. 23)."""

    RESIDENCY_DESK = "residency_desk", _("公安落户窗口")
    TALENT_REGISTER = "talent_register", _("人社技能人才库")
    CREDIT_PLATFORM = "credit_platform", _("家政信用平台")


class EvidencePurpose(TextChoices):
    RESIDENCY = "residency_application", _("办理落户")
    TALENT = "talent_registration", _("登记技能人才")
    CREDIT = "service_credit", _("家政服务信用记录")


PURPOSES: Mapping[str, EvidencePurpose] = MappingProxyType(
    {
        Receiver.RESIDENCY_DESK: EvidencePurpose.RESIDENCY,
        Receiver.TALENT_REGISTER: EvidencePurpose.TALENT,
        Receiver.CREDIT_PLATFORM: EvidencePurpose.CREDIT,
    }
)


class PackState(TextChoices):
    """How far one version of a pack came."""

    QUEUED = "queued", _("等待送出")
    DELIVERED = "delivered", _("已送达，等对方答复")
    ACCEPTED = "accepted", _("对方已采用")
    REFUSED = "refused", _("对方退回")
    SUPERSEDED = "superseded", _("已被新的一份代替")
    CANCELLED = "cancelled", _("没有送出，已取消")
    WITHDRAWN = "withdrawn", _("授权已撤回")


class Outcome(TextChoices):
    """What a receiver says about a message."""

    RECEIVED = "received", _("对方已收到")
    ACCEPTED = "accepted", _("对方已采用")
    REFUSED = "refused", _("对方退回")
    DELETED = "deleted", _("对方已删除")


class WithdrawalState(TextChoices):
    QUEUED = "queued", _("正在通知对方删除")
    DELIVERED = "delivered", _("已通知对方删除")
    CONFIRMED = "confirmed", _("对方已删除")


class Channel(TextChoices):
    SELF = "self", _("本人发送")
    COUNTER = "counter", _("窗口代办")


@dataclass(frozen=True)
class Move:
    """One step of a pack: where it may start, where it ends, and what it is called afterwards."""

    sources: frozenset[PackState]
    target: PackState
    past: str


_S = PackState
# What the receiver has, or may have.
GIVEN = frozenset({_S.DELIVERED, _S.ACCEPTED, _S.REFUSED})
OPEN = GIVEN | {_S.QUEUED}
MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "deliver": Move(frozenset({_S.QUEUED}), _S.DELIVERED, "delivered"),
        # An answer can be faster than our own note of the delivery, and a desk may look again.
        "accept": Move(OPEN, _S.ACCEPTED, "accepted"),
        "refuse": Move(OPEN, _S.REFUSED, "refused"),
        "supersede": Move(OPEN, _S.SUPERSEDED, "superseded"),
        "cancel": Move(frozenset({_S.QUEUED}), _S.CANCELLED, "cancelled"),
        "withdraw": Move(OPEN, _S.WITHDRAWN, "withdrawn"),
    }
)

# Who may send for somebody who stands at the counter.
COUNTER = frozenset({Role.OFFICER_INTAKE})
# Who looks at the list of what went out. Names stay masked.
EVIDENCE_READERS = frozenset(
    {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR, Role.ADMINISTRATOR}
)
