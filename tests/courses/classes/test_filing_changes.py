"""Changes after filing: reported before the session begins, judged by the same checks, seen by the bureau."""

from datetime import timedelta

import pytest

from courses.classes.errors import ClassError
from courses.classes.models import ClassRun
from courses.classes.selectors import changes_after_filing
from courses.classes.services.changes import SessionChange, session_change
from tests.courses.builders import school_staff
from tests.courses.builders_filing import (
    NOW,
    STARTS,
    TODAY,
    a_filed_run,
    a_ready_run,
    a_room,
    a_school_that_files,
    a_teacher,
    an_officer,
    filing_figures,
    moment,
    only_session,
)
from tests.workers.builders import a_worker

pytestmark = pytest.mark.django_db
NEXT_DAY = STARTS + timedelta(days=1)


@pytest.fixture(autouse=True)
def _figures(request):
    if "test_filing_changes" in request.node.nodeid:
        filing_figures()


def change_of(run: ClassRun, **fields):
    session = only_session(run)
    given = {
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "teacher_id": session.teacher_id,
        "premises_id": session.premises_id,
    }
    return SessionChange(**(given | fields))


def another_day(run: ClassRun, day=NEXT_DAY):
    return change_of(run, starts_at=moment(day, 18), ends_at=moment(day, 21))


def rescheduled(run: ClassRun, change=None, *, reason="教师临时有事", at=NOW, actor=None):
    session = only_session(run)
    actor = actor or school_staff(run.school)
    session_change(session_id=session.pk, change=change or another_day(run), reason=reason, actor=actor, at=at)
    return run.events.get(action="session_changed")


def test_a_session_moves_before_it_begins_and_the_bureau_sees_what_changed():
    run, _staff = a_filed_run()
    event = rescheduled(run)
    assert only_session(run).starts_at == moment(NEXT_DAY, 18)
    assert event.reason == "教师临时有事"
    assert event.marks == [
        {
            "session": only_session(run).pk,
            "number": 1,
            "field": "hour",
            "before": "2026-12-07 18:00–21:00",
            "after": "2026-12-08 18:00–21:00",
        }
    ]
    assert list(changes_after_filing(an_officer(), on=TODAY)) == [event]


@pytest.mark.parametrize(
    ("code", "reason", "at"),
    [
        ("reason_missing", " ", NOW),
        ("begun", "有事", moment(STARTS, 18)),
    ],
)
def test_a_change_without_reason_or_after_the_beginning_is_refused(code, reason, at):
    run, _staff = a_filed_run()
    with pytest.raises(ClassError) as refusal:
        rescheduled(run, reason=reason, at=at)
    assert refusal.value.code == code
    assert only_session(run).starts_at == moment(STARTS, 18)
    assert run.events.filter(action="session_changed").exists() is False


def test_nothing_changed_is_no_change():
    run, _staff = a_filed_run()
    with pytest.raises(ClassError) as refusal:
        rescheduled(run, change_of(run))
    assert refusal.value.code == "nothing_changed"


def test_a_class_run_that_is_not_filed_has_nothing_to_report():
    run, _staff = a_ready_run()
    with pytest.raises(ClassError) as refusal:
        rescheduled(run)
    assert refusal.value.code == "not_filed"


def test_a_change_that_a_check_forbids_is_undone():
    run, _staff = a_filed_run()
    with pytest.raises(ClassError) as refusal:
        rescheduled(run, change_of(run, teacher_id=a_teacher(run.school, name="吴老师", is_qualified=False).pk))
    assert refusal.value.code == "checks_failed"
    assert "吴老师没有登记教这个职业的资格" in refusal.value.message
    assert only_session(run).teacher.name == "周老师"


def test_nobody_is_moved_into_an_hour_at_which_she_sits_in_another_class():
    worker = a_worker()
    a_filed_run(workers=[worker], day=NEXT_DAY)
    run, _staff = a_filed_run(workers=[worker])
    with pytest.raises(ClassError) as refusal:
        rescheduled(run)
    assert "名册第 1 行的学员 12月8日 18:00–21:00 在另一个班" in refusal.value.message
    assert only_session(run).starts_at == moment(STARTS, 18)


def test_the_database_refuses_a_place_that_another_class_has_and_the_school_reads_a_sentence():
    of = a_school_that_files()
    room = a_room(of[0])
    a_filed_run(of=of, room=room, day=NEXT_DAY)
    run, _staff = a_filed_run(of=of, room=room)
    with pytest.raises(ClassError) as refusal:
        rescheduled(run)
    assert refusal.value.code == "premises_taken"
