"""The front page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from portal.cms.models.guides import GuideIndexPage, GuidePage
from portal.cms.models.pages import NewsIndexPage, NewsPage, NoticeIndexPage, NoticePage, SchoolIndexPage


class HomePage(Page):
    """The front door: what she can do here, in a few large steps."""

    lead = models.CharField(_("主标语"), max_length=60, blank=True)
    intro = models.TextField(_("介绍"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["guides"] = GuidePage.objects.live().public().order_by("path")[:6]
        context["guide_index"] = GuideIndexPage.objects.live().first()
        context["news"] = NewsPage.objects.live().public().order_by("-first_published_at")[:3]
        context["news_index"] = NewsIndexPage.objects.live().first()
        context["notices"] = NoticePage.objects.live().public().order_by("-first_published_at")[:3]
        context["notice_index"] = NoticeIndexPage.objects.live().first()
        context["school_index"] = SchoolIndexPage.objects.live().first()
        return context
