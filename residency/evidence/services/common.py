"""What the services of evidence share: who may, the locked file, the one move, and orders to the outbox."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.papers.keys import signing_key
from certifications.papers.signing import jws_detached
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_enqueue
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidenceEvent, EvidenceFile, EvidencePack
from residency.evidence.rules.documents import Address, Document, canonical, problems
from residency.evidence.states import COUNTER, MOVES, PURPOSES, TOPIC, Channel, PackState
from workers.models import Worker
from workers.selectors import is_unproven


def channel_of(worker: Worker, actor: User, *, at: datetime) -> Channel:
    """Whether she acts herself or an officer acts for her at the counter; anybody else is refused."""
    if worker.user_id == actor.pk and actor.is_active and not is_unproven(worker, actor):
        return Channel.SELF
    if worker.user_id != actor.pk and COUNTER & roles_of(actor, on=timezone.localdate(at)):
        return Channel.COUNTER
    raise PermissionDenied(_("材料只能由本人发送，或由窗口工作人员在本人到场时代办。"))


def lock_file(worker: Worker, receiver: str) -> EvidenceFile:
    """Her row at the receiver, locked: nothing else is told to it about her meanwhile."""
    EvidenceFile.objects.get_or_create(worker=worker, receiver=receiver)
    return EvidenceFile.objects.select_for_update().get(worker=worker, receiver=receiver)


def address_of(file: EvidenceFile) -> Address:
    """The next place among the messages about her. The caller holds the lock."""
    return Address(file.receiver, PURPOSES[file.receiver].value, file.reference, file.last_sequence + 1)


def subject_of(file: EvidenceFile) -> str:
    """What the outbox keeps in order: one person at one receiver."""
    return f"evidence-file:{file.pk}"


def signed(document: Document) -> tuple[str, str]:
    """The document in canonical form and its signature; refused when it breaks its own schema."""
    faults = problems(document, document["schema"])
    if faults:
        raise EvidenceError(
            "not_valid",
            _("材料里有一处不合交换格式：%(place)s。请到服务窗口，由工作人员核对档案。") % {"place": faults[0]},
        )
    content = canonical(document)
    return content.decode(), jws_detached(signing_key(), content).decode()


def enqueue(file: EvidenceFile, kind: str, pk: int, reference: UUID) -> OutboxMessage:
    """Order the message: ids only, one after the other for this person and receiver."""
    return message_enqueue(
        topic=TOPIC, subject=subject_of(file), dedupe_key=f"{kind}:{reference}", payload={kind: pk}, ordered=True
    )


def pack_move(pack: EvidencePack, action: str, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """The one place where a pack changes its state. The caller holds its lock; other changed columns are saved too."""
    move, source = MOVES[action], PackState(pack.state)
    if source not in move.sources:
        raise EvidenceError(
            "wrong_state", _("这份材料现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": source.label}
        )
    pack.state = move.target
    pack.save()
    event_add(pack, move.past, source=source, actor=actor, at=at, reason=reason)
    audit_record(
        f"evidence.pack.{move.past}",
        pack,
        actor=actor,
        data={"receiver": pack.file.receiver, "version": pack.version},
    )


def event_add(
    pack: EvidencePack, action: str, *, at: datetime, source: str = "", actor: User | None = None, reason: str = ""
) -> EvidenceEvent:
    """One row of the pack's history."""
    return EvidenceEvent.objects.create(
        pack=pack, action=action, source=source, target=pack.state, actor=actor, reason=reason, at=at
    )


def issuer() -> tuple[str, str]:
    """The city in whose name a pack goes out."""
    return settings.CITY_CODE, settings.CITY_NAME
