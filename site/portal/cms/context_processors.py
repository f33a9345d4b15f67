"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """The city's name for the header."""
    return {"city_name": settings.CITY_NAME, "debug": settings.DEBUG}
