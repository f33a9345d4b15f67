"""Every pack: its worked examples, what it may answer for, and its last day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import tomli_w

from residency.routes.rules import (
    base_packs,
    estimate,
    example_differences,
    pack_from_toml,
    pack_plain,
    pack_problems,
    pack_read,
)
from tests.residency.routes.rules.builders import applicant, every_pack, months, pack_of

PACKS = every_pack()
EXAMPLES = [
    pytest.param(pack, example, id=f"{pack.code}: {example.name}") for pack in PACKS for example in pack.examples
]


@pytest.mark.parametrize(("pack", "example"), EXAMPLES)
def test_the_worked_example_comes_out_as_its_text_says(pack, example):
    assert list(example_differences(pack, example)) == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)
def test_a_pack_has_nothing_to_put_right_and_is_the_same_after_every_way_of_writing_it(pack):
    assert pack_problems(pack) == []
    assert pack_read(pack_plain(pack)) == pack
    assert pack_from_toml(tomli_w.dumps(pack_plain(pack))) == pack


def test_the_packs_that_come_with_the_platform_are_these():
    assert {pack.code: (pack.purpose, pack.is_reference) for pack in base_packs()} == {
        "xiamen-2018": ("residency", False),
        "xiamen-schooling-2016": ("schooling", False),
        "xiamen-schooling-2020": ("schooling", False),
        "shanghai-2015": ("residency", True),
        "guangzhou-2015": ("residency", True),
        "dongguan-2016": ("residency", True),
        "tianjin-2013": ("residency", True),
    }


def test_only_the_pack_of_a_city_answers_for_it_and_neither_a_reference_nor_a_school_does():
    assert [pack.code for pack in PACKS if pack.may_answer_for("350200")] == ["xiamen-2018"]
    assert [pack.code for pack in PACKS if pack.may_answer_for("310000")] == []


@pytest.mark.parametrize("pack", [pack for pack in PACKS if pack.until], ids=lambda pack: pack.code)
def test_after_the_last_day_the_answer_is_to_be_confirmed_and_never_the_old_total(pack):
    for route in pack.routes:
        facts = next((one.facts for one in pack.examples if one.route == route.code), applicant())
        last = estimate(pack, route, facts, on=pack.until)
        after = estimate(pack, route, facts, on=pack.until + timedelta(days=1))
        assert last.outcome != "gap"
        assert (after.outcome, after.total, after.items, after.gates, after.changes) == ("gap", None, (), (), ())


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)
def test_before_the_first_day_nothing_is_worked_out_either(pack):
    for route in pack.routes:
        before = estimate(pack, route, applicant(), on=pack.since - timedelta(days=1))
        assert (before.outcome, before.total) == ("gap", None)


LEVEL4 = {"on": "2020-01-01", "kind": "level4", "occupation": "4-10-01-05", "paper": "qualification"}


@pytest.mark.parametrize(
    ("certificate", "contract", "licence", "outcome"),
    [
        (LEVEL4, True, False, "met"),
        (LEVEL4, False, True, "met"),
        (LEVEL4, False, False, "not_met"),
        (LEVEL4, None, False, "unknown"),
        (LEVEL4, None, True, "met"),  # a licence is enough, whatever the contract
        (LEVEL4 | {"kind": "level1"}, True, False, "met"),
        (LEVEL4 | {"kind": "level5"}, True, False, "not_met"),
        # how a 职业技能等级证书 is treated was not seen: neither yes nor no
        (LEVEL4 | {"paper": "level"}, True, False, "unknown"),
        (LEVEL4 | {"paper": "level"}, False, False, "not_met"),
        (None, True, False, "unknown"),
    ],
)
def test_xiamen_takes_skilled_workers_by_conditions_and_leaves_the_open_question_open(
    certificate, contract, licence, outcome
):
    certificates = None if certificate is None else [certificate]
    facts = applicant(has_licence=licence, **{
        name: value
        for name, value in (("certificates", certificates), ("has_contract", contract))
        if value is not None
    })  # fmt: skip
    made = estimate(pack_of("xiamen-2018"), "skill", facts, on=date(2024, 3, 1))
    assert made.outcome == outcome
    assert made.verified is False
    assert made.total is None


def test_a_level_certificate_shows_the_question_nobody_here_may_answer():
    facts = applicant(certificates=[LEVEL4 | {"paper": "level"}], has_contract=True, has_licence=False)
    made = estimate(pack_of("xiamen-2018"), "skill", facts, on=date(2024, 3, 1))
    question = next(line for line in made.gates if line.needed.code == "routes.needed.question")
    assert (question.passed, question.missing, question.verified) == (None, (), False)
    assert made.missing == ()  # nothing more can be asked of her


def migrant(**changes):
    known = {
        "permit": [{"first": "2013-10-08"}],
        "pension": [{"first": "2013-10-01"}],
        "registrations": [{"first": "2014-01-01", "employer": "甲"}],
    }
    return applicant(**{name: value for name, value in (known | changes).items() if value is not None})


@pytest.mark.parametrize(
    ("facts", "on", "outcome"),
    [
        (migrant(), date(2018, 10, 7), "not_met"),
        (migrant(), date(2018, 10, 8), "met"),
        (migrant(pension=[{"first": "2013-11-01"}]), date(2018, 10, 31), "not_met"),  # 59 months to September
        (migrant(pension=[{"first": "2013-11-01"}]), date(2018, 11, 1), "met"),
        (migrant(registrations=[]), date(2020, 1, 1), "not_met"),
        (migrant(registrations=None), date(2020, 1, 1), "unknown"),
        (migrant(registrations=None, pension=[]), date(2020, 1, 1), "not_met"),
        # transferred in from another city
        (migrant(pension=[months(72, manner="transferred")]), date(2020, 1, 1), "not_met"),
    ],
)
def test_xiamen_takes_migrant_workers_after_five_years_of_both(facts, on, outcome):
    assert estimate(pack_of("xiamen-2018"), "migrant", facts, on=on).outcome == outcome


def test_an_honour_is_nominated_and_never_computed():
    made = estimate(pack_of("xiamen-2018"), "honour", applicant(), on=date(2020, 1, 1))
    assert (made.outcome, made.total, made.changes) == ("nomination", None, ())


# The skill-level column of each city: 五级, 四级, 三级, 二级, 一级 (facts, table of levels compared).
LEVELS = {
    "tianjin-2013": (date(2014, 6, 1), (5, 15, 30, 40, 50)),
    "guangzhou-2015": (date(2015, 6, 1), (0, 20, 40, 40, 40)),
    "zhongshan-2014": (date(2015, 6, 1), (20, 40, 70, 90, 110)),
    "dongguan-2016": (date(2017, 6, 1), (30, 60, 0, 0, 0)),  # 三级 and above take the condition route
    "shanghai-2015": (date(2017, 6, 1), (15, 30, 60, 100, 140)),
}


@pytest.mark.parametrize("code", LEVELS)
def test_the_levels_have_the_points_of_their_city(code):
    on, expected = LEVELS[code]
    got = []
    for level in ("level5", "level4", "level3", "level2", "level1"):
        held = [{"on": "2010-01-01", "kind": level, "occupation": "养老护理员", "paper": "qualification"}]
        pension = [{"first": "2010-01-01", "employer": "甲", "base": 1}]
        facts = applicant(certificates=held, post_occupation="养老护理员", pension=pension)
        made = estimate(pack_of(code), "points", facts, on=on, with_changes=False)
        got.append(next(line.points for line in made.items if line.code == "skill"))
    assert tuple(got) == tuple(map(Decimal, expected))


def shanghai(**changes):
    example = pack_of("shanghai-2015").examples[0]
    return estimate(pack_of("shanghai-2015"), "points", example.facts.but(**changes), on=example.on)


def test_shanghai_counts_either_education_or_skill():
    # 大专 50 against 四级 30: 30 + 50 + 21 = 101
    made = shanghai()
    assert made.total == 101
    assert {line.code: line.counts for line in made.items if line.group == "learning"} == {
        "education": True,
        "skill": False,
    }
    assert shanghai(education="junior").total == 81  # 30 + 30 + 21


def test_shanghai_never_falls_below_nought_and_a_serious_crime_voids_everything():
    offences = applicant(offences=[{"on": "2016-01-01", "kind": "minor_crime"}])["offences"]
    assert shanghai(offences=offences).total == 0  # 101 - 150
    serious = applicant(offences=[{"on": "1999-01-01", "kind": "serious_crime"}])["offences"]
    made = shanghai(offences=serious, education="doctor", shortage_major=True)
    assert (made.total, made.outcome) == (Decimal(191), "not_met")  # 30 + 110 + 21 + 30, and void all the same
    assert [line.passed for line in made.vetoes] == [True]


def test_zhongshan_multiplies_before_it_takes_off():
    example = pack_of("zhongshan-2014").examples[0]
    inside = estimate(pack_of("zhongshan-2014"), "points", example.facts.but(place_applied="中心城区"), on=example.on)
    assert inside.total == Decimal("49.5")  # 59.5 - 10
    assert {goal.code: goal.passed for goal in inside.goals} == {
        "school": True,
        "rental": True,
        "household": False,
        "learning": False,  # 五级 20 + two certificates 8
    }


@pytest.mark.parametrize(
    ("on", "outcome"),
    [(date(2018, 7, 1), "not_met"), (date(2019, 6, 30), "unknown")],  # 73.5 < 90.75; no line for 2019 is known
)
def test_the_line_of_the_year_decides_and_an_unpublished_one_leaves_it_unknown(on, outcome):
    example = pack_of("beijing-2016").examples[0]
    assert estimate(pack_of("beijing-2016"), "points", example.facts, on=on).outcome == outcome


@pytest.mark.parametrize(
    ("registrations", "outcome"),
    [
        ([{"first": "2010-01-01", "employer": "甲公司"}], "ranked"),
        ([{"first": "2010-01-01", "employer": "乙公司"}], "not_met"),
        ([{"first": "2010-01-01", "last": "2015-10-19", "employer": "甲公司"}], "not_met"),  # ended yesterday
        (None, "unknown"),
    ],
)
def test_guangzhou_wants_one_employer_on_contract_insurance_and_registration(registrations, outcome):
    example = pack_of("guangzhou-2015").examples[0]
    changed = None if registrations is None else applicant(registrations=registrations)["registrations"]
    made = estimate(pack_of("guangzhou-2015"), "points", example.facts.but(registrations=changed), on=example.on)
    assert made.outcome == outcome


@pytest.mark.parametrize(
    ("birth_on", "passed"),
    [
        ("1995-10-21", False),  # 20 tomorrow
        ("1995-10-20", True),
        ("1969-10-21", True),  # still 45
        ("1969-10-20", False),
    ],
)
def test_guangzhou_takes_those_of_20_to_45_years(birth_on, passed):
    example = pack_of("guangzhou-2015").examples[0]
    facts = example.facts.but(birth_on=date.fromisoformat(birth_on))
    made = estimate(pack_of("guangzhou-2015"), "points", facts, on=example.on)
    assert made.gates[0].passed is passed
