"""The desk of schemes and of the catalogue: read, draft, compare, and publish by another officer."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.policy.selectors import Difference
from foundation.requests import doing, number_in, user_of
from subsidies.schemes import services
from subsidies.schemes.filters import FlagFilter, SchemeFilter
from subsidies.schemes.forms import FlagForm, PaperFormSet, SchemeForm, paper_rows
from subsidies.schemes.models import OccupationFlag, Scheme
from subsidies.schemes.pages import desk_context, may_write
from subsidies.schemes.sheets import differences, edition_before, figure_differences, flags_waiting, sheet_of
from subsidies.schemes.states import SCHEME_KEEPERS, SchemeState
from subsidies.schemes.tables import FlagTable, SchemeTable
from workers.forms import posted

RELATED = ("document", "drafted_by", "published_by")
PUBLISHED = gettext_lazy("已发布，从执行日期起生效。前一版到前一天为止。")
WITHDRAWN = gettext_lazy("草稿已撤回。")
DRAFTED = gettext_lazy("草稿已保存。请另一位政策管理人员核对后发布。")


class Schemes(StaffList):
    name = "schemes"
    title = gettext_lazy("补贴项目")
    table_class = SchemeTable
    filterset_class = SchemeFilter
    actions = [("scheme_new", gettext_lazy("起草补贴项目"), "plus", SCHEME_KEEPERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return Scheme.objects.select_related(*RELATED).order_by("city_code", "order", "code", "-effective")


class Flags(StaffList):
    name = "flags"
    title = gettext_lazy("培训需求指导目录")
    template_name = "schemes/flags.html"
    table_class = FlagTable
    filterset_class = FlagFilter
    actions = [("flag_new", gettext_lazy("起草一条"), "plus", SCHEME_KEEPERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return OccupationFlag.objects.select_related(*RELATED, "occupation", "work_type").order_by(
            "city_code", "occupation__order", "-effective"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafts = flags_waiting(user_of(self.request)).select_related(*RELATED, "occupation", "work_type")
        others = drafts if may_write(self.request) else drafts.none()
        return super().get_context_data(**kwargs) | {"waiting": [_compared(one) for one in others]}


def _compared(line: OccupationFlag) -> tuple[OccupationFlag, str, bool, list[Difference]]:
    """A draft, what its officer is shown, whether the catalogue has no such line yet, and what it changes."""
    before = edition_before(line)
    return line, services.fingerprint(line), before is None, differences(before, line)


# --- schemes ------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def scheme_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: what it says, what it changes, the figures of its first day, and what may be done with it."""
    found = get_object_or_404(Scheme.objects.select_related(*RELATED), pk=pk)
    before = edition_before(found)
    on = max(found.effective.lower, timezone.localdate()) if found.state == SchemeState.PUBLISHED else None
    context = {
        "scheme": found,
        "before": before,
        "differences": differences(before, found),
        "figures": figure_differences(before, found) if found.state == SchemeState.DRAFT else [],
        "sheet": sheet_of(found, on=on or found.effective.lower),
        "papers": list(found.papers.all()),
        "editions": Scheme.objects.filter(code=found.code, city_code=found.city_code).order_by("-effective", "-pk"),
        "seen": services.fingerprint(found),
        "act_publish": reverse("scheme_act", args=[pk, "publish"]),
        "act_withdraw": reverse("scheme_act", args=[pk, "withdraw"]),
    }
    return render(request, "schemes/desk_scheme.html", context | desk_context(request, found))


@never_cache
def scheme_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A draft: a new one, one begun from an edition (``?from=``), or one put right."""
    known = get_object_or_404(Scheme, pk=pk, state=SchemeState.DRAFT) if pk else None
    source = known or _source(request, Scheme.objects.all())
    initial = SchemeForm.initial_of(source) if source else {}
    if source and not known:
        initial |= {"effective_from": timezone.localdate(), "effective_to": None}
    form = SchemeForm(posted(request), initial=initial)
    papers = PaperFormSet(posted(request), initial=paper_rows(source) if source else None, prefix="papers")
    if request.method == "POST" and form.is_valid() and papers.is_valid():
        entries = [entry for entry in (row.entry() for row in papers) if entry is not None]
        try:
            if known:
                made = services.scheme_redraft(scheme_id=known.pk, entry=form.entry(), papers=entries, **doing(request))
            else:
                made = services.scheme_draft(entry=form.entry(), papers=entries, **doing(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, str(DRAFTED))
            return redirect("scheme", made.pk)
    context = {"form": form, "papers": papers, "scheme": known}
    return render(request, "schemes/desk_scheme_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def scheme_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Publish or withdraw a draft."""
    reason = request.POST.get("reason", "")[:300]
    get_object_or_404(Scheme, pk=pk)
    try:
        if action == "publish":
            services.scheme_publish(
                scheme_id=pk, reason=reason, seen=request.POST.get("seen", "")[:16], **doing(request)
            )
            messages.success(request, str(PUBLISHED))
        elif action == "withdraw":
            services.scheme_draft_withdraw(scheme_id=pk, reason=reason, **doing(request))
            messages.success(request, str(WITHDRAWN))
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("scheme", pk)


# --- the catalogue ------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def flag_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the catalogue, what it changes, and what may be done with it."""
    found = get_object_or_404(OccupationFlag.objects.select_related(*RELATED, "occupation", "work_type"), pk=pk)
    before = edition_before(found)
    context = {
        "flag": found,
        "before": before,
        "differences": differences(before, found),
        "seen": services.fingerprint(found),
        "act_publish": reverse("flag_act", args=[pk, "publish"]),
        "act_withdraw": reverse("flag_act", args=[pk, "withdraw"]),
    }
    return render(request, "schemes/desk_flag.html", context | desk_context(request, found))


@never_cache
def flag_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A draft of a line: a new one, one begun from a line (``?from=``), or one put right."""
    known = get_object_or_404(OccupationFlag, pk=pk, state=SchemeState.DRAFT) if pk else None
    source = known or _source(request, OccupationFlag.objects.all())
    initial = FlagForm.initial_of(source) if source else {}
    if source and not known:
        initial |= {"effective_from": timezone.localdate(), "effective_to": None}
    form = FlagForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if known:
                made = services.flag_redraft(flag_id=known.pk, entry=form.entry(), **doing(request))
            else:
                made = services.flag_draft(entry=form.entry(), **doing(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, str(DRAFTED))
            return redirect("flag", made.pk)
    context = {"form": form, "flag": known}
    return render(request, "schemes/desk_flag_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def flag_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Publish or withdraw the draft of a line."""
    reason = request.POST.get("reason", "")[:300]
    get_object_or_404(OccupationFlag, pk=pk)
    try:
        if action == "publish":
            services.flag_publish(flag_id=pk, reason=reason, seen=request.POST.get("seen", "")[:16], **doing(request))
            messages.success(request, str(PUBLISHED))
        elif action == "withdraw":
            services.flag_draft_withdraw(flag_id=pk, reason=reason, **doing(request))
            messages.success(request, str(WITHDRAWN))
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("flag", pk)


@never_cache
@require_POST
def flags_publish(request: HttpRequest) -> HttpResponse:
    """Publish the ticked drafts together, all of them or none. Each box carries what its officer was shown."""
    chosen = [value.partition(":") for value in request.POST.getlist("flag")]
    told = ((number_in(number), shown[:16]) for number, _colon, shown in chosen)
    seen = {number: shown for number, shown in told if number is not None}
    known = OccupationFlag.objects.filter(pk__in=seen).values_list("pk", flat=True)
    reason = request.POST.get("reason", "")[:300]
    try:
        made = services.flags_publish(flag_ids=list(known), reason=reason, seen=seen, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已发布 %(count)d 条，从执行日期起生效。") % {"count": len(made)})
    return redirect("flags")


def _source(request: HttpRequest, rows: QuerySet) -> Any:
    return rows.filter(pk=number_in(request.GET.get("from", "")) or 0).first()
