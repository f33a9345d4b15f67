"""Videos, posters and subtitles to whoever holds a signed link."""

from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.content.byte_ranges import NotSatisfiableError, Part, part_wanted, shortened
from courses.content.media_links import MediaLink, media_link_read
from courses.content.media_states import MediaKind
from courses.content.models import Video

TYPES = {MediaKind.VIDEO: "video/mp4", MediaKind.AUDIO: "audio/mp4", MediaKind.POSTER: "image/jpeg"}
# An answer of one piece in memory: the server's own loop sends it to a slow reader, and the thread is free at once.
# About 25 seconds of a lesson; players ask on by themselves.
LARGEST_PART = 1024 * 1024


@require_safe
def lesson_media(request: HttpRequest, token: str) -> HttpResponseBase:
    """One part of a video: whole, or the range a player asks for."""
    link = media_link_read(token)
    if link is None:
        raise Http404
    now = timezone.now()
    _refuse_strangers(request, link, now)
    video = get_object_or_404(Video, pk=link.video_id)
    if link.kind is MediaKind.SUBTITLES:
        answer: HttpResponseBase = _subtitles(video)
    else:
        answer = _file(request, video, link.kind)
    seconds = max(0, int((link.expires_at - now).total_seconds()))
    answer["Cache-Control"] = f"private, max-age={seconds}"
    answer["Content-Disposition"] = "inline"
    return answer


def _refuse_strangers(request: HttpRequest, link: MediaLink, now: datetime) -> None:
    if link.expires_at <= now:
        raise PermissionDenied(_("这个播放地址已经过期。请回到课程页面，重新打开这一课。"))
    if link.viewer_id is not None and request.user.pk != link.viewer_id:
        raise PermissionDenied(_("这个播放地址是给另一个账户的。请登录自己的账户，从课程页面打开这一课。"))


def _subtitles(video: Video) -> HttpResponse:
    if not video.subtitles:
        raise Http404
    return HttpResponse(video.subtitles, content_type="text/vtt; charset=utf-8")


def _file(request: HttpRequest, video: Video, kind: MediaKind) -> HttpResponseBase:
    files: dict[MediaKind, FieldFile] = {
        MediaKind.VIDEO: video.rendition,
        MediaKind.AUDIO: video.audio,
        MediaKind.POSTER: video.poster,
    }
    file = files[kind]
    if not file:
        raise Http404
    if settings.LESSON_FILES_ACCEL:
        # nginx answers ranges itself.
        answer = HttpResponse(content_type=TYPES[kind])
        place = _place_for_nginx(file, content_type=TYPES[kind], method=request.method or "GET")
        answer["X-Accel-Redirect"] = f"{settings.LESSON_FILES_ACCEL.rstrip('/')}/{place}"
        return answer
    # The files of a run never change, so the run names the version.
    return _ranged(request, file, TYPES[kind], f'"{video.run}-{kind.value}"')


def _place_for_nginx(file: FieldFile, *, content_type: str, method: str) -> str:
    """What nginx finds below its internal location: the file's name, or in a bucket an address good for a minute."""
    signed_path = getattr(file.storage, "signed_path", None)
    if signed_path is None:
        return quote(file.name or "")
    return str(signed_path(file.name, content_type=content_type, method=method)).lstrip("/")


def _ranged(request: HttpRequest, file: FieldFile, content_type: str, etag: str) -> HttpResponseBase:
    """The answer by RFC 9110: 304, 416, 206 with the part, or 200 with the whole."""
    asked = request.headers
    answer: HttpResponseBase
    try:
        size = file.size
        part = part_wanted(asked.get("Range"), size, if_range=asked.get("If-Range"), etag=etag)
    except FileNotFoundError:
        raise Http404 from None
    except NotSatisfiableError:
        answer = HttpResponse(status=416, content_type=content_type, headers={"Content-Range": f"bytes */{size}"})
    else:
        if etag in [tag.strip().removeprefix("W/") for tag in asked.get("If-None-Match", "").split(",")]:
            answer = HttpResponse(status=304)
        elif part is not None and request.method == "GET":
            answer = _part(file, shortened(part, LARGEST_PART), content_type)
        else:
            answer = FileResponse(file.open("rb"), content_type=content_type)
    answer["ETag"] = etag
    answer["Accept-Ranges"] = "bytes"
    return answer


def _part(file: FieldFile, part: Part, content_type: str) -> HttpResponse:
    with file.open("rb") as opened:
        opened.seek(part.first)
        data = opened.read(part.length)
    return HttpResponse(data, status=206, content_type=content_type, headers={"Content-Range": part.content_range})
