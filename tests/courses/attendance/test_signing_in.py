"""She scans the code: on time or late, once, only in her class, and never refused for what others do."""

from datetime import timedelta

import pytest

from courses.attendance.codes import code_of
from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance, AttendanceEvent, AttendanceReview
from courses.attendance.services import digits_see, head_count_enter, session_finish, sign_in, text_see
from courses.attendance.services.signing_in import SEEN_FOR, TRIES
from courses.attendance.states import AttendanceState, Channel, ReviewKind
from courses.classes.states import ClassState, EnrolmentState
from foundation.audit.models import AuditEvent
from tests.courses.attendance.builders import STARTS, a_session, people, scan, the_figures
from tests.courses.builders import an_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    the_figures()
    return a_session()


def nothing_happened():
    return not Attendance.objects.exists() and not AuditEvent.objects.filter(action__startswith="attendance").exists()


@pytest.mark.parametrize(
    ("minutes", "state"), [(-30, AttendanceState.PRESENT), (10, AttendanceState.PRESENT), (11, AttendanceState.LATE)]
)
def test_a_scan_puts_her_in_the_register(session, minutes, state):
    (she,) = people(session.class_run, 1)
    at = STARTS + timedelta(minutes=minutes)
    row = scan(session, she, at=at, device="d1")
    assert (row.state, row.channel, row.signed_in_at, row.device) == (state, Channel.QR, at, "d1")
    event = AttendanceEvent.objects.get()
    assert (event.source, event.target, event.actor) == ("", state, she.worker.user)
    assert AuditEvent.objects.get(action="attendance.attendance.signed_in").object_id == str(row.pk)


def test_scanning_again_changes_nothing(session):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    scan(session, she, at=STARTS + timedelta(minutes=50))
    assert (Attendance.objects.get().state, AttendanceEvent.objects.count()) == (AttendanceState.PRESENT, 1)


def test_she_is_on_time_by_when_she_saw_the_code_however_long_her_sign_in_took(session):
    (she,) = people(session.class_run, 1)
    seen_at = STARTS + timedelta(minutes=9)
    seen = text_see(text=code_of(session.pk, at=seen_at).text, at=seen_at)
    row = sign_in(worker=she.worker, seen=seen, device="", actor=she.worker.user, at=seen_at + SEEN_FOR)
    assert row.state == AttendanceState.PRESENT


def test_what_was_seen_long_ago_is_refused(session):
    (she,) = people(session.class_run, 1)
    seen = text_see(text=code_of(session.pk, at=STARTS).text, at=STARTS)
    late = STARTS + SEEN_FOR + timedelta(seconds=1)
    with pytest.raises(AttendanceError) as refusal:
        sign_in(worker=she.worker, seen=seen, device="", actor=she.worker.user, at=late)
    assert refusal.value.code == "code_old"
    assert nothing_happened()


def test_a_replayed_code_is_refused(session):
    text = code_of(session.pk, at=STARTS).text
    with pytest.raises(AttendanceError) as refusal:
        text_see(text=text, at=STARTS + timedelta(seconds=32))
    assert refusal.value.code == "code_old"


@pytest.mark.parametrize(("minutes", "code"), [(-31, "too_early"), (181, "too_late")])
def test_outside_the_hours_of_the_session_nobody_signs_in(session, minutes, code):
    (she,) = people(session.class_run, 1)
    with pytest.raises(AttendanceError) as refusal:
        scan(session, she, at=STARTS + timedelta(minutes=minutes))
    assert refusal.value.code == code
    assert nothing_happened()


@pytest.mark.parametrize("state", [EnrolmentState.WAITING, EnrolmentState.WITHDRAWN, EnrolmentState.DECLINED])
def test_whoever_has_no_seat_in_the_class_cannot_sign_in(session, state):
    she = an_enrolment(session.class_run, state=state)
    with pytest.raises(AttendanceError) as refusal:
        scan(session, she)
    assert refusal.value.code == "not_in_class"
    assert nothing_happened()


def test_a_worker_of_another_class_cannot_sign_in(session):
    other = an_enrolment()
    with pytest.raises(AttendanceError) as refusal:
        scan(session, other)
    assert refusal.value.code == "not_in_class"
    assert nothing_happened()


@pytest.mark.parametrize("state", [ClassState.FILED, ClassState.CLOSED, ClassState.CANCELLED])
def test_a_class_that_is_not_open_takes_no_attendance(session, state):
    (she,) = people(session.class_run, 1)
    type(session.class_run).objects.filter(pk=session.class_run_id).update(state=state)
    with pytest.raises(AttendanceError) as refusal:
        scan(session, she)
    assert refusal.value.code == "class_not_open"
    assert nothing_happened()


def test_six_digits_do_the_same_as_a_scan(session):
    (she,) = people(session.class_run, 1)
    digits = code_of(session.pk, at=STARTS).digits
    seen = digits_see(worker=she.worker, digits=digits, at=STARTS)
    row = sign_in(worker=she.worker, seen=seen, device="", actor=she.worker.user, at=STARTS)
    assert (row.state, row.channel) == (AttendanceState.PRESENT, Channel.CODE)


def test_six_digits_cannot_be_guessed_forever(session):
    (she,) = people(session.class_run, 1)
    right = code_of(session.pk, at=STARTS).digits
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _n in range(TRIES):
        with pytest.raises(AttendanceError) as refusal:
            digits_see(worker=she.worker, digits=wrong, at=STARTS)
        assert refusal.value.code == "code_old"
    with pytest.raises(AttendanceError) as refusal:
        digits_see(worker=she.worker, digits=right, at=STARTS)
    assert refusal.value.code == "too_many_tries"


def test_one_phone_for_two_people_goes_to_review_and_both_are_signed_in(session):
    one, other = people(session.class_run, 2)
    scan(session, one, device="same")
    scan(session, other, device="same")
    assert set(Attendance.objects.values_list("state", flat=True)) == {AttendanceState.PRESENT}
    review = AttendanceReview.objects.get()
    assert review.kind == ReviewKind.DEVICE
    assert review.events.get().facts == {"enrolments": [one.pk, other.pk]}


def test_twenty_relayed_codes_show_in_the_head_count_and_nobody_is_turned_away(session):
    everybody = people(session.class_run, 20)
    for n, she in enumerate(everybody):
        scan(session, she, device=f"d{n}")
    teacher = session.teacher.user
    count = head_count_enter(session_id=session.pk, people=4, actor=teacher, at=STARTS + timedelta(minutes=5))
    assert (count.people, count.registered) == (4, 20)
    review = AttendanceReview.objects.get()
    assert (review.kind, review.state) == (ReviewKind.HEAD_COUNT, "open")
    assert review.events.get().facts == {"people": 4, "registered": 20, "is_last": False}
    assert Attendance.objects.filter(state=AttendanceState.PRESENT).count() == 20


def test_after_the_end_was_said_a_scan_is_refused_and_the_teacher_can_still_correct(session):
    one, other = people(session.class_run, 2)
    scan(session, one)
    session_finish(session_id=session.pk, people=1, actor=session.teacher.user, at=STARTS + timedelta(minutes=5))
    with pytest.raises(AttendanceError) as refusal:
        scan(session, other, at=STARTS + timedelta(minutes=6))
    assert refusal.value.code == "finished"
    assert Attendance.objects.get(enrolment=other).state == AttendanceState.ABSENT
