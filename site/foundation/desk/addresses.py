"""The addresses of a list and of its export."""

from collections.abc import Collection, Iterator
from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import WRITERS, Role
from foundation.desk.lists import StaffList, exported


def listing(route: str, view: type[StaffList], roles: Collection[Role]) -> Iterator[URLPattern]:
    """A list, and its export where it has one. Who only reads takes nothing away."""
    rule: Any = for_roles(*roles)
    yield path(route, rule(view.as_view()), name=view.name)
    if view.resource is not None:
        rule = for_roles(*(set(roles) & WRITERS))
        yield path(f"{route}export/", rule(exported(view)), name=f"{view.name}_export")
