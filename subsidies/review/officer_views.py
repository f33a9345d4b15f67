"""One claim, or one appeal, on one page, and what an officer does with it; afterwards the next one of her list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.forms import RefusableForm
from foundation.requests import user_of
from subsidies.checks.services import checks_run, finding_clear
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.selectors.remedies import appeal_readings
from subsidies.claims.states import AppealState, ClaimState
from subsidies.review.forms import AnswerForm, ClearForm, HoldForm, PassForm, RefuseForm, ReturnForm
from subsidies.review.pages import (
    address,
    appeal_or_404,
    claim_or_404,
    finding_or_404,
    kept,
    next_of,
    page_of,
    roles_of_request,
)
from subsidies.review.selectors.case import finding_told, worked_out_of
from subsidies.review.selectors.desk import appeals_to_answer
from subsidies.review.selectors.independence import why_not_answered_by
from subsidies.review.selectors.moves import timeline_of
from subsidies.review.services import (
    appeal_answer,
    claim_hold,
    claim_pass_intake,
    claim_pass_review,
    claim_refuse,
    claim_return,
)
from subsidies.schemes.states import Payee
from workers.forms import posted
from workers.pages import private_file


@never_cache
@require_safe
def claim_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything an officer decides a claim by."""
    return render(request, "review/claim.html", page_of(request, claim_or_404(request, pk)))


@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass, return or refuse; then the next of the list. A refusal shows the page again with what was written."""
    claim = claim_or_404(request, pk)
    name = request.POST.get("decision", "")
    if name not in _DECISIONS:
        raise Http404
    make, act = _DECISIONS[name]
    form = make(request)
    if form.is_valid():
        following = next_of(request, claim)
        try:
            act(claim, form, request)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _DONE[name]() % {"number": claim.number})
            query = kept(request)
            if following is not None:
                return redirect(address("review_claim", following.pk, query))
            messages.info(request, _("这个列表里没有别的申领了。"))
            return redirect("review_list")
    context = page_of(request, claim_or_404(request, pk), **{f"{name}_form": form, "opened": name, "form": form})
    return render(request, "review/claim.html", context, status=422)


def _pass(claim: Claim, form: RefusableForm, request: HttpRequest) -> None:
    move = claim_pass_review if request.POST.get("stage") == ClaimState.INTAKE_PASSED else claim_pass_intake
    assert isinstance(form, PassForm)
    move(
        claim_id=claim.pk,
        actor=user_of(request),
        at=timezone.now(),
        note=form.cleaned_data["note"],
        unchecked=form.known,
    )


def _return(claim: Claim, form: RefusableForm, request: HttpRequest) -> None:
    assert isinstance(form, ReturnForm)
    claim_return(
        claim_id=claim.pk,
        marks=form.marks,
        text=form.cleaned_data["text"],
        actor=user_of(request),
        at=timezone.now(),
    )


def _refuse(claim: Claim, form: RefusableForm, request: HttpRequest) -> None:
    claim_refuse(
        claim_id=claim.pk,
        refusal_id=form.cleaned_data["refusal"].pk,
        text=form.cleaned_data["text"],
        actor=user_of(request),
        at=timezone.now(),
    )


Decision = tuple[Callable[[HttpRequest], RefusableForm], Callable[[Claim, RefusableForm, HttpRequest], None]]
_DECISIONS: dict[str, Decision] = {
    "pass": (lambda request: PassForm(request.POST), _pass),
    "return": (lambda request: ReturnForm(request.POST), _return),
    "refuse": (lambda request: RefuseForm(request.POST, on=timezone.localdate()), _refuse),
}
_DONE: dict[str, Callable[[], str]] = {
    "pass": lambda: _("申领 %(number)s 已通过。"),
    "return": lambda: _("申领 %(number)s 已退回补正，办理时限暂停计算。"),
    "refuse": lambda: _("申领 %(number)s 已记为不予核定，申领人会收到通知和申诉的办法。"),
}


@never_cache
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a claim back to the reviewer's table because something was found."""
    claim = claim_or_404(request, pk)
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            claim_hold(claim_id=claim.pk, reason=form.cleaned_data["reason"], actor=user_of(request), at=timezone.now())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("申领 %(number)s 已退回复核，占用的资金已释放。") % {"number": claim.number})
            return redirect(address("review_claim", claim.pk, kept(request)))
    context = page_of(request, claim_or_404(request, pk), hold_form=form, opened="hold", form=form)
    return render(request, "review/claim.html", context, status=422)


@never_cache
@require_POST
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the checks over one claim now."""
    claim = claim_or_404(request, pk)
    checks_run(claim_ids=[claim.pk], moment=Moment.REVIEW, actor=user_of(request), at=timezone.now())
    messages.success(request, _("已重新核查。"))
    return redirect(address("review_claim", claim.pk, kept(request)) + "#findings")


@never_cache
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a finding is no obstacle; a page of its own, so that the reason is not written in passing."""
    finding = finding_or_404(request, pk)
    form = ClearForm(request.POST if request.method == "POST" else None)
    back = address("review_claim", finding.claim_id, kept(request)) + "#findings"
    if request.method == "POST" and form.is_valid():
        try:
            finding_clear(
                finding_id=finding.pk,
                reason=form.cleaned_data["reason"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已记为核实无碍。"))
            return redirect(back)
    context: dict[str, Any] = {"form": form, "told": finding_told(finding), "claim": finding.claim, "back_url": back}
    return render(request, "review/clear.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """A paper of the claim, to a reader of claims; opening it is kept."""
    claim = claim_or_404(request, pk)
    found = get_object_or_404(claim.papers, pk=paper)
    with transaction.atomic():
        audit_record("claims.paper.opened", found, actor=user_of(request), data={"claim": claim.number})
    return private_file(found.file.storage, found.file.name)


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: the refusal, what she says, and the answer of an officer who had no part in it."""
    found = appeal_or_404(request, pk)
    user, on = user_of(request), timezone.localdate()
    may_answer = appeals_to_answer(user, on=on).filter(pk=found.pk).exists()
    is_hers = found.state == AppealState.OPEN and Role.OFFICER_REVIEW in roles_of_request(request)
    why_not = why_not_answered_by(found.claim, user, on=on) if is_hers else None
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            appeal_answer(
                appeal_id=found.pk,
                is_upheld=form.is_upheld,
                answer=form.cleaned_data["answer"],
                actor=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("申诉已答复，申领人会收到通知。"))
            following = appeals_to_answer(user, on=on).first()
            return redirect("review_appeal", following.pk) if following else redirect("review_appeals")
    context = {
        "appeal": found,
        "claim": found.claim,
        "form": form,
        "may_answer": may_answer,
        "reading": appeal_readings([found.pk], on=on).get(found.pk),
        "by_school": found.claim.payee == Payee.SCHOOL,
        "why_not": why_not[1] if why_not else "",
        "worked": worked_out_of(found.claim),
        "events": timeline_of(found.claim),
    }
    return render(request, "review/appeal.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def appeal_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What she sent with her appeal; opening it is kept."""
    found = appeal_or_404(request, pk)
    with transaction.atomic():
        audit_record("claims.appeal.paper_opened", found, actor=user_of(request))
    return private_file(found.evidence.storage, found.evidence.name)
