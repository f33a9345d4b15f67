"""A code by SMS: five minutes, five tries, one use; counted where nobody can reset it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import PhoneCode
from foundation.accounts.phone_codes import (
    Outcome,
    phone_code_check,
    phone_code_send,
    phone_codes_purge,
    reference_make,
    seconds_until_next_code,
)
from foundation.accounts.services import phone_prove, worker_account_open
from foundation.audit.models import AuditEvent
from foundation.outbox.models import OutboxMessage
from foundation.sms.models import SmsMessage

PHONE = "19900000123"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in the morning in Xiamen
MINUTE = timedelta(minutes=1)


def send(at=NOW, phone=PHONE):
    """A code sent: its reference, and what the SMS says."""
    reference = reference_make()
    user = worker_account_open(phone=phone, at=at)
    sent = phone_code_send(reference=reference, user=user, phone=phone, at=at)
    text = SmsMessage.objects.get(dedupe_key=f"phone_code:{sent.pk}").text
    return reference, re.search(r"\d{6}", text).group()


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def check(reference, entered, at=NOW):
    return phone_code_check(reference=reference, entered=entered, at=at)


@pytest.mark.django_db
def test_the_right_code_opens_once():
    reference, code = send()
    assert check(reference, code).is_right
    assert check(reference, code).outcome is Outcome.USED


@pytest.mark.django_db
def test_after_five_wrong_tries_the_right_code_is_refused_too():
    reference, code = send()
    seen = [check(reference, wrong(code)) for _try in range(5)]
    assert [one.outcome for one in seen] == [Outcome.WRONG] * 4 + [Outcome.EXHAUSTED]
    assert [one.tries_left for one in seen] == [4, 3, 2, 1, 0]
    assert check(reference, code).outcome is Outcome.EXHAUSTED
    assert PhoneCode.objects.get().tries == 5
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "accounts.user.opened", "accounts.phone_code.sent", *["accounts.phone_code.refused"] * 4,
        "accounts.phone_code.exhausted", "accounts.phone_code.exhausted",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("later", "outcome"), [(299, Outcome.RIGHT), (300, Outcome.EXPIRED)])
def test_a_code_lasts_five_minutes(later, outcome):
    reference, code = send()
    assert check(reference, code, NOW + timedelta(seconds=later)).outcome is outcome


@pytest.mark.django_db
def test_a_code_belongs_to_the_session_that_asked():
    first, code = send()
    second, other_code = send(NOW + MINUTE)
    if code != other_code:
        assert check(second, code, NOW + MINUTE).outcome is Outcome.WRONG
    assert check(reference_make(), code, NOW + MINUTE).outcome is Outcome.UNKNOWN
    assert check(first, code, NOW + MINUTE).is_right


@pytest.mark.django_db
def test_the_code_is_nowhere_in_plain():
    _reference, code = send()
    with connection.cursor() as cursor:
        for table in ("accounts_phonecode", "sms_smsmessage", "outbox_outboxmessage", "audit_auditevent"):
            cursor.execute(f"SELECT string_agg(row_to_json(t)::text, ' ') FROM {table} t")
            rows = re.findall(r"(?<!\d)\d{6}(?!\d)", cursor.fetchone()[0] or "")
            assert code not in rows, table
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_codes_of_one_number_are_limited(settings):
    settings.PHONE_CODES_PER_HOUR, settings.PHONE_CODES_PER_DAY = 3, 4
    send()
    with pytest.raises(AccountsError, match="请等 50 秒") as refusal:
        send(NOW + timedelta(seconds=10))
    assert refusal.value.code == "too_soon"
    assert seconds_until_next_code(phone=PHONE, at=NOW + timedelta(seconds=10)) == 50
    send(NOW + 10 * MINUTE)
    send(NOW + 20 * MINUTE)
    with pytest.raises(AccountsError, match="今天 10:00 以后") as refusal:
        send(NOW + 30 * MINUTE)
    assert refusal.value.code == "too_many_codes"
    send(NOW + 60 * MINUTE)
    with pytest.raises(AccountsError, match="11 月 24 日 09:00 以后"):
        send(NOW + 200 * MINUTE)
    assert PhoneCode.objects.count() == SmsMessage.objects.count() == 4
    send(NOW, phone="19900000124")  # another number is another matter


@pytest.mark.django_db
def test_one_account_cannot_have_codes_sent_to_number_after_number(settings):
    settings.PHONE_CODES_PER_HOUR = 2
    user = worker_account_open(phone=PHONE, at=NOW)

    def another(number):
        at = NOW + number * 2 * MINUTE
        phone_code_send(reference=reference_make(), user=user, phone=f"1990000020{number}", at=at)

    another(0)
    another(1)
    with pytest.raises(AccountsError) as refusal:
        another(2)
    assert refusal.value.code == "too_many_codes"
    assert SmsMessage.objects.count() == 2


@pytest.mark.django_db
def test_codes_to_numbers_nobody_has_proven_have_a_ceiling_and_workers_still_come_in(settings):
    settings.SIGN_IN_CODES_TO_NEW_NUMBERS = 2
    send(phone="19900000201")
    send(phone="19900000202")
    with pytest.raises(AccountsError) as refusal:
        send(phone="19900000203")
    assert refusal.value.code == "busy"
    assert SmsMessage.objects.count() == 2
    phone_prove(user=worker_account_open(phone=PHONE, at=NOW), phone=PHONE, at=NOW)
    send()
    send(phone="19900000203", at=NOW + 60 * MINUTE)
    assert SmsMessage.objects.count() == 4


@pytest.mark.django_db
def test_guessing_across_sessions_pauses_the_number(settings):
    settings.PHONE_FAILURES_PER_HOUR = 7
    first, code = send()
    for _try in range(5):
        check(first, wrong(code))
    second, code = send(NOW + 2 * MINUTE)
    for _try in range(2):
        check(second, wrong(code), NOW + 2 * MINUTE)
    paused = check(second, code, NOW + 3 * MINUTE)
    assert paused.outcome is Outcome.PAUSED
    assert "今天 10:00 以后" in paused.message
    with pytest.raises(AccountsError) as refusal:
        send(NOW + 4 * MINUTE)
    assert refusal.value.code == "paused"
    reference, code = send(NOW + 60 * MINUTE)
    assert check(reference, code, NOW + 61 * MINUTE).is_right


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_five_tries():
    reference, code = send()

    def guess(number):
        try:
            return check(reference, wrong(code)).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(guess, range(50)))
    assert outcomes.count(Outcome.WRONG) == 4
    assert outcomes.count(Outcome.EXHAUSTED) == 46
    assert PhoneCode.objects.get().tries == 5
    assert check(reference, code).outcome is Outcome.EXHAUSTED


@pytest.mark.django_db(transaction=True)
def test_one_code_opens_one_door_however_many_knock():
    reference, code = send()

    def knock(number):
        try:
            return check(reference, code).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(knock, range(16)))
    assert (outcomes.count(Outcome.RIGHT), outcomes.count(Outcome.USED)) == (1, 15)


@pytest.mark.django_db
def test_old_codes_are_forgotten():
    send()
    assert phone_codes_purge(sent_before=NOW) == 0
    assert phone_codes_purge(sent_before=NOW + MINUTE) == 1
