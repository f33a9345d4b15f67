"""Conditions as data: routes, each of several demands; one route that is met is enough."""

from dataclasses import dataclass, field
from datetime import date

from certifications.applications.states import DiplomaKind, Trade, TradeScope

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to be admitted: everything that it names must hold. Numbers are whole years."""

    number: int
    wording: str
    prior_level: int | None = None
    prior_scope: TradeScope = TradeScope.RELATED
    years_after: int | None = None
    total_years: int | None = None
    work_scope: TradeScope = TradeScope.RELATED
    diploma: DiplomaKind | None = None
    is_final_year_counted: bool = False
    is_major_needed: bool = False
    is_apprenticeship: bool = False
    min_age: int | None = None
    is_intent_enough: bool = False
    article: str = ""
    document: str = ""
    verified: bool = False

    @property
    def demands(self) -> bool:
        """Whether it asks for anything at all; a route that does not would admit everybody."""
        return bool(
            self.prior_level
            or self.years_after
            or self.total_years
            or self.diploma
            or self.is_apprenticeship
            or self.min_age
            or self.is_intent_enough
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What the occupation and its neighbours are called. Without a list of neighbours nobody can be told apart."""

    own: frozenset[str]
    related: frozenset[str] = frozenset()
    majors: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    own_code: str = ""

    def trade_of(self, text: str) -> Trade:
        """What a post or a certificate was. Wording is free, so what matches nothing is unsure, never refused."""
        said = squeezed(text)
        if not said:
            return Trade.UNSURE
        if _named(said, self.own):
            return Trade.SELF
        if _named(said, self.related):
            return Trade.RELATED
        return Trade.OTHER if self.related and said in self.others else Trade.UNSURE

    def is_major(self, text: str) -> bool | None:
        """Whether a subject is one of the list; one that is not may still be the same under another name."""
        said = squeezed(text)
        return True if said and _named(said, self.majors) else None


@dataclass(frozen=True, slots=True)
class Conditions:
    """The routes to one level of an occupation, as one edition has them."""

    edition_id: int
    title: str
    since: date
    routes: tuple[Route, ...]
    names: Names = field(default_factory=lambda: Names(frozenset()))


def squeezed(text: str) -> str:
    """Without blanks."""
    return "".join(text.split())


def _named(said: str, names: frozenset[str]) -> bool:
    return any(name in said for name in names if name)
