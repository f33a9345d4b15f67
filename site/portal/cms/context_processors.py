"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from foundation.accounts.states import STAFF, Role
from portal.cms.models import GovernmentFooter, GuideIndexPage

SECONDS = 30


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """City, sections, government footer, and what kind of visitor this is."""
    frame: dict[str, Any] = caches["local"].get_or_set("site-frame", lambda: _frame(request), SECONDS) or {}
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    return {
        "debug": settings.DEBUG,
        "city_name": settings.CITY_NAME,
        "government_footer": frame["footer"],
        "services_url": frame["services_url"],
        "site_nav": [item | {"current": request.path.startswith(item["url"])} for item in _nav(frame["nav"])],
        "is_worker": Role.WORKER in roles,
        "is_staff_member": bool(roles & STAFF),
    }


def _nav(sections: list[dict[str, str]]) -> list[dict[str, str]]:
    """What is looked for most comes first; then the sections of the site."""
    first = ((_("找课程"), "course_finder"), (_("查验证书"), "certificate_verify"))
    return [*({"label": label, "url": reverse(name)} for label, name in first), *sections]


def _frame(request: HttpRequest) -> dict[str, Any]:
    """Read once in half a minute per process: it is the same for everybody."""
    site = Site.find_for_request(request)
    if site is None:
        return {"footer": None, "nav": [], "services_url": ""}
    sections = site.root_page.get_children().live().public().in_menu()
    guides = GuideIndexPage.objects.live().first()
    return {
        "footer": GovernmentFooter.for_site(site),
        "nav": [{"label": page.title, "url": page.get_url(request)} for page in sections],
        "services_url": guides.get_url(request) if guides else "",
    }
