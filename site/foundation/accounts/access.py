"""Who may open a page. Every view carries exactly one rule, "public" included; a view without one is refused.

The rule is data on the view (``view.access``); ``portal.operations.middleware.AccessMiddleware`` applies it, and a
test walks every address of the site to see that none is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.http import HttpResponseBase

from foundation.accounts.states import Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class AccessRule:
    """``public``: anyone; ``signed_in``: anyone with an account; ``roles``: whoever holds one of the roles today."""

    kind: Literal["public", "signed_in", "roles"]
    roles: frozenset[Role] = frozenset()


def _ruled(view: View, rule: AccessRule) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    guarded.access = rule  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """Anyone may open the page."""
    return _ruled(view, AccessRule("public"))


def signed_in(view: View) -> View:
    """Anyone who signed in may open the page."""
    return _ruled(view, AccessRule("signed_in"))


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Whoever holds one of the roles on the day may open the page."""
    rule = AccessRule("roles", frozenset(roles))

    def decorate(view: View) -> View:
        return _ruled(view, rule)

    return decorate
