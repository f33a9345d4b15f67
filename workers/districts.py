"""The districts a worker may live in (GB/T 2260), by city."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

OUTSIDE = "000000"

DISTRICTS = {
    "350200": [
        ("350203", _("思明区")),
        ("350205", _("海沧区")),
        ("350206", _("湖里区")),
        ("350211", _("集美区")),
        ("350212", _("同安区")),
        ("350213", _("翔安区")),
    ]
}


def district_choices() -> list[tuple[str, object]]:
    """The city's districts, and living elsewhere."""
    return [*DISTRICTS.get(settings.CITY_CODE, []), (OUTSIDE, _("不住在本市"))]


def district_name(code: str) -> str:
    """The name of a district of any city we know; the code itself otherwise."""
    names = {known: str(name) for city in DISTRICTS.values() for known, name in city}
    return names.get(code, str(_("不住在本市")) if code == OUTSIDE else code)
