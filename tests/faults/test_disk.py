"""The disk is full while files are written: no row names a file that is not whole, people are told in a sentence, and
tasks do their work when there is room again."""

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse

from certifications.certificates.models import BatchItem, CertificateBatch
from courses.content.models import Video
from subsidies.payments.models import PaymentJob
from subsidies.payments.services.jobs import job_ask
from subsidies.payments.states import JobKind
from tests.certifications.certificates.builders import a_holder, a_portrait
from tests.faults import clock, disk, truth
from tests.faults.cases import unheard
from tests.faults.cases_courses import MAKE, VIDEO, a_batch, a_film, certificates_are_there, video_is_ready
from tests.faults.machine import Web, Workers, site, workers
from tests.faults.people import TOKEN
from tests.faults.queues import forget, run
from tests.portal.people import signed_in
from tests.subsidies.payments.builders import LATER, answer, finance, sent
from workers.models import Worker

SENTENCE = "文件没有保存：服务器的存储空间满了"
SILENCE_SECONDS = 240


@pytest.fixture
def worker() -> Iterator[Workers]:
    forget()
    with workers() as one:
        yield one


def a_picture_sent(web: Web, woman: Worker) -> tuple[int, str]:
    """She sends a portrait by the page; status and text of the answer."""
    client = signed_in(woman.user)
    cookies = "; ".join(f"{name}={part.value}" for name, part in client.cookies.items())
    picture = a_portrait(90).read()
    head = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    token = head.format("csrfmiddlewaretoken", "").encode() + TOKEN.encode() + b"\r\n"
    about = '; filename="me.jpg"\r\nContent-Type: image/jpeg'
    body = token + head.format("camera", about).encode() + picture + b"\r\n--x--\r\n"
    headers = {"Cookie": f"{cookies}; csrftoken={TOKEN}", "Content_Type": "multipart/form-data; boundary=x"}
    status, _headers, text = web.ask("POST", reverse("my_photo"), body, **headers)
    return status, text


def test_an_upload_that_does_not_fit_is_told_in_a_sentence_and_names_no_file() -> None:
    with unheard():
        woman = a_holder()
    before = woman.photo.name
    with site() as web:
        with disk.full(web.program):
            status, text = a_picture_sent(web, woman)
            assert (status, SENTENCE in text) == (503, True)
            woman.refresh_from_db()
            assert woman.photo.name == before
        assert a_picture_sent(web, woman)[0] == 302
    woman.refresh_from_db()
    assert woman.photo.name != before
    truth.holds()


def test_an_answer_of_the_bank_that_does_not_fit_is_not_asked_for_at_all() -> None:
    with unheard():
        batch = sent(60)
        content = answer(batch)
        asked: dict[str, Any] = {"kind": JobKind.READ, "actor": finance(), "at": LATER, "size": 60}
        with disk.full(), pytest.raises(OSError, match=r"\[Errno") as refusal:
            job_ask(content=content * 20, **asked)
        assert refusal.value.errno in {errno.ENOSPC, errno.EFBIG}
        assert not PaymentJob.objects.filter(kind=JobKind.READ, size=60).exists()
        assert job_ask(content=content, **asked).file


def test_certificates_that_do_not_fit_are_made_when_there_is_room(worker: Workers) -> None:
    with unheard():
        (batch_id,) = a_batch()
    connections.close_all()
    with disk.full(worker.program):
        run(MAKE, arguments=(batch_id,))
        items = BatchItem.objects.filter(batch=batch_id)
        assert set(items.values_list("certificate__file", flat=True)) <= {"", None}
        assert CertificateBatch.objects.get(pk=batch_id).state == "running"
        truth.holds()
    clock.jump(SILENCE_SECONDS)
    run("certifications.certificates.tasks.batches_resume")
    certificates_are_there(batch_id)
    truth.holds()


def test_a_video_that_does_not_fit_waits_and_is_no_fault_of_the_school(worker: Workers) -> None:
    if not disk.is_own():
        pytest.skip("nothing may be mounted here, and ffmpeg looks at the disk itself")
    with unheard():
        (video_id,) = a_film()
    connections.close_all()
    with disk.full(worker.program):
        run(VIDEO, arguments=(video_id,))
        video = Video.objects.get(pk=video_id)
        assert (video.state, video.failure) == ("processing", "")
    clock.jump(SILENCE_SECONDS)
    run("courses.content.tasks.videos_resume")
    connection.close()
    video_is_ready(video_id)
    truth.holds()
