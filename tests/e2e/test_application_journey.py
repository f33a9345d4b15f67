"""A worker applies for a skill level on a small phone, the body opens her papers and accepts her, she has a ticket."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from certifications.applications.models import LevelApplication
from certifications.bodies.models import AssessmentBody
from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PlanState
from courses.catalogue.models import Occupation
from foundation.database import period
from foundation.privacy.models import AccessRecord
from tests.certifications.builders import body_staff
from tests.certifications.builders_plans import a_part, a_plan
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.journeys import press
from tests.e2e.test_worker_journey import choose_elder_mode, enter
from tests.workers.builders import a_worker, an_account, an_id_number
from tests.workers.test_files import a_picture
from workers.models import Worker
from workers.services import JobEntry, employment_add

Visit = Callable[[dict[str, Any]], Page]


@pytest.fixture
def plan(world: None) -> AssessmentPlan:
    """家政服务员 五级, open for a week."""
    today = timezone.localdate()
    made = a_plan(
        body=AssessmentBody.objects.order_by("pk").first(),
        title="家政服务员五级认定（示例）",
        occupation=Occupation.objects.get(code="4-10-01-06"),
        state=PlanState.OPEN,
        applies=period(today, today + timedelta(days=7)),
        seats=20,
    )
    a_part(made, day=today + timedelta(days=20))
    return made


@pytest.fixture
def worker(world: None) -> Worker:
    number = an_id_number(born=date(1976, 3, 9), sequence=318)
    found = a_worker(id_number=number, user=an_account("19900008431"), verified=True)
    entry = JobEntry("鹭岛示例家政服务有限公司", "月嫂", "labour", date(2021, 3, 1))
    employment_add(worker_id=found.pk, entry=entry, actor=found.user, at=timezone.now())
    return found


def upload(page: Page, name: str, paper: Path) -> None:
    page.get_by_role("link", name=name).click()
    page.get_by_label("拍一张，或者选一张照片").set_input_files(paper)
    press(page, "上传")
    expect(page.get_by_text("已上传。")).to_be_visible()


def fill_in(page: Page, paper: Path) -> None:
    """Every section, as the form asks."""
    page.get_by_role("link", name="学习经历", exact=True).click()
    page.get_by_role("link", name="添加一段学习").click()
    page.get_by_label("什么程度").select_option("junior")
    page.get_by_label("学校名称").fill("示例中学")
    page.locator("[name=graduated_on]").fill("1992-07")
    shot(page, "apply-study")
    assert complaints(page) == []
    press(page, "保存")
    page.get_by_role("link", name="返回申报表").click()
    page.get_by_role("link", name="工作经历", exact=True).click()
    shot(page, "apply-work")
    assert complaints(page) == []
    page.get_by_role("link", name=re.compile("看一看、改一改")).click()
    page.get_by_label("证明人姓名").fill("王示例")
    press(page, "保存")
    # She is told what is missing, and what she wrote is still there.
    expect(page.get_by_text("请写证明人电话。").first).to_be_visible()
    expect(page.get_by_label("证明人姓名")).to_have_value("王示例")
    page.get_by_label("证明人电话").fill("19900001111")
    shot(page, "apply-work-row")
    press(page, "保存")
    page.get_by_role("link", name="返回申报表").click()
    page.get_by_role("link", name="材料照片", exact=True).click()
    shot(page, "apply-papers")
    assert complaints(page) == []
    for name in ("证件照", "身份证人像面", "身份证国徽面", "最高学历毕业证书", "工作证明", "单位登记信息截图"):
        upload(page, re.compile(name), paper)  # type: ignore[arg-type]
    page.get_by_role("link", name="返回申报表").click()


def test_she_applies_on_the_phone_and_the_body_accepts_her(
    visit: Visit, live_server: Any, plan: AssessmentPlan, worker: Worker, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.jpg"
    paper.write_bytes(a_picture())
    hers, desk = visit(PHONE), visit(DESKTOP)
    enter(hers, worker.user, live_server.url)
    choose_elder_mode(hers)
    hers.goto("/my/")
    hers.get_by_role("link", name="报考技能等级").click()
    shot(hers, "apply-home")
    assert complaints(hers) == []
    hers.locator(f"a[href='/my/apply/plans/{plan.pk}/']").click()
    expect(hers.get_by_text("您符合申报条件。")).to_be_visible()
    shot(hers, "apply-plan")
    assert complaints(hers) == []
    press(hers, "开始申报")
    shot(hers, "apply-form")
    assert complaints(hers) == []
    fill_in(hers, paper)
    shot(hers, "apply-form-full")
    hers.get_by_role("link", name="都填好了，去提交").click()
    shot(hers, "apply-submit")
    assert complaints(hers) == []
    press(hers, "同意，提交申报")
    expect(hers.get_by_text("在每一条前面打勾")).to_be_visible()
    hers.get_by_label("我看过了，同意").check()
    press(hers, "同意，提交申报")
    expect(hers.get_by_role("heading", level=1)).to_have_text("申报已提交")
    shot(hers, "apply-done")
    application = LevelApplication.objects.get()
    assert (application.state, application.verdict, application.worker) == ("submitted", "yes", worker)

    enter(desk, body_staff(plan.body), live_server.url)
    desk.goto("/body/applications/")
    shot(desk, "desk-list")
    desk.get_by_role("link", name=application.number).click()
    shot(desk, "desk-application")
    assert complaints(desk) == []
    expect(desk.get_by_text(worker.id_number)).to_have_count(0)
    desk.get_by_role("link", name="查看材料和个人信息").click()
    press(desk, "查看")
    expect(desk.get_by_text(worker.id_number)).to_be_visible()
    expect(desk.get_by_text("19900001111")).to_be_visible()
    for picture in desk.locator("main img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 600)
    shot(desk, "desk-look")
    assert AccessRecord.objects.get(subject_id=str(worker.pk)).is_granted is True
    desk.get_by_role("link", name="返回审核").click()
    press(desk, "通过，准考")
    expect(desk.get_by_text("申报人已成为考生")).to_be_visible()
    desk.goto("/body/applications/batch/")
    shot(desk, "desk-batch")

    hers.goto(f"/my/apply/{application.pk}/")
    expect(hers.get_by_text("准考证号 20260001").first).to_be_visible()
    shot(hers, "apply-accepted")
    assert complaints(hers) == []
