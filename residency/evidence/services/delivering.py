"""What the exchange asks for when it sends, and tells when it has sent or has given up."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidencePack, EvidenceWithdrawal
from residency.evidence.selectors.packs import consent_of
from residency.evidence.services.common import event_add, pack_move, signed
from residency.evidence.states import GIVEN, PackState, WithdrawalState

LONGEST_RECEIPT = 100


@dataclass(frozen=True)
class Parcel:
    """What goes over the line to a receiver."""

    receiver: str
    document: dict[str, Any]
    signature: str


def parcel_of(*, content: dict[str, Any]) -> Parcel:
    """The signed document that an outbox message names.

    Raises ``EvidenceError("not_to_send")`` when it may not go any more: replaced, or the consent was taken back.
    """
    if "withdrawal" in content:
        order = EvidenceWithdrawal.objects.select_related("file").get(pk=content["withdrawal"])
        # Signed now: taking a consent back must not depend on a key.
        document = json.loads(order.content)
        return Parcel(order.file.receiver, document, signed(document)[1])
    pack = EvidencePack.objects.select_related("file__worker__user").get(pk=content["pack"])
    is_open = pack.state == PackState.QUEUED or pack.state in GIVEN
    if not is_open or consent_of(pack.file.worker, pack.file.receiver) is None:
        raise EvidenceError("not_to_send", _("这份材料已经不能再发送。"))
    return Parcel(pack.file.receiver, json.loads(pack.content), pack.jws)


@transaction.atomic
def parcel_delivered(*, content: dict[str, Any], receipt: str, at: datetime) -> None:
    """The receiver has it. Told twice, nothing happens; what was recalled on its way is noted and stays recalled."""
    if "withdrawal" in content:
        _order_delivered(content["withdrawal"], receipt, at)
        return
    pack = EvidencePack.objects.select_for_update(of=("self",)).select_related("file").get(pk=content["pack"])
    if pack.receipt:
        return
    pack.receipt = receipt[:LONGEST_RECEIPT]
    pack.delivered_at = pack.delivered_at or at
    if pack.state == PackState.QUEUED:
        pack_move(pack, "deliver", actor=None, at=at)
        return
    pack.save(update_fields=["receipt", "delivered_at"])
    event_add(pack, "arrived", source=pack.state, at=at)


def _order_delivered(pk: int, receipt: str, at: datetime) -> None:
    order = EvidenceWithdrawal.objects.select_for_update().get(pk=pk)
    if order.receipt:
        return
    order.receipt = receipt[:LONGEST_RECEIPT]
    order.delivered_at = order.delivered_at or at
    if order.state == WithdrawalState.QUEUED:
        order.state = WithdrawalState.DELIVERED
    order.save(update_fields=["receipt", "delivered_at", "state"])


@transaction.atomic
def parcel_stuck(*, content: dict[str, Any], at: datetime) -> None:
    """The message was given up: noted on the pack, which stays where it is until somebody sends it again."""
    if "pack" in content:
        pack = EvidencePack.objects.get(pk=content["pack"])
        event_add(pack, "stuck", source=pack.state, at=at)
