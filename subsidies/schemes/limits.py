"""How long each step of a claim may take: figures of the scheme, else of the platform's own procedure."""

from dataclasses import dataclass
from datetime import date

from foundation.policy.selectors import figures_for
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
    codes = [f"{prefix}.{name}" for prefix in (scheme.code, PROCEDURE) for name in NAMES.values()]
    found = figures_for(codes, city=scheme.city_code, on=on)
    chosen = {}
    for field, name in NAMES.items():
        own, general = found[f"{scheme.code}.{name}"], found[f"{PROCEDURE}.{name}"]
        answer = own if isinstance(own, ParameterValue) else general
        if not isinstance(answer, ParameterValue):
            raise answer
        chosen[field] = answer
    return Limits(**chosen)
