"""What holds for every case: amounts, unknown facts, explanations, and that a decision can be done again."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from foundation.policy.engine import from_json, reproduce, to_json
from foundation.policy.engine.words import TEXTS, check_words, step_words, words
from foundation.policy.values import figure_text
from subsidies.schemes.deciding import scheme_decide
from subsidies.schemes.rules import CLASSES, KINDS, LEVELS, CaseFacts
from subsidies.schemes.rules.names import REQUIREMENTS
from subsidies.schemes.rules.requirements import SWITCHES
from tests.subsidies.schemes.cases import in_order
from tests.subsidies.schemes.packs_at_hand import days_of, figures_at_hand, schemes_at_hand

PLACES = [
    (scheme, figures_at_hand(scheme, on=on), on)
    for scheme in schemes_at_hand()
    for on in dict.fromkeys(days_of(scheme))
]
GROUPS = ["rural_transfer", "hard_to_employ", "poverty_monitored", "disabled", "veteran"]
MAYBE = some.sampled_from([True, False, None])
UNKNOWN_UNTIL_TOLD = (
    "identity_verified",
    "registered",
    "drawing_pension",
    "on_payroll",
    "student",
    "age",
    "certificate_valid",
    "certificate_confirmed",
    "issued_on",
    "same_level_claimed",
    "higher_level_claimed",
    "other_fund_claimed",
    "insured_months",
    "drawing_benefit",
    "hours",
    "days",
    "has_account",
)


@some.composite
def cases(draw):
    scheme, figures, on = draw(some.sampled_from(PLACES))
    facts = CaseFacts(
        claimed_on=on,
        **{name: draw(MAYBE) for name in ("identity_verified", "registered", "certificate_valid", "has_account")},
        **{name: draw(MAYBE) for name in ("certificate_confirmed", "drawing_pension", "on_payroll", "student")},
        **{name: draw(MAYBE) for name in ("same_level_claimed", "higher_level_claimed", "other_fund_claimed")},
        drawing_benefit=draw(MAYBE),
        age=draw(some.none() | some.integers(16, 80)),
        groups=tuple(draw(some.sets(some.sampled_from(GROUPS)))),
        classes=tuple(draw(some.sets(some.sampled_from(CLASSES)))),
        certificate_kind=draw(some.sampled_from(["", *KINDS])),
        level=draw(some.sampled_from(["", *LEVELS])),
        issued_on=draw(some.none() | some.integers(-10, 500).map(lambda days: on - timedelta(days=days))),
        counted=draw(some.integers(0, 5)),
        counted_this_year=draw(some.integers(0, 5)),
        insured_months=draw(some.none() | some.integers(0, 400)),
        hours=draw(some.none() | some.decimals(0, 400, places=2)),
        days=draw(some.none() | some.integers(0, 200)),
        fee_fen=draw(some.none() | some.integers(0, 1_000_000)),
    )
    return scheme, figures, on, facts


@given(cases())
@settings(max_examples=300, deadline=None)
def test_an_amount_is_never_negative_and_a_no_pays_nothing(case):
    scheme, figures, on, facts = case
    answer = scheme_decide(scheme, facts, on=on, figures=figures)
    if answer.outcome == "yes":
        assert answer.amount_fen is not None
        assert answer.amount_fen >= 0
    if answer.outcome in {"no", "gap"}:
        assert answer.amount_fen is None
    assert (answer.decision is None) is (answer.outcome == "gap") is (answer.gap is not None)


@given(cases(), some.sampled_from(UNKNOWN_UNTIL_TOLD))
@settings(max_examples=300, deadline=None)
def test_forgetting_a_fact_never_makes_a_no_a_yes_nor_a_yes_a_no(case, name):
    scheme, figures, on, facts = case
    known = scheme_decide(scheme, facts, on=on, figures=figures).outcome
    unknown = scheme_decide(scheme, replace(facts, **{name: None}), on=on, figures=figures).outcome
    if known == "yes":
        assert unknown in {"yes", "undecided"}
    if unknown in {"yes", "no"}:
        assert known == unknown


@given(cases())
@settings(max_examples=300, deadline=None)
def test_a_decision_is_worked_out_again_to_the_byte(case):
    scheme, figures, on, facts = case
    decision = scheme_decide(scheme, facts, on=on, figures=figures).decision
    if decision is not None:
        stored = to_json(decision)
        assert to_json(reproduce(stored)) == stored
        assert from_json(stored).amount_fen == decision.amount_fen


@given(cases())
@settings(max_examples=300, deadline=None)
def test_every_check_and_step_is_in_words_and_cites_a_paper(case):
    scheme, figures, on, facts = case
    decision = scheme_decide(scheme, facts, on=on, figures=figures).decision
    if decision is None:
        return
    for check in decision.checks:
        assert check.doc_no
        assert check.version_id is not None
        said = check_words(check)
        assert all(said[part] for part in ("title", "needed", "found"))
        assert check.title in TEXTS
        assert check.needed.code in TEXTS
        assert check.found.code in TEXTS
        assert bool(check.advice) is (check.passed is not True)
        assert not check.advice or check.advice in TEXTS
    for step in decision.steps:
        assert step.title in TEXTS
        assert step_words(step)


def test_a_no_says_the_article_what_is_needed_what_she_has_and_what_to_do():
    scheme, figures, on = next(place for place in PLACES if place[0].code == "demonstration.training")
    facts = replace(in_order(on.isoformat()), counted=3)
    decision = scheme_decide(scheme, facts, on=on, figures=figures).decision
    [check] = [one for one in decision.checks if one.passed is False]
    assert (check.article, check.doc_no) == ("演示第六条", "演示补贴办法（不是真实政策）")
    assert check_words(check) == {
        "title": "累计次数",
        "needed": "一共最多 3 次",
        "found": "已经用了 3 次",
        "advice": "次数已经用完，不能再领这一类补贴。",
    }
    assert words(decision.checks[0].title) == "身份已核实"


@pytest.mark.parametrize(("value", "text"), [(1, "要求"), (0, "不要求")])
def test_a_switch_is_shown_in_words(value, text):
    assert figure_text(Decimal(value), "switch") == text


def test_a_switch_of_nought_asks_nothing():
    scheme, figures, on = next(place for place in PLACES if place[0].code == "demonstration.training")
    code = "demonstration.training.requires.registered"
    facts = replace(in_order(on.isoformat()), registered=False)
    assert scheme_decide(scheme, facts, on=on, figures=figures).outcome == "no"
    off = dict(figures) | {code: replace(figures[code], value=Decimal(0))}
    without = type(figures)(off, city=figures.city, on=on)
    assert scheme_decide(scheme, facts, on=on, figures=without).outcome == "yes"


def test_a_condition_that_lapsed_leaves_a_gap_not_a_free_pass():
    scheme, figures, on = next(place for place in PLACES if place[0].code == "demonstration.training")
    code = "demonstration.training.requires.registered"
    rest = {name: figure for name, figure in figures.items() if name != code}
    lapsed = type(figures)(rest, city=figures.city, on=on, lapsed=(code,))
    answer = scheme_decide(scheme, in_order(on.isoformat()), on=on, figures=lapsed)
    assert answer.outcome == "gap"
    assert answer.gap.name == code


def test_every_requirement_has_a_fact_and_every_fact_reaches_the_rule():
    assert set(SWITCHES) == set(REQUIREMENTS)
    facts = in_order("2026-11-23").as_facts("demonstration.training")
    assert set(facts) == {field.name for field in fields(CaseFacts)} - {"award"} | {"scheme"}
    assert facts["claimed_on"] == date(2026, 11, 23)
