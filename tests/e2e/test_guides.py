"""The users' guides: each is walked as it is written, its words stand on the pages, and its pictures are taken.

GUIDE_PICTURES=docs/guides/pictures (`make guides`) takes the pictures anew; without it only the words are looked for.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.attendance.codes import code_of
from courses.classes.models import ClassRun, Enrolment
from courses.classes.services.filing import class_run_move
from courses.classes.states import EnrolmentSource, EnrolmentState
from courses.content.models import Question
from courses.content.states import LessonKind
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import user_by_phone
from foundation.accounts.states import Role
from foundation.database import period
from foundation.imports.models import ImportBatch
from foundation.imports.tasks import batch_check
from portal.journey.clock import simulated_clock
from portal.journey.registers import registers_bring
from portal.sign_in.demo import WORKER_PHONE
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_submit
from subsidies.claims.states import ClaimState
from subsidies.notices.models import NoticeLine, Objection
from subsidies.review.services import claim_pass_intake
from subsidies.schemes.models import Scheme
from tests.certifications.certificates.builders import a_closed_run, a_graduate, a_holder, staff_of
from tests.courses.attendance.builders import a_session
from tests.courses.builders import a_class_run, a_course_version, a_school, an_enrolment, school_staff
from tests.courses.builders_media import a_bank, a_ready_video, film
from tests.courses.completion.builders import study
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.guides import GUIDES, PICTURE, PICTURES, Walk, is_among
from tests.e2e.journeys import (
    ask_for_code,
    code_of_app,
    code_of_newest_message,
    enter_code,
    enter_staff,
    give_password,
    heading,
    password_of,
    press,
)
from tests.e2e.test_money_journey import account_of, officer, the_notices_over
from tests.e2e.test_officer_journey import DOCUMENT, PARAMETER
from tests.e2e.test_worker_journey import answer, enter
from tests.portal.people import person
from tests.subsidies.builders import a_claim, a_claimant, a_level_certificate
from tests.workers.builders import a_worker, an_account, an_id_number
from tests.workers.test_files import a_picture
from workers.models import Worker

Visit = Callable[[dict[str, Any]], Page]
ALL = ("worker", "school", "officer")
NEWCOMER = "19900000654"
MOST_BYTES = 3_000_000
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NEW_CLASS, CLOSED = "母婴护理员周末班（示例）", "病患陪护第1班（演示）"


def pictures_in(guide: str) -> list[str]:
    return PICTURE.findall((GUIDES / f"{guide}.zh-CN.md").read_text("utf-8"))


def test_every_picture_of_the_guides_is_there_and_every_one_there_is_shown_once() -> None:
    shown = [name for guide in ALL for name in pictures_in(guide)]
    assert sorted(shown) == sorted(path.stem for path in PICTURES.iterdir())


def test_the_pictures_are_small_enough_for_a_prepaid_line() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("guide", ALL)
def test_every_picture_says_in_words_what_it_shows(guide: str) -> None:
    tags = re.findall(r"<img [^>]*>", (GUIDES / f"{guide}.zh-CN.md").read_text("utf-8"))
    assert len(tags) == len(pictures_in(guide)) > 5
    assert [tag for tag in tags if not re.search(r'alt="[^"]{5,}"', tag)] == []


@pytest.mark.parametrize(
    ("quoted", "on_the_page", "stands"),
    [
        ("获取验证码", "获取验证码", True),
        ("给 … 人发证", "给2人发证", True),
        ("提交", "提交申诉", False),
        ("给 … 人发证", "给人发证", False),
        ("同意，报名", "同意,报名", False),
    ],
)
def test_a_quoted_word_stands_there_as_it_is_or_with_something_for_the_dots(
    quoted: str, on_the_page: str, stands: bool
) -> None:
    assert is_among(quoted, {on_the_page}) is stands


def test_what_a_guide_says_and_nobody_came_by_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '# 指南\n\n## 1. 登录\n\n点【登录】，再点【注册】。\n<img src="pictures/one.png" alt="一张图">\n'
    (tmp_path / "other.zh-CN.md").write_text(text, "utf-8")
    monkeypatch.setattr("tests.e2e.guides.GUIDES", tmp_path)
    walk = Walk("other")
    walk.section("1. 登录")
    walk.sections["1. 登录"].seen.add("登录")
    assert walk.missing() == ["1. 登录：【注册】", "1. 登录: one.png is shown"]


# --- the worker's -----------------------------------------------------------------------------------------------------


def test_the_workers_guide_says_what_is_on_her_phone(visit: Visit, live_server: Any) -> None:
    walk = Walk("worker")
    page = visit(PHONE)
    she_signs_in(walk, page)
    she_says_who_she_is(walk, page)
    she_does_what_is_to_do(walk, page)
    she_finds_a_class(walk, page, live_server)
    she_studies(walk, page, live_server)
    she_signs_in_at_the_class(walk, page, live_server)
    enter(page, user_by_phone(WORKER_PHONE), live_server.url)  # type: ignore[arg-type]
    she_looks_at_tests_and_certificates(walk, page)
    she_claims(walk, page)
    what_can_go_wrong_with_money(walk, page, live_server)
    enter(page, user_by_phone(WORKER_PHONE), live_server.url)  # type: ignore[arg-type]
    she_reads_her_record(walk, page)
    she_makes_it_larger_and_looks_for_help(walk, page)
    assert "\n".join(walk.missing()) == ""


def she_signs_in(walk: Walk, page: Page) -> None:
    walk.section("1. 登录")
    page.goto("/")
    walk.look(page)
    page.goto("/sign-in/")
    walk.picture(page, "worker-sign-in", height=760)
    ask_for_code(page, NEWCOMER)
    walk.picture(page, "worker-code", height=900)
    enter_code(page, code_of_newest_message(NEWCOMER))
    heading(page, "您好")


def she_says_who_she_is(walk: Walk, page: Page) -> None:
    walk.section("2. 实名")
    walk.look(page)
    page.get_by_role("link", name="开始实名").click()
    walk.picture(page, "worker-identity", height=960)
    number = an_id_number(born=date(1975, 8, 9), sequence=316)
    page.get_by_label("姓名").fill("李梅")
    page.get_by_label("身份证号码").fill(number)
    press(page, "下一步")
    walk.look(page)
    press(page, "一样，提交")
    walk.look(page)
    answer("match", number)
    page.get_by_role("link", name="刷新看结果").click()
    walk.picture(page, "worker-identity-done", height=760)
    page.goto("/my/")
    walk.look(page)


def she_does_what_is_to_do(walk: Walk, page: Page) -> None:
    walk.section("3. 把要做的事做完")
    walk.picture(page, "worker-my", height=900)
    page.get_by_role("link", name="住在哪个区").click()
    walk.look(page)
    page.get_by_label("同安区").check()
    press(page, "保存")
    page.get_by_role("link", name="社保卡").click()
    walk.look(page)
    page.get_by_label("社保卡银行账号").fill("9900 0031 7066 9074 395")
    press(page, "保存")
    page.get_by_role("link", name="照片").click()
    walk.look(page)
    page.get_by_label("从相册里选一张").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    )
    press(page, "保存照片")
    expect(page.get_by_alt_text("您现在的照片")).to_be_visible()


def she_finds_a_class(walk: Walk, page: Page, live_server: Any) -> None:
    walk.section("4. 找班、报名")
    page.goto("/my/")
    walk.look(page)
    page.get_by_role("link", name="找课程").first.click()
    walk.picture(page, "worker-finder", height=900)
    run = ClassRun.objects.get(name="病患陪护晚班（演示）")
    page.goto(f"/courses/runs/{run.pk}/")
    walk.look(page)
    page.get_by_role("link", name="报名", exact=True).click()
    walk.picture(page, "worker-join", height=1100)
    press(page, "同意，报名")
    walk.look(page)
    she_answers_the_schools_question(walk, page, live_server)


def she_answers_the_schools_question(walk: Walk, page: Page, live_server: Any) -> None:
    """Another, whom her school has put on a list; and a class without free places."""
    invited = a_worker(name="陈秀英", user=person(Role.WORKER), verified=True)
    run = a_class_run(name="母婴护理员周末班（示例）", seats=1)
    asked = an_enrolment(run, invited, state=EnrolmentState.INVITED, source=EnrolmentSource.ROSTER, confirmed_at=None)
    enter(page, invited.user, live_server.url)
    page.goto("/my/classes/")
    walk.look(page)
    page.goto(f"/my/classes/{asked.pk}/place/")
    walk.picture(page, "worker-invited", height=900)
    own = user_by_phone(NEWCOMER)
    assert own is not None
    enter(page, own, live_server.url)
    page.goto(f"/courses/runs/{run.pk}/")
    walk.look(page)
    hers = Enrolment.objects.get(worker__user=own)
    page.goto(f"/my/classes/{hers.pk}/place/")
    walk.look(page)


def a_learner() -> Enrolment:
    """In a class whose only lesson is a film of seconds with a quiz."""
    school = a_school()
    video = a_ready_video(school.organisation, data=film(seconds=12, pattern="gradients"))
    bank = a_bank(school.organisation, questions=2)
    pool = list(Question.objects.filter(bank=bank).values_list("pk", flat=True))
    quiz = {"bank": bank.pk, "questions": pool, "count": 1, "pass_points": 100, "shows_feedback": True}
    lesson = {
        "kind": LessonKind.VIDEO,
        "title": "给宝宝洗澡",
        "seconds": video.duration_seconds,
        "credited_minutes": 1,
        "needs_check": True,
        "body": {"video": video.pk, "sha256": video.sha256, "quiz": quiz},
    }
    practice = {"kind": LessonKind.PRACTICAL, "title": "动手给娃娃洗澡", "credited_minutes": 90}
    version = a_course_version(school=school, lessons=[lesson, practice], title="母婴护理员（五级）")
    return an_enrolment(a_class_run(version), a_worker(name="王桂香", user=person(Role.WORKER), verified=True))


def she_studies(walk: Walk, page: Page, live_server: Any) -> None:
    walk.section("5. 在手机上学习")
    learner = a_learner()
    enter(page, learner.worker.user, live_server.url)
    page.goto("/my/classes/")
    walk.look(page)
    page.goto("/my/")
    walk.look(page)
    page.goto(f"/my/classes/{learner.pk}/")
    walk.picture(page, "worker-course", height=900)
    page.get_by_role("link", name="开始学习").click()
    page.locator("[data-play]").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    page.wait_for_timeout(2_000)
    walk.picture(page, "worker-lesson", height=900)
    page.locator("[data-back]").click()
    page.wait_for_timeout(1_000)
    page.goto("/my/hours/")
    page.wait_for_timeout(1_000)  # what was played is sent when the page is left
    page.goto(f"/my/classes/{learner.pk}/")
    walk.look(page)
    page.get_by_role("link", name="接着学").click()
    page.locator("[data-play]").click()
    expect(page.locator("[data-finished]")).to_contain_text("通过测验", timeout=30_000)
    walk.look(page)
    page.goto(f"/my/hours/{learner.pk}/")
    walk.look(page)


def she_signs_in_at_the_class(walk: Walk, page: Page, live_server: Any) -> None:
    walk.section("6. 到学校上课、签到")
    run = a_class_run(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    session = a_session(run, starts_at=timezone.now() - timedelta(minutes=2))
    one = an_enrolment(run, a_worker(name="林丽华", user=person(Role.WORKER), verified=True))
    enter(page, one.worker.user, live_server.url)
    page.goto(f"/a/{code_of(session.pk, at=timezone.now() - timedelta(minutes=2)).text}/")
    walk.look(page)
    page.goto("/a/")
    walk.look(page)
    page.goto(f"/a/{code_of(session.pk, at=timezone.now()).text}/")
    walk.picture(page, "worker-attendance", height=760)
    press(page, "我到了，签到")
    walk.look(page)


def she_looks_at_tests_and_certificates(walk: Walk, page: Page) -> None:
    walk.section("7. 考试和成绩")
    page.goto("/my/")
    walk.look(page)
    for name in ("我的成绩", "我的考试", "报考技能等级"):
        page.goto("/my/")
        page.get_by_role("link", name=name).click()
        walk.look(page)
    walk.section("8. 证书")
    page.goto("/my/")
    walk.look(page)
    page.get_by_role("link", name="我的证书").click()
    walk.look(page)
    page.locator("main a[href^='/my/certificates/']").first.click()
    walk.picture(page, "worker-certificate", height=1500)


def she_claims(walk: Walk, page: Page) -> None:
    walk.section("9. 领补贴")
    walk.look(page)
    page.goto("/my/")
    walk.look(page)
    page.get_by_role("link", name="我的补贴").first.click()
    walk.picture(page, "worker-money", height=1100)
    page.get_by_text("项为什么不能领").first.click()
    walk.look(page)
    page.get_by_role("link", name="申领").first.click()
    walk.picture(page, "worker-claim", height=1100)
    page.get_by_label("上面写的我都看过了").check()
    page.get_by_role("button", name=re.compile("提交，申领 .* 元")).click()
    walk.picture(page, "worker-claim-sent", height=1000)


def what_can_go_wrong_with_money(walk: Walk, page: Page, live_server: Any) -> None:
    """Others: one is to put something right, the bank sent another's back."""
    for number, state in enumerate((ClaimState.RETURNED, ClaimState.PAYMENT_FAILED), 8211):
        worker = a_claimant(user=an_account(phone=f"1990000{number}"))
        a_claim(state, certificate=a_level_certificate(worker, number=f"S00003599000126500{number}"))
        enter(page, worker.user, live_server.url)
        page.goto("/my/money/")
        walk.look(page)


def she_reads_her_record(walk: Walk, page: Page) -> None:
    walk.section("10. 技能档案和下一步")
    page.goto("/my/")
    walk.look(page)
    page.goto("/my/record/")
    walk.picture(page, "worker-record", height=1000)


def she_makes_it_larger_and_looks_for_help(walk: Walk, page: Page) -> None:
    walk.section("11. 字大一点、听着看")
    page.goto("/my/")
    walk.look(page)
    page.goto("/my/data/")
    walk.look(page)
    page.goto("/my/")
    press(page, "长辈模式")
    page.goto("/my/")
    walk.picture(page, "worker-elder", height=900)
    walk.section("12. 找人帮忙")
    walk.look(page)
    press(page, "返回标准版")
    page.goto("/")
    walk.look(page)


# --- the school's -----------------------------------------------------------------------------------------------------


def test_the_schools_guide_says_what_is_on_its_screens(visit: Visit, live_server: Any) -> None:
    walk = Walk("school")
    page = visit(DESKTOP)
    the_office_signs_in(walk, page)
    it_makes_a_class(walk, page)
    it_brings_a_roster(walk, page)
    it_files_the_class(walk, page)
    the_teacher_and_the_close(walk, page, visit, live_server)
    it_issues_certificates(walk, page, live_server)
    it_claims_for_the_class(walk, page)
    assert "\n".join(walk.missing()) == ""


def the_office_signs_in(walk: Walk, page: Page) -> None:
    walk.section("1. 登录")
    page.goto("/")
    walk.look(page)
    page.goto("/staff/sign-in/")
    walk.look(page)
    enter_staff(page, "school")
    walk.picture(page, "school-home")
    walk.section("2. 写课程")
    unfolded(page)
    walk.look(page)
    page.goto("/school/videos/")
    walk.picture(page, "school-videos", height=600)


def unfolded(page: Page) -> None:
    """The desk with the lines where nothing waits at the moment."""
    page.get_by_text(re.compile("另有 .* 项现在没有要办的")).click()


def it_makes_a_class(walk: Walk, page: Page) -> None:
    walk.section("3. 建班、排课")
    page.goto("/school/classes/")
    walk.look(page)
    page.get_by_role("link", name="新建班次").click()
    walk.look(page)
    first = timezone.localdate() + timedelta(days=28)
    page.locator("[name=course_version]").select_option(index=0)
    page.get_by_label("班次名称").fill(NEW_CLASS)
    page.get_by_label("开班日期").fill(first.isoformat())
    page.get_by_label("结班日期").fill((first + timedelta(days=45)).isoformat())
    page.get_by_label("招生人数").fill("50")
    press(page, "建立班次")
    walk.picture(page, "school-class")
    page.get_by_role("link", name="考核安排").click()
    walk.look(page)
    page.go_back()
    page.get_by_role("link", name="授课计划").first.click()
    walk.look(page)
    page.get_by_role("link", name="自动排课").click()
    walk.picture(page, "school-layout", height=900)


def it_brings_a_roster(walk: Walk, page: Page) -> None:
    walk.section("4. 导入花名册")
    run = ClassRun.objects.get(name=NEW_CLASS)
    page.goto(f"/school/classes/{run.pk}/")
    walk.look(page)
    page.get_by_role("link", name="学员名册").first.click()
    page.get_by_role("link", name="上传花名册").click()
    walk.look(page)
    page.get_by_label("花名册文件").set_input_files(SAMPLES / "roster-dirty.xlsx")
    press(page, "上传并识别")
    walk.picture(page, "school-roster-columns")
    press(page, "列没有错，开始检查")
    batch_check(ImportBatch.objects.get(file_name="roster-dirty.xlsx").pk)
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"导入 \d+ 行"))).to_be_visible()
    walk.picture(page, "school-roster-result", height=900)


def it_files_the_class(walk: Walk, page: Page) -> None:
    walk.section("5. 提交备案")
    run = ClassRun.objects.get(name=NEW_CLASS)
    page.goto(f"/school/classes/{run.pk}/")
    walk.look(page)
    page.get_by_role("link", name="检查并提交备案").click()
    walk.picture(page, "school-checks")
    waiting, filed = (ClassRun.objects.get(name=name) for name in ("母婴护理员日班（演示）", "病患陪护晚班（演示）"))
    staff = User.objects.get(username="school")
    class_run_move(class_run_id=waiting.pk, action="recall", actor=staff, at=timezone.now(), reason="示例")
    page.goto(f"/school/classes/{waiting.pk}/checks/")
    walk.look(page)
    for path in ("", "plan/"):
        page.goto(f"/school/classes/{filed.pk}/{path}")
        walk.look(page)
    page.goto("/school/classes/")
    walk.look(page)


def the_teacher_and_the_close(walk: Walk, page: Page, visit: Visit, live_server: Any) -> None:
    walk.section("6. 上课签到（老师用手机）")
    today = timezone.localdate()
    session = a_session(a_class_run(starts_on=today, ends_on=today), starts_at=timezone.now() - timedelta(minutes=2))
    run = session.class_run
    for name in ("李梅", "陈秀英"):
        study(an_enrolment(run, a_worker(name=name)))
    phone = visit(PHONE)
    enter(phone, session.teacher.user, live_server.url)
    phone.goto("/staff/")
    walk.look(phone)
    phone.goto(f"/teach/{session.pk}/")
    walk.picture(phone, "school-teach", height=1100)
    phone.get_by_role("link", name="显示签到码").click()
    walk.picture(phone, "school-code", height=900)
    phone.goto(f"/teach/{session.pk}/")
    phone.get_by_label("现在教室里有多少人").fill("1")
    press(phone, "登记人数并下课")
    enter(page, school_staff(run.school), live_server.url)
    page.goto("/attendance/reviews/")
    walk.look(page)
    page.locator("tbody a").first.click()
    walk.look(page)
    walk.section("7. 结班")
    page.goto("/staff/")
    walk.look(page)
    page.goto(f"/completion/classes/{run.pk}/")
    walk.picture(page, "school-closing", height=700)
    page.goto("/attendance/reviews/")
    page.locator("tbody a").first.click()
    page.get_by_label("核查情况").fill("两人到课，老师数错了。")
    press(page, "办结")
    page.goto(f"/completion/classes/{run.pk}/")
    walk.look(page)


def it_issues_certificates(walk: Walk, page: Page, live_server: Any) -> None:
    walk.section("8. 发证")
    run = a_closed_run(name="母婴护理员五级第3期（示例）")
    for place, name in enumerate(("李梅", "陈秀英", "王桂香")):
        holder = a_holder(name=name, user=an_account(phone=f"1990000{8221 + place}"), with_photo=place < 2)
        a_graduate(run, worker=holder)
    enter(page, staff_of(run), live_server.url)
    page.goto(f"/certificates/classes/{run.pk}/")
    walk.look(page)
    page.context.clear_cookies()
    enter_staff(page, "school")
    page.goto("/certificates/classes/")
    walk.look(page)
    page.goto(f"/certificates/classes/{ClassRun.objects.get(name=CLOSED).pk}/")
    walk.picture(page, "school-certificates", height=900)


def it_claims_for_the_class(walk: Walk, page: Page) -> None:
    walk.section("9. 替学员申领补贴")
    page.goto("/staff/")
    walk.look(page)
    page.goto("/school-claims/classes/")
    page.get_by_role("link", name=CLOSED).click()
    walk.look(page)
    page.locator("section").filter(has_text="演示：职业技能培训补贴").get_by_role(
        "button", name="准备这个班"
    ).first.click()
    walk.picture(page, "school-claims", height=900)
    walk.section("10. 出了问题")
    walk.look(page)


# --- the officers' ----------------------------------------------------------------------------------------------------


@pytest.fixture
def claimants(world: None) -> list[Worker]:
    """Two with a certificate and a card, on the list of the registered, who claimed."""
    found = [
        a_claimant(name=name, user=an_account(phone=f"1990000{8231 + place}"))
        for place, name in enumerate(("李梅", "陈秀英"))
    ]
    # Numbers beside those of the demonstration.
    certificates = [
        a_level_certificate(worker, number=f"S00003599000126500823{place}") for place, worker in enumerate(found)
    ]
    numbers = [worker.id_number for worker in Worker.objects.all()]
    with simulated_clock(timezone.now() - timedelta(hours=4)) as clock:
        registers_bring(numbers, source="示例名册", officer=officer("intake"), clock=clock, since=date(2025, 1, 1))
    scheme = Scheme.objects.get(code="demonstration.training")
    for worker, certificate in zip(found, certificates, strict=True):
        claim_submit(
            scheme_id=scheme.pk, level_certificate_id=certificate.pk, actor=account_of(worker), at=timezone.now()
        )
    return found


def test_the_officers_guide_says_what_is_on_their_screens(
    visit: Visit, live_server: Any, claimants: list[Worker]
) -> None:
    walk = Walk("officer")
    page = visit(DESKTOP)
    claims = list(Claim.objects.filter(worker__in=claimants).order_by("pk"))
    they_sign_in(walk, page)
    a_filing_is_looked_at(walk, page)
    two_look_at_a_claim(walk, page, live_server, claims)
    it_is_published(walk, page, live_server, claims)
    with the_notices_over(claimants):
        it_is_paid(walk, page, live_server)
    a_rate_is_drafted(walk, visit(DESKTOP))
    the_auditor_reads(walk, visit(DESKTOP))
    assert "\n".join(walk.missing()) == ""


def they_sign_in(walk: Walk, page: Page) -> None:
    walk.section("1. 登录")
    page.goto("/")
    walk.look(page)
    page.goto("/staff/sign-in/")
    walk.look(page)
    give_password(page, "intake", password_of("intake"))
    walk.picture(page, "officer-second-factor", height=600)
    page.get_by_label("动态验证码").fill(code_of_app("intake"))
    press(page, "登录")
    walk.picture(page, "officer-home")


def a_filing_is_looked_at(walk: Walk, page: Page) -> None:
    walk.section("2. 开班备案")
    page.goto("/classes/filings/")
    walk.look(page)
    page.get_by_role("link", name="母婴护理员日班（演示）").first.click()
    walk.picture(page, "officer-filing")


def two_look_at_a_claim(walk: Walk, page: Page, live_server: Any, claims: list[Claim]) -> None:
    walk.section("3. 初审")
    page.goto("/staff/")
    walk.look(page)
    page.goto("/review/")
    walk.picture(page, "officer-review-list")
    page.goto(f"/review/{claims[0].pk}/")
    walk.picture(page, "officer-review", height=1000)
    page.get_by_role("button", name="通过 700 元").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(claims[0].number)
    walk.section("4. 复核")
    first = officer("intake")
    bureau = first.memberships.filter(role=Role.OFFICER_INTAKE)[0].organisation
    both = Membership.objects.create(
        user=first, role=Role.OFFICER_REVIEW, organisation=bureau, effective=period(timezone.localdate())
    )
    page.goto(f"/review/{claims[0].pk}/")
    expect(page.get_by_text("是您初审的，要由另一位工作人员复核")).to_be_visible()
    walk.picture(page, "officer-not-own", height=700)
    both.delete()
    claim_pass_intake(claim_id=claims[1].pk, actor=first, at=timezone.now())
    enter(page, officer("review"), live_server.url)
    page.goto("/review/")
    walk.look(page)
    for claim in claims:
        page.goto(f"/review/{claim.pk}/")
        walk.look(page)
        page.get_by_role("button", name="通过 700 元").click()
        page.wait_for_load_state()


def it_is_published(walk: Walk, page: Page, live_server: Any, claims: list[Claim]) -> None:
    walk.section("5. 公示和异议")
    page.goto("/staff/")
    walk.look(page)
    page.goto("/subsidies/notices/")
    walk.look(page)
    page.get_by_role("link", name="发布公示").click()
    page.get_by_label("公示标题").fill("示例：第一批培训补贴公示")
    walk.picture(page, "officer-publish", height=700)
    page.get_by_role("button", name=re.compile("公示全部")).click()
    expect(page.get_by_text("已发布，共").first).to_be_visible()
    line = NoticeLine.objects.get(claim=claims[1])
    page.goto("/publicity/")
    page.get_by_role("link", name=line.notice.title).click()
    page.get_by_role("link", name=f"，第 {line.serial} 条").click()
    page.get_by_label("哪里不对").fill("这个人没有参加过培训，我和她住在一个小区，天天见面。")
    press(page, "提交异议")
    enter(page, officer("review2"), live_server.url)
    page.goto("/subsidies/objections/")
    page.goto(f"/subsidies/objections/{Objection.objects.get(line=line).pk}/")
    walk.look(page)


def it_is_paid(walk: Walk, page: Page, live_server: Any) -> None:
    walk.section("6. 拨付")
    enter(page, officer("finance"), live_server.url)
    page.goto("/staff/")
    walk.look(page)
    page.goto("/payments/")
    walk.picture(page, "officer-pay", height=600)
    page.get_by_role("button", name=re.compile("编成一个批次")).click()
    walk.picture(page, "officer-batch", height=700)
    page.get_by_role("button", name=re.compile("签批 ")).click()
    walk.look(page)
    page.get_by_role("button", name=re.compile("生成文件")).click()
    walk.look(page)
    page.get_by_role("link", name="上传回盘文件").click()
    walk.look(page)


def a_rate_is_drafted(walk: Walk, page: Page) -> None:
    walk.section("7. 政策")
    enter_staff(page, "policy")
    walk.look(page)
    page.get_by_role("link", name="内容与政策管理").first.click()
    page.get_by_role("button", name="政策管理").click()
    walk.look(page)
    page.get_by_role("link", name="政策参数").click()
    page.get_by_role("textbox", name="搜索条件").fill("demonstration.training.amount.level5")
    page.get_by_role("link", name=PARAMETER, exact=True).click()
    expect(page.get_by_role("link", name="起草新的数值")).to_be_visible()
    walk.look(page)
    page.get_by_role("link", name="起草新的数值").click()
    expect(page.get_by_role("button", name="创建")).to_be_visible()
    walk.look(page)
    tomorrow = timezone.localdate() + timedelta(days=1)
    page.get_by_role("spinbutton", name="数值").fill("850")
    page.get_by_role("textbox", name="开始执行日期").fill(tomorrow.isoformat())
    page.get_by_role("combobox", name="依据文件").select_option(label=DOCUMENT)
    page.get_by_role("textbox", name="条款").fill("第三条")
    page.get_by_role("combobox", name="来源可靠程度").select_option(index=1)
    press(page, "创建")
    expect(page.get_by_text("这是您起草的")).to_be_visible()
    walk.picture(page, "officer-rate", height=700)
    enter_staff_again(page, "policy2")
    walk.look(page)
    page.get_by_role("link", name="待发布的政策标准").click()
    page.get_by_role("link", name=PARAMETER, exact=True).click()
    expect(page.get_by_role("button", name="核对无误，发布")).to_be_visible()
    walk.look(page)


def enter_staff_again(page: Page, user_name: str) -> None:
    """As somebody else at the same machine."""
    page.context.clear_cookies()
    enter_staff(page, user_name)


def the_auditor_reads(walk: Walk, page: Page) -> None:
    walk.section("8. 审计")
    enter_staff(page, "auditor")
    walk.look(page)
    page.goto("/staff/audit/")
    walk.picture(page, "officer-audit", height=700)
    page.get_by_role("link", name="核对链条").click()
    walk.look(page)
    page.goto("/staff/accesses/")
    walk.look(page)
    page.goto("/review/all/")
    walk.look(page)
    page.goto("/payments/batches/")
    walk.look(page)
    page.goto("/dashboard/")
    walk.picture(page, "officer-dashboard", height=1000)
    walk.section("9. 出了问题")
    enter_staff_again(page, "admin")
    walk.look(page)
    enter_staff_again(page, "review")
    unfolded(page)
    walk.look(page)
