"""A school's own account: what it gave, and whether an officer has confirmed it. No number is shown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.schools.selectors import organisation_of, school_of
from foundation.errors import DomainError
from subsidies.claims.selectors.school_accounts import school_accounts_visible_to
from subsidies.claims.services.school_accounts import school_account_enter
from subsidies.claims.states import ACCOUNT_TONES, AccountState
from subsidies.school_claims.forms import AccountForm
from subsidies.school_claims.pages import user_of
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
