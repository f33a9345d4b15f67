"""The fast way and Django's way answer alike; what a phone is told is a sentence it can show."""

import json
import time
from datetime import timedelta
from io import BytesIO
from threading import Event, Thread

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from courses.study import replies
from courses.study.gate import BEATS, Turnstile, study_gate
from courses.study.models import StudyBeat, StudyClock
from foundation.policy.models import ParameterVersion
from tests.courses.study.builders import BEGIN, Phone, a_learner

pytestmark = pytest.mark.django_db


def through_the_gate(body, *, cookie="", after=30):
    """Status, headers and content as the web server gets them."""
    told = {}

    def start_response(line, headers):
        told.update(line=line, headers=dict(headers))

    environ = {
        "PATH_INFO": BEATS,
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": cookie,
        "wsgi.input": BytesIO(body),
    }
    with time_machine.travel(BEGIN + timedelta(seconds=after), tick=False):
        content = b"".join(study_gate(lambda *_: [b"page"])(environ, start_response))
    return told["line"], told["headers"], json.loads(content)


@pytest.fixture
def phone(figures):
    return Phone(a_learner())


def test_a_beat_is_answered_ahead_of_django(phone):
    line, headers, content = through_the_gate(phone.body([(0, 45)]))
    assert line == "200 OK"
    assert headers["Cache-Control"] == "no-store"
    assert content == {
        "acknowledged": 1,
        "accepted_ms": 30_000,
        "refused": [
            {
                "reason": "clock",
                "ms": 15_000,
                "words": "上报的时间比实际过去的时间多",
                "advice": "按实际过去的时间计算。没计上的片段可以再看一遍。",
            }
        ],
        "lesson": {"accepted_ms": 30_000, "worth_ms": 1_200_000, "is_watched": False, "is_completed": False},
        "today": {"accepted_ms": 30_000, "max_ms": 16_200_000},
        "is_current": True,
        "question": None,
    }


def test_djangos_way_gives_the_same_answer(phone):
    body = phone.body([(0, 45)])
    _line, _headers, first = through_the_gate(body)
    with time_machine.travel(BEGIN + timedelta(seconds=60), tick=False):
        again = Client(enforce_csrf_checks=True).post(BEATS, body, content_type="text/plain")
    assert (again.status_code, again.json()) == (200, first)
    assert StudyBeat.objects.count() == 2


def test_everything_else_goes_on_to_django():
    seen = []
    gate = study_gate(lambda environ, start: seen.append(environ["PATH_INFO"]) or [b"page"])
    for path, method in ((BEATS, "GET"), ("/", "POST"), ("/study/", "POST")):
        assert gate({"PATH_INFO": path, "REQUEST_METHOD": method}, None) == [b"page"]
    assert seen == [BEATS, "/", "/study/"]


@pytest.mark.parametrize(
    ("body", "line", "code"),
    [
        (b"", "400 Bad Request", "malformed"),
        (b"x" * 40_000, "400 Bad Request", "malformed"),
        (b'{"token": "AAAA", "beats": [{"n": 1, "played": []}]}', "403 Forbidden", "bad_token"),
    ],
)
def test_what_is_no_beat_of_ours_is_told_so(body, line, code):
    told, _headers, content = through_the_gate(body)
    assert (told, content["code"], content["again"]) == (line, code, False)
    assert "请刷新页面" in content["message"]


def test_a_question_is_shown_without_its_answer(phone):
    StudyClock.objects.update(presence_left_ms=1)
    question = through_the_gate(phone.body([(0, 30)]))[2]["question"]
    assert set(question) == {"id", "text", "options", "due_at_ms"}
    assert [set(option) for option in question["options"]] == [{"value", "text"}] * 3
    assert question["due_at_ms"] == int((BEGIN + timedelta(seconds=210)).timestamp() * 1000)


def test_without_the_platforms_figures_the_phone_keeps_its_beats(phone, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: BEGIN.replace(year=2019))
    line, headers, content = through_the_gate(phone.body([(0, 30)]))
    assert (line, headers["Retry-After"]) == ("503 Unavailable", "5")
    assert (content["code"], content["again"]) == ("policy_gap", True)
    assert "政策待确认" in content["message"]
    assert ParameterVersion.objects.exists()
    assert StudyBeat.objects.exists() is False


def test_a_database_that_does_not_answer_is_told_in_a_sentence(phone, monkeypatch):
    def gone(**_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(replies, "beats_record", gone)
    line, _headers, content = through_the_gate(phone.body([(0, 30)]))
    assert (line, content["code"], content["again"]) == ("503 Unavailable", "unavailable", True)
    assert "稍后会自动再传" in content["message"]


def test_pages_are_served_two_at_a_time_in_the_order_in_which_they_came():
    turnstile, begun, left, inside = Turnstile(2), [], [], []
    may_go = {number: Event() for number in range(6)}

    def visit(number):
        with turnstile.place():
            begun.append(number)
            inside.append(len(begun) - len(left))
            may_go[number].wait(10)
            left.append(number)

    visitors = [Thread(target=visit, args=(number,)) for number in range(6)]
    for number, visitor in enumerate(visitors):
        visitor.start()
        wait_until(lambda number=number: len(begun) + len(turnstile._waiting) > number)
    assert begun == [0, 1]
    for number, visitor in enumerate(visitors):
        may_go[number].set()
        visitor.join(10)
        wait_until(lambda number=number: len(begun) == min(6, number + 3))
    assert begun == list(range(6))
    assert max(inside) == 2


def test_a_page_that_breaks_leaves_its_place_to_the_next():
    def broken(environ, start_response):
        raise ZeroDivisionError

    gate = study_gate(broken, pages_at_once=1)
    for _visit in range(3):
        with pytest.raises(ZeroDivisionError):
            gate({"PATH_INFO": "/", "REQUEST_METHOD": "GET"}, None)


def wait_until(is_so):
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)
