"""What each reader finds on the pages, and what leaves them as a file."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.working_days import working_calendar
from foundation.database import period
from portal.dashboards.deadline_pages import deadline_sheets, wait_of
from portal.dashboards.models import FunnelCell
from portal.dashboards.services import summaries_refresh
from portal.dashboards.states import Wait
from subsidies.claims.states import ClaimState
from tests.portal.dashboards.builders import a_world
from tests.portal.people import person, signed_in
from tests.subsidies.builders import a_claim
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def world(today, db):
    return a_world()


def page(user, address="/dashboard/"):
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return answer


def sheet(answer, name):
    found = next(one for one in answer.context["sheets"] if one.name == name)
    return {row.label: [cell.text for cell in cells] for row, cells in found.shown}


def test_the_bureau_reads_the_funnel_of_the_city(world):
    answer = page(person(Role.OFFICER_REVIEW))
    assert sheet(answer, "funnel") == {
        "报名入班": ["8", "—", "100.0%"],
        "学完结业": ["5", "62.5%", "62.5%"],
        "考核合格": ["4", "80.0%", "50.0%"],
        "取得证书": ["3", "75.0%", "37.5%"],
        "申领补贴": ["2", "66.7%", "25.0%"],
        "补贴到账": ["1", "50.0%", "12.5%"],
    }
    assert "数据截至 2026-11-23 10:00" in answer.content.decode()


def test_filters_narrow_and_the_months_without_a_class_are_there_too(world):
    answer = page(
        person(Role.OFFICER_POLICY), "/dashboard/?since=2026-09-01&until=2026-10-01&district=350206&by=school"
    )
    assert sheet(answer, "funnel")["报名入班"][0] == "3"
    assert {month: cells[0] for month, cells in sheet(answer, "months").items()} == {
        "2026年9月": "0",
        "2026年10月": "3",
    }
    assert [cells[0] for cells in sheet(answer, "school").values()] == ["3"]


def test_nonsense_in_the_address_is_no_error(world):
    answer = page(person(Role.OFFICER_POLICY), "/dashboard/?since=x&until=2026-13-01&level=a&by=nothing&school=0")
    assert sheet(answer, "funnel")["报名入班"][0] == "8"


def test_a_school_reads_its_own_without_money_and_without_other_schools(world):
    answer = page(world.staff, f"/dashboard/?by=school&school={world.over.pk}")
    assert sheet(answer, "funnel")["报名入班"][0] == "2"
    assert [one.name for one in answer.context["sheets"]] == ["funnel", "group", "months"]
    text = answer.content.decode()
    assert "到账金额" not in text
    assert str(world.over) not in text
    assert signed_in(world.staff).get("/dashboard/money/").status_code == 403
    assert signed_in(world.staff).get("/dashboard/schemes/").status_code == 403


def test_budgets_are_shown_as_the_ledger_has_them(world):
    answer = page(person(Role.OFFICER_FINANCE), "/dashboard/money/")
    assert sheet(answer, "funds") == {"就业补助资金": ["1,000,000", "700", "0", "0", "999,300", "0.1%"]}
    assert sheet(answer, "arrivals")["11月"] == ["1", "700"]


def test_the_policy_officer_reads_schemes_refusals_and_times(world):
    a_claim(ClaimState.REFUSED)
    summaries_refresh(at=NOW)
    answer = page(person(Role.OFFICER_POLICY), "/dashboard/schemes/")
    assert sheet(answer, "schemes") == {"示例补贴 example.training": ["4", "1", "1", "1", "50.0%", "1", "700", "700"]}
    assert sheet(answer, "refusals") == {"没有记明情形": ["1", "100.0%"]}
    assert sheet(answer, "times") == {"示例补贴 example.training": ["2", "0", "0"]}


@pytest.mark.parametrize(
    ("due_on", "wait"),
    [
        (date(2026, 11, 20), Wait.OVERDUE),
        (date(2026, 11, 23), Wait.TODAY),
        (date(2026, 11, 24), Wait.SOON),
        (date(2026, 11, 26), Wait.SOON),
        (date(2026, 11, 27), Wait.LATER),
        (date(2026, 11, 30), Wait.LATER),
    ],
)
def test_nearness_is_counted_in_working_days(due_on, wait):
    assert wait_of(due_on, on=TODAY, calendar=working_calendar()) is wait


def test_claims_are_counted_by_their_step_and_how_near_their_day_is(world):
    a_claim(ClaimState.INTAKE_PASSED, at=datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
    sheets = deadline_sheets(person(Role.OFFICER_REVIEW), {Role.OFFICER_REVIEW}, on=TODAY)
    rows = {row.label: [cell.text for cell in cells] for row, cells in sheets[0].shown}
    assert rows["补贴初审"] == ["0", "0", "0", "1", "1", "2026年12月2日"]
    assert rows["补贴复核"] == ["1", "0", "0", "0", "1", "2026年11月11日"]
    assert rows["补贴拨付"][:5] == ["0", "0", "0", "0", "0"]


def test_a_school_counts_only_the_claims_it_made(world):
    Membership.objects.create(
        user=world.staff, organisation=world.over.organisation, role=Role.SCHOOL_STAFF, effective=period(TODAY)
    )
    (only,) = deadline_sheets(world.staff, {Role.SCHOOL_STAFF}, on=TODAY)
    assert only.total.cells[-2] == 0


def test_a_file_holds_the_table_as_filtered_and_that_it_was_taken_is_kept(world):
    officer = person(Role.OFFICER_REVIEW)
    answer = signed_in(officer).get("/dashboard/funnel/district.csv?by=district&until=2026-10-01")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["思明区", "3"], ["湖里区", "3"], ["合计", "6"]]
    event = AuditEvent.objects.get(action="dashboards.table.exported")
    assert event.actor == officer
    assert event.data["filters"] == {"by": ["district"], "until": ["2026-10-01"]}
    assert (event.data["page"], event.data["table"], event.data["format"]) == ("funnel", "district", "csv")


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.AUDITOR, "/dashboard/funnel/funnel.csv", 403),
        (Role.SCHOOL_STAFF, "/dashboard/money/funds.csv", 403),
        (Role.OFFICER_INTAKE, "/dashboard/schemes/times.xlsx", 403),
        (Role.OFFICER_POLICY, "/dashboard/funnel/nothing.csv", 404),
        (Role.OFFICER_POLICY, "/dashboard/funnel/funnel.pdf", 404),
        (Role.OFFICER_POLICY, "/dashboard/nothing/funnel.csv", 404),
    ],
)
def test_nobody_takes_what_she_may_not_read_or_what_is_not_there(today, db, role, address, status):
    assert signed_in(person(role)).get(address).status_code == status
    assert not AuditEvent.objects.filter(action="dashboards.table.exported").exists()


@pytest.mark.parametrize(
    "address", ["/dashboard/?by=school", "/dashboard/schemes/", "/dashboard/money/", "/dashboard/deadlines/"]
)
def test_more_counts_cost_no_more_questions(world, address):
    client = signed_in(person(Role.OFFICER_POLICY))
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    sample = FunnelCell.objects.first()
    for number in range(1, 9):
        sample.pk, sample.month, sample.group_code = None, date(2026, number, 1), f"more{number}"
        sample.save()
    for _n in range(3):
        a_claim(ClaimState.INTAKE_PASSED)
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before)
    assert len(after) <= 24


def test_before_anything_was_counted_the_page_says_so(today, db):
    assert "数据还没有统计过" in page(person(Role.OFFICER_POLICY)).content.decode()
    assert timezone.localdate() == TODAY
