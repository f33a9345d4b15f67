"""“My hours” and appeals: every reported second is in the account once, and stays there."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.study.errors import StudyError
from courses.study.models import LessonProgress, StudyAdjustment, StudyAppeal, StudyAppealEvent, StudyClock
from courses.study.selectors.appeals import appeals_of, appeals_seen_by
from courses.study.selectors.hours import credited_ms_of, hours_of
from courses.study.selectors.refusals import refusals_of
from courses.study.services import appeal_decide, appeal_make, lesson_check_pass
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from tests.courses.builders import a_school, school_staff
from tests.courses.study.builders import BEGIN, Phone, a_learner, a_video, lesson_of
from tests.workers.builders import TODAY, an_officer

pytestmark = pytest.mark.django_db
LATER = BEGIN + timedelta(hours=1)


def adds_up(tally):
    assert tally.reported_ms == tally.accepted_ms + tally.refused_ms
    assert tally.accepted_ms == tally.credited_ms + tally.waiting_ms
    assert sum(tally.by_reason.values()) == tally.refused_ms
    return (tally.reported_ms // 1000, tally.credited_ms // 1000, tally.waiting_ms // 1000, tally.refused_ms // 1000)


@pytest.fixture
def silent(figures):
    """A worker who did not answer a question: 180 seconds accepted, then 120 refused in four beats."""
    phone = Phone(a_learner())
    phone.play(0, 1, after=1)
    StudyClock.objects.update(presence_left_ms=0)
    phone.play(1, 30, after=30)
    phone.play(30, 210, after=210)
    for n in range(4):
        phone.play(210 + 30 * n, 240 + 30 * n, after=240 + 30 * n)
    return phone.enrolment


def appeal(enrolment, n=0):
    return appeal_make(
        worker=enrolment.worker,
        enrolment_id=enrolment.pk,
        refusal_key=refusals_of(enrolment)[n].key,
        actor=enrolment.worker.user,
        at=LATER,
    )


def decide(appeal, *, uphold=True, actor=None, reason="当时在照顾孩子，录像显示一直在看"):
    actor = actor or an_officer(Role.OFFICER_REVIEW)
    return appeal_decide(appeal_id=appeal.pk, uphold=uphold, reason=reason, actor=actor, at=LATER)


def test_the_account_adds_up_by_lesson_by_day_and_in_all(figures):
    phone = Phone(a_learner(a_video(needs_check=True), a_video()))
    phone.play(0, 45, after=30)
    phone.play(0, 30, after=60)
    hours = hours_of(phone.enrolment)
    assert adds_up(hours.total) == (75, 0, 30, 45)
    assert hours.total.by_reason == {"clock": 15_000, "repeated": 30_000}
    assert [adds_up(line.tally) for line in hours.lessons] == [(75, 0, 30, 45), (0, 0, 0, 0)]
    assert {day: adds_up(tally) for day, tally in hours.days.items()} == {TODAY: (75, 0, 30, 45)}
    lesson_check_pass(enrolment=phone.enrolment, lesson=lesson_of(phone.enrolment), at=LATER)
    hours = hours_of(phone.enrolment)
    assert adds_up(hours.total) == adds_up(hours.days[TODAY]) == (75, 30, 0, 45)
    assert credited_ms_of([phone.enrolment]) == {phone.enrolment.pk: 30_000}


def test_the_account_costs_the_same_queries_however_long_she_studied(figures, django_assert_num_queries):
    phone = Phone(a_learner(a_video(), a_video()))
    for n in range(6):
        phone.play(30 * n, 30 * n + 45, after=30 * n + 30)
    with django_assert_num_queries(6):
        hours_of(phone.enrolment)


def test_refusals_that_follow_each_other_are_one_stretch(silent):
    (refusal,) = refusals_of(silent)
    assert (refusal.reason, refusal.refused_ms, refusal.first_sequence, refusal.last_sequence) == (
        "presence", 120_000, 4, 7,
    )  # fmt: skip
    assert refusal.first_at == BEGIN + timedelta(seconds=240)
    assert refusal.is_appealable
    assert "小问题" in refusal.words
    assert "回答" in refusal.advice


def test_an_upheld_appeal_moves_time_from_refused_to_credited(silent):
    made = appeal(silent)
    decide(made)
    hours = hours_of(silent)
    assert adds_up(hours.total) == adds_up(hours.days[TODAY]) == (330, 330, 0, 0)
    row = LessonProgress.objects.get(enrolment=silent)
    assert (row.watched, row.credited_ms) == ([0, 330_000], 330_000)
    given = StudyAdjustment.objects.get()
    assert (given.moved_ms, given.day, given.played) == (120_000, date(2026, 11, 23), [210_000, 330_000])
    assert StudyClock.objects.get().day_ms == 330_000
    assert list(StudyAppealEvent.objects.order_by("pk").values_list("action", "target")) == [
        ("make", "waiting"),
        ("uphold", "upheld"),
    ]
    assert list(AuditEvent.objects.filter(action__startswith="study.").values_list("action", flat=True)) == [
        "study.appeal.made",
        "study.appeal.upheld",
    ]


def test_a_rejected_appeal_changes_no_time(silent):
    made = decide(appeal(silent), uphold=False)
    assert made.state == "rejected"
    assert adds_up(hours_of(silent).total) == (330, 210, 0, 120)
    assert StudyAdjustment.objects.exists() is False


def test_an_appeal_never_gives_more_than_the_time_that_passed(figures):
    phone = Phone(a_learner())
    phone.play(0, 600, after=30)
    made = appeal(phone.enrolment)
    with pytest.raises(StudyError) as refusal:
        decide(made)
    assert refusal.value.code == "nothing_to_give"
    made.refresh_from_db()
    assert made.state == "waiting"
    assert adds_up(hours_of(phone.enrolment).total) == (600, 30, 0, 570)


def test_two_phones_that_were_refused_share_the_time_that_passed(figures):
    first = Phone(a_learner())
    second = Phone(first.enrolment)
    second.play(0, 40, after=60)
    first.play(100, 160, after=60)
    made = appeal(first.enrolment)
    assert made.reason == "other_viewing"
    decide(made)
    assert StudyAdjustment.objects.get().moved_ms == 20_000
    assert adds_up(hours_of(first.enrolment).total) == (100, 60, 0, 40)


def test_what_was_watched_again_is_not_given_back_as_well(silent):
    made = appeal(silent)
    StudyClock.objects.update(question=None, deadline=None)
    again = Phone(silent, at=BEGIN + timedelta(seconds=400))
    again.play(210, 310, after=500)
    decide(made)
    assert StudyAdjustment.objects.get().played == [310_000, 330_000]
    assert adds_up(hours_of(silent).total) == (430, 330, 0, 100)


def test_an_appeal_is_made_once_and_answered_once(silent):
    assert appeal(silent) == appeal(silent)
    made = StudyAppeal.objects.get()
    decide(made, uphold=False)
    with pytest.raises(StudyError) as refusal:
        decide(made)
    assert refusal.value.code == "already_answered"
    assert StudyAppealEvent.objects.count() == 2


def test_what_was_counted_already_cannot_be_appealed(figures):
    phone = Phone(a_learner())
    phone.play(0, 30, after=30)
    phone.play(0, 30, after=60)
    with pytest.raises(StudyError) as refusal:
        appeal(phone.enrolment)
    assert refusal.value.code == "not_appealable"
    assert StudyAppeal.objects.exists() is False


def test_an_answer_needs_a_reason(silent):
    with pytest.raises(StudyError) as refusal:
        decide(appeal(silent), reason=" ")
    assert refusal.value.code == "reason_missing"


def test_the_school_of_the_class_and_the_officers_may_answer_and_nobody_else(silent):
    made = appeal(silent)
    school = silent.class_run.school
    hers, anothers = school_staff(school), school_staff(a_school())
    finance = an_officer(Role.OFFICER_FINANCE)
    for stranger in (anothers, finance, silent.worker.user):
        assert list(appeals_seen_by(stranger, on=TODAY)) == []
        with pytest.raises(PermissionDenied):
            decide(made, actor=stranger)
    assert list(appeals_seen_by(hers, on=TODAY)) == list(appeals_of(silent.worker)) == [made]
    assert decide(made, actor=hers).state == "upheld"


def test_nobody_appeals_for_another(silent):
    other = a_learner()
    with pytest.raises(PermissionDenied):
        appeal_make(
            worker=other.worker,
            enrolment_id=silent.pk,
            refusal_key=refusals_of(silent)[0].key,
            actor=other.worker.user,
            at=LATER,
        )
    assert StudyAppeal.objects.exists() is False
