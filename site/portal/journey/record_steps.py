"""After the money: everybody's skill record, and the evidence that goes to another desk under her consent."""

import json
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from certifications.record.export import Holder, record_data
from certifications.record.printing import record_paper
from certifications.record.selectors import skill_record_of
from exchange.evidence import EvidenceAdapter
from exchange.evidence_results import RESULT
from exchange.models import InboundMessage
from exchange.services import inbound_message_handle
from exchange.states import InboundState
from foundation.outbox.services import message_deliver, messages_lease
from portal.journey.certificate_steps import certificates_of
from portal.journey.claim_steps import next_morning
from portal.journey.receiver import receiver_running
from portal.journey.state import Counts, Journey
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidencePack
from residency.evidence.selectors.packs import preview_of
from residency.evidence.services import pack_send
from residency.evidence.states import PackState, Receiver
from workers.models import Worker

# What everybody of a class has to show: her certificate and her training.
DESK = Receiver.CREDIT_PLATFORM
SECONDS_PER_PACK = 2
# A record on paper takes time to draw: as many as anybody looks at. Everybody's data is in the folder.
PAPERS_KEPT = 3
ANSWERED = frozenset({PackState.ACCEPTED, PackState.REFUSED})


def records_read(journey: Journey) -> Counts:
    """Everybody with a certificate has it, confirmed, on her skill record, with the hours it took."""
    on = timezone.localdate(next_morning(journey.clock))
    complete = lines = 0
    issued = certificates_of(journey)
    for certificate in issued:
        record = skill_record_of(certificate.worker, on=on)
        own = [one for one in record.certificates if one.number == certificate.number and one.is_guaranteed]
        complete += bool(own) and bool(record.hours)
        lines += len(record.certificates) + len(record.hours)
        if journey.plan.out is None:
            continue
        holder = Holder(certificate.worker.masked_name, certificate.worker.masked_id_number)
        data = record_data(record, holder=holder, made_at=journey.clock.at)
        content = json.dumps(data, ensure_ascii=False, indent=1)
        journey.keep(f"records/{certificate.number}.json", content.encode())
        if certificate in issued[:PAPERS_KEPT]:
            paper = record_paper(record, holder=holder, made_at=journey.clock.at)
            journey.keep(f"records/{certificate.number}.pdf", paper)
    journey.require("有证书的人，技能档案里都有证书和学时", complete, len(issued))
    return {"skill_records": complete, "record_lines": lines}


def evidence_hand_over(journey: Journey) -> Counts:
    """Each agrees and sends; the desk, a process of its own, checks, takes it and answers."""
    people = [certificate.worker for certificate in certificates_of(journey)]
    senders = [worker for worker in people if worker.user is not None]
    if len(senders) < len(people):
        journey.note(f"{len(people) - len(senders)} 人没有登录账户，授权没有地方记，不能送材料。")
    sent: list[int] = []
    if senders:
        with receiver_running(DESK.value) as answers_taken:
            sent = [pk for worker in senders if (pk := _send(journey, worker)) is not None]
            all_in = answers_taken(lambda: _answered(journey, sent) == len(sent), 10 + SECONDS_PER_PACK * len(sent))
        if not all_in:
            journey.note("有的材料没有等到对方答复。")
    journey.facts["packs"] = sent
    states = list(EvidencePack.objects.filter(pk__in=sent).values_list("state", flat=True))
    accepted, refused = states.count(PackState.ACCEPTED), states.count(PackState.REFUSED)
    return {"evidence_sent": len(sent), "evidence_accepted": accepted, "evidence_refused": refused}


def _send(journey: Journey, worker: Worker) -> int | None:
    """Her pack, on its way; nothing when she cannot send one, and why is in the account."""
    assert worker.user is not None
    at = journey.clock.forward(60)
    shown = preview_of(worker, DESK, on=timezone.localdate(at))
    try:
        # Sent and leased at once, so that no sender of a running site takes it to another desk.
        with transaction.atomic():
            pack = pack_send(
                worker=worker,
                receiver=DESK,
                facts_sha256=shown.facts_sha256,
                wording_id=shown.wording.pk if shown.wording else None,
                actor=worker.user,
                at=at,
            )
            assert pack.message_id is not None
            # The outbox and the other desk live in the real time.
            leased = messages_lease(1, now=datetime.now(UTC), only=[pack.message_id])
    except EvidenceError as refusal:
        journey.note(str(refusal))
        return None
    for message in leased:
        message_deliver(message, EvidenceAdapter().send, clock=lambda: datetime.now(UTC))
    return pack.pk


def _answered(journey: Journey, sent: list[int]) -> int:
    """How many packs the desk has decided, after what came was acted on."""
    waiting = InboundMessage.objects.filter(source=RESULT, state=InboundState.RECEIVED)
    for inbound in waiting.values_list("pk", flat=True):
        inbound_message_handle(inbound_id=inbound, at=journey.clock.now())
    return EvidencePack.objects.filter(pk__in=sent, state__in=ANSWERED).count()
