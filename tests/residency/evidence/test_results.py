"""What a receiver answers: applied once, in its order, whatever order it comes in."""

from itertools import permutations

import pytest

from foundation.sms.models import SmsMessage
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidenceResult
from residency.evidence.services import parcel_delivered, result_record
from residency.evidence.states import Receiver
from tests.residency.evidence.builders import NOW, a_certificate, a_known_worker, an_answer, answered, connected, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connected(settings):
    settings.EVIDENCE_RECEIVERS = connected()


def test_an_acceptance_stands_on_the_record_and_she_is_told_once():
    worker = a_known_worker()
    pack = sent(worker)
    parcel_delivered(content={"pack": pack.pk}, receipt="R-1", at=NOW)
    for _twice in range(2):
        answered(pack, "accepted")
    assert (pack.state, pack.result_number, pack.answered_at) == ("accepted", 1, NOW)
    assert EvidenceResult.objects.count() == 1
    assert list(worker.events.filter(action="evidence.accepted").values_list("reason", flat=True)) == [
        "公安落户窗口，第 1 版"
    ]
    assert SmsMessage.objects.filter(dedupe_key__startswith="evidence:").count() == 1


@pytest.mark.parametrize("order", list(permutations([(1, "received"), (2, "refused"), (3, "accepted")])))
def test_in_whatever_order_the_last_answer_by_number_counts(order):
    pack = sent(a_known_worker())
    for number, outcome in order:
        answered(pack, outcome, number=number)
    assert (pack.state, pack.result_number) == ("accepted", 3)
    assert EvidenceResult.objects.count() == 3


def test_an_answer_may_be_faster_than_our_own_note_of_the_delivery():
    pack = sent(a_known_worker())
    answered(pack, "accepted", number=2)
    parcel_delivered(content={"pack": pack.pk}, receipt="R-1", at=NOW)
    pack.refresh_from_db()
    assert (pack.state, pack.receipt) == ("accepted", "R-1")


def test_an_answer_about_an_older_version_is_kept_and_changes_nothing():
    worker = a_known_worker()
    first = sent(worker)
    a_certificate(worker, level=3)
    second = sent(worker)
    result = answered(first, "refused")
    second.refresh_from_db()
    assert (result.is_applied, first.state, second.state) == (False, "superseded", "queued")
    assert SmsMessage.objects.filter(dedupe_key__startswith="evidence:").exists() is False


def test_answers_about_nothing_of_ours_or_from_another_office_are_refused():
    pack = sent(a_known_worker())
    for change in ({"receiver": Receiver.CREDIT_PLATFORM}, {"sequence": 9}, {"reference": str(pack.file.reference)}):
        with pytest.raises(EvidenceError) as refusal:
            result_record(body=an_answer(pack, "accepted") | change, at=NOW, now=NOW)
        assert refusal.value.code == "unknown_pack"
    assert EvidenceResult.objects.exists() is False


def test_a_refusal_without_a_reason_is_no_answer():
    pack = sent(a_known_worker())
    with pytest.raises(EvidenceError) as refusal:
        result_record(body=an_answer(pack, "refused", reasons=[]), at=NOW, now=NOW)
    assert refusal.value.code == "malformed_result"
    pack.refresh_from_db()
    assert pack.state == "queued"
