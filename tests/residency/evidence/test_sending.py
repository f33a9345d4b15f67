"""She sends what she was shown, once, to one receiver, under her consent."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.papers.keys import signing_key
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.outbox.models import OutboxMessage
from foundation.privacy.models import Consent
from foundation.privacy.services import consent_withdraw
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidenceEvent, EvidenceFile, EvidencePack
from residency.evidence.rules.documents import canonical, problems
from residency.evidence.selectors.packs import preview_of
from residency.evidence.services import pack_send
from residency.evidence.states import Receiver
from tests.residency.evidence.builders import (
    DESK,
    NOW,
    TODAY,
    a_certificate,
    a_known_worker,
    answered,
    connected,
    consent_for,
    sent,
)
from tests.workers.builders import a_roster_worker, a_worker, an_account, an_officer, answer
from workers.services import identity_correct

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connected(settings):
    settings.EVIDENCE_RECEIVERS = connected()


def test_sending_agrees_signs_and_orders_one_message_of_ids_only():
    worker = a_known_worker()
    pack = sent(worker)
    document = json.loads(pack.content)
    assert problems(document, "evidence-pack/1") == []
    assert canonical(document).decode() == pack.content
    assert (pack.state, pack.version, pack.sequence, pack.channel) == ("queued", 1, 1, "self")
    assert document["subject"] == {
        "reference": str(pack.file.reference),
        "name": "李梅",
        "id_type": "resident_identity_card",
        "id_number": worker.id_number,
    }
    assert document["consent"]["through"] == "self"
    assert sorted(document["facts"]) == ["certificates", "insured_months", "level", "service"]
    message = OutboxMessage.objects.get(topic="evidence-pack/1")
    assert (message.content, message.is_ordered, message.subject) == (
        {"pack": pack.pk},
        True,
        f"evidence-file:{pack.file_id}",
    )
    assert Consent.objects.get().receiver == "residency_desk"
    assert AuditEvent.objects.filter(action="evidence.pack.sent").count() == 1


def test_the_signature_is_over_the_canonical_content():
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    from tests.residency.evidence.jws import parts_of

    pack = sent(a_known_worker())
    header, raw, r, s = parts_of(pack.jws, pack.content.encode())
    assert header["alg"] == "ES256"
    signing_key().certificate.public_key().verify(encode_dss_signature(r, s), raw, ec.ECDSA(hashes.SHA256()))


def test_each_receiver_knows_her_by_another_number_and_has_its_own_consent():
    worker = a_known_worker()
    for receiver in Receiver:
        sent(worker, receiver)
    assert len(set(EvidenceFile.objects.values_list("reference", flat=True))) == 3
    assert set(Consent.objects.values_list("receiver", flat=True)) == set(Receiver.values)


def test_without_agreeing_nothing_goes():
    worker = a_known_worker()
    preview = preview_of(worker, DESK, on=TODAY)
    with pytest.raises(EvidenceError) as refusal:
        pack_send(
            worker=worker, receiver=DESK, facts_sha256=preview.facts_sha256, wording_id=None, actor=worker.user, at=NOW
        )
    assert refusal.value.code == "no_consent"
    assert (EvidencePack.objects.count(), Consent.objects.count()) == (0, 0)
    assert OutboxMessage.objects.filter(topic="evidence-pack/1").exists() is False


def test_what_changed_since_she_looked_is_shown_again_before_it_goes():
    worker = a_known_worker()
    preview = preview_of(worker, DESK, on=TODAY)
    a_certificate(worker, level=3)
    with pytest.raises(EvidenceError) as refusal:
        pack_send(
            worker=worker,
            receiver=DESK,
            facts_sha256=preview.facts_sha256,
            wording_id=preview.wording.pk,
            actor=worker.user,
            at=NOW,
        )
    assert refusal.value.code == "changed"
    assert (EvidencePack.objects.count(), Consent.objects.count()) == (0, 0)


def test_the_same_is_not_sent_twice():
    worker = a_known_worker()
    sent(worker)
    with pytest.raises(EvidenceError) as refusal:
        sent(worker)
    assert refusal.value.code == "already_sent"
    assert EvidencePack.objects.count() == 1


def test_an_empty_record_an_unknown_identity_and_an_absent_line_are_refused(settings):
    worker = a_known_worker(level=None, months=0)
    worker.employments.update(withdrawn_at=NOW, withdrawn_by=worker.user)
    unverified = a_worker(name="王芳")
    for person, code in ((worker, "nothing"), (unverified, "not_verified")):
        with pytest.raises((EvidenceError, PermissionDenied)) as refusal:
            sent(person)
        assert getattr(refusal.value, "code", code) == code
    settings.EVIDENCE_RECEIVERS = {}
    with pytest.raises(EvidenceError) as refusal:
        sent(a_known_worker(name="陈静"))
    assert refusal.value.code == "not_connected"
    assert EvidencePack.objects.exists() is False


def test_only_she_or_the_counter_sends():
    worker = a_known_worker()
    for actor in (an_account(), an_officer(Role.OFFICER_REVIEW), an_officer(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            sent(worker, actor=actor)
    assert EvidencePack.objects.exists() is False
    officer = an_officer(Role.OFFICER_INTAKE)
    pack = sent(worker, actor=officer)
    assert (pack.channel, pack.sent_by) == ("counter", officer)
    assert consent_for(worker).granted_through == "counter"
    event = AuditEvent.objects.get(action="evidence.pack.sent")
    assert (event.actor_id, event.on_behalf_of_id) == (officer.pk, worker.user_id)


def test_somebody_without_an_account_is_told_what_to_do_first():
    a_known_worker()
    worker = a_roster_worker(name="赵兰")
    with pytest.raises(EvidenceError) as refusal:
        sent(worker, actor=an_officer(Role.OFFICER_INTAKE))
    assert refusal.value.code == "no_account"


def test_a_corrected_version_takes_the_place_of_a_refused_one():
    worker = a_known_worker(level=None)
    first = sent(worker)
    answered(first, "refused")
    a_certificate(worker, level=4)
    second = sent(worker, at=NOW + timedelta(hours=1))
    first.refresh_from_db()
    assert (first.state, second.state, second.version, second.sequence) == ("superseded", "queued", 2, 2)
    assert json.loads(second.content)["supersedes"] == str(first.reference)
    assert list(EvidenceEvent.objects.filter(pack=first).values_list("action", flat=True)) == [
        "sent",
        "refused",
        "superseded",
    ]


def test_a_version_still_waiting_is_not_sent_once_a_newer_one_is_there():
    worker = a_known_worker()
    first = sent(worker)
    a_certificate(worker, level=3)
    second = sent(worker)
    first.message.refresh_from_db()
    assert (first.message.state, second.message.state) == ("cancelled", "waiting")


def test_a_corrected_identity_is_news():
    worker = a_known_worker()
    sent(worker)
    identity_correct(
        worker_id=worker.pk,
        name="李小梅",
        id_number=worker.id_number,
        reason="户口本更正",
        actor=an_officer(Role.OFFICER_REVIEW),
        at=NOW,
    )
    worker.refresh_from_db()
    answer(worker, "match")
    second = sent(worker)
    assert json.loads(second.content)["subject"]["name"] == "李小梅"


def test_after_a_withdrawal_she_may_agree_again_and_the_order_to_delete_goes_first():
    worker = a_known_worker()
    pack = sent(worker)
    answered(pack, "accepted")
    consent_withdraw(consent_id=consent_for(worker).pk, actor=worker.user, at=NOW + timedelta(hours=1))
    again = sent(worker, at=NOW + timedelta(hours=2))
    assert (again.version, again.sequence) == (2, 3)
    messages = OutboxMessage.objects.filter(topic="evidence-pack/1").exclude(pk=pack.message_id).order_by("pk")
    assert [sorted(one.content) for one in messages] == [["withdrawal"], ["pack"]]
    assert [one.state for one in messages] == ["waiting", "waiting"]


def test_the_database_keeps_a_signed_pack_as_it_is():
    pack = sent(a_known_worker())
    for change in ({"digest": "0" * 64}, {"jws": "x"}, {"version": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidencePack.objects.filter(pk=pack.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceEvent.objects.all().delete()
