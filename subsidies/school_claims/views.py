"""One claim of a class: what it lacks or why it was returned. And the school's own account; no number is shown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.schools.selectors import organisation_of, school_of
from foundation.errors import DomainError
from foundation.requests import user_of
from subsidies.claims.forms import AppealForm
from subsidies.claims.models import Claim
from subsidies.claims.selectors.school_accounts import school_accounts_visible_to
from subsidies.claims.services import NewPaper, appeal_make, appeal_withdraw, claim_account_repair
from subsidies.claims.services.school_accounts import school_account_enter
from subsidies.claims.states import ACCOUNT_TONES, TONES, AccountState, AppealState, ClaimState
from subsidies.schemes.states import Payee
from subsidies.school_claims.forms import AccountForm, CorrectForm
from subsidies.school_claims.pages import claim_or_404
from subsidies.school_claims.selectors.sent import ending_of, opened_to
from subsidies.school_claims.services.papers import draft_papers_add, returned_claim_answer
from workers.forms import posted


@never_cache
def school_account(request: HttpRequest) -> HttpResponse:
    """The account in force, the one that waits, those before; and a form for another."""
    user, on = user_of(request), timezone.localdate()
    school = school_of(user, on)
    if school is None or organisation_of(user, on) != school.organisation:
        raise Http404
    form = AccountForm(posted(request), request.FILES or None, initial={"holder": school.organisation.name})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            school_account_enter(
                school_id=school.pk,
                holder=answers["holder"],
                bank=answers["bank"],
                account=answers["account"],
                proof=answers["paper"],
                actor=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存，等人社部门工作人员核对。核对以后才会用来收款。"))
            return redirect("school_account")
    accounts = list(school_accounts_visible_to(user, on=on).filter(school=school))
    rows = [{"row": row, "tone": ACCOUNT_TONES[row.state]} for row in accounts]
    has_one = any(row.state == AccountState.IN_FORCE for row in accounts)
    context = {"school": school, "rows": rows, "form": form, "has_one": has_one}
    return render(request, "school_claims/account.html", context, status=422 if form.errors else 200)


@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim the school made: where it stands, papers before it is sent, an answer when it was returned."""
    claim, user, now = claim_or_404(request, pk), user_of(request), timezone.now()
    is_returned = claim.state == ClaimState.RETURNED
    titles = list(claim.scheme.papers.filter(is_on_file=False).values_list("title", flat=True))
    may_write = is_returned or (claim.state == ClaimState.DRAFT and bool(titles))
    form = CorrectForm(posted(request), request.FILES or None, titles=titles, is_returned=is_returned)
    if request.method == "POST" and may_write and form.is_valid():
        answers = form.cleaned_data
        papers = [NewPaper(answers["title"], answers["paper"])] if answers.get("paper") else []
        try:
            if is_returned:
                returned_claim_answer(claim_id=claim.pk, answer=answers["answer"], papers=papers, actor=user, at=now)
                messages.success(request, _("已补正，重新提交。"))
            else:
                draft_papers_add(claim_id=claim.pk, papers=papers, actor=user, at=now)
                messages.success(request, _("材料已保存。请回到班级的表里再查一遍。"))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("class_claim", claim.class_claim_id)
    return _page(request, claim, form=form if may_write else None)


@never_cache
@require_POST
def person_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The school asks that a refusal of money of its own be looked at again."""
    claim = claim_or_404(request, pk)
    form = AppealForm(request.POST, request.FILES or None)
    if form.is_valid():
        try:
            appeal_make(claim_id=claim.pk, actor=user_of(request), at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("申诉已收到，由没有办过这件事的工作人员答复。"))
            return redirect("class_claim_person", claim.pk)
    return _page(request, claim, appeal_form=form)


@never_cache
@require_POST
def person_appeal_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The school takes its appeal back while nobody has answered it."""
    claim = claim_or_404(request, pk)
    found = get_object_or_404(claim.appeals, state=AppealState.OPEN)
    try:
        appeal_withdraw(appeal_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("申诉已撤回。"))
    return redirect("class_claim_person", claim.pk)


def _page(
    request: HttpRequest, claim: Claim, *, form: CorrectForm | None = None, appeal_form: AppealForm | None = None
) -> HttpResponse:
    """The page of one claim, with what was refused of the form that was sent."""
    assert claim.class_claim is not None
    on = timezone.localdate()
    is_open = claim.payee == Payee.SCHOOL or claim.worker_id in opened_to(claim.class_claim)
    is_returned = claim.state == ClaimState.RETURNED
    is_refused = any(one.errors for one in (form, appeal_form) if one is not None)
    context = {
        "claim": claim,
        "tone": TONES[ClaimState(claim.state)],
        "is_open": is_open,
        "shows_number": is_open or claim.level_certificate_id is None,
        "form": form,
        "appeal_form": appeal_form or AppealForm(),
        "is_returned": is_returned,
        "is_late": is_returned and claim.due_on is not None and claim.due_on < on,
    } | ending_of(claim, is_open=is_open, on=on)
    return render(request, "school_claims/person.html", context, status=422 if is_refused else 200)


@never_cache
@require_POST
def person_repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Money of the school's own that came back: to the account an officer has confirmed since."""
    claim = claim_or_404(request, pk)
    if claim.payee != Payee.SCHOOL:
        raise Http404
    try:
        claim_account_repair(claim_id=claim.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已改用新的对公账户，等下一批重新拨付。"))
    return redirect("class_claim_person", claim.pk)
