"""The school's desk: who of a class gets a certificate and who not yet, one button, progress, all files at once."""

from datetime import date

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.certificates.filters import ClassFilter
from certifications.certificates.forms import ClassFilesForm, IssueForm
from certifications.certificates.models import CertificateBatch
from certifications.certificates.pages import run_or_404, zip_answer
from certifications.certificates.selectors.training import (
    certificates_of_class,
    classes_to_certify,
    last_batch_of,
    progress_of,
    standings_of,
)
from certifications.certificates.services.batches import batch_request
from certifications.certificates.services.looks import class_files_take
from certifications.certificates.services.training import certificate_issue
from certifications.certificates.states import LIVE, BatchState
from certifications.certificates.tables import ClassTable
from courses.classes.models import ClassRun, Enrolment
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted


class CertificateClasses(StaffList):
    name = "certificate_classes"
    title = gettext_lazy("发培训合格证书")
    table_class = ClassTable
    filterset_class = ClassFilter

    def visible(self, user: User, on: date) -> QuerySet:
        live = Q(enrolments__training_certificates__state__in=sorted(LIVE))
        runs = classes_to_certify(user, on=on).annotate(
            certificates=Count("enrolments__training_certificates", filter=live)
        )
        return runs.order_by("-ends_on", "-pk")


@never_cache
@require_safe
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of a class: her certificate, or ready for one, or what is missing and what to do."""
    return _class_page(request, run_or_404(request, pk))


def _class_page(request: HttpRequest, run: ClassRun, form: IssueForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    form = form or IssueForm(initial={"issued_on": today})
    rows = standings_of(run, issued_on=today, today=today)
    batch = last_batch_of(run)
    is_working = batch is not None and batch.state != BatchState.DONE
    ready = sum(row.is_ready for row in rows)
    context = {
        "run": run,
        "rows": sorted(rows, key=lambda row: (row.certificate is not None, row.is_ready, row.number)),
        "ready": ready,
        "held": sum(row.certificate is not None for row in rows),
        "lacking": sum(row.certificate is None and not row.is_ready for row in rows),
        "form": form,
        "batch": batch,
        "progress": progress_of(batch) if batch else None,
        "is_working": is_working,
        "may_issue": Role.SCHOOL_STAFF in roles_of(user_of(request), on=today),
    }
    return render(request, "certificates/class.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def class_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the certificates of everybody of the class."""
    run, form = run_or_404(request, pk), IssueForm(request.POST)
    if not form.is_valid():
        return _class_page(request, run, form)
    try:
        batch_request(
            class_run_id=run.pk,
            issued_on=form.cleaned_data["issued_on"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error("issued_on", refusal.message)
        return _class_page(request, run, form)
    messages.success(request, _("已开始发证。可以离开这一页，做好以后再回来看。"))
    return redirect("certificate_class", run.pk)


@never_cache
@require_POST
def person_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue one person's certificate now."""
    enrolment = Enrolment.objects.filter(pk=pk).first()
    if enrolment is None:
        raise Http404
    run, form = run_or_404(request, enrolment.class_run_id), IssueForm(request.POST)
    if not form.is_valid():
        return _class_page(request, run, form)
    try:
        made = certificate_issue(
            enrolment_id=enrolment.pk,
            issued_on=form.cleaned_data["issued_on"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error("issued_on", refusal.message)
        return _class_page(request, run, form)
    messages.success(request, _("已发证，编号 %(number)s。已发短信告诉本人。") % {"number": made.number})
    return redirect("certificate_class", run.pk)


@never_cache
@require_safe
def batch_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is: a piece of the page, or an order to load it anew once it is done."""
    batch = CertificateBatch.objects.filter(pk=pk).first()
    if batch is None:
        raise Http404
    run_or_404(request, batch.class_run_id)
    answer = render(request, "certificates/_progress.html", {"progress": progress_of(batch)})
    if batch.state == BatchState.DONE:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
def class_files(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every valid certificate of a class as one ZIP, for a purpose on record."""
    run, form = run_or_404(request, pk), ClassFilesForm(posted(request))
    certificates = list(certificates_of_class(run))
    if request.method != "POST" or not form.is_valid() or not certificates:
        context = {"run": run, "form": form, "count": len(certificates)}
        return render(request, "certificates/class_files.html", context, status=422 if form.errors else 200)
    pieces = class_files_take(
        viewer=user_of(request),
        run=run,
        certificates=certificates,
        note=form.cleaned_data["note"],
        on=timezone.localdate(),
    )
    return zip_answer(pieces, f"{run.number}.zip")
