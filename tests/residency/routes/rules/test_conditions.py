"""Each condition of a gate: met, not met, unknown, with the day before, on and after."""

from datetime import date

import pytest

from residency.routes.rules.conditions import CONDITIONS
from residency.routes.rules.measures import Case
from residency.routes.rules.shapes import Reading, Variant
from residency.routes.rules.words import said
from tests.residency.routes.rules.builders import applicant


def looked(plain, facts, on="2020-01-01"):
    at = Reading()
    made = Variant(lambda: CONDITIONS).read(plain, at)
    assert at.problems == []
    return made.check(Case(applicant(**facts), date.fromisoformat(on)))


YES = {"kind": "yes", "of": "has_home", "name": "住所"}
LICENCE = {"kind": "yes", "of": "has_licence", "name": "执照"}
LATE_BIRTH = {"kind": "day", "of": "birth_on", "since": "1980-01-01", "until": "1980-12-31"}
WINDOW = {"kind": "day", "since": "2020-01-01", "until": "2020-01-31"}
CORE = {"kind": "one_of", "of": "place_lived", "values": ["思明", "湖里"]}
COLLEGE = {"kind": "education", "at_least": "college"}
CLEAN = {"kind": "no_record", "of": "offences", "within_years": 5}
AT_WORK = {"kind": "running", "of": "contracts", "kinds": ["labour"]}
TWENTY = {"kind": "measure", "measure": {"kind": "age"}, "at_least": 20, "at_most": 45}
ANY = {"kind": "any", "name": "其一", "of": [YES, LICENCE]}
EVERY = {"kind": "all", "of": [YES, LICENCE]}


@pytest.mark.parametrize(
    ("plain", "facts", "expected"),
    [
        (YES, {"has_home": True}, True),
        (YES, {"has_home": False}, False),
        (YES, {}, None),
        (YES | {"wanted": False}, {"has_home": False}, True),
        (LATE_BIRTH, {"birth_on": "1979-12-31"}, False),
        (LATE_BIRTH, {"birth_on": "1980-01-01"}, True),
        (LATE_BIRTH, {"birth_on": "1980-12-31"}, True),
        (LATE_BIRTH, {"birth_on": "1981-01-01"}, False),
        (LATE_BIRTH, {}, None),
        (CORE, {"place_lived": "湖里"}, True),
        (CORE, {"place_lived": "集美"}, False),
        (CORE, {}, None),
        (COLLEGE, {"education": "senior"}, False),
        (COLLEGE, {"education": "college"}, True),
        (COLLEGE, {"education": "doctor"}, True),
        (CLEAN, {"offences": []}, True),
        (CLEAN, {"offences": [{"on": "2015-01-01", "kind": "detention"}]}, False),
        (CLEAN, {"offences": [{"on": "2014-12-31", "kind": "detention"}]}, True),
        (CLEAN, {}, None),
        (AT_WORK, {"contracts": [{"first": "2019-01-01", "kind": "labour"}]}, True),
        (AT_WORK, {"contracts": [{"first": "2019-01-01", "last": "2020-01-01", "kind": "labour"}]}, True),
        (AT_WORK, {"contracts": [{"first": "2019-01-01", "last": "2019-12-31", "kind": "labour"}]}, False),
        (AT_WORK, {"contracts": [{"first": "2019-01-01", "kind": "household"}]}, False),
        (TWENTY, {"birth_on": "2000-01-02"}, False),
        (TWENTY, {"birth_on": "2000-01-01"}, True),
        (TWENTY, {"birth_on": "1974-01-02"}, True),
        (TWENTY, {"birth_on": "1974-01-01"}, False),
        (ANY, {"has_home": True}, True),  # the other one does not matter
        (ANY, {"has_home": False}, None),
        (ANY, {"has_home": False, "has_licence": False}, False),
        (EVERY, {"has_home": False}, False),
        (EVERY, {"has_home": True}, None),
        (EVERY, {"has_home": True, "has_licence": True}, True),
        ({"kind": "question", "name": "没有写明"}, {}, None),
    ],
)
def test_a_condition_is_met_or_not_or_unknown(plain, facts, expected):
    assert looked(plain, facts)[0] is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2019-12-31", False), ("2020-01-01", True), ("2020-01-31", True), ("2020-02-01", False)],
)
def test_applications_are_taken_in_their_window(on, expected):
    assert looked(WINDOW, {}, on)[0] is expected


def test_every_condition_is_looked_at_even_after_one_failed():
    passed, lines = looked(EVERY, {"has_home": False})
    assert passed is False
    assert [(line.name, line.passed, line.missing) for line in lines] == [
        ("住所", False, ()),
        ("执照", None, ("has_licence",)),
    ]


def test_a_line_says_in_words_what_is_needed_and_what_was_found():
    plain = {"kind": "measure", "at_least": 60, "measure": {"kind": "time", "of": ["pension"]}}
    _passed, (line,) = looked(plain, {"pension": [{"first": "2016-03-01", "last": "2019-12-01"}]})
    assert (said(line.needed), said(line.found)) == ("不少于 5 年", "3 年 10 个月")
