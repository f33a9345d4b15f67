"""What everybody reads of subsidies, "Can I get this?", and the desk where two officers publish."""

from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.states import Unit
from subsidies.schemes.models import OccupationFlag, Scheme, SchemePaper
from subsidies.schemes.services import fingerprint, flag_draft
from subsidies.schemes.states import SchemeState
from tests.foundation.policy_builders import an_officer
from tests.portal.people import person, signed_in
from tests.subsidies.builders import a_figure, a_law, a_scheme
from tests.subsidies.schemes.test_services import NOW, a_draft, a_flag_entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
SAID = {
    "asked": "1",
    "kind": "level",
    "level": "level5",
    "issued_on_year": "2026",
    "issued_on_month": "10",
    "issued_on_day": "8",
    "age": "48",
    "registered": "yes",
    "pension": "no",
    "payroll": "no",
    "student": "no",
    "groups": "none",
    "times": "0",
}


@pytest.fixture(autouse=True)
def _the_day(monkeypatch):
    for module in ("views", "officer_views", "pages"):
        monkeypatch.setattr(f"subsidies.schemes.{module}.timezone.localdate", lambda *_args: TODAY, raising=False)


@pytest.fixture
def scheme():
    """700 and 1,000 yuan; no pension, registered, within a year, under 60, three times."""
    made = a_scheme()
    a_figure("example.training.amount.level4", 100_000)
    for name in ("registered", "not_pensioner", "identity", "account", "once_per_level"):
        a_figure(f"example.training.requires.{name}", 1, unit=Unit.SWITCH)
    a_figure("example.training.claim_window", 12, unit=Unit.MONTH)
    a_figure("example.training.age.limit", 60, unit=Unit.AGE)
    a_figure("example.training.count.max", 3, unit=Unit.TIMES)
    SchemePaper.objects.create(scheme=made, title="居民身份证", is_on_file=True)
    SchemePaper.objects.create(scheme=made, title="收费票据")
    return made


def ask(**said):
    given = {name: value for name, value in (SAID | said).items() if value is not None}
    return Client().get("/subsidies/can-i/", given)


def read(response):
    return " ".join(response.content.decode().split())


def test_the_questions_are_there_before_anybody_signs_in():
    page = read(Client().get("/subsidies/can-i/"))
    assert "您有哪种证书？" in page
    assert page.count("不知道") >= 8
    assert "您的回答平台不保存" in page


def test_a_yes_says_how_much_and_until_when(scheme):
    page = read(ask())
    assert "可以领" in page
    assert "700 元" in page
    assert "最迟 2027年10月8日 申领" in page
    assert "示例〔2024〕1号" in page
    assert "申领时由平台核对" in page


@pytest.mark.parametrize(
    ("said", "title", "needed", "found"),
    [
        ({"pension": "yes"}, "没有领养老金", "还没有按月领取基本养老保险金", "正在领取养老金"),
        ({"age": "60"}, "年龄", "未满 60 周岁", "60 周岁"),
        ({"registered": "no"}, "就业或失业登记", "就业或失业实名登记", "没有登记"),
        ({"times": "3", "before": "none"}, "累计次数", "一共最多 3 次", "已经用了 3 次"),
        ({"kind": "none", "level": "none"}, "证书种类", "职业技能等级证书", "还没有证书"),
        ({"times": "1", "before": "same"}, "同一职业同一等级只领一次", "没有领过", "已经领过，或者正在办"),
    ],
)
def test_a_no_says_why_what_is_needed_and_what_she_said(scheme, said, title, needed, found):
    page = read(ask(**said))
    assert "不能领" in page
    assert "可以领</span>" not in page
    for text in (title, needed, found, "怎么办：", "示例〔2024〕1号"):
        assert text in page


NO_DAY = dict.fromkeys(("issued_on_year", "issued_on_month", "issued_on_day"))


@pytest.mark.parametrize("said", [{"registered": "unknown"}, {"age": ""}, {"times": "unknown"}, NO_DAY])
def test_what_she_does_not_know_is_never_a_yes(scheme, said):
    page = read(ask(**said))
    assert "要核实" in page
    assert "不能领" not in page
    assert "700" in page


def test_an_unknown_level_shows_what_each_level_would_bring(scheme):
    page = read(ask(level="unknown"))
    assert "要核实" in page
    assert "看看证书上写的是几级" in page
    assert "五级（初级工）：" in page
    assert "四级（中级工）：" in page


def test_after_the_last_day_nobody_is_told_an_amount():
    a_scheme("example.ended", effective=period(date(2024, 1, 1), date(2025, 12, 31)))
    page = read(ask(level="unknown"))
    assert "政策待确认" in page
    assert "还要弄清楚" not in page
    assert "原来的规定到 2025年12月31日 为止" in page
    assert "700" not in page


def test_nothing_is_kept_of_what_she_said(scheme):
    browser = Client()
    browser.get("/subsidies/can-i/")  # the frame of the site makes its footer once
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get("/subsidies/can-i/", SAID)
    written = [one["sql"] for one in queries if one["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert Session.objects.exists() is False
    assert "sessionid" not in answer.cookies
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"issued_on_year": "2027"}, "发证日期在今天以后"),
        ({"issued_on_day": "40"}, "这个日期不对"),
        ({"age": "四十八"}, "年龄请写数字"),
        ({"kind": "nonsense"}, "nonsense"),
    ],
)
def test_an_answer_that_makes_no_sense_is_said_and_the_others_stay(scheme, said, words):
    answer = ask(**said)
    assert answer.status_code == 422
    assert words in read(answer)
    assert read(answer).count("checked") >= 6


def test_demonstrations_stand_apart_under_a_band(scheme):
    a_scheme("demonstration.training", is_demonstration=True, name="演示：培训补贴")
    page = read(ask())
    assert page.index("示例补贴 example.training") < page.index("演示数据，不是真实政策") < page.index("演示：培训补贴")


def test_the_list_tells_schemes_in_force_from_those_that_ended(scheme):
    a_scheme("example.ended", name="旧补贴", effective=period(date(2024, 1, 1), date(2025, 12, 31)))
    page = read(Client().get("/subsidies/"))
    assert "可以申领" in page
    assert "旧补贴" in page
    assert "政策待确认" in page


def test_another_citys_schemes_are_not_shown():
    a_scheme("example.elsewhere", city_code="350500", name="别处的补贴")
    assert "别处的补贴" not in read(Client().get("/subsidies/"))
    assert Client().get("/subsidies/about/example.elsewhere/").status_code == 404


def test_a_schemes_page_has_figures_papers_steps_and_articles(scheme):
    page = read(Client().get("/subsidies/about/example.training/"))
    for text in ("五级（初级工）", "700 元", "未满 60 周岁", "发证后 12 个月内", "免提交", "收费票据"):
        assert text in page
    for text in ("7 个工作日", "公示", "行政复议", "示例〔2024〕1号", "第三条"):
        assert text in page


def test_a_scheme_that_ended_shows_no_amount_but_its_history():
    a_scheme("example.ended", effective=period(date(2024, 1, 1), date(2025, 12, 31)))
    page = read(Client().get("/subsidies/about/example.ended/"))
    assert "政策待确认" in page
    assert "能领多少" not in page
    assert "各项标准的历史" in page


def test_a_draft_is_nobodys_business_but_the_desks():
    a_draft(code="example.secret", name="还没发布的补贴")
    assert "还没发布的补贴" not in read(Client().get("/subsidies/"))
    assert Client().get("/subsidies/about/example.secret/").status_code == 404
    desk = signed_in(person(Role.OFFICER_REVIEW))
    assert "还没发布的补贴" in read(desk.get("/schemes/"))


def test_an_officer_drafts_and_another_sees_the_difference_and_publishes(scheme):
    drafter, publisher = signed_in(person(Role.OFFICER_POLICY)), signed_in(person(Role.OFFICER_POLICY))
    page = read(drafter.get(f"/schemes/new/?from={scheme.pk}"))
    assert "example.training" in page
    answer = drafter.post("/schemes/new/", posted_scheme(), follow=True)
    draft = Scheme.objects.get(state=SchemeState.DRAFT)
    assert "这是您起草的" in read(answer)
    shown = read(publisher.get(f"/schemes/{draft.pk}/"))
    assert "<ins>新的说明</ins>" in shown
    assert "核对无误，发布" in shown
    done = publisher.post(f"/schemes/{draft.pk}/publish/", {"seen": fingerprint(draft)}, follow=True)
    assert "已发布" in read(done)
    scheme.refresh_from_db()
    assert scheme.effective.upper == date(2027, 1, 1)


def test_what_was_typed_is_not_lost_when_a_draft_is_refused(scheme):
    desk = signed_in(person(Role.OFFICER_POLICY))
    answer = desk.post("/schemes/new/", posted_scheme() | {"effective_to": "2026-01-01"})
    assert answer.status_code == 422
    assert "截止日期早于起始日期" in read(answer)
    assert "新的说明" in read(answer)
    assert Scheme.objects.count() == 1


def test_a_refusal_of_publishing_is_said_and_nothing_changes(scheme):
    officer = person(Role.OFFICER_POLICY)
    draft = a_draft(officer)
    answer = signed_in(officer).post(f"/schemes/{draft.pk}/publish/", follow=True)
    assert "起草人不能发布自己起草的内容" in read(answer)
    draft.refresh_from_db()
    assert draft.state == SchemeState.DRAFT


def test_figures_that_begin_with_the_draft_are_shown_before_it_is_published(scheme):
    a_figure("example.training.amount.level3", 150_000, since=date(2027, 1, 1))
    draft = a_draft()
    page = read(signed_in(person(Role.OFFICER_POLICY)).get(f"/schemes/{draft.pk}/"))
    assert "从第一天起不一样的标准和要求" in page
    assert "1,500 元" in page


def test_ticked_lines_of_the_catalogue_are_published_together():
    lines = [
        flag_draft(entry=a_flag_entry(flag=one), actor=an_officer(), at=NOW) for one in ("shortage", "key_occupation")
    ]
    desk = signed_in(person(Role.OFFICER_POLICY))
    page = read(desk.get("/schemes/flags/"))
    assert "等您发布的草稿" in page
    chosen = [f"{one.pk}:{fingerprint(OccupationFlag.objects.get(pk=one.pk))}" for one in lines]
    answer = desk.post("/schemes/flags/publish/", {"flag": chosen}, follow=True)
    assert "已发布 2 条" in read(answer)
    assert OccupationFlag.objects.filter(state=SchemeState.PUBLISHED).count() == 2


def test_a_line_is_drafted_and_withdrawn_at_the_desk():
    desk = signed_in(person(Role.OFFICER_POLICY))
    entry = a_flag_entry()
    desk.post(
        "/schemes/flags/new/",
        {"city_code": entry.city_code, "effective_from": "2027-01-01", "document": entry.document_id,
         "provenance": "F-A", "occupation": entry.occupation_id, "work_type": entry.work_type_id, "level": "5",
         "flag": "shortage"},
    )  # fmt: skip
    line = OccupationFlag.objects.get()
    assert line.state == SchemeState.DRAFT
    assert read(desk.get(f"/schemes/flags/{line.pk}/")).count("撤回这份草稿") == 1
    desk.post(f"/schemes/flags/{line.pk}/withdraw/")
    line.refresh_from_db()
    assert line.state == SchemeState.WITHDRAWN


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_who_only_reads_is_offered_nothing_and_can_do_nothing(scheme, role):
    draft = a_draft()
    desk = signed_in(person(role))
    page = read(desk.get(f"/schemes/{draft.pk}/"))
    assert "核对无误，发布" not in page
    assert "撤回这份草稿" not in page
    assert desk.post(f"/schemes/{draft.pk}/publish/").status_code == 403
    draft.refresh_from_db()
    assert draft.state == SchemeState.DRAFT


def posted_scheme():
    return {
        "city_code": "350200", "code": "example.training", "name": "示例补贴", "summary": "新的说明",
        "rule": "certificate", "family": "training", "fund": "employment", "payee": "worker", "subject": "certificate",
        "order": "100", "effective_from": "2027-01-01", "document": a_law().pk, "provenance": "F-A",
        "papers-TOTAL_FORMS": "1", "papers-INITIAL_FORMS": "0", "papers-0-title": "居民身份证",
        "papers-0-is_on_file": "on",
    }  # fmt: skip
