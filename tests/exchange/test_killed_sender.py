"""A sender that is killed outright, in the middle of a call."""

import os
import signal
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from exchange.tasks import messages_send
from foundation.outbox.models import OutboxMessage
from foundation.sms.models import SmsMessage
from foundation.sms.services import sms_send
from foundation.sms.templates import SIGN_IN_CODE
from tests.exchange.other_system import Trouble


def send_and_be_killed_when(seen):
    """Run the sender in a process of its own and kill it as soon as ``seen`` is true."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            messages_send()
        finally:
            os._exit(0)
    ends_at = time.monotonic() + 10
    while not seen() and time.monotonic() < ends_at:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_killed_senders_text_goes_out_after_the_lease_and_only_once(gateway):
    gateway.troubles = [Trouble(delay=0.5)]
    sms = sms_send(phone="19900001234", template=SIGN_IN_CODE, context={"code": "482913"}, dedupe_key="code:1")
    send_and_be_killed_when(lambda: gateway.calls)
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("in_flight", 1)
    assert messages_send() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1), tick=True):
        assert messages_send() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("delivered", 2)
    assert SmsMessage.objects.get(pk=sms.pk).state == "sent"
    assert [call["key"] for call in gateway.calls] == [str(message.key)] * 2
    assert len(gateway.taken) == 1
