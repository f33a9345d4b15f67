"""Her own pages: which employer may file for her, the wording, yes or no, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import DomainError
from foundation.privacy.selectors import consent_text_in_force
from foundation.requests import user_of
from subsidies.awards.models import EmployerMandate
from subsidies.awards.selectors import mandates_of
from subsidies.awards.services import mandate_give, mandate_refuse, mandate_withdraw
from subsidies.awards.states import PURPOSE, RECEIVER
from subsidies.mandates.states import MANDATE_TONES, MandateState, MandateThrough


@never_cache
@require_safe
def my_mandates(request: HttpRequest) -> HttpResponse:
    """Every employer that asked her; those that wait first."""
    rows = [{"mandate": one, "tone": MANDATE_TONES[one.state]} for one in mandates_of(user_of(request))]
    waiting = [one for one in rows if one["mandate"].state == MandateState.ASKED]  # type: ignore[attr-defined]
    rest = [one for one in rows if one not in waiting]
    return render(request, "awards/my_mandates.html", {"waiting": waiting, "rest": rest})


@never_cache
@require_safe
def my_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """One employer: what it may do for her and what it will see; agree or refuse."""
    return _page(request, _hers(request, pk))


@never_cache
@require_POST
def my_mandate_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Her answer, to the wording that stood above the button; or taking it back."""
    mandate, user, now = _hers(request, pk), user_of(request), timezone.now()
    wording = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate(now))
    has_read = wording is not None and request.POST.get("wording") == str(wording.pk)
    answer = request.POST.get("answer")
    try:
        if answer == "yes":
            mandate_give(mandate_id=mandate.pk, text=wording if has_read else None, actor=user, at=now)
            messages.success(request, _("好了。单位可以替您申报，钱直接打到您自己的卡上。"))
        elif answer == "back":
            mandate_withdraw(mandate_id=mandate.pk, actor=user, at=now)
            messages.success(request, _("已撤回。还没受理的不再办；已经受理的照样发给您。"))
        else:
            mandate_refuse(mandate_id=mandate.pk, actor=user, at=now)
            messages.success(request, _("好了，单位不会替您申报。改了主意的，随时可以再同意。"))
    except DomainError as refusal:
        return _page(request, mandate, refusal.message)
    return redirect("my_award_mandate", mandate.pk)


def _hers(request: HttpRequest, pk: int) -> EmployerMandate:
    return get_object_or_404(mandates_of(user_of(request)), pk=pk)


def _page(request: HttpRequest, mandate: EmployerMandate, refusal: str = "") -> HttpResponse:
    wording = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate())
    is_given = mandate.state == MandateState.GIVEN
    context = {
        "mandate": mandate,
        "wording": mandate.text if is_given and mandate.text else wording,
        "is_given": is_given,
        "is_paper": is_given and mandate.through == MandateThrough.PAPER,
        "may_refuse": mandate.state == MandateState.ASKED,
        "refusal": refusal,
    }
    return render(request, "awards/my_mandate.html", context, status=422 if refusal else 200)
