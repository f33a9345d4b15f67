"""A school writes its page; the bureau decides whether the public sees it."""

from datetime import date

import pytest
from wagtail.models import TaskState, WorkflowState

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from portal.cms.base import school_page_open, site_base_load

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def an_organisation(kind, name, credit_code):
    return Organisation.objects.create(kind=kind, name=name, credit_code=credit_code)


def somebody(role, organisation):
    user = User.objects.create(username=f"{role}-{organisation.pk}-{User.objects.count()}", name="陈校")
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(date(2026, 1, 1)))
    groups_sync(user=user, on=TODAY)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def places(base_policy):
    site_base_load()
    return {
        "bureau": an_organisation(OrganisationKind.BUREAU, "市人社局", "12350200400000034Q"),
        "school": an_organisation(OrganisationKind.SCHOOL, "甲校", "52350200MJB0000019"),
        "other": an_organisation(OrganisationKind.SCHOOL, "乙校", "52350200MJB0000027"),
    }


@pytest.fixture
def page(places):
    page = school_page_open(organisation=places["school"])
    page.summary = "晚上和周末都有班"
    page.save_revision()
    return page


def submit(page, user):
    return page.get_workflow().start(page, user)


def may(user, page):
    return page.permissions_for_user(user)


def test_a_new_page_is_a_draft_with_a_workflow_of_two_steps(page):
    page.refresh_from_db()
    assert page.live is False
    assert [task.name for task in page.get_workflow().tasks] == ["甲校校内审核", "人社局审核"]
    assert school_page_open(organisation=page.organisation) == page


def test_a_school_edits_its_own_page_and_cannot_publish_it(page, places):
    academic = somebody(Role.SCHOOL_STAFF, places["school"])
    assert may(academic, page).can_edit()
    assert may(academic, page).can_submit_for_moderation()
    assert not may(academic, page).can_publish()


def test_another_school_cannot_touch_it(page, places):
    stranger = somebody(Role.SCHOOL_STAFF, places["other"])
    assert not may(stranger, page).can_edit()
    state = submit(page, somebody(Role.SCHOOL_STAFF, places["school"]))
    assert state.current_task_state.task.specific.get_actions(page, stranger) == []


def test_school_then_bureau_then_the_public(page, places, client):
    academic = somebody(Role.SCHOOL_STAFF, places["school"])
    officer = somebody(Role.OFFICER_INTAKE, places["bureau"])
    state = submit(page, academic)
    state.current_task_state.task.specific.on_action(state.current_task_state, academic, "approve")
    state.refresh_from_db()
    page.refresh_from_db()
    assert page.live is False
    state.current_task_state.task.specific.on_action(state.current_task_state, officer, "approve")
    state.refresh_from_db()
    page.refresh_from_db()
    assert state.status == WorkflowState.STATUS_APPROVED
    assert page.live is True
    assert "晚上和周末都有班" in client.get(page.get_url()).content.decode()


def test_the_bureau_sends_back_with_a_comment_and_nothing_is_published(page, places):
    academic = somebody(Role.SCHOOL_STAFF, places["school"])
    officer = somebody(Role.OFFICER_INTAKE, places["bureau"])
    state = submit(page, academic)
    state.current_task_state.task.specific.on_action(state.current_task_state, academic, "approve")
    state.refresh_from_db()
    state.current_task_state.task.specific.on_action(
        state.current_task_state, officer, "reject", comment="请补办学许可证号"
    )
    state.refresh_from_db()
    page.refresh_from_db()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert page.live is False
    assert TaskState.objects.latest("pk").comment == "请补办学许可证号"


def test_a_membership_that_ended_closes_the_page(page, places):
    academic = somebody(Role.SCHOOL_STAFF, places["school"])
    Membership.objects.filter(user=academic).update(effective=period(date(2026, 1, 1), date(2026, 11, 22)))
    groups_sync(user=academic, on=TODAY)
    assert not may(User.objects.get(pk=academic.pk), page).can_edit()


def test_the_bureaus_desk_lists_what_waits_and_opens_in_chinese(client, places, page):
    academic = somebody(Role.SCHOOL_STAFF, places["school"])
    state = submit(page, academic)
    state.current_task_state.task.specific.on_action(state.current_task_state, academic, "approve")
    officer = somebody(Role.OFFICER_INTAKE, places["bureau"])
    waiting = TaskState.objects.reviewable_by(officer).filter(status=TaskState.STATUS_IN_PROGRESS)
    assert [task.revision.content_object.pk for task in waiting] == [page.pk]
