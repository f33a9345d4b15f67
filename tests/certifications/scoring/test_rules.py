"""What makes a candidate pass, in tables an officer can read; and what several assessors together say."""

from datetime import date
from decimal import Decimal

import pytest

from certifications.plans.states import PartKind
from certifications.scoring.rules import PartMark, PassMark, judge, panel_mark, spread
from certifications.scoring.sample_sheets import sample_for, sample_sheets
from certifications.scoring.states import ScoreState
from certifications.scoring.words import checks_frozen, criterion_frozen, criterion_read, marks_frozen

T, P, R = PartKind.THEORY, PartKind.PRACTICAL, PartKind.REVIEW
ON = date(2026, 11, 21)
ABSENT = PartMark(ScoreState.ABSENT)
VOID = PartMark(ScoreState.VOID, reason="夹带纸条")


def of(mark):
    return PartMark(ScoreState.MARKED, Decimal(mark)) if isinstance(mark, str) else mark


def judged(marks, *, least="60"):
    criterion = {part: PassMark(Decimal(least), ON) for part in marks}
    return judge({part: of(mark) for part, mark in marks.items()}, criterion)


@pytest.mark.parametrize(
    ("theory", "practical", "outcome"),
    [
        ("60", "60", "passed"),
        ("60.00", "59.99", "failed"),
        ("59.5", "100", "failed"),
        ("100", "59.5", "failed"),
        ("100", "100", "passed"),
        ("0", "0", "failed"),
        (ABSENT, "100", "failed"),
        ("100", ABSENT, "failed"),
        (ABSENT, ABSENT, "failed"),
        (VOID, "100", "failed"),
        ("100", VOID, "failed"),
    ],
)
def test_every_part_has_to_reach_the_pass_mark(theory, practical, outcome):
    assert judged({T: theory, P: practical}).outcome == outcome


@pytest.mark.parametrize(
    ("theory", "practical", "review", "outcome"),
    [
        ("60", "60", "60", "passed"),
        ("90", "90", "59", "failed"),
        ("90", "59", "90", "failed"),
        ("90", "90", ABSENT, "failed"),
    ],
)
def test_levels_two_and_one_have_three_parts(theory, practical, review, outcome):
    assert judged({T: theory, P: practical, R: review}).outcome == outcome


@pytest.mark.parametrize(("least", "outcome"), [("60", "passed"), ("70", "passed"), ("71", "failed")])
def test_the_pass_mark_is_what_the_rule_says(least, outcome):
    assert judged({T: "70", P: "88"}, least=least).outcome == outcome


def test_no_part_at_all_is_no_pass():
    assert judge({}, {}).outcome == "failed"


def test_a_part_without_a_mark_cannot_be_judged():
    with pytest.raises(KeyError):
        judge({T: of("60")}, {T: PassMark(Decimal(60), ON), P: PassMark(Decimal(60), ON)})


def test_what_is_frozen_says_part_needed_found_and_what_to_do():
    frozen = checks_frozen(judged({T: "59.50", P: ABSENT}))
    assert [(one["name"], one["needed"], one["found"], one["passed"]) for one in frozen] == [
        ("理论知识", "60 分", "59.5 分", False),
        ("技能操作", "60 分", "缺考", False),
    ]
    assert [one["advice"] for one in frozen] == ["还差 0.5 分。可以参加补考。", "没有参加这一部分考核。可以参加补考。"]
    assert "夹带纸条" in checks_frozen(judged({T: VOID}))[0]["advice"]


def test_the_marks_are_kept_by_part():
    assert marks_frozen(judged({T: "78.00", P: ABSENT, R: VOID})) == {
        "theory": "78",
        "practical": "absent",
        "review": "void",
    }


def test_a_criterion_comes_back_as_it_was_frozen():
    criterion = {T: PassMark(Decimal(60), ON, 7, is_verified=False), P: PassMark(Decimal("62.5"), ON, 8, True)}
    assert criterion_read(criterion_frozen(criterion)) == criterion


@pytest.mark.parametrize(
    ("totals", "mark"),
    [
        (["80"], "80.00"),
        (["80", "81", "83"], "81.33"),
        (["60", "60", "59"], "59.67"),
        (["59.5", "60", "60"], "59.83"),
        (["50", "80", "81", "82", "100"], "81.00"),
        (["50", "80", "80", "100"], "77.50"),
        (["0", "70", "70", "71", "72", "73", "100"], "71.20"),
        (["66.5", "67", "67"], "66.83"),
        (["60.005", "60.005"], "60.01"),
    ],
)
def test_the_panel_says_the_mean_without_extremes_from_five_on(totals, mark):
    assert panel_mark([Decimal(total) for total in totals], trim_from=5) == Decimal(mark)


def test_the_spread_is_from_the_highest_to_the_lowest():
    assert spread([Decimal(70), Decimal("85.5"), Decimal(80)]) == Decimal("15.5")


def test_every_sample_sheet_adds_up_to_a_hundred():
    assert {sheet.code: sum(item.points for item in sheet.items) for sheet in sample_sheets()} == {
        sheet.code: 100 for sheet in sample_sheets()
    }


def test_an_occupation_has_its_own_sample_and_others_the_general_one():
    own, general = sample_for(P, "4-10-01-06"), sample_for(P, "9-99-99-99")
    assert own is not None
    assert general is not None
    assert (own.code, general.code) == ("practical-4-10-01-06", "practical")
    assert sample_for(T, "4-10-01-06") is None
