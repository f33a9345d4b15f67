"""The days of the year that is played: offices work on working days, and nothing happens after this morning."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from foundation.calendar.working_days import WorkingCalendar, working_calendar
from portal.journey.clock import Clock

YEAR = 364


class NotYet(Exception):  # noqa: N818 - not an error: the rest lies in the future
    """The step belongs to a day that has not come."""


@dataclass
class Days:
    """From the first day to the last, with the clock that is played."""

    first: date
    today: date
    clock: Clock
    calendar: WorkingCalendar

    @classmethod
    def until(cls, today: date, *, rules_since: date, clock: Clock) -> "Days":
        """A year back, or from where the rules begin."""
        calendar = working_calendar()
        first = max(today - timedelta(days=YEAR), rules_since)
        return cls(calendar.add(first - timedelta(days=1), 1).on, today, clock, calendar)

    def office(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """The first working day from this one on, at an hour; ``NotYet`` when it has not come."""
        return self.at(self.working(day), hour, minute)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """The day itself, weekend or not; ``NotYet`` when it has not come."""
        if day >= self.today:
            raise NotYet
        return self.clock.put(day, hour, minute)

    def working(self, day: date) -> date:
        return day if self.calendar.answer(day).working else self.calendar.add(day, 1).on

    def after(self, day: date, working_days: int) -> date:
        """So many working days later."""
        return self.calendar.add(day, working_days).on

    def before(self, day: date, working_days: int) -> date:
        """So many working days earlier."""
        while working_days:
            day -= timedelta(days=1)
            working_days -= self.calendar.answer(day).working
        return day


def morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
