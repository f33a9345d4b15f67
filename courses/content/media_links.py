"""Links to what a video consists of: signed, for one person or for everybody, and good for some hours.

Whoever makes a link has decided that its holder may see the video; the view that serves it only reads the link.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from courses.content.media_states import MediaKind
from courses.content.models import Video
from foundation.accounts.models import User

GOOD_FOR = timedelta(hours=6)
_SIGNER = Signer(salt="courses.content.media")


@dataclass(frozen=True)
class MediaLink:
    """What a link says. ``viewer_id`` is ``None`` where everybody may look."""

    video_id: int
    kind: MediaKind
    viewer_id: int | None
    expires_at: datetime


def media_url(video: Video, kind: MediaKind, *, viewer: User | None, at: datetime) -> str:
    """The address of a video's part, for ``viewer`` alone (she must be signed in) or, with ``None``, for everybody.

    Good for six to seven hours; within an hour the same, so that a browser keeps what it has.
    """
    ends = (at + GOOD_FOR).astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    said = [video.pk, str(kind), viewer.pk if viewer else 0, int(ends.timestamp())]
    return reverse("lesson_media", args=[_SIGNER.sign_object(said, compress=False)])


def media_urls(video: Video, *, viewer: User | None, at: datetime) -> dict[str, str]:
    """The addresses of all the parts the video has, by kind, for a player."""
    parts = {
        MediaKind.VIDEO: bool(video.rendition),
        MediaKind.AUDIO: bool(video.audio),
        MediaKind.POSTER: bool(video.poster),
        MediaKind.SUBTITLES: bool(video.subtitles),
    }
    return {kind.value: media_url(video, kind, viewer=viewer, at=at) for kind, is_there in parts.items() if is_there}


def media_link_read(token: str) -> MediaLink | None:
    """What a link says; ``None`` when we did not write it."""
    try:
        video_id, kind, viewer_id, ends = _SIGNER.unsign_object(token)
        return MediaLink(int(video_id), MediaKind(kind), viewer_id or None, datetime.fromtimestamp(ends, UTC))
    except (BadSignature, ValueError, TypeError):
        return None
