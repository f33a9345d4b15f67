"""Whoever is in a list is in it; that somebody is not proves something only while the list is whole and new."""

from datetime import date, timedelta

import pytest

from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.claims.services import claim_submit
from subsidies.registers.models import Register
from subsidies.registers.selectors import in_register
from subsidies.registers.services import register_put_in_force, register_withdraw
from tests.subsidies.builders import a_figure, a_level_certificate, a_scheme
from tests.subsidies.claims.helpers import a_register, requires
from tests.subsidies.registers.test_importing import a_list, brought
from tests.workers.builders import NOW, TODAY, a_worker, an_id_number, an_officer

pytestmark = pytest.mark.django_db


def two():
    return a_worker(), a_worker(id_number=an_id_number(sequence=33))


@pytest.mark.parametrize(("age", "absent"), [(0, False), (35, False), (36, None)])
def test_an_old_list_says_nothing_of_who_is_not_in_it(age, absent):
    inside, outside = two()
    register = a_register("pension", inside)
    Register.objects.filter(pk=register.pk).update(as_of=TODAY - timedelta(days=age))
    assert in_register("pension", [inside, outside], on=TODAY) == {inside.pk: True, outside.pk: absent}
    assert in_register("pension", [inside, outside], during=(date(2026, 1, 1), TODAY))[outside.pk] is absent
    assert in_register("pension", [inside, outside], during=(date(2026, 1, 1), None))[outside.pk] is None


@pytest.mark.parametrize(("after", "absent"), [(-1, False), (0, False), (1, None)])
def test_of_the_days_after_its_own_the_list_of_the_registered_knows_nothing(after, absent):
    inside, outside = two()
    register = a_register("registration", inside)
    Register.objects.filter(pk=register.pk).update(as_of=TODAY - timedelta(days=after))
    assert in_register("registration", [inside, outside], on=TODAY) == {inside.pk: True, outside.pk: absent}


def test_without_a_figure_nobody_knows_whether_a_list_is_old():
    inside, outside = two()
    a_register("pension", inside)
    day = date(2023, 12, 31)  # before the figure's first day
    assert in_register("pension", [inside, outside], on=day) == {inside.pk: True, outside.pk: None}


def test_a_list_used_with_rows_missing_says_nothing_of_who_is_not_in_it():
    a_figure("check.register.days_max", 35, unit=Unit.DAY)
    inside, outside = two()
    officer = an_officer(Role.OFFICER_INTAKE)
    good = [inside.id_number, "2025-01-01", "", ""]
    register, _batch = brought(officer, a_list(good, ["350203198002030001", "2025-02-30", "", ""]))
    register_put_in_force(register_id=register.pk, reason="缺一人，单位已知", actor=officer, at=NOW)
    register.refresh_from_db()
    assert register.is_partial
    assert in_register("pension", [inside, outside], on=TODAY) == {inside.pk: True, outside.pk: None}
    # Taken back and used again, it is no more whole than it was.
    register_withdraw(register_id=register.pk, reason="再看", actor=officer, at=NOW)
    register_put_in_force(register_id=register.pk, actor=officer, at=NOW)
    assert in_register("pension", [outside], on=TODAY) == {outside.pk: None}


def test_a_whole_list_is_not_marked():
    officer = an_officer(Role.OFFICER_INTAKE)
    register, _batch = brought(officer, a_list([an_id_number(sequence=81), "2025-01-01", "", ""]))
    assert register.is_partial is False


def test_the_rule_leaves_to_a_person_what_an_old_list_does_not_know():
    scheme = a_scheme()
    requires(scheme, "not_pensioner")
    register = a_register("pension")
    Register.objects.filter(pk=register.pk).update(as_of=TODAY - timedelta(days=36))
    certificate = a_level_certificate()
    claim = claim_submit(
        scheme_id=scheme.pk, level_certificate_id=certificate.pk, actor=certificate.worker.user, at=NOW
    )
    assert claim.decisions.get().outcome == "undecided"
    assert claim.events.get().data == {"outcome": "undecided", "unknown": "not_pensioner"}
