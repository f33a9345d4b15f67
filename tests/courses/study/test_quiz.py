"""Quizzes: the server draws and marks, a pass credits what waited, and a paper is handed in once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from courses.content.papers import paper_draw
from courses.study.errors import StudyError
from courses.study.models import LessonProgress, QuizAttempt, QuizPaper
from courses.study.selectors.quizzes import marked_of, paper_of, quiz_standing
from courses.study.services.quizzes import quiz_attempt_make, quiz_paper_open
from tests.courses.builders_media import a_bank
from tests.courses.builders_media import a_school as a_body
from tests.courses.study.builders import BEGIN, Phone, a_learner, a_video, lesson_of
from tests.portal.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("figures", "_now")]


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(BEGIN, tick=False)


def a_checked_learner(**rule):
    """A lesson whose time counts only after its quiz of three questions, of which all must be right."""
    bank = a_bank(a_body(), questions=5)
    told = {"bank": bank.pk, "questions": list(bank.questions.values_list("pk", flat=True)), "count": 3}
    quiz = told | {"pass_points": 100, "attempts": None, "shows_feedback": True} | rule
    return a_learner(a_video(needs_check=True, body={"quiz": quiz}), a_video())


def open_paper(enrolment):
    return quiz_paper_open(enrolment=enrolment, lesson=lesson_of(enrolment), at=BEGIN)


def right(row):
    return {question.id: set(question.correct) for question in paper_of(row).questions}


def wrong(row):
    """Every question answered, one of them not as it should be."""
    answers = right(row)
    first = next(iter(answers))
    return answers | {first: {next(place for place in range(3) if place not in answers[first])}}


def hand_in(row, answers):
    return quiz_attempt_make(paper_id=row.pk, answers=answers, actor=row.enrolment.worker.user, at=BEGIN)


def fields(answers):
    return {f"q{number}": [str(place) for place in places] for number, places in answers.items()}


def test_a_pass_credits_the_minutes_that_waited():
    enrolment = a_checked_learner()
    Phone(enrolment).play(0, 300, after=300)
    progress = LessonProgress.objects.get(enrolment=enrolment)
    assert (progress.credited_ms, progress.waiting_ms) == (0, 300_000)
    row = open_paper(enrolment)
    assert hand_in(row, right(row)).is_passed
    progress.refresh_from_db()
    assert (progress.credited_ms, progress.waiting_ms) == (300_000, 0)


def test_a_failed_quiz_credits_nothing():
    enrolment = a_checked_learner()
    Phone(enrolment).play(0, 300, after=300)
    attempt = hand_in(row := open_paper(enrolment), wrong(row))
    assert (attempt.right, attempt.total, attempt.score, attempt.is_passed) == (2, 3, 66, False)
    assert LessonProgress.objects.get(enrolment=enrolment).credited_ms == 0


def test_the_paper_stays_the_same_until_it_is_handed_in():
    enrolment = a_checked_learner()
    first = open_paper(enrolment)
    assert open_paper(enrolment) == first
    hand_in(first, wrong(first))
    assert open_paper(enrolment).number == 2


def test_a_paper_is_drawn_from_the_questions_that_the_lesson_was_published_with():
    enrolment = a_checked_learner()
    row = open_paper(enrolment)
    pool = lesson_of(enrolment).body["quiz"]["questions"]
    assert len(row.question_ids) == 3
    assert set(row.question_ids) <= set(pool)
    assert len(row.seed) == 32
    assert [q.id for q in paper_of(row).questions] == row.question_ids


def test_handing_in_twice_is_one_attempt_and_the_first_one():
    enrolment = a_checked_learner()
    row = open_paper(enrolment)
    first = hand_in(row, wrong(row))
    assert hand_in(row, right(row)) == first
    assert QuizAttempt.objects.get().is_passed is False


def test_attempts_end_where_the_lesson_says():
    enrolment = a_checked_learner(attempts=1)
    hand_in(row := open_paper(enrolment), wrong(row))
    with pytest.raises(StudyError) as refusal:
        open_paper(enrolment)
    assert refusal.value.code == "tries_used"
    assert QuizPaper.objects.count() == 1


def test_a_paper_with_an_unanswered_question_is_not_taken():
    enrolment = a_checked_learner()
    row = open_paper(enrolment)
    answers = right(row)
    answers.popitem()
    with pytest.raises(StudyError) as refusal:
        hand_in(row, answers)
    assert refusal.value.message == "还有 1 道题没有选。请选好再交卷。"
    assert QuizAttempt.objects.exists() is False


def test_papers_and_attempts_cannot_be_changed():
    enrolment = a_checked_learner()
    row = open_paper(enrolment)
    attempt = hand_in(row, wrong(row))
    for change in (
        lambda: QuizPaper.objects.filter(pk=row.pk).update(seed="x"),
        lambda: QuizAttempt.objects.filter(pk=attempt.pk).update(is_passed=True),
        attempt.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_lesson_without_its_own_pass_mark_follows_the_parameter(figures):
    from tests.foundation.policy_builders import a_parameter, a_published_version

    a_published_version(a_parameter("assessment.pass_mark", unit="points"), 60, BEGIN.date().replace(year=2020))
    enrolment = a_checked_learner(pass_points=None)
    row = open_paper(enrolment)
    assert row.pass_points == 60
    assert hand_in(row, wrong(row)).is_passed  # 66 of a hundred


def test_the_pages_lead_from_the_paper_to_the_answers_and_on():
    enrolment = a_checked_learner()
    lesson, client = lesson_of(enrolment), signed_in(enrolment.worker.user)
    address = reverse("study_quiz", args=[enrolment.pk, lesson.pk])
    assert "一共 3 道题" in client.get(address).content.decode()
    assert QuizPaper.objects.exists() is False
    to_paper = client.post(address)
    row = QuizPaper.objects.get()
    assert to_paper.url == f"/my/papers/{row.pk}/"
    some = fields(right(row))
    missing = some.popitem()[0]
    refused = client.post(to_paper.url, some)
    assert refused.status_code == 422
    assert "题还没有选" in refused.content.decode()
    assert refused.content.decode().count("checked") == 2
    assert missing
    assert client.post(to_paper.url, fields(wrong(row))).status_code == 302
    result = client.get(to_paper.url).content.decode()
    assert "这次没有通过" in result
    assert result.count("用手肘内侧试温。") == 3
    assert result.count("您选的：") == 1
    client.post(address)
    second = QuizPaper.objects.get(number=2)
    client.post(f"/my/papers/{second.pk}/", fields(right(second)))
    assert "测验通过了" in client.get(f"/my/papers/{second.pk}/").content.decode()
    assert quiz_standing(enrolment, lesson).is_passed


def test_somebody_elses_paper_is_neither_shown_nor_taken():
    enrolment, other = a_checked_learner(), a_checked_learner()
    row = open_paper(enrolment)
    client = signed_in(other.worker.user)
    assert client.get(f"/my/papers/{row.pk}/").status_code == 404
    assert client.post(f"/my/papers/{row.pk}/", fields(right(row))).status_code == 404
    assert QuizAttempt.objects.exists() is False


def test_what_was_handed_in_is_shown_as_it_was_marked():
    enrolment = a_checked_learner()
    row = open_paper(enrolment)
    attempt = hand_in(row, wrong(row))
    marked = marked_of(attempt)
    assert marked.right == attempt.right
    questions = [marked_question.question for marked_question in marked.questions]
    assert [q.id for q in questions] == row.question_ids
    assert paper_draw([], 3, row.seed).questions == ()


@pytest.mark.django_db(transaction=True)
def test_two_phones_that_press_at_once_get_one_paper_and_make_one_attempt():
    enrolment = a_checked_learner()
    user = enrolment.worker.user

    def press(_n):
        try:
            lesson = lesson_of(enrolment)
            row = quiz_paper_open(enrolment=enrolment, lesson=lesson, at=BEGIN)
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        papers = set(pool.map(press, range(4)))
    assert len(papers) == 1

    def send(_n):
        try:
            row = QuizPaper.objects.get(pk=next(iter(papers)))
            return quiz_attempt_make(paper_id=row.pk, answers=right(row), actor=user, at=BEGIN).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert QuizAttempt.objects.count() == 1
