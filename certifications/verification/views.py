"""Anyone checks a certificate: by its QR code, by hand, by its file."""

from threading import BoundedSemaphore

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.numbers import tidied
from certifications.papers.keys import trusted_certificates
from certifications.papers.reading import paper_read
from certifications.verification import limits, uploads
from certifications.verification.comparison import Comparison, compared
from certifications.verification.forms import FileForm, NumberForm
from certifications.verification.frame import framed
from certifications.verification.pages import address_of, certificate_content, comparison_context
from certifications.verification.selectors import Recorded, certificate_by_code, certificate_by_name
from certifications.verification.states import Verdict

logger = structlog.get_logger(__name__)
# A file made to take long holds up those who bring files and nobody else: other pages have a place left.
_one_at_a_time = BoundedSemaphore(1)
PATIENCE = 1.5
PHOTO_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def private(response: HttpResponse) -> HttpResponse:
    """Kept nowhere: not by caches, not by search engines; and other sites never learn the address."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@require_safe
def check(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The page behind a QR code."""
    given, number = number, tidied(number)
    found = certificate_by_code(number, code)
    if found is not None:
        return private(framed(request, certificate_content(found, with_photo=True), address=address_of(found)))
    form = NumberForm({"number": given, "proof": code})
    form.is_valid()
    return _no_match(request, form, status=404)


@require_safe
def photo(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The photo printed on a certificate, for whoever has the code printed beside it."""
    found = certificate_by_code(tidied(number), code)
    if found is None:
        limits.WRONG_ANSWERS.count(limits.address_of(request))
    if found is None or not found.photo:
        raise Http404
    try:
        with TrainingCertificate._meta.get_field("photo").storage.open(found.photo) as file:
            content: bytes = file.read()
    except OSError as error:
        raise Http404 from error
    kind = next((kind for mark, kind in PHOTO_KINDS.items() if content.startswith(mark)), "")
    if not kind:
        raise Http404
    return private(HttpResponse(content, content_type=kind, headers={"Content-Disposition": "inline"}))


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """By hand: number and code lead to the certificate's own page; a name is never put into an address."""
    if request.method != "POST":
        return private(render(request, "verification/verify.html", {"form": NumberForm()}))
    form = NumberForm(request.POST)
    if not form.is_valid():
        return private(render(request, "verification/verify.html", {"form": form}))
    number, code = form.cleaned_data["number"], form.code
    found = certificate_by_code(number, code) if code else None
    if found is not None:
        return private(redirect(address_of(found)))
    named = _by_name(request, number, form.cleaned_data["proof"])
    if named is None:
        return _no_match(request, form, status=200, named=number)
    return private(framed(request, certificate_content(named, with_photo=False), address=request.path))


def _by_name(request: HttpRequest, number: str, name: str) -> Recorded | None:
    """The certificate of a holder; nothing once too many wrong names were tried, right or not."""
    if limits.any_reached((limits.WRONG_ANSWERS, limits.address_of(request)), (limits.WRONG_NAMES, number)):
        return None
    return certificate_by_name(number, name)


def _no_match(request: HttpRequest, form: NumberForm, *, status: int, named: str = "") -> HttpResponse:
    """The same words for a wrong code, a wrong name and a number that is not on record."""
    is_within = limits.WRONG_ANSWERS.count(limits.address_of(request))
    if named:
        is_within = limits.WRONG_NAMES.count(named) and is_within
    if not is_within:
        return too_often(request)
    return private(render(request, "verification/verify.html", {"form": form, "is_unknown": True}, status=status))


def too_often(request: HttpRequest) -> HttpResponse:
    return private(render(request, "verification/too_often.html", status=429))


@csrf_exempt  # for as long as it takes to say how the file is held: `_file_checked` asks for the token
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """A certificate's file compared with what was signed and what is on record."""
    if request.method == "POST" and uploads.is_beyond_reading(request):
        return _file_refused(request, FileForm(), _too_large(), status=413)
    handler = uploads.hold_in_memory(request)
    return private(_file_checked(request, handler))


@csrf_protect
def _file_checked(request: HttpRequest, handler: uploads.InMemory) -> HttpResponse:
    if request.method != "POST":
        return render(request, "verification/file.html", {"form": FileForm()})
    form = FileForm(request.POST, request.FILES)
    if handler.is_too_large:
        return _file_refused(request, form, _too_large(), status=413)
    if not form.is_valid():
        return render(request, "verification/file.html", {"form": form})
    if not limits.FILES.count(limits.address_of(request)):
        return too_often(request)
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return _file_refused(request, FileForm(), _("现在比对的人多，请过一分钟再试。"), status=503)
    try:
        comparison = _compared(form.cleaned_data["file"].read())
    finally:
        _one_at_a_time.release()
    return render(request, "verification/compared.html", comparison_context(comparison))


def _compared(content: bytes) -> Comparison:
    """The verdict. A file made to break what reads it is no certificate, and ends in a sentence like any other."""
    unreadable = _("这个文件打不开，不是证书的原文件。请选从平台下载的 PDF，或者改用编号查。")
    try:
        return compared(paper_read(content, trusted=trusted_certificates()))
    except Exception:
        logger.exception("verification_file_not_read", size=len(content))
        return Comparison(Verdict.FOREIGN, unreadable)


def _file_refused(request: HttpRequest, form: FileForm, sentence: str, *, status: int) -> HttpResponse:
    context = {"form": form, "refusal": sentence}
    return private(render(request, "verification/file.html", context, status=status))


def _too_large() -> str:
    return _("这个文件太大了，不是证书的原文件：证书的 PDF 只有几十 KB，超过 3 MB 的不比对。请选从平台下载的那个文件。")
