"""办事指南： one page says everything about one service, with figures from the policy rows the claim engine reads."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from foundation.policy.values import ParameterValue
from portal.cms.blocks import (
    BasisBlock,
    FigureRowBlock,
    FigureTextBlock,
    FormBlock,
    MaterialBlock,
    QuestionBlock,
    SpecialStepBlock,
    StepBlock,
)
from portal.cms.figures import REFERENCE, check_codes, figures_on
from portal.cms.models.pages import ListPage


class ItemKind(models.TextChoices):
    GRANT = "grant", _("行政给付")
    CONFIRMATION = "confirmation", _("行政确认")
    AWARD = "award", _("行政奖励")
    PUBLIC_SERVICE = "public_service", _("公共服务")


class GuideIndexPage(ListPage):
    """The list of the guides to services."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidePage"]
    template = "cms/guide_index_page.html"

    class Meta:
        verbose_name = _("办事指南栏目")

    def children(self) -> Any:
        return self.get_children().live().public().specific().order_by("path")


def _list(block: blocks.Block, name: Any) -> StreamField:
    return StreamField([("item", block)], verbose_name=name, blank=True)


class GuidePage(Page):
    """One service, with every element that a guide must publish （厦府办规〔2022〕6号， clause 十九）."""

    TEXTS = ("summary", "audience", "statutory_limit", "promised_limit", "fee", "delivery")
    STREAMS = ("conditions", "amounts", "steps", "special_steps", "questions")

    summary = models.TextField(_("一句话说明"), max_length=200, help_text=_("说给办事的人听：能办什么，能得到什么。"))
    sub_item = models.CharField(_("子项或业务办理项"), max_length=100, blank=True)
    item_code = models.CharField(_("事项编码"), max_length=50, blank=True)
    item_kind = models.CharField(
        _("事项类型"), max_length=20, choices=ItemKind.choices, default=ItemKind.PUBLIC_SERVICE
    )
    level = models.CharField(_("行使层级"), max_length=20, blank=True, help_text=_("例如：市级"))
    department = models.CharField(_("办理部门"), max_length=100, blank=True)
    audience = models.TextField(_("服务对象"), max_length=500, blank=True)
    basis = _list(BasisBlock(), _("设定依据"))
    conditions = _list(FigureTextBlock(rows=2), _("受理条件"))
    amounts = _list(FigureRowBlock(), _("补贴标准"))
    materials = _list(MaterialBlock(), _("申请材料"))
    steps = _list(StepBlock(), _("办理流程"))
    special_steps = _list(SpecialStepBlock(), _("特殊环节"))
    statutory_limit = models.CharField(_("法定办结时限"), max_length=200, blank=True)
    promised_limit = models.CharField(_("承诺办结时限"), max_length=200, blank=True)
    fee = models.CharField(_("收费"), max_length=200, blank=True, help_text=_("是否收费、标准和依据。"))
    place = models.TextField(_("办理地点和时间"), max_length=500, blank=True)
    online_url = models.CharField(_("网上办理入口"), max_length=200, blank=True)
    visits = models.PositiveSmallIntegerField(_("到现场次数"), default=0)
    enquiry_phone = models.CharField(_("咨询电话"), max_length=50, blank=True, help_text=_("对公众公布的办公电话。"))
    complaint_phone = models.CharField(
        _("监督投诉电话"), max_length=50, blank=True, help_text=_("对公众公布的办公电话。")
    )
    result_name = models.CharField(_("结果名称"), max_length=100, blank=True)
    delivery = models.CharField(_("结果送达"), max_length=200, blank=True)
    questions = _list(QuestionBlock(), _("常见问题"))
    forms = _list(FormBlock(), _("表格下载"))

    parent_page_types = ["cms.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "cms/guide_page.html"
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=3),
        *(
            index.SearchField(name)
            for name in (
                "audience",
                "department",
                "conditions",
                "amounts",
                "materials",
                "steps",
                "special_steps",
                "place",
                "basis",
                "questions",
                "forms",
            )
        ),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("sub_item"), FieldPanel("item_code")]),
                FieldRowPanel([FieldPanel("item_kind"), FieldPanel("level")]),
                FieldPanel("department"),
                FieldPanel("audience"),
            ],
            heading=_("基本信息"),
        ),
        FieldPanel("conditions"),
        FieldPanel("amounts"),
        FieldPanel("materials"),
        FieldPanel("steps"),
        FieldPanel("special_steps"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("statutory_limit"), FieldPanel("promised_limit")]),
                FieldRowPanel([FieldPanel("fee"), FieldPanel("visits")]),
                FieldPanel("place"),
                FieldPanel("online_url"),
                FieldRowPanel([FieldPanel("enquiry_phone"), FieldPanel("complaint_phone")]),
                FieldRowPanel([FieldPanel("result_name"), FieldPanel("delivery")]),
            ],
            heading=_("办理"),
        ),
        FieldPanel("basis"),
        FieldPanel("questions"),
        FieldPanel("forms"),
    ]

    class Meta:
        verbose_name = _("办事指南")

    @property
    def short_summary(self) -> str:
        """The summary for lists, where figures are not looked up."""
        return REFERENCE.sub("…", self.summary)

    def clean(self) -> None:
        super().clean()
        errors = {}
        for name in self.TEXTS:
            try:
                check_codes(getattr(self, name))
            except ValidationError as error:
                errors[name] = error
        if errors:
            raise ValidationError(errors)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["today"] = timezone.localdate()
        context["figures"] = figures_on(self._texts(), on=context["today"])
        context["has_amounts"] = any(
            isinstance(context["figures"].get(row.value["code"]), ParameterValue) for row in self.amounts
        )
        return context

    def _texts(self) -> list[str]:
        """Every text in which a figure may be named."""
        texts = [getattr(self, name) for name in self.TEXTS]
        for name in self.STREAMS:
            for item in getattr(self, name):
                if name == "amounts":
                    texts.append(f"[[{item.value['code']}]]")
                elif isinstance(item.value, str):
                    texts.append(item.value)
                else:
                    texts += [value for value in item.value.values() if isinstance(value, str)]
        return texts
