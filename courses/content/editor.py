"""How a course is edited: its form, which guards submission, and its panels. Attached when the app is ready."""

from decimal import Decimal
from itertools import chain, count
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.blocks.base import BlockWidget

from courses.catalogue.models import PackageVersion
from courses.content.blocks import LessonsBlock
from courses.content.course_checks import Problem, course_check
from courses.content.course_selectors import editions_for, school_of_parent, units_by_code
from courses.content.media_selectors import foreign_media
from courses.content.models import CoursePage, ParentClassPage
from foundation.requests import number_in

# What the editor's buttons send when the page is to go on its way, and not only to be kept.
GOING_ON = ("action-submit", "action-publish", "action-restart-workflow")


def is_going_on(data: Any) -> bool:
    """Whether what was sent asks for more than keeping a draft."""
    if any(data.get(name) for name in GOING_ON):
        return True
    return bool(data.get("action-workflow-action")) and data.get("workflow-action-name") == "approve"


class PackageField(forms.ModelChoiceField):
    def label_from_instance(self, version: Any) -> str:
        package = version.package
        names = (package.occupation, package.work_type, package.get_level_display() if package.level else None)
        training = " ".join(str(name) for name in names if name)
        return f"{training}｜{version}"


class YuanField(forms.DecimalField):
    """Money as schools write it, in yuan; kept as whole fen."""

    def prepare_value(self, value: Any) -> Any:
        return Decimal(value) / 100 if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return int((super().clean(value) or Decimal(0)) * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class PlainAddressForm(WagtailAdminPageForm):
    """A new page gets a short address of its own: titles are Chinese, and addresses are shared."""

    address = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and not self.instance.slug:
            names = chain([self.address], (f"{self.address}-{number}" for number in count(2)))
            taken = set(self.parent_page.get_children().values_list("slug", flat=True))
            self.instance.slug = next(name for name in names if name not in taken)


class CourseForm(PlainAddressForm):
    """A course: packages inside the school's scope, units of the package chosen, and the checks before it goes on."""

    address = "course"

    package_version = PackageField(queryset=None, label=_("职业培训包"), empty_label=_("请选择"))
    fee_fen = YuanField(
        label=_("学费（元）"), min_value=Decimal(0), max_value=Decimal(100000), decimal_places=2, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school = school_of_parent(self.parent_page)
        if self.school is not None and self.instance.pk is None:
            self.instance.school = self.school
        if "package_version" in self.fields:
            self._offer_packages()
        if "lessons" in self.fields:
            self._offer_units()

    def _offer_packages(self) -> None:
        """Those inside the scope today, and the one the course follows already."""
        field = self.fields["package_version"]
        field.queryset = PackageVersion.objects.none()
        if self.school is None:
            return
        offered = editions_for(self.school, on=timezone.localdate())
        field.queryset = offered | PackageVersion.objects.filter(pk=self.instance.package_version_id).select_related(
            "package__occupation", "package__work_type"
        )
        field.help_text = _("只列出今天在本校培训范围内的培训包。保存草稿后，课时里就能选它的学习单元。")

    def _offer_units(self) -> None:
        """The units of the package chosen; what lessons name besides stays to be seen and is refused later."""
        chosen = self.data.get(self.add_prefix("package_version")) if self.is_bound else None
        version = number_in(str(chosen)) or self.instance.package_version_id
        units = units_by_code(version)
        labels = {code: f"{unit.module.title} / {unit.title}" for code, unit in units.items()}
        for block in self.instance.lessons:
            code = block.value.get("unit") if block.value else None
            if code and code not in labels:
                labels[code] = str(_("（培训包里没有）%(code)s")) % {"code": code}
        block = LessonsBlock(labels.items(), required=False)
        block.set_name("lessons")
        self.fields["lessons"].block = block
        self.fields["lessons"].widget = BlockWidget(block)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.school is None:
            self.add_error(None, _("这个学校还没有登记为培训机构，不能建课程。请先完成培训机构登记。"))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        if is_going_on(self.data):
            for problem in course_check(self.instance, on=timezone.localdate()):
                self.add_error(None, problem.message)


class ParentClassForm(PlainAddressForm):
    """An open parent class: videos of whoever writes it, ready to be seen."""

    address = "class"

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not is_going_on(self.data):
            return
        if not self.instance.body:
            self.add_error(None, _("还没有内容。请至少添加一段文字或一个视频。"))
        videos = [block.value for block in self.instance.body if block.block_type == "video" and block.value]
        if any(not video.is_ready for video in videos):
            self.add_error(None, _("有视频还没有处理好。请等处理完成，或到“视频”中查看失败原因。"))
        organisation = getattr(self.parent_page.specific, "organisation", None)
        if organisation and foreign_media(organisation, video_ids=[video.pk for video in videos])[0]:
            self.add_error(None, _("有视频不是本校的。请选本校的视频。"))


class ProblemsPanel(Panel):
    """What still keeps the draft from being submitted."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "content/editor/problems.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            problems: list[Problem] = course_check(self.instance, on=timezone.localdate())
            return context | {"problems": problems}


class SavedPanel(FieldPanel):
    """A field that needs the package: offered once a draft was kept."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None


class FirstStepPanel(Panel):
    """On a new course: what comes next."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "content/editor/first_step.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is None


COURSE_PANELS = [
    ProblemsPanel(heading=_("提交前检查")),
    FieldPanel("title", classname="title"),
    FieldPanel("summary"),
    FieldPanel("package_version"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("mode"), FieldPanel("fee_fen", heading=_("学费（元）"))]),
            FieldRowPanel([FieldPanel("is_ordered"), FieldPanel("speed_max")]),
        ],
        heading=_("怎么学、学费多少"),
    ),
    FirstStepPanel(heading=_("下一步")),
    SavedPanel("lessons"),
    CommentPanel(),
]
PARENT_CLASS_PANELS = [
    FieldPanel("title", classname="title"),
    FieldPanel("summary"),
    FieldPanel("body"),
    CommentPanel(),
]


def attach() -> None:
    """Give the pages their editors. No scheduling and no addresses: schools need neither."""
    CoursePage.edit_handler = _handler(COURSE_PANELS, CourseForm)
    ParentClassPage.edit_handler = _handler(PARENT_CLASS_PANELS, ParentClassForm)


def _handler(panels: list[Panel], form: type[WagtailAdminPageForm]) -> Panel:
    return TabbedInterface([ObjectList(panels, heading=_("内容"))], base_form_class=form)
