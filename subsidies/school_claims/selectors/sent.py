"""What became of the claims of a class that were sent: by state, in yuan, and row by row."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from foundation.accounts.models import User
from subsidies.claims.models import Claim, ClassClaim
from subsidies.claims.selectors import claims_visible_to
from subsidies.claims.states import TONES, Channel, ClaimState
from subsidies.school_claims.models import Mandate, SendLine
from subsidies.school_claims.states import LineState, MandateState, MandateThrough


@dataclass(frozen=True)
class StateLine:
    """How many claims stand there, and what they come to."""

    label: str
    tone: str
    count: int
    amount_fen: int


def states_of(class_claim: ClassClaim) -> list[StateLine]:
    """The claims of this sending by state, in the order of the way a claim goes; one query."""
    sent = SendLine.objects.filter(sending__class_claim=class_claim, state=LineState.SENT)
    rows = sent.values("claim__state").annotate(count=Count("pk"), total=Sum("claim__amount_fen"))
    found = {row["claim__state"]: row for row in rows}
    return [
        StateLine(str(state.label), TONES[state], found[state]["count"], found[state]["total"] or 0)
        for state in ClaimState
        if state in found
    ]


def lines_of(class_claim: ClassClaim) -> QuerySet[SendLine]:
    """Every line with its claim; an account is not read from the database."""
    rows = SendLine.objects.filter(sending__class_claim=class_claim).select_related(
        "claim__worker", "claim__training_certificate", "claim__enrolment"
    )
    return rows.defer("claim__account", "claim__account_index", "claim__worker__social_security_card").order_by("pk")


def returned_to_school(user: User, *, on: date) -> QuerySet[Claim]:
    """Claims that her school made and an officer returned."""
    rows = claims_visible_to(user, on=on).filter(channel=Channel.SCHOOL, class_claim__isnull=False)
    return rows.filter(state=ClaimState.RETURNED)


def opened_to(class_claim: ClassClaim) -> set[int]:
    """The people of whom the school may read what concerns them alone."""
    held = Mandate.objects.filter(school=class_claim.school_id, state=MandateState.GIVEN, through=MandateThrough.SELF)
    return set(held.values_list("worker", flat=True))
