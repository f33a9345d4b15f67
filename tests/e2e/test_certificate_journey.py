"""The school issues for a class, a worker shows and downloads hers on a small phone, officers stop it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from certifications.certificates.models import CertificateBatch, TrainingCertificate
from certifications.certificates.services.batches import batch_work
from courses.classes.models import ClassRun
from foundation.accounts.states import Role
from tests.certifications.certificates.builders import a_closed_run, a_graduate, a_holder, staff_of
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import heading, press
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.test_worker_journey import choose_elder_mode, enter
from tests.workers.builders import an_account, an_officer

Visit = Callable[[dict[str, Any]], Page]


@pytest.fixture
def run(world: None) -> ClassRun:
    """A closed class: two who may have their certificates, one without a photo, one who failed."""
    run = a_closed_run(name="2026示例母婴护理员五级第3期")
    # Phones beside those of the demonstration.
    one, other, lacking, failed = (an_account(phone=f"1990000{number}") for number in range(8101, 8105))
    a_graduate(run, worker=a_holder(name="李梅", user=one))
    a_graduate(run, worker=a_holder(name="陈秀英", user=other))
    a_graduate(run, worker=a_holder(name="王桂香", user=lacking, with_photo=False))
    a_graduate(run, worker=a_holder(name="林丽华", user=failed), passed=False)
    return run


def test_a_class_is_issued_and_she_shows_and_downloads_hers(
    visit: Visit, live_server: Any, run: ClassRun, tmp_path: Path
) -> None:
    the_school_issues(visit, live_server, run)
    certificate = TrainingCertificate.objects.filter(enrolment__class_run=run).order_by("serial")[0]
    she_shows_and_downloads(visit, live_server, certificate, tmp_path)
    an_officer_suspends(visit, live_server, certificate)
    assert TrainingCertificate.objects.get(pk=certificate.pk).state == "suspended"


def the_school_issues(visit: Visit, live_server: Any, run: ClassRun) -> None:
    desk = visit(DESKTOP)
    enter(desk, staff_of(run), live_server.url)
    desk.goto("/certificates/classes/")
    shot(desk, "certificate-classes")
    desk.get_by_role("link", name=run.name).click()
    heading(desk, run.name)
    shot(desk, "certificate-class-before")
    assert complaints(desk) == []
    press(desk, "给 2 人发证")
    expect(desk.get_by_text("正在制作证书").first).to_be_visible()
    shot(desk, "certificate-class-working")
    batch_work(batch_id=CertificateBatch.objects.get(class_run=run).pk, at=timezone.now())
    expect(desk.get_by_text("2 人已发，2 人没有发").first).to_be_visible(timeout=10_000)
    expect(desk.get_by_text("请本人登录平台上传一寸证件照").first).to_be_visible()
    shot(desk, "certificate-class-after")
    assert complaints(desk) == []
    desk.get_by_role("link", name="下载全班证书").click()
    desk.get_by_label("用途").fill("打印后发给学员")
    shot(desk, "certificate-class-files")
    with desk.expect_download() as caught:
        press(desk, "下载")
    assert caught.value.suggested_filename == f"{run.number}.zip"


def she_shows_and_downloads(visit: Visit, live_server: Any, certificate: TrainingCertificate, folder: Path) -> None:
    hers = visit(PHONE)
    enter(hers, certificate.worker.user, live_server.url)
    hers.goto("/my/")
    hers.get_by_role("link", name="我的证书").click()
    heading(hers, "我的证书")
    shot(hers, "my-certificates")
    assert complaints(hers) == []
    hers.get_by_role("link", name="母婴护理员").click()
    heading(hers, "母婴护理员")
    expect(hers.locator(".show-code svg")).to_be_visible()
    assert hers.evaluate("document.documentElement.scrollWidth") <= 360
    shot(hers, "my-certificate")
    assert complaints(hers) == []
    with hers.expect_download() as caught:
        hers.get_by_role("link", name="下载证书").click()
    caught.value.save_as(folder / "certificate.pdf")
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF-1.7")
    choose_elder_mode(hers)
    hers.goto(f"/my/certificates/{certificate.pk}/")
    shot(hers, "my-certificate-elder")
    assert hers.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints(hers) == []


def an_officer_suspends(visit: Visit, live_server: Any, certificate: TrainingCertificate) -> None:
    desk = visit(DESKTOP)
    enter(desk, an_officer(Role.OFFICER_INSPECTION), live_server.url)
    desk.goto("/certificates/training/")
    shot(desk, "certificates")
    desk.get_by_role("link", name=certificate.number).click()
    shot(desk, "certificate")
    assert complaints(desk) == []
    desk.get_by_role("link", name="暂停使用").click()
    desk.get_by_label("正在调查核实").check()
    desk.get_by_label("具体原因").fill("有人举报冒名，正在核实。")
    shot(desk, "certificate-suspend")
    press(desk, "暂停使用")
    expect(desk.get_by_text("已暂停使用，并发短信告诉本人。")).to_be_visible()
    shot(desk, "certificate-suspended")
