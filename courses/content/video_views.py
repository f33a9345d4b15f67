"""The school's desk: its videos, their progress, preview, subtitles and transcript."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from courses.content import media_services as services
from courses.content.errors import ContentError
from courses.content.media_forms import SubtitlesForm, VideoForm, VideoUploadForm
from courses.content.media_links import media_urls
from courses.content.media_pages import doing, may_keep, video_or_404
from courses.content.media_selectors import MEDIA_WRITERS, media_organisation_of, videos_visible_to
from courses.content.media_states import UNFINISHED, VideoState
from courses.content.media_tables import TONES, VideoFilter, VideoTable, clock_text, state_text
from courses.content.models import Video
from courses.content.subtitles import MOST_BYTES
from courses.content.transcoding import is_installed
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.requests import user_of

# What a form adds to the file: its other fields and the marks between them.
FORM_BYTES = 64 * 1024


class Videos(StaffList):
    name = "video_list"
    title = gettext_lazy("视频")
    table_class = VideoTable
    filterset_class = VideoFilter
    actions = [("video_upload", gettext_lazy("上传视频"), "upload", MEDIA_WRITERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return videos_visible_to(user, on=on)


@csrf_exempt
def video_upload(request: HttpRequest) -> HttpResponse:
    """Bring a video. A request that announces too much is refused before it is received: the token of the form stands
    in its body, so the check of the token comes after this one."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > settings.VIDEO_LARGEST_BYTES + FORM_BYTES:
        form = VideoUploadForm({})
        form.errors.clear()
        form.add_error("file", _("文件超过 %(most)d MB。请压缩或分成几个视频上传。") % {"most": _most_mib()})
        return _upload_page(request, form, status=413)
    return _video_upload(request)


def _most_mib() -> int:
    return int(settings.VIDEO_LARGEST_BYTES // 1024**2)


@csrf_protect
def _video_upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _upload_page(request, VideoUploadForm())
    form = VideoUploadForm(request.POST, request.FILES)
    organisation = media_organisation_of(user_of(request), on=timezone.localdate())
    if form.is_valid() and organisation is not None:
        try:
            video, is_new = services.video_upload(
                organisation=organisation,
                title=form.cleaned_data["title"],
                upload=form.cleaned_data["file"],
                **doing(request),
            )
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            if is_new:
                messages.success(request, _("视频已上传，正在处理。处理好之前可以先上传字幕。"))
            else:
                messages.info(request, _("这个文件以前上传过，就是下面这个视频。"))
            return redirect("video_detail", video.pk)
    return _upload_page(request, form, status=422)


def _upload_page(request: HttpRequest, form: VideoUploadForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "most_mib": _most_mib(),
        "most_bytes": settings.VIDEO_LARGEST_BYTES,
        "most_minutes": settings.VIDEO_LONGEST_SECONDS // 60,
        "is_installed": is_installed(),
    }
    return render(request, "content/video_upload.html", context, status=status)


@never_cache
@require_safe
def video_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One video: its progress, or the player; subtitles, transcript, and what happened to it."""
    video = video_or_404(request, pk)
    context = _state(video) | {
        "may_keep": may_keep(request, video),
        "urls": media_urls(video, viewer=user_of(request), at=timezone.now()) if video.is_ready else {},
        "length": clock_text(video.duration_seconds),
        "events": _events(video),
    }
    return render(request, "content/video_detail.html", context)


@never_cache
@require_safe
def video_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the page; htmx goes to the whole page when the work is over."""
    video = video_or_404(request, pk)
    answer = render(request, "content/_video_progress.html", _state(video))
    if video.state not in UNFINISHED:
        answer["HX-Refresh"] = "true"
    return answer


def _state(video: Video) -> dict[str, Any]:
    return {
        "video": video,
        "state_text": state_text(video),
        "tone": TONES[VideoState(video.state)] if video.is_offered else "stopped",
        "is_unfinished": video.state in UNFINISHED,
    }


def _events(video: Video) -> list[dict[str, Any]]:
    words = {
        "uploaded": _("上传"),
        "started": _("开始处理"),
        "finished": _("处理完成"),
        "failed": _("处理失败"),
        "retried": _("要求重新处理"),
        "described": _("修改标题或文字稿"),
        "subtitled": _("上传字幕"),
        "subtitles_removed": _("删除字幕"),
        "offered": _("恢复选用"),
        "withdrawn": _("停用"),
    }
    return [
        {
            "title": words.get(event.action, event.action),
            "at": event.at,
            "text": event.reason,
            "actor": str(event.actor or _("系统")),
        }
        for event in video.events.select_related("actor")[:20]
    ]


@never_cache
def video_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title and transcript."""
    video = video_or_404(request, pk)
    form = VideoForm(
        request.POST if request.method == "POST" else None,
        initial={"title": video.title, "transcript": video.transcript},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.video_describe(video_id=pk, **form.cleaned_data, **doing(request))
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("video_detail", pk)
    return _form_page(request, video, form, _("修改标题和文字稿"))


@never_cache
def video_subtitles(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload subtitles."""
    video = video_or_404(request, pk)
    is_post = request.method == "POST"
    form = SubtitlesForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid():
        try:
            data = form.cleaned_data["file"].read(MOST_BYTES + 1)
            services.video_subtitle(video_id=pk, data=data, **doing(request))
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("字幕已保存。请播放一小段，看看时间对不对。"))
            return redirect("video_detail", pk)
    return _form_page(request, video, form, _("上传字幕"))


def _form_page(request: HttpRequest, video: Video, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "video": video, "title": title}
    return render(request, "content/video_form.html", context, status=422 if form.errors else 200)


@require_POST
def video_subtitles_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the subtitles away."""
    video = video_or_404(request, pk)
    if video.subtitles:
        services.video_subtitle(video_id=pk, data=b"", **doing(request))
        messages.success(request, _("字幕已删除。"))
    return redirect("video_detail", pk)


@require_POST
def video_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the video to courses, or no longer."""
    video_or_404(request, pk)
    is_offered = request.POST.get("offered") == "yes"
    services.video_offer(video_id=pk, is_offered=is_offered, **doing(request))
    messages.success(request, _("课程可以选用这个视频了。") if is_offered else _("已停用。用了它的课程不受影响。"))
    return redirect("video_detail", pk)


@require_POST
def video_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a video that failed processed once more."""
    video_or_404(request, pk)
    try:
        services.video_retry(video_id=pk, **doing(request))
    except ContentError as refusal:
        messages.error(request, refusal.message)
    return redirect("video_detail", pk)
