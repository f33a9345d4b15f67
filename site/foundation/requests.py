"""Who asks, when, and for which number: what a view tells a service."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from foundation.accounts.models import User

# As many digits as every bigint can hold.
LONGEST_NUMBER = 18


def user_of(request: HttpRequest) -> User:
    """The account of a page that only signed-in people open."""
    assert isinstance(request.user, User)
    return request.user


def doing(request: HttpRequest) -> dict[str, Any]:
    """Who acts and when, as services ask."""
    return {"actor": user_of(request), "at": timezone.now()}


def number_in(text: str) -> int | None:
    """The number that an address or a field says. None where it says anything else, or more than any row's number."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None
