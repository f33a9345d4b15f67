"""The media queue: making the renditions of a video, and taking up what was left lying."""

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from courses.content import media_work
from courses.content.media_selectors import videos_silent
from courses.content.media_services import video_wake

log = structlog.get_logger(__name__)


# Both ends lie before the broker hands an unacknowledged task out again.
@shared_task(soft_time_limit=55 * 60, time_limit=58 * 60)
def video_process(video_id: int) -> bool:
    """Make a video's renditions. Safe to run any number of times: the state decides, and one run has the video."""
    try:
        return media_work.video_process(video_id=video_id, clock=timezone.now)
    except SoftTimeLimitExceeded:
        log.warning("content.video_took_too_long", video=video_id)
        return False  # videos_resume takes it up again, and gives up after three times


@shared_task
def videos_resume() -> int:
    """Take up the videos whose task was lost or whose process died. May overlap with itself."""
    silent = list(videos_silent(at=timezone.now()).values_list("pk", flat=True))
    for video_id in silent:
        video_wake(video_id=video_id)
    if silent:
        log.warning("content.videos_resumed", videos=silent)
    return len(silent)
