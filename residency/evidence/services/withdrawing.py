"""Her consent ends: what waits is cancelled with it, what was delivered is to be deleted, and nothing goes any more."""

from typing import Any
from uuid import uuid4

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.services import audit_record
from foundation.outbox.services import messages_cancel
from foundation.privacy.models import Consent
from residency.evidence.models import EvidenceFile, EvidencePack, EvidenceWithdrawal
from residency.evidence.rules.documents import canonical, withdrawal_document
from residency.evidence.services.common import address_of, enqueue, pack_move, subject_of
from residency.evidence.states import GIVEN, PURPOSES, TOPIC, PackState


def evidence_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``, in its transaction: the withdrawal and what follows from it are one."""
    if PURPOSES.get(consent.receiver) != consent.purpose:
        return
    # By the consents that packs stand on: her file may have lost its account since.
    given = EvidencePack.objects.filter(consent__subject=consent.subject_id, file__receiver=consent.receiver)
    files = EvidenceFile.objects.select_for_update().filter(pk__in=given.values("file"))
    for file in files.order_by("pk"):
        _stop(file, consent)


def _stop(file: EvidenceFile, consent: Consent) -> None:
    assert consent.withdrawn_at is not None
    actor, at = consent.withdrawn_by, consent.withdrawn_at
    since = EvidenceWithdrawal.objects.filter(file=file).aggregate(last=Max("sequence"))["last"] or 0
    packs = EvidencePack.objects.filter(file=file, sequence__gt=since)
    messages = list(packs.filter(message__isnull=False).values_list("message", flat=True))
    reason = _("本人撤回了授权")
    messages_cancel(topic=TOPIC, subject=subject_of(file), actor=actor, reason=reason, at=at, only=messages)
    # A call that failed may have arrived all the same: whatever was tried once counts as given.
    given = packs.filter(Q(delivered_at__isnull=False) | Q(message__attempts__gt=0))
    tried = set(given.values_list("pk", flat=True))
    live = EvidencePack.objects.select_for_update().filter(file=file, state__in=[PackState.QUEUED, *GIVEN])
    for pack in live:
        pack_move(pack, "withdraw" if pack.pk in tried else "cancel", actor=actor, at=at, reason=reason)
    if tried:
        _order(file, consent, given)


def _order(file: EvidenceFile, consent: Consent, given: QuerySet[EvidencePack]) -> None:
    """Tell the receiver to delete everything it may have of her."""
    assert consent.withdrawn_at is not None
    reference, address = uuid4(), address_of(file)
    document = withdrawal_document(
        reference=reference,
        address=address,
        packs=list(given.values_list("reference", flat=True)),
        requested_at=timezone.localtime(consent.withdrawn_at),
    )
    order = EvidenceWithdrawal.objects.create(
        file=file,
        reference=reference,
        sequence=address.sequence,
        consent=consent,
        content=canonical(document).decode(),
        requested_at=consent.withdrawn_at,
    )
    file.last_sequence = address.sequence
    file.save(update_fields=["last_sequence"])
    order.message = enqueue(file, "withdrawal", order.pk, reference)
    order.save(update_fields=["message"])
    audit_record(
        "evidence.withdrawal.ordered",
        order,
        actor=consent.withdrawn_by,
        data={"receiver": file.receiver, "packs": len(document["packs"])},
    )
