"""The lessons of a course as a school puts them together, and the free content of open parent classes.

What a lesson is called on the way (``Lesson.key``) is the id of its block, so a lesson keeps its name when it is moved,
renamed or filled with something else.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.content.choosers import QuestionBankChooserBlock, VideoChooserBlock
from courses.content.states import LessonKind

TEXT_FEATURES = ["bold", "ol", "ul", "link"]
Choices = Iterable[tuple[str, str]]


class TextBlock(blocks.StreamBlock):
    """What is read: headings and paragraphs."""

    heading = blocks.CharBlock(label=_("小标题"), icon="title", max_length=60)
    paragraph = blocks.RichTextBlock(label=_("正文"), features=TEXT_FEATURES, icon="pilcrow")

    class Meta:
        label = _("正文")


class CheckBlock(blocks.StructBlock):
    """The quiz without which a video or an article counts for nothing; without a bank there is none."""

    bank = QuestionBankChooserBlock(label=_("题库"), required=False, help_text=_("不选题库，就不用测验。"))
    count = blocks.IntegerBlock(label=_("抽几道题"), min_value=1, max_value=100, default=5, required=False)
    pass_points = blocks.IntegerBlock(
        label=_("及格线（百分之几）"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("留空按平台规则。"),
    )
    attempts = blocks.IntegerBlock(
        label=_("可以考几次"), min_value=1, max_value=99, required=False, help_text=_("留空不限次数。")
    )

    class Meta:
        label = _("学完要通过的测验（可以不设）")
        icon = "help"
        collapsed = True


class LessonBlock(blocks.StructBlock):
    """What every lesson has. ``units`` are the units of the package the form offers."""

    title = blocks.CharBlock(label=_("课时标题"), max_length=100)

    def __init__(self, units: Choices = (), **kwargs: Any) -> None:
        unit = blocks.ChoiceBlock(choices=list(units), label=_("学习单元"), search_index=False)
        super().__init__([("unit", unit), *self.own_blocks()], **kwargs)

    @staticmethod
    def own_blocks() -> list[tuple[str, blocks.Block]]:
        """What this kind of lesson has besides title and unit, made anew for each form."""
        return []


def _credited(help_text: Any) -> blocks.IntegerBlock:
    return blocks.IntegerBlock(
        label=_("最多计多少分钟学时"), min_value=0, max_value=600, required=False, help_text=help_text
    )


class VideoLessonBlock(LessonBlock):
    @staticmethod
    def own_blocks() -> list[tuple[str, blocks.Block]]:
        return [
            ("video", VideoChooserBlock(label=_("视频"))),
            ("credited_minutes", _credited(_("45 分钟是一学时；留空按视频长度，不能比视频长。填 0 表示不计学时。"))),
            ("check", CheckBlock()),
        ]

    class Meta:
        label = LessonKind.VIDEO.label
        icon = "media"


class ArticleLessonBlock(LessonBlock):
    @staticmethod
    def own_blocks() -> list[tuple[str, blocks.Block]]:
        seconds = blocks.IntegerBlock(
            label=_("阅读时间（秒）"),
            min_value=1,
            max_value=36000,
            required=False,
            help_text=_("留空按字数估算，每分钟 200 字。"),
        )
        return [
            ("body", TextBlock()),
            ("seconds", seconds),
            ("credited_minutes", _credited(_("45 分钟是一学时；留空按阅读时间。填 0 表示不计学时。"))),
            ("check", CheckBlock()),
        ]

    class Meta:
        label = LessonKind.ARTICLE.label
        icon = "doc-full"


class QuizLessonBlock(LessonBlock):
    @staticmethod
    def own_blocks() -> list[tuple[str, blocks.Block]]:
        return [
            ("bank", QuestionBankChooserBlock(label=_("题库"))),
            ("count", blocks.IntegerBlock(label=_("抽几道题"), min_value=1, max_value=100, default=10)),
            (
                "pass_points",
                blocks.IntegerBlock(
                    label=_("及格线（百分之几）"),
                    min_value=1,
                    max_value=100,
                    required=False,
                    help_text=_("留空按平台规则。"),
                ),
            ),
            (
                "attempts",
                blocks.IntegerBlock(
                    label=_("可以考几次"), min_value=1, max_value=99, required=False, help_text=_("留空不限次数。")
                ),
            ),
            (
                "shows_feedback",
                blocks.BooleanBlock(label=_("交卷后显示答案和解析"), required=False, default=True),
            ),
            ("credited_minutes", _credited(_("测验一般不计学时，可以留空。"))),
        ]

    class Meta:
        label = LessonKind.QUIZ.label
        icon = "help"


class PracticalLessonBlock(LessonBlock):
    @staticmethod
    def own_blocks() -> list[tuple[str, blocks.Block]]:
        hours = blocks.DecimalBlock(
            label=_("学时"),
            min_value=Decimal("0.5"),
            max_value=Decimal(99),
            decimal_places=1,
            help_text=_("每学时 45 分钟，可以填半学时。到课签到后计学时。"),
        )
        return [
            ("hours", hours),
            ("content", blocks.TextBlock(label=_("练什么、怎么练"), required=False, rows=3)),
        ]

    class Meta:
        label = LessonKind.PRACTICAL.label
        icon = "pick"


class LessonsBlock(blocks.StreamBlock):
    """The lessons in their order. The page's form makes one that offers the units of the package it follows."""

    def __init__(self, units: Choices = (), **kwargs: Any) -> None:
        units = list(units)
        kinds = {
            LessonKind.VIDEO: VideoLessonBlock,
            LessonKind.ARTICLE: ArticleLessonBlock,
            LessonKind.QUIZ: QuizLessonBlock,
            LessonKind.PRACTICAL: PracticalLessonBlock,
        }
        super().__init__([(str(kind), block(units)) for kind, block in kinds.items()], **kwargs)

    class Meta:
        required = False


class ParentClassBlock(blocks.StreamBlock):
    """The content of an open parent class."""

    heading = blocks.CharBlock(label=_("小标题"), icon="title", max_length=60)
    paragraph = blocks.RichTextBlock(label=_("正文"), features=TEXT_FEATURES, icon="pilcrow")
    video = VideoChooserBlock(label=_("视频"), icon="media")

    class Meta:
        required = False
