"""An invented week of the portal, for trying it out. Never loaded where real people work."""

import tomllib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from foundation.accounts.models import Organisation
from foundation.accounts.states import OrganisationKind
from portal.cms.base import CONTENT, guide_fields, school_page_open
from portal.cms.models import (
    GovernmentFooter,
    GuideIndexPage,
    GuidePage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
)


@transaction.atomic
def demo_site_load() -> None:
    """Invented news, notices, a guide to the demonstration's scheme, the schools' pages and a footer.

    Running it again changes nothing. The schemes of the demonstration are there already: the guide names their figures.
    """
    content = tomllib.loads((CONTENT / "demo.toml").read_text("utf-8"))
    site = Site.objects.get(is_default_site=True)
    GovernmentFooter.objects.update_or_create(site=site, defaults=content["footer"])
    for model, index, rows in (
        (NewsPage, NewsIndexPage, content["news"]),
        (NoticePage, NoticeIndexPage, content["notice"]),
    ):
        parent = index.objects.get()
        for row in rows:
            if not model.objects.child_of(parent).filter(slug=row["slug"]).exists():
                _publish(parent, model(**_story(row)))
    guides = GuideIndexPage.objects.get()
    for row in content["guide"]:
        if not GuidePage.objects.child_of(guides).filter(slug=row["slug"]).exists():
            _publish(guides, GuidePage(**guide_fields(row)))
    for organisation in Organisation.objects.filter(kind=OrganisationKind.SCHOOL):
        page = school_page_open(organisation=organisation)
        if not page.live and not page.summary:
            for name, value in _story(content["school"]).items():
                setattr(page, name, value)
            page.save_revision().publish()


def _story(row: dict[str, Any]) -> dict[str, Any]:
    body = [("paragraph", f"<p>{paragraph}</p>") for paragraph in row.get("paragraphs", [])]
    return (
        {name: value for name, value in row.items() if name not in {"paragraphs", "published"}}
        | {"body": body}
        | ({"first_published_at": _moment(row["published"])} if "published" in row else {})
    )


def _moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def _publish(parent: Page, page: Page) -> None:
    page.live = False
    parent.add_child(instance=page).save_revision().publish()
