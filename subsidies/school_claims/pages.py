"""What the pages of class claims share: who asks, which class, which class claim, which mandate."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.utils import timezone

from courses.classes.models import ClassRun
from foundation.requests import user_of
from subsidies.claims.models import Claim, ClassClaim
from subsidies.claims.selectors import claims_visible_to
from subsidies.claims.states import TONES, Channel
from subsidies.school_claims.models import Mandate, SendLine
from subsidies.school_claims.selectors.classes import class_claims_visible_to, classes_to_claim
from subsidies.school_claims.selectors.mandates import mandates_of
from subsidies.school_claims.selectors.rows import Row
from subsidies.school_claims.showing import amount_words, consent_words, row_words
from subsidies.school_claims.states import LineState

T = TypeVar("T")


def mandate_or_404(request: HttpRequest, pk: int) -> Mandate:
    """A mandate of her own; another does not exist for her."""
    return _found(mandates_of(user_of(request)).filter(pk=pk).first())


def run_or_404(request: HttpRequest, pk: int) -> ClassRun:
    """A closed class of her own school; another does not exist for her."""
    return _found(classes_to_claim(user_of(request), on=timezone.localdate()).filter(pk=pk).first())


def class_claim_or_404(request: HttpRequest, pk: int) -> ClassClaim:
    """A class claim she may see; another does not exist for her."""
    package = "class_run__course_version__package_version__package"
    rows = class_claims_visible_to(user_of(request), on=timezone.localdate()).select_related(package)
    return _found(rows.filter(pk=pk).first())


def own_class_claim_or_404(request: HttpRequest, pk: int) -> ClassClaim:
    """A class claim of her own school's, for whoever acts on it."""
    found = class_claim_or_404(request, pk)
    run_or_404(request, found.class_run_id)
    return found


def claim_or_404(request: HttpRequest, pk: int) -> Claim:
    """A claim her school made for somebody. It comes without the account."""
    rows = claims_visible_to(user_of(request), on=timezone.localdate()).filter(channel=Channel.SCHOOL)
    return _found(rows.filter(pk=pk, class_claim__isnull=False).defer("account", "account_index").first())


def _found(found: T | None) -> T:
    if found is None:
        raise Http404
    return found


def shown(rows: list[Row]) -> list[dict[str, Any]]:
    """Rows as the page draws them: texts and tones, nothing else of a person."""
    return [
        {
            "row": row,
            "state": row_words(row),
            "consent": consent_words(row),
            "amount": amount_words(row),
            "may_record": not row.is_mandated and (row.mandate is None or row.mandate.state == "asked"),
        }
        for row in rows
    ]


def sent_lines(
    lines: list[SendLine], opened: set[int], *, is_school_paid: bool, papers: Mapping[int, int]
) -> list[dict[str, Any]]:
    """What became of each line; the amount only where the school may know it, the signed paper only for officers."""
    return [
        {
            "line": line,
            "claim": line.claim,
            "name": line.claim.worker.masked_name,
            "paper": papers.get(line.claim.worker_id),
            "is_sent": line.state == LineState.SENT,
            "tone": TONES[line.claim.state],
            "shows_amount": is_school_paid or line.claim.worker_id in opened,
            "shows_number": line.claim.level_certificate_id is None or line.claim.worker_id in opened,
        }
        for line in lines
    ]
