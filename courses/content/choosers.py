"""Choosing a video or a question bank in the page editor: those of the editor's own school, and nothing else.

A form can name any number, whatever the chooser showed: who accepts a page also asks ``foreign_media``.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from courses.content.media_selectors import MEDIA_READERS, banks_to_choose, videos_to_choose
from courses.content.media_tables import clock_text
from courses.content.models import QuestionBank, Video
from foundation.accounts.access import for_roles
from foundation.requests import number_in, user_of


class Own:
    """Rows come from a selector that begins with what the user may choose."""

    request: HttpRequest
    model: Any

    def rows(self) -> QuerySet:
        user, today = user_of(self.request), timezone.localdate()
        return videos_to_choose(user, on=today) if self.model is Video else banks_to_choose(user, on=today)

    def get_object_list(self) -> QuerySet:
        return self.rows()

    def get_object(self, pk: Any) -> Any:
        return get_object_or_404(self.rows(), pk__in=numbers([pk]))

    def get_objects(self, pks: Any) -> QuerySet:
        return self.rows().filter(pk__in=numbers(pks))


def numbers(given: Any) -> list[int]:
    """Those that are numbers: an address may say anything."""
    return [number for number in map(number_in, map(str, given)) if number is not None]


class LengthColumn(Column):
    def get_value(self, instance: Video) -> str:
        return clock_text(instance.duration_seconds)


class Titled(views.BaseChooseView):
    """The title and what tells two rows of one title apart."""

    @property
    def columns(self) -> list[Column]:
        about = (
            LengthColumn("length", label=_("时长"))
            if self.model_class is Video
            else Column("questions_in_use", label=_("在用试题"), accessor="questions_in_use")
        )
        return [*super().columns, about]


class OwnChooseView(Own, Titled, views.ChooseView):
    pass


class OwnChooseResultsView(Own, Titled, views.ChooseResultsView):
    pass


class OwnChosenView(Own, views.ChosenView):
    pass


class OwnChosenMultipleView(Own, views.ChosenMultipleView):
    pass


class OwnChooser(ChooserViewSet):
    choose_view_class = OwnChooseView
    choose_results_view_class = OwnChooseResultsView
    chosen_view_class = OwnChosenView
    chosen_multiple_view_class = OwnChosenMultipleView
    per_page = 20

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        view: Any = super().construct_view(view_class, **kwargs)
        return for_roles(*MEDIA_READERS)(view)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Nothing is made here: videos and questions have desks of their own."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class VideoChooser(OwnChooser):
    model = Video
    icon = "media"
    choose_one_text = gettext_lazy("选择视频")
    choose_another_text = gettext_lazy("换一个视频")
    edit_item_text = gettext_lazy("查看视频")


class QuestionBankChooser(OwnChooser):
    model = QuestionBank
    icon = "list-ul"
    choose_one_text = gettext_lazy("选择题库")
    choose_another_text = gettext_lazy("换一个题库")
    edit_item_text = gettext_lazy("查看题库")


video_chooser = VideoChooser("video_chooser", url_prefix="content/videos")
question_bank_chooser = QuestionBankChooser("question_bank_chooser", url_prefix="content/question-banks")
CHOOSERS = [video_chooser, question_bank_chooser]

VideoChooserBlock = video_chooser.get_block_class(name="VideoChooserBlock", module_path="courses.content.choosers")
QuestionBankChooserBlock = question_bank_chooser.get_block_class(
    name="QuestionBankChooserBlock", module_path="courses.content.choosers"
)
