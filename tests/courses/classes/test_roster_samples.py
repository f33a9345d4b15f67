"""The sample rosters: everything that is wrong in them is found, and nothing else."""

import csv
import io

import pytest

from courses.classes.imports import RosterKind
from courses.classes.models import Enrolment
from courses.classes.states import EnrolmentState
from foundation.imports.workbook import faults_workbook
from foundation.policy.services import base_data_load
from tests.courses.classes.roster_builders import (
    HEADER,
    SAMPLE_OFFSET,
    SAMPLES,
    a_roster_run,
    applied,
    checked,
    expected,
    findings,
)
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    base_data_load(on=TODAY)


def columns():
    return {str(column.title): column.code for column in RosterKind.columns}


def wanted():
    return {(int(row["row"]) + SAMPLE_OFFSET, columns()[row["column"]], row["verdict"]) for row in expected()}


def test_the_dirty_roster_has_exactly_the_faults_that_are_listed(base):
    run, clerk = a_roster_run()
    batch = checked((SAMPLES / "roster-dirty.xlsx").read_bytes(), run, clerk)
    assert findings(batch) == wanted()
    errors = {line for line, _column, verdict in wanted() if verdict == "error"}
    assert (batch.rows_total, batch.rows_faulty) == (60, len(errors))


def test_every_error_and_warning_of_the_dirty_roster_says_what_to_do(base):
    run, clerk = a_roster_run()
    batch = checked((SAMPLES / "roster-dirty.xlsx").read_bytes(), run, clerk)
    issues = [issue for row in batch.rows.all() for issue in row.issues]
    assert {issue["severity"] for issue in issues} >= {"error", "warning"}
    for issue in issues:
        assert issue["sentence"]
        assert issue["fix"] or issue["severity"] == "repaired"


def test_the_dirty_roster_is_applied_but_for_its_faulty_rows(base):
    run, clerk = a_roster_run()
    batch = applied(checked((SAMPLES / "roster-dirty.xlsx").read_bytes(), run, clerk), clerk)
    errors = len({line for line, _column, verdict in wanted() if verdict == "error"})
    run.refresh_from_db()
    assert (batch.rows_applied, run.seats_taken) == (60 - errors, 60 - errors)
    assert set(Enrolment.objects.values_list("state", flat=True)) == {EnrolmentState.INVITED}
    kept = Enrolment.objects.get(note__startswith="=")
    assert kept.note.startswith("=HYPERLINK(")


def test_a_clean_roster_has_nothing_to_say_and_everybody_gets_a_seat(base):
    run, clerk = a_roster_run()
    batch = applied(checked((SAMPLES / "roster-clean.xlsx").read_bytes(), run, clerk), clerk)
    assert (batch.rows_total, batch.rows_applied, findings(batch)) == (40, 40, set())


def test_the_roster_in_gb18030_is_read_and_applied(base):
    run, clerk = a_roster_run()
    batch = applied(checked((SAMPLES / "roster-gb18030.csv").read_bytes(), run, clerk, "名册.csv"), clerk)
    assert (batch.encoding, batch.rows_applied, findings(batch)) == ("GB18030", 30, set())
    first = Enrolment.objects.order_by("pk").first()
    assert (first.worker.name, first.card, first.education) == ("蔡桂花", "9900007483378876232", "vocational")


def test_the_same_roster_as_utf_8_with_columns_moved_is_the_same(base):
    rows = list(csv.DictReader(io.StringIO((SAMPLES / "roster-gb18030.csv").read_text(encoding="gb18030"))))
    names = {
        "身份证号码": "* 公民身份号码",
        "联系电话": "手机号",
        "社保卡账号": "银行卡号（社保卡）",
        "户籍地址": "户口所在地",
    }
    order = sorted(HEADER, reverse=True)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names.get(name, name) for name in order)
    writer.writerows([row[name] for name in order] for row in rows)
    run, clerk = a_roster_run()
    batch = checked(("\ufeff" + text.getvalue()).encode(), run, clerk, "名册.csv")
    assert (batch.rows_good, findings(batch)) == (30, set())
    assert len(set(batch.columns.values()) - {"#"}) == len(HEADER) - 1


def test_the_workbook_of_faults_mended_applies_only_the_rest(base):
    run, clerk = a_roster_run()
    batch = applied(checked((SAMPLES / "roster-dirty.xlsx").read_bytes(), run, clerk), clerk)
    before = Enrolment.objects.count()
    again = applied_after_mending(batch, run, clerk)
    assert (again.rows_applied, Enrolment.objects.count()) == (1, before + 1)
    # The second row of the same person is on record by now, through the first.
    assert (again.rows_known, again.rows_faulty) == (1, batch.rows_faulty - 2)


def applied_after_mending(batch, run, clerk):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(faults_workbook(batch)))
    page = book.worksheets[0]
    header = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        if row[header.index("姓名")].value in (None, ""):
            row[header.index("姓名")].value = "林补全"
    target = io.BytesIO()
    book.save(target)
    return applied(checked(target.getvalue(), run, clerk), clerk)
