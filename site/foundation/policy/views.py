"""Screens of the policy desk that are more than a list: a version with its difference, a history, a day's figures."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.errors import DomainError
from foundation.officers_desk import WRITERS, roles_today
from foundation.policy import selectors, services
from foundation.policy.forms import InForceForm, ReasonForm
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument, place_label
from foundation.policy.resources import in_force_workbook
from foundation.policy.states import PLACES, VersionStatus

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE = {
    "publish": _("已发布，从执行日期起生效。"),
    "withdraw": _("草稿已撤回。"),
    "verify": _("已记录核实。"),
}


@require_GET
def version_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it says, what it changes, and what may be done with it."""
    related = ("parameter", "document", "drafted_by", "published_by", "verified_by")
    version = get_object_or_404(ParameterVersion.objects.select_related(*related), pk=pk)
    before = selectors.version_before(version)
    may_write = bool(roles_today(request) & WRITERS)
    is_draft = version.status == VersionStatus.DRAFT
    starts_before = version.effective.lower < timezone.localdate()
    context = {
        "version": version,
        "before": before,
        "differences": selectors.diff(before, version),
        "may_edit": may_write and is_draft,
        "may_publish": may_write and is_draft and version.drafted_by_id != request.user.pk,
        "is_own_draft": is_draft and version.drafted_by_id == request.user.pk,
        "may_verify": may_write and version.status == VersionStatus.PUBLISHED and version.verified_at is None,
        "is_retroactive": is_draft and starts_before,
        "reason_form": ReasonForm(),
    }
    return render(request, "policy/version.html", _framed(context, str(version.parameter.meaning), "doc-full"))


@require_POST
def version_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Publish, withdraw or verify a version."""
    acts: dict[str, Callable[..., ParameterVersion]] = {
        "publish": services.parameter_publish,
        "withdraw": services.parameter_discard_draft,
        "verify": services.parameter_verify,
    }
    get_object_or_404(ParameterVersion, pk=pk)
    reason = request.POST.get("reason", "")
    try:
        acts[action](version_id=pk, actor=request.user, at=timezone.now(), reason=reason)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, DONE[action])
    return redirect("policy_versions:page", pk=pk)


@require_POST
def document_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer compared the document with its original."""
    get_object_or_404(PolicyDocument, pk=pk)
    reason = request.POST.get("reason", "")
    try:
        services.document_verify(document_id=pk, actor=request.user, at=timezone.now(), reason=reason)  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, DONE["verify"])
    return redirect("policy_documents:page", pk=pk)


@require_GET
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document and every figure that stands on it."""
    document = get_object_or_404(PolicyDocument.objects.select_related("verified_by", "recorded_by"), pk=pk)
    versions = document.versions.select_related("parameter").order_by("parameter__code", "effective")
    may_write = bool(roles_today(request) & WRITERS)
    context = {
        "document": document,
        "versions": versions,
        "may_edit": may_write,
        "may_verify": may_write and document.verified_at is None,
        "reason_form": ReasonForm(),
    }
    return render(request, "policy/document.html", _framed(context, document.title, "doc-full"))


@require_GET
def parameter_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every value a parameter has had and will have, the latest first, with the gaps between them."""
    parameter = get_object_or_404(Parameter, pk=pk)
    versions = list(selectors.history_of(parameter))
    drafts = parameter.versions.filter(status=VersionStatus.DRAFT).select_related("parameter", "drafted_by")
    context = {
        "parameter": parameter,
        "lines": _timeline(versions),
        "drafts": drafts,
        "today": timezone.localdate(),
        "may_edit": bool(roles_today(request) & WRITERS),
    }
    return render(request, "policy/history.html", _framed(context, parameter.meaning, "history"))


@require_GET
def in_force(request: HttpRequest) -> HttpResponse:
    """What holds in a place on a day."""
    city, on = _place_and_day(request)
    form = InForceForm(initial={"city": city, "on": on.isoformat()})
    versions = list(selectors.in_force(on, city=city))
    context = {
        "form": form,
        "city": city,
        "place": place_label(city),
        "on": on,
        "versions": versions,
        "unverified": sum(not version.is_verified for version in versions),
    }
    return render(request, "policy/in_force.html", _framed(context, _("某日生效一览"), "calendar-alt"))


@require_GET
def in_force_export(request: HttpRequest) -> HttpResponse:
    """The same list as a spreadsheet."""
    city, on = _place_and_day(request)
    response = HttpResponse(in_force_workbook(selectors.in_force(on, city=city)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="policy-{city}-{on.isoformat()}.xlsx"'
    return response


def _place_and_day(request: HttpRequest) -> tuple[str, date]:
    """What was asked for; this city and today where the question makes no sense."""
    form = InForceForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    own = settings.CITY_CODE if settings.CITY_CODE in PLACES else next(iter(PLACES))
    return data.get("city") or own, data.get("on") or timezone.localdate()


def _timeline(versions: list[ParameterVersion]) -> list[dict[str, Any]]:
    """Versions, latest first, with a line wherever days between two of them have no value."""
    lines: list[dict[str, Any]] = []
    for index, version in enumerate(versions):
        later = versions[index - 1] if index else None
        if later is not None and version.effective.upper != later.effective.lower:
            lines.append({"gap_from": version.effective.upper, "gap_until": later.effective.lower})
        before = versions[index + 1] if index + 1 < len(versions) else None
        lines.append({"version": version, "differences": selectors.diff(before, version) if before else []})
    return lines


def _framed(context: dict[str, Any], title: str, icon: str) -> dict[str, Any]:
    """What Wagtail's page frame shows above the content."""
    return context | {"page_title": title, "header_title": title, "header_icon": icon}
