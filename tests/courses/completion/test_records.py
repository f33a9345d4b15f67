"""The hours of a class in the skill record: written at the close, changed and ended with the judgement."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from courses.attendance.services import attendance_correct
from courses.attendance.states import AttendanceState
from courses.classes.states import SessionMode
from courses.completion.models import Completion
from courses.completion.records import hours_record_all
from courses.completion.rules import Share, UnitHours, workplace_counted
from courses.completion.services import completion_judge_again
from foundation.accounts.states import Role
from tests.courses.attendance.builders import the_figures
from tests.courses.builders import a_class_run, school_staff
from tests.courses.completion.test_close import LATER, a_class_of_two, close
from tests.workers.builders import an_officer
from workers.models import SkillRecordEntry, SkillRecordEvent

D = Decimal


@pytest.fixture
def run():
    the_figures()
    return a_class_run()


@pytest.fixture
def staff(run):
    return school_staff(run.school)


def lines(enrolment):
    rows = SkillRecordEntry.objects.filter(worker=enrolment.worker, kind="training_hours").order_by("pk")
    return [(line.hours_kind, str(line.hours), line.state) for line in rows]


def correct(session, enrolment, state):
    attendance_correct(
        session_id=session.pk, enrolment_id=enrolment.pk, state=state, reason="核对名册",
        actor=an_officer(Role.OFFICER_INSPECTION), at=LATER,
    )  # fmt: skip


def judge_again(enrolment):
    officer = an_officer(Role.OFFICER_REVIEW)
    return completion_judge_again(enrolment_id=enrolment.pk, reason="考勤更正", actor=officer, at=LATER)


SHARES = [
    # what is about, shares (unit, practice, workplace), most of unit 1, workplace hours that count
    ("none of it at a workplace", [(1, 4, False)], 4, "0"),
    ("all of it at a workplace", [(1, 4, True)], 4, "4"),
    ("half and half", [(1, 2, False), (1, 2, True)], 4, "2"),
    ("the unit is full: the school's rooms come first", [(1, 3, False), (1, 3, True)], 4, "1"),
    ("the school's rooms fill the unit alone", [(1, 5, False), (1, 3, True)], 4, "0"),
    ("of no unit nothing is cut", [(None, 3, True), (1, 1, False)], 4, "3"),
]


@pytest.mark.parametrize(("about", "told", "most", "hours"), SHARES, ids=[row[0] for row in SHARES])
def test_workplace_hours_are_what_the_practice_counts_beyond_the_schools_rooms(about, told, most, hours):
    shares = [Share(unit, practice=D(practice), is_workplace=is_there) for unit, practice, is_there in told]
    assert workplace_counted(shares, {1: UnitHours(D(0), D(most))}) == D(hours)


@pytest.mark.django_db
def test_the_close_gives_each_graduate_her_hours_and_nobody_else(run, staff):
    well, lacking, _session = a_class_of_two(run)
    close(run, staff)
    assert lines(well) == [("theory", "4.0", "valid"), ("practice", "4.0", "valid")]
    assert lines(lacking) == []
    line = SkillRecordEntry.objects.filter(worker=well.worker, hours_kind="theory").get()
    assert line.issuer_name == str(run.school)
    assert (line.is_guaranteed, line.confirmed_by, line.issued_on) == (True, staff, LATER.date())
    assert line.source == f"班次 {run.number} 结班认定"


@pytest.mark.django_db
def test_practice_at_a_workplace_is_a_line_of_its_own(run, staff):
    well, _lacking, session = a_class_of_two(run)
    type(session).objects.filter(pk=session.pk).update(mode=SessionMode.WORKPLACE)
    close(run, staff)
    assert lines(well) == [("theory", "4.0", "valid"), ("workplace", "4.0", "valid")]


@pytest.mark.django_db
def test_who_is_found_not_to_have_completed_loses_the_hours_and_may_get_them_back(run, staff):
    well, _lacking, session = a_class_of_two(run)
    close(run, staff)
    correct(session, well, AttendanceState.ABSENT)
    judge_again(well)
    assert lines(well) == [("theory", "4.0", "revoked"), ("practice", "4.0", "revoked")]
    correct(session, well, AttendanceState.PRESENT)
    judge_again(well)
    assert lines(well) == [
        ("theory", "4.0", "revoked"), ("practice", "4.0", "revoked"),
        ("theory", "4.0", "valid"), ("practice", "4.0", "valid"),
    ]  # fmt: skip
    references = SkillRecordEntry.objects.filter(worker=well.worker).order_by("pk").values_list("reference", flat=True)
    assert [one.rpartition(":")[2] for one in references] == ["1", "1", "2", "2"]


@pytest.mark.django_db
def test_hours_that_change_with_the_judgement_are_corrected_in_place(run, staff):
    well, _lacking, _session = a_class_of_two(run)
    close(run, staff)
    first = Completion.objects.get(enrolment=well)
    Completion.objects.create(
        enrolment=well, outcome="completed", criterion=first.criterion, facts=first.facts | {"theory_hours": "6.25"},
        checks=[], replaces=first, reason="补登学时", judged_by=an_officer(Role.OFFICER_REVIEW), at=LATER,
    )  # fmt: skip
    hours_record_all(at=LATER)
    assert lines(well) == [("theory", "6.2", "corrected"), ("practice", "4.0", "valid")]
    changed = SkillRecordEvent.objects.get(action="changed", entry__hours_kind="theory")
    assert changed.before["hours"] == "4.0"


@pytest.mark.django_db
def test_who_missed_it_first_gets_her_hours_when_judged_again(run, staff):
    _well, lacking, session = a_class_of_two(run)
    close(run, staff)
    correct(session, lacking, AttendanceState.PRESENT)
    judge_again(lacking)
    assert lines(lacking) == [("theory", "4.0", "valid"), ("practice", "4.0", "valid")]
    assert SkillRecordEntry.objects.filter(worker=lacking.worker).first().source.endswith("重新认定")


@pytest.mark.django_db
def test_classes_closed_before_get_their_hours_once(run, staff, monkeypatch):
    well, lacking, _session = a_class_of_two(run)
    monkeypatch.setattr("courses.completion.services.hours_write", lambda *args, **kwargs: 0)
    close(run, staff)
    assert lines(well) == []
    call_command("hours_record")
    call_command("hours_record")
    assert lines(well) == [("theory", "4.0", "valid"), ("practice", "4.0", "valid")]
    assert lines(lacking) == []
    assert SkillRecordEvent.objects.count() == 2
