"""What became of the claims of a class: by state, in yuan, row by row; and what then waits for the school."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from foundation.accounts.models import User
from subsidies.claims.models import Claim, ClaimEvent, ClassClaim, SchoolAccount
from subsidies.claims.selectors import claims_visible_to
from subsidies.claims.selectors.claims import appeal_barred_by
from subsidies.claims.selectors.remedies import appeal_readings, reconsiderable_since, remedies_of
from subsidies.claims.states import TONES, AccountState, Channel, ClaimState
from subsidies.claims.words import remedy_words
from subsidies.mandates.states import MandateState, MandateThrough
from subsidies.schemes.states import Payee
from subsidies.school_claims.models import Mandate, SendLine
from subsidies.school_claims.states import LineState


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
    return _made_by_school(user, on).filter(state=ClaimState.RETURNED)


def refused_to_school(user: User, *, on: date) -> QuerySet[Claim]:
    """Refusals of money of her school's own that it may still have looked at again, and has not."""
    lately = ClaimEvent.objects.filter(
        claim=OuterRef("pk"), target=ClaimState.REFUSED, at__date__gte=reconsiderable_since(on)
    )
    rows = _made_by_school(user, on).filter(payee=Payee.SCHOOL, state=ClaimState.REFUSED, appeals__isnull=True)
    return rows.filter(Exists(lately))


def failed_to_school(user: User, *, on: date) -> QuerySet[Claim]:
    """Payments to her school that the bank sent back."""
    return _made_by_school(user, on).filter(payee=Payee.SCHOOL, state=ClaimState.PAYMENT_FAILED)


def _made_by_school(user: User, on: date) -> QuerySet[Claim]:
    return claims_visible_to(user, on=on).filter(channel=Channel.SCHOOL, class_claim__isnull=False)


def ending_of(claim: Claim, *, is_open: bool, on: date) -> dict[str, Any]:
    """Why a claim was returned, refused or sent back by the bank, where the school may know, and what it may do."""
    is_own = claim.payee == Payee.SCHOOL
    told = claim.events.filter(target=claim.state).order_by("-pk").first()
    is_failed = claim.state == ClaimState.PAYMENT_FAILED
    is_refused = claim.state == ClaimState.REFUSED
    return (
        {
            "is_own": is_own,
            "returned": told if claim.state == ClaimState.RETURNED else None,
            "is_refused": is_refused,
            "refused": told if is_refused and is_open else None,
        }
        | (_against(claim, on=on) if is_refused and is_own else {})
        | {
            "is_failed": is_failed,
            "failed": told if is_failed and is_own else None,
            "may_repair": is_failed and is_own and told is not None and _account_since(claim, told),
        }
    )


def _against(claim: Claim, *, on: date) -> dict[str, Any]:
    """What the school may do against the refusal of money of its own, what it has done, and by when."""
    appeal = claim.appeals.order_by("-pk").first()
    found = remedies_of(claim, on=on)
    return {
        "appeal": appeal,
        "appeal_reading": appeal_readings([appeal.pk], on=on).get(appeal.pk) if appeal else None,
        "may_appeal": not appeal_barred_by(claim),
        "remedies": {"words": remedy_words(found), "sources": found.sources},
    }


def _account_since(claim: Claim, failed: ClaimEvent) -> bool:
    """Whether an officer has confirmed another account after the bank sent the money back."""
    rows = SchoolAccount.objects.filter(school=claim.school_id, state=AccountState.IN_FORCE)
    return rows.filter(answered_at__gt=failed.at).exists()


def papers_signed(class_claim: ClassClaim) -> dict[int, int]:
    """The mandates on paper of this class, by person: what the bureau's officers may look at."""
    sent = SendLine.objects.filter(sending__class_claim=class_claim).values("claim__worker")
    held = Mandate.objects.filter(school=class_claim.school_id, worker__in=sent).exclude(paper="")
    return dict(held.values_list("worker", "pk"))


def opened_to(class_claim: ClassClaim) -> set[int]:
    """The people of whom the school may read what concerns them alone."""
    held = Mandate.objects.filter(school=class_claim.school_id, state=MandateState.GIVEN, through=MandateThrough.SELF)
    return set(held.values_list("worker", flat=True))
