"""Beats through the services and the database: what is counted, what is refused, and that both are kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from courses.classes.states import ClassState, EnrolmentState
from courses.content.states import LessonKind
from courses.study.errors import StudyError
from courses.study.messages import message_read
from courses.study.models import LessonProgress, StudyBeat, StudyClock, Viewing
from courses.study.rules import Limits
from courses.study.selectors.limits import limits_on
from courses.study.services import beats_record, lesson_check_pass, viewing_start
from courses.study.tokens import read, sign
from foundation.policy.errors import PolicyGapError
from tests.courses.study.builders import BEGIN, Phone, a_learner, a_video, lesson_of, seconds, the_platforms_figures
from tests.workers.builders import TODAY, a_worker

pytestmark = pytest.mark.django_db


def progress_of(enrolment, position=1):
    return LessonProgress.objects.get(enrolment=enrolment, lesson=lesson_of(enrolment, position))


def log():
    return [
        (row.sequence, row.accepted_ms // 1000, row.refused_ms // 1000, row.reason)
        for row in StudyBeat.objects.order_by("pk")
    ]


def test_an_honest_worker_is_credited_what_she_watched(figures):
    phone = Phone(a_learner())
    assert seconds(phone.play(0, 30, after=30)) == (30, {})
    assert seconds(phone.play(30, 60, after=60)) == (30, {})
    row = progress_of(phone.enrolment)
    assert (row.reported_ms, row.accepted_ms, row.credited_ms, row.refused_ms) == (60_000, 60_000, 60_000, 0)
    assert (row.watched, row.position_ms, row.completed_at) == ([0, 60_000], 60_000, None)
    assert log() == [(1, 30, 0, ""), (2, 30, 0, "")]
    assert StudyClock.objects.get().day_ms == 60_000


def test_a_lesson_watched_to_its_end_is_complete(figures):
    phone = Phone(a_learner(a_video(minutes=1)))
    phone.play(0, 30, after=30)
    answer = phone.play(30, 60, after=60)
    assert (answer.is_watched, answer.is_completed) == (True, True)
    assert progress_of(phone.enrolment).completed_at == BEGIN + timedelta(seconds=60)


def test_ten_hours_in_one_request_are_worth_the_time_that_passed(figures):
    phone = Phone(a_learner())
    assert seconds(phone.play(0, 36_000, after=30)) == (30, {"clock": 1170, "beyond": 34_800})
    row = progress_of(phone.enrolment)
    assert (row.reported_ms, row.accepted_ms, row.refused_ms) == (36_000_000, 30_000, 35_970_000)
    assert StudyBeat.objects.aggregate(ms=Sum("reported_ms"))["ms"] == 36_000_000


def test_the_same_request_again_gets_the_same_answer_and_counts_once(figures):
    phone = Phone(a_learner())
    body = phone.body([(0, 45)])
    first = phone.send(body, after=30)
    again = phone.send(body, after=600)
    assert seconds(first) == (30, {"clock": 15})
    assert again == first
    assert log() == [(1, 30, 0, ""), (1, 0, 15, "clock")]


def test_a_number_used_before_is_refused_and_shows(figures):
    phone = Phone(a_learner())
    phone.play(0, 30, after=30)
    assert seconds(phone.play(30, 60, after=60, number=1)) == (0, {"replayed": 30})
    assert log() == [(1, 30, 0, ""), (1, 0, 30, "replayed")]
    assert progress_of(phone.enrolment).refused_ms == 30_000


def test_an_old_request_replayed_later_is_refused(figures):
    phone = Phone(a_learner())
    old = phone.body([(0, 30)])
    phone.send(old, after=30)
    phone.play(30, 60, after=60)
    assert seconds(phone.send(old, after=90)) == (0, {"replayed": 30})


def test_beats_that_overtake_each_other_are_refused(figures):
    phone = Phone(a_learner())
    early, late = phone.body([(0, 30)]), phone.body([(30, 60)])
    assert seconds(phone.send(late, after=60)) == (30, {})
    assert seconds(phone.send(early, after=61)) == (0, {"replayed": 30})


def test_a_lost_line_loses_nothing_that_was_played_within_the_gap(figures):
    phone = Phone(a_learner())
    kept = phone.body(*([(30 * n, 30 * n + 30)] for n in range(10)))
    assert seconds(phone.send(kept, after=300)) == (300, {})
    assert StudyBeat.objects.count() == 10


def test_a_second_phone_takes_over_and_the_first_one_is_told(figures):
    first = Phone(a_learner(), device="旧手机")
    first.play(0, 30, after=30)
    second = Phone(first.enrolment, at=BEGIN + timedelta(seconds=40), device="新手机")
    assert second.opened.resume_ms == 30_000
    assert seconds(first.play(30, 60, after=60)) == (0, {"other_viewing": 30})
    assert seconds(second.play(30, 60, after=60)) == (20, {"clock": 10})
    assert first.play(60, 61, after=62).is_current is False


def test_two_classes_at_once_count_as_one(figures):
    worker = a_worker()
    one = Phone(a_learner(worker=worker))
    other = Phone(a_learner(worker=worker))
    assert seconds(one.play(0, 30, after=30)) == (0, {"other_viewing": 30})
    assert seconds(other.play(0, 30, after=30)) == (30, {})
    assert StudyClock.objects.count() == 1


def test_the_daily_cap_holds_over_all_classes(db):
    the_platforms_figures(study_day_max=1)
    worker = a_worker()
    first = Phone(a_learner(a_video(minutes=44), worker=worker))
    for n in range(5):
        first.play(n * 528, n * 528 + 528, after=(n + 1) * 528)
    second = Phone(a_learner(worker=worker), at=BEGIN + timedelta(minutes=44))
    assert seconds(second.play(0, 120, after=44 * 60 + 120)) == (60, {"day_cap": 60})
    tomorrow = Phone(second.enrolment, at=BEGIN + timedelta(days=1))
    assert seconds(tomorrow.play(60, 120, after=86_400 + 60)) == (60, {})


def test_a_lesson_with_a_check_waits_for_it(figures):
    phone = Phone(a_learner(a_video(minutes=1, needs_check=True), a_video()))
    phone.play(0, 30, after=30)
    phone.play(30, 60, after=60)
    row = progress_of(phone.enrolment)
    assert (row.accepted_ms, row.credited_ms, row.waiting_ms, row.completed_at) == (60_000, 0, 60_000, None)
    with pytest.raises(StudyError) as refusal:
        Phone(phone.enrolment, position=2)
    assert refusal.value.code == "order"
    moment = BEGIN + timedelta(minutes=2)
    row = lesson_check_pass(enrolment=phone.enrolment, lesson=lesson_of(phone.enrolment), at=moment)
    assert (row.credited_ms, row.check_passed_at, row.completed_at) == (60_000, moment, moment)
    assert Phone(phone.enrolment, position=2, at=moment).opened.resume_ms == 0


def test_what_is_watched_after_the_check_is_credited_at_once(figures):
    phone = Phone(a_learner(a_video(needs_check=True)))
    lesson_check_pass(enrolment=phone.enrolment, lesson=lesson_of(phone.enrolment), at=BEGIN)
    assert progress_of(phone.enrolment).completed_at is None
    phone.play(0, 30, after=30)
    assert progress_of(phone.enrolment).credited_ms == 30_000


def test_a_practical_lesson_holds_up_no_lesson_on_the_phone(figures):
    practical = {"kind": LessonKind.PRACTICAL, "title": "实操", "seconds": 0, "credited_minutes": 90}
    enrolment = a_learner(practical, a_video())
    assert Phone(enrolment, position=2).opened.progress.length_ms == 1_200_000
    with pytest.raises(StudyError) as refusal:
        Phone(enrolment, position=1)
    assert refusal.value.code == "not_watched"


def test_a_course_without_order_opens_any_lesson(figures):
    assert Phone(a_learner(a_video(), a_video(), is_ordered=False), position=2).opened.token


@pytest.mark.parametrize(
    ("enrolment_state", "class_state", "code"),
    [
        (EnrolmentState.INVITED, ClassState.OPEN, "not_enrolled"),
        (EnrolmentState.CONFIRMED, ClassState.FILED, "class_not_open"),
        (EnrolmentState.CONFIRMED, ClassState.CLOSED, "class_not_open"),
    ],
)
def test_a_lesson_opens_only_while_she_studies(figures, enrolment_state, class_state, code):
    enrolment = a_learner()
    enrolment.state, enrolment.class_run.state = enrolment_state, class_state
    enrolment.save()
    enrolment.class_run.save()
    with pytest.raises(StudyError) as refusal:
        Phone(enrolment)
    assert refusal.value.code == code
    assert Viewing.objects.exists() is False


def test_a_class_that_closes_meanwhile_counts_nothing_more(figures):
    phone = Phone(a_learner())
    phone.enrolment.class_run.state = ClassState.CLOSED
    phone.enrolment.class_run.save()
    assert seconds(phone.play(0, 30, after=30)) == (0, {"not_studying": 30})


def test_nobody_opens_a_lesson_in_anothers_name(figures):
    enrolment = a_learner()
    with pytest.raises(PermissionDenied):
        viewing_start(worker=a_worker(), enrolment_id=enrolment.pk, lesson_id=lesson_of(enrolment).pk, at=BEGIN)
    assert Viewing.objects.exists() is False


def test_a_token_of_another_key_or_another_viewing_is_worth_nothing(figures):
    phone = Phone(a_learner())
    ticket = read(phone.opened.token)
    with pytest.raises(StudyError) as refusal:
        message_read(phone.body([(0, 30)], token=phone.opened.token[:-4] + "AAA="))
    assert refusal.value.code == "bad_token"
    invented = sign(ticket._replace(viewing=ticket.viewing + 1))
    assert seconds(phone.play(0, 30, after=30, token=invented)) == (0, {"other_viewing": 30})
    strangers = sign(ticket._replace(worker=a_worker().pk))
    assert phone.play(0, 30, after=30, token=strangers).code == "no_such_lesson"


def test_a_token_ends_after_half_a_day_and_that_shows(figures):
    phone = Phone(a_learner())
    assert seconds(phone.play(0, 30, after=12 * 3600 + 1)) == (0, {"expired": 30})
    assert log() == [(1, 0, 30, "expired")]


def test_the_clock_set_back_gains_nothing(figures):
    phone = Phone(a_learner())
    phone.play(0, 30, after=30)
    assert seconds(phone.play(30, 60, after=-3600)) == (0, {"clock": 30})
    assert seconds(phone.play(30, 60, after=45)) == (15, {"clock": 15})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b'{"token": 1, "beats": []}', b"\xff", b"[" * 40_000,
        b'{"token": "x", "beats": [{"n": 0, "played": []}]}',
        b'{"token": "x", "beats": [{"n": 1, "played": [[5, 4]]}]}',
        b'{"token": "x", "beats": [{"n": 1, "played": [[-5, 4]]}]}',
        b'{"token": "x", "beats": [{"n": 1, "played": [[0, 1e3]]}]}',
        b'{"token": "x", "beats": [{"n": 1, "played": [[0, 99999999999]]}]}',
        b'{"token": "x", "beats": [{"n": true, "played": [[0, 10]]}]}',
        b'{"token": "x", "beats": [{"n": 1, "played": [[0, 10]], "speed": "2"}]}',
        b'{"token": "x", "beats": "1"}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_before_anything_is_read(body):
    with pytest.raises(StudyError) as refusal:
        message_read(body)
    assert refusal.value.code == "malformed"


def test_without_the_platforms_figures_nothing_is_written_and_a_sentence_says_why(figures, monkeypatch):
    phone = Phone(a_learner())
    body = phone.body([(0, 30)])
    with pytest.raises(PolicyGapError) as gap:
        beats_record(messages=[message_read(body)], at=BEGIN.replace(year=2019))
    assert "政策待确认" in gap.value.message
    assert StudyBeat.objects.exists() is False


def test_many_requests_in_one_transaction_are_judged_one_by_one(figures):
    one, other = Phone(a_learner()), Phone(a_learner())
    bodies = [one.body([(0, 30)]), other.body([(0, 40)]), one.body([(30, 60)])]
    answers = beats_record(messages=[message_read(body) for body in bodies], at=BEGIN + timedelta(seconds=30))
    assert [seconds(answer) for answer in answers] == [(30, {}), (30, {"clock": 10}), (0, {"clock": 30})]
    assert [answer.lesson_accepted_ms for answer in answers] == [30_000] * 3


def test_the_database_keeps_the_account_whatever_a_program_tries(figures):
    phone = Phone(a_learner(a_video(needs_check=True)))
    phone.play(0, 30, after=30)
    rows = LessonProgress.objects.filter(enrolment=phone.enrolment)
    for change in (
        {"accepted_ms": 90_000},
        {"reported_ms": F("reported_ms") + 1},
        {"credited_ms": 30_000},
        {"watched": [0, 40_000]},
        {"watched": [0, 10_000, 5_000, 25_000]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyBeat.objects.update(accepted_ms=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyBeat.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Viewing.objects.all()._raw_delete("default")


def test_a_request_costs_the_same_queries_however_many_come(figures, django_assert_num_queries):
    phones = [Phone(a_learner()) for _ in range(4)]
    messages = [message_read(phone.body([(0, 30)])) for phone in phones]
    # Savepoint, figures (not kept in tests), release; the two statements of ``rows`` go past Django's cursor.
    with django_assert_num_queries(3):
        beats_record(messages=messages, at=BEGIN + timedelta(seconds=30))


def test_the_base_data_bring_every_figure_a_beat_needs(db):
    call_command("base_load", verbosity=0)
    assert limits_on(TODAY) == Limits(
        day_ms=8 * 45 * 60_000, speed=100, gap_ms=600_000, presence_every_ms=20 * 60_000, presence_answer_ms=120_000
    )
