"""The plan of sessions: entered, laid out over evenings, brought as a file."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from courses.classes.errors import ClassError
from courses.classes.plan_columns import hours_range
from courses.classes.services.plan import Layout, plan_clear, plan_lay_out, session_remove, session_save
from courses.classes.states import SessionMode
from foundation.imports import running
from foundation.imports.cells import Cell, Origin
from foundation.imports.models import ImportRow
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from foundation.imports.states import BatchState
from tests.courses.builders import a_school, school_staff, unit_of
from tests.courses.builders_filing import (
    NOW,
    STARTS,
    TODAY,
    a_draft,
    a_room,
    a_school_that_files,
    a_teacher,
    an_entry,
    filing_figures,
    moment,
)
from tests.foundation.import_builders import sheet_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures():
    filing_figures()


def test_editing_a_session_keeps_its_number_and_the_plan_says_evening_and_district():
    school, staff, version = a_school_that_files()
    run = a_draft(version, staff)
    room = a_room(school)
    first = session_save(class_run_id=run.pk, entry=an_entry(run, premises_id=room.pk), actor=staff, at=NOW)
    run.refresh_from_db()
    assert (run.is_evening, run.district_code) == (True, "350203")
    changed = session_save(class_run_id=run.pk, session_id=first.pk, entry=an_entry(run, hour=9), actor=staff, at=NOW)
    run.refresh_from_db()
    assert (changed.pk, changed.number) == (first.pk, first.number)
    assert (run.is_evening, run.district_code) == (False, "")
    session_remove(session_id=first.pk, actor=staff, at=NOW)
    assert run.sessions.exists() is False


def test_nobody_edits_the_plan_of_another_school():
    _school, staff, version = a_school_that_files()
    run = a_draft(version, staff)
    with pytest.raises(PermissionDenied):
        session_save(class_run_id=run.pk, entry=an_entry(run), actor=school_staff(a_school()), at=NOW)
    assert run.sessions.exists() is False


REFUSED = [
    ("ends_before_start", {"ends_at": moment(STARTS, 18)}),
    ("over_midnight", {"ends_at": moment(date(2026, 12, 8), 1)}),
    ("content_missing", {"content": " "}),
    ("hours_negative", {"practice_hours": Decimal(-1)}),
    ("practice_online", {"mode": SessionMode.LIVE}),
    ("teacher_unknown", {"teacher_id": 0}),
]


@pytest.mark.parametrize(("code", "fields"), REFUSED)
def test_what_is_no_session(code, fields):
    _school, staff, version = a_school_that_files()
    run = a_draft(version, staff)
    if code == "teacher_unknown":
        fields = {"teacher_id": a_teacher(a_school()).pk}
    with pytest.raises(ClassError) as refusal:
        session_save(class_run_id=run.pk, entry=an_entry(run, **fields), actor=staff, at=NOW)
    assert refusal.value.code == code
    assert run.sessions.exists() is False


def test_the_missing_hours_are_laid_over_the_chosen_evenings_and_holidays_are_left_out():
    school, staff, version = a_school_that_files()
    run = a_draft(version, staff, starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 31))
    layout = Layout(
        first_on=date(2026, 12, 28),
        until=date(2027, 1, 31),
        weekdays=[0, 4],
        starts=time(19, 0),
        ends=time(20, 30),
        teacher_id=a_teacher(school).pk,
        workshop_id=a_room(school).pk,
    )
    plan_lay_out(class_run_id=run.pk, layout=layout, actor=staff, at=NOW)
    days = [str(session.starts_at.date()) for session in run.sessions.order_by("starts_at")]
    assert days == ["2026-12-28", "2027-01-04"]  # the first of January is a holiday
    assert sum(session.practice_hours for session in run.sessions.all()) == 4
    assert {session.mode for session in run.sessions.all()} == {SessionMode.PRACTICE}
    with pytest.raises(ClassError) as refusal:
        plan_lay_out(class_run_id=run.pk, layout=layout, actor=staff, at=NOW)
    assert refusal.value.code == "nothing_missing"
    assert plan_clear(class_run_id=run.pk, actor=staff, at=NOW) == 2


WRITINGS = [
    ("19:00-21:15", (time(19), time(21, 15))),
    ("19：00～21：15", (time(19), time(21, 15))),
    ("8:30—11:30", (time(8, 30), time(11, 30))),
    ("晚上7:00-9:15", (time(19), time(21, 15))),
    ("下午2点至5点半", (time(14), time(17, 30))),
    ("上午9时到11时30分", (time(9), time(11, 30))),
    ("19:00:00", (time(19), None)),
]


@pytest.mark.parametrize(("text", "expected"), WRITINGS)
def test_hours_are_read_in_the_usual_writings(text, expected):
    assert hours_range(Cell(text)).value == expected


@pytest.mark.parametrize("cell", [Cell("25:00-26:00"), Cell("21:00-19:00"), Cell("全天"), Cell("=A1", Origin.FORMULA)])
def test_hours_that_cannot_be_read_are_refused(cell):
    parsed = hours_range(cell)
    assert parsed.value is None
    assert parsed.findings


HEADER = ["序号", "授课日期", "授课时间", "授课教师", "授课内容", "理论课时", "实操课时", "地点", "授课方式"]


def brought(run, staff, rows):
    batch, _is_new = batch_upload(
        kind_code="class_plan",
        data=sheet_file([["实施性培训计划"], HEADER, *rows]),
        file_name="plan.xlsx",
        actor=staff,
        at=NOW,
        on=TODAY,
        organisation=run.school.organisation,
        target=str(run.pk),
    )
    batch_check_start(batch_id=batch.pk, actor=staff, at=NOW, on=TODAY)
    return running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)


def test_a_plan_comes_as_a_file_and_the_same_rows_again_change_nothing():
    school, staff, version = a_school_that_files()
    run = a_draft(version, staff)
    teacher, room = a_teacher(school, name="周老师"), a_room(school, name="一号教室")
    rows = [
        ["1", "2026-12-07", "18:00-21:00", "周老师", "单元yy-03 洗澡", "", "4", "一号教室", "实操"],
        ["2", "2026年12月8日", "19:00", "周老师", "单元yy-01", "2", "", "一号教室", ""],
        ["3", "2026-12-09", "18:00-21:00", "没有这人", "单元yy-03", "", "4", "二号楼", ""],
    ]
    batch = brought(run, staff, rows)
    assert (batch.state, batch.rows_total, batch.rows_faulty) == (BatchState.CHECKED, 3, 1)
    codes = {issue["code"] for row in ImportRow.objects.filter(batch=batch) for issue in row.issues}
    assert codes == {"teacher_unknown", "place_unknown", "end_added"}
    batch_apply_start(batch_id=batch.pk, actor=staff, at=NOW, on=TODAY)
    running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)
    first, second = run.sessions.order_by("starts_at")
    assert (first.mode, first.teacher, first.premises, first.practice_hours) == ("practice", teacher, room, 4)
    assert first.unit == unit_of(version.package_version, "yy-03")
    assert (second.mode, second.ends_at) == ("classroom", moment(date(2026, 12, 8), 20, 30))
    again = brought(run, staff, rows[:2])
    assert again.rows_known == 2


def test_a_plan_without_a_class_run_is_refused_row_by_row():
    _school, staff, version = a_school_that_files()
    run = a_draft(version, staff)
    run.pk = 0
    batch = brought(run, staff, [["1", "2026-12-07", "18:00-21:00", "", "单元yy-03", "", "4", "", ""]])
    assert batch.rows_faulty == 1
