"""Screens of the desk for training packages that are more than a list."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.catalogue import services
from courses.catalogue.forms import EditionForm, EndForm, UnitFormSet
from courses.catalogue.models import PackageVersion, TrainingPackage
from courses.catalogue.selectors import hours_of, occupations, units_of
from courses.catalogue.states import PackageStatus
from foundation.errors import DomainError
from foundation.officers_desk import WRITERS, roles_today


@require_GET
def occupation_page(request: HttpRequest) -> HttpResponse:
    """Every occupation with its work types, levels and where they come from."""
    return render(request, "catalogue/occupations.html", {"occupations": occupations(), "page_title": _("职业目录")})


@require_GET
def package_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A package with its editions, and the units of one of them."""
    package = get_object_or_404(TrainingPackage.objects.select_related("occupation", "work_type"), pk=pk)
    editions = list(package.versions.select_related("drafted_by", "published_by"))
    wanted = request.GET.get("edition", "")
    shown = next((one for one in editions if str(one.number) == wanted), editions[0] if editions else None)
    may_write = bool(roles_today(request) & WRITERS)
    is_draft = shown is not None and shown.status == PackageStatus.DRAFT
    context = {
        "package": package,
        "editions": editions,
        "shown": shown,
        "units": units_of(shown.pk) if shown else [],
        "hours": hours_of(shown.pk) if shown else None,
        "may_write": may_write,
        "may_publish": may_write and is_draft and shown is not None and shown.drafted_by_id != request.user.pk,
        "is_own_draft": is_draft and shown is not None and shown.drafted_by_id == request.user.pk,
        "may_end": may_write and shown is not None and shown.status == PackageStatus.PUBLISHED,
        "end_form": EndForm(),
        "page_title": package.title,
    }
    return render(request, "catalogue/package.html", context)


def edition_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of units of the package's draft; begun from the edition before."""
    package = get_object_or_404(TrainingPackage, pk=pk)
    latest = package.versions.first()
    if request.method != "POST":
        return _edition_form(
            request, package, EditionForm(initial=_edition(latest)), UnitFormSet(initial=_rows(latest))
        )
    form, units = EditionForm(request.POST), UnitFormSet(request.POST)
    if "more" in request.POST:
        filled = [row.cleaned_data for row in units if row.is_valid() and row.cleaned_data.get("title")]
        return _edition_form(request, package, EditionForm(initial=request.POST.dict()), UnitFormSet(initial=filled))
    if form.is_valid() and units.is_valid():
        entries = [entry for entry in (row.entry() for row in units) if entry is not None]
        try:
            version = services.edition_draft(
                package_id=package.pk,
                units=entries,
                **form.cleaned_data,
                actor=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("草稿已保存。请另一位政策管理人员核对后发布。"))
            return redirect(f"{_page(package)}?edition={version.number}")
    return _edition_form(request, package, form, units, status=422)


def _edition(version: PackageVersion | None) -> dict[str, Any]:
    if version is None or version.status != PackageStatus.DRAFT:
        return {"starts_on": timezone.localdate()}
    return {"starts_on": version.effective.lower, "source": version.source}


def _rows(version: PackageVersion | None) -> list[dict[str, Any]]:
    if version is None:
        return []
    return [
        {
            "module": unit.module.title,
            "code": unit.code,
            "title": unit.title,
            "theory_hours": unit.theory_hours,
            "practice_hours": unit.practice_hours,
            "is_online_allowed": unit.is_online_allowed,
        }
        for unit in units_of(version.pk)
    ]


def _edition_form(
    request: HttpRequest, package: TrainingPackage, form: EditionForm, units: Any, status: int = 200
) -> HttpResponse:
    context = {"package": package, "form": form, "units": units, "page_title": _("编制新版本")}
    return render(request, "catalogue/edition.html", context, status=status)


@require_POST
def edition_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The second officer puts a draft in force."""
    version = get_object_or_404(PackageVersion.objects.select_related("package"), pk=pk)
    try:
        services.edition_publish(version_id=pk, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已发布，从生效日期起用于新课程。"))
    return redirect(f"{_page(version.package)}?edition={version.number}")


@require_POST
def edition_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let no new course follow an edition after a day."""
    version = get_object_or_404(PackageVersion.objects.select_related("package"), pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写最后一天和停用原因。"))
        return redirect(f"{_page(version.package)}?edition={version.number}")
    last_day: date = form.cleaned_data["last_day"]
    try:
        services.edition_retire(
            version_id=pk,
            last_day=last_day,
            reason=form.cleaned_data["reason"],
            actor=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已记录。此后新课程不能再采用这一版，已开的班不受影响。"))
    return redirect(f"{_page(version.package)}?edition={version.number}")


def _page(package: TrainingPackage) -> str:
    return reverse("training_packages:page", args=[package.pk])
