"""Filing: who may move a class run, when, what stops it, and what it leaves behind."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.classes.errors import ClassError
from courses.classes.models import ClassEvent, ClassRun
from courses.classes.selectors import class_runs_enrolling, class_runs_of_course, class_runs_visible_to, overlaps_of
from courses.classes.services.class_runs import ClassDetails, class_run_create, class_run_update
from courses.classes.services.filing import CLOCK_SUBJECT, change_seen, clock_of
from courses.classes.services.plan import session_save
from courses.classes.signals import class_run_moved
from courses.classes.states import MOVES, ClassState, SessionState
from courses.schools.states import SchoolState
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_state
from foundation.calendar.states import ClockState
from foundation.database import period
from tests.courses.builders import SINCE, a_course_version, a_school, an_enrolment, school_staff
from tests.courses.builders_filing import (
    ENDS,
    NOW,
    STARTS,
    TODAY,
    a_draft,
    a_filed_run,
    a_ready_run,
    a_room,
    a_school_that_files,
    a_submitted_run,
    a_teacher,
    an_entry,
    an_officer,
    filing_figures,
    moved,
    only_session,
    put_in,
)
from tests.workers.builders import a_worker

pytestmark = pytest.mark.django_db
MARK = [{"field": "plan", "remark": "请补上第二周的课。"}]


@pytest.fixture(autouse=True)
def _figures():
    filing_figures()


def test_a_class_run_is_named_by_year_school_training_and_number_and_keeps_its_number():
    school, staff, version = a_school_that_files()
    first, second = a_draft(version, staff), a_draft(version, staff)
    assert first.name == f"2026年{school.short_name}母婴护理员五级第1班"
    assert second.name.endswith("第2班")
    assert first.number.startswith("BC2026")
    assert first.number != second.number
    details = ClassDetails(starts_on=STARTS, ends_on=ENDS, seats=30, name="晚班")
    changed = class_run_update(class_run_id=first.pk, details=details, actor=staff, at=NOW)
    assert (changed.number, changed.name, changed.seats) == (first.number, "晚班", 30)
    event = first.events.last()
    assert event.action == "changed"
    assert {mark["field"] for mark in event.marks} == {"name", "seats"}


def test_only_the_latest_version_of_a_published_course_makes_a_class_run():
    _school, staff, old = a_school_that_files()
    a_course_version(page=old.page, number=2)
    with pytest.raises(ClassError) as refusal:
        a_draft(old, staff)
    assert refusal.value.code == "version_old"
    assert ClassRun.objects.exists() is False


def test_another_school_makes_no_class_run_of_a_course():
    _school, _staff, version = a_school_that_files()
    stranger = school_staff(a_school())
    details = ClassDetails(starts_on=STARTS, ends_on=ENDS, seats=30)
    with pytest.raises(PermissionDenied):
        class_run_create(course_version_id=version.pk, details=details, actor=stranger, at=NOW)
    assert ClassRun.objects.exists() is False


def test_seats_never_fall_below_those_taken():
    run, staff = a_ready_run()
    an_enrolment(ClassRun.objects.get(pk=run.pk))
    details = ClassDetails(starts_on=STARTS, ends_on=ENDS, seats=1)
    with pytest.raises(ClassError) as refusal:
        class_run_update(class_run_id=run.pk, details=details, actor=staff, at=NOW)
    assert refusal.value.code == "seats_taken"


@pytest.mark.parametrize("action", sorted(MOVES))
@pytest.mark.parametrize("state", list(ClassState))
def test_each_move_starts_only_where_the_table_says(action, state):
    run, staff = a_ready_run()
    put_in(run, state)
    actor = an_officer() if Role.SCHOOL_STAFF not in MOVES[action].roles else staff
    before = ClassEvent.objects.count()
    marks = MARK if action == "return" else ()
    if state in MOVES[action].sources:
        assert moved(run, action, actor, reason="情况说明", marks=marks).state == MOVES[action].target
        event = run.events.last()
        assert (event.action, event.source, event.target) == (action, state, MOVES[action].target)
        return
    with pytest.raises(ClassError) as refusal:
        moved(run, action, actor, reason="情况说明", marks=marks)
    assert refusal.value.code == "wrong_state"
    run.refresh_from_db()
    assert run.state == state
    assert ClassEvent.objects.count() == before


@pytest.mark.parametrize("action", sorted(name for name, move in MOVES.items() if move.needs_reason))
def test_a_move_that_needs_a_reason_is_refused_without_one(action):
    run, staff = a_ready_run()
    state = sorted(MOVES[action].sources)[0]
    put_in(run, state)
    actor = staff if Role.SCHOOL_STAFF in MOVES[action].roles else an_officer()
    with pytest.raises(ClassError) as refusal:
        moved(run, action, actor, reason="  ", marks=MARK)
    assert refusal.value.code == "reason_missing"
    run.refresh_from_db()
    assert run.state == state


def test_officers_do_not_submit_schools_do_not_file_and_no_officer_files_for_a_school_she_belongs_to():
    run, staff = a_ready_run()
    with pytest.raises(PermissionDenied):
        moved(run, "submit", an_officer())
    moved(run, "submit", staff)
    with pytest.raises(PermissionDenied):
        moved(run, "file", staff)
    torn = an_officer()
    Membership.objects.create(
        user=torn, organisation=run.school.organisation, role=Role.TEACHER, effective=period(SINCE, TODAY)
    )
    with pytest.raises(PermissionDenied):
        moved(run, "file", torn)
    run.refresh_from_db()
    assert run.state == ClassState.SUBMITTED


def test_submission_starts_the_clock_a_return_stops_it_and_resubmission_lets_it_run_on():
    run, staff = a_submitted_run()
    clock = clock_of(run)
    assert (clock.subject_type, clock.limit_working_days, clock.state) == (CLOCK_SUBJECT, 5, ClockState.RUNNING)
    assert clock_state(clock, on=TODAY).due_on.isoformat() == "2026-11-30"
    tomorrow = NOW + timedelta(days=1)
    moved(run, "return", an_officer(), reason="请补正", marks=MARK, at=tomorrow)
    assert clock_of(run).state == ClockState.STOPPED
    moved(run, "submit", staff, at=NOW + timedelta(days=3))
    clock.refresh_from_db()
    assert clock.state == ClockState.RUNNING
    assert clock_state(clock, on=TODAY + timedelta(days=3)).due_on.isoformat() == "2026-12-02"
    moved(run, "file", an_officer(), at=NOW + timedelta(days=4))
    assert clock_of(run) is None
    assert Clock.objects.get().state == ClockState.FINISHED


def test_a_return_names_the_fields_and_is_refused_without_any():
    run, _staff = a_submitted_run()
    with pytest.raises(ClassError) as refusal:
        moved(run, "return", an_officer(), reason="请补正")
    assert refusal.value.code == "marks_missing"
    moved(run, "return", an_officer(), reason="请补正", marks=[*MARK, {"field": "roster", "remark": " "}])
    assert run.events.last().marks == MARK
    run = ClassRun.objects.get(pk=run.pk)
    with pytest.raises(ClassError) as refusal:
        moved(
            put_in(run, ClassState.SUBMITTED),
            "return",
            an_officer(),
            reason="请补正",
            marks=[{"field": "x", "remark": "y"}],
        )
    assert refusal.value.code == "mark_unknown"


def test_filing_numbers_the_class_binds_its_sessions_and_keeps_every_check():
    run, _staff = a_filed_run()
    assert run.filing_number == "2026-00001"
    assert only_session(run).is_binding is True
    marks = run.events.get(action="file").marks
    assert {mark["check"] for mark in marks if "check" in mark} >= {"scope", "hours", "one_place", "teachers_busy"}
    assert marks[-1]["filed"]["workers"] == [run.enrolments.get().worker_id]
    assert a_filed_run()[0].filing_number == "2026-00002"
    assert AuditEvent.objects.filter(action="classes.class_run.filed").count() == 2


def test_an_open_check_stops_a_submission_and_nothing_is_left():
    run, staff = a_ready_run()
    run.school.state = SchoolState.SUSPENDED
    run.school.save()
    with pytest.raises(ClassError) as refusal:
        moved(run, "submit", staff)
    assert refusal.value.code == "checks_failed"
    assert "机构状态：暂停开班" in refusal.value.message
    run.refresh_from_db()
    assert run.state == ClassState.DRAFT
    assert Clock.objects.exists() is False


def test_checks_are_asked_again_when_the_class_opens():
    run, staff = a_filed_run()
    run.school.state = SchoolState.SUSPENDED
    run.school.save()
    with pytest.raises(ClassError):
        moved(run, "open", staff)
    run.school.state = SchoolState.ACTIVE
    run.school.save()
    assert moved(run, "open", staff).state == ClassState.OPEN


def test_cancelling_frees_teacher_and_place_and_tells_whoever_listens():
    heard = []

    def listener(**told):
        heard.append((told["class_run"].pk, told["action"], told["reason"]))

    class_run_moved.connect(listener)
    try:
        run, staff = a_filed_run()
        moved(run, "cancel", staff, reason="报名人数不足")
    finally:
        class_run_moved.disconnect(listener)
    session = only_session(run)
    assert (session.is_binding, session.state) == (False, SessionState.CANCELLED)
    assert heard[-1] == (run.pk, "cancel", "报名人数不足")


def test_a_teacher_a_place_and_a_person_are_each_in_one_class_at_an_hour():
    of = a_school_that_files()
    school = of[0]
    teacher, room, worker = a_teacher(school), a_room(school), a_worker()
    a_filed_run(of=of, teacher=teacher, room=room, workers=[worker])
    run, staff = a_ready_run(of=of, teacher=teacher, room=room, workers=[worker])
    with pytest.raises(ClassError) as refusal:
        moved(run, "submit", staff)
    for sentence in (
        "教师时间：周老师在 12月7日 18:00–21:00 已安排给“",
        "场所时间：",
        "名册第 1 行的学员 12月7日 18:00–21:00 在另一个班",
    ):
        assert sentence in refusal.value.message
    assert overlaps_of([worker.pk], class_run=run)[0].worker_id == worker.pk


def test_a_teacher_is_one_person_at_two_schools_and_the_other_school_stays_unnamed():
    number = "350201198001010048"
    one, other = a_school_that_files(), a_school_that_files()
    a_filed_run(of=one, teacher=a_teacher(one[0], id_number=number))
    run, staff = a_ready_run(of=other, teacher=a_teacher(other[0], id_number=number))
    with pytest.raises(ClassError) as refusal:
        moved(run, "submit", staff)
    assert "已安排给其他机构的班次" in refusal.value.message
    assert one[0].short_name not in refusal.value.message


def test_somebody_in_a_class_that_is_not_filed_yet_is_a_warning_only():
    worker = a_worker()
    a_submitted_run(workers=[worker])
    run, staff = a_ready_run(workers=[worker])
    assert moved(run, "submit", staff).state == ClassState.SUBMITTED
    check = next(mark for mark in run.events.last().marks if mark.get("check") == "one_place_pending")
    assert (check["passed"], check["severity"]) == (False, "warn")


def test_a_plan_cannot_be_edited_once_it_is_submitted():
    run, staff = a_submitted_run()
    with pytest.raises(ClassError) as refusal:
        session_save(class_run_id=run.pk, entry=an_entry(run), actor=staff, at=NOW)
    assert refusal.value.code == "not_editable"
    assert run.sessions.count() == 1


def test_who_sees_which_class_run():
    draft, staff = a_ready_run()
    filed, _other = a_filed_run()
    assert list(class_runs_visible_to(an_officer(), on=TODAY)) == [filed]
    assert list(class_runs_visible_to(staff, on=TODAY)) == [draft]
    assert list(class_runs_visible_to(school_staff(a_school()), on=TODAY)) == []


def test_only_filed_and_open_class_runs_enrol():
    draft, _staff = a_ready_run(enrols_until=STARTS)
    filed, _staff = a_filed_run(enrols_until=STARTS)
    assert list(class_runs_enrolling(TODAY)) == [filed]
    assert class_runs_enrolling(TODAY).get().seats_left == 19
    assert list(class_runs_enrolling(STARTS + timedelta(days=1))) == []
    assert list(class_runs_of_course(filed.course_version.page_id, TODAY)) == [filed]
    assert list(class_runs_of_course(draft.course_version.page_id, TODAY)) == []


def test_a_change_is_seen_once():
    from tests.courses.classes.test_filing_changes import rescheduled

    run, _staff = a_filed_run()
    event = rescheduled(run)
    officer = an_officer()
    first = change_seen(event_id=event.pk, actor=officer, at=NOW)
    assert change_seen(event_id=event.pk, actor=an_officer(), at=NOW) == first
    assert run.events.filter(action="change_seen").count() == 1
