"""What the log may say: everything that happened, and nobody's numbers."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
import structlog
from celery import shared_task
from celery.signals import task_prerun
from celery.utils.log import get_task_logger
from django.conf import settings
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django_structlog.celery.receivers import CeleryReceiver

from foundation.accounts.access import public
from portal.operations.logs import configure
from portal.operations.request_log import RequestLogMiddleware, client_address

NUMBERS = ["350201198805060024", "35020119880506002X", "19900001234", "+86 19900001234", "6222021234567890123"]
Lines = Callable[[], str]


@contextmanager
def configured(*, as_json: bool) -> Iterator[Lines]:
    """The real configuration, writing where the test can read."""
    configure({"level": "INFO", "json": as_json})
    written = StringIO()
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(written)
    yield written.getvalue
    configure(settings.LOGGING)


@pytest.fixture(params=[True, False], ids=["json", "console"])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    with configured(as_json=request.param) as read:
        yield read


def said_without(number: str, text: str) -> None:
    assert "the event" in text
    for written in {number, number.removeprefix("+86 ")}:
        assert written not in text


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_the_message_is_masked(lines: Lines, number: str) -> None:
    logging.getLogger("any").warning(f"the event of {number}.")
    said_without(number, lines())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_among_the_arguments_is_masked(lines: Lines, number: str) -> None:
    logging.getLogger("any").warning("the event of %s, %r", number, {"person": [number]})
    said_without(number, lines())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_an_extra_field_is_masked(lines: Lines, number: str) -> None:
    logging.getLogger("any").warning("the event", extra={"who": number, "nested": {"deep": (number, {number})}})
    said_without(number, lines())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_a_structured_event_is_masked(lines: Lines, number: str) -> None:
    structlog.get_logger("any").warning("the event", who=number, nested=[{"deep": number}], error=ValueError(number))
    said_without(number, lines())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_an_exception_is_masked(lines: Lines, number: str) -> None:
    try:
        raise ValueError(f"no such person: {number}")
    except ValueError:
        logging.getLogger("any").exception("the event")
        structlog.get_logger("any").exception("the event")
    text = lines()
    said_without(number, text)
    assert "ValueError" in text


@pytest.mark.parametrize("number", [19900001234, 350201198805060024])
def test_a_number_that_is_not_text_is_masked(lines: Lines, number: int) -> None:
    structlog.get_logger("any").warning("the event", who=number)
    logging.getLogger("any").warning("the event", extra={"who": number})
    said_without(str(number), lines())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_the_log_of_a_task_is_masked(lines: Lines, number: str) -> None:
    get_task_logger("any").warning("the event of %s", number)
    said_without(number, lines())


def test_short_numbers_stay_readable(lines: Lines) -> None:
    structlog.get_logger("any").warning("the event", rows=10_000, amount_fen=150_000, day="2026-01-01")
    text = lines()
    for readable in ("10000", "150000", "2026-01-01"):
        assert readable in text


def fails(request: object) -> None:
    raise ValueError("the event of 19900001234")


urlpatterns = [*__import__("portal.urls", fromlist=["urlpatterns"]).urlpatterns[:2], path("fails", public(fails))]


def events(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture
def json_events() -> Iterator[Callable[[], list[dict[str, object]]]]:
    with configured(as_json=True) as read:
        yield lambda: events(read())


def test_every_line_of_a_request_and_its_response_carry_one_id(client: Client, json_events) -> None:
    response = client.get("/healthz")
    ids = {event["request_id"] for event in json_events()}
    assert ids == {response.headers["X-Request-ID"]}


def test_a_caller_cannot_choose_the_request_id(client: Client, json_events) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "forged"})
    assert response.headers["X-Request-ID"] != "forged"
    assert {event["request_id"] for event in json_events()} == {response.headers["X-Request-ID"]}


def test_neither_query_nor_form_reaches_the_log(client: Client, json_events) -> None:
    client.get("/healthz?name=王小梅&token=abc123")
    client.post("/healthz", {"name": "王小梅", "token": "abc123"})
    said = json.dumps(json_events(), ensure_ascii=False)
    assert "GET /healthz" in said
    assert "POST /healthz" in said
    assert "王小梅" not in said
    assert "abc123" not in said


@override_settings(ROOT_URLCONF=__name__)
def test_a_failing_page_is_logged_under_its_id_without_the_number(client: Client, json_events) -> None:
    client.raise_request_exception = False
    response = client.get("/fails?token=abc123")
    logged = json_events()
    said = json.dumps(logged)
    assert response.status_code == 500
    assert "ValueError" in said
    assert "19900001234" not in said
    assert "abc123" not in said
    assert response.headers["X-Request-ID"] in {event.get("request_id") for event in logged}


@shared_task(name="tests.says_a_number")
def says_a_number(number: str) -> None:
    structlog.get_logger("any").warning("the event", who=number)


@pytest.fixture
def _task_events() -> Iterator[None]:
    """What the worker connects when it starts."""
    receiver = CeleryReceiver()
    task_prerun.connect(receiver.receiver_task_prerun)
    yield
    task_prerun.disconnect(receiver.receiver_task_prerun)
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_task_events")
def test_a_task_says_its_id_and_no_number(json_events) -> None:
    task_id = says_a_number.delay("19900001234").id
    logged = json_events()
    assert "19900001234" not in json.dumps(logged)
    assert task_id in {event.get("task_id") for event in logged if event["event"] == "the event"}


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (2, "10.0.0.2", "10.0.0.9"),
    ],
)
def test_the_callers_address_is_believed_only_from_our_own_proxies(proxies: int, header: str, address: str) -> None:
    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        assert client_address({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": header}) == address


def test_the_check_code_of_a_certificate_is_not_in_the_log():
    request = RequestFactory().get("/v/PX350203000120260000012/FW369RH2/photo/?from=qr")
    assert RequestLogMiddleware.format_request(request) == "GET /v/PX350203000120260000012/…/photo/"
