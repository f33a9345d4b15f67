"""An application is written in peace, handed in whole, returned with marks, and decided by another."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.catalogue.base_loading import catalogue_base_load
from courses.catalogue.states import TrainingKind
from courses.schools import services
from courses.schools.errors import SchoolError
from courses.schools.models import ApplicationEvent, ApplicationMark, School, SchoolApplication, SchoolEvent
from courses.schools.selectors import application_problems, applications_visible_to, scope_covers
from courses.schools.services import ScopeLine
from courses.schools.services.common import days
from courses.schools.services.moves import LIMIT
from courses.schools.states import MOVES, ApplicationKind, ApplicationState, PaperKind, SchoolState
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_state
from foundation.calendar.states import ClockState
from foundation.database import period
from foundation.policy.models import Parameter
from foundation.policy.services import base_data_load
from tests.courses.builders import a_school, school_staff
from tests.courses.schools.builders import a_body, a_draft, a_line, a_paper, filled, levels, staff_of, submitted
from tests.workers.builders import NOW, TODAY, an_officer

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)
DECIDE = {
    "submit": lambda one, actor: services.application_submit(application_id=one.pk, actor=actor, at=LATER),
    "withdraw": lambda one, actor: services.application_withdraw(application_id=one.pk, actor=actor, at=LATER),
    "return": lambda one, actor: services.application_return(
        application_id=one.pk, remarks={"address": "请写到门牌号"}, reason="地址不全", actor=actor, at=LATER
    ),
    "approve": lambda one, actor: services.application_approve(application_id=one.pk, actor=actor, at=LATER),
    "refuse": lambda one, actor: services.application_refuse(
        application_id=one.pk, reason="不具备条件", actor=actor, at=LATER
    ),
}


def refused(code, act):
    with pytest.raises(SchoolError) as refusal:
        act()
    assert refusal.value.code == code


def returned(application, **remarks):
    return services.application_return(
        application_id=application.pk,
        remarks=remarks or {"address": "请写到门牌号"},
        reason="",
        actor=an_officer(),
        at=NOW,
    )


@pytest.mark.parametrize("state", ApplicationState)
@pytest.mark.parametrize("move", MOVES)
def test_a_step_is_taken_only_from_where_the_table_says(move, state):
    application = submitted()
    clerk = application.started_by
    SchoolApplication.objects.filter(pk=application.pk).update(state=state, decided_by=an_officer(), decided_at=NOW)
    before = ApplicationEvent.objects.count()
    actor = clerk if Role.SCHOOL_STAFF in MOVES[move].roles else an_officer()
    if state in MOVES[move].sources:
        DECIDE[move](application, actor)
        application.refresh_from_db()
        assert application.state == MOVES[move].target
        event = ApplicationEvent.objects.latest("pk")
        assert (event.move, event.source, event.target, event.actor) == (move, state, MOVES[move].target, actor)
        assert ApplicationEvent.objects.count() == before + 1
    else:
        refused("wrong_state", lambda: DECIDE[move](application, actor))
        application.refresh_from_db()
        assert application.state == state
        assert ApplicationEvent.objects.count() == before


@pytest.mark.parametrize("role", [Role.OFFICER_FINANCE, Role.OFFICER_POLICY, Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("move", ["return", "approve", "refuse"])
def test_only_reviewers_decide(move, role):
    application = submitted()
    with pytest.raises(PermissionDenied):
        DECIDE[move](application, an_officer(role))
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert School.objects.exists() is False


@pytest.mark.parametrize("move", ["submit", "withdraw"])
def test_another_school_neither_submits_nor_withdraws(move):
    draft = filled(a_draft())
    with pytest.raises(PermissionDenied):
        DECIDE[move](draft, staff_of(a_body()))
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT


def test_who_submits_never_approves_even_as_an_officer():
    application = submitted()
    clerk = application.started_by
    officer = an_officer()
    Membership.objects.filter(user=clerk).update(effective=period(date(2020, 1, 1), TODAY - timedelta(days=1)))
    Membership.objects.create(
        user=clerk,
        organisation=officer.memberships.get().organisation,
        role=Role.OFFICER_REVIEW,
        effective=period(TODAY),
    )
    refused("own_application", lambda: DECIDE["approve"](application, clerk))
    with pytest.raises(IntegrityError, match="school_application_is_decided_by_another"), transaction.atomic():
        SchoolApplication.objects.filter(pk=application.pk).update(decided_by=clerk, decided_at=NOW)
    assert School.objects.exists() is False


def test_an_officer_who_works_for_the_school_does_not_decide_about_it():
    application = submitted()
    officer = an_officer()
    Membership.objects.create(
        user=officer, organisation=application.organisation, role=Role.TEACHER, effective=period(date(2026, 1, 1))
    )
    with pytest.raises(PermissionDenied):
        DECIDE["approve"](application, officer)
    assert School.objects.exists() is False


def test_nothing_typed_is_lost_however_wrong_it_is():
    draft = a_draft()
    act = {"application_id": draft.pk, "actor": draft.started_by, "at": NOW}
    services.application_answers_save(answers={"licensed_from": "明年一月", "short_name": "鹭岛"}, **act)
    services.application_answers_save(answers={"address": "示例路", "unheard_of": "x"}, **act)
    draft.refresh_from_db()
    assert draft.answers == {"licensed_from": "明年一月", "short_name": "鹭岛", "address": "示例路"}
    assert "明年一月" in next(one.text for one in application_problems(draft) if one.field == "licensed_from")
    refused("incomplete", lambda: DECIDE["submit"](draft, draft.started_by))
    assert ApplicationEvent.objects.exists() is False


def test_what_is_known_is_not_asked_again():
    school = a_school(short_name="鹭岛", licensed=period(date(2024, 1, 1), date(2026, 12, 31)))
    clerk = school_staff(school)
    draft = a_draft(school.organisation, ApplicationKind.CHANGE, clerk)
    assert draft.answers["short_name"] == "鹭岛"
    assert draft.answers["licensed_until"] == "2026-12-31"
    assert a_draft(school.organisation, ApplicationKind.CHANGE, clerk).pk == draft.pk
    refused("registered", lambda: a_draft(school.organisation, ApplicationKind.REGISTRATION, clerk))


def test_a_level_that_does_not_exist_is_refused():
    draft = a_draft()
    act = {"application_id": draft.pk, "actor": draft.started_by, "at": NOW}
    occupation = levels(5)
    bad = ScopeLine(occupation.pk, None, 1, TrainingKind.LEVEL)
    refused("level_not_in_standard", lambda: services.application_scope_add(line=bad, **act))
    services.application_scope_add(line=a_line(), **act)
    refused("scope_asked", lambda: services.application_scope_add(line=a_line(), **act))
    assert draft.scopes.count() == 1


def test_a_paper_is_judged_by_its_content_and_kept_under_a_random_name():
    draft = a_draft()
    act = {"application_id": draft.pk, "actor": draft.started_by, "at": NOW, "kind": PaperKind.LICENCE}
    refused("file_kind", lambda: services.application_paper_add(upload=a_paper(content=b"MZ...", name="a.pdf"), **act))
    assert draft.papers.exists() is False
    paper = services.application_paper_add(upload=a_paper(), **act)
    assert paper.title == "许可证.pdf"
    assert paper.file.name.startswith("schools/papers/")
    assert "许可证" not in paper.file.name


def test_an_approved_registration_stands_in_the_register_with_its_number_as_basis():
    application = submitted()
    officer = an_officer()
    school = services.application_approve(application_id=application.pk, actor=officer, at=LATER)
    assert (school.short_name, school.district_code, school.state) == ("鹭岛家政", "350203", SchoolState.ACTIVE)
    assert school.licensed == days(date(2026, 1, 1), date(2029, 12, 31))
    scope = school.scopes.get()
    assert (scope.basis, scope.effective) == (application.number, days(date(2026, 12, 1), date(2028, 11, 30)))
    covered = {"occupation_id": scope.occupation_id, "work_type_id": None, "level": 5, "kind": TrainingKind.LEVEL}
    assert scope_covers(school, **covered, on=date(2026, 12, 1)) == scope
    assert scope_covers(school, **covered, on=date(2026, 11, 30)) is None
    assert list(SchoolEvent.objects.values_list("action", flat=True)) == ["school.registered", "scope.granted"]
    assert AuditEvent.objects.filter(action="schools.application.approved", actor_id=officer.pk).count() == 1


def test_a_renewal_prolongs_the_scope_from_the_day_after_it_ends():
    school = a_school(licensed=period(date(2024, 1, 1), date(2026, 12, 31)))
    old = services.scope_grant(
        school_id=school.pk,
        line=a_line(),
        starts_on=date(2024, 1, 1),
        ends_on=date(2026, 12, 31),
        basis="批复",
        actor=an_officer(),
        at=NOW,
    )
    draft = a_draft(school.organisation, ApplicationKind.RENEWAL, school_staff(school))
    assert [str(one) for one in draft.scopes.all()] == [str(old)]
    services.application_approve(application_id=submitted(draft).pk, actor=an_officer(), at=LATER)
    assert [one.effective for one in school.scopes.order_by("effective")] == [
        days(date(2024, 1, 1), date(2026, 12, 31)),
        days(date(2027, 1, 1), date(2028, 11, 30)),
    ]
    school.refresh_from_db()
    assert school.licensed == days(date(2026, 1, 1), date(2029, 12, 31))


def test_a_scope_that_is_granted_already_is_not_granted_again_and_nothing_is_written():
    school = a_school()
    grant = {"school_id": school.pk, "line": a_line(), "basis": "批复", "actor": an_officer(), "at": NOW}
    services.scope_grant(starts_on=date(2026, 1, 1), ends_on=None, **grant)
    draft = a_draft(school.organisation, ApplicationKind.SCOPE, school_staff(school))
    application = submitted(draft)
    refused("scope_granted", lambda: DECIDE["approve"](application, an_officer()))
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert school.scopes.count() == 1


def test_a_change_keeps_what_stood_before():
    school = a_school(address="旧路 1 号")
    draft = a_draft(school.organisation, ApplicationKind.CHANGE, school_staff(school))
    application = submitted(draft, note="搬迁")
    services.application_approve(application_id=application.pk, actor=an_officer(), at=LATER)
    school.refresh_from_db()
    assert school.address == "示例路 1 号"
    event = SchoolEvent.objects.get(action="school.changed")
    assert (event.data["address_before"], event.data["address"]) == ("旧路 1 号", "示例路 1 号")
    assert event.reason == application.number


def test_a_return_marks_fields_and_stops_the_clock_until_the_school_hands_it_in_again(platform_rules):
    application = submitted()
    clock = Clock.objects.get(pk=application.clock_id)
    assert (clock.limit_working_days, application.due_on) == (20, clock_state(clock, on=TODAY).due_on)
    returned(application, address="请写到门牌号", paper_licence="照片看不清", unheard_of="x")
    application.refresh_from_db()
    assert dict(ApplicationMark.objects.values_list("field", "remark")) == {
        "address": "请写到门牌号",
        "paper_licence": "照片看不清",
    }
    assert (application.state, application.due_on) == (ApplicationState.RETURNED, None)
    assert Clock.objects.get().state == ClockState.STOPPED
    act = {"application_id": application.pk, "actor": application.started_by}
    services.application_answers_save(answers={"address": "示例路 1 号 2 楼"}, at=LATER, **act)
    services.application_submit(at=LATER, **act)
    application.refresh_from_db()
    assert (application.round, Clock.objects.get().state) == (2, ClockState.RUNNING)
    services.application_approve(application_id=application.pk, actor=an_officer(), at=LATER)
    assert Clock.objects.get().state == ClockState.FINISHED


def test_without_a_limit_in_force_the_application_goes_on_without_a_clock():
    assert Parameter.objects.filter(code=LIMIT).exists() is False
    application = submitted()
    assert (application.clock_id, application.due_on) == (None, None)
    services.application_approve(application_id=application.pk, actor=an_officer(), at=LATER)
    assert School.objects.count() == 1


def test_a_return_without_a_mark_is_refused():
    application = submitted()
    refused("nothing_marked", lambda: returned(application, address="  "))
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED


def test_what_was_submitted_cannot_be_written_in():
    application = submitted()
    act = {"application_id": application.pk, "actor": application.started_by, "at": NOW}
    refused("not_writable", lambda: services.application_answers_save(answers={"address": "别处"}, **act))
    refused("not_writable", lambda: services.application_scope_add(line=a_line(), **act))
    application.refresh_from_db()
    assert application.answers["address"] == "示例路 1 号"


def test_the_bureau_sees_no_draft_and_a_school_only_its_own():
    draft, other = a_draft(), submitted()
    assert list(applications_visible_to(an_officer(), TODAY)) == [other]
    assert list(applications_visible_to(draft.started_by, TODAY)) == [draft]
    assert list(applications_visible_to(staff_of(draft.organisation, Role.TEACHER), TODAY)) == []


def test_events_and_marks_cannot_be_changed():
    application = submitted()
    returned(application)
    for model in (ApplicationEvent, ApplicationMark):
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            model.objects.all().delete()


@pytest.fixture
def platform_rules():
    base_data_load(on=TODAY)
    catalogue_base_load(on=TODAY)
