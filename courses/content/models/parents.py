"""父母课堂: classes for families, free and open to everybody. A school writes them under its own page, the bureau in
the section; both go the way of every page: somebody else approves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.content.blocks import ParentClassBlock


class ParentClassIndexPage(Page):
    """The section: every open parent class, wherever it was written."""

    intro = models.CharField(_("说明"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["content.ParentClassPage"]
    max_count = 1
    template = "content/parent_class_index_page.html"

    class Meta:
        verbose_name = _("父母课堂栏目")


class ParentClassPage(Page):
    """One open parent class: videos and texts."""

    summary = models.CharField(_("简介"), max_length=200, help_text=_("一句话说明学什么、适合哪些家庭。"))
    body = StreamField(ParentClassBlock(), verbose_name=_("内容"), blank=True)

    parent_page_types = ["content.ParentClassIndexPage", "cms.SchoolPage"]
    subpage_types: list[str] = []
    template = "content/parent_class_page.html"
    search_fields = [*Page.search_fields, index.SearchField("summary", boost=2), index.SearchField("body")]

    class Meta:
        verbose_name = _("父母课堂")
        verbose_name_plural = _("父母课堂")
