"""Numbers of notices and receipts of objections."""

import secrets
from datetime import date

from django.db import connection
from django.db.models import Max

from subsidies.notices.models import PublicNotice

# Of this app, for the one lock under which notices get their numbers.
_LOCK = "SELECT pg_advisory_xact_lock(1667592820, 51)"
# Without those that are taken for each other when read from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 15


def notice_number(on: date) -> str:
    """The next number of the year: ``G2026-0001``. Whoever asks next waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    beginning = f"G{on.year}-"
    last = PublicNotice.objects.filter(number__startswith=beginning).aggregate(last=Max("number"))["last"]
    serial = int(last.removeprefix(beginning)) + 1 if last else 1
    return f"{beginning}{serial:04d}"


def receipt_new() -> str:
    """A number that nobody can guess: it alone opens the answer."""
    return "Y" + "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))


def receipt_shown(number: str) -> str:
    """In groups of four, to be written down: ``Y234-5678-9ABC-DEFG``."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def receipt_tidied(text: str) -> str:
    """As typed by hand, with blanks, dashes and small letters."""
    return "".join(one for one in text.upper() if one.isascii() and one.isalnum())[: LENGTH + 1]
