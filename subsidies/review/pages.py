"""What the pages of the desk share: who asks, which claim, and which comes next. What she may not see is not there."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.states import Role
from foundation.crypto.masking import mask_account
from foundation.requests import user_of
from subsidies.checks.models import Finding
from subsidies.checks.selectors import blocks_not_run
from subsidies.checks.states import Severity
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.states import TONES, ClaimState
from subsidies.ledger.selectors import entries_of_claim
from subsidies.ledger.states import LEDGER_READERS
from subsidies.review.filters import WorkFilter
from subsidies.review.forms import HoldForm, PassForm, RefuseForm, ReturnForm
from subsidies.review.selectors.again import decided_again
from subsidies.review.selectors.case import (
    account_differs,
    class_of,
    documents_of,
    findings_of,
    others_of,
    sameness_of,
    worked_out_of,
)
from subsidies.review.selectors.desk import (
    BY_DEADLINE,
    BY_RISK,
    appeals_at_desk,
    claims_at_desk,
    dues_of,
    following,
    work_list,
)
from subsidies.review.selectors.independence import why_not_hers
from subsidies.review.selectors.moves import last_move, timeline_of
from subsidies.review.states import FILE_OPENERS, HELD_FROM, MANDATE_OPENERS, WAITING
from subsidies.review.tables import due_words

WITH = (
    "worker__user",
    "scheme__document",
    "school__organisation",
    "enrolment__class_run__school__organisation",
    "level_certificate__body__organisation",
    "training_certificate",
    "prior_certificate",
    "award_instalment__filing__employer",
    "refusal__document",
    "intake_by",
    "review_by",
    "created_by",
)
# What is carried along from the list, so that the next claim is the next of that list.
KEPT = ("state", "scheme", "district", "school", "risk", "overdue", "channel", "sort")


def roles_of_request(request: HttpRequest) -> frozenset[Role]:
    roles: frozenset[Role] = request.roles  # type: ignore[attr-defined]
    return roles


def claim_or_404(request: HttpRequest, pk: int) -> Claim:
    """A claim she may read, with all that its page asks."""
    found = claims_at_desk(user_of(request), on=timezone.localdate()).filter(pk=pk).select_related(*WITH).first()
    if found is None:
        raise Http404
    return found


def finding_or_404(request: HttpRequest, pk: int) -> Finding:
    claims = claims_at_desk(user_of(request), on=timezone.localdate())
    found = Finding.objects.filter(pk=pk, claim__in=claims.values("pk")).select_related("claim").first()
    if found is None:
        raise Http404
    return found


def appeal_or_404(request: HttpRequest, pk: int) -> ClaimAppeal:
    found = appeals_at_desk(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def kept(request: HttpRequest) -> str:
    """The filters and the order of the list she came from, as they stand in an address."""
    answers = request.GET.copy()
    for name in list(answers):
        if name not in KEPT or not answers[name]:
            del answers[name]
    return answers.urlencode()


def address(name: str, pk: int, query: str) -> str:
    return reverse(name, args=[pk]) + (f"?{query}" if query else "")


def next_of(request: HttpRequest, claim: Claim) -> Claim | None:
    """The next claim of the list she came from."""
    on = timezone.localdate()
    request.today = on  # type: ignore[attr-defined]
    waiting = WorkFilter(request.GET, queryset=work_list(user_of(request), on=on), request=request).qs
    order = BY_RISK if request.GET.get("sort", "").startswith("risk") else BY_DEADLINE
    return following(waiting, claim, order)


def page_of(request: HttpRequest, claim: Claim, **forms: Any) -> dict[str, Any]:
    """The context of a claim's page; ``forms`` are those that were sent and refused."""
    on, user, roles = timezone.localdate(), user_of(request), roles_of_request(request)
    is_turn = claim.state in WAITING and WAITING[claim.state] in roles
    may_hold = claim.state in HELD_FROM and Role.OFFICER_REVIEW in roles
    why_not = why_not_hers(claim, user, on=on) if is_turn or may_hold else None
    may_decide = is_turn and why_not is None
    findings = findings_of(claim)
    empty = {
        "pass_form": PassForm(),
        "return_form": ReturnForm(),
        "refuse_form": RefuseForm(on=on) if may_decide else None,
        "hold_form": HoldForm(),
    }
    shown = _around(request, claim, roles) | empty | forms
    shown |= _unchecked(claim, shown["pass_form"]) | _opened(claim, roles)
    return shown | {
        "claim": claim,
        "tone": TONES[claim.state],
        "masked_account": mask_account(claim.account),
        "worked": worked_out_of(claim),
        "again": decided_again([claim])[claim.pk] if claim.state in WAITING else None,
        "findings": findings,
        "is_screened": claim.screened_at is not None and timezone.localdate(claim.screened_at) == on,
        "training": class_of(claim),
        "others": others_of(claim),
        "sameness": sameness_of(claim),
        "documents": documents_of(claim),
        "account_differs": account_differs(claim),
        "events": timeline_of(claim),
        "last": last_move(claim) if claim.state not in WAITING else None,
        "is_turn": is_turn,
        "may_decide": may_decide,
        "may_hold": may_hold and why_not is None,
        "why_not": why_not[1] if why_not else "",
        "is_blocked": any(one["finding"].severity == Severity.BLOCK for one in findings["open"]),
        "is_review": claim.state == ClaimState.INTAKE_PASSED,
    }


def _unchecked(claim: Claim, form: PassForm) -> dict[str, Any]:
    """The checks that could stop the claim and did not run, and whether she has ticked that she knows of them."""
    unchecked = blocks_not_run([claim.pk]).get(claim.pk, ())
    codes = ",".join(one.code for one in unchecked)
    return {"unchecked": unchecked, "unchecked_codes": codes, "is_ticked": form.is_ticked_for(codes)}


def _opened(claim: Claim, roles: frozenset[Role]) -> dict[str, Any]:
    """What of the claim her office may open from its page."""
    return {
        "opens": bool(FILE_OPENERS & roles),
        "opens_mandates": bool(MANDATE_OPENERS & roles),
        "has_ledger": bool(LEDGER_READERS & roles) and entries_of_claim(claim.pk).exists(),
    }


def _around(request: HttpRequest, claim: Claim, roles: frozenset[Role]) -> dict[str, Any]:
    """The claim's deadline, and its place in the list it was opened from."""
    due = dues_of([claim], on=timezone.localdate()).get(claim.pk)
    following_one = next_of(request, claim) if set(WAITING.values()) & roles else None
    query = kept(request)
    return {
        "due": due,
        "due_words": due_words(due) if due else None,
        "query": query,
        "next": following_one,
        "next_url": address("review_claim", following_one.pk, query) if following_one else "",
        "list_url": reverse("review_list") + (f"?{query}" if query else ""),
    }
