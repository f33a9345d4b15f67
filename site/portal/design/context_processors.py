"""What the frame of a page needs to know about its visitor."""

from typing import Any

from django.http import HttpRequest

from foundation.accounts.states import STAFF, Role
from portal.design.preferences import COOKIE_NAME, Display


def display(request: HttpRequest) -> dict[str, Any]:
    """``display``: the chosen text size, elder mode and contrast; ``is_worker`` and ``is_staff_member``: which navigation
    fits. A page that failed before its roles were read (an unknown address) shows the frame of a visitor."""
    roles = getattr(request, "roles", frozenset())
    return {
        "display": Display.from_cookie(request.COOKIES.get(COOKIE_NAME, "")),
        "is_worker": Role.WORKER in roles,
        "is_staff_member": bool(roles & STAFF),
    }
