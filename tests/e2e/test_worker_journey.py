"""A worker on a small phone: from the first sign-in to a complete file, and the officer who reads it."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from foundation.accounts.models import User
from foundation.accounts.states import Role
from tests.e2e.accessibility import complaints
from tests.portal.people import person, signed_in
from tests.workers.builders import an_id_number
from tests.workers.test_files import a_picture
from workers.models import Worker
from workers.services import (
    JobEntry,
    SchoolEntry,
    employment_add,
    group_add,
    identity_check_record,
    identity_declare,
)

NUMBER = an_id_number(born=date(1975, 8, 9), sequence=314)


def enter(page: Page, user: User, base_url: str) -> None:
    """The page as somebody who has signed in already."""
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}])


def answer(outcome: str, number: str = NUMBER) -> Worker:
    """The real-name service answers."""
    worker = next(one for one in Worker.objects.filter(checks__state="waiting") if one.id_number == number)
    check = worker.checks.get(state="waiting")
    identity_check_record(check_id=check.pk, outcome=outcome, reference="e2e", at=timezone.now())
    worker.refresh_from_db()
    return worker


def a_complete_worker(at: datetime) -> Worker:
    user = person(Role.WORKER)
    identity_declare(user=user, name="李梅", id_number=NUMBER, at=at)
    worker = answer("match")
    group_add(worker_id=worker.pk, group_code="rural_transfer", starts_on=date(2024, 1, 1), actor=user, at=at)
    for name in ("家庭雇主", "鹭岛示例家政服务有限公司"):
        entry = JobEntry(name, "月嫂", "labour", date(2021, 1, 1))
        employment_add(worker_id=worker.pk, entry=entry, actor=user, at=at)
    return worker


def choose_elder_mode(page: Page) -> None:
    """As she would: on the preferences page."""
    page.goto("/preferences/")
    for name, value in (("elder", "1"), ("size", "24")):
        page.locator(f"main input[name={name}][value='{value}']").check()
    page.locator("main form button[type=submit]").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill_day(page: Page, name: str, day: date) -> None:
    for part in ("year", "month", "day"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def test_from_an_empty_file_to_a_complete_one(on_phone: Page, live_server: Any) -> None:
    page = on_phone
    enter(page, person(Role.WORKER), live_server.url)
    page.goto("/my/")
    page.get_by_role("link", name="开始实名").click()
    page.get_by_label("姓名").fill("李梅")
    page.get_by_label("身份证号码").fill(NUMBER[:-1])
    press(page, "下一步")
    expect(page.get_by_role("alert")).to_contain_text("应为 18 位")
    expect(page.get_by_label("姓名")).to_have_value("李梅")
    page.get_by_label("身份证号码").fill(NUMBER.lower())
    press(page, "下一步")
    expect(page.get_by_role("heading", level=1)).to_have_text("和身份证上一样吗？")
    press(page, "一样，提交")
    expect(page.get_by_role("heading", level=1)).to_have_text("正在核验您的身份")
    answer("match")
    page.get_by_role("link", name="刷新看结果").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您已通过实名")
    page.get_by_role("link", name="回到我的").click()
    _fill_the_rest(page)
    assert page.locator("main .tag.success").count() == 4


def _fill_the_rest(page: Page) -> None:
    page.get_by_role("link", name="住在哪个区").click()
    page.get_by_label("同安区").check()
    press(page, "保存")
    page.get_by_role("link", name="社保卡").click()
    page.get_by_label("社保卡银行账号").fill("9900 0031 7066 9074 395")
    press(page, "保存")
    page.get_by_role("link", name="照片").click()
    picture = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    page.get_by_label("从相册里选一张").set_input_files(picture)
    press(page, "保存照片")
    expect(page.get_by_alt_text("您现在的照片")).to_be_visible()
    page.goto("/my/jobs/")
    page.get_by_role("link", name="添加工作").click()
    page.get_by_label("单位名称").fill("家庭雇主")
    page.get_by_label("做什么工作").fill("月嫂")
    page.get_by_label("家庭雇用").check()
    fill_day(page, "starts_on", date(2021, 3, 1))
    press(page, "保存")
    expect(page.locator("main")).to_contain_text("月嫂 · 家庭雇主")
    page.goto("/my/data/")
    page.get_by_role("button", name=re.compile("看完整.*身份证号码")).click()
    expect(page.locator("main")).to_contain_text(NUMBER)
    page.goto("/my/")


PAGES = [
    "/my/",
    "/my/identity/result/",
    "/my/district/",
    "/my/card/",
    "/my/photo/",
    "/my/groups/",
    "/my/groups/add/",
    "/my/jobs/",
    "/my/jobs/add/",
    "/my/schooling/",
    "/my/schooling/add/",
    "/my/data/",
    "/my/data/looks/",
]


@pytest.mark.parametrize("is_elder", [False, True], ids=["ordinary", "elder"])
def test_her_pages_have_no_accessibility_errors_and_fit_a_small_phone(
    on_phone: Page, live_server: Any, is_elder: bool
) -> None:
    worker = a_complete_worker(timezone.now())
    enter(on_phone, worker.user, live_server.url)
    if is_elder:
        choose_elder_mode(on_phone)
    faults = {}
    for path in PAGES:
        on_phone.goto(path)
        found = complaints(on_phone)
        if on_phone.evaluate("document.documentElement.scrollWidth") > 360:
            found = [*found, "runs over the edge"]
        if found:
            faults[path] = found
    assert faults == {}


def test_an_officers_pages_have_no_accessibility_errors(on_desktop: Page, live_server: Any) -> None:
    now = timezone.now()
    worker = a_complete_worker(now)
    other = person(Role.WORKER)
    asked = identity_declare(user=other, name="李梅", id_number=NUMBER, at=now).request
    enter(on_desktop, person(Role.OFFICER_INTAKE), live_server.url)
    faults = {}
    for path in (
        "/workers/",
        f"/workers/{worker.pk}/",
        f"/workers/{worker.pk}/reveal/id_number/",
        f"/workers/{worker.pk}/override/",
        f"/workers/{worker.pk}/correct/",
        f"/workers/{worker.pk}/release/",
        "/workers/links/",
        f"/workers/links/{asked.pk}/",
    ):
        on_desktop.goto(path)
        found = complaints(on_desktop)
        if found:
            faults[path] = found
    assert faults == {}
    on_desktop.goto("/workers/")
    on_desktop.get_by_label("身份证号码或手机号码").fill(NUMBER)
    press(on_desktop, "查找")
    expect(on_desktop).to_have_url(f"{live_server.url}/workers/{worker.pk}/")


def test_schooling_needs_no_script(browser: Any, world: None, live_server: Any) -> None:
    worker = a_complete_worker(timezone.now())
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    enter(page, worker.user, live_server.url)
    page.goto("/my/schooling/add/")
    page.get_by_label("初中", exact=True).check()
    page.get_by_label("学校").fill("同安一中")
    fill_day(page, "starts_on", date(1988, 9, 1))
    fill_day(page, "ends_on", date(1991, 7, 1))
    press(page, "保存")
    expect(page.locator("main")).to_contain_text("初中 · 同安一中")
    context.close()
    assert worker.educations.get().school == SchoolEntry("junior", "同安一中", date(1988, 9, 1)).school
