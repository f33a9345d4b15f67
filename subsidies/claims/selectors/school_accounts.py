"""The accounts that money for schools goes to."""

from datetime import date

from django.db.models import QuerySet

from courses.schools.models import School
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from subsidies.claims.models import SchoolAccount
from subsidies.claims.states import ACCOUNT_KEEPERS, AccountState


def school_account_of(school: School) -> SchoolAccount | None:
    """The account an officer has confirmed, or None."""
    return SchoolAccount.objects.filter(school=school, state=AccountState.IN_FORCE).first()


def school_accounts_visible_to(user: User, *, on: date) -> QuerySet[SchoolAccount]:
    """Officers see those of every school, a school's office its own. None of them is shown a number."""
    rows = SchoolAccount.objects.select_related("school__organisation", "entered_by", "answered_by").defer("account")
    if ACCOUNT_KEEPERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return rows.filter(school__organisation__in=held.values("organisation"))
