"""Each way to give points, as a table of worked cases from the text it comes from."""

from decimal import Decimal

import pytest

from residency.routes.rules.measures import ENDLESS
from tests.residency.routes.rules.builders import applicant, months, operator, points, scored


def level(kind, **more):
    return {"on": "2015-01-01", "kind": kind} | more


SHANGHAI_SKILL = operator(
    kind="tier",
    of="certificates",
    matches_post=True,
    steps=[{"value": f"level{n}", "points": p} for n, p in ((5, 15), (4, 30), (3, 60), (2, 100), (1, 140))],
)
GUANGZHOU_EDUCATION = operator(
    kind="tier",
    of="education",
    steps=[
        {"value": "senior", "points": 20},
        {"value": "college", "points": 40},
        {"value": "bachelor", "points": 60},
    ],
)


@pytest.mark.parametrize(
    ("held", "post", "expected"),
    [
        ([], "养老护理员", 0),
        ([level("level5", occupation="养老护理员")], "养老护理员", 15),
        # the highest only: 30, not 15 + 30
        ([level("level5", occupation="养老护理员"), level("level4", occupation="养老护理员")], "养老护理员", 30),
        # the trade must match the post: the 三级 of another trade gives nothing
        ([level("level3", occupation="育婴员"), level("level5", occupation="养老护理员")], "养老护理员", 15),
        ([level("level1", occupation="养老护理员")], "养老护理员", 140),
        # not yet issued on the day
        ([level("level4", occupation="养老护理员", on="2020-01-02")], "养老护理员", 0),
    ],
)
def test_of_levels_only_the_highest_of_the_post_counts(held, post, expected):
    assert scored(SHANGHAI_SKILL, applicant(certificates=held, post_occupation=post)) == expected


@pytest.mark.parametrize(
    ("education", "expected"),
    [("junior", 0), ("senior", 20), ("college", 40), ("bachelor", 60), ("bachelor_degree", 60), ("doctor", 60)],
)
def test_a_higher_education_has_the_points_of_the_highest_step_it_reaches(education, expected):
    assert scored(GUANGZHOU_EDUCATION, applicant(education=education)) == expected


def accrual(**more):
    measure = {"kind": "time", "of": ["pension"]}
    return operator(kind="accrual", measure=measure | more.pop("measure", {}), **more)


XIAMEN_2016 = accrual(rate=2, beyond=12, cap=12)
XIAMEN_2020 = accrual(rate=4, is_prorated=True, cap=48)
SHANGHAI_SERVICE = accrual(rate=4, only_from=60)
DONGGUAN_YEARS = accrual(rate=4, rates=[{"from_unit": 5, "points": 6}])
ZHONGSHAN_SANITATION = accrual(rate=5, only_from=36, cap=30)


@pytest.mark.parametrize(
    ("rule", "count", "expected"),
    [
        (XIAMEN_2016, 12, "0"),  # the gate itself gives nothing
        (XIAMEN_2016, 23, "0"),  # 11 months beyond
        (XIAMEN_2016, 24, "2"),  # (24-12)/12 = 1 year x 2
        (XIAMEN_2016, 84, "12"),  # 6 years x 2
        (XIAMEN_2016, 96, "12"),  # 7 years x 2 = 14, capped
        (XIAMEN_2020, 7, "2.333333333333333333333333333"),  # 7/12*4
        (XIAMEN_2020, 18, "6"),  # 18/12*4
        (XIAMEN_2020, 144, "48"),
        (XIAMEN_2020, 145, "48"),  # 48.33, capped
        (SHANGHAI_SERVICE, 59, "0"),  # nothing before five years
        (SHANGHAI_SERVICE, 60, "20"),  # then every year: 5 x 4
        (SHANGHAI_SERVICE, 72, "24"),
        (DONGGUAN_YEARS, 48, "16"),  # 4 x 4
        (DONGGUAN_YEARS, 60, "22"),  # 4 x 4 + 6
        (DONGGUAN_YEARS, 84, "34"),  # 4 x 4 + 3 x 6
        (ZHONGSHAN_SANITATION, 35, "0"),
        (ZHONGSHAN_SANITATION, 36, "15"),
        (ZHONGSHAN_SANITATION, 48, "20"),
        (ZHONGSHAN_SANITATION, 84, "30"),  # 35, capped
    ],
)
def test_years_give_points_as_their_text_says(rule, count, expected):
    assert scored(rule, applicant(pension=[months(count)])) == Decimal(expected)


ON_TIME = {"manners": ["on_time"]}
SAME_EMPLOYER = ON_TIME | {"employer_in": "contracts"}


@pytest.mark.parametrize(
    ("measure", "pension", "expected"),
    [
        ({}, [months(24), months(24)], 24),  # a month counts once however often it is said
        ({}, [{"first": "2018-01-01", "last": "2018-12-01"}, {"first": "2018-07-01", "last": "2019-12-01"}], 24),
        (ON_TIME, [months(12), {"first": "2018-01-01", "last": "2018-12-01", "manner": "late"}], 12),
        (ON_TIME, [months(12), {"first": "2018-01-01", "last": "2018-12-01", "manner": "transferred"}], 12),
        (SAME_EMPLOYER, [months(12, employer="甲")], 12),
        (SAME_EMPLOYER, [months(12, employer="乙")], 0),  # paid by an employer without a contract
        # the contract began in July 2019: six of the twelve months match
        (SAME_EMPLOYER, [months(12, employer="丙")], 6),
        ({"within_months": 12, "base_at_least": 1}, [months(24, base=1)], 12),
        ({"within_months": 12, "base_at_least": 1}, [months(24, base="0.9")], 0),
        ({"is_consecutive": True}, [months(6), {"first": "2018-01-01", "last": "2019-05-01"}], 6),  # June is missing
        ({"is_consecutive": True, "gaps": 1}, [months(6), {"first": "2018-01-01", "last": "2019-05-01"}], 23),  # 6 + 17
        ({"not_during": "study"}, [months(24)], 14),  # ten months of study in 2018 already gave points
        ({"places": ["中山"]}, [months(24, place="省内"), months(5, place="中山")], 5),
    ],
)
def test_months_are_counted_as_their_text_says(measure, pension, expected):
    contracts = [{"first": "2010-01-01", "employer": "甲"}, {"first": "2019-07-15", "employer": "丙"}]
    study = [{"first": "2018-03-01", "last": "2018-12-31"}]
    rule = accrual(rate=1, per=1, measure=measure)
    assert scored(rule, applicant(pension=pension, contracts=contracts, study=study)) == expected


def test_what_was_left_out_is_said():
    rule = accrual(rate=1, per=1, measure=ON_TIME)
    late = {"first": "2018-01-01", "last": "2018-06-01", "manner": "late"}
    given = points(rule, applicant(pension=[months(12), late]))
    assert [(one.code, dict(one.values)["value"]) for one in given.left_out] == [("routes.left_out.late", 6)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2018-10-07", 59), ("2018-10-08", 60), ("2018-10-09", 60)],  # the day before, on, after five full years
)
def test_five_years_of_a_permit_are_full_on_the_same_day(on, expected):
    rule = operator(kind="accrual", rate=1, per=1, measure={"kind": "time", "of": ["permit"]})
    assert scored(rule, applicant(permit=[{"first": "2013-10-08"}]), on) == expected


@pytest.mark.parametrize(
    ("gap_ends", "expected"),
    [
        # 2014-01-01 .. 2016-12-31 is 36 months; the permit begins again on the day given, to 2020-01-01
        ("2017-01-01", 72),  # no gap
        ("2017-03-31", 36 + 33),  # 89 days of gap are within 90
        ("2017-04-01", 36 + 33),  # 90 days: still within three months
        ("2017-04-02", 32),  # 91 days: only the new stretch counts
    ],
)
def test_gaps_of_a_permit_are_borne_up_to_three_months_together(gap_ends, expected):
    measure = {"kind": "time", "of": ["permit"], "is_consecutive": True, "gaps": 3}
    rule = operator(kind="accrual", rate=1, per=1, measure=measure)
    permit = [{"first": "2014-01-01", "last": "2016-12-31"}, {"first": gap_ends}]
    assert scored(rule, applicant(permit=permit)) == expected


def test_overlapping_proofs_of_living_here_count_once():
    measure = {"kind": "time", "of": ["jobs", "residence", "permit"]}
    rule = operator(kind="accrual", rate=1, per=1, measure=measure)
    jobs = [{"first": "2018-01-01", "last": "2018-12-31"}]
    assert scored(rule, applicant(jobs=jobs, residence=[{"first": "2018-07-01"}], permit=[])) == 24


BEIJING_AGE = operator(
    kind="ladder",
    measure={"kind": "age"},
    bands=[{"at_most": 45, "points": 20}, {"at_least": 46, "at_most": 49, "points": 20, "each": -4, "anchor": 45}],
)
SHANGHAI_AGE = operator(
    kind="ladder",
    measure={"kind": "age"},
    cap=30,
    bands=[{"at_most": 55, "points": 5, "each": -2, "anchor": 56}, {"at_least": 56, "at_most": 60, "points": 5}],
)
DONGGUAN_AGE = operator(
    kind="ladder",
    measure={"kind": "age"},
    bands=[
        {"at_least": 18, "at_most": 35, "points": 5},
        {"at_least": 36, "at_most": 45, "points": 1},
        {"at_least": 46, "each": -3, "anchor": 45},
    ],
)


@pytest.mark.parametrize(
    ("rule", "age", "expected"),
    [
        *((BEIJING_AGE, age, given) for age, given in ((45, 20), (46, 16), (47, 12), (48, 8), (49, 4), (50, 0))),
        *(
            (SHANGHAI_AGE, age, given)
            for age, given in ((61, 0), (60, 5), (56, 5), (55, 7), (44, 29), (43, 30), (20, 30))
        ),
        *(
            (DONGGUAN_AGE, age, given)
            for age, given in ((17, 0), (18, 5), (35, 5), (36, 1), (45, 1), (46, -3), (50, -15))
        ),
    ],
)
def test_age_gives_points_along_its_ladder(rule, age, expected):
    assert scored(rule, applicant(birth_on=f"{2020 - age}-01-01")) == expected


@pytest.mark.parametrize(("on", "expected"), [("2020-05-31", 20), ("2020-06-01", 16), ("2020-06-02", 16)])
def test_a_year_is_full_on_the_birthday(on, expected):
    assert scored(BEIJING_AGE, applicant(birth_on="1974-06-01"), on) == expected  # 45 the day before, then 46


GUANGZHOU_HOURS = operator(kind="per_unit", of="volunteering", unit=50, rate=2, year_cap=2, cap=10, within_years=5)
DONGGUAN_HOURS = operator(kind="per_unit", of="volunteering", unit=50, rate=2, cap=10)
DONGGUAN_TAX = operator(kind="per_unit", of="tax", unit=1000, rate=1, cap=100)


@pytest.mark.parametrize(
    ("rule", "fact", "records", "expected"),
    [
        (GUANGZHOU_HOURS, "volunteering", [("2019-05-01", 49)], 0),
        (GUANGZHOU_HOURS, "volunteering", [("2019-05-01", 30), ("2019-06-01", 20)], 2),  # 50 hours in the year
        (GUANGZHOU_HOURS, "volunteering", [("2018-12-01", 30), ("2019-06-01", 20)], 0),  # 30 and 20 in two years
        (GUANGZHOU_HOURS, "volunteering", [("2019-05-01", 200)], 2),  # 8, at most 2 a year
        (GUANGZHOU_HOURS, "volunteering", [("2014-12-31", 50)], 0),  # the day before the five years
        (GUANGZHOU_HOURS, "volunteering", [("2015-01-01", 50)], 2),  # their first day
        (GUANGZHOU_HOURS, "volunteering", [(f"{year}-06-01", 50) for year in range(2015, 2020)], 10),  # 5 x 2
        (DONGGUAN_HOURS, "volunteering", [("2012-05-01", 120)], 4),  # two full 50s
        (DONGGUAN_HOURS, "volunteering", [("2012-05-01", 300)], 10),  # 12, capped
        (DONGGUAN_TAX, "tax", [("2018-12-31", 1999)], 1),
        (DONGGUAN_TAX, "tax", [("2018-12-31", "1999.99"), ("2019-12-31", "0.01")], 2),  # 2000 together
        (DONGGUAN_TAX, "tax", [("2018-12-31", 250000)], 100),
    ],
)
def test_units_give_points_to_their_caps_and_in_their_window(rule, fact, records, expected):
    facts = applicant(**{fact: [{"on": on, "amount": amount} for on, amount in records]})
    assert scored(rule, facts) == expected


DETENTION = operator(kind="deduction", kinds=["detention"], each=50, within_years=5)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], 0),
        ([("2019-01-01", "detention")], -50),
        ([("2019-01-01", "detention"), ("2018-01-01", "detention")], -100),
        ([("2014-12-31", "detention")], 0),  # more than five years ago
        ([("2015-01-01", "detention")], -50),
        ([("2019-01-01", "minor_crime")], 0),  # another deduction counts it
    ],
)
def test_each_record_takes_points_off(records, expected):
    facts = applicant(offences=[{"on": on, "kind": kind} for on, kind in records])
    assert scored(DETENTION, facts) == expected


@pytest.mark.parametrize(
    ("rule", "facts", "low", "high", "missing"),
    [
        (SHANGHAI_SKILL, {}, 0, 140, ("certificates",)),
        (SHANGHAI_SKILL, {"certificates": [level("level4", occupation="育婴员")]}, 0, 30, ("post_occupation",)),
        (XIAMEN_2016, {}, 0, 12, ("pension",)),
        (DONGGUAN_YEARS, {}, 0, ENDLESS, ("pension",)),
        (BEIJING_AGE, {}, 0, 20, ("birth_on",)),
        (DONGGUAN_AGE, {}, -ENDLESS, 5, ("birth_on",)),
        (DONGGUAN_HOURS, {}, 0, 10, ("volunteering",)),
        (DETENTION, {}, -ENDLESS, 0, ("offences",)),
    ],
)
def test_what_is_unknown_is_a_range_and_names_the_missing_fact(rule, facts, low, high, missing):
    given = points(rule, applicant(**facts))
    assert (given.low, given.high, given.missing) == (low, high, missing)


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        (months(6, base=1), 100),  # six of the last twelve months at the average
        (months(5, base=1), 0),
        (months(12, base="0.99"), 0),
    ],
)
def test_the_second_level_also_needs_an_insurance_base(pay, expected):
    when = {
        "kind": "measure",
        "at_least": 6,
        "measure": {"kind": "time", "of": ["pension"], "within_months": 12, "base_at_least": 1},
    }
    rule = operator(kind="tier", of="certificates", steps=[{"value": "level2", "points": 100, "when": when}])
    assert scored(rule, applicant(certificates=[level("level2")], pension=[pay])) == expected


def test_the_most_she_could_have_is_the_highest_step_whatever_the_order_written():
    unsure = {"kind": "yes", "of": "has_home"}
    steps = [{"value": "level2", "points": 100, "when": unsure}, {"value": "level5", "points": 15}]
    rule = operator(kind="tier", of="certificates", steps=steps)
    given = points(rule, applicant(certificates=[level("level2"), level("level5")]))
    assert (given.low, given.high, given.missing) == (15, 100, ("has_home",))
