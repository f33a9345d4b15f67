"""The decision engine: what it checks, what it adds up, and that it can be done again."""

import json
import pickle
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from foundation.policy.engine import (
    Facts,
    Message,
    Outcome,
    Policy,
    Rules,
    Source,
    Working,
    all_of,
    any_of,
    at_least,
    at_most,
    between,
    dated_within,
    digest,
    equals,
    from_json,
    holds,
    is_false,
    less_than,
    more_than,
    one_of,
    register_words,
    reproduce,
    to_json,
    within_months,
    words,
)
from foundation.policy.engine.words import check_words, step_words
from foundation.policy.errors import PolicyError, PolicyGapError
from foundation.policy.values import ParameterSet, ParameterValue, Period

DAY = date(2026, 3, 1)
NO_FIGURES = ParameterSet({}, city="350200", on=DAY)


def a_figure(code, value, unit="fen", *, verified=True, version_id=7):
    return ParameterValue(
        code=code,
        value=Decimal(value),
        unit=unit,
        version_id=version_id,
        article="第五条",
        doc_no="测人社〔2026〕1号",
        document_title="测试办法",
        effective=Period(date(2026, 1, 1), None),
        verified=verified,
        provenance="F-A" if verified else "F-C",
        city_code="350200",
        meaning="测试标准",
    )


def figures(**values):
    made = {name.replace("__", "."): value for name, value in values.items()}
    return ParameterSet(
        {code: a_figure(code, *(value if isinstance(value, tuple) else (value,))) for code, value in made.items()},
        city="350200",
        on=DAY,
    )


def result_of(condition, parameters=NO_FIGURES, **facts):
    work = Working(Facts(facts), parameters)
    return condition.check(work), work.checks


@pytest.mark.parametrize(
    ("condition", "passing", "failing"),
    [
        (holds("x"), [True], [False]),
        (is_false("x"), [False], [True]),
        (at_least("x", 16), [16, 17, Decimal("16.0")], [15, Decimal("15.9999")]),
        (at_most("x", 16), [16, 0], [17]),
        (less_than("x", 3), [2], [3, 4]),
        (more_than("x", 3), [4], [3]),
        (equals("x", "level5"), ["level5"], ["level4"]),
        (between("x", 20, 45), [20, 45], [19, 46]),
        (one_of("x", ["level5", "level4"]), ["level5"], ["level3"]),
        (
            dated_within("x", date(2026, 1, 1), date(2026, 1, 31)),
            [date(2026, 1, 1), date(2026, 1, 31)],
            [date(2025, 12, 31), date(2026, 2, 1)],
        ),
        (dated_within("x", since=date(2026, 1, 1)), [date(2026, 1, 1), date(2099, 1, 1)], [date(2025, 12, 31)]),
        (dated_within("x", until=date(2026, 1, 1)), [date(2026, 1, 1)], [date(2026, 1, 2)]),
    ],
)
def test_a_condition_is_met_not_met_or_unknown(condition, passing, failing):
    assert [result_of(condition, x=value)[0] for value in passing] == [True] * len(passing)
    assert [result_of(condition, x=value)[0] for value in failing] == [False] * len(failing)
    assert result_of(condition)[0] is None
    assert result_of(condition, x=None)[0] is None


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 6, 15), 6, date(2025, 12, 15)),
        (date(2025, 12, 1), 12, date(2026, 12, 1)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
    ],
)
def test_so_many_months_later_is_the_same_day_or_the_months_last(issued, months, last):
    condition = within_months("claimed_on", after="issued_on", months=Policy("window"))
    window = figures(window=(months, "month"))
    assert result_of(condition, window, claimed_on=last, issued_on=issued)[0] is True
    passed, checks = result_of(condition, window, claimed_on=date.fromordinal(last.toordinal() + 1), issued_on=issued)
    assert passed is False
    assert dict(checks[0].needed.values)["last"] == last
    assert (
        result_of(condition, window, claimed_on=date.fromordinal(issued.toordinal() - 1), issued_on=issued)[0] is False
    )
    assert result_of(condition, window, claimed_on=last)[0] is None


def test_a_figure_of_the_policy_brings_its_article_and_whether_it_is_verified():
    parameters = ParameterSet({"count.max": a_figure("count.max", 3, "times", verified=False)}, city="350200", on=DAY)
    passed, [check] = result_of(
        less_than("paid_before", Policy("count.max"), advice="advice.enough"), parameters, paid_before=3
    )
    assert passed is False
    assert (check.article, check.doc_no, check.version_id, check.verified) == ("第五条", "测人社〔2026〕1号", 7, False)
    assert check.advice == "advice.enough"
    assert words(check.needed) == "少于 3 次"
    assert words(check.found) == "3"


def test_a_missing_figure_is_a_gap_not_a_failure():
    with pytest.raises(PolicyGapError) as gap:
        result_of(less_than("paid_before", Policy("count.max")), paid_before=3)
    assert gap.value.name == "count.max"
    assert gap.value.on == DAY
    assert pickle.loads(pickle.dumps(gap.value)).name == "count.max"


KLEENE = some.lists(some.sampled_from([True, False, None]), min_size=1, max_size=6)


@given(KLEENE)
def test_all_of_and_any_of_follow_kleene(results):
    conditions = [holds(f"fact{number}") for number in range(len(results))]
    facts = {f"fact{number}": value for number, value in enumerate(results)}
    every, _checks = result_of(all_of(*conditions), **facts)
    either, checks = result_of(any_of("either", *conditions), **facts)
    order = {False: 0, None: 1, True: 2}
    assert order[every] == min(order[value] for value in results)
    assert order[either] == max(order[value] for value in results)
    assert len(checks) == len(results) + 1
    assert [check.passed for check in checks] == [either, *results]


@given(some.lists(KLEENE, min_size=1, max_size=4))
def test_an_or_of_ands_is_the_best_branch(branches):
    facts = {f"f{i}.{j}": value for i, branch in enumerate(branches) for j, value in enumerate(branch)}
    conditions = [all_of(*(holds(f"f{i}.{j}") for j in range(len(branch)))) for i, branch in enumerate(branches)]
    order = {False: 0, None: 1, True: 2}
    passed, checks = result_of(any_of("ways", *conditions), **facts)
    assert order[passed] == max(min(order[value] for value in branch) for branch in branches)
    assert {check.group for check in checks} == {"", *(f"ways.{i + 1}" for i in range(len(branches)))}


RULES = Rules()
WHO = all_of(
    holds("registered", advice="advice.register"),
    at_least("age", 16, unit="age", source=Source("第三条", "测人社〔2026〕1号")),
    less_than("paid_before", Policy("count.max")),
    within_months("claimed_on", after="issued_on", months=Policy("window")),
    any_of("group", all_of(holds("employed"), at_least("insured_months", 12)), holds("unemployed")),
)


@RULES.rule("toy", since=date(2026, 1, 1), until=date(2026, 12, 31))
def toy(work):
    work.require(WHO)
    if not work.known("level"):
        return
    work.start("step.base", work.figure(f"amount.{work.fact('level')}"))
    if work.fact("shortage"):
        work.uplift("step.shortage", work.figure("uplift"))
    work.at_most("step.ceiling", Decimal(400000), Source("第九条", "测人社〔2026〕1号"), "fen")
    work.pay()


@RULES.rule("points", since=date(2026, 1, 1))
def points(work):
    work.require(holds("gate"))
    work.start("step.months", Decimal(work.fact("months")), unit="month")
    work.times("step.rate", work.figure("rate"))
    work.divide("step.year", Decimal(12), unit="month")
    work.score(places=2)


PARAMETERS = figures(count__max=(3, "times"), window=(6, "month"), amount__level5=70000, uplift=(20, "percent"))
GOOD = {
    "registered": True,
    "age": 50,
    "paid_before": 1,
    "claimed_on": date(2026, 3, 1),
    "issued_on": date(2026, 1, 15),
    "employed": False,
    "unemployed": True,
    "level": "level5",
    "shortage": True,
}


def toy_decision(**changes):
    return RULES.decide("toy", facts=Facts(GOOD | changes), parameters=PARAMETERS, on=DAY)


def test_a_decision_says_yes_with_an_amount_and_every_step():
    decision = toy_decision()
    assert decision.outcome is Outcome.YES
    assert decision.amount_fen == 84000
    assert decision.rule_version == "toy@2026-01-01"
    assert [(step.operation, step.value, step.result) for step in decision.steps] == [
        ("start", 70000, 70000),
        ("uplift", 20, 84000),
        ("at_most", 400000, 84000),
    ]
    assert sorted(decision.parameters) == ["amount.level5", "count.max", "uplift", "window"]
    assert decision.missing == ()


def test_a_decision_that_says_no_names_everything_missing_and_no_amount():
    decision = toy_decision(registered=False, paid_before=3, unemployed=False)
    assert decision.outcome is Outcome.NO
    assert decision.amount_fen is None
    assert [check.code for check in decision.missing] == ["registered", "paid_before", "group"]
    assert decision.missing[0].advice == "advice.register"


def test_an_unknown_fact_leaves_the_decision_open():
    decision = toy_decision(age=None)
    assert decision.outcome is Outcome.UNDECIDED
    assert decision.amount_fen == 84000
    assert [check.code for check in decision.missing] == ["age"]
    assert words(decision.missing[0].found) == "暂无信息"


@pytest.mark.parametrize(("months", "score"), [(1, "0.33"), (5, "1.67"), (15, "5.00"), (18, "6.00")])
def test_a_score_is_rounded_once_at_the_end(months, score):
    decision = RULES.decide(
        "points", facts=Facts({"gate": True, "months": months}), parameters=figures(rate=(4, "points")), on=DAY
    )
    assert decision.score == Decimal(score)
    assert decision.amount_fen is None


def test_half_a_fen_is_rounded_up_and_only_at_the_end():
    rules = Rules()

    @rules.rule("half", since=date(2026, 1, 1))
    def half(work):
        work.start("base", Decimal(101), unit="fen")
        work.share("half", Decimal(50), unit="percent")
        work.share("half", Decimal(50), unit="percent")
        work.times("twice", Decimal(2), unit="times")
        work.pay()

    decision = rules.decide("half", facts=Facts({}), parameters=NO_FIGURES, on=DAY)
    assert decision.amount_fen == 51
    assert decision.steps[-1].result == Decimal("50.5")


def test_the_rule_is_that_of_the_day():
    rules = Rules()
    for year in (2024, 2025):

        @rules.rule("by_year", since=date(year, 1, 1), until=date(year, 12, 31))
        def by_year(work, year=year):
            work.start("year", Decimal(year), unit="year")
            work.score()

    for year in (2024, 2025):
        for day in (date(year, 1, 1), date(year, 12, 31)):
            assert rules.decide("by_year", facts=Facts({}), parameters=NO_FIGURES, on=day).score == year
    for day in (date(2023, 12, 31), date(2026, 1, 1)):
        with pytest.raises(PolicyGapError):
            rules.decide("by_year", facts=Facts({}), parameters=NO_FIGURES, on=day)
    with pytest.raises(PolicyGapError):
        rules.decide("no_such_rule", facts=Facts({}), parameters=NO_FIGURES, on=DAY)


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2025, 6, 1), None), (date(2024, 1, 1), date(2025, 1, 1)), (date(2025, 12, 31), date(2026, 1, 5))],
)
def test_two_rules_of_a_name_on_one_day_are_refused_when_written(since, until):
    rules = Rules()
    rules.rule("one", since=date(2025, 1, 1), until=date(2025, 12, 31))(toy)
    with pytest.raises(ValueError, match="hold on the same day"):
        rules.rule("one", since=since, until=until)(points)
    with pytest.raises(ValueError, match="ends before it begins"):
        rules.rule("two", since=date(2025, 1, 2), until=date(2025, 1, 1))(points)
    rules.rule("one", since=date(2026, 1, 1))(points)
    rules.rule("one", since=date(2026, 1, 1))(points)
    assert [known.version for known in rules.history("one")] == ["one@2025-01-01", "one@2026-01-01"]


TEXT = some.text(max_size=12).filter(lambda text: "\x00" not in text and text.isprintable())
NUMBERS = some.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4)
SCALARS = some.one_of(some.none(), some.booleans(), some.integers(-(10**12), 10**12), NUMBERS, some.dates(), TEXT)
FACTS = some.dictionaries(TEXT, some.one_of(SCALARS, some.lists(SCALARS, max_size=3).map(tuple)), max_size=6)
CASES = some.fixed_dictionaries(
    {
        "registered": some.sampled_from([True, False, None]),
        "age": some.one_of(some.none(), some.integers(0, 120)),
        "paid_before": some.one_of(some.none(), some.integers(0, 5)),
        "claimed_on": some.one_of(some.none(), some.dates(date(2025, 1, 1), date(2027, 1, 1))),
        "issued_on": some.one_of(some.none(), some.dates(date(2025, 1, 1), date(2027, 1, 1))),
        "employed": some.sampled_from([True, False, None]),
        "insured_months": some.one_of(some.none(), some.integers(0, 40)),
        "unemployed": some.sampled_from([True, False, None]),
        "level": some.sampled_from(["level5", None]),
        "shortage": some.sampled_from([True, False, None]),
    }
)


@given(CASES, FACTS)
def test_a_stored_decision_reads_back_the_same_and_can_be_done_again(case, more):
    decision = RULES.decide("toy", facts=Facts(more | case), parameters=PARAMETERS, on=DAY)
    stored = to_json(decision)
    read = from_json(stored)
    assert read == decision
    assert to_json(read) == stored
    assert digest(read) == digest(decision)
    assert reproduce(stored, RULES) == decision


@given(CASES)
def test_the_same_facts_always_make_the_same_decision(case):
    backwards = dict(reversed(case.items()))
    assert to_json(RULES.decide("toy", facts=Facts(case), parameters=PARAMETERS, on=DAY)) == to_json(
        RULES.decide("toy", facts=Facts(backwards), parameters=PARAMETERS, on=DAY)
    )


@given(CASES)
def test_a_yes_never_rests_on_an_unknown_or_failed_check(case):
    decision = RULES.decide("toy", facts=Facts(case), parameters=PARAMETERS, on=DAY)
    top = [check.passed for check in decision.checks if not check.group]
    expected = Outcome.NO if False in top else Outcome.UNDECIDED if None in top else Outcome.YES
    assert decision.outcome is expected
    assert (decision.amount_fen is None) == (expected is Outcome.NO or case["level"] is None)


def test_a_changed_rule_figure_or_fact_is_found_when_done_again():
    stored = to_json(toy_decision())
    changed = Rules()

    @changed.rule("toy", since=date(2026, 1, 1))
    def other(work):
        work.require(WHO)
        work.start("step.base", work.figure("amount.level5"))
        work.pay()

    with pytest.raises(PolicyError) as refusal:
        reproduce(stored, changed)
    assert refusal.value.code == "not_reproduced"
    assert "amount_fen" in refusal.value.message
    content = json.loads(stored)
    content["amount_fen"] = 99999
    with pytest.raises(PolicyError):
        reproduce(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")), RULES)


@pytest.mark.parametrize("value", [1.5, (1, 1.5), [1], datetime(2026, 1, 1)])
def test_a_fact_is_never_a_float_a_list_or_a_moment(value):
    with pytest.raises(TypeError):
        Facts({"amount": value})


def test_a_decision_is_shown_in_words_when_it_is_shown():
    register_words({"check.registered": "已办理实名登记", "advice.register": "请先办理实名登记"})
    decision = toy_decision(registered=False)
    shown = check_words(decision.checks[0])
    assert shown == {"title": "已办理实名登记", "needed": "是", "found": "否", "advice": "请先办理实名登记"}
    assert [step_words(step) for step in decision.steps] == ["标准 700 元", "上浮 20%", "最高 4,000 元"]
    with translation.override("en"):
        assert words(Message("no.such.code")) == "no.such.code"
    assert check_words(toy_decision().checks[3])["needed"] == "最迟 2026年7月15日（从 2026年1月15日 起 6 个月内）"
    with pytest.raises(ValueError, match="already says"):
        register_words({"check.registered": "别的意思"})
