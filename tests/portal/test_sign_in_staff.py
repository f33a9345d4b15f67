"""Staff come in by user name and password, and with a second factor where their role sees other people's data."""

import json
import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import password_issue
from foundation.accounts.states import SECOND_FACTOR_ROLES, STAFF, Role
from foundation.audit.models import AuditEvent
from portal.sign_in.demo import demo_accounts_load, demo_accounts_read
from portal.sign_in.development import code_now
from tests.portal.people import PASSWORD, authenticator_app, code_of_app, person, signed_in

pytestmark = pytest.mark.django_db

DOOR, FACTOR, SECURITY, INSIDE = (
    "/staff/sign-in/",
    "/staff/sign-in/second-factor/",
    "/account/security/",
    "/account/sessions/",
)
NEEDS = sorted(SECOND_FACTOR_ROLES)
WITHOUT = sorted(STAFF - SECOND_FACTOR_ROLES)


def password(client, user, entered=PASSWORD, **more):
    return client.post(DOOR, {"login": user.username, "password": entered, **more})


def who(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("role", WITHOUT)
def test_schools_and_assessors_come_in_by_password(client, role):
    user = person(role)
    assert password(client, user, next=INSIDE).url == INSIDE
    assert client.get(INSIDE).status_code == 200
    assert actions() == ["accounts.user.signed_in"]


@pytest.mark.parametrize("role", NEEDS)
def test_without_a_second_factor_nothing_works_but_setting_it_up(client, role):
    user = person(role)
    password(client, user)
    for path in ("/", INSIDE, "/cms/", "/documents/1/x/", "/preferences/"):
        answer = client.get(path)
        assert answer.url.startswith(SECURITY), path
    assert client.post(INSIDE).url == SECURITY
    assert client.get(SECURITY).status_code == 200
    assert client.get("/account/security/app/").status_code == 200
    assert client.post("/sign-out/").status_code == 302
    assert who(client) is None


@pytest.mark.parametrize("role", NEEDS)
def test_a_session_opened_by_password_alone_stays_outside_when_the_factor_was_set_up_elsewhere(client, role):
    user = person(role)
    password(client, user)
    secret = authenticator_app(user)
    for path in (
        "/",
        INSIDE,
        "/cms/",
        SECURITY,
        "/account/security/app/",
        "/account/security/passkeys/add/",
        "/account/password/",
    ):
        assert client.get(path).url.startswith("/account/confirm/code/"), path
    assert client.post("/account/confirm/code/", {"code": "000000"}).status_code == 200
    assert client.get(INSIDE).status_code == 302
    assert client.post("/account/confirm/code/", {"code": code_of_app(secret)}).status_code == 302
    assert client.get(INSIDE).status_code == 200


@pytest.mark.parametrize("role", NEEDS)
def test_password_and_code_of_the_app_open_the_door(client, role):
    user = person(role)
    secret = authenticator_app(user)
    assert password(client, user).url == FACTOR
    assert who(client) is None
    assert client.get(INSIDE).status_code == 302
    assert client.post(FACTOR, {"code": "000000"}).status_code == 200
    assert who(client) is None
    assert client.post(FACTOR, {"code": code_of_app(secret)}).status_code == 302
    assert client.get(INSIDE).status_code == 200
    assert actions() == ["accounts.second_factor.refused", "accounts.user.signed_in"]


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_lets_her_in_and_gives_recovery_codes(client):
    user = person(Role.OFFICER_POLICY)
    password(client, user)
    page = client.get("/account/security/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page).group(1)
    answer = client.post("/account/security/app/", {"code": code_of_app(secret)})
    assert answer.url == "/account/security/recovery-codes/"
    assert client.get(INSIDE).status_code == 200
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored
    assert "accounts.second_factor.enrolled" in actions()


def test_one_code_of_the_app_opens_one_door(client):
    user = person(Role.AUDITOR)
    code = code_of_app(authenticator_app(user))
    password(client, user)
    client.post(FACTOR, {"code": code})
    other = Client()
    with time_machine.travel(time.time() + 29):
        password(other, user)
        assert other.post(FACTOR, {"code": code}).status_code == 200
        assert who(other) is None


def test_the_last_factor_of_an_officer_stays(client):
    user = person(Role.OFFICER_REVIEW)
    client = signed_in(user)
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.post("/account/security/app/remove/").status_code == 200
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_wrong_password_is_refused_as_an_unknown_user_is(client):
    user = person(Role.TEACHER)
    known = password(client, user, "wrong-password-12")
    unknown = client.post(DOOR, {"login": "nobody", "password": "wrong-password-12"})

    def words(page):
        return re.search(r"data-error-summary>.*?</ul>", page.content.decode(), re.S).group()

    assert words(known) == words(unknown)
    assert "用户名或密码不正确" in words(known)
    assert actions() == ["accounts.user.refused"] * 2
    assert "wrong-password" not in json.dumps(list(AuditEvent.objects.values_list("data", flat=True)))


def test_guessing_a_password_is_limited(client):
    user = person(Role.TEACHER)
    for _try in range(5):
        password(Client(), user, "wrong-password-12")
    assert "过 5 分钟再试" in password(Client(), user).content.decode()
    assert who(client) is None


def test_a_worker_has_no_password_to_come_in_with(client):
    worker = person(Role.WORKER)
    for name in (worker.username, worker.phone):
        assert client.post(DOOR, {"login": name, "password": ""}).status_code == 200
        assert client.post(DOOR, {"login": name, "password": "!"}).status_code == 200
    assert who(client) is None


def test_a_first_password_must_be_changed_before_anything_else(client):
    user, admin = person(Role.TEACHER), person(Role.ADMINISTRATOR)
    first = password_issue(user=user, actor=admin, on=timezone.localdate())
    password(client, user, first)
    assert client.get(INSIDE).url.startswith("/account/password/")
    new = "a-longer-secret-of-mine"
    assert (
        client.post("/account/password/", {"oldpassword": first, "password1": new, "password2": new}).status_code == 302
    )
    assert client.get(INSIDE).status_code == 200
    assert User.objects.get(pk=user.pk).password_is_initial is False
    assert actions()[-1] == "accounts.password.changed"


def test_a_desk_is_left_after_eight_hours_and_after_twelve_in_any_case(client):
    user = person(Role.SCHOOL_STAFF)
    with time_machine.travel("2026-11-23T00:00:00+00:00", tick=False) as clock:
        password(client, user)
        assert client.session.get_expiry_age() == 8 * 3600
        clock.shift(timedelta(hours=7))
        assert client.get(INSIDE).status_code == 200
        clock.shift(timedelta(hours=4, minutes=59))
        assert client.get(INSIDE).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get(INSIDE).url.startswith(DOOR)
        assert who(client) is None
    other = Client()
    with time_machine.travel("2026-11-23T00:00:00+00:00", tick=False) as clock:
        password(other, user)
        clock.shift(timedelta(hours=8, seconds=1))
        assert other.get(INSIDE).status_code == 302


def test_a_role_that_ended_opens_nothing_more():
    user = person(Role.OFFICER_FINANCE)
    client = signed_in(user)
    assert client.get(SECURITY).status_code == 200
    Membership.objects.filter(user=user).update(effective=("2020-01-01", "2020-02-01"))
    assert client.get(SECURITY).status_code == 403


def test_switching_off_ends_the_session_at_once():
    user = person(Role.TEACHER)
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(INSIDE).status_code == 302
    assert password(Client(), user).url == "/sign-in/switched-off/"


def test_the_pages_of_signing_in_show(client):
    assert client.get(DOOR).status_code == 200
    officer = signed_in(person(Role.OFFICER_INTAKE))
    officer.post("/account/confirm/", {"password": PASSWORD})
    for path in (
        SECURITY, "/account/password/", "/account/security/passkeys/", "/account/security/passkeys/add/",
        "/account/security/app/remove/", "/account/security/recovery-codes/new/", "/account/confirm/",
        "/account/confirm/code/", INSIDE,
    ):  # fmt: skip
        answer = officer.get(path)
        assert answer.status_code == 200, (path, answer)
        assert " style=" not in answer.content.decode(), path


def test_demo_accounts_load_once_one_per_role_and_two_where_two_must_act(settings, tmp_path):
    settings.VAR = tmp_path
    on = timezone.localdate()
    with pytest.raises(ImproperlyConfigured):
        demo_accounts_load(on=on)
    first = demo_accounts_load(on=on, explicit=True)
    assert demo_accounts_load(on=on, explicit=True) == first == demo_accounts_read()
    assert {account.role for account in first} == set(Role)
    by_role = {role: [account.user_name for account in first if account.role == role] for role in Role}
    assert {role: names for role, names in by_role.items() if len(names) > 1} == {
        Role.OFFICER_INTAKE: ["intake", "intake2"],
        Role.OFFICER_REVIEW: ["review", "review2"],
        Role.OFFICER_FINANCE: ["finance", "finance2"],
        Role.OFFICER_POLICY: ["policy", "policy2"],
        Role.ASSESSOR: ["assessor", "tester"],
    }
    assert User.objects.count() == len(first) == len(Role) + 5
    assert (tmp_path / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
    for account in first:
        if not account.password:
            continue
        client = Client()
        answer = client.post(DOOR, {"login": account.user_name, "password": account.password})
        if account.needs_factor:
            assert answer.url == FACTOR
            client.post(FACTOR, {"code": code_now(account)})
        assert client.get(INSIDE).status_code == 200, account


def test_demo_accounts_are_refused_in_production(settings, tmp_path):
    settings.VAR = tmp_path
    settings.SETTINGS_MODULE = "portal.settings.production"
    with pytest.raises(ImproperlyConfigured):
        demo_accounts_load(on=timezone.localdate(), explicit=True)
    assert User.objects.exists() is False


def test_demo_accounts_are_refused_where_other_people_have_accounts(settings, tmp_path):
    settings.VAR = tmp_path
    administrator = person(Role.ADMINISTRATOR, username="admin")
    Organisation.objects.update(credit_code="11350200MB0000000X")
    with pytest.raises(ImproperlyConfigured, match="no demo accounts"):
        demo_accounts_load(on=timezone.localdate(), explicit=True)
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)
    assert list(User.objects.all()) == [administrator]
    assert list(tmp_path.iterdir()) == []


def test_a_new_platform_gets_its_first_administrator_once(client, capsys):
    call_command("first_administrator", "chen", "--name=陈系统", "--bureau=测试局", "--credit-code=113502000000000012")
    user_name, first = capsys.readouterr().out.split()
    assert client.post(DOOR, {"login": user_name, "password": first}).status_code == 302
    assert client.get(INSIDE).url.startswith("/account/password/")
    with pytest.raises(CommandError, match="已有系统管理员"):
        call_command(
            "first_administrator", "lin", "--name=林系统", "--bureau=测试局", "--credit-code=113502000000000012"
        )
    assert list(User.objects.values_list("username", flat=True)) == ["chen"]
