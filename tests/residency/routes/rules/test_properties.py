"""What holds for every pack and every applicant, tried on many."""

from datetime import date
from decimal import Decimal

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from residency.routes.rules import Applicant, Record, Spell, estimate, pack_from_toml, pack_plain, pack_read
from residency.routes.rules.facts import LEVELS, PAPERS
from tests.residency.routes.rules.builders import every_pack, pack_of, simple_pack

numbers = st.decimals(min_value=0, max_value=200, places=2)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
caps = st.none() | st.decimals(min_value=1, max_value=100, places=1)
measures = st.one_of(
    st.fixed_dictionaries({"kind": st.just("age")}),
    st.fixed_dictionaries(
        {
            "kind": st.just("time"),
            "of": st.lists(st.sampled_from(["pension", "medical", "injury"]), min_size=1, max_size=3),
            "manners": st.lists(st.sampled_from(["on_time", "late"]), max_size=2),
            "places": st.lists(texts, max_size=2),
            "within_months": st.none() | st.integers(1, 60),
        }
    ),
)
operators = st.one_of(
    st.fixed_dictionaries({"kind": st.just("accrual"), "rate": numbers, "cap": caps, "measure": measures}),
    st.fixed_dictionaries(
        {"kind": st.just("per_unit"), "of": st.sampled_from(["blood", "tax"]), "rate": numbers, "cap": caps}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("ladder"),
            "measure": measures,
            "bands": st.lists(st.fixed_dictionaries({"at_least": st.just(1), "points": numbers}), max_size=1),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("flat"), "give": numbers, "when": st.just({"kind": "yes", "of": "has_home"})}
    ),
)


@st.composite
def packs(draw):
    data = simple_pack(title=draw(texts), note=draw(texts), examples=[])
    items = [
        {"code": f"item{number}", "name": draw(texts), "article": draw(texts), "provenance": "F-C", "points": points}
        for number, points in enumerate(draw(st.lists(operators, min_size=1, max_size=4)))
    ]
    data["routes"][0] |= {"items": items, "note": draw(texts), "decimals": draw(st.integers(0, 4))}
    return data


@given(packs())
@settings(max_examples=150, deadline=None)
def test_a_pack_is_the_same_after_being_written_as_plain_data_or_as_a_file(data):
    pack = pack_read(data)
    assert pack_read(pack_plain(pack)) == pack
    assert pack_from_toml(tomli_w.dumps(pack_plain(pack))) == pack
    assert pack_read(pack_plain(pack)).digest == pack.digest


ALL = every_pack()
SCORED = [(pack, route) for pack in ALL for route in pack.routes if route.kind == "points"]
days = st.dates(date(1990, 1, 1), date(2020, 12, 31))
spells = st.builds(
    lambda first, length, **more: Spell(first=first, last=date.fromordinal(first.toordinal() + length), **more),
    days,
    st.integers(0, 3000),
    kind=st.sampled_from(["owned", "rented", "sanitation", ""]),
    employer=st.sampled_from(["甲", "乙", ""]),
    manner=st.sampled_from(["on_time", "late", "transferred"]),
    place=st.sampled_from(["中山", "省内", "远郊重点区域", ""]),
)
records = st.builds(
    Record,
    on=days,
    kind=st.sampled_from([*LEVELS, "detention", "tax_offence", "crime", ""]),
    amount=st.integers(1, 200000).map(Decimal),
    occupation=st.sampled_from(["养老护理员", "育婴员"]),
    paper=st.sampled_from(list(PAPERS)),
)
GOOD_MONTHS = ("pension", "medical", "unemployment", "injury", "maternity")
GOOD_PERIODS = ("permit", "residence", "jobs", "special_service", "spouse_local", "homes")
GOOD_RECORDS = ("certificates", "training", "volunteering", "blood", "charity", "tax", "patents", "honours")


@st.composite
def people(draw):
    """Somebody of whom a part is known."""
    facts = {
        "birth_on": draw(days),
        "post_occupation": "养老护理员",
        "education": draw(st.sampled_from(["junior", "college"])),
    }
    for name in (*GOOD_MONTHS, *GOOD_PERIODS, "contracts", "study"):
        facts[name] = tuple(draw(st.lists(spells, max_size=2)))
    for name in (*GOOD_RECORDS, "offences"):
        facts[name] = tuple(draw(st.lists(records, max_size=2)))
    unknown = draw(st.sets(st.sampled_from(sorted(facts)), max_size=6))
    return Applicant({name: value for name, value in facts.items() if name not in unknown})


def scored(pack, route, person):
    on = pack.until or date(2021, 6, 1)
    return estimate(pack, route, person, on=on, with_changes=False)


@pytest.mark.parametrize(("pack", "route"), SCORED, ids=lambda one: one.code)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_more_of_a_good_thing_never_lowers_the_score(pack, route, data):
    person = data.draw(people())
    name = data.draw(st.sampled_from((*GOOD_MONTHS, *GOOD_PERIODS, *GOOD_RECORDS)))
    if name not in person:
        return
    more = data.draw(records if name in GOOD_RECORDS else spells)
    before = scored(pack, route, person)
    after = scored(pack, route, person.but(**{name: (*person[name], more)}))
    assert (after.low is None) == (before.low is None)
    if before.low is not None:
        assert after.low >= before.low


@pytest.mark.parametrize(("pack", "route"), SCORED, ids=lambda one: one.code)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_knowing_more_never_leaves_the_range_that_was_told(pack, route, data):
    person = data.draw(people())
    known = scored(pack, route, person)
    name = data.draw(st.sampled_from(sorted(person)))
    hidden = scored(pack, route, person.but(**{name: None}))
    inf = Decimal("Infinity")
    assert (-inf if hidden.low is None else hidden.low) <= (-inf if known.low is None else known.low)
    assert (inf if hidden.high is None else hidden.high) >= (inf if known.high is None else known.high)
    if hidden.outcome in {"met", "ranked", "not_met"}:
        assert known.outcome == hidden.outcome


@given(person=people())
@settings(max_examples=50, deadline=None)
def test_an_offence_never_raises_a_score(person):
    pack = pack_of("shanghai-2015")
    offence = Record(on=date(2018, 1, 1), kind="detention")
    clean = scored(pack, pack.route("points"), person.but(offences=()))
    guilty = scored(pack, pack.route("points"), person.but(offences=(offence,)))
    assert guilty.low <= clean.low
    assert guilty.low >= 0
