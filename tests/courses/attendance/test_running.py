"""The teacher's part: head-count, the end of the session, the paper roster, corrections; and reviews."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance, AttendanceEvent, AttendanceReview, HeadCount, SessionRegister
from courses.attendance.selectors import board_of, sessions_run_by, standings_of
from courses.attendance.services import (
    attendance_correct,
    head_count_enter,
    register_open,
    review_settle,
    roster_enter,
    session_finish,
)
from courses.attendance.states import AttendanceState, Channel, ReviewKind
from courses.classes.models import ClassRun
from courses.classes.states import ClassState, SessionState
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.courses.attendance.builders import STARTS, a_session, a_teacher, people, scan, the_figures
from tests.courses.builders import a_class_run, school_staff
from tests.workers.builders import TODAY, an_officer

pytestmark = pytest.mark.django_db
P, LATE, LEAVE, ABSENT = AttendanceState
END = STARTS + timedelta(hours=3)


@pytest.fixture
def session():
    the_figures()
    return a_session()


@pytest.fixture
def teacher(session):
    return session.teacher.user


def states(session):
    return dict(Attendance.objects.filter(session=session).values_list("enrolment", "state"))


def test_the_end_of_a_session_makes_whoever_is_unspoken_of_absent(session, teacher):
    one, other = people(session.class_run, 2)
    scan(session, one)
    session_finish(session_id=session.pk, people=1, actor=teacher, at=END)
    session.refresh_from_db()
    assert session.state == SessionState.HELD
    assert states(session) == {one.pk: P, other.pk: ABSENT}
    assert not AttendanceReview.objects.exists()
    assert AuditEvent.objects.filter(action="attendance.register.finished").count() == 1


def test_finishing_twice_is_finishing_once(session, teacher):
    people(session.class_run, 1)
    for minutes in (0, 1):
        session_finish(session_id=session.pk, people=0, actor=teacher, at=END + timedelta(minutes=minutes))
    assert HeadCount.objects.count() == 1
    assert AttendanceEvent.objects.count() == 1
    assert SessionRegister.objects.get().finished_at == END


def test_a_session_that_has_not_begun_cannot_end(session, teacher):
    with pytest.raises(AttendanceError) as refusal:
        session_finish(session_id=session.pk, people=0, actor=teacher, at=STARTS - timedelta(minutes=1))
    assert refusal.value.code == "not_begun"
    assert not HeadCount.objects.exists()


@pytest.mark.parametrize("people_counted", [1, 3])
def test_a_last_count_that_differs_either_way_goes_to_review(session, teacher, people_counted):
    for she in people(session.class_run, 2):
        scan(session, she)
    session_finish(session_id=session.pk, people=people_counted, actor=teacher, at=END)
    review = AttendanceReview.objects.get()
    assert review.kind == ReviewKind.HEAD_COUNT
    assert review.events.last().facts == {"people": people_counted, "registered": 2, "is_last": True}
    assert set(states(session).values()) == {P}


def test_more_heads_than_scans_during_the_session_is_no_matter_yet(session, teacher):
    people(session.class_run, 2)
    head_count_enter(session_id=session.pk, people=2, actor=teacher, at=STARTS)
    assert not AttendanceReview.objects.exists()


def test_two_low_counts_are_one_review_with_both_facts(session, teacher):
    for she in people(session.class_run, 3):
        scan(session, she)
    for counted in (1, 2):
        head_count_enter(session_id=session.pk, people=counted, actor=teacher, at=STARTS)
    assert [event.facts["people"] for event in AttendanceReview.objects.get().events.all()] == [1, 2]


def test_a_paper_roster_counts_as_a_scan_does(session, teacher):
    one, other, third = people(session.class_run, 3)
    scan(session, one)
    changed = roster_enter(
        session_id=session.pk,
        states={one.pk: P, other.pk: P, third.pk: LEAVE},
        reason="教室没有信号，纸质签到",
        actor=teacher,
        at=END,
    )
    assert changed == 2
    session_finish(session_id=session.pk, people=2, actor=teacher, at=END)
    standing = standings_of(session.class_run, on=TODAY)
    assert [standing[she.pk].practice_hours for she in (one, other, third)] == [4, 4, 0]
    assert Attendance.objects.get(enrolment=other).channel == Channel.PAPER
    assert Attendance.objects.get(enrolment=one).channel == Channel.QR


def test_a_paper_roster_without_a_reason_changes_nothing(session, teacher):
    (she,) = people(session.class_run, 1)
    with pytest.raises(AttendanceError) as refusal:
        roster_enter(session_id=session.pk, states={she.pk: P}, reason=" ", actor=teacher, at=END)
    assert refusal.value.code == "reason_missing"
    assert not Attendance.objects.exists()


def test_a_paper_roster_with_a_stranger_changes_nothing(session, teacher):
    (she,) = people(session.class_run, 1)
    (stranger,) = people(a_class_run(), 1)
    with pytest.raises(AttendanceError) as refusal:
        roster_enter(session_id=session.pk, states={she.pk: P, stranger.pk: P}, reason="纸质", actor=teacher, at=END)
    assert refusal.value.code == "not_in_class"
    assert not Attendance.objects.exists()


def test_the_database_keeps_people_of_other_classes_out(session):
    (stranger,) = people(a_class_run(), 1)
    with pytest.raises(IntegrityError, match="attendance_fits_its_class"), transaction.atomic():
        Attendance.objects.create(
            session=session, enrolment=stranger, state=P, channel=Channel.TEACHER, changed_at=STARTS
        )


def test_a_correction_after_the_session_needs_a_reason_and_leaves_an_event(session, teacher):
    one, _other = people(session.class_run, 2)
    session_finish(session_id=session.pk, people=0, actor=teacher, at=END)
    facts = {"session_id": session.pk, "enrolment_id": one.pk, "state": P, "actor": teacher, "at": END}
    with pytest.raises(AttendanceError) as refusal:
        attendance_correct(reason="", **facts)
    assert refusal.value.code == "reason_missing"
    assert states(session)[one.pk] == ABSENT
    attendance_correct(reason="手机没电，本人到课", **facts)
    event = AttendanceEvent.objects.filter(attendance__enrolment=one).last()
    assert (event.source, event.target, event.reason) == (ABSENT, P, "手机没电，本人到课")
    assert SmsMessage.objects.filter(template="attendance_corrected").count() == 1


def test_events_and_counts_cannot_be_changed(session, teacher):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    head_count_enter(session_id=session.pk, people=1, actor=teacher, at=STARTS)
    for table in (AttendanceEvent, HeadCount):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.objects.all().delete()


def test_leave_can_be_noted_before_the_session_and_nothing_else(session, teacher):
    one, other = people(session.class_run, 2)
    day_before = STARTS - timedelta(days=1)
    facts = {"session_id": session.pk, "reason": "", "actor": teacher, "at": day_before}
    attendance_correct(enrolment_id=one.pk, state=LEAVE, **facts)
    with pytest.raises(AttendanceError) as refusal:
        attendance_correct(enrolment_id=other.pk, state=P, **facts)
    assert refusal.value.code == "not_begun"
    assert states(session) == {one.pk: LEAVE}
    assert scan(session, one).state == P


def test_somebody_elses_session_is_not_hers_to_run(session):
    (she,) = people(session.class_run, 1)
    strangers = [
        a_teacher(session.class_run).user,
        school_staff(a_class_run().school),
        an_officer(Role.OFFICER_INSPECTION),
        she.worker.user,
    ]
    for stranger in strangers:
        assert not sessions_run_by(stranger, on=TODAY).exists()
        for act in (
            lambda who: register_open(session_id=session.pk, actor=who, at=STARTS),
            lambda who: head_count_enter(session_id=session.pk, people=1, actor=who, at=STARTS),
            lambda who: session_finish(session_id=session.pk, people=1, actor=who, at=END),
            lambda who: roster_enter(session_id=session.pk, states={she.pk: P}, reason="x", actor=who, at=END),
            lambda who: attendance_correct(
                session_id=session.pk, enrolment_id=she.pk, state=P, reason="x", actor=who, at=END
            ),
        ):
            with pytest.raises(PermissionDenied):
                act(stranger)
    assert not Attendance.objects.exists()
    assert not HeadCount.objects.exists()


def test_the_schools_staff_and_the_head_teacher_may_run_it(session):
    head = a_teacher(session.class_run)
    ClassRun.objects.filter(pk=session.class_run_id).update(head_teacher=head)
    for user in (head.user, school_staff(session.class_run.school)):
        assert register_open(session_id=session.pk, actor=user, at=STARTS).opened_by == head.user


def test_after_the_close_only_the_bureau_corrects(session, teacher):
    (she,) = people(session.class_run, 1)
    session_finish(session_id=session.pk, people=0, actor=teacher, at=END)
    ClassRun.objects.filter(pk=session.class_run_id).update(state=ClassState.CLOSED)
    facts = {"session_id": session.pk, "enrolment_id": she.pk, "state": P, "reason": "查看录像", "at": END}
    with pytest.raises(AttendanceError) as refusal:
        attendance_correct(actor=teacher, **facts)
    assert refusal.value.code == "class_closed"
    assert states(session)[she.pk] == ABSENT
    attendance_correct(actor=an_officer(Role.OFFICER_REVIEW), **facts)
    assert states(session)[she.pk] == P


def test_a_warning_goes_out_when_she_falls_under_the_rate_and_only_then(session, teacher):
    one, other = people(session.class_run, 2)
    later = a_session(session.class_run, starts_at=STARTS + timedelta(days=1), teacher=session.teacher)
    scan(session, one)
    session_finish(session_id=session.pk, people=1, actor=teacher, at=END)
    assert [sms.phone for sms in SmsMessage.objects.filter(template="attendance_low")] == [other.worker.phone]
    session_finish(session_id=later.pk, people=0, actor=teacher, at=END + timedelta(days=1))
    phones = [sms.phone for sms in SmsMessage.objects.filter(template="attendance_low").order_by("pk")]
    assert phones == [other.worker.phone, one.worker.phone]


def test_at_a_make_up_session_only_those_who_missed_the_first_are_expected(session, teacher):
    one, other = people(session.class_run, 2)
    scan(session, one)
    session_finish(session_id=session.pk, people=1, actor=teacher, at=END)
    start = STARTS + timedelta(days=2)
    make_up = a_session(session.class_run, starts_at=start, teacher=session.teacher, make_up_of=session)
    scan(make_up, other, at=start)
    session_finish(session_id=make_up.pk, people=1, actor=teacher, at=start)
    assert states(make_up) == {other.pk: P}
    standing = standings_of(session.class_run, on=TODAY)
    assert [(standing[she.pk].practice_hours, standing[she.pk].rate) for she in (one, other)] == [(4, 100), (4, 100)]


def a_review(session, teacher, number=3):
    everybody = people(session.class_run, number)
    for she in everybody:
        scan(session, she)
    session_finish(session_id=session.pk, people=number - 1, actor=teacher, at=END)
    return AttendanceReview.objects.get(), everybody


def test_the_school_settles_a_review_with_a_reason(session, teacher):
    review, (one, *others) = a_review(session, teacher)
    staff = school_staff(session.class_run.school)
    review_settle(review_id=review.pk, absent=[one.pk], reason="查看教室录像", actor=staff, at=END)
    review.refresh_from_db()
    assert (review.state, review.settled_by) == ("settled", staff)
    assert states(session) == {one.pk: ABSENT} | {she.pk: P for she in others}
    event = AttendanceEvent.objects.filter(attendance__enrolment=one).last()
    assert (event.channel, event.reason) == (Channel.REVIEW, "查看教室录像")
    with pytest.raises(AttendanceError) as refusal:
        review_settle(review_id=review.pk, absent=[], reason="再来", actor=staff, at=END)
    assert refusal.value.code == "settled"


def test_a_review_is_not_for_the_teacher_nor_for_other_schools(session, teacher):
    review, _people = a_review(session, teacher)
    for stranger in (teacher, school_staff(a_class_run().school), an_officer(Role.OFFICER_REVIEW)):
        with pytest.raises(PermissionDenied):
            review_settle(review_id=review.pk, absent=[], reason="没问题", actor=stranger, at=END)
    review.refresh_from_db()
    assert review.state == "open"


def test_nobody_judges_her_own_session(session):
    staff = school_staff(session.class_run.school)
    review, _people = a_review(session, staff)
    with pytest.raises(AttendanceError) as refusal:
        review_settle(review_id=review.pk, absent=[], reason="没问题", actor=staff, at=END)
    assert refusal.value.code == "own_session"
    review_settle(
        review_id=review.pk, absent=[], reason="现场核对过", actor=an_officer(Role.OFFICER_INSPECTION), at=END
    )


def test_the_board_asks_as_often_for_many_as_for_few(session, django_assert_max_num_queries):
    people(session.class_run, 9)
    with django_assert_max_num_queries(6):
        board = board_of(session)
        assert [row.number for row in board.rows] == list(range(1, 10))
        assert all(row.worker.masked_name and row.worker.phone for row in board.rows)
