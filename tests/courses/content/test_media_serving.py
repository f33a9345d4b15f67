"""Links to videos: signed, for one person or everybody, good for some hours; ranges answered exactly."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.content import media_views
from courses.content.media_links import media_url, media_urls
from courses.content.media_services import video_subtitle
from courses.content.media_states import MediaKind
from foundation.accounts.states import Role
from tests.courses.builders_media import AT, ON, SRT, a_keeper, a_ready_video, a_school, a_video
from tests.portal.people import person, signed_in


@pytest.fixture
def video(db):
    return a_ready_video(a_school())


@pytest.fixture
def plain(video):
    return Path(video.rendition.path).read_bytes()


def open_link(video, kind=MediaKind.VIDEO):
    return media_url(video, kind, viewer=None, at=timezone.now())


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_without_a_range_the_whole_video_comes(video, plain):
    answer = Client().get(open_link(video))
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert answer["Cache-Control"].startswith("private, max-age=")
    assert answer["Content-Disposition"] == "inline"
    assert int(answer["Content-Length"]) == len(plain)
    assert body(answer) == plain


def test_a_range_is_answered_with_exactly_its_bytes(video, plain):
    size = len(plain)
    for header, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, size - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=-10", size - 10, size - 1),
        (f"bytes={size - 1}-", size - 1, size - 1),
        (f"bytes=5-{size * 9}", 5, size - 1),
    ):
        answer = Client().get(open_link(video), headers={"Range": header})
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert int(answer["Content-Length"]) == last - first + 1
        assert body(answer) == plain[first : last + 1]


def test_a_long_range_comes_in_pieces_that_add_up_to_the_whole(video, plain, monkeypatch):
    monkeypatch.setattr(media_views, "LARGEST_PART", 10_000)
    got = b""
    while len(got) < len(plain):
        answer = Client().get(open_link(video), headers={"Range": f"bytes={len(got)}-"})
        assert answer.status_code == 206
        assert not answer.streaming  # in memory: a slow reader holds no thread
        assert len(answer.content) <= 10_000
        got += answer.content
    assert got == plain


def test_a_range_behind_the_end_is_416_and_names_the_size(video, plain):
    answer = Client().get(open_link(video), headers={"Range": f"bytes={len(plain)}-"})
    assert (answer.status_code, answer["Content-Range"], body(answer)) == (416, f"bytes */{len(plain)}", b"")


def test_a_part_of_another_version_is_never_mixed_in(video, plain):
    url = open_link(video)
    etag = Client().get(url)["ETag"]
    same = Client().get(url, headers={"Range": "bytes=0-9", "If-Range": etag})
    other = Client().get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (same.status_code, body(same)) == (206, plain[:10])
    assert (other.status_code, body(other)) == (200, plain)
    assert Client().get(url, headers={"If-None-Match": etag}).status_code == 304


def test_head_says_the_size_and_sends_nothing(video, plain):
    answer = Client().head(open_link(video), headers={"Range": "bytes=0-9"})
    assert (answer.status_code, int(answer["Content-Length"]), body(answer)) == (200, len(plain), b"")
    assert Client().post(open_link(video)).status_code == 405


def test_sound_poster_and_subtitles_have_links_of_their_own(video):
    assert set(media_urls(video, viewer=None, at=AT)) == {"video", "audio", "poster"}
    video = video_subtitle(video_id=video.pk, data=SRT.encode(), actor=a_keeper(video.organisation), at=AT, on=ON)
    urls = media_urls(video, viewer=None, at=timezone.now())
    types = {kind: Client().get(url)["Content-Type"] for kind, url in urls.items()}
    assert types == {
        "video": "video/mp4",
        "audio": "audio/mp4",
        "poster": "image/jpeg",
        "subtitles": "text/vtt; charset=utf-8",
    }
    assert Client().get(urls["subtitles"]).content.decode() == video.subtitles


def test_a_link_for_somebody_opens_for_her_alone(video):
    viewer, other = person(Role.WORKER), person(Role.WORKER)
    url = media_url(video, MediaKind.VIDEO, viewer=viewer, at=timezone.now())
    assert signed_in(viewer).get(url).status_code == 200
    assert signed_in(other).get(url).status_code == 403
    assert Client().get(url).status_code == 403


def test_a_link_ends_after_some_hours_and_stays_the_same_within_one(video):
    at = timezone.now().replace(minute=0, second=1)
    url = media_url(video, MediaKind.VIDEO, viewer=None, at=at)
    assert media_url(video, MediaKind.VIDEO, viewer=None, at=at + timedelta(minutes=58)) == url
    assert media_url(video, MediaKind.VIDEO, viewer=None, at=at + timedelta(hours=1)) != url
    with time_machine.travel(at + timedelta(hours=6), tick=False):
        assert Client().get(url).status_code == 200
    with time_machine.travel(at + timedelta(hours=7), tick=False):
        answer = Client().get(url)
    assert answer.status_code == 403
    assert "已经过期" in answer.content.decode()


@pytest.mark.parametrize("change", ["x", "", "00"])
def test_an_invented_or_altered_link_does_not_exist(video, change):
    token = open_link(video).rstrip("/").rsplit("/", 1)[1]
    altered = token[:-1] + ("A" if token[-1] != "A" else "B") if change == "x" else change + token[5:]
    assert Client().get(reverse("lesson_media", args=[altered])).status_code == 404


def test_what_is_not_there_yet_is_404(db):
    video = a_video(a_school())
    for kind in MediaKind:
        assert Client().get(open_link(video, kind)).status_code == 404


def test_nginx_may_send_the_file_when_a_setting_says_so(video, settings):
    settings.LESSON_FILES_ACCEL = "/lesson-files/"
    answer = Client().get(open_link(video), headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/lesson-files/renditions/{video.pk}/{video.run}/video.mp4"
    assert answer["Content-Type"] == "video/mp4"
