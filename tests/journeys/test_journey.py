"""The rehearsal of a class adds up from the school's file to the close, and fails loudly when something does not."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.journey import running
from portal.journey.clock import simulated_clock
from portal.journey.running import STEPS, account_data, account_text, day_to_open, journey_run
from portal.journey.state import Plan
from portal.journey.totals import _compare
from portal.operations.services import base_load
from subsidies.claims.models import Claim

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
TODAY = date(2026, 11, 23)
COMMAND = "portal.operations.management.commands.journey"


@pytest.fixture
def city():
    base_load(on=TODAY)


@pytest.fixture
def roster(tmp_path):
    """The first six people of the sample, under its title and header."""
    book = openpyxl.load_workbook(SAMPLES / "roster-clean.xlsx")
    book.active.delete_rows(10, book.active.max_row)
    book.save(tmp_path / "roster.xlsx")
    return tmp_path / "roster.xlsx"


@pytest.fixture
def scores(tmp_path):
    """Their six lines of the score sheet."""
    book = openpyxl.load_workbook(SAMPLES / "scores.xlsx")
    book.active.delete_rows(9, book.active.max_row)
    book.save(tmp_path / "scores.xlsx")
    return tmp_path / "scores.xlsx"


def a_plan(roster, **fields):
    """Two hours online; the fourth of the class misses a session, the fifth stops early."""
    given = {"online_hours": 2, "stops_every": 5, "misses_every": 4, "repeats_every": 3, "miscounts_every": 8}
    return Plan(roster=roster, opens_on=day_to_open(today=TODAY), today=TODAY, **(given | fields))


def test_a_class_runs_from_the_course_to_its_certificates_and_every_total_agrees(city, roster, scores, tmp_path):
    journey = journey_run(a_plan(roster, scores=scores, out=tmp_path / "out"))
    totals = journey.totals
    assert journey.failures == []
    assert [step.name for step in journey.steps] == [name for name, _title, _step in STEPS]
    assert (totals["roster_rows"], totals["enrolled"], totals["completed"], totals["not_completed"]) == (6, 6, 4, 2)
    assert totals["reported_ms"] == totals["accepted_ms"] + totals["refused_ms"]
    # Five people study both lessons, one the first alone: eleven times 45 minutes. Two phones count ten beats twice.
    assert totals["accepted_ms"] == 11 * 45 * 60_000
    assert totals["refused_ms"] > 0
    assert totals["attendances"] == totals["sessions"] * 6
    assert journey.run.state == "closed"
    # The fourth and fifth did not complete, so their lines are refused; the second has 54 in theory.
    assert journey.facts["score_refusals"] == {"not_candidate": 2}
    assert (totals["candidates"], totals["passed"], totals["failed"], totals["certificates"]) == (4, 3, 1, 3)
    assert journey.facts["certificate_refusals"] == {"not_completed": 2, "test_failed": 1}
    assert len(list((tmp_path / "out" / "certificates").glob("PX*.pdf"))) == 3
    assert (totals["claims"], totals["claims_refused"], totals["paid"], totals["paid_fen"]) == (3, 0, 3, 210_000)
    assert (totals["ledger_paid_fen"], totals["ledger_open_fen"], totals["ledger_sum_fen"]) == (210_000, 0, 0)
    data = json.loads((tmp_path / "out" / "account.json").read_text("utf-8"))
    assert (data["balanced"], data["totals"]) == (True, totals)
    assert data == json.loads(json.dumps(account_data(journey)))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    number = journey.run.number
    files = [f"{number}.json", f"{number}.xlsx", "account.json", "account.txt", "bank", "certificates"]
    files += ["records", "roster-errors.xlsx"]
    assert names == sorted(files)
    told = account_text(journey)
    for row in openpyxl.load_workbook(roster).active.iter_rows(min_row=4, values_only=True):
        assert not [cell for cell in (row[1], row[3], row[6], row[9]) if cell and str(cell) in told]
    for name in (
        "rows_applied",
        "enrolled",
        "completed",
        "reported_ms",
        "progress_refused_ms",
        "attendances",
        "passed",
        "certificates",
        "skill_entries",
        "claims",
        "paid",
        "paid_fen",
        "lines_paid_fen",
        "ledger_paid_fen",
        "ledger_open_fen",
        "payments_repaired",
    ):
        journey.failures.clear()
        _compare(journey, totals | {name: totals[name] + 1})
        assert journey.failures, name


def test_the_banks_file_is_read_and_whom_it_refused_is_paid_after_repair(city, roster, scores, tmp_path):
    """The sample's answer for the three of the six who passed; the bank refused one of them."""
    given = (SAMPLES / "bank-return.txt").read_bytes().decode("gb18030").splitlines()
    named = [str(row[1]) for row in openpyxl.load_workbook(roster).active.iter_rows(min_row=4, values_only=True)]
    lines = [line.split("|") for line in given[1:] if line.split("|")[2] in named][:3]
    answer = tmp_path / "answer.txt"
    answer.write_bytes("\n".join([given[0], *("|".join(line) for line in lines), ""]).encode("gb18030"))
    journey = journey_run(a_plan(roster, scores=scores, bank_return=answer, stops_every=0, misses_every=0))
    totals = journey.totals
    assert journey.failures == []
    assert totals["claims"] == totals["paid"] == len(lines)
    assert totals["evidence_accepted"] == totals["certificates"]
    assert (totals["payments_failed"], totals["payments_repaired"]) == (1, 1)
    assert totals["paid_fen"] == totals["ledger_paid_fen"] == len(lines) * 70_000


def test_a_banks_file_for_others_stops_the_rehearsal_and_nothing_is_booked(city, roster, scores):
    plan = a_plan(roster, scores=scores, bank_return=SAMPLES / "bank-return.txt", stops_every=0, misses_every=0)
    journey = journey_run(plan)
    assert not journey.is_balanced
    assert "银行回盘没有走完" in journey.failures[-1]
    assert set(Claim.objects.values_list("state", flat=True)) == {"sent"}


def test_without_a_score_sheet_one_is_made_and_said_so(city, roster):
    journey = journey_run(a_plan(roster))
    scores = next(step for step in journey.steps if step.name == "scores")
    assert "没有给成绩单，按名册编了一份。" in scores.notes
    assert (scores.counts["score_rows"], scores.counts["scores_refused"], scores.counts["parts_voided"]) == (4, 0, 0)
    assert journey.failures == []


def test_the_rows_the_sample_is_wrong_in_are_refused_with_their_lines(city):
    plan = a_plan(SAMPLES / "roster-dirty.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "STEPS", STEPS[:3])
        journey = journey_run(plan)
    with (SAMPLES / "roster-dirty.expected.csv").open(encoding="utf-8") as file:
        wrong = {int(row["row"]) for row in csv.DictReader(file) if row["verdict"] == "error"}
    counts = journey.steps[-1].counts
    assert (counts["roster_rows"], counts["rows_refused"], counts["rows_applied"]) == (60, len(wrong), 60 - len(wrong))
    # 序号 1 stands in line 4.
    assert {note.partition(" 行")[0] for note in journey.steps[-1].notes} == {f"第 {row + 3}" for row in wrong}


def test_a_total_that_does_not_add_up_ends_the_command_with_a_failure(city, roster, monkeypatch):
    def lose_one(journey):
        journey.require("名册行数 = 导入 + 退回 + 已有", 6, 5)
        return {}

    monkeypatch.setattr(running, "STEPS", (*STEPS[:2], ("totals", "核对合计", lose_one)))
    monkeypatch.setattr(f"{COMMAND}.journey_run", lambda plan: journey_run(replace(plan, online_hours=1)))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("journey", roster=roster, on=day_to_open(today=TODAY), stdout=out)
    assert "对不上：名册行数 = 导入 + 退回 + 已有：6 ≠ 5" in out.getvalue()


def test_nothing_is_rehearsed_where_real_people_work(city, roster, settings):
    settings.SMS_GATEWAY = "real"
    with pytest.raises(CommandError):
        call_command("journey", roster=roster)
    assert not running.ClassRun.objects.exists()


def test_the_clock_is_given_back_even_when_a_step_fails():
    real = timezone.now

    def fails(at):
        with simulated_clock(at) as clock:
            assert timezone.now() == clock.at
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails(real())
    assert timezone.now is real
