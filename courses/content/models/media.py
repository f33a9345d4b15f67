"""Videos of lessons: what a school uploaded, and the small renditions made of it."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.content.media_states import VideoState
from foundation.accounts.models import Organisation


def lesson_storage() -> Storage:
    """Where videos lie: plain, and without a web address. Links to them are signed (``media_links``)."""
    return storages["lessons"]


class Video(models.Model):
    """One uploaded file. The file of a video never changes; another file is another video, so what a published course
    shows stays what it was. Subtitles and transcript may be put right; each change leaves an event."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="videos", verbose_name=_("单位")
    )
    title = models.CharField(_("标题"), max_length=100)
    source = models.FileField(_("原文件"), upload_to="sources/%Y/%m", storage=lesson_storage, max_length=200)
    source_name = models.CharField(_("文件名"), max_length=200)
    source_bytes = models.PositiveBigIntegerField(_("原文件大小"))
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=VideoState.choices, default=VideoState.WAITING)
    failure = models.CharField(_("失败原因"), max_length=500, blank=True)
    progress = models.PositiveSmallIntegerField(_("进度"), default=0, help_text=_("处理进度，百分之几。"))
    attempts = models.PositiveSmallIntegerField(_("处理次数"), default=0)
    run = models.UUIDField(_("处理编号"), null=True, blank=True, help_text=_("正在处理或完成处理的一次运行。"))
    heartbeat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(_("时长（秒）"), default=0, help_text=_("处理后视频的时长。"))
    width = models.PositiveSmallIntegerField(_("宽"), default=0)
    height = models.PositiveSmallIntegerField(_("高"), default=0)
    rendition = models.FileField(_("播放文件"), storage=lesson_storage, max_length=200, blank=True)
    rendition_bytes = models.PositiveBigIntegerField(_("播放文件大小"), default=0)
    audio = models.FileField(
        _("声音文件"), storage=lesson_storage, max_length=200, blank=True, help_text=_("没有声音的视频为空。")
    )
    audio_bytes = models.PositiveBigIntegerField(_("声音文件大小"), default=0)
    poster = models.FileField(_("封面"), storage=lesson_storage, max_length=200, blank=True)
    subtitles = models.TextField(_("字幕"), blank=True, help_text=_("WebVTT。"))
    transcript = models.TextField(_("文字稿"), blank=True, help_text=_("不填的，用字幕里的文字。"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    ready_at = models.DateTimeField(_("处理完成时间"), null=True, blank=True)
    is_offered = models.BooleanField(
        _("可以选用"), default=True, help_text=_("停用的视频不能再选进课程；已经用了它的课程不受影响。")
    )

    class Meta:
        verbose_name = _("视频")
        verbose_name_plural = _("视频")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sha256"], name="video_file_is_uploaded_once"),
            models.CheckConstraint(condition=Q(state__in=VideoState.values), name="video_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=VideoState.READY)
                | (Q(ready_at__isnull=False, duration_seconds__gt=0) & ~Q(rendition="") & ~Q(poster="")),
                name="video_ready_can_be_shown",
            ),
            models.CheckConstraint(
                condition=~Q(state=VideoState.PROCESSING) | Q(run__isnull=False, heartbeat_at__isnull=False),
                name="video_processing_names_its_run",
            ),
            models.CheckConstraint(
                condition=~Q(state=VideoState.FAILED) | ~Q(failure=""), name="video_failed_says_why"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="video_progress_is_a_percentage"),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=[VideoState.WAITING, VideoState.PROCESSING]),
                name="video_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ready(self) -> bool:
        return self.state == VideoState.READY

    @property
    def has_sound(self) -> bool:
        return bool(self.audio)


class VideoEvent(models.Model):
    """What happened to a video. Rows are only added."""

    video = models.ForeignKey(Video, on_delete=models.PROTECT, related_name="events", verbose_name=_("视频"))
    action = models.CharField(_("事项"), max_length=40)
    state = models.CharField(_("之后的状态"), max_length=10, choices=VideoState.choices)
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("操作人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("视频事件")
        verbose_name_plural = _("视频事件")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VideoState.values), name="video_event_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.video_id}"
