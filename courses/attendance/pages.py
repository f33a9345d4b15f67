"""What the pages of attendance share: which session, which phone, the picture of a code, and times in words."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urljoin

import qrcode
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage

from courses.attendance.selectors import sessions_run_by, sessions_seen_by
from courses.attendance.services import Seen
from courses.attendance.states import Channel
from courses.classes.models import Session
from foundation.requests import user_of

DEVICE_COOKIE = "qs_device"
DEVICE_KEPT = timedelta(days=365)
SEEN_KEY = "attendance_seen"


def run_or_404(request: HttpRequest, pk: int) -> Session:
    """A session she runs; another does not exist for her."""
    found = sessions_run_by(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def seen_or_404(request: HttpRequest, pk: int) -> Session:
    """A session she may look at."""
    found = sessions_seen_by(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def address_of(text: str) -> str:
    """What the square holds: the address that a phone opens."""
    return str(urljoin(settings.PUBLIC_BASE_URL, reverse("attendance_scan", args=[text])))


def picture_of(text: str) -> SafeString:
    """The square as SVG, drawn on the server."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address_of(text))
    code.make(fit=True)
    drawn: str = code.make_image(image_factory=SvgPathImage).to_string(encoding="unicode")
    return mark_safe(drawn)  # noqa: S308 - drawn here, from nothing that anybody typed


def seen_keep(request: HttpRequest, seen: Seen) -> None:
    """Remember on the server that this browser saw a code: it cannot be passed on as an address could."""
    request.session[SEEN_KEY] = {"session": seen.session_id, "at": seen.at.isoformat(), "channel": seen.channel.value}


def seen_of(request: HttpRequest) -> Seen | None:
    """The code this browser saw last."""
    kept = request.session.get(SEEN_KEY)
    return Seen(kept["session"], datetime.fromisoformat(kept["at"]), Channel(kept["channel"])) if kept else None


def seen_forget(request: HttpRequest) -> None:
    request.session.pop(SEEN_KEY, None)


def device_of(request: HttpRequest) -> str:
    """A mark of this browser that says nothing about it; empty where it keeps no cookies."""
    kept = request.get_signed_cookie(DEVICE_COOKIE, default="")
    return sha256(kept.encode()).hexdigest()[:16] if kept else ""


def device_mark(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Give the browser its mark, when it has none."""
    if not request.get_signed_cookie(DEVICE_COOKIE, default=""):
        answer.set_signed_cookie(
            DEVICE_COOKIE,
            secrets.token_urlsafe(16),
            max_age=DEVICE_KEPT,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer
