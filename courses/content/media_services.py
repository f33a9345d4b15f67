"""What is done to a video: upload, the steps of its processing, words about it."""

import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.content.errors import ContentError
from courses.content.media_selectors import SILENCE, keeps_media_of
from courses.content.media_states import TRANSITIONS, VideoState
from courses.content.models import Video, VideoEvent
from courses.content.models.media import lesson_storage
from courses.content.subtitles import as_transcript, as_webvtt, subtitles_read
from courses.content.transcoding import Probe, require_tools, video_probe
from foundation.accounts.models import Organisation, User
from foundation.audit.services import audit_record
from foundation.outbox.wake import task_wake

PROCESS_TASK = "courses.content.tasks.video_process"
MOST_ATTEMPTS = 3
ENDINGS = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".flv", ".wmv", ".mpg", ".mpeg", ".ts", ".3gp"})


def video_upload(
    *, organisation: Organisation, title: str, upload: File, actor: User, at: datetime, on: date
) -> tuple[Video, bool]:
    """Keep a school's video and have it processed; the video that is there when the same file came before.

    Gives the video and whether it is new. Raises ``ContentError`` for a file that is no video or one we do not take.
    """
    _refuse_strangers(actor, organisation.pk, on)
    require_tools()
    _refuse_size(upload.size)
    with _on_disk(upload) as path:
        probe = video_probe(path)
        sha256 = _sha256(path)
    there = Video.objects.filter(organisation=organisation, sha256=sha256).first()
    if there is not None:
        return there, False
    row = Video(
        organisation=organisation,
        title=title.strip()[:100],
        source_name=PurePosixPath((upload.name or "").replace("\\", "/")).name[-200:],
        source_bytes=upload.size,
        sha256=sha256,
        width=probe.width,
        height=probe.height,
        uploaded_by=actor,
        uploaded_at=at,
        heartbeat_at=at,
    )
    upload.seek(0)
    row.source.save(_source_name(row.source_name, sha256), upload, save=False)
    return _stored(row, actor, at)


def _refuse_size(size: int) -> None:
    if not size:
        raise ContentError("video_empty", _("文件是空的。请重新选择。"))
    if size > settings.VIDEO_LARGEST_BYTES:
        most = settings.VIDEO_LARGEST_BYTES // 1024**2
        raise ContentError("video_large", _("文件超过 %(most)d MB。请压缩或分成几个视频上传。") % {"most": most})


@contextmanager
def _on_disk(upload: Any) -> Iterator[Path]:
    """The upload as a file ffprobe can open: large ones are one already."""
    if hasattr(upload, "temporary_file_path"):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="qiaoshou-upload-") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source_name(name: str, sha256: str) -> str:
    """A name of ours; the ending only helps whoever looks at the disk."""
    ending = PurePosixPath(name).suffix.lower()
    return f"{sha256[:32]}{ending if ending in ENDINGS else '.bin'}"


def _stored(row: Video, actor: User, at: datetime) -> tuple[Video, bool]:
    """The row of a file that lies in the storage; when it cannot be written, the file goes too."""
    try:
        with transaction.atomic():
            row.save()
            _event(row, "uploaded", actor=actor, at=at)
            audit_record("content.video.uploaded", row, actor=actor, data={"sha256": row.sha256})
            _wake_on_commit(row.pk)
    except BaseException as error:
        lesson_storage().delete(row.source.name or "")
        there = Video.objects.filter(organisation_id=row.organisation_id, sha256=row.sha256).first()
        if isinstance(error, IntegrityError) and there is not None:
            return there, False  # the same file, sent twice in the same second
        raise
    return row, True


@dataclass(frozen=True)
class Claim:
    """One run's right to work on a video, by the name of its source. Who takes the video later has another."""

    video_id: int
    run: uuid.UUID
    source: str


@transaction.atomic
def video_take(*, video_id: int, at: datetime) -> Claim | None:
    """Begin to work on a video; ``None`` when somebody else does, or nothing is to be done."""
    video = Video.objects.select_for_update().get(pk=video_id)
    is_silent = video.heartbeat_at is None or video.heartbeat_at < at - SILENCE
    if video.state != VideoState.WAITING and not (video.state == VideoState.PROCESSING and is_silent):
        return None
    if video.attempts >= MOST_ATTEMPTS:
        sentence = _("处理了 %(count)d 次都被中断，没有完成。请点“重新处理”；仍不行时请联系平台技术支持。")
        _failed(video, sentence % {"count": video.attempts}, at)
        return None
    _move(video, VideoState.PROCESSING)
    video.run, video.heartbeat_at, video.progress = uuid.uuid4(), at, 0
    video.attempts += 1
    video.save()
    _event(video, "started", at=at)
    return Claim(video.pk, video.run, video.source.name or "")


def video_beat(*, claim: Claim, progress: int, at: datetime) -> bool:
    """Say how far the work is; false when the video is no longer this run's."""
    mine = Video.objects.filter(pk=claim.video_id, run=claim.run, state=VideoState.PROCESSING)
    return mine.update(progress=min(max(progress, 0), 99), heartbeat_at=at) == 1


@dataclass(frozen=True)
class Made:
    """Names in the storage of what a run made; ``audio`` is empty for a video without sound."""

    rendition: str
    audio: str
    poster: str
    probe: Probe


@transaction.atomic
def video_finish(*, claim: Claim, made: Made, at: datetime) -> bool:
    """Put what a run made in place; false when another run has taken the video."""
    video = _claimed(claim)
    if video is None:
        return False
    _move(video, VideoState.READY)
    video.rendition.name, video.audio.name, video.poster.name = made.rendition, made.audio, made.poster
    video.rendition_bytes = video.rendition.size
    video.audio_bytes = video.audio.size if made.audio else 0
    video.duration_seconds = max(1, int(made.probe.seconds))
    video.width, video.height = made.probe.width, made.probe.height
    video.progress, video.ready_at, video.heartbeat_at = 100, at, at
    video.save()
    _event(video, "finished", at=at)
    audit_record("content.video.processed", video, actor=None, data={"seconds": video.duration_seconds})
    return True


@transaction.atomic
def video_fail(*, claim: Claim, sentence: str, at: datetime) -> None:
    """End a run with a sentence for the school; nothing happens when another run has taken the video."""
    video = _claimed(claim)
    if video is not None:
        _failed(video, sentence, at)


@transaction.atomic
def video_retry(*, video_id: int, actor: User, at: datetime, on: date) -> Video:
    """Have a video that failed processed once more."""
    video = _locked(video_id, actor, on)
    if video.state != VideoState.FAILED:
        raise ContentError("not_failed", _("这个视频没有处理失败，不需要重新处理。请刷新页面查看。"))
    require_tools()
    _move(video, VideoState.WAITING)
    video.attempts, video.failure, video.progress, video.heartbeat_at = 0, "", 0, at
    video.save()
    _event(video, "retried", actor=actor, at=at)
    audit_record("content.video.retried", video, actor=actor)
    _wake_on_commit(video.pk)
    return video


def video_wake(*, video_id: int) -> None:
    """Ask for a worker once more, for a video whose task was lost."""
    task_wake(PROCESS_TASK, video_id)


@transaction.atomic
def video_describe(*, video_id: int, title: str, transcript: str, actor: User, at: datetime, on: date) -> Video:
    """Change the title and the transcript."""
    video = _locked(video_id, actor, on)
    title, transcript = title.strip()[:100], transcript.strip()
    if not title:
        raise ContentError("title_missing", _("请填写视频标题。"))
    changed = [name for name, value in (("title", title), ("transcript", transcript)) if getattr(video, name) != value]
    if changed:
        video.title, video.transcript = title, transcript
        video.save(update_fields=changed)
        _event(video, "described", actor=actor, at=at)
        audit_record("content.video.changed", video, actor=actor, data={"fields": changed})
    return video


@transaction.atomic
def video_subtitle(*, video_id: int, data: bytes, actor: User, at: datetime, on: date) -> Video:
    """Put subtitles (.srt or .vtt) to a video, or take them away with no data. A transcript that was taken from the
    former subtitles, or none, follows them; one that somebody wrote stays."""
    video = _locked(video_id, actor, on)
    cues = subtitles_read(data) if data else []
    last = cues[-1].starts if cues else 0
    if video.is_ready and last > video.duration_seconds * 1000 + 1000:
        raise ContentError("subtitles_beyond", _("字幕比视频长：最后一条在视频结束之后。请核对是不是这个视频的字幕。"))
    former = as_transcript(subtitles_read(video.subtitles.encode())) if video.subtitles else ""
    if video.transcript in ("", former):
        video.transcript = as_transcript(cues)
    video.subtitles = as_webvtt(cues) if cues else ""
    video.save(update_fields=["subtitles", "transcript"])
    _event(video, "subtitled" if cues else "subtitles_removed", actor=actor, at=at)
    audit_record("content.video.changed", video, actor=actor, data={"fields": ["subtitles"], "cues": len(cues)})
    return video


@transaction.atomic
def video_offer(*, video_id: int, is_offered: bool, actor: User, at: datetime, on: date) -> Video:
    """Offer a video to courses, or no longer. Courses that have it keep it."""
    video = _locked(video_id, actor, on)
    if video.is_offered != is_offered:
        video.is_offered = is_offered
        video.save(update_fields=["is_offered"])
        _event(video, "offered" if is_offered else "withdrawn", actor=actor, at=at)
        action = "content.video.offered" if is_offered else "content.video.withdrawn"
        audit_record(action, video, actor=actor)
    return video


def _refuse_strangers(actor: User, organisation_id: int, on: date) -> None:
    if not keeps_media_of(actor, organisation_id, on=on):
        raise PermissionDenied(_("您只能维护本校的视频和题库。"))


def _locked(video_id: int, actor: User, on: date) -> Video:
    video = Video.objects.select_for_update().get(pk=video_id)
    _refuse_strangers(actor, video.organisation_id, on)
    return video


def _claimed(claim: Claim) -> Video | None:
    video = Video.objects.select_for_update().get(pk=claim.video_id)
    return video if video.run == claim.run and video.state == VideoState.PROCESSING else None


def _move(video: Video, target: VideoState) -> None:
    """The one place where a video's state changes."""
    if target not in TRANSITIONS[VideoState(video.state)]:
        raise ContentError("wrong_state", _("视频现在的状态不能这样处理。请刷新页面查看。"))
    video.state = target


def _failed(video: Video, sentence: str, at: datetime) -> None:
    _move(video, VideoState.FAILED)
    video.failure, video.heartbeat_at = sentence[:500], at
    video.save()
    _event(video, "failed", at=at, reason=video.failure)
    audit_record("content.video.failed", video, actor=None, reason=video.failure)


def _event(video: Video, action: str, *, at: datetime, actor: User | None = None, reason: str = "") -> None:
    VideoEvent.objects.create(video=video, action=action, state=video.state, actor=actor, at=at, reason=reason)


def _wake_on_commit(video_id: int) -> None:
    # By name: the task stands above the services. What a broker that is away loses, the periodic run finds again.
    transaction.on_commit(partial(task_wake, PROCESS_TASK, video_id), robust=True)
