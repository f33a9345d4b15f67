"""The bureau's desk: schools' accounts compared with the paper, and papers that workers signed."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from subsidies.claims.models import SchoolAccount
from subsidies.claims.selectors.school_accounts import school_accounts_visible_to
from subsidies.claims.services.school_accounts import school_account_confirm, school_account_refuse
from subsidies.claims.states import ACCOUNT_TONES, AccountState
from subsidies.school_claims.filters import AccountFilter
from subsidies.school_claims.forms import ConfirmForm, RefuseForm
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.tables import AccountTable
from workers.pages import private_file


class Accounts(StaffList):
    name = "school_accounts"
    title = gettext_lazy("机构对公账户")
    table_class = AccountTable
    filterset_class = AccountFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return school_accounts_visible_to(user, on=on)


def _account_or_404(request: HttpRequest, pk: int) -> SchoolAccount:
    found = school_accounts_visible_to(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@never_cache
def account_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Type the number from the paper, or say what does not match."""
    row, user, now = _account_or_404(request, pk), user_of(request), timezone.now()
    step = request.POST.get("step", "")
    confirm = ConfirmForm(request.POST if step == "confirm" else None)
    refuse = RefuseForm(request.POST if step == "refuse" else None)
    form = refuse if step == "refuse" else confirm
    if request.method == "POST" and form.is_valid():
        try:
            if step == "refuse":
                school_account_refuse(account_id=row.pk, reason=refuse.cleaned_data["reason"], actor=user, at=now)
                messages.success(request, _("已退回机构，原来的账户不受影响。"))
            else:
                school_account_confirm(account_id=row.pk, typed=confirm.cleaned_data["typed"], actor=user, at=now)
                messages.success(request, _("两次填的账号一致，已启用。"))
        except (DomainError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "message", "") or str(refusal))
        else:
            return redirect("school_accounts")
    context = {
        "row": row,
        "tone": ACCOUNT_TONES[row.state],
        "is_waiting": row.state == AccountState.WAITING,
        "confirm": confirm,
        "refuse": refuse,
        "form": form,
    }
    return render(request, "school_claims/account_check.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def account_proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper the school handed in; every look is on record."""
    row = _account_or_404(request, pk)
    audit_record("claims.school_account.proof_seen", row, actor=user_of(request))
    return private_file(row.proof.storage, row.proof.name)


@never_cache
@require_safe
def mandate_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper a worker signed; every look is on record."""
    found = Mandate.objects.exclude(paper="").filter(pk=pk).first()
    if found is None:
        raise Http404
    audit_record("school_claims.mandate.paper_seen", found, actor=user_of(request))
    return private_file(found.paper.storage, found.paper.name)
