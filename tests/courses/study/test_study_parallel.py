"""Phones at the same moment, the same request twice, a process killed: through real connections to PostgreSQL."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import Sum

from courses.study import replies
from courses.study.errors import StudyError
from courses.study.messages import message_read
from courses.study.models import LessonProgress, StudyBeat, StudyClock, Viewing
from courses.study.selectors.refusals import refusals_of
from courses.study.services import appeal_decide, appeal_make, beats_record
from foundation.accounts.states import Role
from tests.courses.study.builders import BEGIN, Phone, a_learner, seconds, the_platforms_figures
from tests.foundation.test_outbox_parallel import in_threads
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def learner(transactional_db):
    the_platforms_figures()
    return a_learner()


def at(after):
    return BEGIN + timedelta(seconds=after)


def test_the_same_request_eight_times_at_once_counts_once(learner):
    phone = Phone(learner)
    body = phone.body([(0, 30)])
    answers = in_threads(8, lambda _: phone.send(body, after=30))
    assert [seconds(answer) for answer in answers] == [(30, {})] * 8
    assert StudyBeat.objects.count() == 1
    assert LessonProgress.objects.get().credited_ms == 30_000


def test_eight_invented_beats_at_once_share_the_time_that_passed(learner):
    phone = Phone(learner)
    bodies = [phone.body([(100 * n, 100 * n + 30)], number=n + 1) for n in range(8)]
    in_threads(8, lambda n: phone.send(bodies[n], after=30))
    row = LessonProgress.objects.get()
    assert row.accepted_ms == 30_000
    assert row.reported_ms == 240_000 == row.accepted_ms + row.refused_ms
    assert StudyBeat.objects.aggregate(ms=Sum("accepted_ms"))["ms"] == 30_000


def test_a_first_lesson_opened_on_six_phones_at_once_leaves_one_clock(learner):
    phones = in_threads(6, lambda n: Phone(learner, device=str(n)))
    assert Viewing.objects.count() == 6
    last = StudyClock.objects.get().viewing_id
    answers = in_threads(6, lambda n: phones[n].play(0, 30, after=30))
    assert sum(answer.accepted_ms for answer in answers) == 30_000
    (current,) = [n for n, phone in enumerate(phones) if phone.opened.viewing.pk == last]
    assert answers[current].accepted_ms == 30_000


def test_batches_of_two_processes_with_the_same_workers_do_not_wait_in_a_circle(learner):
    phones = [Phone(learner), *(Phone(a_learner()) for _ in range(5))]

    def send(index):
        for n in range(6):
            order = phones if index % 2 else phones[::-1]
            bodies = [phone.body([(n * 10, n * 10 + 5)], number=n * 4 + index + 1) for phone in order]
            beats_record(messages=[message_read(body) for body in bodies], at=at(10 * n + 10))

    in_threads(4, send)
    for row in LessonProgress.objects.all():
        assert row.reported_ms == row.accepted_ms + row.refused_ms == 120_000
        assert row.accepted_ms <= 60_000


def test_through_the_gathering_every_worker_gets_her_own(learner, monkeypatch):
    phones = [Phone(learner), *(Phone(a_learner()) for _ in range(7))]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(30))
    answers = in_threads(8, lambda n: replies.reply(phones[n].body([(0, 20 + n)])))
    assert [status for status, _content in answers] == [200] * 8
    accepted = {row.enrolment_id: row.accepted_ms for row in LessonProgress.objects.all()}
    assert [accepted[phone.enrolment.pk] for phone in phones] == [(20 + n) * 1000 for n in range(8)]


def test_two_officers_answer_one_appeal_and_one_of_them_is_told(learner):
    first, second = Phone(learner), Phone(learner)
    second.play(0, 10, after=60)
    first.play(100, 130, after=60)
    made = appeal_make(
        worker=learner.worker,
        enrolment_id=learner.pk,
        refusal_key=refusals_of(learner)[0].key,
        actor=learner.worker.user,
        at=at(90),
    )
    officers = [an_officer(Role.OFFICER_REVIEW) for _ in range(2)]

    def decide(n):
        try:
            return appeal_decide(appeal_id=made.pk, uphold=True, reason="核实", actor=officers[n], at=at(100)).state
        except StudyError as refusal:
            return refusal.code

    assert sorted(in_threads(2, decide)) == ["already_answered", "upheld"]
    assert LessonProgress.objects.get().accepted_ms == 40_000


def in_a_process_that_is_killed(work, seen):
    """Run ``work`` in a process of its own and kill it as soon as ``seen`` is true."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    ends_at = time.monotonic() + 10
    while not seen() and time.monotonic() < ends_at:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_killed_between_commit_and_answer_nothing_is_lost_and_nothing_counts_twice(learner):
    phone = Phone(learner)
    body = phone.body([(0, 30)])

    def record_and_never_answer():
        phone.send(body, after=30)
        threading.Event().wait()

    in_a_process_that_is_killed(record_and_never_answer, StudyBeat.objects.exists)
    assert seconds(phone.send(body, after=45)) == (30, {})
    assert StudyBeat.objects.count() == 1
    assert LessonProgress.objects.get().accepted_ms == 30_000


def test_killed_before_the_commit_the_request_counts_when_it_comes_again(learner, tmp_path):
    phone = Phone(learner)
    body = phone.body([(0, 30)])
    mark = tmp_path / "written"

    def record_and_never_commit():
        from django.db import transaction

        with transaction.atomic():
            phone.send(body, after=30)
            mark.touch()
            threading.Event().wait()

    in_a_process_that_is_killed(record_and_never_commit, mark.exists)
    assert StudyBeat.objects.exists() is False
    assert seconds(phone.send(body, after=45)) == (30, {})
