"""The parts of a service guide (办事指南), as an editor fills them in.

Any text may name a policy figure as ``[[parameter.code]]``; the page shows what is in force on the day it is read.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.cms.figures import check_codes


class FigureTextBlock(blocks.TextBlock):
    """A paragraph that may name policy figures; an unknown code is refused when the page is saved."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        check_codes(cleaned or "")
        return cleaned


class FigureRowBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("项目"), help_text=_("例如：五级/初级工"))
    code = blocks.CharBlock(
        label=_("政策参数代码"), help_text=_("在“政策管理”中查到的代码，页面按当天有效的标准显示。")
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            check_codes(f"[[{cleaned['code']}]]")
        except ValidationError as error:
            raise blocks.StructBlockValidationError(block_errors={"code": error}) from error
        return cleaned

    class Meta:
        label = _("一项标准")
        icon = "tag"


class BasisBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("文件名称"))
    doc_no = blocks.CharBlock(label=_("文号"), required=False)
    article = blocks.CharBlock(label=_("条款"), required=False)

    class Meta:
        label = _("设定依据")
        icon = "doc-full"


class MaterialBlock(blocks.StructBlock):
    """One material, with the columns a government service guide prints for it."""

    name = blocks.CharBlock(label=_("材料名称"))
    basis = blocks.CharBlock(label=_("依据"), required=False)
    form = blocks.ChoiceBlock(
        label=_("原件或复印件"),
        choices=[("original", _("原件")), ("copy", _("复印件")), ("both", _("原件和复印件")), ("none", _("无需提交"))],
        default="none",
    )
    electronic = blocks.BooleanBlock(label=_("可用电子材料"), required=False, default=True)
    copies = blocks.IntegerBlock(label=_("份数"), required=False, min_value=0)
    size = blocks.CharBlock(label=_("规格"), required=False, help_text=_("例如：A4"))
    necessity = blocks.ChoiceBlock(
        label=_("必要性"), choices=[("required", _("必要")), ("if", _("符合情形时提供"))], default="required"
    )
    source = blocks.CharBlock(label=_("来源"), required=False, help_text=_("例如：本人自备、部门共享"))
    seal = blocks.CharBlock(label=_("签章要求"), required=False)
    may_follow = blocks.BooleanBlock(label=_("可以容缺"), required=False)
    attachment = blocks.CharBlock(label=_("附件"), required=False)
    note = blocks.CharBlock(label=_("备注"), required=False)

    class Meta:
        label = _("申请材料")
        icon = "clipboard-list"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("环节"))
    text = FigureTextBlock(label=_("说明"), required=False, rows=2)

    class Meta:
        label = _("办理环节")
        icon = "order"


class SpecialStepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("名称"))
    limit = FigureTextBlock(label=_("时限"), rows=1)
    counted = blocks.BooleanBlock(label=_("计入办理时限"), required=False)

    class Meta:
        label = _("特殊环节")
        icon = "time"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("问题"))
    answer = FigureTextBlock(label=_("回答"), rows=3)

    class Meta:
        label = _("常见问题")
        icon = "help"


class FormBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("表格名称"))
    document = blocks.CharBlock(label=_("下载地址"), help_text=_("在“文档”中上传后，把地址填在这里。"))

    class Meta:
        label = _("表格下载")
        icon = "download"


class StoryBlock(blocks.StreamBlock):
    """Free content for news, notices and school pages."""

    heading = blocks.CharBlock(label=_("小标题"), icon="title")
    paragraph = blocks.RichTextBlock(
        label=_("正文"), features=["bold", "ol", "ul", "link", "document-link"], icon="pilcrow"
    )
    figures = blocks.ListBlock(FigureRowBlock(), label=_("政策标准"), icon="list-ul")

    class Meta:
        required = False
