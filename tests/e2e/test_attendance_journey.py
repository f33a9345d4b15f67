"""The teacher shows the code, a worker signs in with it, the count differs, and the school settles and closes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.attendance.codes import code_of
from courses.attendance.models import Attendance, AttendanceReview
from courses.attendance.states import AttendanceState
from courses.classes.models import Enrolment, Session
from courses.completion.models import Completion
from tests.courses.attendance.builders import a_session
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.courses.completion.builders import study
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.journeys import press
from tests.e2e.test_worker_journey import choose_elder_mode, enter
from tests.workers.builders import a_worker

Visit = Callable[[dict[str, Any]], Page]


def scan(page: Page, session: Session) -> None:
    """What her camera opens: the address on the teacher's screen at this moment."""
    page.goto(f"/a/{code_of(session.pk, at=timezone.now()).text}/")


@pytest.fixture
def session(world: None) -> Session:
    """A practical session that has just begun."""
    run = a_class_run(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    return a_session(run, starts_at=timezone.now() - timedelta(minutes=2))


@pytest.fixture
def two_people(session: Session) -> list[Enrolment]:
    return [an_enrolment(session.class_run, a_worker(name=name)) for name in ("李梅", "陈秀英")]


def test_a_scan_shows_on_the_teachers_phone_and_a_mismatch_goes_to_review(
    visit: Visit, live_server: Any, session: Session, two_people: list[Enrolment]
) -> None:
    one, other = two_people
    teacher, hers = visit(PHONE), visit(PHONE)
    enter(teacher, session.teacher.user, live_server.url)
    teacher.goto("/teach/")
    shot(teacher, "teach-home")
    teacher.get_by_role("link", name=re.compile("新生儿洗澡")).click()
    teacher.get_by_role("link", name="显示签到码").click()
    before = teacher.locator(".code-digits").inner_text()
    shot(teacher, "teach-code")

    enter(hers, one.worker.user, live_server.url)
    scan(hers, session)
    shot(hers, "sign-in")
    assert complaints(hers) == []
    press(hers, "我到了，签到")
    expect(hers.get_by_role("heading", level=1)).to_have_text("签到成功")
    shot(hers, "signed-in")

    expect(teacher.locator(".code-note strong")).to_have_text("1", timeout=8_000)
    expect(teacher.locator(".code-digits")).not_to_have_text(before, timeout=20_000)
    teacher.goto(f"/teach/{session.pk}/")
    expect(teacher.locator(".people li").first).to_contain_text("到课")
    shot(teacher, "teach-session")
    assert complaints(teacher) == []

    study(one)
    study(other)
    teacher.get_by_label("现在教室里有多少人").fill("0")
    press(teacher, "登记人数并下课")
    expect(teacher.get_by_text("已登记下课").first).to_be_visible()
    assert Attendance.objects.get(enrolment=one).state == AttendanceState.PRESENT
    assert Attendance.objects.get(enrolment=other).state == AttendanceState.ABSENT
    assert AttendanceReview.objects.get().state == "open"

    school_settles_and_closes(visit, live_server, session)
    assert Completion.objects.get(enrolment=one).outcome == "completed"
    assert Completion.objects.get(enrolment=other).outcome == "not_completed"
    late = visit(PHONE)
    enter(late, other.worker.user, live_server.url)
    choose_elder_mode(late)
    late.goto(f"/my/attendance/{other.pk}/")
    expect(late.get_by_text("还差 4 学时实操课")).to_be_visible()
    shot(late, "mine")
    assert complaints(late) == []


def school_settles_and_closes(visit: Visit, live_server: Any, session: Session) -> None:
    desk = visit(DESKTOP)
    enter(desk, school_staff(session.class_run.school), live_server.url)
    run = session.class_run_id
    desk.goto(f"/completion/classes/{run}/")
    expect(desk.get_by_text("考勤核查（教室人数与签到人数不一致）还没有办结")).to_be_visible()
    shot(desk, "preview-blocked")
    desk.goto("/attendance/reviews/")
    shot(desk, "reviews")
    desk.locator("tbody a").first.click()
    shot(desk, "review")
    desk.get_by_label("核查情况").fill("老师数错了，查看录像有 1 人")
    press(desk, "办结")
    desk.goto(f"/attendance/classes/{run}/")
    shot(desk, "class")
    desk.goto(f"/completion/classes/{run}/")
    shot(desk, "preview")
    assert complaints(desk) == []
    press(desk, "按这个结果结班")
    expect(desk.get_by_text("已结班：1 人结业，1 人未结业")).to_be_visible()
    shot(desk, "closed")


def test_six_digits_and_the_paper_roster_are_equal_ways(
    visit: Visit, live_server: Any, session: Session, two_people: list[Enrolment]
) -> None:
    one, other = two_people
    hers, teacher = visit(PHONE), visit(PHONE)
    enter(hers, one.worker.user, live_server.url)
    hers.goto("/a/")
    hers.get_by_label("老师屏幕上的 6 位数字").fill(code_of(session.pk, at=timezone.now()).digits)
    press(hers, "签到")
    expect(hers.get_by_role("heading", level=1)).to_have_text("签到成功")
    enter(teacher, session.teacher.user, live_server.url)
    teacher.goto(f"/teach/{session.pk}/roster/")
    teacher.get_by_label("为什么用纸质签到表").fill("陈秀英手机没电")
    shot(teacher, "roster")
    assert complaints(teacher) == []
    press(teacher, "登记")
    states = dict(Attendance.objects.filter(session=session).values_list("enrolment", "channel"))
    assert states == {one.pk: "code", other.pk: "paper"}
    teacher.goto(f"/teach/{session.pk}/people/{other.pk}/")
    shot(teacher, "person")


def test_an_old_code_says_scan_again(visit: Visit, session: Session) -> None:
    page = visit(PHONE)
    page.goto(f"/a/{code_of(session.pk, at=timezone.now() - timedelta(minutes=2)).text}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("请再扫一次")
    shot(page, "code-old")
    assert complaints(page) == []
