"""What an employer does about the claims of its filings: put a returned one right, claim once more for a part."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import DomainError
from foundation.requests import user_of
from subsidies.awards.models import AwardInstalment
from subsidies.awards.selectors import filings_visible_to
from subsidies.claims.pages import Place, claim_shown, correct_answer, marks_of
from subsidies.claims.selectors.claims import award_claims_returned
from subsidies.claims.services.awarding import award_claim_again


@never_cache
@require_safe
def award_claims(request: HttpRequest) -> HttpResponse:
    """The claims that came back and wait for the employer, with what is asked."""
    today = timezone.localdate()
    rows = [
        claim_shown(one, on=today, with_account=False) | {"marks": marks_of(one, list(one.events.all()))}
        for one in award_claims_returned(user_of(request), on=today)
    ]
    return render(request, "claims/employer.html", {"rows": rows})


@never_cache
def award_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What the officer marked, with the employer's answer and papers."""
    row = award_claims_returned(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if row is None or row.award_instalment is None:
        raise Http404
    back = reverse("award_filing", args=[row.award_instalment.filing_id])
    return correct_answer(request, Place(row, back, kind="employer"))


@never_cache
@require_POST
def award_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A part whose claim was taken back is claimed for once more."""
    filings = filings_visible_to(user_of(request), on=timezone.localdate())
    part = get_object_or_404(AwardInstalment, pk=pk, filing__in=filings)
    try:
        claim = award_claim_again(instalment_id=part.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已重新申领，编号 %(number)s。") % {"number": claim.number})
    return redirect("award_filing", part.filing_id)
