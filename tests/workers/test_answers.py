"""She is told by text message what came of the real-name check, once, and only by a phone that is proven."""

import pytest

from foundation.accounts.models import User
from foundation.sms.models import SmsMessage
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_account, answer
from workers.services import identity_check_record, identity_declare

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("outcome", "said"), [("match", "已经通过"), ("mismatch", "对不上")])
def test_the_result_is_sent_once(outcome, said):
    worker = a_worker()
    answer(worker, outcome)
    sms = SmsMessage.objects.get()
    assert (sms.phone, sms.template) == (worker.user.phone, "case_progress")
    assert said in sms.text
    assert worker.name not in sms.text
    assert worker.id_number not in sms.text
    check = worker.checks.get()
    identity_check_record(check_id=check.pk, outcome=outcome, reference=f"T{check.pk}", at=NOW)
    identity_check_record(check_id=check.pk, outcome="mismatch", reference="late", at=NOW)
    assert SmsMessage.objects.count() == 1


def test_no_result_is_no_news():
    answer(a_worker(), "unknown")
    assert SmsMessage.objects.exists() is False


def test_a_phone_that_is_not_proven_gets_nothing():
    worker = a_worker()
    User.objects.filter(pk=worker.user_id).update(phone_verified_at=None)
    answer(worker, "match")
    assert SmsMessage.objects.exists() is False


@pytest.mark.parametrize(("outcome", "said"), [("match", "已经通过"), ("mismatch", "当面核对")])
def test_whoever_asked_for_a_file_is_told_too(outcome, said):
    worker = a_roster_worker(phone="19900006666")
    user = an_account("19900006666")
    identity_declare(user=user, name=worker.name, id_number=worker.id_number, at=NOW)
    answer(worker, outcome)
    sms = SmsMessage.objects.get()
    assert sms.phone == "19900006666"
    assert said in sms.text
