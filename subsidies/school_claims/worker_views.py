"""Her own pages: which school may claim for her, the wording, yes or no, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import DomainError
from foundation.privacy.selectors import consent_text_in_force
from foundation.requests import user_of
from subsidies.mandates.states import MANDATE_TONES, MandateState, MandateThrough
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.pages import mandate_or_404
from subsidies.school_claims.selectors.mandates import mandates_of
from subsidies.school_claims.services.mandates import mandate_give, mandate_refuse, mandate_withdraw
from subsidies.school_claims.states import PURPOSE, RECEIVER


@never_cache
@require_safe
def my_mandates(request: HttpRequest) -> HttpResponse:
    """Every school that asked her; those that wait first."""
    mandates = list(mandates_of(user_of(request)))
    waiting = [{"mandate": one} for one in mandates if one.state == MandateState.ASKED]
    rest = [{"mandate": one, "tone": MANDATE_TONES[one.state]} for one in mandates if one.state != MandateState.ASKED]
    return render(request, "school_claims/my_mandates.html", {"waiting": waiting, "rest": rest})


@never_cache
@require_safe
def my_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """One school: what it may do for her and what it will see; agree or refuse."""
    return _page(request, mandate_or_404(request, pk))


@never_cache
@require_POST
def my_mandate_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Her answer, to the wording that stood above the button."""
    mandate, user, now = mandate_or_404(request, pk), user_of(request), timezone.now()
    wording = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate(now))
    has_read = wording is not None and request.POST.get("wording") == str(wording.pk)
    try:
        if request.POST.get("answer") == "yes":
            mandate_give(mandate_id=mandate.pk, text=wording if has_read else None, actor=user, at=now)
            messages.success(request, _("好了。学校可以替您申领，钱直接打到您自己的卡上。"))
        else:
            mandate_refuse(mandate_id=mandate.pk, actor=user, at=now)
            messages.success(request, _("好了，学校不会替您申领。想自己申领，随时都可以。"))
    except DomainError as refusal:
        return _page(request, mandate, refusal.message)
    return redirect("my_mandate", mandate.pk)


@never_cache
def my_mandate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take it back."""
    mandate = mandate_or_404(request, pk)
    if request.method == "POST":
        try:
            mandate_withdraw(mandate_id=mandate.pk, actor=user_of(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("已撤回。还没提交的，学校不能再提交。"))
        return redirect("my_mandate", mandate.pk)
    if mandate.state != MandateState.GIVEN:
        return redirect("my_mandate", mandate.pk)
    return render(request, "school_claims/my_mandate_withdraw.html", {"mandate": mandate})


def _page(request: HttpRequest, mandate: Mandate, refusal: str = "") -> HttpResponse:
    wording = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate())
    is_given = mandate.state == MandateState.GIVEN
    context = {
        "mandate": mandate,
        "tone": MANDATE_TONES[mandate.state],
        "wording": mandate.text if is_given and mandate.text else wording,
        "is_given": is_given,
        "is_paper": is_given and mandate.through == MandateThrough.PAPER,
        "may_refuse": mandate.state == MandateState.ASKED,
        "refusal": refusal,
    }
    return render(request, "school_claims/my_mandate.html", context, status=422 if refusal else 200)
