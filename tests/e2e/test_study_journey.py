"""A learner on a small phone: a real video, a lost line, another phone, the quiz, and the hours that come of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.classes.models import Enrolment
from courses.content.models import Question
from courses.content.states import LessonKind
from courses.study.models import LessonProgress, QuizPaper, StudyBeat, StudyClock
from courses.study.selectors.hours import hours_of
from courses.study.selectors.quizzes import paper_of
from foundation.accounts.states import Role
from tests.courses.builders import a_class_run, a_course_version, a_school, an_enrolment
from tests.courses.builders_media import a_bank, a_ready_video, film
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import PHONE
from tests.e2e.journeys import keep_picture
from tests.e2e.test_worker_journey import choose_elder_mode, enter
from tests.portal.people import person
from tests.workers.builders import a_worker

SECONDS = 14
SUBTITLES = "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n今天学给宝宝洗澡。\n\n00:00:05.000 --> 00:00:13.000\n先试水温。\n"
ARTICLE = [
    {"type": "heading", "value": "洗澡前先准备"},
    {"type": "paragraph", "value": "<p>先关好门窗，再把水温调到 38 到 40 度。</p>"},
]

Phone = Callable[[], Page]


@pytest.fixture
def learner(world: None) -> Enrolment:
    """A course with a video that is checked by a quiz, an article, and a lesson on site."""
    school = a_school()
    video = a_ready_video(school.organisation, data=film(seconds=SECONDS))
    video.subtitles, video.transcript = SUBTITLES, "今天学给宝宝洗澡。\n先试水温。"
    video.save(update_fields=["subtitles", "transcript"])
    bank = a_bank(school.organisation, questions=4)
    pool = list(Question.objects.filter(bank=bank).values_list("pk", flat=True))
    quiz = {"bank": bank.pk, "questions": pool, "count": 2, "pass_points": 100, "shows_feedback": True}
    lessons = [
        {
            "kind": LessonKind.VIDEO,
            "title": "给宝宝洗澡",
            "seconds": video.duration_seconds,
            "credited_minutes": 1,
            "needs_check": True,
            "body": {"video": video.pk, "sha256": video.sha256, "quiz": quiz},
        },
        {
            "kind": LessonKind.ARTICLE,
            "title": "洗澡前的准备",
            "seconds": 4,
            "credited_minutes": 1,
            "body": {"text": ARTICLE},
        },
        {"kind": LessonKind.PRACTICAL, "title": "动手给娃娃洗澡", "credited_minutes": 90},
    ]
    run = a_class_run(a_course_version(school=school, lessons=lessons, title="母婴护理员（五级）"))
    return an_enrolment(run, a_worker(user=person(Role.WORKER)))


@pytest.fixture
def phone(browser: Browser, world: None, live_server: Any, learner: Enrolment) -> Iterator[Phone]:
    """``phone()``: one more phone on which she has signed in. Fails the test when a page logs an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def another() -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **PHONE)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        enter(page, learner.worker.user, live_server.url)
        return page

    yield another
    for context in contexts:
        context.close()
    assert not [text for text in errors if "ERR_INTERNET_DISCONNECTED" not in text and "status of 4" not in text]


def play(page: Page) -> None:
    page.locator("[data-play]").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")


def position(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def reach(page: Page, seconds: float) -> None:
    """Wait until the video has come so far."""
    for _look in range(150):
        if position(page) > seconds:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the video stands at {position(page)} s")


def counted(enrolment: Enrolment, place: int = 1) -> LessonProgress:
    return LessonProgress.objects.get(enrolment=enrolment, lesson__position=place)


def test_from_the_first_minute_on_one_phone_to_the_credited_hours_on_another(phone: Phone, learner: Enrolment) -> None:
    first = phone()
    first.goto(f"/my/classes/{learner.pk}/")
    keep_picture(first, "study-course")
    first.get_by_role("link", name="开始学习").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("1. 给宝宝洗澡")
    keep_picture(first, "study-lesson")
    play(first)
    reach(first, 3)

    first.context.set_offline(True)
    expect(first.locator("[data-notice]")).to_contain_text("网络断了")
    keep_picture(first, "study-line-lost")
    reach(first, 5)
    first.context.set_offline(False)
    expect(first.locator("[data-notice]")).to_contain_text("网络恢复了")
    first.locator("[data-play]").click()
    expect(first.locator("[data-state]")).to_have_text("没有计时")
    expect(first.locator("[data-counted]")).not_to_have_text("0 秒")
    seen = counted(learner)
    assert seen.accepted_ms >= 4_000
    assert (seen.credited_ms, why_refused()) == (0, {})

    second = phone()
    second.goto(f"/my/classes/{learner.pk}/")
    second.get_by_role("link", name="接着学").click()
    expect(second.get_by_text("上次看到")).to_be_visible()
    play(second)
    assert position(second) > 4
    first.locator("[data-play]").click()
    first.wait_for_timeout(1_500)
    first.locator("[data-play]").click()
    expect(first.locator("[data-notice]")).to_contain_text("另一台手机")
    keep_picture(first, "study-elsewhere")
    assert set(why_refused()) == {"other_viewing"}

    expect(second.locator("[data-finished]")).to_contain_text("通过测验，学时就认定了", timeout=30_000)
    keep_picture(second, "study-watched")
    assert counted(learner).credited_ms == 0
    take_quiz(second, learner)

    seen = counted(learner)
    assert seen.credited_ms == seen.accepted_ms >= (SECONDS - 1) * 1000
    read_article(second, learner)
    second.goto(f"/my/hours/{learner.pk}/")
    expect(second.locator("main")).to_contain_text("同一时间在另一台手机")
    keep_picture(second, "study-hours")
    total = hours_of(learner).total
    assert total.credited_ms + total.refused_ms == total.reported_ms
    second.get_by_role("button", name="这段不对，我要申诉").click()
    expect(second.locator("main")).to_contain_text("等待答复")


def why_refused() -> dict[str, int]:
    """What was refused so far, in milliseconds."""
    return {beat.reason: beat.refused_ms for beat in StudyBeat.objects.filter(refused_ms__gt=0)}


def take_quiz(page: Page, learner: Enrolment) -> None:
    """A wrong paper, its answers, and a right one."""
    page.get_by_role("link", name="去做测验").click()
    page.get_by_role("button", name="开始做题").click()
    page.get_by_role("button", name="交卷").click()
    expect(page.get_by_role("alert")).to_contain_text("第 1 题还没有选")
    fill(page, is_right=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("这次没有通过")
    keep_picture(page, "study-quiz-failed")
    page.get_by_role("link", name="再做一次").click()
    page.get_by_role("button", name="再做一次").click()
    fill(page, is_right=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("测验通过了")
    keep_picture(page, "study-quiz-passed")


def fill(page: Page, *, is_right: bool) -> None:
    page.wait_for_url(re.compile(r"/my/papers/\d+/$"))
    row = QuizPaper.objects.get(attempt__isnull=True)
    for question in paper_of(row).questions:
        place = next(n for n in range(len(question.options)) if (n in question.correct) is is_right)
        page.locator(f"input[name=q{question.id}][value='{place}']").check()
    keep_picture(page, "study-paper")
    page.get_by_role("button", name="交卷").click()


def read_article(page: Page, learner: Enrolment) -> None:
    """Reading counts while the page is in sight, and begins by itself."""
    page.get_by_role("link", name="下一课：洗澡前的准备").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    expect(page.locator("[data-finished]")).to_be_visible(timeout=45_000)
    expect(page.locator("[data-finished]")).to_contain_text("这节课学完了")
    keep_picture(page, "study-article")
    assert counted(learner, 2).credited_ms >= 3_800


def test_the_question_in_between_is_answered_on_the_page(phone: Phone, learner: Enrolment) -> None:
    page = phone()
    page.goto(f"/my/classes/{learner.pk}/")
    page.get_by_role("link", name="开始学习").click()
    play(page)
    StudyClock.objects.update(presence_left_ms=500)
    reach(page, 2)
    page.locator("[data-play]").click()
    panel = page.locator("[data-ask]")
    expect(panel).to_contain_text("请在 2 分钟之内回答")
    keep_picture(page, "study-question")
    assert complaints(page) == []
    question = StudyClock.objects.get().question
    assert question is not None
    wrong = next(n for n, option in enumerate(question.options) if option != question.right)
    panel.get_by_role("button").nth(wrong).click()
    expect(page.locator("[data-ask-wrong]")).to_be_visible()
    following = StudyClock.objects.select_related("question").get().question
    assert following is not None
    panel.get_by_role("button").nth(following.options.index(following.right)).click()
    expect(panel).to_be_hidden()
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    assert StudyClock.objects.get().question is None


def test_closing_the_page_loses_nothing_that_was_played(phone: Phone, learner: Enrolment) -> None:
    page = phone()
    page.goto(f"/my/classes/{learner.pk}/")
    page.get_by_role("link", name="开始学习").click()
    play(page)
    reach(page, 3)
    page.goto("/my/hours/")
    page.wait_for_timeout(1_000)
    assert counted(learner).accepted_ms >= 2_500


def test_what_was_played_without_a_line_waits_on_the_phone(phone: Phone, learner: Enrolment) -> None:
    page = phone()
    page.goto(f"/my/classes/{learner.pk}/")
    page.get_by_role("link", name="开始学习").click()
    address = page.url
    play(page)
    reach(page, 1)
    page.context.set_offline(True)
    reach(page, 4)
    page.locator("[data-play]").click()
    assert page.evaluate("window.localStorage.length") == 1
    page.context.set_offline(False)
    page.goto(address)
    page.locator("[data-play]").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    assert counted(learner).accepted_ms >= 3_000
    # Two clocks never agree to the last fraction: the player's may be ahead by less than one report.
    assert sum(why_refused().values()) < 500


@pytest.mark.parametrize("is_elder", [False, True], ids=["ordinary", "elder"])
def test_the_learners_pages_have_no_accessibility_errors(phone: Phone, learner: Enrolment, is_elder: bool) -> None:
    page = phone()
    if is_elder:
        choose_elder_mode(page)
    lessons = list(learner.class_run.course_version.lessons.order_by("position"))
    course = f"/my/classes/{learner.pk}/"
    paths = [course, *(f"{course}lessons/{lesson.pk}/" for lesson in lessons), "/my/hours/", f"/my/hours/{learner.pk}/"]
    paths.append(f"{course}lessons/{lessons[0].pk}/quiz/")
    faults = {}
    for path in paths:
        page.goto(path)
        found = complaints(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            found.append(f"{width} px wide")
        if found:
            faults[path] = found
        keep_picture(page, f"study-{'elder' if is_elder else 'ordinary'}{path.replace('/', '-')}")
    assert faults == {}
