"""Whose claims somebody may see."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from subsidies.awards.models import EmployerMandate
from subsidies.awards.selectors.filings import NOT_FOR_EMPLOYERS
from subsidies.claims.models import Claim
from subsidies.claims.states import CLAIM_READERS, AppealState, Channel, ClaimState
from subsidies.mandates.states import MandateState
from subsidies.schemes.states import Payee
from workers.models import Worker
from workers.selectors import proven_worker_of

# What a school does not read of the people it claims for: where their money goes and how to reach them.
NOT_FOR_SCHOOLS = ("account", "account_index")


def claims_visible_to(user: User, *, on: date) -> QuerySet[Claim]:
    """A worker sees her own once her file is proven hers, a school those it made, the bureau and its auditors all.

    A school's claims come without the account: it is never read from the database for them.
    """
    rows = Claim.objects.select_related("scheme", "worker")
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if CLAIM_READERS & roles_of(user, on=on):
        return rows.exclude(state=ClaimState.DRAFT, channel=Channel.SCHOOL)
    worker = proven_worker_of(user)
    own = Q(worker=worker) & ~Q(state=ClaimState.DRAFT) if worker else Q(pk__in=())
    offices = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF).values("organisation")
    made = Q(channel=Channel.SCHOOL) | Q(payee=Payee.SCHOOL)
    of_school = Q(made, school__organisation__in=offices)
    found = rows.filter(own | of_school)
    # Whoever works for a school reads no account here, not even her own: on her own pages she does.
    return found.defer(*NOT_FOR_SCHOOLS) if offices.exists() else found


def claims_of(worker: Worker) -> QuerySet[Claim]:
    """Her own claims that were sent, the newest first."""
    rows = Claim.objects.filter(worker=worker).exclude(state=ClaimState.DRAFT)
    return rows.select_related("scheme", "school__organisation", "refusal").order_by("-submitted_on", "-pk")


def award_claims_returned(user: User, *, on: date) -> QuerySet[Claim]:
    """For an employer: the claims of its filings that wait for a correction, of those who let it file for them.

    They come without account, card and phone: these are never read from the database for it.
    """
    offices = memberships_of(user, on=on).filter(role=Role.EMPLOYER_STAFF).values("organisation")
    given = EmployerMandate.objects.filter(
        worker=OuterRef("worker"), employer=OuterRef("award_instalment__filing__employer"), state=MandateState.GIVEN
    )
    rows = Claim.objects.filter(
        Exists(given), state=ClaimState.RETURNED, channel=Channel.EMPLOYER,
        award_instalment__filing__employer__in=offices,
    )  # fmt: skip
    rows = rows.select_related("scheme", "worker", "award_instalment").order_by("due_on", "pk")
    return rows.defer(*NOT_FOR_SCHOOLS, *NOT_FOR_EMPLOYERS)


def appeal_barred_by(claim: Claim) -> str:
    """Why an appeal against the claim's refusal cannot be made now, as a code; empty when it can.

    One appeal against one refusal: what was answered is not asked again here.
    """
    if claim.state != ClaimState.REFUSED:
        return "not_refused"
    refused_at = claim.events.filter(target=ClaimState.REFUSED).order_by("-pk").values_list("at", flat=True).first()
    answered = claim.appeals.filter(state=AppealState.REJECTED)
    if refused_at is not None and answered.filter(made_at__gte=refused_at).exists():
        return "answered_before"
    return "appealed_before" if claim.appeals.filter(state=AppealState.OPEN).exists() else ""


def may_appeal(claim: Claim) -> bool:
    """Whether she can appeal now: her page offers it exactly when the service takes it. Not for a school's money."""
    return claim.payee == Payee.WORKER and not appeal_barred_by(claim)
