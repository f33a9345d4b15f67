"""What a scheme says about one case on one day: yes, no, not yet known, or 政策待确认."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from foundation.policy.engine import Decision
from foundation.policy.errors import PolicyGapError
from foundation.policy.values import ParameterSet, Period
from subsidies.schemes.models import Scheme
from subsidies.schemes.rules import CaseFacts, plan_of, worked_out
from subsidies.schemes.selectors import SchemeFigures, figures_of
from subsidies.schemes.states import SchemeRule

Verdict = Literal["yes", "no", "undecided", "gap"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one case. ``gap`` says which figure is missing; then there is no decision and no amount."""

    scheme: Scheme
    outcome: Verdict
    decision: Decision | None
    gap: PolicyGapError | None
    # The last day on which she may claim, where one is known.
    claim_until: date | None

    @property
    def amount_fen(self) -> int | None:
        """What is paid, or would be paid if everything still unknown were met."""
        return self.decision.amount_fen if self.decision else None

    @property
    def asks_fee(self) -> bool:
        """Whether the sum waits for what the assessment cost her, which she has to say."""
        checks = self.decision.checks if self.decision and self.amount_fen is None else ()
        return any(check.code == "fee" and check.passed is None for check in checks)


def scheme_decide(scheme: Scheme, facts: CaseFacts, *, on: date, figures: ParameterSet | None = None) -> Answer:
    """The answer of the scheme by the figures of the day.

    Give ``figures`` (``figures_of``) when the same scheme decides many cases of a day.
    """
    if on not in Period.of(scheme.effective.lower, scheme.effective.upper):
        return Answer(scheme, "gap", None, PolicyGapError(scheme.code, on, scheme.city_code), None)
    if figures is None:
        figures = figures_of(scheme, on=on)
    lapsed = figures.lapsed if isinstance(figures, SchemeFigures) else ()
    if lapsed:
        return Answer(scheme, "gap", None, PolicyGapError(lapsed[0], on, scheme.city_code), None)
    try:
        decision = worked_out(SchemeRule(scheme.rule), facts=facts.as_facts(scheme.code), figures=figures, on=on)
    except PolicyGapError as gap:
        return Answer(scheme, "gap", None, gap, None)
    return Answer(scheme, decision.outcome.value, decision, None, _claim_until(scheme, facts, decision, figures))


def _claim_until(scheme: Scheme, facts: CaseFacts, decision: Decision, figures: ParameterSet) -> date | None:
    """The end of the claim window, or of the scheme, or of a figure the sum stands on, whichever comes first."""
    ends = [Period.of(scheme.effective.lower, scheme.effective.upper).last]
    plan = plan_of(scheme.code, figures, scheme.rule)
    if plan.window is not None and facts.issued_on is not None:
        ends.append(plan.window.last_day(facts.issued_on))
    if isinstance(figures, SchemeFigures):
        ends += [figures.lasts.get(code) for code in decision.parameters]
    return min((day for day in ends if day is not None), default=None)
