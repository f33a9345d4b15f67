"""Training certificates at the desk: the list, each with what happened to it, and the steps of its life."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.certificates.errors import CertificateError
from certifications.certificates.filters import CertificateFilter
from certifications.certificates.forms import AnswerForm, FollowForm, RevokeForm, SuspendForm, TakeForm
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.pages import certificate_or_404, pdf_answer, timeline_of
from certifications.certificates.printing import printed_rows
from certifications.certificates.resources import CertificateResource
from certifications.certificates.selectors.training import (
    certificates_not_as_filed,
    certificates_seen_by,
    is_as_filed,
    revocations_waiting,
)
from certifications.certificates.services import life
from certifications.certificates.services.looks import file_take
from certifications.certificates.states import (
    CERTIFICATE_OFFICERS,
    CERTIFICATE_TONES,
    TRANSITIONS,
    CertificateState,
)
from certifications.certificates.tables import CertificateTable
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.privacy.states import Purpose
from foundation.requests import user_of
from workers.forms import ReasonForm, posted

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class TrainingCertificates(StaffList):
    name = "training_certificates"
    title = gettext_lazy("培训合格证书")
    table_class = CertificateTable
    filterset_class = CertificateFilter
    resource = CertificateResource

    def visible(self, user: User, on: date) -> QuerySet:
        return certificates_seen_by(user, on=on)


@dataclass(frozen=True)
class Step:
    """A step as the desk offers it: its words, its form, and the service that takes it."""

    title: "StrPromise"
    button: "StrPromise"
    about: "StrPromise"
    form: type[forms.Form]
    take: Callable[..., Any]


STEPS: dict[str, Step] = {
    "suspend": Step(
        gettext_lazy("暂停使用"),
        gettext_lazy("暂停使用"),
        gettext_lazy("暂停期间，查验的人会看到“暂停使用”，本人也会收到短信。"),
        SuspendForm,
        life.certificate_suspend,
    ),
    "resume": Step(
        gettext_lazy("恢复使用"),
        gettext_lazy("恢复使用"),
        gettext_lazy("恢复后证书照常有效，本人会收到短信。"),
        ReasonForm,
        life.certificate_resume,
    ),
    "revoke": Step(
        gettext_lazy("提出撤销"),
        gettext_lazy("提出撤销，交另一人复核"),
        gettext_lazy("撤销要有决定书，由另一位工作人员复核后才生效。撤销后不能恢复，也不能再次发证。"),
        RevokeForm,
        life.revocation_ask,
    ),
    "correct": Step(
        gettext_lazy("更正"),
        gettext_lazy("按档案更正，换发新证书"),
        gettext_lazy("新证书按档案里现在的姓名、证件号码和照片制作，用新编号；旧证书不再使用，并注明由哪一张代替。"),
        FollowForm,
        life.certificate_correct,
    ),
    "reissue": Step(
        gettext_lazy("补发"),
        gettext_lazy("补发新证书"),
        gettext_lazy("证书遗失或损坏的，内容照旧，用新编号补发；旧编号不再使用。"),
        FollowForm,
        life.certificate_reissue,
    ),
}


@never_cache
@require_safe
def certificate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a certificate says, masked, what happened to it, and the steps the viewer may take."""
    certificate = certificate_or_404(request, pk)
    roles = roles_of(user_of(request), on=timezone.localdate())
    revocation = certificate.revocations.filter(state="waiting").select_related("asked_by").first()
    context = {
        "certificate": certificate,
        "tone": CERTIFICATE_TONES[CertificateState(certificate.state)],
        "rows": printed_rows(certificate),
        "events": timeline_of(certificate, with_actors=True),
        "is_as_filed": is_as_filed(certificate),
        "successor": TrainingCertificate.objects.filter(replaces=certificate).first(),
        "revocation": revocation,
        "may_answer": revocation is not None
        and revocation.asked_by_id != request.user.pk
        and bool(roles & CERTIFICATE_OFFICERS),
        "steps": _steps(certificate, roles),
        "may_take": _may_take(certificate, roles),
    }
    return render(request, "certificates/certificate.html", context)


def _steps(certificate: TrainingCertificate, roles: frozenset[Role]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for name, step in STEPS.items():
        move = TRANSITIONS[name]
        may = (move.is_officers and bool(roles & CERTIFICATE_OFFICERS)) or (
            move.is_schools and Role.SCHOOL_STAFF in roles
        )
        if may and certificate.state in move.sources:
            found.append({"name": name, "title": step.title, "is_grave": name == "revoke"})
    return found


def _may_take(certificate: TrainingCertificate, roles: frozenset[Role]) -> bool:
    """Officers take any file, a school those that may be used."""
    return bool(roles & CERTIFICATE_OFFICERS) or (
        Role.SCHOOL_STAFF in roles and certificate.state == CertificateState.VALID
    )


@never_cache
def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for a purpose on record that the holder reads too."""
    certificate, form = certificate_or_404(request, pk), TakeForm(posted(request))
    if not _may_take(certificate, roles_of(user_of(request), on=timezone.localdate())):
        raise PermissionDenied(_("这张证书现在不能下载。"))
    if request.method == "POST" and form.is_valid():
        try:
            content = file_take(
                viewer=user_of(request),
                certificate=certificate,
                purpose=Purpose(form.cleaned_data["purpose"]),
                note=form.cleaned_data["note"],
                on=timezone.localdate(),
            )
        except CertificateError as refusal:
            form.add_error(None, refusal.message)
        else:
            return pdf_answer(content, certificate.number)
    context = {"certificate": certificate, "form": form}
    return render(request, "certificates/take.html", context, status=422 if form.errors else 200)


@never_cache
def certificate_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a certificate's life: what it means, a form, and it is done."""
    certificate, step = certificate_or_404(request, pk), STEPS.get(name)
    if step is None:
        raise Http404
    today = timezone.localdate()
    first = {"issued_on": today, "reason": request.GET.get("reason", "")[:200]}
    form = step.form(posted(request), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = step.take(
                certificate_id=certificate.pk, actor=user_of(request), at=timezone.now(), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return _done(request, name, certificate, made)
    context = {"certificate": certificate, "step": step, "form": form}
    return render(request, "certificates/step.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, name: str, certificate: TrainingCertificate, made: Any) -> HttpResponse:
    if isinstance(made, TrainingCertificate) and made.pk != certificate.pk:
        messages.success(request, _("已换发新证书，编号 %(number)s。已发短信告诉本人。") % {"number": made.number})
        return redirect("training_certificate", made.pk)
    words = {
        "suspend": _("已暂停使用，并发短信告诉本人。"),
        "resume": _("已恢复使用，并发短信告诉本人。"),
        "revoke": _("已提出撤销，等待另一位工作人员复核。"),
    }
    messages.success(request, words.get(name, ""))
    return redirect("training_certificate", certificate.pk)


@never_cache
@require_safe
def revocations(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer."""
    rows = [{"row": row, "is_own": row.asked_by_id == request.user.pk} for row in revocations_waiting()]
    return render(request, "certificates/revocations.html", {"rows": rows})


@never_cache
def revocation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a revocation that another officer asked for, or refuse it."""
    revocation = revocations_waiting().filter(pk=pk).first()
    if revocation is None:
        raise Http404
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        confirm = form.cleaned_data["confirm"] == "yes"
        try:
            life.revocation_answer(
                revocation_id=pk,
                confirm=confirm,
                answer=form.cleaned_data["answer"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("answer" if refusal.code == "reason_missing" else None, refusal.message)
        else:
            messages.success(request, _("已撤销，并发短信告诉本人。") if confirm else _("已记录：不予撤销。"))
            return redirect("certificate_revocations")
    context = {"revocation": revocation, "certificate": revocation.certificate, "form": form}
    return render(request, "certificates/revocation.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def not_as_filed(request: HttpRequest) -> HttpResponse:
    """Certificates that no longer say what the person's file says."""
    user, on = user_of(request), timezone.localdate()
    rows = [
        {"certificate": one, "is_ready": one.worker.is_verified and one.state == CertificateState.VALID}
        for one in certificates_not_as_filed(user, on=on)
    ]
    may_correct = bool(roles_of(user, on=on) & (CERTIFICATE_OFFICERS | {Role.SCHOOL_STAFF}))
    return render(request, "certificates/not_as_filed.html", {"rows": rows, "may_correct": may_correct})
