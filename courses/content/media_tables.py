"""The desk's lists of videos and question banks, and their filters."""

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.content.media_states import VideoState
from courses.content.models import QuestionBank, Video
from foundation.desk import ANY, NUMBER, MomentColumn, tag

TONES = {
    VideoState.WAITING: "waiting",
    VideoState.PROCESSING: "info",
    VideoState.READY: "success",
    VideoState.FAILED: "error",
}


def clock_text(seconds: int) -> str:
    """A length as players show it: 12:05, 1:02:05."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def state_text(video: Video) -> str:
    """The state in words, with the share that is done."""
    label = str(video.get_state_display())
    if video.state == VideoState.PROCESSING:
        return f"{label} {video.progress}%"
    return _("已停用") if video.is_ready and not video.is_offered else label


class VideoTable(tables.Table):
    title = tables.Column(gettext_lazy("标题"), linkify=("video_detail", {"pk": tables.A("pk")}))
    organisation = tables.Column(gettext_lazy("培训机构"), orderable=False)
    state = tables.Column(gettext_lazy("状态"))
    duration_seconds = tables.Column(gettext_lazy("时长"), attrs=NUMBER)
    rendition_bytes = tables.Column(gettext_lazy("播放大小"), attrs=NUMBER)
    subtitles = tables.Column(gettext_lazy("字幕"), orderable=False, empty_values=())
    uploaded_at = MomentColumn(gettext_lazy("上传时间"))

    class Meta:
        model = Video
        fields = ["title", "organisation", "state", "duration_seconds", "rendition_bytes", "subtitles", "uploaded_at"]
        attrs = {"caption": gettext_lazy("视频")}
        empty_text = gettext_lazy("还没有视频。点“上传视频”开始。")

    def render_state(self, record: Video) -> str:
        is_stopped = record.is_ready and not record.is_offered
        return tag(state_text(record), "stopped" if is_stopped else TONES[VideoState(record.state)])

    def render_duration_seconds(self, value: int) -> str:
        return clock_text(value) if value else "—"

    def render_rendition_bytes(self, value: int) -> str:
        return filesizeformat(value) if value else "—"

    def render_subtitles(self, value: str) -> str:
        return _("有") if value else _("没有")


class VideoFilter(filters.FilterSet):
    q = filters.CharFilter(label=gettext_lazy("标题或文件名"), method="named")
    state = filters.ChoiceFilter(label=gettext_lazy("状态"), empty_label=ANY, choices=VideoState.choices)

    class Meta:
        model = Video
        fields = ["q", "state"]

    def named(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(Q(title__icontains=value) | Q(source_name__icontains=value))


class BankTable(tables.Table):
    title = tables.Column(gettext_lazy("题库"), linkify=("bank_detail", {"pk": tables.A("pk")}))
    organisation = tables.Column(gettext_lazy("培训机构"), orderable=False)
    questions_in_use = tables.Column(gettext_lazy("在用试题"), attrs=NUMBER)
    is_offered = tables.Column(gettext_lazy("状态"))
    created_at = MomentColumn(gettext_lazy("建立时间"))

    class Meta:
        model = QuestionBank
        fields = ["title", "organisation", "questions_in_use", "is_offered", "created_at"]
        attrs = {"caption": gettext_lazy("题库")}
        empty_text = gettext_lazy("还没有题库。点“新建题库”开始，再添加或导入试题。")

    def render_is_offered(self, value: bool) -> str:
        return tag(_("可以选用"), "success") if value else tag(_("已停用"), "stopped")


class BankFilter(filters.FilterSet):
    q = filters.CharFilter(label=gettext_lazy("题库名称"), field_name="title", lookup_expr="icontains")

    class Meta:
        model = QuestionBank
        fields = ["q"]
