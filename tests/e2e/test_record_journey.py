"""Her lifelong record on a small phone, and what it opens: the years, the next level, residency, evidence to an office.

The office is the reference receiver, a process of its own. It answers over HTTP to the server her phone looks at.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from exchange import http
from foundation.accounts.models import User
from residency.evidence.models import EvidencePack, EvidenceWithdrawal
from residency.evidence.states import Receiver
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import PHONE
from tests.e2e.journeys import heading, press
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.test_worker_journey import choose_elder_mode, enter, fill_day
from tests.residency.evidence.builders import a_known_worker
from tests.residency.evidence.receiver_process import RunningReceiver
from tests.residency.evidence.test_end_to_end import run_outbox, take_answers
from tests.workers.builders import an_account
from workers.models import Worker
from workers.services import insured_months_record

Visit = Callable[[dict[str, Any]], Page]
DESK = "公安落户窗口"
DESK_PATH = f"/my/evidence/{Receiver.RESIDENCY_DESK.value}/"
PAID, WANTED = 14, 24


@pytest.fixture
def receiver(tmp_path: Path, settings: Any, live_server: Any) -> Iterator[RunningReceiver]:
    """The office, connected with this server in both directions; it wants two years of insurance."""
    http._client.cache_clear()
    url = f"{live_server.url.replace('localhost', '127.0.0.1')}/exchange/evidence/results/"
    office = RunningReceiver(tmp_path, settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE, url)
    settings.EVIDENCE_RECEIVERS = office.settings
    office.start()
    office.control(level_at_least="4", insured_months=str(WANTED))
    yield office
    office.stop()
    http._client().close()
    http._client.cache_clear()


@pytest.fixture
def hers(world: None) -> Worker:
    """Level four, known from who issued it; fourteen insured months, and a job only she tells of."""
    # A phone beside those of the demonstration.
    return a_known_worker(name="李梅", level=4, months=PAID, user=an_account(phone="19900008301"))


@pytest.fixture
def page(visit: Visit, hers: Worker, live_server: Any) -> Page:
    """Her phone, signed in."""
    phone = visit(PHONE)
    assert hers.user is not None
    enter(phone, hers.user, live_server.url)
    return phone


def good(page: Page, name: str) -> None:
    """Keep a picture of her page: nothing to complain of, and it fits a small phone."""
    shot(page, f"record-{name}")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_her_record_the_next_level_and_a_way_to_residency(page: Page) -> None:
    she_reads_her_record(page)
    she_looks_at_the_next_level(page)
    she_tries_a_route(page)
    choose_elder_mode(page)
    for path, name in (("/my/record/", "record"), ("/my/plan/", "plan"), ("/my/residency/", "residency")):
        page.goto(path)
        good(page, f"elder-{name}")


def she_reads_her_record(page: Page) -> None:
    """Who stands for the certificate and since when, and how long she worked."""
    page.goto("/my/")
    page.get_by_role("link", name="技能档案").first.click()
    heading(page, "技能档案")
    good(page, "01-record")
    line = page.locator("section[aria-labelledby=record-certificates] li.card").filter(has_text="四级/中级工")
    expect(line.get_by_text("已核实", exact=True)).to_be_visible()
    expect(line.get_by_text("发证单位记入；示例评价机构")).to_be_visible()
    years = page.locator("dl.years > div").filter(has_text="本行业")
    expect(years).to_contain_text(re.compile(r"\d+ 年"))
    expect(years).to_contain_text("已核实 1 年 2 个月")
    job = page.locator("section[aria-labelledby=record-employment] li.card").filter(has_text="母婴护理员")
    expect(job.get_by_text("本人填报", exact=True)).to_be_visible()
    for name, kind in (("下载 PDF", b"%PDF-1.7"), ("下载数据文件", b"{")):
        address = page.get_by_role("link", name=name).get_attribute("href")
        assert page.request.get(str(address)).body().startswith(kind)


def she_looks_at_the_next_level(page: Page) -> None:
    """What to sit for next, what it asks of her and what it brings."""
    page.goto("/my/plan/")
    heading(page, "我的规划")
    good(page, "02-plan")
    step = page.locator("li.plan-step").filter(has=page.get_by_role("heading", level=2, name="三级/高级工")).first
    for part in ("报考条件", "要学多少", "在哪里学", "要花多少钱", "拿到证书能得到什么"):
        expect(step.get_by_role("heading", name=part)).to_be_visible()
    step.get_by_text("条件原文，符合其中一条就可以").click()
    expect(step.get_by_text("依据").first).to_be_visible()
    good(page, "03-conditions")


def she_tries_a_route(page: Page) -> None:
    """Only what no file knows is asked; the answer is marked as hers to try, and says what is missing."""
    page.goto("/my/residency/")
    heading(page, "落户自测（自测，非官方）")
    good(page, "04-residency")
    page.get_by_role("link", name="回答问题").click()
    good(page, "05-questions")
    work = page.locator("main")
    work.get_by_role("group", name="您的就业登记在哪个单位名下").get_by_label("没有").check()
    work.get_by_role("group", name="您有自己的营业执照吗").get_by_label("不是", exact=True).check()
    press(page, "保存，下一步")
    good(page, "06-questions")
    permit = page.get_by_role("group", name="您的居住证从哪天起有效")
    permit.get_by_label("有", exact=True).check()
    fill_day(page, "permit-0-first", date(2024, 3, 1))
    press(page, "保存，下一步")
    heading(page, "落户自测（自测，非官方）")
    expect(page.get_by_text("该问的都问过了。")).to_be_visible()
    good(page, "07-answered")
    page.get_by_role("link", name="务工人员落户").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("（自测，非官方）")
    good(page, "08-route")
    expect(page.get_by_text("现在还不符合")).to_be_visible()
    expect(page.get_by_text("能不能落户由厦门市公安机关决定")).to_be_visible()
    lines = page.locator("ul.route-lines > li")
    expect(lines).to_have_count(3)
    for name, advice in (
        ("居住证连续 5 年", "每年按时签注居住证"),
        ("已办就业登记", "请用工单位办就业登记"),
        ("养老保险连续缴 5 年", "养老保险每个月按时缴"),
    ):
        line = lines.filter(has_text=name)
        expect(line.get_by_text("还不符合")).to_be_visible()
        expect(line).to_contain_text(advice)
    expect(page.get_by_text("最早 2029年3月1日达到“居住证连续 5 年”")).to_be_visible()
    press(page, "保存这次自测")
    expect(page.get_by_text("只有您自己能看到").first).to_be_visible()
    good(page, "09-kept")


def test_an_office_refuses_she_corrects_it_and_takes_her_consent_back(
    page: Page, hers: Worker, receiver: RunningReceiver
) -> None:
    she_reads_all_of_it_and_sends(page, hers)
    the_office_refuses(page, hers, receiver)
    an_officer_records_the_missing_months(hers)
    she_sends_it_again(page)
    the_office_accepts(page, hers, receiver)
    choose_elder_mode(page)
    for path, name in (("/my/evidence/", "offices"), (DESK_PATH, "office"), (f"{DESK_PATH}send/", "sending")):
        page.goto(path)
        good(page, f"elder-{name}")
    she_takes_her_consent_back(page, hers, receiver)


def she_reads_all_of_it_and_sends(page: Page, worker: Worker) -> None:
    """From her record; the consent and every line that goes stand on the page before the one button."""
    page.goto("/my/record/")
    page.get_by_role("link", name="发送证明材料").click()
    heading(page, "发送证明材料")
    good(page, "10-offices")
    page.get_by_role("link", name=DESK).click()
    heading(page, f"发给{DESK}")
    good(page, "11-office")
    page.get_by_role("link", name="看看要发的内容").click()
    heading(page, f"要发给{DESK}的内容")
    good(page, "12-sending")
    shown = page.locator("main")
    expect(page.get_by_role("heading", name=f"授权书：发给{DESK}，用于办理落户")).to_be_visible()
    for told in (worker.masked_id_number, "四级/中级工", f"一共 {PAID} 个月", "厦门示例家政有限公司", "您随时可以撤回"):
        expect(shown).to_contain_text(told)
    assert worker.id_number not in page.content()
    press(page, "同意，发送")
    heading(page, f"发给{DESK}")
    expect(page.get_by_text("正在送出")).to_be_visible()
    good(page, "13-on-its-way")


def the_office_refuses(page: Page, worker: Worker, receiver: RunningReceiver) -> None:
    """She reads what it lacks, and what to do about it; the same again is warned of."""
    delivered_and_answered(receiver, answers=2)
    first = EvidencePack.objects.get(file__worker=worker)
    assert (first.state, first.version) == ("refused", 1)
    page.reload()
    expect(page.get_by_text(f"参保满 {WANTED} 个月才能办，材料里是 {PAID} 个月。")).to_be_visible()
    expect(page.get_by_text("带参保证明到服务窗口补登记")).to_be_visible()
    good(page, "14-refused")
    page.get_by_role("link", name="办好了，再发一次").click()
    expect(page.get_by_text("和退回的那一份一样")).to_be_visible()
    good(page, "15-the-same-again")


def an_officer_records_the_missing_months(worker: Worker) -> None:
    """She brings her statement to the counter."""
    insured_months_record(
        worker_id=worker.pk,
        kind="pension",
        months=[date(2024, month, 1) for month in range(1, WANTED - PAID + 1)],
        source="参保证明",
        actor=User.objects.get(username="intake"),
        at=timezone.now(),
    )


def she_sends_it_again(page: Page) -> None:
    """The second version has what was missing; she has agreed already."""
    page.goto(DESK_PATH)
    page.get_by_role("link", name="办好了，再发一次").click()
    expect(page.locator("main")).to_contain_text(f"一共 {WANTED} 个月")
    expect(page.get_by_text("和退回的那一份一样")).to_have_count(0)
    good(page, "16-corrected")
    press(page, "发送")
    heading(page, f"发给{DESK}")


def the_office_accepts(page: Page, worker: Worker, receiver: RunningReceiver) -> None:
    """It says so where she sent it, and on her record."""
    delivered_and_answered(receiver, answers=4)
    states = EvidencePack.objects.filter(file__worker=worker).order_by("version").values_list("version", "state")
    assert list(states) == [(1, "superseded"), (2, "accepted")]
    page.reload()
    expect(page.get_by_text("对方已采用").first).to_be_visible()
    good(page, "17-accepted")
    page.goto("/my/record/")
    told = page.get_by_role("heading", name="发给别的单位").locator("xpath=following-sibling::*[1]")
    expect(told).to_contain_text(DESK)
    expect(told).to_contain_text("对方已采用")
    good(page, "18-on-her-record")


def she_takes_her_consent_back(page: Page, worker: Worker, receiver: RunningReceiver) -> None:
    """The office deletes what it has, and she reads that it did."""
    page.goto(DESK_PATH)
    page.get_by_text("不想再让对方用？").click()
    page.get_by_role("link", name="撤回授权").click()
    heading(page, "要撤回这项授权吗？")
    good(page, "19-withdrawing")
    press(page, "撤回授权")
    heading(page, f"发给{DESK}")
    expect(page.get_by_text("正在通知对方删除").first).to_be_visible()
    good(page, "20-withdrawn")
    delivered_and_answered(receiver, answers=5)
    assert EvidenceWithdrawal.objects.get(file__worker=worker).state == "confirmed"
    assert {row["state"] for row in receiver.overview()["packs"]} == {"deleted"}
    page.reload()
    expect(page.get_by_text("对方说已经删除了您的材料。")).to_be_visible()
    good(page, "21-deleted")


def delivered_and_answered(receiver: RunningReceiver, *, answers: int) -> None:
    """What waits goes out, and what the office says of it comes in over HTTP and is taken."""
    assert run_outbox(timezone.now()) == ["delivered"]
    take_answers(receiver, answers)
