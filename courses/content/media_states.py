"""Where a video and a question can stand, and what of a video can be had."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VideoState(TextChoices):
    WAITING = "waiting", _("等待处理")
    PROCESSING = "processing", _("正在处理")
    READY = "ready", _("可以使用")
    FAILED = "failed", _("处理失败")


# A row in one of these waits for a task, or had one that died.
UNFINISHED = (VideoState.WAITING, VideoState.PROCESSING)

# Processing may begin again after a silence: the process that had the video was killed.
TRANSITIONS: dict[VideoState, frozenset[VideoState]] = {
    VideoState.WAITING: frozenset({VideoState.PROCESSING, VideoState.FAILED}),
    VideoState.PROCESSING: frozenset({VideoState.PROCESSING, VideoState.READY, VideoState.FAILED}),
    VideoState.FAILED: frozenset({VideoState.WAITING}),
    VideoState.READY: frozenset(),
}


class MediaKind(TextChoices):
    """What of a video a link is for."""

    VIDEO = "video", _("视频")
    AUDIO = "audio", _("只听声音")
    POSTER = "poster", _("封面")
    SUBTITLES = "subtitles", _("字幕")


class QuestionKind(TextChoices):
    SINGLE = "single", _("单选题")
    MULTIPLE = "multiple", _("多选题")
    TRUE_FALSE = "true_false", _("判断题")
