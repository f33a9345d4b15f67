"""The programmes of the city: what each grade brings, in how many parts, and whether it can be filed for today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from foundation.policy.values import ParameterValue
from subsidies.awards.states import AwardKind
from subsidies.schemes.models import Scheme
from subsidies.schemes.rules import GRADES
from subsidies.schemes.selectors import SchemeFigures, awards_shown, figures_of

LEVEL_GRADES = (*GRADES[:5], "special_technician", "chief_technician")
# The grade of a certificate's level.
GRADE_OF_LEVEL = {5: "level5", 4: "level4", 3: "level3", 2: "level2", 1: "level1"} | {
    7: "special_technician",
    8: "chief_technician",
}
GRADE_OF_EDUCATION = {"vocational": "secondary", "college": "college", "bachelor": "bachelor", "master": "bachelor"}


@dataclass(frozen=True)
class Programme:
    """One programme on a day. ``amounts`` are those of its last known days where it has ended."""

    scheme: Scheme
    figures: SchemeFigures
    # "open", "closed" (outside the days of filing), "gap" (政策待确认) or "elsewhere" (another body).
    state: str
    amounts: tuple[tuple[str, ParameterValue], ...]
    parts: int | None
    months_between: int | None
    is_highest_only: bool
    last_day: date | None

    @property
    def kind(self) -> AwardKind:
        """What it is for, by what its amounts go by."""
        if any(grade in LEVEL_GRADES for grade, _figure in self.amounts):
            return AwardKind.LEVEL
        return AwardKind.ENTRY if self.months_between else AwardKind.EDUCATION

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def programmes(*, on: date, city: str = "") -> list[Programme]:
    """Every programme that there is or was, as it stands on a day."""
    return [programme_of(scheme, on=on) for scheme in awards_shown(city=city or settings.CITY_CODE, on=on)]


def programme_of(scheme: Scheme, *, on: date) -> Programme:
    """A programme by the figures of the day; for one that has ended, by those of its last day."""
    upper = scheme.effective.upper
    last = upper - timedelta(days=1) if upper else None
    is_over = last is not None and last < on
    figures = figures_of(scheme, on=last if is_over and last else on)
    named = {code.removeprefix(f"{scheme.code}."): figure for code, figure in figures.items()}
    found = ((grade, named.get(grade) or named.get(f"amount.{grade}")) for grade in GRADES)
    amounts = tuple((grade, figure) for grade, figure in found if figure is not None)
    parts, between = named.get("instalments"), named.get("months_between")
    highest = named.get("highest_only")
    return Programme(
        scheme=scheme,
        figures=figures,
        state=_state(scheme, figures, named, is_over=is_over, is_known=bool(amounts and parts and between)),
        amounts=amounts,
        parts=int(parts.value) if parts else None,
        months_between=int(between.value) if between else None,
        is_highest_only=bool(highest and highest.value),
        last_day=last,
    )


def _state(
    scheme: Scheme, figures: SchemeFigures, named: dict[str, ParameterValue], *, is_over: bool, is_known: bool
) -> str:
    if not scheme.is_paid_here:
        return "elsewhere"
    if is_over or not is_known or [one for one in figures.lapsed if not one.endswith(".filing_open")]:
        return "gap"
    window = named.get("filing_open")
    if figures.lapsed or (window is not None and not window.value):
        return "closed"
    return "open"


@dataclass(frozen=True)
class AwardOffer:
    """What a level would bring by one programme, for whoever plans ahead."""

    scheme: Scheme
    grade: str
    # Nothing where today's answer is 政策待确认.
    amount_fen: int | None
    parts: int | None
    state: str
    verified: bool
    doc_no: str
    article: str


def award_offers(level: int, *, on: date, city: str = "") -> Iterator[AwardOffer]:
    """What each programme says of a level on a day; demonstrations are marked by their scheme."""
    grade = GRADE_OF_LEVEL.get(level, "")
    for one in programmes(on=on, city=city):
        figure = dict(one.amounts).get(grade)
        if figure is None:
            continue
        is_known = one.state in {"open", "closed"}
        yield AwardOffer(
            scheme=one.scheme,
            grade=grade,
            amount_fen=figure.amount_fen if is_known else None,
            parts=one.parts,
            state=one.state,
            verified=figure.verified,
            doc_no=figure.doc_no or figure.document_title,
            article=figure.article,
        )


def total_of(programme: Programme, grade: str) -> int | None:
    """What a grade brings in all."""
    figure = dict(programme.amounts).get(grade)
    return figure.amount_fen if figure else None
