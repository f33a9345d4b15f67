"""News, notices and school pages."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from foundation.accounts.models import Organisation
from foundation.accounts.states import OrganisationKind
from portal.cms.blocks import StoryBlock
from portal.cms.figures import figures_on

PER_PAGE = 20


class StoryPage(Page):
    """A page of free content that may name policy figures."""

    summary = models.CharField(_("摘要"), max_length=200, blank=True, help_text=_("列表和搜索结果里显示的一句话。"))
    body = StreamField(StoryBlock(), verbose_name=_("内容"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary", boost=2), index.SearchField("body")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["figures"] = figures_on(self._texts(), on=timezone.localdate())
        return context

    def _texts(self) -> list[str]:
        texts = []
        for block in self.body:
            if block.block_type == "figures":
                texts += [f"[[{row['code']}]]" for row in block.value]
            else:
                texts.append(str(getattr(block.value, "source", block.value)))
        return texts


class ListPage(Page):
    """A page that lists its live children, newest first."""

    intro = models.CharField(_("说明"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True

    def children(self) -> Any:
        return self.get_children().live().public().specific().order_by("-first_published_at", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["page_obj"] = Paginator(self.children(), PER_PAGE).get_page(request.GET.get("page"))
        return context


class NewsIndexPage(ListPage):
    """The list of the news."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    template = "cms/list_page.html"

    class Meta:
        verbose_name = _("新闻动态栏目")


class NewsPage(StoryPage):
    """One piece of news."""

    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/story_page.html"

    class Meta:
        verbose_name = _("新闻")


class NoticeIndexPage(ListPage):
    """The list of the notices to the public."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NoticePage"]
    template = "cms/list_page.html"

    class Meta:
        verbose_name = _("通知公告栏目")


class NoticePage(StoryPage):
    """A notice to the public; one with closing day says until when it can be answered."""

    closes_on = models.DateField(_("截止日期"), null=True, blank=True)

    content_panels = [*StoryPage.content_panels, FieldPanel("closes_on")]
    parent_page_types = ["cms.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "cms/story_page.html"

    class Meta:
        verbose_name = _("公告")


class SchoolIndexPage(ListPage):
    """The list of the schools' own pages."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.SchoolPage"]
    template = "cms/list_page.html"

    class Meta:
        verbose_name = _("培训机构栏目")


class SchoolPage(StoryPage):
    """What a school says of itself; the school writes it, the bureau approves it."""

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.PROTECT,
        related_name="page",
        limit_choices_to={"kind": OrganisationKind.SCHOOL},
        verbose_name=_("培训机构"),
    )
    address = models.CharField(_("办学地址"), max_length=200, blank=True, help_text=_("学校对外公布的地址。"))
    phone = models.CharField(_("招生电话"), max_length=50, blank=True, help_text=_("学校对外公布的电话。"))

    content_panels = [
        *StoryPage.content_panels,
        FieldPanel("address"),
        FieldPanel("phone"),
        FieldPanel("organisation", permission="accounts.change_organisation"),
    ]
    search_fields = [*StoryPage.search_fields, index.SearchField("address")]
    parent_page_types = ["cms.SchoolIndexPage"]
    subpage_types = ["content.CoursePage", "content.ParentClassPage"]
    template = "cms/school_page.html"

    class Meta:
        verbose_name = _("培训机构页面")
