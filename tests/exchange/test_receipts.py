"""The gateway reports how far a text came: late, twice, in any order. And somebody may pretend to be the gateway."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from exchange.models import InboundMessage
from exchange.selectors import inbound_due
from exchange.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from exchange.tasks import inbound_handle, inbound_handle_waiting, messages_send
from foundation.sms.models import SmsMessage
from foundation.sms.services import sms_send
from foundation.sms.templates import CASE_PROGRESS

pytestmark = pytest.mark.django_db

KEY = "gateway-test-key"
PATH = "/exchange/sms/receipts/"


@pytest.fixture(autouse=True)
def _keyed(settings):
    settings.SMS_GATEWAY_KEY = KEY


@pytest.fixture
def sms(gateway):
    sms = sms_send(
        phone="19900001234",
        template=CASE_PROGRESS,
        context={"matter": "补贴", "progress": "已受理"},
        dedupe_key="case:1",
    )
    messages_send()
    return sms


def report(**changes):
    return {
        "id": "r-1",
        "gateway_id": "gw-1",
        "state": "delivered",
        "code": "",
        "at": timezone.now().isoformat(),
    } | changes


def post(body, *, key=KEY, at=None, path=PATH, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(time.time() if at is None else at))
    headers = {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(key, timestamp=timestamp, path=path, body=content),
    } | headers
    # A browser's protection against forged forms must not stand in the gateway's way.
    return Client(enforce_csrf_checks=True).post(PATH, content, content_type="application/json", headers=headers)


def handle_all():
    for pk in InboundMessage.objects.values_list("pk", flat=True):
        inbound_handle(pk)


def test_a_report_is_kept_as_it_came_and_moves_the_text(sms):
    body = report()
    response = post(body)
    assert (response.status_code, response.json()) == (200, {"id": "r-1", "accepted": True})
    stored = InboundMessage.objects.get()
    assert (json.loads(stored.body), stored.state, stored.source) == (body, "received", "sms-receipt/1")
    assert inbound_handle(stored.pk) == "handled"
    sms.refresh_from_db()
    assert sms.state == "delivered"
    assert sms.finished_at.isoformat() == body["at"]


def test_the_same_report_twice_has_the_same_answer_and_one_effect(sms):
    body = report(state="failed", code="UNDELIV")
    answers = [post(body).content for _ in range(3)]
    handle_all()
    handle_all()
    assert len(set(answers)) == 1
    stored = InboundMessage.objects.get()
    assert (stored.state, stored.attempts) == ("handled", 1)
    sms.refresh_from_db()
    assert (sms.state, sms.failure_code) == ("failed", "UNDELIV")


def test_one_number_for_two_reports_is_refused(sms):
    body = report()
    assert post(body).status_code == 200
    response = post(body | {"state": "failed"})
    assert (response.status_code, response.json()) == (409, {"error": "different_body"})
    assert InboundMessage.objects.count() == 1


def test_a_late_report_does_not_move_a_text_back(sms):
    for n, state in enumerate(["delivered", "sent", "failed"]):
        post(report(id=f"r-{n}", state=state))
    handle_all()
    sms.refresh_from_db()
    assert (sms.state, sms.failure_code) == ("delivered", "")
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {"handled"}


@pytest.mark.parametrize(
    "call",
    [
        {"key": "another-key"},
        {"key": ""},
        {"at": 1_000_000},
        {"at": time.time() - 301},
        {"at": time.time() + 900},
        {"path": "/messages"},
        {SIGNATURE_HEADER: ""},
        {SIGNATURE_HEADER: "sha256=é"},
        {TIMESTAMP_HEADER: "now"},
        {TIMESTAMP_HEADER: "-5"},
        {TIMESTAMP_HEADER: "9" * 400},
        {TIMESTAMP_HEADER: "²"},
    ],
)
def test_a_call_that_is_not_the_gateways_changes_nothing(sms, call):
    response = post(report(), **call)
    assert (response.status_code, response.json()) == (401, {"error": "not_genuine"})
    assert InboundMessage.objects.exists() is False


def test_without_a_key_nobody_is_genuine(settings):
    settings.SMS_GATEWAY_KEY = ""
    assert post(report(), key="").status_code == 401
    assert InboundMessage.objects.exists() is False


def test_a_recorded_call_is_refused_once_its_time_is_over(sms):
    with time_machine.travel(timezone.now() - timedelta(minutes=6), tick=False):
        recorded_at = time.time()
    assert post(report(), at=recorded_at).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe{",
        b"[]",
        b"null",
        b"[" * 30_000,
        {"id": "r-1", "gateway_id": "gw-1"},
        {"id": "r-1", "gateway_id": "gw-1", "state": "read"},
        {"id": "r-1", "gateway_id": "gw-1", "state": ["sent"]},
        {"id": "", "gateway_id": "gw-1", "state": "sent"},
        {"id": 5, "gateway_id": "gw-1", "state": "sent"},
        {"id": "r\x00", "gateway_id": "gw-1", "state": "sent"},
        {"id": "r" * 101, "gateway_id": "gw-1", "state": "sent"},
        {"id": "r-1", "gateway_id": "gw-1", "state": "failed", "code": "\x00"},
        {"id": "r-1", "gateway_id": "gw-1", "state": "failed", "code": {}},
    ],
)
def test_what_is_not_a_report_is_refused(body):
    response = post(body)
    assert (response.status_code, response.json()) == (400, {"error": "malformed"})
    assert InboundMessage.objects.exists() is False


def test_a_large_body_is_refused_unread():
    response = post(b" " * (64 * 1024 + 1))
    assert (response.status_code, response.json()) == (413, {"error": "too_large"})


def test_only_posting_is_possible():
    assert Client().get(PATH).status_code == 405


@pytest.mark.parametrize(
    "at", ["yesterday", "2030-02-31T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59", ""]
)
def test_an_impossible_time_is_replaced_by_the_time_of_arrival(sms, at):
    post(report(at=at))
    handle_all()
    sms.refresh_from_db()
    assert sms.state == "delivered"
    assert sms.finished_at == InboundMessage.objects.get().received_at


def test_a_report_faster_than_our_own_note_is_handled_a_little_later(sms):
    SmsMessage.objects.update(gateway_id="", state="queued")
    post(report())
    stored = InboundMessage.objects.get()
    assert inbound_handle(stored.pk) == "received"
    assert list(inbound_due(now=timezone.now(), limit=5)) == []
    SmsMessage.objects.update(gateway_id="gw-1", state="sent")
    assert list(inbound_due(now=timezone.now() + timedelta(seconds=31), limit=5)) == [stored]
    assert inbound_handle(stored.pk) == "handled"
    sms.refresh_from_db()
    assert sms.state == "delivered"


def test_a_report_about_nothing_of_ours_is_given_up():
    post(report(gateway_id="gw-unknown"))
    stored = InboundMessage.objects.get()
    assert [inbound_handle(stored.pk) for _ in range(8)] == ["received"] * 7 + ["failed"]
    stored.refresh_from_db()
    assert stored.last_error_code == "unknown_gateway_id"
    assert inbound_handle(stored.pk) == "failed"


def test_the_periodic_run_wakes_the_handler_for_what_was_left(sms, monkeypatch):
    woken = []
    monkeypatch.setattr("exchange.tasks.task_wake", lambda name, pk: woken.append((name, pk)) or True)
    post(report())
    assert inbound_handle_waiting() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert inbound_handle_waiting() == 1
    assert woken == [("exchange.tasks.inbound_handle", InboundMessage.objects.get().pk)]


def test_a_stored_report_wakes_the_handler_with_its_id_only(sms, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr("exchange.services.task_wake", lambda *args: woken.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        post(report())
        post(report())
    assert woken == [("exchange.tasks.inbound_handle", InboundMessage.objects.get().pk)]
