"""A school opens accounts for its own people, and for nobody else."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.services import colleague_account_open, colleague_password_issue, colleague_role_end
from foundation.accounts.states import MAY_APPOINT, OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.portal.people import organisation_of, person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def school():
    return organisation_of(OrganisationKind.SCHOOL)


@pytest.fixture
def clerk(school):
    return person(Role.SCHOOL_STAFF)


@pytest.fixture
def another_school():
    return Organisation.objects.create(
        name="另一所学校（测试）", kind=OrganisationKind.SCHOOL, credit_code="91350200MA2XXXXX07"
    )


def opened(actor, organisation, role=Role.TEACHER, username="teacher-1"):
    return colleague_account_open(
        username=username,
        name="黄老师",
        organisation=organisation,
        role=role,
        effective=period(TODAY, date(2027, 6, 30)),
        actor=actor,
        on=TODAY,
    )


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ASSESSOR, Role.SCHOOL_STAFF])
def test_a_school_opens_accounts_for_its_own_people(school, clerk, role):
    user = opened(clerk, school, role)
    assert roles_of(user, on=TODAY) == {role}
    assert user.has_usable_password() is False
    granted = AuditEvent.objects.get(action="accounts.membership.granted", actor_id=clerk.pk)
    assert granted.data["role"] == role.value


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_APPOINT[Role.SCHOOL_STAFF]))
def test_a_school_gives_no_role_but_its_own(school, clerk, role):
    with pytest.raises(PermissionDenied):
        opened(clerk, school, role)
    assert User.objects.filter(username="teacher-1").exists() is False


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.BODY_STAFF])
def test_an_assessment_body_opens_accounts_for_its_own_people(role):
    body = organisation_of(OrganisationKind.ASSESSMENT_BODY)
    assert roles_of(opened(person(Role.BODY_STAFF), body, role), on=TODAY) == {role}


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_APPOINT[Role.BODY_STAFF]))
def test_an_assessment_body_gives_no_role_but_its_own(role):
    clerk = person(Role.BODY_STAFF)
    with pytest.raises(PermissionDenied):
        opened(clerk, organisation_of(OrganisationKind.ASSESSMENT_BODY), role)
    assert User.objects.filter(username="teacher-1").exists() is False


def test_an_assessment_body_opens_no_account_for_a_school(school):
    with pytest.raises(PermissionDenied):
        opened(person(Role.BODY_STAFF), school, Role.ASSESSOR)
    assert User.objects.filter(username="teacher-1").exists() is False


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.OFFICER_INTAKE])
def test_only_the_staff_of_the_body_opens_its_accounts(role):
    with pytest.raises(PermissionDenied):
        opened(person(role), organisation_of(OrganisationKind.ASSESSMENT_BODY), Role.ASSESSOR)
    assert User.objects.filter(username="teacher-1").exists() is False


def test_a_school_opens_no_account_for_another_school(clerk, another_school):
    with pytest.raises(PermissionDenied):
        opened(clerk, another_school)
    assert User.objects.filter(username="teacher-1").exists() is False


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OFFICER_INTAKE, Role.AUDITOR])
def test_only_the_staff_of_the_school_opens_its_accounts(school, role):
    with pytest.raises(PermissionDenied):
        opened(person(role), school)
    assert User.objects.filter(username="teacher-1").exists() is False


def test_who_left_the_school_yesterday_opens_nothing_today(school, clerk):
    Membership.objects.filter(user=clerk).update(effective=period(date(2026, 1, 1), date(2026, 11, 22)))
    with pytest.raises(PermissionDenied):
        opened(clerk, school)


def test_the_first_password_of_a_colleague_is_given_out_and_must_be_changed(school, clerk):
    user = opened(clerk, school)
    password = colleague_password_issue(user=user, actor=clerk, on=TODAY)
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.password_is_initial is True


def test_nobody_issues_a_password_to_herself_or_to_somebody_with_a_role_elsewhere(school, clerk):
    user = opened(clerk, school)
    officer = person(Role.OFFICER_INTAKE)
    Membership.objects.create(
        user=user,
        organisation=organisation_of(OrganisationKind.BUREAU),
        role=Role.OFFICER_INTAKE,
        effective=period(date(2020, 1, 1), date(2020, 12, 31)),
    )
    for one in (user, officer, clerk, person(Role.WORKER)):
        with pytest.raises(PermissionDenied):
            colleague_password_issue(user=one, actor=clerk, on=TODAY)
    assert AuditEvent.objects.filter(action="accounts.password.issued").exists() is False


def test_a_school_ends_the_roles_it_may_give_and_no_other(school, clerk, another_school):
    user = opened(clerk, school)
    stranger = Membership.objects.create(
        user=person(Role.ASSESSOR), organisation=another_school, role=Role.TEACHER, effective=period(TODAY)
    )
    with pytest.raises(PermissionDenied):
        colleague_role_end(membership=stranger, ends_on=TODAY, actor=clerk, reason="离任", on=TODAY)
    held = user.memberships.get()
    colleague_role_end(membership=held, ends_on=TODAY, actor=clerk, reason="离任", on=TODAY)
    assert roles_of(user, on=date(2026, 11, 24)) == set()
    stranger.refresh_from_db()
    assert stranger.effective.upper is None
