"""The report of a school and the export of a class: right to the minute, masked, nothing to run."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from courses.completion.report import Scope, report_pieces, report_rows
from courses.completion.selectors import preview_of
from courses.completion.services import class_close, preview_digest
from courses.completion.sheets import text_row, xlsx_pieces
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.courses.attendance.builders import STARTS, people, the_figures
from tests.courses.builders import a_class_run, a_course_version, school_staff
from tests.courses.completion.builders import a_practical_session, hold, study
from tests.portal.people import signed_in
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db
YEAR = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(STARTS + timedelta(days=1), tick=False)
    the_figures()


def a_course(**fields):
    lessons = [
        {"kind": LessonKind.VIDEO, "title": title, "seconds": 2700, "credited_minutes": 45}
        for title in ("=1+1 喂养", "洗澡", "睡眠")
    ]
    return a_course_version(lessons=lessons, **fields)


def watch(enrolment, position, minutes):
    lesson = Lesson.objects.get(version=enrolment.class_run.course_version, position=position)
    ms = int(minutes * 60_000)
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, length_ms=2_700_000, worth_ms=2_700_000, needs_check=False,
        watched=[0, ms], reported_ms=ms, accepted_ms=ms, credited_ms=ms,
    )  # fmt: skip


def the_file(scope, kind):
    return b"".join(report_pieces(scope, file_format=kind))


def as_rows(content, kind):
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(content)).active
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_person_has_a_row_with_the_minutes_of_each_lesson(kind):
    run = a_class_run(a_course())
    one, _other = people(run, 2)
    watch(one, 1, 45)
    watch(one, 3, 12.9)
    head, first, second = as_rows(the_file(Scope(run.school, **YEAR), kind), kind)
    assert [title.lstrip("'") for title in head[-3:]] == ["=1+1 喂养（分钟）", "洗澡（分钟）", "睡眠（分钟）"]
    assert first[:5] == [run.number, run.name, run.course_version.title, one.worker.masked_name,
                         one.worker.masked_id_number]  # fmt: skip
    assert first[-4:] == ["1.2", "45", "", "12"]
    assert second[-4:] == ["0.0", "", "", ""] or second[-4:] == ["0", "", "", ""]
    assert one.worker.name not in str(first)
    assert report_rows(Scope(run.school, **YEAR)) == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_courses_of_different_length_share_the_columns_by_place(kind):
    long = a_class_run(a_course())
    short = a_class_run(a_course_version(school=long.school, lessons=[], page=None))
    (one,), (_other,) = people(long, 1), people(short, 1)
    watch(one, 2, 30)
    rows = as_rows(the_file(Scope(long.school, **YEAR), kind), kind)
    assert rows[0][-3:] == ["第 1 课（分钟）", "第 2 课（分钟）", "第 3 课（分钟）"]
    assert {len(row) for row in rows} == {12}
    assert rows[1][-3:] == ["", "30", ""]
    assert rows[2][-3:] == ["", "", ""]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_other_schools_and_other_days_are_not_in_the_report(kind):
    run = a_class_run(a_course())
    people(run, 1)
    people(a_class_run(a_course()), 1)
    early = {"since": date(2026, 1, 1), "until": date(2026, 1, 31)}
    assert len(as_rows(the_file(Scope(run.school, **YEAR), kind), kind)) == 2
    assert len(as_rows(the_file(Scope(run.school, **early), kind), kind)) == 1


def test_what_looks_like_a_formula_is_text_in_a_workbook():
    content = b"".join(xlsx_pieces([("表", [text_row(["=1+1", "@x", "<b>&", "a\x0bb"])])]))
    row = next(load_workbook(io.BytesIO(content)).active.iter_rows())
    assert [(cell.value, cell.data_type) for cell in row[:3]] == [("=1+1", "s"), ("@x", "s"), ("<b>&", "s")] or [
        cell.data_type for cell in row[:3]
    ] == ["inlineStr"] * 3
    assert row[3].value == "ab"


def test_the_report_streams_and_leaves_a_record():
    run = a_class_run(a_course())
    people(run, 1)
    client = signed_in(school_staff(run.school))
    address = reverse("completion_report")
    answers = {"since": "2026-01-01", "until": "2026-12-31", "format": "csv", "purpose": "季度总结"}
    assert client.post(address, answers | {"purpose": ""}).status_code == 422
    assert not AuditEvent.objects.filter(action="completion.report.exported").exists()
    answer = client.post(address, answers)
    assert answer.streaming
    assert len(b"".join(answer.streaming_content).splitlines()) == 2
    assert AuditEvent.objects.get(action="completion.report.exported").reason == "季度总结"


def test_an_officer_chooses_the_school_and_a_school_cannot():
    run, stranger = a_class_run(a_course()), a_class_run(a_course())
    people(run, 1)
    answers = {
        "since": "2026-01-01",
        "until": "2026-12-31",
        "format": "csv",
        "purpose": "抽查",
        "school": run.school.pk,
    }
    officer = signed_in(an_officer(Role.OFFICER_INSPECTION))
    got = b"".join(officer.post(reverse("completion_report"), answers).streaming_content).decode()
    assert run.number in got
    got = b"".join(
        signed_in(school_staff(stranger.school)).post(reverse("completion_report"), answers).streaming_content
    ).decode()
    assert run.number not in got


def a_closed_class():
    run = a_class_run()
    well, lacking = people(run, 2)
    study(well)
    hold(a_practical_session(run), [well])
    staff = school_staff(run.school)
    at = STARTS + timedelta(days=1)
    class_close(class_run_id=run.pk, seen=preview_digest(preview_of(run, at=at)), actor=staff, at=at)
    return run, staff, well, lacking


def test_a_class_leaves_as_five_families_with_stable_ids():
    run, staff, well, _lacking = a_closed_class()
    client = signed_in(staff)
    answers = {"format": "json", "purpose": "case_handling", "note": ""}
    content = b"".join(client.post(reverse("completion_export", args=[run.pk]), answers).streaming_content)
    data = json.loads(content)
    assert data["schema"] == "qiaoshou.class/1"
    assert data["classInfoBasic"]["classCode"] == run.number
    assert data["classInfoBasic"]["learnerList"][0] == {
        "learnerId": f"E{well.pk}", "number": 1, "name": well.worker.masked_name,
        "idNumber": well.worker.masked_id_number, "state": "completed",
    }  # fmt: skip
    hours = data["classHourBasic"]["learnerList"][0]
    assert hours["sessions"][0]["sessionId"] == f"{run.number}-S1"
    assert (hours["outcome"], len(hours["checks"])) == ("completed", 6)
    assert data["answerTutoring"]["isKept"] is False
    assert data["activity"]["items"][0]["learnerId"] == f"E{well.pk}"
    assert well.worker.name not in content.decode()
    assert not AccessRecord.objects.exists()


def test_names_in_plain_leave_a_record_for_each_person():
    run, staff, well, _lacking = a_closed_class()
    answers = {"format": "xlsx", "purpose": "case_handling", "note": "上报", "is_plain": "on"}
    answer = signed_in(staff).post(reverse("completion_export", args=[run.pk]), answers)
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert "学员" in book.sheetnames
    assert well.worker.name in [row[2] for row in book["学员"].iter_rows(values_only=True)]
    assert AccessRecord.objects.filter(is_granted=True).count() == 2
    assert AuditEvent.objects.get(action="completion.class_export.taken").data["is_plain"] is True


def test_another_schools_class_is_not_hers_to_export():
    run, *_rest = a_closed_class()
    stranger = signed_in(school_staff(a_class_run().school))
    for name in ("completion_export", "completion_class"):
        assert stranger.get(reverse(name, args=[run.pk])).status_code == 404
    assert not AuditEvent.objects.filter(action="completion.class_export.taken").exists()
