"""The sender's run, and the door the gateway calls at."""

import pytest
from django.db import transaction
from django.urls import resolve

from exchange.identity_messages import IdentityAdapter
from exchange.sms import HttpSmsAdapter, InboxAdapter
from exchange.tasks import BATCH, messages_send
from exchange.topics import adapter_for, topics_carried
from foundation.outbox.models import OutboxMessage
from foundation.outbox.policies import delivery_policy
from foundation.outbox.services import message_enqueue
from foundation.sms.services import sms_send
from foundation.sms.templates import CASE_PROGRESS

pytestmark = pytest.mark.django_db


def test_one_run_sends_more_than_a_batch(gateway):
    for n in range(BATCH * 2 + 3):
        sms_send(
            phone="19900001234",
            template=CASE_PROGRESS,
            context={"matter": "补贴", "progress": "已受理"},
            dedupe_key=f"case:{n}",
        )
    assert messages_send() == BATCH * 2 + 3
    assert len(gateway.taken) == BATCH * 2 + 3
    assert messages_send() == 0


def test_a_topic_nobody_carries_waits():
    with transaction.atomic():
        message_enqueue(topic="evidence/9", subject="worker:1", dedupe_key="e:1", payload={})
    assert messages_send() == 0
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("waiting", 0)}


def test_every_topic_has_its_adapter_and_its_patience(settings):
    assert topics_carried() == ["certificate-lookup/1", "evidence-pack/1", "identity-check/1", "sms/1"]
    assert isinstance(adapter_for("identity-check/1"), IdentityAdapter)
    assert isinstance(adapter_for("sms/1"), InboxAdapter)
    settings.SMS_GATEWAY = "http"
    assert isinstance(adapter_for("sms/1"), HttpSmsAdapter)
    assert [delivery_policy(topic).attempts for topic in topics_carried()] == [24, 48, 24, 16]


def test_the_gateways_door_is_public_and_needs_no_form_token():
    view = resolve("/exchange/sms/receipts/").func
    assert view.access.kind == "public"
    assert view.csrf_exempt is True
