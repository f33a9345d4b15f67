"""How amounts and days are written for people."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _


def format_yuan(fen: int | None) -> str:
    """Whole fen as yuan: ``120000`` → ``1,200 元``, ``120050`` → ``1,200.50 元``; nothing for nothing.

    Anything but a whole number of fen raises ``TypeError``: a float must never come near money.
    """
    if not fen and fen != 0:
        return ""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"an amount is a whole number of fen, not {type(fen).__name__}")
    yuan, rest = divmod(abs(fen), 100)
    amount = f"{'-' if fen < 0 else ''}{yuan:,}" + (f".{rest:02d}" if rest else "")
    return _("%(amount)s 元") % {"amount": amount}


def local_day(value: date | datetime) -> date:
    """The day in China of a moment; a day stays what it is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def format_cn_date(value: date | datetime | None) -> str:
    """``2026年11月23日``; nothing for nothing."""
    if not value:
        return ""
    day = local_day(value)
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}
