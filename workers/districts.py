"""The districts a worker may live in (GB/T 2260), by city."""

from django.conf import settings
from django.core.checks import CheckMessage, Error
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
    ],
    "350500": [
        ("350502", _("鲤城区")),
        ("350503", _("丰泽区")),
        ("350504", _("洛江区")),
        ("350505", _("泉港区")),
        ("350521", _("惠安县")),
        ("350524", _("安溪县")),
        ("350525", _("永春县")),
        ("350526", _("德化县")),
        ("350527", _("金门县")),
        ("350581", _("石狮市")),
        ("350582", _("晋江市")),
        ("350583", _("南安市")),
    ],
}


def districts_are_known(**_of: object) -> list[CheckMessage]:
    """A city without its districts can place neither a person nor a budget: said when the platform starts."""
    if settings.CITY_CODE in DISTRICTS:
        return []
    return [
        Error(
            f"The districts of the city {settings.CITY_CODE} are not loaded.",
            hint="Add them to workers/districts.py, with the codes of GB/T 2260.",
            id="workers.E001",
        )
    ]


def district_choices() -> list[tuple[str, object]]:
    """The city's districts, and living elsewhere."""
    return [*DISTRICTS.get(settings.CITY_CODE, []), (OUTSIDE, _("不住在本市"))]


def district_name(code: str) -> str:
    """The name of a district of any city we know; the code itself otherwise."""
    names = {known: str(name) for city in DISTRICTS.values() for known, name in city}
    return names.get(code, str(_("不住在本市")) if code == OUTSIDE else code)
