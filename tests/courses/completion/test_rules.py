"""Completed or not, because: a table."""

from dataclasses import replace
from decimal import Decimal

import pytest

from courses.completion.rules import Criterion, Facts, Share, UnitHours, judge
from courses.completion.states import CheckCode, Outcome
from courses.completion.words import checks_frozen

D = Decimal
CRITERION = Criterion(
    theory=D(4),
    practice=D(4),
    rate_min=D(80),
    presence_min=D(80),
    units={1: UnitHours(D(2), D(0)), 2: UnitHours(D(2), D(0)), 3: UnitHours(D(0), D(4))},
)
WELL = Facts(
    is_confirmed=True,
    studied=(Share(1, theory=D(2)), Share(2, theory=D(2))),
    attended=(Share(3, practice=D(4)),),
    hours_planned=D(4),
    hours_held=D(4),
    hours_attended=D(4),
    questions_asked=10,
    questions_answered=8,
    quizzes_missing=(),
    quizzes_needed=2,
)


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, []),
        ({"is_confirmed": False}, [CheckCode.CONFIRMED]),
        ({"studied": (Share(1, theory=D(2)), Share(2, theory=D("1.99")))}, [CheckCode.THEORY]),
        ({"studied": (Share(1, theory=D(9)),)}, [CheckCode.THEORY]),
        ({"studied": (Share(1, theory=D(2)),), "attended": (Share(2, D(2)), Share(3, D(0), D(4)))}, []),
        ({"studied": (Share(None, theory=D(4)),)}, []),
        ({"attended": (Share(3, practice=D("3.9")),)}, [CheckCode.PRACTICE]),
        ({"hours_attended": D("3.2")}, []),
        ({"hours_attended": D("3.1")}, [CheckCode.RATE]),
        ({"hours_held": D(0), "hours_attended": D(0)}, [CheckCode.RATE]),
        ({"hours_planned": D(0), "hours_held": D(0), "hours_attended": D(0)}, []),
        ({"questions_answered": 7}, [CheckCode.PRESENCE]),
        ({"questions_asked": 0, "questions_answered": 0}, []),
        ({"quizzes_missing": ("喂养测验",)}, [CheckCode.QUIZZES]),
        ({"quizzes_missing": ("一",), "hours_attended": D(0)}, [CheckCode.RATE, CheckCode.QUIZZES]),
    ],
)
def test_each_fact_decides_its_check_and_nothing_else(change, failed):
    judgement = judge(replace(WELL, **change), CRITERION)
    assert [check.code for check in judgement.failed] == failed
    assert judgement.outcome == (Outcome.NOT_COMPLETED if failed else Outcome.COMPLETED)


def test_what_is_missing_is_said_with_what_to_do():
    facts = replace(WELL, attended=(Share(3, practice=D("2.5")),), quizzes_missing=("喂养", "洗澡"))
    checks = {check["code"]: check for check in checks_frozen(judge(facts, CRITERION))}
    assert checks["practice"] == {
        "code": "practice",
        "name": "实操学时",
        "needed": "4 学时",
        "found": "2.5 学时",
        "passed": False,
        "advice": "还差 1.5 学时实操课。请联系学校，问怎样补课。",
    }
    assert checks["quizzes"]["advice"] == "还没有通过：“喂养”、“洗澡”。请联系学校，问怎样补考。"
    assert checks["rate"]["needed"] == "不低于 80%"
    assert checks["rate"]["found"] == "100%"


def test_hours_are_never_shown_as_reached_when_they_are_not():
    checks = {c["code"]: c for c in checks_frozen(judge(replace(WELL, studied=(Share(None, D("3.99")),)), CRITERION))}
    assert (checks["theory"]["found"], checks["theory"]["passed"]) == ("3.9 学时", False)
