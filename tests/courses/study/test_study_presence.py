"""“还在学习吗”: asked at moments nobody foresees, answered in time or at a cost of the time between."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.study.models import PresenceAnswer, PresenceQuestion, StudyClock
from courses.study.questions import KINDS, TEXTS, next_after, option_text, question_draw, question_text
from courses.study.services import presence_answer
from tests.courses.study.builders import BEGIN, Phone, a_learner, seconds
from tests.workers.builders import TODAY, a_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(figures):
    """A phone whose worker has just been asked, 30 seconds after the beginning; due after another 180."""
    phone = Phone(a_learner())
    StudyClock.objects.update(presence_left_ms=20_000)
    phone.answer = phone.play(0, 30, after=30)
    return phone


def answer(phone, choice, after):
    question = StudyClock.objects.get().question
    return presence_answer(
        worker=phone.enrolment.worker,
        question_id=question.pk,
        choice=choice,
        at=BEGIN + timedelta(seconds=after),
    )


def right(phone):
    return StudyClock.objects.get().question.right


def test_a_question_comes_with_the_answer_to_a_beat(asked):
    question = PresenceQuestion.objects.get()
    assert asked.answer.question == question
    assert (question.asked_at, question.due_at) == (BEGIN + timedelta(seconds=30), BEGIN + timedelta(seconds=210))
    assert question.right in question.options
    assert len(set(question.options)) == 3
    assert StudyClock.objects.get().presence_left_ms >= 300 * 60_000


def test_the_question_is_repeated_until_it_is_answered(asked):
    assert asked.play(30, 60, after=60).question == asked.answer.question
    assert PresenceQuestion.objects.count() == 1
    told = answer(asked, right(asked), after=70)
    assert (told.is_right, told.is_late, told.question) == (True, False, None)
    assert asked.play(60, 90, after=90).question is None
    assert StudyClock.objects.get().deadline is None


def test_an_answer_in_time_costs_nothing(asked):
    answer(asked, right(asked), after=200)
    assert seconds(asked.play(30, 230, after=230)) == (200, {})


def test_without_an_answer_the_time_stops_at_the_deadline(asked):
    assert seconds(asked.play(30, 230, after=230)) == (180, {"presence": 20})
    assert seconds(asked.play(230, 260, after=260)) == (0, {"presence": 30})


def test_a_late_answer_costs_the_time_between(asked):
    asked.play(30, 210, after=210)
    told = answer(asked, right(asked), after=300)
    assert (told.is_right, told.is_late) == (True, True)
    assert seconds(asked.play(210, 330, after=330)) == (30, {"clock": 90})


def test_a_wrong_answer_brings_another_question_with_the_same_deadline(asked):
    first = PresenceQuestion.objects.get()
    wrong = next(option for option in first.options if option != first.right)
    told = answer(asked, wrong, after=100)
    assert told.is_right is False
    assert told.question.due_at == first.due_at
    assert told.question.code != first.code
    assert StudyClock.objects.get().question == told.question
    answer(asked, told.question.right, after=110)
    assert list(PresenceAnswer.objects.order_by("pk").values_list("is_right", flat=True)) == [False, True]


def test_answering_twice_changes_nothing(asked):
    question = PresenceQuestion.objects.get()
    for after in (40, 50):
        presence_answer(
            worker=asked.enrolment.worker,
            question_id=question.pk,
            choice=question.right,
            at=BEGIN + timedelta(seconds=after),
        )
    assert PresenceAnswer.objects.count() == 1


def test_nobody_answers_for_another(asked):
    with pytest.raises(PermissionDenied):
        presence_answer(worker=a_worker(), question_id=asked.answer.question.pk, choice="x", at=BEGIN)
    assert PresenceAnswer.objects.exists() is False


def test_opening_the_lesson_anew_does_not_make_the_question_go_away(asked):
    later = Phone(asked.enrolment, at=BEGIN + timedelta(seconds=400))
    assert later.opened.question == asked.answer.question
    assert seconds(later.play(30, 60, after=430)) == (0, {"presence": 30})
    answer(later, right(later), after=440)
    assert seconds(later.play(30, 60, after=470)) == (30, {})


def test_a_question_can_be_answered_by_whoever_looks_at_the_screen():
    for _ in range(200):
        drawn = question_draw(on=TODAY)
        assert question_text(drawn.code) == TEXTS[drawn.code]
        assert all(option_text(option) != option for option in drawn.options)
        if drawn.code == "weekday":
            assert drawn.right == "monday"
        else:
            assert [option in KINDS[drawn.code] for option in drawn.options].count(True) == 1
            assert drawn.right in KINDS[drawn.code]


def test_the_next_moment_is_anywhere_between_half_and_one_and_a_half():
    drawn = [next_after(1000) for _ in range(500)]
    assert min(drawn) >= 500
    assert max(drawn) <= 1500
    assert len(set(drawn)) > 100
