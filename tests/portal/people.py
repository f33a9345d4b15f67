"""Somebody of each role, and a browser in which she has signed in."""

import time
from datetime import date

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import ROLES_OF_KIND, SECOND_FACTOR_ROLES, OrganisationKind, Role
from foundation.database import period

CREDIT_CODES = {
    OrganisationKind.BUREAU: "113502000000000012",
    OrganisationKind.SCHOOL: "52350200000000002X",
    OrganisationKind.ASSESSMENT_BODY: "523502000000000031",
    OrganisationKind.EMPLOYER: "523502000000000057",
    OrganisationKind.AUDIT_OFFICE: "11350200000000004B",
}
PASSWORD = "correct-horse-battery"


def organisation_of(kind: OrganisationKind) -> Organisation:
    found, _created = Organisation.objects.get_or_create(
        credit_code=CREDIT_CODES[kind], defaults={"name": f"{kind.label}（测试）", "kind": kind}
    )
    return found


def organisation_for(role: Role) -> Organisation:
    """A body whose people may hold the role."""
    return organisation_of(next(kind for kind, roles in ROLES_OF_KIND.items() if role in roles))


def person(role: Role, *, username: str = "", since: date = date(2020, 1, 1)) -> User:
    """Somebody who holds the role today: a worker with a proven phone, or staff with a password."""
    username = username or f"{role.value}-{User.objects.count()}"
    if role is Role.WORKER:
        user = User(username=username, phone=f"1990000{User.objects.count():04}", phone_verified_at=timezone.now())
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, role=role, effective=period(since))
        return user
    user = User.objects.create_user(username=username, password=PASSWORD, name="林测试")
    Membership.objects.create(user=user, role=role, organisation=organisation_for(role), effective=period(since))
    groups_sync(user=user, on=timezone.localdate())
    return user


def authenticator_app(user: User) -> str:
    """Set up an authenticator app for her; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of_app(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def signed_in(user: User, *, with_factor: bool = True) -> Client:
    """A browser in which she signed in, with her second factor where her role needs one."""
    client = Client()
    client.force_login(user)
    if with_factor and user.memberships.filter(role__in=SECOND_FACTOR_ROLES).exists():
        if not Authenticator.objects.filter(user=user).exists():
            authenticator_app(user)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        session.save()
    return client
