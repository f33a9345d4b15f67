"""Who holds which role on a day, and who may come in by which number."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from foundation.accounts.models import Membership, PhoneCode, User
from foundation.accounts.states import SECOND_FACTOR_ROLES, STAFF, Role
from foundation.crypto.cipher import blind_indexes
from foundation.database import in_force


def memberships_of(user: User, *, on: date) -> QuerySet[Membership]:
    """The memberships in force on a day; none for a user who was switched off."""
    held = Membership.objects.filter(in_force(on), user=user)
    return held if user.is_active else held.none()


def roles_of(user: User, *, on: date) -> frozenset[Role]:
    """The roles the user holds on a day; none for a user who was switched off."""
    return frozenset(Role(role) for role in memberships_of(user, on=on).values_list("role", flat=True))


def second_factor_required(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles must sign in with a second factor."""
    return not SECOND_FACTOR_ROLES.isdisjoint(roles)


def user_by_phone(phone: str) -> User | None:
    """The account that signs in with a number."""
    return User.objects.filter(phone_index__in=blind_indexes("phone", phone)).first()


def staff_touched_by_roles() -> QuerySet[User]:
    """Whoever ever held a staff role or stands in a group: the accounts whose groups may need bringing into line."""
    held = Membership.objects.filter(role__in=STAFF).values("user")
    return (User.objects.filter(pk__in=held) | User.objects.filter(groups__isnull=False)).distinct().order_by("pk")


def phone_code_of(reference: str) -> PhoneCode | None:
    """The code a session waits for."""
    return PhoneCode.objects.filter(reference=reference).first()


def unproven_accounts(*, opened_before: datetime) -> QuerySet[User]:
    """Accounts opened for a number that nobody proved to hold."""
    return User.objects.filter(
        phone_index__isnull=False,
        phone_verified_at__isnull=True,
        memberships__isnull=True,
        last_login__isnull=True,
        date_joined__lt=opened_before,
    )
