"""Who holds which role on a day."""

from datetime import date

from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from foundation.database import in_force


def roles_of(user: User, *, on: date) -> frozenset[Role]:
    """The roles the user holds on a day; none for a user who was switched off."""
    if not user.is_active:
        return frozenset()
    held = Membership.objects.filter(in_force(on), user=user).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)
