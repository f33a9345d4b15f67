"""What the page of components shows: where each component stands, and the invented data of the examples.

The examples are the templates in ``templates/design/examples/``, one for each component; the page shows their source
as well as what they draw, so the two cannot differ.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django_tables2
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import DomainError

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
COMMENT = re.compile(r"\{% comment %\}\n(.*?)\{% endcomment %\}", re.DOTALL)

SECTIONS: list[tuple["StrPromise", str]] = [
    (
        gettext_lazy("页面框架"),
        "display_bar site_header site_footer bottom_nav staff_top messages breadcrumb tabs hero",
    ),
    (gettext_lazy("按钮"), "button link_button print_button"),
    (
        gettext_lazy("表单"),
        "form field choices date_input code_input phone_input file_upload fieldset error_summary field_hints "
        "date_boxes",
    ),
    (gettext_lazy("状态"), "notice status_tag steps progress deadline confirmation empty_state"),
    (gettext_lazy("数字与政策"), "money date policy_figure masked_value"),
    (gettext_lazy("清单"), "summary_list task_list card_list timeline"),
    (gettext_lazy("表格"), "filters_bar table data_table pagination"),
    (gettext_lazy("文字与图片"), "details faq read_aloud photo"),
]
# Parts of the frame can be on a page only once: the page shows them in their place.
FRAME = frozenset({"display_bar", "site_header", "site_footer", "bottom_nav", "staff_top"})


class ExampleError(DomainError):
    """A component without a comment, or an example that is missing."""


@dataclass(frozen=True)
class Component:
    """One component as the page shows it."""

    name: str
    title: str
    purpose: str
    variables: str
    example: str  # the template of the example; empty for parts of the frame
    source: str


@dataclass(frozen=True)
class Section:
    title: "StrPromise"
    anchor: str
    components: list[Component]


def component_read(name: str) -> Component:
    """A component with what the comment at its top says; ``ExampleError`` when it says nothing."""
    found = COMMENT.search((TEMPLATES / "components" / f"{name}.html").read_text(encoding="utf-8"))
    if found is None:
        raise ExampleError("no_comment", _("组件 %(name)s 没有说明。") % {"name": name})
    title, rest = found[1].strip().split("\n", 1)
    purpose, _word, variables = rest.partition("variables:\n")
    example = "" if name in FRAME else f"design/examples/{name}.html"
    source = "" if name in FRAME else (TEMPLATES / example).read_text(encoding="utf-8").strip()
    return Component(name, title, purpose.strip(), variables.rstrip(), example, source)


def component_sections() -> list[Section]:
    """Every component in the order of the page."""
    return [
        Section(title, f"section-{number}", [component_read(name) for name in names.split()])
        for number, (title, names) in enumerate(SECTIONS, 1)
    ]


class ExampleForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="和身份证上一样。")
    identity = forms.CharField(label="身份证号码", help_text="18 位，最后一位可能是 X。")
    phone = forms.CharField(label="手机号码", help_text="用来登录和收短信。")
    code = forms.CharField(label="短信验证码", help_text="6 位数字，5 分钟内有效。")
    group = forms.ChoiceField(
        label="您属于哪一类人员？",
        help_text="选一个。",
        choices=[("rural", "农村转移劳动力"), ("laid_off", "下岗失业人员"), ("disabled", "残疾人"), ("none", "都不是")],
        widget=forms.RadioSelect,
    )
    times = forms.MultipleChoiceField(
        label="什么时候有空上课？",
        choices=[("evening", "工作日晚上"), ("weekend", "周末"), ("online", "手机上学，随时")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    born_on = forms.DateField(label="出生日期", help_text="例如 1976 年 8 月 5 日。", widget=forms.SelectDateWidget)
    roster = forms.FileField(label="学员名单")
    note = forms.CharField(label="还想说什么", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    district = forms.ChoiceField(label="所在区", choices=[("siming", "思明区"), ("tongan", "同安区")])
    street = forms.CharField(label="街道门牌")
    agree = forms.BooleanField(label="我同意把培训记录给人社部门核对")

    def clean_identity(self) -> str:
        raise forms.ValidationError("少了 1 位。请对照身份证再填一次。")


class SmallForm(forms.Form):
    course = forms.ChoiceField(
        label="想学什么？", choices=[("baby", "育婴员"), ("home", "家政服务员")], widget=forms.RadioSelect
    )


class FilterForm(forms.Form):
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("waiting", "待初审"), ("review", "待复核")], required=False
    )
    name = forms.CharField(label="姓名", required=False)


class ExampleTable(django_tables2.Table):
    number = django_tables2.Column("受理编号", linkify=lambda: "#")
    name = django_tables2.Column("姓名")
    scheme = django_tables2.Column("补贴项目")
    amount = django_tables2.Column("金额", attrs={"th": {"class": "number"}, "td": {"class": "number"}})
    due = django_tables2.Column("期限")

    class Meta:
        attrs = {"caption": "待初审的申领"}


def _claims() -> list[dict[str, str]]:
    people = ["李梅", "陈秀英", "林美丽", "黄阿兰", "吴桂花", "张玉珍", "许丽云"]
    return [
        {
            "number": f"SQ-2026-{number:06}",
            "name": person,
            "scheme": "初级工培训补贴",
            "amount": "1,500 元",
            "due": f"还剩 {number} 个工作日",
        }
        for number, person in enumerate(people, 1)
    ]


def _forms() -> dict[str, Any]:
    answers = {"name": "李梅", "identity": "35020119760805002"}
    refused, other = ExampleForm(answers, auto_id="refused_%s"), ExampleForm(answers, auto_id="hints_%s")
    for form in (refused, other):
        for name in ("phone", "code", "group", "born_on", "roster", "district", "street", "agree"):
            form.fields[name].required = False
    form = ExampleForm()
    return {
        "form": form,
        "refused_form": refused,
        "other_refused_form": other,
        "other_form": ExampleForm(initial={"born_on": date(1976, 8, 5)}, auto_id="other_%s"),
        "small_form": SmallForm(),
        "filter_form": FilterForm({"state": "waiting", "name": ""}, auto_id="filter_%s"),
        "address_fields": [form["district"], form["street"]],
    }


def _lists() -> dict[str, Any]:
    return {
        "summary_rows": [
            {"label": "姓名", "value": "李梅"},
            {"label": "社会保障卡", "value": "************0024", "url": "#"},
            {"label": "人员类别", "value": "农村转移劳动力", "url": "#"},
        ],
        "tasks": [
            {"label": "实名核验", "url": "#", "status": "已完成", "tone": "success"},
            {
                "label": "上传照片",
                "url": "#",
                "hint": "用手机拍一张，白色背景。",
                "status": "去完成",
                "tone": "warning",
            },
            {"label": "提交申请", "status": "还不能做", "hint": "上面都完成后才能提交。"},
        ],
        "cards": [
            {
                "title": "母婴护理员 五级",
                "url": "#",
                "text": "思明区，12 月 8 日开课",
                "icon": "baby",
                "status": "还有 6 个名额",
                "tone": "success",
            },
            {"title": "养老护理员 五级", "url": "#", "text": "手机上学，随时开始", "icon": "heart-handshake"},
            {
                "title": "家政服务员 四级",
                "url": "#",
                "text": "同安区，1 月开课",
                "icon": "house",
                "status": "已满",
                "tone": "stopped",
            },
        ],
    }


def _more_lists() -> dict[str, Any]:
    return {
        "events": [
            {"title": "复核通过", "at": date(2026, 11, 20), "actor": "市人社局", "text": "接下来公示 5 个工作日。"},
            {"title": "初审通过", "at": date(2026, 11, 17), "actor": "区人社局"},
            {"title": "您提交了申请", "at": date(2026, 11, 16)},
        ],
        "table_headers": [{"label": "区"}, {"label": "人数", "number": True}],
        "table_rows": [
            {"url": "#", "cells": [{"value": "思明区"}, {"value": "1,204", "number": True}]},
            {"url": "#", "cells": [{"value": "同安区"}, {"value": "986", "number": True}]},
        ],
        "tabs": [
            {"label": "待初审", "url": "#", "current": True, "count": 12},
            {"label": "待复核", "url": "#", "count": 3},
            {"label": "已办结", "url": "#"},
        ],
        "questions": [
            {"question": "没有智能手机怎么办？", "answer": "带上身份证到就近的服务窗口，工作人员帮您办。"},
            {"question": "多久能拿到钱？", "answer": "公示结束后，一般 10 个工作日内到账。"},
        ],
        "breadcrumb_items": [{"label": "办事指南", "url": "#"}, {"label": "领培训补贴"}],
    }


def example_context() -> dict[str, Any]:
    """The invented data of all examples."""
    table = ExampleTable(_claims(), prefix="claims-", order_by="number")
    table.paginate(page=1, per_page=4)
    return (
        _forms()
        | _lists()
        | _more_lists()
        | {
            "table": table,
            "page": Paginator(range(200), 20).page(3),
            "sample_messages": [Message(constants.SUCCESS, "已保存。"), Message(constants.INFO, "下次从这里继续。")],
            "paragraphs": "先学完课程，考试合格。\n\n再点「申请补贴」。我们核对后，钱会打到您的社会保障卡。",
            "sample_phone": "19900001234",
            "sample_identity": "350201197608050028",
            "today": date(2026, 11, 23),
            "due_on": date(2026, 12, 3),
            "year_start": date(2026, 1, 1),
            "year_end": date(2026, 12, 31),
            "sample_nav": [
                {"label": "待办", "url": "#", "icon": "inbox", "current": True, "count": 12},
                {"label": "申领", "url": "#", "icon": "wallet"},
                {"label": "证书", "url": "#", "icon": "award"},
                {"label": "培训机构", "url": "#", "icon": "school"},
                {"label": "统计", "url": "#", "icon": "chart-column"},
            ],
        }
    )
