"""Text messages: what is kept, what expires, and how far a message came."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from foundation.crypto.cipher import blind_index
from foundation.outbox.models import OutboxMessage
from foundation.sms.errors import SmsError
from foundation.sms.models import SmsMessage
from foundation.sms.selectors import inbox_messages
from foundation.sms.services import (
    sms_delivery_record,
    sms_failure_record,
    sms_send,
    sms_sent_record,
    sms_take_for_sending,
)
from foundation.sms.templates import SIGN_IN_CODE, SmsTemplate, sms_template, sms_template_register

pytestmark = pytest.mark.django_db

PHONE = "19900001234"
NOON = datetime(2030, 3, 4, 4, 0, tzinfo=UTC)


@pytest.fixture
def _real_gateway(settings):
    settings.SMS_GATEWAY = "http"


def a_code(n=1):
    return sms_send(phone=PHONE, template=SIGN_IN_CODE, context={"code": "482913"}, dedupe_key=f"code:{n}")


def sent(n=1):
    return sms_sent_record(sms_id=a_code(n).pk, gateway_id=f"gw-{n}", at=NOON)


def test_number_and_text_are_encrypted_and_the_message_carries_only_the_id():
    sms = a_code()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index, text FROM sms_smsmessage")
        phone, index, text = (bytes(value) for value in cursor.fetchone())
    assert PHONE.encode() not in phone
    assert b"482913" not in text
    assert index == blind_index("phone", PHONE)
    message = OutboxMessage.objects.get()
    assert (message.topic, message.subject, message.dedupe_key) == ("sms/1", f"sms:{sms.pk}", "code:1")
    assert (message.content, message.is_urgent) == ({"sms_id": sms.pk}, True)
    assert str(sms) == "sign_in_code 199****1234"


def test_the_wording_is_the_registered_one_whatever_the_language():
    with translation.override("en"):
        sms = a_code()
    assert sms.text == "【巧手】验证码 482913，5 分钟内有效。工作人员不会向您索要验证码。"
    assert sms.expires_at - sms.queued_at == timedelta(minutes=5)


def test_the_same_dedupe_key_sends_nothing_twice():
    assert a_code().pk == a_code().pk
    assert (SmsMessage.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_a_text_without_its_words_is_not_sent():
    with pytest.raises(KeyError):
        sms_send(phone=PHONE, template=SIGN_IN_CODE, context={}, dedupe_key="code:1")
    assert SmsMessage.objects.exists() is False
    assert OutboxMessage.objects.exists() is False


def test_a_template_code_is_taken_once():
    with pytest.raises(ValueError, match="sign_in_code"):
        sms_template_register(SmsTemplate(code="sign_in_code", title="", wording="", ttl_seconds=1))
    assert sms_template("sign_in_code") is SIGN_IN_CODE


@pytest.mark.usefixtures("_real_gateway")
def test_a_code_expires_and_is_scrubbed():
    sms = a_code()
    assert sms_take_for_sending(sms_id=sms.pk, at=sms.expires_at - timedelta(seconds=1)).needs_sending is True
    expired = sms_take_for_sending(sms_id=sms.pk, at=sms.expires_at)
    assert (expired.state, expired.text, expired.needs_sending) == ("expired", "", False)


@pytest.mark.usefixtures("_real_gateway")
def test_a_code_is_scrubbed_when_sent_and_when_given_up():
    assert sent().text == ""
    other = a_code(2)
    sms_failure_record(sms_id=other.pk, code="http_400", at=NOON)
    other.refresh_from_db()
    assert (other.state, other.failure_code, other.text) == ("failed", "http_400", "")
    assert sms_take_for_sending(sms_id=other.pk, at=timezone.now()).state == "expired"


def test_recording_the_sending_twice_keeps_the_first_number():
    sms = sent()
    again = sms_sent_record(sms_id=sms.pk, gateway_id="gw-other", at=NOON + timedelta(hours=1))
    assert (again.gateway_id, again.sent_at) == ("gw-1", NOON)


@pytest.mark.parametrize(
    ("reports", "state", "code"),
    [
        (["sent"], "sent", ""),
        (["delivered"], "delivered", ""),
        (["delivered", "sent"], "delivered", ""),
        (["delivered", "delivered"], "delivered", ""),
        (["delivered", "failed"], "delivered", ""),
        (["failed", "sent"], "failed", "E7"),
        (["failed", "delivered"], "delivered", ""),
    ],
)
def test_reports_only_move_a_message_forward(reports, state, code):
    sent()
    for reported in reports:
        sms = sms_delivery_record(gateway_id="gw-1", state=reported, code="E7", at=NOON)
    assert (sms.state, sms.failure_code) == (state, code)


@pytest.mark.parametrize(
    ("gateway_id", "state", "code"),
    [
        ("gw-9", "delivered", "unknown_gateway_id"),
        ("", "delivered", "unknown_gateway_id"),
        ("gw-1", "queued", "unknown_state"),
        ("gw-1", "read", "unknown_state"),
    ],
)
def test_a_report_nobody_understands_changes_nothing(gateway_id, state, code):
    sent()
    a_code(2)
    with pytest.raises(SmsError) as refusal:
        sms_delivery_record(gateway_id=gateway_id, state=state, code="", at=NOON)
    assert refusal.value.code == code
    assert list(SmsMessage.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "queued"]


def test_a_gateway_number_names_one_message():
    sent(1)
    other = a_code(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        sms_sent_record(sms_id=other.pk, gateway_id="gw-1", at=NOON)


def test_the_inbox_shows_the_newest_first_and_only_in_development(settings):
    first, second, third = a_code(1), a_code(2), a_code(3)
    assert [sms.pk for sms in inbox_messages(2)] == [third.pk, second.pk]
    assert "482913" in inbox_messages(3)[2].text
    settings.SMS_GATEWAY = "http"
    assert list(inbox_messages(2)) == []
    assert first.state == "queued"
