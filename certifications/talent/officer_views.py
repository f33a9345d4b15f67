"""The register at the desk: the list, one entry, and what an officer compares."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certifications.talent.filters import AppointmentFilter, TalentFilter
from certifications.talent.forms import ConfirmForm, DecisionForm
from certifications.talent.models import TalentContribution
from certifications.talent.pages import form_page, record_shown
from certifications.talent.resources import TalentResource
from certifications.talent.selectors import appointments_visible_to, talents_visible_to
from certifications.talent.services import appointment_decide, contribution_confirm
from certifications.talent.states import FILERS, KEEPERS, PRIVATE_FIELDS, READERS, AppointmentState
from certifications.talent.tables import AppointmentTable, TalentTable
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.privacy.services import personal_reveal
from foundation.privacy.states import Purpose
from foundation.requests import doing, user_of
from workers.counter_forms import RevealForm
from workers.forms import posted


class Talents(StaffList):
    name = "talents"
    title = gettext_lazy("技能人才登记")
    table_class = TalentTable
    filterset_class = TalentFilter
    resource = TalentResource
    actions = [("talent_appointments", gettext_lazy("聘任申报"), "badge-check", READERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return talents_visible_to(user, on=on)


class Appointments(StaffList):
    name = "talent_appointments"
    title = gettext_lazy("聘任申报")
    table_class = AppointmentTable
    filterset_class = AppointmentFilter
    actions = [("talent_appointment_new", gettext_lazy("申报聘任"), "plus", FILERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return appointments_visible_to(user, on=on)


@never_cache
@require_safe
def talent(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, with what is on file of her."""
    on = timezone.localdate()
    record = get_object_or_404(talents_visible_to(user_of(request), on=on), pk=pk)
    may_keep = bool(KEEPERS & request.roles)  # type: ignore[attr-defined]
    context = record_shown(record, on=on, names_officers=True) | {"may_keep": may_keep}
    return render(request, "talent/talent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def talent_reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """What she told besides, in plain: for a purpose, and the look is on record first."""
    record = get_object_or_404(talents_visible_to(user_of(request), on=timezone.localdate()), pk=pk)
    if field not in PRIVATE_FIELDS or not getattr(record, field):
        raise Http404
    form = RevealForm(posted(request))
    context: dict[str, Any] = {"record": record, "form": form, "label": PRIVATE_FIELDS[field]}
    if request.method == "POST" and form.is_valid():
        context["value"] = personal_reveal(
            viewer=user_of(request),
            subject=record,
            field=field,
            purpose=Purpose(form.cleaned_data["purpose"]),
            note=form.cleaned_data["note"],
            on=timezone.localdate(),
        )
    return render(request, "talent/reveal.html", context, status=422 if form.errors else 200)


@never_cache
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment; an officer compares it here while it waits."""
    row = get_object_or_404(appointments_visible_to(user_of(request), on=timezone.localdate()), pk=pk)
    may_decide = bool(KEEPERS & request.roles) and row.state == AppointmentState.FILED  # type: ignore[attr-defined]
    form = DecisionForm(posted(request)) if may_decide else None
    if form is None:
        return render(request, "talent/appointment.html", {"row": row})

    def act(values: dict[str, Any]) -> None:
        appointment_decide(
            appointment_id=pk, is_right=values["is_right"] == "yes", reason=values["reason"], **doing(request)
        )

    return form_page(
        request, form, act,
        title=_("核对聘任：%(kind)s %(post)s") % {"kind": row.get_kind_display(), "post": row.post},
        label=_("确定"), done=_("已核对。"), back=reverse("talent_appointment", args=[pk]),
        text=_("%(name)s · %(occupation)s · %(employer)s · %(since)s 起 · %(basis)s") % {
            "name": row.record.worker.masked_name, "occupation": row.occupation, "employer": row.employer,
            "since": row.effective.lower, "basis": row.basis,
        },
    )  # fmt: skip


@never_cache
def contribution(request: HttpRequest, pk: int) -> HttpResponse:
    """A line she told, confirmed by the paper."""
    records = talents_visible_to(user_of(request), on=timezone.localdate())
    line = get_object_or_404(TalentContribution, pk=pk, record__in=records, withdrawn_at__isnull=True)
    form = ConfirmForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        contribution_confirm(contribution_id=pk, reason=values["reason"], **doing(request))

    return form_page(
        request, form, act,
        title=_("核实：%(title)s") % {"title": line.title}, label=_("核实"), done=_("已核实。"),
        back=reverse("talent", args=[line.record_id]),
    )  # fmt: skip
