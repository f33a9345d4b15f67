"""Courses as pages that schools edit, and the versions classes are frozen to.

A page changes; a version never does. Publishing a course page freezes what it says as the next version, with one
row for each lesson, and the database refuses to change either (migration 0001).
"""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.log_actions import LogContext, get_active_log_context
from wagtail.models import Page, Revision
from wagtail.search import index

from courses.catalogue.models import PackageUnit, PackageVersion
from courses.content.blocks import LessonsBlock
from courses.content.models.media import Video
from courses.content.models.questions import QuestionBank
from courses.content.signals import course_publishing
from courses.content.states import CourseMode, LessonKind
from courses.schools.models import School


class CoursePage(Page):
    """课程: what a school teaches, built on one edition of a training package. Stands under the school's page."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("培训机构"), editable=False
    )
    package_version = models.ForeignKey(
        PackageVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业培训包")
    )
    summary = models.CharField(_("简介"), max_length=200, help_text=_("一句话说明学什么、适合谁。"))
    mode = models.CharField(_("学习方式"), max_length=10, choices=CourseMode.choices, default=CourseMode.BLENDED)
    fee_fen = models.PositiveIntegerField(_("学费（分）"), default=0)
    is_ordered = models.BooleanField(_("按顺序学习"), default=True, help_text=_("学完前一课才能开始后一课。"))
    speed_max = models.DecimalField(
        _("最高播放速度"),
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("倍数；留空按平台规则，不能超过平台规则。"),
    )
    lessons = StreamField(LessonsBlock(), verbose_name=_("课时"), blank=True)

    parent_page_types = ["cms.SchoolPage"]
    subpage_types: list[str] = []
    template = "content/course_page.html"
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("searched_words"),
        index.SearchField("lessons"),
    ]

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")

    @property
    def searched_words(self) -> str:
        """The words somebody looks for a course by, besides its own."""
        package = self.package_version.package
        words = (package.occupation, package.work_type, package.get_level_display(), self.school, self.school.address)
        return " ".join(str(word) for word in words if word)

    def publish(self, revision: Revision, user: Any = None, **kwargs: Any) -> Any:
        """Every way to go live comes through here, save the editor's own button, which its form guards.

        Whoever objects stops it; who acts is known to whoever freezes the version.
        """
        with transaction.atomic(), LogContext(user=user or get_active_log_context().user):
            course_publishing.send(sender=type(self), revision=revision)
            return super().publish(revision, user=user, **kwargs)


class CourseVersion(models.Model):
    """课程版本: a course as it was published. A class run names one and keeps to it. Rows are only added."""

    page = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="versions", verbose_name=_("课程"))
    number = models.PositiveIntegerField(_("版次"))
    title = models.CharField(_("课程名称"), max_length=255)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name=_("培训机构"))
    package_version = models.ForeignKey(
        PackageVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业培训包")
    )
    mode = models.CharField(_("学习方式"), max_length=10, choices=CourseMode.choices)
    fee_fen = models.PositiveIntegerField(_("学费（分）"))
    is_ordered = models.BooleanField(_("按顺序学习"))
    speed_max = models.DecimalField(_("最高播放速度"), max_digits=3, decimal_places=2, null=True, blank=True)
    content_hash = models.CharField(_("内容摘要"), max_length=64, help_text=_("内容的 SHA-256；内容没变不产生新版本。"))
    revision = models.PositiveBigIntegerField(_("页面修订号"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("课程版本")
        verbose_name_plural = _("课程版本")
        ordering = ["page", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="course_version_is_numbered_once"),
            models.CheckConstraint(condition=Q(mode__in=CourseMode.values), name="course_version_mode_is_known"),
        ]

    def __str__(self) -> str:
        return _("%(title)s 第 %(number)s 版") % {"title": self.title, "number": self.number}


class Lesson(models.Model):
    """课时内容: one lesson of a course version, as it was published. Rows are only added.

    ``key`` names the same lesson in every version. ``seconds`` is the length of the medium (for an article the
    reading time the school gives); ``credited_minutes`` what the lesson counts for at most, 45 to a credited hour.
    A practical lesson is credited by attendance, not by watching.
    """

    version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("课程版本")
    )
    key = models.UUIDField(_("课时标识"))
    position = models.PositiveSmallIntegerField(_("顺序"))
    kind = models.CharField(_("类型"), max_length=10, choices=LessonKind.choices)
    title = models.CharField(_("标题"), max_length=200)
    unit = models.ForeignKey(
        PackageUnit, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("学习单元")
    )
    seconds = models.PositiveIntegerField(_("时长（秒）"), default=0)
    credited_minutes = models.PositiveSmallIntegerField(_("计学时上限（分钟）"), default=0)
    needs_check = models.BooleanField(_("通过测验才计学时"), default=False)
    body = models.JSONField(_("内容"), default=dict, help_text=_("发布时的全部内容：正文、视频、测验设置。"))
    video = models.ForeignKey(
        Video,
        on_delete=models.PROTECT,
        related_name="lessons",
        null=True,
        blank=True,
        verbose_name=_("视频"),
        help_text=_("已发布的课程用到的视频不能删除。"),
    )
    bank = models.ForeignKey(
        QuestionBank,
        on_delete=models.PROTECT,
        related_name="lessons",
        null=True,
        blank=True,
        verbose_name=_("题库"),
        help_text=_("已发布的课程用到的题库不能删除。"),
    )

    class Meta:
        verbose_name = _("课时内容")
        verbose_name_plural = _("课时内容")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="lesson_has_its_place"),
            models.UniqueConstraint(fields=["version", "key"], name="lesson_is_in_a_version_once"),
            models.CheckConstraint(condition=Q(kind__in=LessonKind.values), name="lesson_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.title
