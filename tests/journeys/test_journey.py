"""The rehearsal of a class adds up from the school's file to the close, and fails loudly when something does not."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.database import period
from portal.journey import class_steps, running
from portal.journey.account import account_data, account_text
from portal.journey.bank_files import encoded, fitting, outcomes_in
from portal.journey.checks import EVIDENCE, MONEY, ROSTER, TRAINING, balance_check
from portal.journey.clock import simulated_clock
from portal.journey.running import STEPS, day_to_open, journey_run, working_day_from
from portal.journey.state import Journey, Plan
from portal.journey.words import TOTALS
from portal.operations.services import base_load
from subsidies.payments.models import BankReturn
from subsidies.schemes.base_loading import schemes_demo_load
from subsidies.schemes.models import Scheme

pytestmark = pytest.mark.django_db
# What most tests do not wait for.
SLOW = {"export", "verification", "records", "evidence"}
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
def few(roster):
    """The first three of them."""
    book = openpyxl.load_workbook(roster)
    book.active.delete_rows(7, 3)
    book.save(roster)
    return roster


@pytest.fixture
def scores(tmp_path):
    """Their six lines of the score sheet."""
    book = openpyxl.load_workbook(SAMPLES / "scores.xlsx")
    book.active.delete_rows(9, book.active.max_row)
    book.save(tmp_path / "scores.xlsx")
    return tmp_path / "scores.xlsx"


def told_in(roster):
    """Every cell of the people's rows."""
    rows = openpyxl.load_workbook(roster).active.iter_rows(min_row=4, values_only=True)
    return {str(cell) for row in rows for cell in row}


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
    assert [run.state for run in journey.runs] == ["closed"]
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
    number = journey.runs[0].number
    files = [f"{number}.json", f"{number}.xlsx", "account.json", "account.txt", "bank", "certificates", "receipts"]
    files += ["records", "report.html", "roster-errors.xlsx"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(files)
    told = account_text(journey) + (tmp_path / "out" / "report.html").read_text("utf-8")
    assert told.count("data:image/png;base64,") == 4
    assert "<script" not in told
    assert 'src="http' not in told
    for row in openpyxl.load_workbook(roster).active.iter_rows(min_row=4, values_only=True):
        assert not [cell for cell in (row[1], row[3], row[6], row[9]) if cell and str(cell) in told]


def test_the_banks_file_is_read_and_whom_it_refused_is_paid_after_repair(city, roster, scores, tmp_path):
    """The sample's answer for the three of the six who passed; the bank refused one of them."""
    given = (SAMPLES / "bank-return.txt").read_bytes().decode("gb18030").splitlines()
    lines = [line.split("|") for line in given[1:] if line.split("|")[3] in told_in(roster)]
    answer = tmp_path / "answer.txt"
    answer.write_bytes("\n".join([given[0], *("|".join(line) for line in lines), ""]).encode("gb18030"))
    journey = journey_run(a_plan(roster, scores=scores, bank_return=answer, stops_every=0, misses_every=0))
    totals = journey.totals
    assert journey.failures == []
    assert totals["claims"] == totals["paid"] == len(lines)
    assert totals["evidence_accepted"] == totals["certificates"]
    assert (totals["payments_failed"], totals["payments_repaired"]) == (1, 1)
    assert totals["paid_fen"] == totals["ledger_paid_fen"] == len(lines) * 70_000


def test_of_a_banks_file_for_others_too_only_our_lines_are_used_and_it_is_said(city, roster, scores):
    """Of the 29 lines of the sample three are for people of this roster, whatever their number in it."""
    plan = a_plan(roster, scores=scores, bank_return=SAMPLES / "bank-return.txt", stops_every=0, misses_every=0)
    journey = journey_run(plan)
    totals = journey.totals
    given = (SAMPLES / "bank-return.txt").read_bytes().decode("gb18030").splitlines()[1:]
    ours = sum(line.split("|")[3] in told_in(roster) for line in given)
    assert journey.failures == []
    assert BankReturn.objects.filter(state="stopped").count() == 1
    assert (journey.facts["bank_foreign"], totals["paid"]) == (len(given) - ours, totals["claims"])
    notes = next(step for step in journey.steps if step.name == "bank").notes
    assert any("整份交上去被退回，没有入账" in note for note in notes)


def test_an_answer_of_the_bank_with_another_amount_fails_the_rehearsal_and_books_nothing(
    city, few, scores, tmp_path, monkeypatch
):
    given = (SAMPLES / "bank-return.txt").read_bytes().decode("gb18030").splitlines()
    ours = [line for line in given[1:] if line.split("|")[3] in told_in(few)]
    answer = tmp_path / "answer.txt"
    answer.write_bytes("\n".join([given[0], ours[0].replace("700.00", "701.00"), *ours[1:], ""]).encode("gb18030"))
    monkeypatch.setattr(running, "STEPS", tuple(step for step in STEPS if step[0] not in SLOW))
    journey = journey_run(a_plan(few, scores=scores, bank_return=answer, stops_every=0, misses_every=0))
    assert "银行回盘没有走完" in journey.failures[0]
    assert any("没有未办结的申领" in failure for failure in journey.failures)
    assert (journey.totals["paid_fen"], journey.totals["lines_waiting"]) == (0, len(ours))


def test_the_lines_of_a_banks_file_are_told_apart_by_their_accounts():
    sent = [SimpleNamespace(serial=serial, account=account) for serial, account in ((1, "A"), (2, "B"), (3, "B"))]
    rows = ["X|9|李梅|B|700.00|成功|", "X|8|陈丽|C|700.00|成功|", "X|7|王芳|B|700.00|失败|账户冻结"]
    found = fitting(encoded(rows), sent)
    assert (found.lines, found.foreign, found.unanswered) == (3, 1, {1})
    assert [serial for serial, _row in found.ours] == [2, 3]
    assert outcomes_in([found.as_file("Y")]) == {"paid": 1, "failed": 1, "paid_fen": 70_000}


def test_without_a_score_sheet_one_is_made_and_said_so(city, roster):
    journey = journey_run(a_plan(roster))
    scores = next(step for step in journey.steps if step.name == "scores")
    assert "没有给成绩单，按名册编了一份。" in scores.notes
    assert (scores.counts["score_rows"], scores.counts["scores_refused"], scores.counts["parts_voided"]) == (4, 0, 0)
    assert journey.failures == []


def test_the_rows_the_sample_is_wrong_in_are_refused_with_their_lines(city, monkeypatch):
    with (SAMPLES / "roster-dirty.expected.csv").open(encoding="utf-8") as file:
        verdicts = [(int(row["row"]), row["verdict"]) for row in csv.DictReader(file)]
    wrong = {row for row, verdict in verdicts if verdict == "error"}
    repaired = {row for row, verdict in verdicts if verdict == "repaired"}
    monkeypatch.setattr(running, "STEPS", STEPS[:3])
    step = journey_run(a_plan(SAMPLES / "roster-dirty.xlsx")).steps[-1]
    counts = (step.counts["roster_rows"], step.counts["rows_refused"], step.counts["rows_applied"])
    assert counts == (60, len(wrong), 60 - len(wrong))
    assert step.counts["rows_repaired"] == len(repaired)
    # 序号 1 stands in line 4.
    refused = [note for note in step.notes if "行没有导入" in note]
    assert {note.partition(" 行")[0] for note in refused} == {f"第 {row + 3}" for row in wrong}
    told = "".join(note for note in step.notes if note.startswith("自动更正"))
    assert all(str(row + 3) in told for row in repaired)


@pytest.mark.parametrize("ending", ["xlsx", "csv", "utf-8.csv"])
def test_every_kind_of_file_is_read(city, tmp_path, monkeypatch, ending):
    path = {"xlsx": SAMPLES / "roster-clean.xlsx", "csv": SAMPLES / "roster-gb18030.csv"}.get(ending)
    if path is None:
        path = tmp_path / "名册.csv"
        path.write_text((SAMPLES / "roster-gb18030.csv").read_text("gb18030"), "utf-8")
    monkeypatch.setattr(running, "STEPS", STEPS[:3])
    counts = journey_run(a_plan(path)).steps[-1].counts
    assert counts["rows_applied"] == counts["roster_rows"] == (40 if ending == "xlsx" else 30)


def test_more_people_than_a_class_may_have_are_parted_into_classes_that_are_each_filed(
    city, roster, tmp_path, monkeypatch
):
    """Four rows of which the last is wrong, at most two in a class: a class of two and one of one."""
    book = openpyxl.load_workbook(roster)
    book.active.delete_rows(8, 2)
    book.active["D7"] = "350201199001010000"
    book.save(roster)
    small = SimpleNamespace(value=2)
    monkeypatch.setattr(class_steps, "parameter_on", lambda *_args, **_kwargs: small)
    monkeypatch.setattr(running, "STEPS", tuple(step for step in STEPS if step[0] not in SLOW - {"export"}))
    journey = journey_run(a_plan(roster, online_hours=1, stops_every=0, misses_every=0, out=tmp_path / "out"))
    totals = journey.totals
    assert journey.failures == []
    filed = [(run.seats, run.seats_taken, bool(run.filing_number)) for run in journey.runs]
    assert filed == [(2, 2, True), (2, 1, True)]
    assert (totals["roster_rows"], totals["rows_refused"], totals["enrolled"], totals["people"]) == (4, 1, 3, 3)
    teachers = {session.teacher_id for run in journey.runs for session in run.sessions.all()}
    assert len(teachers - {None}) == 2
    assert totals["certificates"] == totals["passed"] == totals["paid"] > 0
    # The wrong row alone goes back to the school, by its own line.
    mending = openpyxl.load_workbook(tmp_path / "out" / "roster-errors.xlsx").worksheets[0]
    assert [row[-1] for row in mending.iter_rows(min_row=2, values_only=True)] == ["7"]
    assert any(note.startswith("第 7 行没有导入") for note in journey.steps[2].notes)


def test_a_roster_of_which_nobody_can_be_let_in_ends_early_and_balances(city, roster):
    book = openpyxl.load_workbook(roster)
    for line in range(4, 10):
        book.active[f"D{line}"] = "1"
    book.save(roster)
    journey = journey_run(a_plan(roster))
    assert (journey.failures, [step.name for step in journey.steps][-2:]) == ([], ["roster", "totals"])
    assert "没有一行可以导入" in journey.ended
    assert (journey.totals["roster_rows"], journey.totals["rows_refused"], journey.totals["enrolled"]) == (6, 6, 0)


def test_before_the_rules_are_in_force_nothing_is_done_and_the_account_balances(city, roster):
    journey = journey_run(replace(a_plan(roster), opens_on=date(2025, 6, 3)))
    assert journey.failures == []
    assert "政策待确认" in journey.ended
    assert (journey.totals["rows_refused"], journey.totals["claims"], journey.totals["paid_fen"]) == (6, 0, 0)
    assert not running.ClassRun.objects.exists()


def test_in_the_first_days_of_the_rules_everything_is_prepared_on_them(city, roster, monkeypatch):
    monkeypatch.setattr(running, "STEPS", STEPS[:7])
    journey = journey_run(replace(a_plan(roster), opens_on=working_day_from(date(2026, 1, 1))))
    assert journey.failures == []
    assert [run.state for run in journey.runs] == ["open"]
    assert timezone.localdate(journey.runs[0].created_at) == date(2026, 1, 1)


def test_after_the_scheme_has_ended_nobody_is_paid_and_the_account_says_so(city, few, monkeypatch):
    schemes_demo_load(on=TODAY)
    scheme = Scheme.objects.get(code="demonstration.training")
    Scheme.objects.filter(pk=scheme.pk).update(effective=period(scheme.effective.lower, date(2026, 6, 30)))
    monkeypatch.setattr(running, "STEPS", tuple(step for step in STEPS if step[0] not in SLOW))
    journey = journey_run(a_plan(few, online_hours=1, stops_every=0, misses_every=0))
    totals = journey.totals
    assert journey.failures == []
    assert totals["certificates"] == totals["claims"] == totals["claims_refused"] > 0
    assert (totals["paid"], totals["paid_fen"], totals["ledger_paid_fen"]) == (0, 0, 0)
    assert any("政策待确认" in why for why in journey.facts["claim_refusals"])


def test_a_score_sheet_for_others_lets_nobody_pass_and_it_is_said(city, few, tmp_path, monkeypatch):
    book = openpyxl.load_workbook(SAMPLES / "scores.xlsx")
    book.active.delete_rows(3, 10)
    book.save(tmp_path / "scores.xlsx")
    monkeypatch.setattr(running, "STEPS", (*STEPS[:14], STEPS[-1]))
    journey = journey_run(a_plan(few, online_hours=1, scores=tmp_path / "scores.xlsx", stops_every=0, misses_every=0))
    counts = next(step for step in journey.steps if step.name == "scores").counts
    assert journey.failures == []
    assert (counts["scores_refused"], counts["score_rows"]) == (30, 30)
    assert journey.facts["score_refusals"]["unknown"] == 30
    assert (counts["parts_voided"], journey.totals["failed"], journey.totals["certificates"]) == (6, 3, 0)


def test_every_equation_is_noticed_when_it_does_not_hold():
    """Each side by itself off by one."""
    names = {name for _s, left, right in (*ROSTER, *TRAINING, *MONEY, *EVIDENCE) for name in (left, *right)}
    given = names - {"reported_by_phones_ms", "declined_told"}
    for wrong in sorted(given):
        with simulated_clock(timezone.now()) as clock:
            journey = Journey(Plan(Path("none"), TODAY, TODAY), clock)
        balance_check(journey, dict.fromkeys(given, 0) | {wrong: 1})
        assert journey.failures, wrong


def test_a_total_that_does_not_add_up_ends_the_command_with_a_failure(city, roster, monkeypatch):
    def lose_one(journey):
        journey.require("名册行数 = 导入 + 退回 + 已有", 6, 5)
        return {}

    monkeypatch.setattr(running, "STEPS", (*STEPS[:2], ("totals", "核对合计", lose_one)))
    monkeypatch.setattr(f"{COMMAND}.journey_run", lambda plan: journey_run(replace(plan, online_hours=1)))
    out = io.StringIO()
    with pytest.raises(CommandError, match="6 ≠ 5"):
        call_command("journey", roster=roster, on=day_to_open(today=TODAY), stdout=out)
    assert "对不上：名册行数 = 导入 + 退回 + 已有：6 ≠ 5" in out.getvalue()


def test_json_is_all_that_stands_in_the_output(city, roster, monkeypatch, tmp_path):
    monkeypatch.setattr(running, "STEPS", (*STEPS[:3], STEPS[-1]))
    out, told = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):  # nobody has studied, so people are left without a verdict
        call_command("journey", roster=roster, on=date(2026, 9, 26), json=True, stdout=out, stderr=told)
    data = json.loads(out.getvalue())
    assert (data["opens_on"], data["balanced"]) == ("2026-09-28", False)
    assert set(TOTALS) <= set(data["totals"])
    assert all({"name", "seconds", "counts"} <= set(step) for step in data["steps"])
    assert "2026-09-26 不是工作日" in told.getvalue()
    assert "学员人数" in told.getvalue()


def test_the_folder_holds_one_rehearsal_and_nothing_of_others_is_taken_away(city, roster, monkeypatch, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    (out / "old.pdf").write_text("old")
    (tmp_path / "outside.txt").write_text("outside")
    listed = {"files": ["old.pdf", "../outside.txt"]}
    (out / "account.json").write_text(json.dumps(listed))
    monkeypatch.setattr(running, "STEPS", STEPS[:1])
    journey_run(a_plan(roster, out=out))
    assert sorted(path.name for path in out.iterdir()) == ["account.json", "account.txt", "mine.txt", "report.html"]
    assert (tmp_path / "outside.txt").exists()


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
