"""The school's desk: upload, progress, preview; another school's video does not exist; the editor's chooser."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.content import tasks
from courses.content.media_selectors import foreign_media
from courses.content.media_services import video_take
from courses.content.models import Video
from foundation.accounts.models import Membership, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import Role
from tests.courses.builders_media import (
    AT,
    ON,
    SRT,
    a_bank,
    a_keeper,
    a_ready_video,
    a_school,
    a_video,
    an_upload,
    film,
)
from tests.portal.people import signed_in


@pytest.fixture
def school(db):
    return a_school()


@pytest.fixture
def desk(school):
    return signed_in(a_keeper(school))


def words(answer):
    return answer.content.decode()


def test_a_video_is_uploaded_processed_and_shown(school, desk, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr("courses.content.media_services.task_wake", lambda *words: woken.append(words))
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(reverse("video_upload"), {"title": "怎样抱宝宝", "file": an_upload()}, follow=True)
    video = Video.objects.get()
    assert answer.redirect_chain == [(reverse("video_detail", args=[video.pk]), 302)]
    assert (video.organisation, video.title, video.state) == (school, "怎样抱宝宝", "waiting")
    assert woken == [("courses.content.tasks.video_process", video.pk)]
    assert tasks.video_process(video.pk)
    page = words(desk.get(reverse("video_detail", args=[video.pk])))
    assert "<video" in page
    assert "/lesson-media/" in page
    assert "怎样抱宝宝" in words(desk.get(reverse("video_list")))
    again = desk.post(reverse("video_upload"), {"title": "又一次", "file": an_upload()}, follow=True)
    assert "这个文件以前上传过" in words(again)
    assert Video.objects.count() == 1


def test_a_refused_upload_keeps_what_was_typed_and_says_what_to_do(desk):
    answer = desk.post(reverse("video_upload"), {"title": "第一课", "file": an_upload(b"#EXTM3U\nhttp://127.0.0.1/")})
    assert answer.status_code == 422
    assert "这个文件不是能用的视频" in words(answer)
    assert 'value="第一课"' in words(answer)
    assert not Video.objects.exists()


def test_a_request_that_announces_too_much_is_refused_before_it_is_read(desk, settings):
    settings.VIDEO_LARGEST_BYTES = 1024 * 1024
    answer = desk.generic("POST", reverse("video_upload"), b"x", CONTENT_LENGTH=str(2 * 1024 * 1024))
    assert answer.status_code == 413
    assert "文件超过 1 MB" in words(answer)


def test_an_upload_needs_the_token_of_its_form(school):
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_keeper(school))
    answer = client.post(reverse("video_upload"), {"title": "x", "file": an_upload()})
    assert answer.status_code == 403
    assert not Video.objects.exists()


def test_without_ffmpeg_the_page_says_so_and_keeps_the_title(desk, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "ffmpeg" in words(desk.get(reverse("video_upload")))
    answer = desk.post(reverse("video_upload"), {"title": "第一课", "file": an_upload(film())})
    assert "暂时不能上传视频" in words(answer)
    assert not Video.objects.exists()


def test_the_progress_is_shown_and_the_page_turns_when_the_work_is_over(school, desk):
    video = a_video(school)
    url = reverse("video_progress", args=[video.pk])
    assert "正在排队" in words(desk.get(url))
    claim = video_take(video_id=video.pk, at=AT)
    Video.objects.filter(pk=video.pk, run=claim.run).update(progress=43)
    assert "43%" in words(desk.get(url))
    assert "正在处理 43%" in words(desk.get(reverse("video_list")))
    ready = a_ready_video(school, data=film(seconds=1))
    assert desk.get(reverse("video_progress", args=[ready.pk]))["HX-Refresh"] == "true"


def test_subtitles_and_transcript_are_kept_from_the_desk(school, desk):
    video = a_ready_video(school)
    subtitles = an_upload(SRT.encode("gb18030"), name="字幕.srt")
    answer = desk.post(reverse("video_subtitles", args=[video.pk]), {"file": subtitles}, follow=True)
    assert "先洗手。" in words(answer)
    assert '<track kind="captions"' in words(answer)
    wrong = desk.post(reverse("video_subtitles", args=[video.pk]), {"file": an_upload(b"no subtitles")})
    assert (wrong.status_code, "没有在文件里找到字幕" in words(wrong)) == (422, True)
    desk.post(reverse("video_edit", args=[video.pk]), {"title": "抱宝宝", "transcript": "文字稿"})
    desk.post(reverse("video_subtitles_remove", args=[video.pk]))
    desk.post(reverse("video_offer", args=[video.pk]), {"offered": "no"})
    video.refresh_from_db()
    assert (video.title, video.transcript, video.subtitles, video.is_offered) == ("抱宝宝", "文字稿", "", False)


def test_another_schools_video_does_not_exist(school):
    video = a_ready_video(school)
    stranger = signed_in(a_keeper(a_school()))
    for name in ("video_detail", "video_progress", "video_edit", "video_subtitles"):
        assert stranger.get(reverse(name, args=[video.pk])).status_code == 404
    for name in ("video_edit", "video_subtitles", "video_subtitles_remove", "video_offer", "video_retry"):
        assert stranger.post(reverse(name, args=[video.pk]), {"title": "x"}).status_code == 404
    assert video.title not in words(stranger.get(reverse("video_list")))
    assert video.events.count() == 3


def test_a_teacher_looks_and_changes_nothing(school):
    video = a_ready_video(school)
    teacher = signed_in(a_keeper(school, Role.TEACHER))
    page = words(teacher.get(reverse("video_detail", args=[video.pk])))
    assert "<video" in page
    assert reverse("video_edit", args=[video.pk]) not in page
    assert teacher.post(reverse("video_edit", args=[video.pk]), {"title": "x"}).status_code == 403


def test_a_list_of_videos_costs_the_same_however_long(school, desk):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(reverse("video_list")).status_code == 200
        return len(seen)

    a_video(school)
    queries()
    before = queries()
    for number in range(3):
        a_video(school, data=film(seconds=1 + number / 5), title=f"第 {number} 课")
    assert queries() == before


def an_editor(school) -> User:
    user = a_keeper(school)
    groups_sync(user=user, on=ON)
    return user


def test_the_editor_chooses_among_the_schools_own_ready_videos_and_banks(site, school):
    mine, other = a_ready_video(school, title="自己的"), a_ready_video(a_school(), title="别家的")
    a_video(school, data=film(seconds=1), title="没处理好的")
    bank, empty = a_bank(school, title="有题的", questions=1), a_bank(school, title="空的")
    client = signed_in(an_editor(school))
    page = json.loads(client.get(reverse("video_chooser:choose")).content)["html"]
    assert ("自己的" in page, "别家的" in page, "没处理好的" in page) == (True, False, False)
    results = words(client.get(reverse("video_chooser:choose_results")))
    assert ("自己的" in results, "别家的" in results) == (True, False)
    chosen = json.loads(client.get(reverse("video_chooser:chosen", args=[mine.pk])).content)
    assert chosen["result"]["title"] == "自己的"
    assert client.get(reverse("video_chooser:chosen", args=[other.pk])).status_code == 404
    banks = json.loads(client.get(reverse("question_bank_chooser:choose")).content)["html"]
    assert ("有题的" in banks, "空的" in banks) == (True, False)
    assert client.get(reverse("question_bank_chooser:chosen", args=[empty.pk])).status_code == 404
    assert foreign_media(school, video_ids=[mine.pk, other.pk, 0], bank_ids=[bank.pk]) == ({other.pk, 0}, set())


def test_somebody_who_left_the_school_chooses_nothing(site, school):
    editor = an_editor(school)
    a_ready_video(school, title="自己的")
    Membership.objects.filter(user=editor).delete()
    assert signed_in(editor).get(reverse("video_chooser:choose")).status_code == 403
