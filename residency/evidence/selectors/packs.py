"""Packs: her own, those of the desk, and what would be sent today."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.outbox.states import MessageState
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.selectors import consent_in_force, consent_text_in_force
from residency.evidence.models import EvidencePack, EvidenceWithdrawal
from residency.evidence.rules.assembling import Facts, facts_for, is_empty
from residency.evidence.rules.documents import digest
from residency.evidence.selectors.lines import record_lines_of
from residency.evidence.states import (
    EVIDENCE_READERS,
    GIVEN,
    PURPOSES,
    PackState,
    Receiver,
    WithdrawalState,
)
from workers.models import Worker


def receivers_open() -> list[Receiver]:
    """The receivers this city is connected with."""
    return [one for one in Receiver if settings.EVIDENCE_RECEIVERS.get(one.value, {}).get("url")]


@dataclass(frozen=True)
class Preview:
    """What would go out today: all of it, what it rests on, and its digest, by which a change is noticed."""

    receiver: Receiver
    facts: Facts
    facts_sha256: str
    is_empty: bool
    wording: ConsentText | None
    consent: Consent | None

    @property
    def needs_consent(self) -> bool:
        """Whether she has to agree to the wording of today, for the first time or again."""
        return self.wording is not None and (self.consent is None or self.consent.text_id != self.wording.pk)


def preview_of(worker: Worker, receiver: Receiver, *, on: date) -> Preview:
    """What one receiver would get today."""
    facts = facts_for(receiver, record_lines_of(worker, on=on), on=on)
    return Preview(
        receiver=receiver,
        facts=facts,
        # A corrected name or number is news too, though neither is part of the facts.
        facts_sha256=digest({"facts": facts, "identity": worker.revisions.count()}),
        is_empty=is_empty(facts),
        wording=consent_text_in_force(receiver=receiver, purpose=PURPOSES[receiver], on=on),
        consent=consent_of(worker, receiver),
    )


def consent_of(worker: Worker, receiver: str) -> Consent | None:
    """Her consent to this receiver, as long as it stands."""
    if worker.user is None:
        return None
    return consent_in_force(subject=worker.user, receiver=receiver, purpose=PURPOSES[receiver])


def packs_of(worker: Worker) -> QuerySet[EvidencePack]:
    """Every version sent for her, the newest first."""
    return (
        EvidencePack.objects.filter(file__worker=worker)
        .select_related("file", "message", "consent__text")
        .order_by("-sent_at", "-pk")
    )


def live_pack(worker: Worker, receiver: str) -> EvidencePack | None:
    """The version that counts at the receiver, or is on its way there."""
    return packs_of(worker).filter(file__receiver=receiver, state__in=[PackState.QUEUED, *GIVEN]).first()


def packs_live_of(worker_id: int) -> QuerySet[EvidencePack]:
    """The version that counts at each receiver, for a page whose viewer may see the record."""
    live = EvidencePack.objects.filter(file__worker=worker_id, state__in=[PackState.QUEUED, *GIVEN])
    return live.select_related("file", "message").order_by("file__receiver")


def withdrawal_of(worker: Worker, receiver: str) -> EvidenceWithdrawal | None:
    """The latest order to delete."""
    found = EvidenceWithdrawal.objects.filter(file__worker=worker, file__receiver=receiver)
    return found.select_related("message").order_by("-sequence").first()


def packs_visible_to(user: User, *, on: date) -> QuerySet[EvidencePack]:
    """Officers see every pack, masked; a worker sees her own; others none."""
    packs = EvidencePack.objects.select_related("file__worker", "message", "consent__text", "sent_by")
    if EVIDENCE_READERS & roles_of(user, on=on):
        return packs
    return packs.filter(file__worker__user=user)


def withdrawals_visible_to(user: User, *, on: date) -> QuerySet[EvidenceWithdrawal]:
    """Orders to delete that nobody confirmed yet, the oldest first."""
    if not EVIDENCE_READERS & roles_of(user, on=on):
        return EvidenceWithdrawal.objects.none()
    return (
        EvidenceWithdrawal.objects.exclude(state=WithdrawalState.CONFIRMED)
        .select_related("file__worker", "message")
        .order_by("sequence")
    )


STUCK = Q(message__state=MessageState.DEAD)


def packs_stuck(user: User, *, on: date) -> QuerySet[EvidencePack]:
    """Packs that did not get through and wait for a person."""
    return packs_visible_to(user, on=on).filter(STUCK, state=PackState.QUEUED)
