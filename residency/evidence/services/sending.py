"""She sends what she was shown: a first version, or a corrected one that takes the place of the one before."""

from datetime import datetime
from secrets import token_hex
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.outbox.services import messages_cancel
from foundation.privacy.models import Consent
from foundation.privacy.services import consent_grant
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidenceFile, EvidencePack
from residency.evidence.rules.documents import Agreement, Document, Person, digest, pack_document
from residency.evidence.selectors.packs import Preview, consent_of, preview_of, receivers_open
from residency.evidence.services.common import (
    address_of,
    channel_of,
    enqueue,
    event_add,
    issuer,
    lock_file,
    pack_move,
    signed,
    subject_of,
)
from residency.evidence.states import GIVEN, TOPIC, Channel, PackState, Receiver
from workers.models import Worker

LIVE = [PackState.QUEUED, *GIVEN]


@transaction.atomic
def pack_send(
    *, worker: Worker, receiver: Receiver, facts_sha256: str, wording_id: int | None, actor: User, at: datetime
) -> EvidencePack:
    """Send her evidence to one receiver, exactly as it was shown; an earlier version gives way.

    ``facts_sha256`` and ``wording_id`` say what she saw and agreed to. Refused when either is another by now, when
    there is nothing new to tell, and without a consent; nothing is written then.
    """
    on, channel = timezone.localdate(at), channel_of(worker, actor, at=at)
    _require_ready(worker, receiver)
    shown = preview_of(worker, receiver, on=on)
    _consented(worker, shown, wording_id, actor, at)
    # The consent first, then the file: the order in which a withdrawal takes them.
    given = consent_of(worker, receiver)
    consent = Consent.objects.select_for_update(of=("self",)).select_related("text").get(pk=given.pk) if given else None
    file = lock_file(worker, receiver)
    if consent is None or consent.withdrawn_at is not None:
        raise EvidenceError("no_consent", _("授权刚刚撤回了，没有发送。"))
    preview = preview_of(worker, receiver, on=on)
    if preview.facts_sha256 != facts_sha256:
        raise EvidenceError("changed", _("您的档案刚才有变化，还没有发送。请把下面的内容再看一遍，再点发送。"))
    if preview.is_empty:
        raise EvidenceError("nothing", _("档案里还没有可以发送的内容。先添加证书、工作经历，或请窗口登记参保月份。"))
    before = _give_way(file, preview, actor, at)
    return _made(file, consent, preview, before, channel=channel, actor=actor, at=at)


def _require_ready(worker: Worker, receiver: Receiver) -> None:
    if receiver not in receivers_open():
        raise EvidenceError(
            "not_connected", _("“%(receiver)s”还没有接通，暂时不能发送。") % {"receiver": receiver.label}
        )
    if worker.user is None:
        raise EvidenceError("no_account", _("她还没有登录账户，授权没有地方记。请先帮她用手机号码登录一次，再来代办。"))
    if not worker.is_verified:
        raise EvidenceError("not_verified", _("还没有通过实名核验，不能发送。请先完成实名。"))


def _consented(worker: Worker, shown: Preview, wording_id: int | None, actor: User, at: datetime) -> None:
    """A consent to the wording of today: there already, or given now by what she was shown."""
    if shown.wording is None:
        raise EvidenceError("no_wording", _("这个单位现在没有可用的授权书，暂时不能发送。请稍后再试。"))
    if not shown.needs_consent:
        return
    if wording_id != shown.wording.pk:
        raise EvidenceError("no_consent", _("请先看完授权书，同意了再发送。"))
    assert worker.user is not None
    consent_grant(subject=worker.user, text=shown.wording, actor=actor, at=at)


def _give_way(file: EvidenceFile, preview: Preview, actor: User, at: datetime) -> EvidencePack | None:
    """The version before, out of the way; refused when it says the same and has not come back."""
    found = EvidencePack.objects.filter(file=file, state__in=LIVE).first()
    if found is None:
        return None
    if found.state != PackState.REFUSED and found.facts_sha256 == preview.facts_sha256:
        raise EvidenceError("already_sent", _("这些内容已经发过了，没有新的变化，不用再发。"))
    if found.message_id is not None:
        # Messages before packs: the order in which the outbox takes them when one dies.
        messages_cancel(
            topic=TOPIC,
            subject=subject_of(file),
            actor=actor,
            reason=_("已有更正的版本"),
            at=at,
            only=[found.message_id],
        )
    before = EvidencePack.objects.select_for_update().get(pk=found.pk)
    pack_move(before, "supersede", actor=actor, at=at)
    return before


def _made(
    file: EvidenceFile,
    consent: Consent,
    preview: Preview,
    before: EvidencePack | None,
    *,
    channel: Channel,
    actor: User,
    at: datetime,
) -> EvidencePack:
    """The new version, signed, written down and ordered to be sent."""
    reference = uuid4()
    document = _document(file, consent, preview, before, reference=reference, at=at)
    content, jws = signed(document)
    pack = EvidencePack.objects.create(
        file=file,
        reference=reference,
        version=document["version"],
        sequence=document["sequence"],
        consent=consent,
        content=content,
        facts_sha256=preview.facts_sha256,
        digest=digest(document),
        jws=jws,
        channel=channel,
        sent_by=actor,
        sent_at=at,
    )
    _ordered(pack, actor=actor, at=at)
    return pack


def _ordered(pack: EvidencePack, *, actor: User, at: datetime) -> None:
    """Its number is taken, the outbox has it, and the act is written down."""
    file = pack.file
    file.last_sequence, file.last_version = pack.sequence, pack.version
    file.save(update_fields=["last_sequence", "last_version"])
    pack.message = enqueue(file, "pack", pack.pk, pack.reference)
    pack.save(update_fields=["message"])
    event_add(pack, "sent", actor=actor, at=at)
    audit_record(
        "evidence.pack.sent",
        pack,
        actor=actor,
        on_behalf_of=file.worker.user if pack.channel == Channel.COUNTER else None,
        data={"receiver": file.receiver, "version": pack.version, "digest": pack.digest},
    )


def _document(
    file: EvidenceFile,
    consent: Consent,
    preview: Preview,
    before: EvidencePack | None,
    *,
    reference: UUID,
    at: datetime,
) -> Document:
    worker = file.worker
    return pack_document(
        reference=reference,
        address=address_of(file),
        version=file.last_version + 1,
        supersedes=before.reference if before else None,
        issued_at=timezone.localtime(at),
        as_of=timezone.localdate(at),
        # Digest and signature stand in plain beside the encrypted content.
        salt=token_hex(16),
        issuer=issuer(),
        person=Person(worker.name, worker.id_number),
        agreement=Agreement(consent.text.version, timezone.localtime(consent.granted_at), consent.granted_through),
        facts=preview.facts,
    )
