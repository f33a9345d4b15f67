"""Who asks, and when: what a view tells a service."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from foundation.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """The account of a page that only signed-in people open."""
    assert isinstance(request.user, User)
    return request.user


def doing(request: HttpRequest) -> dict[str, Any]:
    """Who acts and when, as services ask."""
    return {"actor": user_of(request), "at": timezone.now()}
