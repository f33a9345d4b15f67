"""The counts of a world that is known by hand, and who may see which."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from foundation.accounts.states import Role
from portal.dashboards.models import ClaimCell, DecisionCell, FunnelCell
from portal.dashboards.selectors import (
    claim_cells,
    decision_cells,
    funnel_by,
    funnel_cells,
    funnel_of,
    spread_of,
)
from portal.dashboards.services import LOCK, summaries_refresh
from portal.dashboards.states import STAMP, Dimension
from portal.operations.models import Stamp
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from tests.portal.dashboards.builders import a_world
from tests.portal.people import person
from tests.subsidies.builders import a_claim, an_officer_of
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def policy(db):
    return person(Role.OFFICER_POLICY)


def test_the_funnel_counts_each_step_among_those_who_took_all_before_it(world, policy):
    funnel = funnel_of(funnel_cells(policy, on=TODAY))
    assert funnel.counts == (8, 5, 4, 3, 2, 1)
    assert funnel.paid_fen == 70_000


def test_by_month_of_beginning(world, policy):
    found = {month: one.counts for month, one in funnel_by(funnel_cells(policy, on=TODAY), Dimension.MONTH).items()}
    assert found == {date(2026, 10, 1): (6, 5, 4, 3, 2, 1), date(2026, 11, 1): (2, 0, 0, 0, 0, 0)}


def test_by_where_she_lives(world, policy):
    found = {code: one.counts for code, one in funnel_by(funnel_cells(policy, on=TODAY), Dimension.DISTRICT).items()}
    assert found == {"350203": (5, 3, 3, 3, 2, 1), "350206": (3, 2, 1, 0, 0, 0)}


def test_by_group_and_by_school(world, policy):
    cells = funnel_cells(policy, on=TODAY)
    assert {code: one.counts[0] for code, one in funnel_by(cells, Dimension.GROUP).items()} == {"": 6, "rural": 2}
    assert {pk: one.counts[0] for pk, one in funnel_by(cells, Dimension.SCHOOL).items()} == {
        world.over.pk: 6,
        world.begun.pk: 2,
    }


def test_a_school_sees_itself_and_nothing_of_claims(world):
    assert funnel_of(funnel_cells(world.staff, on=TODAY)).counts == (2, 0, 0, 0, 0, 0)
    assert not claim_cells(world.staff, on=TODAY).exists()
    assert not decision_cells(world.staff, on=TODAY).exists()


@pytest.mark.parametrize("role", [Role.WORKER, Role.TEACHER, Role.BODY_STAFF, Role.EMPLOYER_STAFF, Role.ADMINISTRATOR])
def test_nobody_else_sees_any(world, role):
    somebody = person(role)
    assert not funnel_cells(somebody, on=TODAY).exists()
    assert not claim_cells(somebody, on=TODAY).exists()


def test_claims_are_counted_by_state_with_their_money(world):
    found = {cell.state: (cell.claims, cell.amount_fen, cell.paid_month) for cell in ClaimCell.objects.all()}
    assert found == {
        ClaimState.PAID: (1, 70_000, date(2026, 11, 1)),
        ClaimState.SUBMITTED: (1, 70_000, None),
        ClaimState.WITHDRAWN: (1, 70_000, None),
    }


def test_a_decision_on_the_day_of_sending_took_no_working_day(world):
    cell = DecisionCell.objects.get()
    assert (cell.days, cell.claims) == (0, 1)


def test_decisions_are_counted_in_working_days_from_the_day_after_sending(world):
    sent = a_claim(ClaimState.SUBMITTED, at=datetime(2026, 11, 13, 2, 0, tzinfo=UTC))  # a Friday
    intake = an_officer_of(Role.OFFICER_INTAKE)
    monday_week = {"party": Party.INTAKE, "actor": intake, "at": NOW, "reason": "示例原因"}
    claim_move(claim_id=sent.pk, action="refuse", **monday_week)
    summaries_refresh(at=NOW)
    assert sorted(DecisionCell.objects.values_list("days", "claims")) == [(0, 1), (6, 1)]


def test_counting_twice_gives_the_same_and_nothing_twice(world):
    before = sorted(FunnelCell.objects.values_list("month", "district_code", "group_code", "enrolled"))
    assert summaries_refresh(at=NOW) is True
    assert sorted(FunnelCell.objects.values_list("month", "district_code", "group_code", "enrolled")) == before
    assert Stamp.objects.get(name=STAMP).at == NOW


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_while_it_is_being_counted_leaves_it_alone():
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert summaries_refresh(at=NOW) is False
        assert not Stamp.objects.filter(name=STAMP).exists()
    finally:
        other.close()


@pytest.mark.parametrize(
    ("days", "median", "ninetieth"),
    [
        ({3: 1}, 3, 3),
        ({1: 1, 2: 1}, 1, 2),
        ({0: 5, 1: 4, 9: 1}, 0, 1),
        ({0: 1, 5: 1, 8: 1}, 5, 8),
        ({2: 89, 7: 11}, 2, 7),
    ],
)
def test_the_middle_and_the_ninetieth_are_days_that_occurred(days, median, ninetieth):
    spread = spread_of(days)
    assert (spread.median, spread.ninetieth) == (median, ninetieth)


def test_there_is_no_middle_of_nothing():
    assert spread_of({}) is None
