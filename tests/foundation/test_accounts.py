"""Accounts are opened, roles granted and ended, by whom the rules name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from foundation.accounts import tasks
from foundation.accounts.errors import AccountsError
from foundation.accounts.models import Membership, Organisation, PhoneCode, User
from foundation.accounts.phones import phone_clean
from foundation.accounts.selectors import roles_of, user_by_phone
from foundation.accounts.services import (
    account_switch_off,
    account_switch_on,
    groups_sync,
    membership_end,
    membership_grant,
    organisation_create,
    password_issue,
    phone_change,
    phone_prove,
    staff_account_open,
    unproven_accounts_purge,
    worker_account_open,
)
from foundation.accounts.states import ROLES_OF_KIND, OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from foundation.sms.models import SmsMessage
from tests.portal.people import CREDIT_CODES, organisation_for, organisation_of, person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PHONE = "19900000123"


@pytest.fixture
def administrator():
    return person(Role.ADMINISTRATOR)


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def groups_of(user):
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.parametrize(
    "typed", ["19900000123", " 199 0000 0123", "+86 199-0000-0123", "008619900000123", "１９９００００0123"]
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert phone_clean(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    ["", "1990000012", "29900000123", "199000001234", "05922222222", "12345678901", "1990000012٣", "19900००0123"],
)
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(AccountsError) as refusal:
        phone_clean(typed)
    assert refusal.value.code == "phone_shape"


def test_one_number_is_one_account():
    first = worker_account_open(phone=PHONE, at=NOW)
    assert worker_account_open(phone="+86 19900000123", at=NOW) == first
    assert User.objects.count() == 1
    assert actions() == ["accounts.user.opened"]


def test_an_account_is_nobodys_until_its_number_is_proven():
    user = worker_account_open(phone=PHONE, at=NOW)
    assert roles_of(user, on=TODAY) == frozenset()
    phone_prove(user=user, phone=PHONE, at=NOW)
    phone_prove(user=user, phone=PHONE, at=NOW + timedelta(days=1))
    assert roles_of(user, on=TODAY) == {Role.WORKER}
    assert Membership.objects.count() == 1
    assert User.objects.get().phone_verified_at == NOW


def test_accounts_nobody_proved_are_forgotten_after_a_day():
    stale = worker_account_open(phone="19900000001", at=NOW - timedelta(days=2))
    PhoneCode.objects.create(reference="r", user=stale, phone_index=b"i", code_hash=b"h", sent_at=NOW, expires_at=NOW)
    proven = worker_account_open(phone="19900000002", at=NOW - timedelta(days=2))
    phone_prove(user=proven, phone="19900000002", at=NOW)
    fresh = worker_account_open(phone="19900000003", at=NOW)
    assert unproven_accounts_purge(opened_before=NOW - timedelta(days=1)) == 1
    assert set(User.objects.all()) == {proven, fresh}


def test_the_first_administrator_is_nobodys_gift_and_the_second_is_the_firsts():
    bureau = organisation_of(OrganisationKind.BUREAU)
    first = staff_account_open(
        username="admin",
        name="陈系统",
        organisation=bureau,
        role=Role.ADMINISTRATOR,
        effective=period(TODAY),
        actor=None,
        on=TODAY,
    )
    password = password_issue(user=first, actor=None, on=TODAY)
    assert (first.check_password(password), first.password_is_initial) == (True, True)
    with pytest.raises(PermissionDenied):
        staff_account_open(
            username="admin2",
            name="林系统",
            organisation=bureau,
            role=Role.ADMINISTRATOR,
            effective=period(TODAY),
            actor=None,
            on=TODAY,
        )
    staff_account_open(
        username="admin2",
        name="林系统",
        organisation=bureau,
        role=Role.ADMINISTRATOR,
        effective=period(TODAY),
        actor=first,
        on=TODAY,
    )
    with pytest.raises(PermissionDenied):
        password_issue(user=first, actor=None, on=TODAY)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMINISTRATOR, Role.WORKER}])
def test_only_administrators_grant(role):
    with pytest.raises(PermissionDenied):
        membership_grant(
            user=User.objects.create(username="new"),
            organisation=organisation_for(role),
            role=role,
            effective=period(TODAY),
            actor=person(role),
            on=TODAY,
        )
    assert Membership.objects.filter(user__username="new").exists() is False


def test_nobody_grants_to_herself(administrator):
    with pytest.raises(AccountsError) as refusal:
        membership_grant(
            user=administrator,
            organisation=organisation_of(OrganisationKind.BUREAU),
            role=Role.OFFICER_FINANCE,
            effective=period(TODAY),
            actor=administrator,
            on=TODAY,
        )
    assert refusal.value.code == "own_role"
    assert administrator.memberships.count() == 1


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("role", Role)
def test_a_role_fits_its_kind_of_organisation(administrator, kind, role):
    grant = {
        "user": User.objects.create(username="new"),
        "organisation": organisation_of(kind),
        "role": role,
        "effective": period(TODAY),
        "actor": administrator,
        "on": TODAY,
    }
    if role in ROLES_OF_KIND[kind]:
        assert membership_grant(**grant).role == role
    else:
        with pytest.raises(AccountsError) as refusal:
            membership_grant(**grant)
        assert refusal.value.code == "role_of_other_kind"
        assert Membership.objects.filter(user__username="new").exists() is False


def test_whoever_comes_in_by_sms_alone_holds_no_staff_role(administrator):
    worker = person(Role.WORKER)
    with pytest.raises(AccountsError) as refusal:
        membership_grant(
            user=worker,
            organisation=organisation_of(OrganisationKind.SCHOOL),
            role=Role.TEACHER,
            effective=period(TODAY),
            actor=administrator,
            on=TODAY,
        )
    assert refusal.value.code == "worker_account"


def test_a_role_ends_on_its_day_and_the_groups_follow(administrator):
    officer = person(Role.OFFICER_POLICY)
    groups_sync(user=officer, on=TODAY)
    bureau = officer.memberships.get().organisation_id
    assert groups_of(officer) == {"officer_policy", f"officer_policy:{bureau}"}
    membership_end(membership=officer.memberships.get(), ends_on=TODAY, actor=administrator, reason="调离", on=TODAY)
    assert roles_of(officer, on=TODAY) == {Role.OFFICER_POLICY}
    assert roles_of(officer, on=TODAY + timedelta(days=1)) == frozenset()
    groups_sync(user=officer, on=TODAY + timedelta(days=1))
    assert officer.groups.exists() is False
    assert actions()[-1] == "accounts.membership.ended"


def test_the_daily_task_brings_groups_into_line():
    officer = person(Role.OFFICER_REVIEW)
    officer.groups.set([Group.objects.get_or_create(name="administrator")[0]])
    tasks.memberships_sync()
    assert groups_of(officer) == {"officer_review", f"officer_review:{officer.memberships.get().organisation_id}"}


def test_a_switched_off_account_holds_nothing_and_can_be_switched_on_again(administrator):
    officer = person(Role.OFFICER_REVIEW)
    account_switch_off(user=officer, actor=administrator, reason="停职", on=TODAY)
    officer.refresh_from_db()
    assert (officer.is_active, roles_of(officer, on=TODAY), officer.groups.count()) == (False, frozenset(), 0)
    account_switch_on(user=officer, actor=administrator, reason="复职", on=TODAY)
    officer.refresh_from_db()
    assert (roles_of(officer, on=TODAY), len(groups_of(officer))) == ({Role.OFFICER_REVIEW}, 2)
    with pytest.raises(AccountsError):
        account_switch_off(user=administrator, actor=administrator, reason="误操作", on=TODAY)
    with pytest.raises(PermissionDenied):
        account_switch_off(user=administrator, actor=officer, reason="误操作", on=TODAY)


def test_another_number_ends_sessions_and_tells_the_old_one():
    user = phone_prove(user=worker_account_open(phone=PHONE, at=NOW), phone=PHONE, at=NOW)
    before = user.get_session_auth_hash()
    worker_account_open(phone="19900000999", at=NOW)  # typed once by somebody, never proven
    phone_change(user=user, phone="19900000999", at=NOW, actor=user)
    assert user_by_phone(PHONE) is None
    changed = user_by_phone("19900000999")
    assert (changed, User.objects.count()) == (user, 1)
    assert changed.get_session_auth_hash() != before
    told = SmsMessage.objects.get()
    assert (told.phone, "0999" in told.text) == (PHONE, True)
    assert AuditEvent.objects.filter(action="accounts.phone.changed").get().data == {}
    assert AuditEvent.objects.filter(action="accounts.user.purged").count() == 1


def test_a_number_in_use_is_not_given_away():
    user = phone_prove(user=worker_account_open(phone=PHONE, at=NOW), phone=PHONE, at=NOW)
    other = person(Role.WORKER)
    with pytest.raises(AccountsError) as refusal:
        phone_change(user=user, phone=other.phone, at=NOW, actor=user)
    assert refusal.value.code == "phone_taken"
    with pytest.raises(PermissionDenied):
        phone_change(user=user, phone="19900000555", at=NOW, actor=other, reason="代办")
    assert user_by_phone(PHONE) == user
    assert SmsMessage.objects.exists() is False


def test_an_organisation_has_a_credit_code_that_checks():
    body = organisation_create(
        name="鹭岛家政（测试）", kind=OrganisationKind.SCHOOL, credit_code=" 52350200 000000002x ", actor=None
    )
    assert body.credit_code == CREDIT_CODES[OrganisationKind.SCHOOL]
    for wrong in ("523502000000000020", "5235", ""):
        with pytest.raises(AccountsError):
            organisation_create(name="假学校", kind=OrganisationKind.SCHOOL, credit_code=wrong, actor=None)
    assert Organisation.objects.count() == 1
