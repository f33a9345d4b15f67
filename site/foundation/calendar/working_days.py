"""Chinese working days.

For each day the first that knows it answers: an officer's entry; the official notice of the year (in the library, or
entered by officers and confirmed); an estimate from weekends and the fixed holidays. A year without its notice is
*provisional*, and so is every deadline that counted a day of such a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays as published_holidays

from foundation.calendar.models import CalendarDay, YearNotice
from foundation.calendar.states import DayKind, DaySource

NOTICED_YEARS = frozenset(day.year for day in published_holidays)
SATURDAY = 5
DAY = timedelta(days=1)
# 全国年节及纪念日放假办法 as in force since 2025: 元旦 1 day, 劳动节 2, 国庆 3, 春节 4 from New Year's Eve. 清明, 端午,
# 中秋 and all make-up workdays are left to the notice: an estimate errs by a day or two, and says that it is one.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
LUNAR_NEW_YEARS = {
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
}


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """Whether a day is a working day, and how sure that is."""

    working: bool
    provisional: bool
    source: DaySource


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a limit; provisional when it counted days of a year without its notice."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The calendar as it stood when it was read: take one for a whole list of deadlines."""

    entered: Mapping[date, bool]
    confirmed_years: frozenset[int]
    _answers: dict[date, DayAnswer] = field(default_factory=dict, repr=False, compare=False)

    def answer(self, day: date) -> DayAnswer:
        known = self._answers.get(day)
        if known is None:
            known = self._answers[day] = self._find(day)
        return known

    def add(self, start: date, working_days: int) -> Deadline:
        """The day on which so many working days have passed; the day of the start is not counted."""
        if working_days < 0:
            raise ValueError("working days are counted forward")
        day, provisional, answers = start, False, self._answers
        while working_days:
            day += DAY
            answer = answers.get(day) or self.answer(day)
            provisional = provisional or answer.provisional
            if answer.working:
                working_days -= 1
        return Deadline(day, provisional)

    def count(self, after: date, until: date) -> int:
        """How many working days lie after the one day, up to and including the other."""
        days = (until - after).days
        return sum(self.answer(after + timedelta(days=number)).working for number in range(1, days + 1))

    def is_provisional(self, after: date, until: date) -> bool:
        """Whether any day after the one day, up to the other, lies in a year without its notice."""
        years = range((after + DAY).year, until.year + 1)
        return any(year not in NOTICED_YEARS and year not in self.confirmed_years for year in years)

    def _find(self, day: date) -> DayAnswer:
        provisional = day.year not in NOTICED_YEARS and day.year not in self.confirmed_years
        entered = self.entered.get(day)
        if entered is not None:
            return DayAnswer(entered, provisional, DaySource.OFFICER)
        if day.year in NOTICED_YEARS:
            return DayAnswer(bool(chinese_calendar.is_workday(day)), provisional=False, source=DaySource.NOTICE)
        weekday = day.weekday() < SATURDAY
        if not provisional:
            return DayAnswer(weekday, provisional=False, source=DaySource.NOTICE)
        return DayAnswer(weekday and not is_fixed_holiday(day), provisional=True, source=DaySource.ESTIMATE)


def working_calendar() -> WorkingCalendar:
    """Read the officers' entries; two small queries."""
    entered = {day: kind == DayKind.WORKDAY for day, kind in CalendarDay.objects.values_list("day", "kind")}
    return WorkingCalendar(entered, frozenset(YearNotice.objects.values_list("year", flat=True)))


def is_working_day(day: date, *, calendar: WorkingCalendar | None = None) -> DayAnswer:
    """Whether the day is a working day. For many days pass one ``working_calendar()``."""
    return (calendar or working_calendar()).answer(day)


def working_day_add(start: date, working_days: int, *, calendar: WorkingCalendar | None = None) -> Deadline:
    """The last day of a limit of so many working days that begins on the day after the start."""
    return (calendar or working_calendar()).add(start, working_days)


@lru_cache(maxsize=4096)
def is_fixed_holiday(day: date) -> bool:
    """Whether the day is a holiday by a date that no notice has to set."""
    if (day.month, day.day) in FIXED_HOLIDAYS:
        return True
    new_year = LUNAR_NEW_YEARS.get(day.year)
    return new_year is not None and -1 <= (day - new_year).days <= 2
