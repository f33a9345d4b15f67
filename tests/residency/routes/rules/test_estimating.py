"""The estimate: what is unknown, what would change it and when, the ranking, and the same answer years later."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from residency.routes.rules import (
    Applicant,
    PackError,
    Spell,
    digest,
    estimate,
    from_json,
    permit_spells,
    questions,
    ranked,
    reproduce,
    to_json,
)
from residency.routes.rules.packs import Procedure
from residency.routes.rules.words import said
from tests.residency.routes.rules.builders import applicant, every_pack, pack_of, simple, simple_pack

ON = date(2020, 1, 1)


def cert(*levels):
    return [{"on": "2019-01-01", "kind": level} for level in levels]


@pytest.mark.parametrize(
    ("facts", "outcome", "total", "missing"),
    [
        (applicant(certificates=cert("level4")), "met", 30, ()),
        (applicant(certificates=cert("level5")), "not_met", 15, ()),
        (applicant(certificates=[]), "not_met", 0, ()),  # an empty list says: none
        (applicant(), "unknown", None, ("certificates",)),  # an absent one says nothing
    ],
)
def test_unknown_is_neither_yes_nor_no(facts, outcome, total, missing):
    made = estimate(simple(), "points", facts, on=ON)
    assert (made.outcome, made.total, made.missing) == (outcome, total, missing)


def two_items(**route):
    data = simple_pack(examples=[])
    blood = {
        "code": "blood",
        "name": "献血",
        "article": "第二条",
        "provenance": "F-A",
        "points": {"kind": "per_unit", "of": "blood", "rate": 2, "cap": 10},
    }
    data["routes"][0]["items"].append(blood)
    data["routes"][0] |= route
    return simple(**data)


@pytest.mark.parametrize(
    ("facts", "outcome", "low", "high"),
    [
        # 30 is enough whatever her blood gives
        (applicant(certificates=cert("level4")), "met", 30, 40),
        # 15 + at most 10 is not enough whatever it gives
        (applicant(certificates=cert("level5")), "not_met", 15, 25),
        (applicant(blood=[]), "unknown", 0, 30),
    ],
)
def test_a_missing_fact_that_could_not_change_the_answer_does_not_hold_it_up(facts, outcome, low, high):
    made = estimate(two_items(), "points", facts, on=ON)
    assert (made.outcome, made.low, made.high, made.total) == (outcome, low, high, None)


def test_everything_that_is_missing_is_told_at_once():
    made = estimate(pack_of("guangzhou-2015"), "points", applicant(), on=date(2015, 6, 1))
    assert made.outcome == "unknown"
    assert made.missing == (
        "birth_on",
        "education",
        "has_home",
        "has_permit",
        "contracts",
        "pension",
        "offences",
        "registrations",
        "certificates",
        "trade_listed",
        "blood",
        "volunteering",
        "tax",
    )
    route = pack_of("guangzhou-2015").route("points")
    assert set(made.missing) < set(questions(route, applicant()))
    assert "birth_on" not in questions(route, applicant(birth_on="1990-01-01"))


def test_an_estimate_keeps_only_the_facts_its_route_asks():
    facts = applicant(certificates=cert("level4"), has_home=True, blood=[])
    assert set(estimate(simple(), "points", facts, on=ON).facts) == {"certificates"}


# --- one rounding ---


@pytest.mark.parametrize(
    ("own", "other", "total"),
    [
        (1, 0, "0.33"),  # 0.3333
        (2, 0, "0.67"),  # 0.6667
        (1, 1, "0.50"),  # 0.3333 + 0.1667: rounded apart it would be 0.33 + 0.17
        (5, 5, "2.50"),  # 1.6667 + 0.8333
    ],
)
def test_the_total_is_rounded_once_at_the_end(own, other, total):
    def paid(count):
        return [{"first": "2021-01-01", "last": f"2021-{count:02}-01"}] if count else []

    facts = applicant(pension=paid(own), second__pension=paid(other))
    made = estimate(pack_of("xiamen-schooling-2020"), "schooling", facts, on=date(2021, 12, 1))
    assert made.total == Decimal(total)


# --- what would change it, and when ---


def changes(made, code):
    return [change for change in made.changes if change.code == code]


def test_the_next_level_is_worth_what_the_engine_says():
    # 广州: 五级 0, 四级 20, 三级 40
    example = pack_of("guangzhou-2015").examples[1]
    facts = example.facts.but(certificates=applicant(certificates=cert("level5"))["certificates"])
    made = estimate(pack_of("guangzhou-2015"), "points", facts.but(), on=example.on)
    told = [(said(one.title), one.points, one.outcome) for one in changes(made, "level")]
    assert told == [("取得四级/中级工证书", 20, "ranked"), ("取得三级/高级工证书", 40, "ranked")]


def test_a_level_that_changes_nothing_is_not_told():
    made = estimate(simple(), "points", applicant(certificates=cert("level4")), on=ON)
    assert changes(made, "level") == []


def migrant(insured, permit="2010-01-01"):
    return applicant(
        permit=[{"first": permit}],
        registrations=[{"first": "2014-01-01", "employer": "甲"}],
        pension=[insured],
    )


def test_fourteen_more_months_of_pension_end_on_a_day():
    # 46 months from March 2016 to December 2019; the sixtieth is February 2021, so the gate opens on 1 March 2021
    facts = migrant({"first": "2016-03-01", "last": "2019-12-01"})
    made = estimate(pack_of("xiamen-2018"), "migrant", facts, on=ON)
    assert made.outcome == "not_met"
    (gate,) = changes(made, "time.gate")
    assert (gate.gate, gate.on, gate.months, gate.outcome) == ("养老保险连续缴 5 年", date(2021, 3, 1), 14, "met")
    assert [one.on for one in changes(made, "time.outcome")] == [date(2021, 3, 1)]
    # the day before it is still closed, by the same engine
    going = migrant({"first": "2016-03-01"})
    assert estimate(pack_of("xiamen-2018"), "migrant", going, on=date(2021, 2, 28)).outcome == "not_met"
    assert estimate(pack_of("xiamen-2018"), "migrant", going, on=date(2021, 3, 1)).outcome == "met"


def test_insurance_that_stopped_long_ago_begins_anew():
    facts = migrant({"first": "2010-01-01", "last": "2014-06-01"})
    made = estimate(pack_of("xiamen-2018"), "migrant", facts, on=ON)
    assert [one.on for one in changes(made, "time.gate")] == [date(2025, 1, 1)]  # 60 months from January 2020


def test_a_permit_is_full_on_its_very_day():
    facts = migrant({"first": "2010-01-01"}, permit="2015-04-17")
    made = estimate(pack_of("xiamen-2018"), "migrant", facts, on=ON)
    assert [one.on for one in changes(made, "time.gate")] == [date(2020, 4, 17)]


def test_a_birthday_that_costs_points_is_foretold():
    # 东莞: 48 on 2017-03-01, 49 on 2018-01-01: three points less
    example = pack_of("dongguan-2016").examples[1]
    made = estimate(pack_of("dongguan-2016"), "points", example.facts, on=example.on)
    told = [(one.item, one.on, one.points) for one in changes(made, "time.item_less")]
    assert told == [("age", date(2018, 1, 1), Decimal(-3))]


def test_nothing_is_foretold_beyond_the_last_day_of_the_pack():
    example = pack_of("shanghai-2015").examples[0]
    made = estimate(pack_of("shanghai-2015"), "points", example.facts, on=date(2018, 6, 30))
    assert [one for one in made.changes if one.code.startswith("time.")] == []


# --- kept, and worked out again ---


@pytest.mark.parametrize("pack", every_pack(), ids=lambda pack: pack.code)
def test_a_kept_estimate_is_read_back_and_comes_out_the_same(pack):
    assert pack.examples
    for example in pack.examples:
        made = estimate(pack, example.route, example.facts, on=example.on)
        text = to_json(made)
        assert to_json(from_json(text)) == text
        assert digest(reproduce(text, pack)) == digest(made)


def test_an_estimate_that_was_tampered_with_is_not_reproduced():
    made = estimate(simple(), "points", applicant(certificates=cert("level5")), on=ON)
    content = json.loads(to_json(made)) | {"outcome": "met"}
    forged = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    with pytest.raises(PackError, match="不一样"):
        reproduce(forged, simple())


def test_another_pack_cannot_stand_in_for_the_one_of_the_day():
    made = estimate(simple(), "points", applicant(certificates=cert("level5")), on=ON)
    with pytest.raises(PackError, match="政策包"):
        reproduce(to_json(made), simple(edition="2"))


def test_something_else_is_not_read_as_an_estimate():
    with pytest.raises(PackError, match="residency-estimate/1"):
        from_json('{"schema": "other/1"}')


def test_an_applicant_shows_no_values():
    assert repr(applicant(birth_on="1980-01-01")) == "Applicant(1)"
    with pytest.raises(KeyError):
        Applicant({"shoe_size": True})


# --- ranking ---


def candidates(*insured):
    """Applicants of 广州 with so many months of medical and of unemployment insurance."""
    pack = pack_of("guangzhou-2015")
    example = pack.examples[0]
    for number, (medical, unemployment) in enumerate(insured):
        facts = example.facts.but(medical=(spell(medical),), unemployment=(spell(unemployment),))
        yield number, estimate(pack, "points", facts, on=example.on, with_changes=False)


def spell(count):
    number = 2015 * 12 + 9 - count
    return Spell(first=date(number // 12, number % 12 + 1, 1), last=date(2015, 9, 1))


def quota_of(quota, ties="all"):
    data = simple_pack(examples=[])
    data["routes"][0]["passing"] = {"quota": quota, "ties": ties}
    return simple(**data)


def test_the_ranking_is_by_medical_then_unemployment_insurance():
    route = pack_of("guangzhou-2015").route("points")
    places = ranked(route, candidates((60, 50), (70, 10), (60, 55), (60, 50)))
    # 70 first; of the three with 60 the one with 55; the two that are equal in both share the third place
    assert [(one.key, one.place, one.is_inside) for one in places] == [
        (1, 1, True),
        (2, 2, True),
        (0, 3, True),
        (3, 3, True),
    ]


@pytest.mark.parametrize(
    ("ties", "inside"),
    [("all", [True, True, True, False]), ("none", [True, False, False, False]), ("draw", [True, None, None, False])],
)
def test_a_tie_across_the_quota_is_settled_as_the_text_says(ties, inside):
    pack = quota_of(2, ties)
    held = [cert("level4"), cert("level5"), cert("level5"), []]
    made = [(number, estimate(pack, "points", applicant(certificates=one), on=ON)) for number, one in enumerate(held)]
    assert [place.is_inside for place in ranked(pack.route("points"), made)] == inside


def test_who_does_not_meet_the_conditions_is_not_ranked():
    pack = pack_of("guangzhou-2015")
    low = estimate(pack, "points", pack.examples[1].facts, on=pack.examples[1].on)
    assert ranked(pack.route("points"), [("low", low)]) == []


# --- procedure, permits ---


def working_day_after(day, count):
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def test_posting_appeal_and_fraud_bar_end_on_their_days():
    dongguan = pack_of("dongguan-2016").route("points").procedure
    friday = date(2017, 3, 3)
    assert dongguan.posted_until(friday, working_day_after) == date(2017, 3, 9)  # seven days with the first
    assert dongguan.appeal_until(friday, working_day_after) == date(2017, 4, 14)  # 30 working days = six weeks
    assert dongguan.barred_until(friday) == date(2022, 3, 3)
    assert Procedure(is_fraud_bar_forever=True).barred_until(friday) == date.max
    working = Procedure(posting_days=5, is_posting_working=True, appeal_days=10)
    assert working.posted_until(friday, working_day_after) == date(2017, 3, 9)  # Fri Mon Tue Wed Thu
    assert working.appeal_until(friday, working_day_after) == date(2017, 3, 13)
    silent = Procedure()
    assert silent.posted_until(friday, working_day_after) is None
    assert silent.appeal_until(friday, working_day_after) is None
    assert silent.barred_until(friday) is None


@pytest.mark.parametrize(
    ("endorsed", "expected"),
    [
        ([date(2017, 1, 1), date(2018, 1, 1)], [(date(2016, 1, 1), None)]),
        ([date(2016, 12, 1), date(2017, 12, 1)], [(date(2016, 1, 1), None)]),  # early is in time
        # missed in January 2017, endorsed in March: the years count again from March
        (
            [date(2017, 3, 1), date(2018, 2, 1)],
            [(date(2016, 1, 1), date(2016, 12, 31)), (date(2017, 3, 1), None)],
        ),
        ([], [(date(2016, 1, 1), date(2016, 12, 31))]),
    ],
)
def test_a_permit_that_missed_its_yearly_endorsement_counts_again_from_the_late_one(endorsed, expected):
    spells = permit_spells(date(2016, 1, 1), endorsed, date(2018, 6, 1))
    assert [(one.first, one.last) for one in spells] == expected
