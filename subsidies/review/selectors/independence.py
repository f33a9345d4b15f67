"""Which claims an officer may not decide: an affair of hers (``subsidies.claims.selectors.ties``), refused by her."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.selectors.ties import no_affair_of, tie_to
from subsidies.claims.states import ClaimState, Party

# Who refused a claim, or upheld the appeal against that, does not decide it again.
REFUSALS = ("refuse", "uphold_objection", "reopen")


def without_ties(claims: QuerySet[Claim], user: User, *, on: date) -> QuerySet[Claim]:
    """Those of the claims that are no affair of hers and that she has not refused before."""
    return no_affair_of(claims, user, on=on, nor=REFUSALS)


def why_not_hers(claim: Claim, user: User, *, on: date) -> tuple[str, str] | None:
    """Why the officer may not decide this claim, as a code and a sentence; nothing when she may."""
    words = {"number": claim.number}
    tie = tie_to(claim, user, on=on)
    if tie is not None:
        return tie
    if claim.state == ClaimState.INTAKE_PASSED and claim.intake_by_id == user.pk:
        return "same_person", _("申领 %(number)s 是您初审的，要由另一位工作人员复核。") % words
    if claim.events.filter(action__in=REFUSALS, actor=user).exists():
        return (
            "refused_before",
            _("申领 %(number)s 曾由您决定不予核定或答复申诉，重新办理要由另一位工作人员审核。") % words,
        )
    return None


def decided_before(claim: Claim, user: User) -> bool:
    """Whether she ever passed, returned or refused the claim, or stands on it as an officer."""
    acted = claim.events.filter(actor=user, party__in=[Party.INTAKE, Party.REVIEW]).exclude(action="reopen")
    return user.pk in {claim.intake_by_id, claim.review_by_id} or acted.exists()


def why_not_answered_by(claim: Claim, user: User, *, on: date) -> tuple[str, str] | None:
    """Why the officer may not answer an appeal against the claim's refusal; nothing when she may."""
    words = {"number": claim.number}
    if decided_before(claim, user):
        return "own_decision", _("申领 %(number)s 是您审核过的，申诉要由没有经手的同事答复。") % words
    if claim.appeals.filter(made_by=user).exists():
        return "own_work", _("申领 %(number)s 的申诉是您代办的，要由另一位同事答复。") % words
    return why_not_hers(claim, user, on=on)


def answerable_by(claims: QuerySet[Claim], user: User, *, on: date) -> QuerySet[Claim]:
    """Those of the refused claims whose appeals she may answer: the list of what ``why_not_answered_by`` says."""
    acted = ClaimEvent.objects.filter(claim=OuterRef("pk"), actor=user, party__in=[Party.INTAKE, Party.REVIEW])
    free = without_ties(claims, user, on=on).exclude(intake_by=user).exclude(review_by=user)
    return free.filter(~Exists(acted))
