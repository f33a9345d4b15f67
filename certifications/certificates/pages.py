"""What the pages of training certificates share: who asks, which class, which certificate, and their files."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.models import CertificateEvent, TrainingCertificate
from certifications.certificates.selectors.training import certificates_seen_by, classes_to_certify
from certifications.certificates.states import DoubtCategory
from courses.classes.models import ClassRun
from foundation.requests import user_of


def run_or_404(request: HttpRequest, pk: int) -> ClassRun:
    """A closed class she may see; another does not exist for her."""
    found = classes_to_certify(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def certificate_or_404(request: HttpRequest, pk: int) -> TrainingCertificate:
    found = certificates_seen_by(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def timeline_of(certificate: TrainingCertificate, *, with_actors: bool) -> list[dict[str, object]]:
    """What happened to it, the newest first; the names of officers stay at the desk."""
    rows: Iterable[CertificateEvent] = certificate.events.select_related("actor").order_by("-at", "-pk")
    words = event_words()
    return [
        {
            "title": words.get(row.action, row.action),
            "at": row.at,
            "text": _event_text(row, with_reason=with_actors),
            "actor": str(row.actor) if with_actors and row.actor else "",
        }
        for row in rows
    ]


def _event_text(row: CertificateEvent, *, with_reason: bool) -> str:
    parts = [DoubtCategory.told(row.data), row.reason if with_reason else "", row.decision_number]
    return "；".join(part for part in parts if part)


def event_words() -> dict[str, str]:
    return {
        "issued": _("发证"),
        "suspended": _("暂停使用"),
        "resumed": _("恢复使用"),
        "revocation_asked": _("提出撤销"),
        "revocation_refused": _("不予撤销"),
        "revoked": _("撤销"),
        "corrected": _("更正，换发新证书"),
        "reissued": _("补发，换发新证书"),
    }


def pdf_answer(content: bytes, number: str) -> HttpResponse:
    """The file, to be kept; never by a cache on the way."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def zip_answer(pieces: Iterable[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
