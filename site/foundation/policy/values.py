"""What a figure is once it has been read: plain values, with no database behind them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from foundation.policy.errors import PolicyGapError
from foundation.policy.states import CHECKED_BY_PROVENANCE, Origin, Unit


class Period(NamedTuple):
    """The days a figure is in force, both included; no last day means until further notice."""

    first: date
    last: date | None

    @classmethod
    def of(cls, lower: date, upper: date | None) -> "Period":
        """From a range of the database, whose upper end is the day after the last."""
        return cls(lower, upper - timedelta(days=1) if upper else None)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One figure on one day, with the article it stands on."""

    code: str
    value: Decimal
    unit: str
    version_id: int
    article: str
    doc_no: str
    document_title: str
    effective: Period
    verified: bool
    provenance: str
    city_code: str
    meaning: str
    address: str = ""

    @property
    def unit_label(self) -> str:
        """The unit in words; money is shown in yuan, so ``元`` for fen."""
        return figure_unit(self.unit)

    @property
    def amount_fen(self) -> int:
        """The whole number of fen; a figure that is not money raises ``TypeError``."""
        if self.unit != Unit.FEN:
            raise TypeError(f"{self.code} counts {self.unit}, not fen")
        return int(self.value)

    @property
    def text(self) -> str:
        """The figure with its unit, as an officer would write it: ``700 元``, ``6 个月``."""
        return figure_text(self.value, self.unit)

    @property
    def basis(self) -> str:
        """The paper and the article it stands on, in a line."""
        return f"{self.doc_no or self.document_title} {self.article}".strip()

    def __str__(self) -> str:
        return self.text


class ParameterSet(Mapping[str, ParameterValue]):
    """The figures of a day by code; asking for one that is not in force raises ``PolicyGapError``."""

    __slots__ = ("_values", "city", "on")

    def __init__(self, values: Mapping[str, ParameterValue], *, city: str, on: date) -> None:
        self._values = dict(values)
        self.city = city
        self.on = on

    def __getitem__(self, code: str) -> ParameterValue:
        try:
            return self._values[code]
        except KeyError:
            raise PolicyGapError(code, self.on, self.city) from None

    def __contains__(self, code: object) -> bool:
        return code in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ParameterSet):
            return NotImplemented
        return (self._values, self.city, self.on) == (other._values, other.city, other.on)

    def __hash__(self) -> int:
        return hash((self.city, self.on, frozenset(self._values)))

    def __repr__(self) -> str:
        return f"ParameterSet({self.city}, {self.on}, {len(self)} figures)"


SHOWN_UNITS: dict[str, object] = {Unit.FEN: _("元"), Unit.PERCENT: "%", Unit.POINTS: _("分")}
# Where the number does not simply stand before its unit.
FIGURE_TEMPLATES: dict[str, object] = {
    Unit.PERCENT: _("%(number)s%%"),
    Unit.DAY_OF_MONTH: _("每月 %(number)s 日"),
    Unit.LEVEL: _("%(number)s 级"),
}


def is_checked(provenance: str, *, origin: str, by_officer: bool) -> bool:
    """Whether a figure may be shown without 待核实.

    The base data's own sources were read when it was made; what an officer typed counts as checked only when an
    officer has recorded the comparison with the original.
    """
    return by_officer or (origin == Origin.BASE and provenance in CHECKED_BY_PROVENANCE)


def plain(value: Decimal) -> str:
    """A number without needless noughts, grouped by thousands: ``1200.0000`` → ``1,200``."""
    whole = value == value.to_integral_value()
    return f"{value:,.0f}" if whole else f"{value.normalize():,f}"


def figure_unit(unit: str) -> str:
    """How the unit is written after the number."""
    return str(SHOWN_UNITS.get(unit) or Unit(unit).label)


def fen_text(fen: int) -> str:
    """Whole fen as an officer would write them: ``70000`` → ``700 元``."""
    return figure_text(Decimal(fen), Unit.FEN)


def figure_text(value: Decimal, unit: str) -> str:
    """A number with its unit in words; fen are shown as yuan."""
    if unit == Unit.SWITCH:
        return str(_("要求") if value else _("不要求"))
    shown = value / 100 if unit == Unit.FEN else value
    number = f"{shown:,.2f}" if unit == Unit.FEN and shown != shown.to_integral_value() else plain(shown)
    template = FIGURE_TEMPLATES.get(unit)
    if template is not None:
        return str(template) % {"number": number}
    return f"{number} {figure_unit(unit)}"
