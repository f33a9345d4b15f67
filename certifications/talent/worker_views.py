"""Her own entry: what it says, and what she adds to it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.talent.forms import ContributionForm, DetailsForm
from certifications.talent.models import TalentRecord
from certifications.talent.pages import form_page, record_shown
from certifications.talent.selectors import talent_of
from certifications.talent.services import contribution_add, contribution_withdraw, details_keep
from foundation.errors import DomainError
from foundation.requests import doing, user_of
from workers.forms import posted
from workers.selectors import proven_worker_of

PAGE = "talent/my_form.html"


@never_cache
@require_safe
def my_talent(request: HttpRequest) -> HttpResponse:
    """Her entry; without one, how to come to one."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    record = talent_of(worker)
    if record is None:
        return render(request, "talent/my_none.html", {})
    context = record_shown(record, on=timezone.localdate(), names_officers=False)
    return render(request, "talent/my_talent.html", context)


@never_cache
def my_details(request: HttpRequest) -> HttpResponse:
    """What is nowhere on file; all of it as she likes."""
    record = _own(request)
    names = ("ethnicity", "household_address", "permit_number", "permit_endorsed_on")
    form = DetailsForm(posted(request), initial={name: getattr(record, name) for name in names})

    def act(values: dict[str, Any]) -> None:
        details_keep(record_id=record.pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("登记内容"), label=_("保存"), done=_("已保存。"), back=reverse("my_talent"),
        text=_("这些都可以不填，不影响您在册。填了的加密保存，只有办理人才政策的工作人员能看。"), template=PAGE,
    )  # fmt: skip


@never_cache
def my_contribution(request: HttpRequest) -> HttpResponse:
    """One more line of what she has done."""
    record = _own(request)
    form = ContributionForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        contribution_add(record_id=record.pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("添加竞赛、荣誉和带徒"), label=_("保存"), done=_("已添加。工作人员看过证书原件以后，会标为已核实。"),
        back=reverse("my_talent"), template=PAGE,
    )  # fmt: skip


@never_cache
@require_POST
def my_contribution_back(request: HttpRequest, pk: int) -> HttpResponse:
    """She takes back a line nobody has stood for."""
    record = _own(request)
    if not record.contributions.filter(pk=pk).exists():
        raise Http404
    try:
        contribution_withdraw(contribution_id=pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤回。"))
    return redirect("my_talent")


def _own(request: HttpRequest) -> TalentRecord:
    worker = proven_worker_of(user_of(request))
    record = talent_of(worker) if worker else None
    if record is None:
        raise Http404
    return record
