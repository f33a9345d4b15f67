"""What may be done against a decision and until when: figures of the law, each with its article."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from foundation.calendar.models import Clock
from foundation.calendar.selectors import ClockReading, clock_states
from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState

RECONSIDERATION, LITIGATION = "law.reconsideration.days", "law.litigation.months"
# The limit for answering an appeal, and the clock that counts it.
APPEAL_LIMIT = "subsidy.procedure.appeal_limit"
APPEAL, APPEAL_ANSWER = "claims.appeal", "answer"


@dataclass(frozen=True, slots=True)
class Remedies:
    """How long somebody may ask for a reconsideration, or sue; nothing where no figure is in force."""

    reconsider: ParameterValue | None
    sue: ParameterValue | None

    @property
    def sources(self) -> list[str]:
        """Where the limits stand."""
        known = (self.reconsider, self.sue)
        return [f"{one.doc_no or one.document_title}{one.article}" for one in known if one is not None]


def remedies_on(on: date) -> Remedies:
    """The limits of the day on which a decision was made."""
    found = figures_for([RECONSIDERATION, LITIGATION], city=settings.CITY_CODE, on=on)
    known = {code: one if isinstance(one, ParameterValue) else None for code, one in found.items()}
    return Remedies(known[RECONSIDERATION], known[LITIGATION])


def remedies_of(claim: Claim, *, on: date) -> Remedies:
    """Those against the claim's last refusal; of the day itself where it was never refused."""
    refused = claim.events.filter(target=ClaimState.REFUSED).order_by("-pk").values_list("at__date", flat=True).first()
    return remedies_on(refused or on)


def reconsiderable_since(on: date) -> date:
    """A refusal of this day or later may still be taken to a higher office; of today only, without a figure."""
    limit = remedies_on(on).reconsider
    return on - timedelta(days=int(limit.value) if limit else 0)


def appeal_readings(appeal_ids: list[int], *, on: date) -> dict[int, ClockReading]:
    """How the clocks of these appeals stand. Appeals made before there was a limit have none."""
    clocks = Clock.objects.filter(subject_type=APPEAL, subject_id__in=appeal_ids, name=APPEAL_ANSWER)
    return {clock.subject_id: reading for clock, reading in clock_states(clocks, on=on)}
