"""The page around a checked certificate, drawn once in half a minute for everybody who has not signed in.

Header and footer take several times as long as what a check shows. For a visitor without an account they are the same
but for three things, which are put in when they are known: the content, the page's own address and the token of its
forms. Only the frame is kept; what is on record is read anew for every request.
"""

import re

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
_PLACES = re.compile(f"({CONTENT}|{ADDRESS}|{TOKEN})")
_KNOWN_DISPLAY = re.compile(r"e[01]\.s(0|18|20|24|30)\.c[01]")


def framed(request: HttpRequest, content: str, *, address: str) -> HttpResponse:
    """The content, which is safe HTML, as the page of the site that stands at the address."""
    if request.user.is_authenticated:
        page = render_to_string(TEMPLATE, {"content": CONTENT}, request=request)
        return HttpResponse(page.replace(CONTENT, content))
    filling = {CONTENT: content, ADDRESS: escape(address), TOKEN: get_token(request)}
    return HttpResponse("".join(filling.get(part, part) for part in _frame(request)))


def _frame(request: HttpRequest) -> list[str]:
    """The frame cut at its places."""
    chosen = request.COOKIES.get(DISPLAY, "")
    display = chosen if _KNOWN_DISPLAY.fullmatch(chosen) else ""
    key = f"verify.frame.{get_language()}.{display}.{request.scheme}.{request.get_host()}"
    parts: list[str] = caches["local"].get_or_set(key, lambda: _drawn(request, display), SECONDS) or []
    return parts


def _drawn(request: HttpRequest, display: str) -> list[str]:
    """From a request that holds nothing of this visitor's but how pages are to look."""
    blank = HttpRequest()
    blank.method, blank.path, blank.path_info = "GET", ADDRESS, ADDRESS
    kept = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")
    blank.META = {key: request.META[key] for key in kept if key in request.META}
    blank.COOKIES = {DISPLAY: display} if display else {}
    blank.user = AnonymousUser()
    page = render_to_string(TEMPLATE, {"content": CONTENT, "csrf_token": TOKEN}, request=blank)
    return _PLACES.split(page)
