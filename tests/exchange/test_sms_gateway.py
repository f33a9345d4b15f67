"""Text messages over a real socket to a gateway that has good days and bad."""

import logging
import socket
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from exchange import http
from exchange.tasks import messages_send
from foundation.outbox.models import OutboxMessage
from foundation.outbox.states import MessageState
from foundation.sms.models import SmsMessage
from foundation.sms.services import sms_delivery_record, sms_send
from foundation.sms.states import SmsState
from foundation.sms.templates import CASE_PROGRESS, SIGN_IN_CODE
from tests.exchange.other_system import Trouble

pytestmark = pytest.mark.django_db

PHONE = "19900001234"


def send_code(n=1):
    return sms_send(phone=PHONE, template=SIGN_IN_CODE, context={"code": "482913"}, dedupe_key=f"code:{n}")


def send_notice(n=1):
    return sms_send(
        phone=PHONE,
        template=CASE_PROGRESS,
        context={"matter": "培训补贴", "progress": "已受理"},
        dedupe_key=f"case:{n}",
    )


def now_of(sms):
    sms.refresh_from_db()
    return sms, OutboxMessage.objects.get(topic="sms/1", dedupe_key=sms.dedupe_key)


def test_a_text_reaches_the_gateway_once_signed_and_with_its_key(gateway):
    sms = send_notice()
    assert messages_send() == 1
    sms, message = now_of(sms)
    assert gateway.calls == [{"path": "/messages", "key": str(message.key), "genuine": True}]
    assert gateway.taken[str(message.key)] == {
        "reference": str(message.key),
        "template": "case_progress",
        "phone": PHONE,
        "text": "【巧手】您办理的“培训补贴”有新进展：已受理。登录平台可以查看。",
    }
    assert (sms.state, sms.gateway_id, sms.failure_code) == (SmsState.SENT, "gw-1", "")
    assert (message.state, message.receipt) == (MessageState.DELIVERED, {"state": "sent", "gateway_id": "gw-1"})
    assert messages_send() == 0


def test_a_code_is_gone_from_the_database_once_the_gateway_has_it(gateway):
    sms, notice = send_code(), send_notice()
    messages_send()
    assert now_of(sms)[0].text == ""
    assert now_of(notice)[0].text != ""


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble(status=500), "http_500"),
        (Trouble(status=503), "http_503"),
        (Trouble(status=429), "http_429"),
        (Trouble(raw=b"<html>proxy</html>"), "bad_answer"),
        (Trouble(raw=b"[1]"), "bad_answer"),
        (Trouble(raw=b'{"id": ""}'), "bad_answer"),
        (Trouble(raw=b'{"id": null}'), "bad_answer"),
        (Trouble(raw=b"x" * 70_000), "bad_answer"),
        (Trouble(drip=True), "bad_answer"),
        (Trouble(delay=0.6), "timeout"),
        (Trouble(hang_up=True), "unreachable"),
    ],
)
def test_what_can_heal_is_tried_again_and_sent_once(gateway, monkeypatch, trouble, code):
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.3)
    gateway.troubles = [trouble]
    sms = send_code()
    messages_send()
    sms, message = now_of(sms)
    assert (message.state, message.last_error_code, message.attempts) == (MessageState.WAITING, code, 1)
    assert sms.state == SmsState.QUEUED
    assert messages_send() == 0
    with time_machine.travel(message.not_before + timedelta(seconds=1), tick=True):
        assert messages_send() == 1
    sms, message = now_of(sms)
    assert (sms.state, message.state, message.attempts) == (SmsState.SENT, MessageState.DELIVERED, 2)
    assert len(gateway.taken) == 1
    assert {call["key"] for call in gateway.calls} == {str(message.key)}


def test_a_gateway_that_names_a_pause_gets_it(gateway):
    gateway.troubles = [Trouble(status=429, headers={"Retry-After": "60"})]
    before = timezone.now()
    _sms, message = now_of((send_notice(), messages_send())[0])
    assert message.not_before >= before + timedelta(seconds=60)


def test_an_answer_lost_on_the_way_sends_the_text_once(gateway):
    gateway.troubles = [Trouble(hang_up=True, after_taking=True)]
    sms = send_code()
    messages_send()
    _sms, message = now_of(sms)
    with time_machine.travel(message.not_before + timedelta(seconds=1), tick=True):
        messages_send()
    sms, message = now_of(sms)
    assert (sms.gateway_id, len(gateway.calls), len(gateway.taken)) == ("gw-1", 2, 1)


@pytest.mark.parametrize("status", [400, 401, 404, 422, 301])
def test_a_plain_no_is_final_and_shows_in_both_places(gateway, status):
    gateway.troubles = [Trouble(status=status)]
    sms = send_code()
    messages_send()
    sms, message = now_of(sms)
    assert (message.state, message.last_error_code) == (MessageState.DEAD, f"http_{status}")
    assert PHONE not in message.last_error
    assert (sms.state, sms.failure_code, sms.text) == (SmsState.FAILED, f"http_{status}", "")
    assert gateway.taken == {}


def test_a_wrong_key_is_refused_by_the_gateway(gateway, settings):
    settings.SMS_GATEWAY_KEY = "another-key"
    _sms, message = now_of((send_notice(), messages_send())[0])
    assert (message.state, message.last_error_code) == (MessageState.DEAD, "http_401")


def test_a_code_older_than_five_minutes_is_not_sent_any_more(gateway):
    sms = send_code()
    with time_machine.travel(sms.expires_at, tick=True):
        messages_send()
    sms, message = now_of(sms)
    assert (sms.state, sms.text, message.state) == (SmsState.EXPIRED, "", MessageState.DELIVERED)
    assert message.receipt == {"state": "expired", "gateway_id": ""}
    assert gateway.calls == []


def test_a_missing_gateway_waits_until_it_is_there(gateway, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    good = settings.SMS_GATEWAY_URL
    for url, code in [("", "not_configured"), (f"http://127.0.0.1:{port}/", "unreachable")]:
        settings.SMS_GATEWAY_URL = url
        sms = send_notice(code)
        messages_send()
        assert now_of(sms)[1].last_error_code == code
    settings.SMS_GATEWAY_URL = good
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        assert messages_send() == 2
    assert set(SmsMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_one_bad_text_does_not_hold_up_the_others(gateway):
    gateway.troubles = [Trouble(status=500), Trouble(status=400)]
    messages = [send_notice(n) for n in range(5)]
    messages_send()
    assert [now_of(sms)[0].state for sms in messages] == ["queued", "failed", "sent", "sent", "sent"]


def test_no_log_line_names_a_person_or_a_code(gateway, caplog, capsys):
    gateway.troubles = [Trouble(status=500), Trouble(status=400), Trouble(delay=0)]
    with caplog.at_level(logging.DEBUG):
        for n in range(3):
            send_code(n)
        messages_send()
    written = caplog.text + "".join(capsys.readouterr())
    assert "not_delivered" in written
    assert PHONE not in written
    assert "482913" not in written


def test_the_development_inbox_keeps_the_code_to_be_read(settings):
    settings.SMS_GATEWAY = "inbox"
    sms = send_code()
    messages_send()
    sms, message = now_of(sms)
    assert (sms.state, message.state) == (SmsState.DELIVERED, MessageState.DELIVERED)
    assert sms.text == "【巧手】验证码 482913，5 分钟内有效。工作人员不会向您索要验证码。"


def test_a_sender_killed_after_the_gateway_answered_sends_nothing_again(gateway):
    sms = send_notice()
    messages_send()
    # As if the process died after the text was noted as sent and before the outbox was.
    OutboxMessage.objects.update(
        state=MessageState.IN_FLIGHT,
        delivered_at=None,
        leased_until=timezone.now() - timedelta(seconds=1),
        payload=f'{{"sms_id": {sms.pk}}}',
    )
    sms_delivery_record(gateway_id="gw-1", state="delivered", code="", at=timezone.now())
    assert messages_send() == 1
    sms, message = now_of(sms)
    assert (message.state, message.receipt) == (MessageState.DELIVERED, {"state": "delivered", "gateway_id": "gw-1"})
    assert len(gateway.calls) == 1
