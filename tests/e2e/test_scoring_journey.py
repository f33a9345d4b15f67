"""An assessor rates over a bad line, the desk publishes, the worker reads and asks, and is answered."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from certifications.plans.models import PlanPart, PlanRoom
from certifications.plans.services import plan_move
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.models import PartScore, Rating, Result
from certifications.scoring.states import ResultOutcome
from tests.certifications.builders_scoring import a_candidate, a_clerk, a_plan, a_room, a_score, judges_of
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.journeys import press
from tests.e2e.test_worker_journey import choose_elder_mode, enter
from tests.workers.builders import a_worker

Visit = Callable[[dict[str, Any]], Page]


@pytest.fixture
def room(world: None) -> PlanRoom:
    """A practical part that is going on, two people before one assessor; the theory is marked."""
    plan = a_plan(state=PlanState.ARRANGED)
    now = timezone.now()
    PlanPart.objects.filter(plan=plan).update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    people = [a_candidate(plan, a_worker(name=name, verified=True)) for name in ("李梅", "陈秀英")]
    clerk = a_clerk(plan.organisation)
    for candidate in people:
        a_score(candidate, PartKind.THEORY, "58", entered_by=clerk)
    return a_room(plan, people, judges=1)


def rate(page: Page, room: PlanRoom, place: int) -> None:
    page.goto(f"/assess/{room.pk}/")
    page.get_by_role("link", name=re.compile(f"^{place} 号位")).click()
    for number, value in enumerate(("10", "10", "35.5", "20", "10"), start=1):
        page.locator(f"[name=points-{number}]").fill(value)
    page.get_by_role("button", name="满分 收尾整理").click()
    expect(page.locator("[data-total] output")).to_have_text("95.5")


def test_an_assessor_rates_a_room_over_a_bad_line_and_a_worker_appeals(
    visit: Visit, live_server: Any, room: PlanRoom
) -> None:
    phone = visit(PHONE)
    enter(phone, judges_of(room)[0], live_server.url)
    phone.goto("/assess/")
    shot(phone, "assess-home")
    assert complaints(phone) == []
    rate(phone, room, 1)
    shot(phone, "assess-rate")
    assert complaints(phone) == []
    phone.context.route("**/assess/**", answer_lost)
    press(phone, "保存评分")
    expect(phone.get_by_text("评分已存在手机上")).to_be_visible()
    shot(phone, "assess-kept")
    assert Rating.objects.count() == 1
    phone.context.unroute("**/assess/**")
    expect(phone.get_by_text("1 号位：已保存，95.5 分。")).to_be_visible(timeout=15_000)
    assert Rating.objects.get().total == 95.5

    phone.goto(f"/assess/{room.pk}/")
    phone.get_by_role("link", name=re.compile("^2 号位")).click()
    phone.get_by_text("考生没有来").click()
    press(phone, "记为缺考")
    expect(phone.get_by_text("2 号位：已记为缺考。")).to_be_visible()
    shot(phone, "assess-room")
    assert complaints(phone) == []
    press(phone, "没有错，确认")
    expect(phone.get_by_text("您已确认这个考场的评分")).to_be_visible()
    press(phone, "大家都确认了，汇总登记成绩")
    expect(phone.get_by_text("这个考场的成绩已登记")).to_be_visible()
    assert PartScore.objects.filter(source="phone").count() == 2

    desk = publish(visit, live_server, room)
    worker_appeals(visit, live_server, room)
    answer(desk)
    she = room.places.get(number=1).candidate
    assert Result.objects.get(candidate=she, replaced_by=None).outcome == ResultOutcome.PASSED


def answer_lost(route: Route) -> None:
    """The server took it, and the phone never heard: what a bad line does."""
    route.fetch()
    route.fulfill(status=408, body="")


def publish(visit: Visit, live_server: Any, room: PlanRoom) -> Page:
    plan = room.part.plan
    clerk = a_clerk(plan.organisation, name="黄公布")
    plan_move(plan_id=plan.pk, action="hold", actor=clerk, at=timezone.now())
    desk = visit(DESKTOP)
    enter(desk, clerk, live_server.url)
    desk.goto(f"/scores/{plan.pk}/")
    shot(desk, "scores-plan")
    assert complaints(desk) == []
    desk.goto(f"/scores/rooms/{room.pk}/")
    shot(desk, "scores-room")
    assert complaints(desk) == []
    desk.goto(f"/scores/{plan.pk}/publish/")
    shot(desk, "scores-publish")
    assert complaints(desk) == []
    press(desk, "按这个结果公布")
    expect(desk.get_by_text("成绩已公布，已发短信")).to_be_visible()
    return desk


def worker_appeals(visit: Visit, live_server: Any, room: PlanRoom) -> None:
    she = room.places.get(number=1).candidate
    hers = visit(PHONE)
    enter(hers, she.worker.user, live_server.url)
    choose_elder_mode(hers)
    hers.goto("/my/results/")
    shot(hers, "my-results")
    hers.get_by_role("link", name=re.compile("结业考核")).click()
    expect(hers.get_by_text("这次没有合格")).to_be_visible()
    expect(hers.get_by_text("还差 2 分")).to_be_visible()
    shot(hers, "my-result")
    assert complaints(hers) == []
    hers.get_by_role("link", name="复核理论知识").click()
    hers.get_by_label("您觉得哪里不对？").fill("第 12 题我答对了，没有给分")
    shot(hers, "my-appeal")
    assert complaints(hers) == []
    press(hers, "提交申请")
    expect(hers.get_by_text("申请已收到")).to_be_visible()
    shot(hers, "my-result-asked")


def answer(desk: Page) -> None:
    desk.goto("/scores/appeals/")
    shot(desk, "appeals")
    desk.locator("tbody a").first.click()
    desk.get_by_label("更正成绩").check()
    desk.get_by_label("更正为").fill("61")
    desk.get_by_label("答复").fill("核对试卷，第 12 题漏加 3 分")
    shot(desk, "appeal")
    assert complaints(desk) == []
    press(desk, "提交答复")
    expect(desk.get_by_text("已答复，并发短信告诉本人")).to_be_visible()
