"""我的证书: hers to look at, to show to a family, to download and print."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.certificates.codes import check_code_grouped
from certifications.certificates.errors import CertificateError
from certifications.certificates.level_selectors import level_certificates_of
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.numbers import TrainingNumber
from certifications.certificates.pages import pdf_answer, timeline_of
from certifications.certificates.printing import content_read
from certifications.certificates.prior_selectors import prior_certificates_of
from certifications.certificates.selectors.training import (
    standings_of,
    training_certificates_of,
)
from certifications.certificates.services.looks import file_take
from certifications.certificates.states import CERTIFICATE_TONES, CertificateState
from certifications.certificates.words import advice_for_her
from certifications.papers.codes import QUIET, qr_modules
from courses.classes.models import Enrolment
from courses.classes.states import EnrolmentState
from foundation.privacy.states import Purpose
from foundation.requests import user_of
from workers.models import Worker
from workers.selectors import is_unproven, worker_of


@never_cache
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All her certificates, and what is still missing for the next."""
    user, worker = user_of(request), worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    is_limited = is_unproven(worker, user)
    context = {
        "worker": worker,
        "is_limited": is_limited,
        "certificates": [] if is_limited else [_card(one) for one in training_certificates_of(worker)],
        "waiting": [] if is_limited else _waiting(worker),
        "level_certificates": level_certificates_of(worker, viewer=user),
        "prior_certificates": prior_certificates_of(worker, viewer=user),
    }
    return render(request, "certificates/mine.html", context)


@never_cache
@require_safe
def my_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """One of hers: large, with the code a family scans."""
    certificate = _hers(request, pk)
    content = content_read(certificate)
    context = _card(certificate) | {
        "values": content["values"],
        "qr": _qr_svg(content["qr"]),
        "code": check_code_grouped(certificate.number),
        "events": timeline_of(certificate, with_actors=False),
        "successor": TrainingCertificate.objects.filter(replaces=certificate).first(),
    }
    return render(request, "certificates/my_certificate.html", context)


@never_cache
@require_safe
def my_certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Her file, to keep and to print; a certificate that may not be used has none."""
    certificate = _hers(request, pk)
    if certificate.state != CertificateState.VALID:
        messages.error(request, _("这张证书现在不能使用，所以不能下载。"))
        return redirect("my_certificate", certificate.pk)
    try:
        content = file_take(
            viewer=user_of(request),
            certificate=certificate,
            purpose=Purpose.OWN_DATA,
            note="",
            on=timezone.localdate(),
        )
    except CertificateError as refusal:
        messages.error(request, refusal.message)
        return redirect("my_certificate", certificate.pk)
    return pdf_answer(content, certificate.number)


def _qr_svg(address: str) -> SafeString:
    """The code of an address as a picture that grows with its place: one path, no words of anybody in it."""
    modules = qr_modules(address)
    size = len(modules) + 2 * QUIET
    squares = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false"><path d="{}"/></svg>', size, size, squares
    )


def _hers(request: HttpRequest, pk: int) -> TrainingCertificate:
    user = user_of(request)
    worker = worker_of(user)
    found = training_certificates_of(worker).filter(pk=pk).first() if worker else None
    if worker is None or found is None or is_unproven(worker, user):
        raise Http404
    return found


def _card(certificate: TrainingCertificate) -> dict[str, object]:
    values = content_read(certificate)["values"]
    work_type = values["work_type"]
    state = CertificateState(certificate.state)
    return {
        "certificate": certificate,
        "title": values["occupation"] if work_type == "--" else work_type,
        "level": values["level"],
        "tone": CERTIFICATE_TONES[state],
        "number": TrainingNumber.parse(certificate.number).grouped,
        "is_valid": state == CertificateState.VALID,
    }


def _waiting(worker: Worker) -> list[dict[str, object]]:
    """Classes she completed without a certificate yet, with what she herself can do."""
    today = timezone.localdate()
    done = Enrolment.objects.filter(worker=worker, state=EnrolmentState.COMPLETED).exclude(
        training_certificates__isnull=False
    )
    found: list[dict[str, object]] = []
    for enrolment in done.select_related("class_run__school__organisation")[:5]:
        run = enrolment.class_run
        for standing in standings_of(run, issued_on=today, today=today, enrolments=[enrolment.pk]):
            advice = advice_for_her(refusal.lack for refusal in standing.refusals)
            found.append(
                {"run": run, "advice": advice, "needs_photo": not worker.photo, "is_verified": worker.is_verified}
            )
    return found
