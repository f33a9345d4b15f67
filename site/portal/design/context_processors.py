"""How the visitor wants pages to look."""

from typing import Any

from django.http import HttpRequest

from portal.design.preferences import COOKIE_NAME, Display


def display(request: HttpRequest) -> dict[str, Any]:
    """``display``: the chosen text size, elder mode and contrast, from a cookie."""
    return {"display": Display.from_cookie(request.COOKIES.get(COOKIE_NAME, ""))}
