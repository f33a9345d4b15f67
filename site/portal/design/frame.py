"""The parts of a page's frame that are the same for many visitors: drawn once in half a minute, not for every page.

What differs from one request to the next stands in a part as a mark, put in afterwards: the token of its forms and
the address of the page. Everything else a part depends on is in its key.
"""

from urllib.parse import quote

from django.core.cache import caches
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

SECONDS = 30
TOKEN, HERE, HERE_QUOTED = "frame-mark-token", "frame-mark-here", "frame-mark-quoted-here"


def part(context: Context, template_name: str) -> SafeString:
    """The part as this visitor sees it on this page."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return _drawn(context, template_name)
    key = f"frame:{template_name}:{_what_it_depends_on(context, request)}"
    text: str | None = caches["local"].get(key)
    if text is None:
        with context.push(csrf_token=TOKEN, here=HERE, here_quoted=HERE_QUOTED):
            text = str(_drawn(context, template_name))
        caches["local"].set(key, text, SECONDS)
    if TOKEN in text:
        text = text.replace(TOKEN, str(context.get("csrf_token", "")))
    here = request.get_full_path()
    return mark_safe(text.replace(HERE, escape(here)).replace(HERE_QUOTED, quote(here)))  # noqa: S308 - escaped


def _drawn(context: Context, template_name: str) -> SafeString:
    assert context.template is not None
    return context.template.engine.get_template(template_name).render(context)


def _what_it_depends_on(context: Context, request: HttpRequest) -> str:
    sections = [bool(item["current"]) for item in context.get("site_nav") or []]
    visitor = [request.user.is_authenticated, context.get("is_worker"), context.get("is_staff_member")]
    entries = {"/", context.get("services_url"), reverse("my_home"), reverse("my_classes")}
    place = request.path if request.path in entries else ""
    flags = "".join(str(int(bool(flag))) for flag in [*visitor, *sections])
    return f"{get_language()}:{context['display'].to_cookie()}:{place}:{flags}"
