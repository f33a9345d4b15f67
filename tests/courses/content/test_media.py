"""Videos: real files through ffmpeg, hostile ones refused, and a process killed in the middle of its work."""

import os
import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from courses.content import media_work, tasks, transcoding
from courses.content.errors import ContentError
from courses.content.media_selectors import videos_to_choose, videos_visible_to
from courses.content.media_services import (
    video_beat,
    video_describe,
    video_fail,
    video_finish,
    video_offer,
    video_retry,
    video_subtitle,
    video_take,
    video_upload,
)
from courses.content.models import Video, VideoEvent
from courses.content.models.media import lesson_storage
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from tests.courses.builders_media import (
    AT,
    ON,
    SRT,
    a_keeper,
    a_ready_video,
    a_school,
    a_video,
    an_upload,
    film,
)


@pytest.fixture
def school(db):
    return a_school()


def streams(path):
    said = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,profile,width,height", "-of", "csv=p=0", path],
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.split()


def refused(code, **about):
    """The upload is refused with this code, and nothing is kept."""
    before = sorted(Path(lesson_storage().location).rglob("*"))
    school = a_school()
    with pytest.raises(ContentError) as refusal:
        a_video(school, **about)
    assert refusal.value.code == code
    assert not Video.objects.filter(organisation=school).exists()
    assert sorted(Path(lesson_storage().location).rglob("*")) == before


def test_an_upload_becomes_a_small_video_its_sound_and_a_poster(school):
    video = a_ready_video(school, data=film(size="1280x720"))
    assert (video.state, video.progress, video.duration_seconds, video.failure) == ("ready", 100, 3, "")
    assert streams(video.rendition.path) == ["h264,Constrained", "Baseline,852,480", "aac,LC"]
    assert streams(video.audio.path) == ["aac,LC"]
    assert video.poster.open().read(2) == b"\xff\xd8"
    assert video.rendition_bytes == video.rendition.size < 400_000
    head = video.rendition.open().read(2000)
    assert head.index(b"moov") < 100  # the index comes first: playing begins before the whole is there
    assert [event.action for event in video.events.order_by("pk")] == ["uploaded", "started", "finished"]
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "content.video.uploaded",
        "content.video.processed",
    }


def test_a_small_upright_silent_video_is_not_blown_up(school):
    video = a_ready_video(school, data=film(size="120x200", sound=False))
    assert (video.width, video.height) == (120, 200)
    assert (video.has_sound, video.audio.name) == (False, "")
    assert streams(video.rendition.path) == ["h264,Constrained", "Baseline,120,200"]


def test_other_containers_are_taken_by_their_content_whatever_the_name_says(school):
    video, _is_new = video_upload(
        organisation=school, title="课", upload=an_upload(film(ending="mkv"), name="课件.docx"),
        actor=a_keeper(school), at=AT, on=ON,
    )  # fmt: skip
    assert (video.source_name, Path(video.source.name).suffix) == ("课件.docx", ".bin")
    assert media_work.video_process(video_id=video.pk, clock=lambda: AT)


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAYLIST,
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 4000 RTP/AVP 96\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
        b"MZ\x90\x00 not a video at all" * 50,
        b"<html><script>alert(1)</script></html>",
        film(seconds=1)[:3000],
    ],
    ids=["hls", "concat", "sdp", "dash", "program", "page", "torn"],
)
def test_what_is_no_video_is_refused_and_not_kept(db, data):
    refused("not_a_video", data=data)


def test_a_picture_or_a_sound_is_no_video(db, tmp_path):
    for name, words in (
        ("a.gif", ["-f", "lavfi", "-i", "testsrc2=duration=1"]),
        ("a.m4a", ["-f", "lavfi", "-i", "sine=d=1"]),
    ):
        subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", *words, tmp_path / name], check=True)
        refused("not_a_video", data=(tmp_path / name).read_bytes())


def test_a_video_that_is_too_large_too_long_or_beyond_4k_is_refused(db, settings):
    refused("video_empty", data=b"")
    refused("video_dimensions", data=film(seconds=0.2, size="4200x64", sound=False))
    settings.VIDEO_LONGEST_SECONDS = 2
    refused("video_long", data=film())
    settings.VIDEO_LARGEST_BYTES = 1000
    refused("video_large", data=film())


def test_without_ffmpeg_the_refusal_says_so(db, monkeypatch):
    data = film()
    monkeypatch.setenv("PATH", "/nonexistent")
    refused("ffmpeg_missing", data=data)


def test_a_file_that_is_cut_off_fails_with_a_sentence_and_can_be_tried_again(school, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(film(seconds=20, size="320x240", sound=False))
    whole = tmp_path / "index-first.mp4"
    words = ["-i", path, "-c", "copy", "-movflags", "+faststart", whole]
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", *words], check=True)
    data = whole.read_bytes()
    video = a_video(school, data=data[: len(data) // 2])
    assert not media_work.video_process(video_id=video.pk, clock=lambda: AT)
    video.refresh_from_db()
    assert (video.state, video.failure) == (
        "failed",
        "视频文件不完整，后面的内容读不出来。请重新导出或重新复制后再上传。",
    )
    assert not any(path.is_file() for path in Path(lesson_storage().path(f"renditions/{video.pk}")).rglob("*"))
    keeper = a_keeper(school)
    assert video_retry(video_id=video.pk, actor=keeper, at=AT, on=ON).state == "waiting"
    with pytest.raises(ContentError) as refusal:
        video_retry(video_id=video.pk, actor=keeper, at=AT, on=ON)
    assert refusal.value.code == "not_failed"


def test_the_same_file_again_is_the_same_video_and_another_school_has_its_own(school):
    first = a_video(school)
    assert video_upload(
        organisation=school, title="又一次", upload=an_upload(), actor=a_keeper(school), at=AT, on=ON
    ) == (first, False)
    assert a_video(a_school()).pk != first.pk
    assert Video.objects.count() == 2


ACTS = {
    "describe": lambda video, **who: video_describe(video_id=video.pk, title="x", transcript="", **who),
    "subtitle": lambda video, **who: video_subtitle(video_id=video.pk, data=SRT.encode(), **who),
    "offer": lambda video, **who: video_offer(video_id=video.pk, is_offered=False, **who),
    "retry": lambda video, **who: video_retry(video_id=video.pk, **who),
    "upload": lambda video, **who: video_upload(
        organisation=video.organisation, title="x", upload=an_upload(film(seconds=1)), **who
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["of another school", "a teacher", "no longer there"])
def test_only_the_schools_own_staff_upload_and_change(school, act, who):
    video = a_video(school)
    strangers = {
        "of another school": lambda: a_keeper(a_school()),
        "a teacher": lambda: a_keeper(school, Role.TEACHER),
        "no longer there": lambda: a_keeper(school, ends_on=ON - timedelta(days=1)),
    }
    with pytest.raises(PermissionDenied):
        ACTS[act](video, actor=strangers[who](), at=AT, on=ON)
    video.refresh_from_db()
    assert (video.title, video.subtitles, video.is_offered) == ("怎样抱宝宝", "", True)
    assert VideoEvent.objects.count() == 1


def test_schools_see_and_choose_their_own_videos_and_overseers_all(school):
    mine, other = a_ready_video(school), a_video(a_school())
    keeper, teacher = a_keeper(school), a_keeper(school, Role.TEACHER)
    overseer = a_keeper(a_school(), Role.OFFICER_REVIEW)
    assert list(videos_visible_to(keeper, on=ON)) == list(videos_visible_to(teacher, on=ON)) == [mine]
    assert set(videos_visible_to(overseer, on=ON)) == {mine, other}
    assert list(videos_visible_to(a_keeper(school, Role.BODY_STAFF), on=ON)) == []
    assert list(videos_to_choose(overseer, on=ON)) == [mine]
    video_offer(video_id=mine.pk, is_offered=False, actor=keeper, at=AT, on=ON)
    assert list(videos_to_choose(keeper, on=ON)) == []


def test_one_run_has_the_video_and_a_second_does_nothing(school):
    video = a_video(school)
    claim = video_take(video_id=video.pk, at=AT)
    assert claim is not None
    assert video_take(video_id=video.pk, at=AT + timedelta(seconds=119)) is None
    assert not media_work.video_process(video_id=video.pk, clock=lambda: AT)
    assert video_beat(claim=claim, progress=40, at=AT + timedelta(seconds=60))
    later = AT + timedelta(seconds=200)
    second = video_take(video_id=video.pk, at=later)
    assert second is not None
    assert not video_beat(claim=claim, progress=50, at=later)
    video_fail(claim=claim, sentence="过时的一次", at=later)
    made = transcoding.Probe(3, 640, 360, 0, 1)
    assert not video_finish(claim=claim, made=media_work.Made("a", "b", "c", made), at=later)
    video.refresh_from_db()
    assert (video.state, video.run, video.attempts) == ("processing", second.run, 2)


def test_a_run_that_lost_its_video_stops_and_leaves_nothing(school, monkeypatch):
    video = a_video(school)
    monkeypatch.setattr(media_work, "BEAT_SECONDS", 0)
    monkeypatch.setattr(media_work, "video_beat", lambda **_about: False)
    assert not media_work.video_process(video_id=video.pk, clock=lambda: AT)
    video.refresh_from_db()
    assert video.state == "processing"
    assert not any(path.is_file() for path in Path(lesson_storage().path(f"renditions/{video.pk}")).rglob("*"))


def test_after_three_interrupted_runs_the_school_is_told(school):
    video = a_video(school)
    for attempt in range(3):
        assert video_take(video_id=video.pk, at=AT + attempt * timedelta(minutes=3))
    assert video_take(video_id=video.pk, at=AT + timedelta(minutes=9)) is None
    video.refresh_from_db()
    assert (video.state, video.failure) == (
        "failed",
        "处理了 3 次都被中断，没有完成。请点“重新处理”；仍不行时请联系平台技术支持。",
    )


def test_a_ready_video_never_changes_its_files_and_is_never_removed(school):
    video = a_ready_video(school)
    for change in (
        lambda: Video.objects.filter(pk=video.pk).update(rendition="other.mp4"),
        lambda: Video.objects.filter(pk=video.pk).update(state="waiting"),
        lambda: Video.objects.filter(pk=video.pk).update(sha256="0" * 64),
        lambda: Video.objects.filter(pk=video.pk)._raw_delete("default"),
        lambda: VideoEvent.objects.all().update(action="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert not media_work.video_process(video_id=video.pk, clock=lambda: AT + timedelta(days=1))
    assert Video.objects.get(pk=video.pk).rendition.name == video.rendition.name


def test_subtitles_bring_a_transcript_that_follows_them_until_somebody_writes_one(school):
    video, keeper = a_ready_video(school), a_keeper(school)
    about = {"video_id": video.pk, "actor": keeper, "at": AT, "on": ON}
    assert video_subtitle(data=SRT.encode(), **about).transcript == "今天学抱宝宝。\n先洗手。"
    assert (
        video_subtitle(data=SRT.replace("先洗手", "先擦手").encode(), **about).transcript == "今天学抱宝宝。\n先擦手。"
    )
    video_describe(title="抱宝宝", transcript="老师写的文字稿", **about)
    video = video_subtitle(data=SRT.encode(), **about)
    assert (video.title, video.transcript) == ("抱宝宝", "老师写的文字稿")
    assert video.subtitles.startswith("WEBVTT\n\n00:00:00.500 --> ")
    assert video_subtitle(data=b"", **about).subtitles == ""
    late = SRT.replace("00:00:01,600 --> 00:00:02,500", "00:10:00,000 --> 00:10:01,000")
    with pytest.raises(ContentError) as refusal:
        video_subtitle(data=late.encode(), **about)
    assert refusal.value.code == "subtitles_beyond"
    assert Video.objects.get(pk=video.pk).subtitles == ""


def ffmpegs_at(video):
    """The ids of ffmpeg processes at work on a video."""
    mark = f"renditions/{video.pk}/".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if mark in words and b"libx264" in words and Path(lesson_storage().location).as_posix().encode() in words:
                found.append(int(entry.name))
    return found


def wait_for(condition, seconds=20):
    ends_at = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends_at:
        time.sleep(0.02)
    return condition()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_no_process_and_the_video_is_taken_up_again(settings, monkeypatch):
    woken = []
    monkeypatch.setattr("courses.content.media_services.task_wake", lambda *words: woken.append(words))
    video = a_video(a_school(), data=film(seconds=40, size="1280x720"))
    Video.objects.update(heartbeat_at=timezone.now())
    woken.clear()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            tasks.video_process(video.pk)
        finally:
            os._exit(0)
    assert wait_for(lambda: ffmpegs_at(video))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert wait_for(lambda: not ffmpegs_at(video))  # ffmpeg went with it
    video.refresh_from_db()
    assert (video.state, video.attempts) == ("processing", 1)
    assert tasks.videos_resume() == 0  # not yet silent for long
    Video.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert tasks.videos_resume() == 1
    assert woken == [("courses.content.tasks.video_process", video.pk)]
    assert tasks.video_process(video.pk)
    video.refresh_from_db()
    assert (video.state, video.attempts, video.duration_seconds) == ("ready", 2, 40)
    assert [path.name for path in Path(lesson_storage().path(f"renditions/{video.pk}")).iterdir()] == [str(video.run)]
    assert not tasks.video_process(video.pk)
