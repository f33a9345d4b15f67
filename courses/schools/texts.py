"""Days and places as the register writes them."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from workers.districts import OUTSIDE, district_name


def day(value: date | None) -> str:
    """A day in figures; nothing for none."""
    return value.isoformat() if value else ""


def last_day(days: Any) -> date | None:
    """The last day of a range; none when it is open."""
    return days.upper - timedelta(days=1) if days.upper else None


def span(days: Any) -> str:
    """Both days of a range in figures."""
    return f"{day(days.lower)} – {day(last_day(days)) or _('长期')}"


def where(code: str, address: str) -> str:
    """An address with its district, which many people write into the address themselves."""
    name = place(code)
    return address if name in address else f"{name} {address}"


def place(code: str) -> str:
    """The name of a district of the register."""
    return _("外地") if code == OUTSIDE else district_name(code)
