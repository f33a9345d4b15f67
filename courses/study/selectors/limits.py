"""The platform's figures of a day, kept in the process for half a minute: a beat asks for them without a query."""

from datetime import date

from django.conf import settings
from django.core.cache import caches

from courses.study.rules import Limits
from foundation.policy.selectors import parameters_on
from foundation.policy.states import Unit

MINUTE_MS = 60_000
MS_OF = {Unit.SECOND: 1000, Unit.MINUTE: MINUTE_MS}
DAY_MAX = "study.day.max"
CREDITED_HOUR = "study.credited_hour"
SPEED_MAX = "study.speed.max"
GAP_MAX = "study.gap.max"
PRESENCE_INTERVAL = "study.presence.interval"
PRESENCE_ANSWER = "study.presence.answer"
CODES = (DAY_MAX, CREDITED_HOUR, SPEED_MAX, GAP_MAX, PRESENCE_INTERVAL, PRESENCE_ANSWER)


def limits_on(on: date) -> Limits:
    """The limits in force; ``PolicyGapError`` when the platform has not set one of them for the day."""
    cache, key = caches["local"], f"study.limits:{settings.CITY_CODE}:{on.isoformat()}"
    known: Limits | None = cache.get(key)
    if known is None:
        known = _read(on)
        cache.set(key, known, 30)
    return known


def _read(on: date) -> Limits:
    figures = parameters_on(CODES, city=settings.CITY_CODE, on=on)

    def length(code: str) -> int:
        """A length of time, whichever unit the figure is published in."""
        return int(figures[code].value * MS_OF[Unit(figures[code].unit)])

    return Limits(
        day_ms=int(figures[DAY_MAX].value * length(CREDITED_HOUR)),
        speed=int(figures[SPEED_MAX].value),
        gap_ms=length(GAP_MAX),
        presence_every_ms=length(PRESENCE_INTERVAL),
        presence_answer_ms=length(PRESENCE_ANSWER),
    )
