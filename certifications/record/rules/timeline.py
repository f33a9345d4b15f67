"""The picture of a working life: lanes of bars along years, in shares of the width, so that it grows with its place.

Places along the line are percentages, as text, so that no language writes them with a comma. Nothing is drawn that is
words: those stand above each lane and grow with the letters she has chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from certifications.applications.rules.periods import Span

MOST_LANES = 12
MOST_TICKS = 5
# The narrowest bar that is still seen.
LEAST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasted: all of it, and what of it somebody stands for."""

    label: str
    span: Span
    proven: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """From where, how wide: percentages."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    year: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment. One that somebody stands for is drawn full."""

    x: str
    is_guaranteed: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of the picture: its words, its bars and its marks."""

    label: str
    outlines: tuple[Bar, ...] = ()
    fills: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn. ``left_out`` stretches found no room; the table has them."""

    first: date
    last: date
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    left_out: int = 0


def picture_of(stretches: Sequence[Stretch], moments: Iterable[tuple[str, date, bool]], *, on: date) -> Picture | None:
    """The picture of what lasted and what happened up to a day; None where nothing is on file.

    ``moments`` are the words of their lane, the day, and whether somebody stands for it; those of one lane follow
    each other.
    """
    shown = sorted(
        (one for one in stretches if one.span.first < on), key=lambda one: (one.span.first, one.label), reverse=True
    )
    happened = [one for one in moments if one[1] <= on]
    begins = [one.span.first for one in shown] + [day for _label, day, _is_sure in happened]
    if not begins:
        return None
    axis = Axis(min(begins).replace(month=1, day=1), on)
    room = MOST_LANES - len({label for label, _day, _is_sure in happened})
    lanes = [*_marked(happened, axis), *(_stretched(one, axis) for one in shown[:room])]
    return Picture(
        first=axis.first,
        last=on,
        ticks=axis.ticks(),
        lanes=tuple(lanes),
        left_out=max(0, len(shown) - room),
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first of January of the first year to the day asked about."""

    first: date
    end: date

    def share(self, day: date) -> float:
        days = (self.end - self.first).days or 1
        return 100 * (min(max(day, self.first), self.end) - self.first).days / days

    def bar(self, span: Span) -> Bar:
        left, right = self.share(span.first), self.share(span.end or self.end)
        width = max(right - left, LEAST_SHARE)
        return Bar(_percent(min(left, 100 - width)), _percent(width))

    def ticks(self) -> tuple[Tick, ...]:
        """So few years that their numbers never touch on a telephone; the last one is pulled in from the edge."""
        years = self.end.year - self.first.year + 1
        step = -(-years // MOST_TICKS)
        shown = range(self.first.year, self.end.year + 1, step)
        places = [(year, self.share(date(year, 1, 1))) for year in shown]
        return tuple(Tick(_percent(x), year, "start" if x < 5 else "end" if x > 90 else "middle") for year, x in places)


def _stretched(one: Stretch, axis: Axis) -> Lane:
    fills = tuple(axis.bar(span) for part in one.proven if (span := part.until(axis.end)) is not None)
    return Lane(one.label, outlines=(axis.bar(one.span),), fills=fills)


def _marked(happened: Sequence[tuple[str, date, bool]], axis: Axis) -> list[Lane]:
    by_label: dict[str, list[Mark]] = {}
    for label, day, is_sure in happened:
        # A mark is a circle: kept half a step off both edges, so that all of it is seen.
        share = min(max(axis.share(day), 1.5), 98.5)
        by_label.setdefault(label, []).append(Mark(_percent(share), is_sure))
    return [Lane(label, marks=tuple(marks)) for label, marks in by_label.items()]


def _percent(share: float) -> str:
    return f"{share:.2f}%"
