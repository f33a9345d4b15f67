"""Pages of checked certificates, of which all but the certificate itself is drawn once in half a minute.

The frame of the page and the words around the values take many times as long as the values. Two certificates of one
kind in one state, shown to visitors without an account, differ in their values only: so the page is drawn with marks in
their places, kept, and filled. What is kept depends on the state; the state itself is read anew for every request.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

SECONDS = 30
TEMPLATE = "verification/frame.html"
CONTENT, ADDRESS, TOKEN = "QsContentGoesHere", "/QsAddressGoesHere/", "QsTokenGoesHere"
DISPLAY = "display"
_MARKS = re.compile(f"({ADDRESS}|{TOKEN}|QsMark-[a-z_]+-)")
_KNOWN_DISPLAY = re.compile(r"e[01]\.s(0|18|20|24|30)\.c[01]")


def mark(name: str) -> str:
    """What stands in the place of a value while the page is drawn."""
    return f"QsMark-{name}-"


@dataclass(frozen=True)
class Content:
    """The part of a page that shows a certificate.

    ``draw`` makes its safe HTML with marks in it, ``values`` are the plain texts for the marks, and ``shape`` is
    everything the drawn HTML depends on; ``None`` when it is not to be kept.
    """

    draw: Callable[[], str]
    values: Mapping[str, str]
    shape: Hashable


def framed(request: HttpRequest, content: Content, *, address: str) -> HttpResponse:
    """The content as the page of the site that stands at the address."""
    filling: dict[str, str] = {mark(name): escape(value) for name, value in content.values.items()}
    if request.user.is_authenticated:
        page = render_to_string(TEMPLATE, {"content": CONTENT}, request=request)
        parts = _MARKS.split(page.replace(CONTENT, content.draw()))
    else:
        filling |= {ADDRESS: escape(address), TOKEN: get_token(request)}
        parts = _kept(request, content)
    return HttpResponse("".join([filling.get(part, part) for part in parts]))


def _kept(request: HttpRequest, content: Content) -> list[str]:
    """The page cut at its marks."""
    chosen = request.COOKIES.get(DISPLAY, "")
    display = chosen if _KNOWN_DISPLAY.fullmatch(chosen) else ""
    if content.shape is None:
        return _drawn(request, content, display)
    key = f"verify:{get_language()}:{display}:{request.scheme}:{request.get_host()}:{hash(content.shape)}"
    kept: tuple[Hashable, list[str]] | None = caches["local"].get(key)
    if kept is None or kept[0] != content.shape:
        kept = content.shape, _drawn(request, content, display)
        caches["local"].set(key, kept, SECONDS)
    return kept[1]


def _drawn(request: HttpRequest, content: Content, display: str) -> list[str]:
    """From a request that holds nothing of this visitor's but how pages are to look."""
    blank = HttpRequest()
    blank.method, blank.path, blank.path_info = "GET", ADDRESS, ADDRESS
    kept = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")
    blank.META = {key: request.META[key] for key in kept if key in request.META}
    blank.COOKIES = {DISPLAY: display} if display else {}
    blank.user = AnonymousUser()
    page = render_to_string(TEMPLATE, {"content": CONTENT, "csrf_token": TOKEN}, request=blank)
    return _MARKS.split(page.replace(CONTENT, content.draw()))
