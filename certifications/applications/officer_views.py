"""Officers' screens for conditions: read, draft, publish, verify."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certifications.applications import services
from certifications.applications.edition_forms import ROUTE_FIELDS, EditionForm, ReasonForm, RouteFormSet
from certifications.applications.models import ConditionEdition
from certifications.applications.selectors import editions
from certifications.applications.states import EditionStatus, NameKind
from foundation.errors import DomainError
from foundation.officers_desk import WRITERS, roles_today
from foundation.requests import doing, number_in


@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every edition, what stands on top."""
    context = {
        "editions": editions().exclude(status=EditionStatus.WITHDRAWN_DRAFT),
        "may_write": bool(roles_today(request) & WRITERS),
        "today": timezone.localdate(),
        "page_title": _("申报条件"),
    }
    return render(request, "applications/conditions.html", context)


@require_GET
def edition_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition, route by route, with its documents."""
    edition = get_object_or_404(editions(), pk=pk)
    may_write = bool(roles_today(request) & WRITERS)
    is_draft = edition.status == EditionStatus.DRAFT
    names = list(edition.names.all())
    context = {
        "edition": edition,
        "routes": edition.routes.select_related("document"),
        "names": [(kind.label, [one.name for one in names if one.kind == kind]) for kind in NameKind],
        "is_draft": is_draft,
        "may_write": may_write,
        "may_publish": may_write and is_draft and edition.drafted_by_id != request.user.pk,
        "is_own_draft": is_draft and edition.drafted_by_id == request.user.pk,
        "may_verify": may_write and edition.status == EditionStatus.PUBLISHED and not edition.is_verified,
        "reason": ReasonForm(),
        "page_title": edition.title,
    }
    return render(request, "applications/condition.html", context)


def edition_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A draft: a new one, one begun from an edition (``?from=``), or one put right."""
    known = get_object_or_404(ConditionEdition, pk=pk, status=EditionStatus.DRAFT) if pk else None
    source = known or _source(request)
    if request.method != "POST":
        initial = EditionForm.initial_of(source) if source else {}
        if source and not known:
            initial["starts_on"] = timezone.localdate()
        return _form(request, known, EditionForm(initial=initial), RouteFormSet(initial=_routes(source)))
    form, routes = EditionForm(request.POST), RouteFormSet(request.POST)
    if form.is_valid() and routes.is_valid():
        entries = [entry for entry in (row.entry() for row in routes) if entry is not None]
        try:
            made = services.edition_draft(
                entry=form.entry(), routes=entries, edition_id=known.pk if known else None, **doing(request)
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("草稿已保存。请另一位政策管理人员核对后发布。"))
            return redirect("conditions:page", made.pk)
    return _form(request, known, form, routes, status=422)


def _source(request: HttpRequest) -> ConditionEdition | None:
    return ConditionEdition.objects.filter(pk=number_in(request.GET.get("from", "")) or 0).first()


def _routes(edition: ConditionEdition | None) -> list[dict[str, Any]]:
    if edition is None:
        return []
    return [{name: getattr(row, name) for name in ROUTE_FIELDS} for row in edition.routes.all()]


def _form(
    request: HttpRequest, known: ConditionEdition | None, form: EditionForm, routes: Any, status: int = 200
) -> HttpResponse:
    context = {"edition": known, "form": form, "routes": routes, "page_title": _("起草申报条件")}
    return render(request, "applications/condition_form.html", context, status=status)


@require_POST
def edition_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Publish, withdraw or verify."""
    get_object_or_404(ConditionEdition, pk=pk)
    reason = request.POST.get("reason", "")[:300]
    try:
        if action == "publish":
            services.edition_publish(edition_id=pk, reason=reason, **doing(request))
        elif action == "withdraw":
            services.edition_discard(edition_id=pk, **doing(request))
        elif action == "verify":
            services.edition_verify(edition_id=pk, reason=reason, **doing(request))
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已办理。"))
    return redirect("conditions:page", pk)
