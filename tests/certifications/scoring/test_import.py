"""Score sheets as schools have them: the sample, its variations, and every fault said with its cure."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from certifications.plans.states import CandidateState, PartKind, PlanState
from certifications.scoring.columns import Reading, mark
from certifications.scoring.models import PartScore
from certifications.scoring.selectors import scores_in_force
from foundation.imports.cells import Cell, Origin
from foundation.imports.errors import ImportRefusedError
from tests.certifications.builders_scoring import a_candidate, a_clerk, a_plan, a_score
from tests.certifications.scoring.import_builders import (
    SAMPLES,
    a_scored_class,
    applied,
    checked,
    findings,
    roster,
    sheet,
    uploaded,
)
from tests.courses.builders import a_school
from tests.workers.builders import a_roster_worker, an_id_number

pytestmark = pytest.mark.django_db
ONE, TWO = ("李梅", an_id_number(sequence=202)), ("陈秀英", an_id_number(sequence=204))
# The line of the sample in which 序号 1 stands, less one: title, header.
OFFSET = 2


@pytest.fixture
def two():
    return a_scored_class([ONE, TWO])


def row(person=ONE, theory=78, practical=81, ticket="", note=None):
    return [ticket, person[0], person[1], theory, practical, note]


def verdicts(batch):
    return {(column, severity, code) for _line, column, severity, code in findings(batch)}


# --- the sample -------------------------------------------------------------------------------------------------------


def test_the_sample_is_right_but_for_the_impossible_101_and_numbers_of_its_own():
    plan, clerk, _people = a_scored_class()
    batch = checked((SAMPLES / "scores.xlsx").read_bytes(), plan, clerk)
    assert (batch.rows_total, batch.rows_faulty) == (40, 1)
    assert {one for one in findings(batch) if one[2] == "error"} == {(12 + OFFSET, "theory", "error", "impossible")}
    assert {one[3] for one in findings(batch) if one[2] == "warning"} == {"own_numbering"}


def test_the_sample_enters_the_marks_of_39_people_and_number_7_absent():
    plan, clerk, people = a_scored_class()
    batch = applied(checked((SAMPLES / "scores.xlsx").read_bytes(), plan, clerk), clerk)
    assert batch.rows_applied == 39
    scores = scores_in_force()
    assert scores.count() == 78
    assert {(one.state, one.mark) for one in scores.filter(candidate=people[6])} == {("absent", None)}
    assert not scores.filter(candidate=people[11]).exists()
    page = openpyxl.load_workbook(SAMPLES / "scores.xlsx").worksheets[0]
    wanted = {r[2]: (r[3], r[4]) for r in page.iter_rows(min_row=3, values_only=True) if r[3] not in ("缺考", 101)}
    for (_name, number), candidate in zip(roster(), people, strict=True):
        if number in wanted:
            found = tuple(scores.get(candidate=candidate, part__kind=kind).mark for kind in ("theory", "practical"))
            assert found == wanted[number]


def test_the_same_file_twice_is_one_batch_and_enters_nothing_again():
    plan, clerk, _people = a_scored_class([ONE])
    data = sheet([row()])
    first = applied(checked(data, plan, clerk), clerk)
    again, is_new = uploaded(data, plan, clerk)
    assert (again, is_new) == (first, False)
    assert PartScore.objects.count() == 2


def test_marks_on_record_already_are_recognised(two):
    plan, clerk, _people = two
    applied(checked(sheet([row()]), plan, clerk), clerk)
    batch = applied(checked(sheet([row(), row(TWO)]), plan, clerk), clerk)
    assert (batch.rows_known, batch.rows_applied, PartScore.objects.count()) == (1, 1, 4)


# --- who is meant -----------------------------------------------------------------------------------------------------


def test_somebody_unknown_somebody_else_and_a_stranger_to_the_plan_are_told_apart(two):
    plan, clerk, _people = two
    stranger = ("王阿花", an_id_number(sequence=206))
    a_roster_worker(name=stranger[0], id_number=stranger[1])
    unknown = ("谁也不是", an_id_number(sequence=208))
    rows = [row(unknown), row(stranger), row(("李美", ONE[1])), row(("陈秀英", "350201197805060009"))]
    batch = checked(sheet(rows), plan, clerk)
    assert {(line, column, code) for line, column, _severity, code in findings(batch)} == {
        (2, "id_number", "unknown"),
        (3, "id_number", "not_candidate"),
        (4, "name", "name_differs"),
        (5, "id_number", "id_number"),
    }
    assert batch.rows_faulty == 4


def test_the_ticket_number_of_another_candidate_is_an_error_and_ones_own_numbering_a_warning(two):
    plan, clerk, (one, other) = two
    batch = checked(sheet([row(ticket=other.ticket_number), row(TWO, ticket="20269999")]), plan, clerk)
    assert findings(batch) == {
        (2, "ticket", "error", "ticket_of_another"),
        (3, "ticket", "warning", "own_numbering"),
    }
    assert verdicts(checked(sheet([row(ticket=one.ticket_number)]), plan, clerk)) == set()


def test_the_same_person_twice_is_an_error(two):
    plan, clerk, _people = two
    assert findings(checked(sheet([row(), row(theory=60)]), plan, clerk)) == {(3, "id_number", "error", "same_person")}


def test_somebody_excluded_gets_no_marks_by_file_either(two):
    plan, clerk, (one, _other) = two
    one.state, one.reason = CandidateState.EXCLUDED, "替考"
    one.save()
    assert verdicts(checked(sheet([row()]), plan, clerk)) == {("id_number", "error", "not_admitted")}


def test_another_mark_on_record_is_an_error_that_names_the_way(two):
    plan, clerk, (one, _other) = two
    a_score(one, PartKind.THEORY, 50)
    batch = checked(sheet([row()]), plan, clerk)
    assert verdicts(batch) == {("theory", "error", "exists")}
    assert "更正成绩" in batch.rows.get().issues[0]["fix"]
    assert PartScore.objects.count() == 1


def test_a_part_the_plan_does_not_have_and_a_row_without_marks_are_errors(two):
    plan, clerk, _people = two
    header = ["姓名", "身份证号码", "理论", "实操", "综合评审"]
    batch = checked(sheet([[*ONE, 78, 81, 90], [*TWO, None, None, None]], header=header), plan, clerk)
    assert findings(batch) == {(2, "review", "error", "no_part"), (3, "", "error", "no_marks")}


def test_one_part_alone_may_come_first(two):
    plan, clerk, (one, _other) = two
    batch = applied(checked(sheet([[*ONE, 78]], header=["姓名", "身份证号码", "理论成绩"]), plan, clerk), clerk)
    assert (batch.rows_applied, list(scores_in_force().values_list("candidate", "part__kind"))) == (
        1,
        [(one.pk, "theory")],
    )


# --- how schools write ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ["考号", "考生姓名", "公民身份号码", "理论知识考试", "操作技能", "说明"],
        ["* 准考证号码", "姓 名", "身份证号（18位）", "1. 理论成绩（百分制）", "2. 实操成绩（百分制）", "备注"],
        ["准考证", "学员姓名", "证件号码", "笔试", "技能操作", "备注"],
        ["考生编号", "姓名", "身份证", "理论考核", "实操考核", "备注"],
    ],
)
def test_columns_have_many_names(two, header):
    plan, clerk, _people = two
    batch = checked(
        sheet([row()], header=header, above=[["2026年第3期成绩单"], ["考核日期：2026年11月21日"]]), plan, clerk
    )
    assert (batch.rows_good, verdicts(batch)) == (1, set())


def test_columns_may_stand_in_any_order(two):
    plan, clerk, (one, _other) = two
    batch = checked(sheet([[81, ONE[1], 78, ONE[0]]], header=["实操", "身份证号码", "理论", "姓名"]), plan, clerk)
    applied(batch, clerk)
    assert {s.part.kind: int(s.mark) for s in scores_in_force().filter(candidate=one)} == {
        "theory": 78,
        "practical": 81,
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("78", "78.00"), ("78.5", "78.50"), ("７８", "78.00"), (" 78 ", "78.00"), ("'78", "78.00"), ("78分", "78.00"),
        ("０", "0.00"), ("100", "100.00"), ("78.25", "78.25"), ("６６．５", "66.50"),
    ],
)  # fmt: skip
def test_a_mark_is_read_as_it_is_written(written, read):
    value, _findings = mark(Cell(written))
    assert str(value.mark) == read


@pytest.mark.parametrize("written", ["缺考", "缺", "未考", " 缺 考 ", "—", "-", "－", "/", "未参加", "弃考"])
def test_absent_has_many_words(written):
    assert mark(Cell(written)).value == Reading(None, is_absent=True)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("101", "impossible"), ("-3", "impossible"), ("1000", "impossible"), ("78%", "percent"), ("0.78", "fraction"),
        ("66.666", "places"), ("优秀", "not_a_mark"), ("及格", "not_a_mark"), ("作弊", "void"), ("违纪", "void"),
        ("78/100", "not_a_mark"), ("NaN", "impossible"), ("Infinity", "impossible"), ("七十八", "not_a_mark"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_with_what_to_do(written, code):
    value, found = mark(Cell(written))
    assert value is None
    assert [(one.code, bool(one.fix)) for one in found] == [(code, True)]


def test_a_formula_is_never_a_mark():
    assert [one.code for one in mark(Cell("=60+20", Origin.FORMULA)).findings] == ["formula"]


# --- who may, and when ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [PlanState.OPEN, PlanState.PUBLISHED, PlanState.FINAL])
def test_a_plan_that_takes_no_marks_takes_no_file(state):
    plan = a_plan(state=state)
    with pytest.raises(ImportRefusedError):
        uploaded(sheet([row()]), plan, a_clerk(plan.organisation))


def test_another_school_brings_nothing(two):
    plan, _clerk, _people = two
    with pytest.raises(PermissionDenied):
        uploaded(sheet([row()]), plan, a_clerk(a_school().organisation))


def test_a_mark_entered_between_check_and_apply_is_not_overwritten(two):
    plan, clerk, (one, _other) = two
    batch = checked(sheet([row(), row(TWO)]), plan, clerk)
    a_score(one, PartKind.THEORY, 50)
    batch = applied(batch, clerk)
    assert (batch.rows_applied, batch.rows_faulty) == (1, 1)
    assert scores_in_force().get(candidate=one).mark == 50


def test_a_candidate_of_another_plan_is_not_one_of_this(two):
    plan, clerk, _people = two
    other = a_candidate(a_plan(), a_roster_worker(name="林外人", id_number=an_id_number(sequence=210)))
    batch = checked(sheet([row((other.worker.name, other.worker.id_number))]), plan, clerk)
    assert verdicts(batch) == {("id_number", "error", "not_candidate")}
