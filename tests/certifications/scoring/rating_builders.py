"""Ratings as an assessor's phone sends them: only what matters is passed in."""

from decimal import Decimal
from uuid import uuid4

from django.db import connection

from certifications.scoring.models import RatingSheet
from certifications.scoring.services import RatingEntry, rating_submit, room_confirm
from tests.certifications.builders_scoring import HELD_ON, judges_of, moment

# The practical part is from 11:00 to 12:30.
AT = moment(HELD_ON, 11, 20)
POINTS = (10, 10, 40, 20, 10, 10)


def points(total):
    """Points that add up to a total, filled from the first line."""
    given, left = {}, Decimal(total)
    for place, most in enumerate(POINTS, start=1):
        given[place] = min(Decimal(most), left)
        left -= given[place]
    return given


def entry(candidate, total=80, **fields):
    given = {"key": uuid4(), "candidate_id": candidate.pk, "edition": 0, "points": points(total)}
    return RatingEntry(**(given | fields))


def rate(room, judge, candidate, total=80, *, at=AT, **fields):
    one = entry(candidate, is_absent=True, points={}) if total is None else entry(candidate, total, **fields)
    return rating_submit(room_id=room.pk, entry=one, actor=judge, at=at)


def confirm_all(room, at=AT):
    for judge in judges_of(room):
        room_confirm(room_id=room.pk, actor=judge, at=at)


def sums_hold():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def rate_all(room, people, totals):
    for candidate, given in zip(people, totals, strict=True):
        for judge, total in zip(judges_of(room), given, strict=True):
            sheet = RatingSheet.objects.first()
            rate(room, judge, candidate, total, **({"edition": sheet.edition} if sheet and total is not None else {}))
