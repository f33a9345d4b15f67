"""The course finder: each filter gives exactly what it says, and a longer list costs no more queries."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.catalogue.states import SkillLevel
from courses.classes.states import ClassState
from courses.content.states import CourseMode
from courses.schools.states import SchoolState
from foundation.database import period
from foundation.policy.models import Parameter
from portal.cms.base import school_page_open, site_base_load
from tests.courses.builders import (
    a_class_run,
    a_course_version,
    a_package_version,
    a_school,
    an_occupation,
)
from tests.foundation.policy_builders import a_published_version
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db, time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)
    call_command("policy_load_base", verbosity=0)
    site_base_load()


def a_course(title, *, school=None, package=None, runs=({},), **fields):
    """A published course under its school's page, with the class runs described."""
    school = school or a_school()
    school_page_open(organisation=school.organisation)
    package = package or a_package_version()
    version = a_course_version(school=school, package_version=package, title=title, **fields)
    for run in runs:
        a_class_run(version, **run)
    return version.page


def found(client, **asked):
    answer = client.get("/courses/", asked)
    assert answer.status_code == 200
    return [card.page.title for card, _url in answer.context["cards"]]


@pytest.fixture
def courses():
    baby = an_occupation(code="4-10-01-02", name="育婴员")
    a_course("白天班", runs=[{"district_code": "350203", "starts_on": TODAY + timedelta(days=5)}])
    a_course(
        "晚班",
        runs=[{"district_code": "350206", "is_evening": True, "starts_on": TODAY + timedelta(days=60)}],
        fee_fen=0,
    )
    a_course("没开班", school=a_school(district_code="350206"), runs=[], mode=CourseMode.OFFLINE)
    a_course(
        "育婴四级",
        package=a_package_version(occupation=baby, work_type="", level=SkillLevel.FOUR),
        runs=[{"district_code": "350211", "starts_on": TODAY + timedelta(days=20)}],
    )


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, ["白天班", "育婴四级", "晚班", "没开班"]),
        ({"district": "350203"}, ["白天班"]),
        ({"district": "350206"}, ["晚班", "没开班"]),
        ({"district": "350213"}, []),
        ({"evening": "on"}, ["晚班"]),
        ({"evening": "on", "district": "350203"}, []),
        ({"soon": "on"}, ["白天班", "育婴四级"]),
        ({"online": "on"}, ["白天班", "育婴四级", "晚班"]),
        ({"free": "on"}, ["晚班"]),
        ({"occupation": "4-10-01-02"}, ["育婴四级"]),
        ({"level": "5"}, ["白天班", "晚班", "没开班"]),
        ({"level": "4", "soon": "on"}, ["育婴四级"]),
        ({"q": "育婴"}, ["育婴四级"]),
        ({"q": "母婴护理员"}, ["白天班", "晚班", "没开班"]),
        ({"q": "月嫂"}, ["白天班", "晚班", "没开班"]),
        ({"level": "99", "district": "nowhere"}, ["白天班", "育婴四级", "晚班", "没开班"]),
    ],
)
def test_each_filter_gives_exactly_what_it_says(client, courses, asked, titles):
    assert found(client, **asked) == titles


def test_free_after_the_subsidy_goes_by_the_figure_of_the_day(client, courses):
    parameter = Parameter.objects.get(code="subsidy.training.amount.level4", city_code="350200")
    a_published_version(parameter, 120000, date(2026, 1, 1), None)
    assert found(client, free="on") == ["育婴四级", "晚班"]
    text = client.get("/courses/").content.decode()
    assert "符合条件的，考证领补贴后相当于不花钱" in text
    assert "补贴后多少钱：政策待确认" in text


@pytest.mark.parametrize("state", [SchoolState.SUSPENDED, SchoolState.CLOSED])
def test_schools_that_may_not_train_are_left_out(client, state):
    a_course("停了的", school=a_school(state=state))
    a_course("过期的", school=a_school(licensed=period(date(2020, 1, 1), TODAY - timedelta(days=1))))
    assert found(client) == []


def test_drafts_are_not_found(client):
    page = a_course("草稿")
    page.unpublish()
    assert found(client) == []
    assert found(client, q="草稿") == []


@pytest.mark.parametrize("state", sorted(set(ClassState) - {ClassState.FILED, ClassState.OPEN}))
def test_class_runs_nobody_can_join_are_not_shown(client, state):
    a_course("只有课程", runs=[{"state": state}, {"enrols_until": TODAY - timedelta(days=1)}, {"enrols_until": None}])
    assert found(client) == ["只有课程"]
    assert "下一期还没有定" in client.get("/courses/").content.decode()


def test_a_full_class_run_says_there_is_a_waiting_list_and_a_free_one_comes_first(client):
    a_course("满了", runs=[{"seats": 1, "seats_taken": 1}])
    a_course("还有", runs=[{"seats": 1, "seats_taken": 1}, {"starts_on": TODAY + timedelta(days=9), "seats": 5}])
    text = client.get("/courses/").content.decode()
    assert text.count("已满，可以候补") == 1
    assert "还有 5 个名额" in text


def test_an_empty_result_says_what_to_do_and_keeps_the_other_answers(client, courses):
    text = client.get("/courses/", {"district": "350213", "evening": "on"}).content.decode()
    assert "没有找到合适的课程" in text
    assert 'href="?evening=on"' in text
    assert "候补" in text


def test_a_longer_list_costs_no_more_queries_and_goes_on_the_next_page(client):
    package = a_package_version()
    a_course("一", package=package)
    client.get("/courses/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        found(client, q="课", district="350203")
    for number in range(14):
        a_course(f"课程{number}", package=package, runs=[{}, {}])
    with CaptureQueriesContext(connection) as many:
        answer = client.get("/courses/", {"district": "350203"})
    assert len(many) <= len(one) + 1
    assert len(many) <= 16
    assert answer.context["page_obj"].paginator.num_pages == 2
    assert len(answer.content) < 100_000


def test_the_course_page_shows_the_class_runs_and_an_honest_price(client):
    page = a_course("有班", runs=[{"name": "2026示例第1期", "seats": 3, "is_evening": True}])
    answer = client.get(page.get_url())
    text = answer.content.decode()
    assert "2026示例第1期" in text
    assert "还有 3 个名额" in text
    assert "补贴后多少钱：政策待确认" in text
    assert "8 学时：理论 4，实操 4" in text
    assert len(answer.content) < 60_000
    parameter = Parameter.objects.get(code="subsidy.training.amount.level5", city_code="350200")
    a_published_version(parameter, 70000, date(2026, 1, 1), None)
    text = client.get(page.get_url()).content.decode()
    assert "符合条件的，考取证书后可申领培训补贴" in text
    assert "500 元" in text


def test_the_course_page_needs_the_same_queries_however_many_class_runs(client):
    page = a_course("有班")
    client.get(page.get_url())
    with CaptureQueriesContext(connection) as one:
        client.get(page.get_url())
    for _number in range(5):
        a_class_run(page.versions.get())
    with CaptureQueriesContext(connection) as many:
        client.get(page.get_url())
    assert len(many) == len(one)


def test_a_suspended_school_says_so_on_its_course(client):
    page = a_course("有班")
    type(page.school).objects.update(state=SchoolState.SUSPENDED)
    assert "暂停开班" in client.get(page.get_url()).content.decode()
