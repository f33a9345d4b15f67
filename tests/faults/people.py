"""Learners with phones and claimants with browsers, over real HTTP: they try again as people and phones do."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from courses.study.models import LessonProgress, StudyBeat, StudyClock
from courses.study.services import viewing_start
from subsidies.claims.models import Claim
from tests.courses.builders import a_class_run, a_course_version, an_enrolment
from tests.courses.study.builders import a_video
from tests.faults.cases import unheard
from tests.faults.machine import Web
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claimant, a_level_certificate, a_scheme

Ask = Callable[[str, str, bytes | None], tuple[int, dict[str, str], str]]
BEAT_MS = 300
TOKEN = "a" * 32


@dataclass
class Learner:
    """Somebody at a lesson, whose phone sends a beat every ``BEAT_MS`` and each again until it is answered."""

    token: str
    enrolment: Any
    worker: int
    sent: int = 0
    answered: int = 0
    accepted_ms: int = 0
    statuses: set[int] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)

    def study(self, web: Web, ends: threading.Event) -> None:
        while not ends.is_set():
            time.sleep(BEAT_MS / 1000)
            self.beat(web)

    def beat(self, web: Web, *, played_ms: int = BEAT_MS) -> None:
        """The next stretch of the lesson, sent until it is answered."""
        self.sent += 1
        start = self.accepted_ms
        beat = {"n": self.sent, "played": [[start, start + played_ms]], "speed": 100}
        body = json.dumps({"token": self.token, "beats": [beat]}).encode()
        while True:
            try:
                status, _headers, text = web.ask("POST", "/study/beats/", body)
            except (OSError, http.client.HTTPException):
                status, text = 0, ""
            self.statuses.add(status)
            if status == 200:
                break
            if text:
                self.sentences.add(json.loads(text)["message"])
            time.sleep(0.1)
        answer = json.loads(text)
        assert answer["acknowledged"] == self.sent, answer
        self.answered += 1
        self.accepted_ms = answer["lesson"]["accepted_ms"]

    def standing(self) -> tuple[int, int]:
        """What the database holds: the last beat's number, and the time counted."""
        progress = LessonProgress.objects.get(enrolment=self.enrolment)
        return StudyClock.objects.get(worker=self.worker).sequence, progress.accepted_ms

    def logged(self) -> list[int]:
        """The numbers of the beats in the log, each as often as it stands there."""
        rows = StudyBeat.objects.filter(enrolment=self.enrolment.pk).order_by("sequence")
        return list(rows.values_list("sequence", flat=True))


def learners(number: int) -> list[Learner]:
    """So many people in a class, each with the lesson open."""
    made = []
    with unheard():
        run = a_class_run(a_course_version(lessons=[a_video(minutes=120)]), seats=200)
        lesson = run.course_version.lessons.get()
        for _n in range(number):
            from tests.faults.cases_courses import a_person

            enrolment = an_enrolment(run, a_person())
            opened = viewing_start(
                worker=enrolment.worker,
                enrolment_id=enrolment.pk,
                lesson_id=lesson.pk,
                at=timezone.now(),
                device="手机",
            )
            made.append(Learner(opened.token, enrolment, enrolment.worker_id))
    return made


@dataclass
class Claimant:
    """Somebody with a certificate who sends her claim, and sends it again when she is told to."""

    worker: int
    path: str
    cookies: str
    statuses: list[int] = field(default_factory=list)
    pages: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    def claim(self, web: Web, ends: threading.Event | None = None) -> None:
        form = urlencode({"agree": "on", "csrfmiddlewaretoken": TOKEN}).encode()
        while True:
            try:
                answer = web.ask(
                    "POST", self.path, form, Cookie=self.cookies, Content_Type="application/x-www-form-urlencoded"
                )
            except (OSError, http.client.HTTPException):
                answer = (0, {}, "")
            self.statuses.append(answer[0])
            if answer[0] == 302:
                return
            self.pages.append(answer)
            time.sleep(0.2)

    def claims(self) -> int:
        return Claim.objects.filter(worker=self.worker, state="submitted").count()


def claimants(number: int) -> list[Claimant]:
    """So many people who may have 700 yuan each."""
    made = []
    with unheard():
        scheme = a_scheme()
        for _n in range(number):
            worker = a_claimant()
            certificate = a_level_certificate(worker)
            client = signed_in(worker.user)
            cookies = "; ".join(f"{name}={part.value}" for name, part in client.cookies.items())
            path = reverse("my_claim_new", args=[scheme.pk, "level", certificate.pk])
            made.append(Claimant(worker.pk, path, f"{cookies}; csrftoken={TOKEN}"))
    return made


def together(works: list[Callable[[], None]]) -> list[threading.Thread]:
    """Each in a thread of its own."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads
