"""Subsidies on the desktop: what each role finds in the menu, and what waits for somebody."""

from datetime import date
from typing import Any

from foundation.accounts.models import User
from foundation.accounts.states import Role
from portal.staff.course_duties import CourseDuty

# As in portal.staff.navigation: name of the address, label, icon, roles.
ENTRIES: list[tuple[str, Any, str, Any]] = []


def subsidy_duties(user: User, roles: frozenset[Role], *, on: date) -> list[CourseDuty]:
    """Claims to decide, notices to close, batches to sign, budgets that run short."""
    duties: list[CourseDuty] = []
    return duties
