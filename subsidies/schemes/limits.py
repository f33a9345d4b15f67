"""How long each step of a claim may take: figures of the scheme, else of the platform's own procedure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from foundation.policy.selectors import Answer, figures_over
from foundation.policy.values import ParameterValue
from subsidies.schemes.models import Scheme

PROCEDURE = "subsidy.procedure"


@dataclass(frozen=True, slots=True)
class Limits:
    """Working days, each a dated figure with its source."""

    decide: ParameterValue
    publicity: ParameterValue
    objection: ParameterValue
    pay: ParameterValue
    correct: ParameterValue


NAMES = {
    "decide": "audit_limit",
    "publicity": "publicity_days",
    "objection": "objection_limit",
    "pay": "payment_limit",
    "correct": "correction_limit",
}


def limits_of(scheme: Scheme, *, on: date) -> Limits:
    """The limits in force on the day the claim was sent. ``PolicyGapError`` when neither place has one."""
    return limits_over([(scheme, on)])[scheme.pk, on]


def limits_over(cases: Iterable[tuple[Scheme, date]]) -> dict[tuple[int, date], Limits]:
    """The same for many schemes and days, by key of the scheme and day: a query for each scheme, not for each day."""
    days: dict[Scheme, set[date]] = defaultdict(set)
    for scheme, on in cases:
        days[scheme].add(on)
    found: dict[tuple[int, date], Limits] = {}
    for scheme, asked in days.items():
        codes = [f"{prefix}.{name}" for prefix in (scheme.code, PROCEDURE) for name in NAMES.values()]
        for on, figures in figures_over(codes, city=scheme.city_code, days=asked).items():
            found[scheme.pk, on] = _limits(scheme.code, figures)
    return found


def _limits(code: str, figures: Mapping[str, Answer]) -> Limits:
    chosen = {}
    for field, name in NAMES.items():
        own, general = figures[f"{code}.{name}"], figures[f"{PROCEDURE}.{name}"]
        answer = own if isinstance(own, ParameterValue) else general
        if not isinstance(answer, ParameterValue):
            raise answer
        chosen[field] = answer
    return Limits(**chosen)
