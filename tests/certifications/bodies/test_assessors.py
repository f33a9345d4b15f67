"""Assessors of bodies and of schools: who keeps them, what they may assess, their accounts."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.bodies import services
from certifications.bodies.errors import BodyError
from certifications.bodies.models import Assessor, AssessorQualification, BodyEvent
from certifications.bodies.rules import AssessorEntry, QualificationEntry
from certifications.bodies.selectors import (
    accounts_to_link,
    assessor_of,
    assessor_problem,
    assessors_of,
    assessors_visible_to,
    keeper_organisation,
)
from certifications.bodies.states import BodyState
from courses.schools.states import SchoolState
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.certifications.builders import (
    a_body,
    a_body_organisation,
    a_qualification,
    an_assessor,
    an_insider,
    an_occupation_with,
    assessor_account,
    body_staff,
)
from tests.courses.builders import SINCE, a_school, an_occupation, school_staff
from tests.workers.builders import NOW, TODAY, a_worker, an_id_number, an_officer

pytestmark = pytest.mark.django_db

NUMBER = an_id_number(born=date(1970, 1, 2), sequence=777)


@pytest.fixture(params=["body", "school"])
def place(request):
    """An organisation that keeps assessors, and somebody of its staff."""
    if request.param == "body":
        body = a_body()
        return body.organisation, body_staff(body)
    school = a_school()
    return school.organisation, school_staff(school)


def an_entry(**fields):
    return AssessorEntry(**({"name": "郑考评", "starts_on": date(2026, 1, 1), "id_number": NUMBER} | fields))


def added(place, **fields):
    organisation, clerk = place
    return services.assessor_add(organisation_id=organisation.pk, entry=an_entry(**fields), actor=clerk, at=NOW)


def refused(code, act):
    with pytest.raises(BodyError) as refusal:
        act()
    assert refusal.value.code == code


def test_a_body_and_a_school_keep_assessors_and_it_is_traced(place):
    assessor = added(place, card_number="示0001")
    event = BodyEvent.objects.get(organisation=place[0])
    assert (event.action, event.subject_id, event.data) == (
        "assessor.added",
        assessor.pk,
        {"engaged": ["2026-01-01", None]},
    )
    assert (event.body is None) == (place[0].kind == "school")
    assert AuditEvent.objects.filter(action="bodies.assessor.added").count() == 1
    assert NUMBER not in str(AuditEvent.objects.get(action="bodies.assessor.added").data)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id_number": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "id_number_invalid"),
        ({"id_number": ""}, "id_number_invalid"),
        ({"name": " "}, "name_missing"),
        ({"ends_on": date(2025, 12, 31)}, "end_before_start"),
    ],
)
def test_a_wrong_line_is_refused_and_nobody_is_entered(place, fields, code):
    refused(code, lambda: added(place, **fields))
    assert Assessor.objects.exists() is False
    assert BodyEvent.objects.exists() is False


def test_the_same_person_is_entered_twice_only_for_other_days(place):
    added(place, ends_on=date(2026, 6, 30))
    refused("assessor_known", lambda: added(place, starts_on=date(2026, 6, 30)))
    assert Assessor.objects.count() == 1
    added(place, starts_on=date(2026, 7, 1))
    assert Assessor.objects.count() == 2


def test_one_person_assesses_for_two_bodies(place):
    added(place)
    body = a_body()
    added((body.organisation, body_staff(body)))
    assert Assessor.objects.count() == 2


def test_a_worker_may_be_an_assessor(place):
    a_worker(id_number=NUMBER)
    assert added(place).pk


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.AUDITOR])
def test_nobody_else_enters_assessors(place, role):
    with pytest.raises(PermissionDenied):
        added((place[0], an_officer(role)))
    with pytest.raises(PermissionDenied):
        added((place[0], body_staff(a_body())))
    with pytest.raises(PermissionDenied):
        added((place[0], an_insider(place[0], Role.ASSESSOR)))
    assert Assessor.objects.exists() is False


def test_a_body_that_is_not_registered_or_has_closed_keeps_none():
    organisation = a_body_organisation()
    unknown = (organisation, an_insider(organisation, Role.BODY_STAFF))
    refused("not_registered", lambda: added(unknown))
    closed = a_body(state=BodyState.CLOSED)
    refused("not_registered", lambda: added((closed.organisation, body_staff(closed))))
    school = a_school(state=SchoolState.CLOSED)
    refused("not_registered", lambda: added((school.organisation, school_staff(school))))
    assert keeper_organisation(unknown[1], on=TODAY) is None
    assert Assessor.objects.exists() is False


def test_the_database_knows_every_assessor_by_a_number(place):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessor.objects.create(organisation=place[0], name="无号", id_number="", engaged=period(SINCE))


def test_a_change_without_numbers_leaves_those_on_record(place):
    assessor = added(place, card_number="示0001")
    entry = an_entry(name="郑改名", id_number="", title="技师")
    services.assessor_change(assessor_id=assessor.pk, entry=entry, actor=place[1], at=NOW)
    assessor.refresh_from_db()
    assert (assessor.name, assessor.id_number, assessor.card_number) == ("郑改名", NUMBER, "示0001")
    data = BodyEvent.objects.get(action="assessor.changed").data
    assert (data["name_before"], data["name"], data["id_number_changed"]) == ("郑考评", "郑改名", False)


def opened(assessor, clerk, username="zheng.kp"):
    return services.assessor_account_open(assessor_id=assessor.pk, username=username, actor=clerk, at=NOW)


def test_an_account_lasts_as_long_as_the_engagement(place):
    assessor, password = opened(added(place, ends_on=date(2026, 12, 31)), place[1])
    assert assessor.user.check_password(password)
    held = Membership.objects.get(user=assessor.user)
    held.refresh_from_db()
    assert (held.role, held.organisation, held.effective.lower, held.effective.upper) == (
        Role.ASSESSOR,
        place[0],
        TODAY,
        date(2027, 1, 1),
    )
    refused("has_account", lambda: opened(assessor, place[1], "another"))
    assert assessor_of(assessor.user, on=TODAY) == [assessor]
    services.assessor_end(assessor_id=assessor.pk, ends_on=TODAY, reason="辞职", actor=place[1], at=NOW)
    assert roles_of(assessor.user, on=date(2026, 11, 24)) == frozenset()
    assert assessor_of(assessor.user, on=date(2026, 11, 24)) == []


def test_who_is_gone_gets_no_account_and_another_bodys_clerk_opens_none(place):
    assessor = added(place, ends_on=date(2026, 11, 1))
    refused("gone", lambda: opened(assessor, place[1]))
    with pytest.raises(PermissionDenied):
        opened(added(place, starts_on=date(2026, 11, 2)), body_staff(a_body()))
    assert User.objects.filter(username="zheng.kp").exists() is False


def test_an_account_the_administrator_opened_is_linked_once(place):
    account = an_insider(place[0], Role.ASSESSOR, "郑考评")
    assessor = added(place)
    assert list(accounts_to_link(place[0])) == [account]
    other = an_insider(a_body().organisation, Role.ASSESSOR)
    act = {"assessor_id": assessor.pk, "actor": place[1], "at": NOW}
    refused("account_of_another", lambda: services.assessor_account_link(user_id=other.pk, **act))
    services.assessor_account_link(user_id=account.pk, **act)
    assert assessor_of(account, on=TODAY) == [assessor]
    assert accounts_to_link(place[0]).exists() is False


def test_an_account_that_lost_its_role_or_whose_body_closed_assesses_nothing():
    body = a_body()
    user = assessor_account(an_assessor(body.organisation))
    assert len(assessor_of(user, on=TODAY)) == 1
    body.state = BodyState.CLOSED
    body.save()
    assert assessor_of(user, on=TODAY) == []
    body.state = BodyState.ACTIVE
    body.save()
    Membership.objects.filter(user=user).update(effective=period(SINCE, date(2026, 11, 22)))
    assert assessor_of(user, on=TODAY) == []


# occupation, highest level, until, withdrawn → asked level (None: a test without one), in the day
@pytest.mark.parametrize(
    ("paper", "level", "sentence"),
    [
        ({"own": True, "highest_level": 3}, 4, ""),
        ({"own": True, "highest_level": 3}, 3, ""),
        ({"own": True, "highest_level": 3}, 6, ""),
        ({"own": True, "highest_level": 3}, 2, "达不到这个等级"),
        ({"own": True, "highest_level": 1}, 7, "达不到这个等级"),
        ({"own": True, "highest_level": 3}, None, ""),
        ({"own": False, "highest_level": None}, 1, ""),
        ({"other": True}, 5, "没有登记这个职业"),
        ({"own": True, "valid": period(SINCE, date(2026, 11, 22))}, 5, "不在有效期内"),
        ({"own": True, "valid": period(SINCE, TODAY)}, 5, ""),
        ({"own": True, "withdrawn_at": NOW}, 5, "没有登记这个职业"),
        (None, 5, "没有登记这个职业"),
    ],
)
def test_why_somebody_may_not_assess(paper, level, sentence):
    assessor = an_assessor(a_body().organisation, qualified=False)
    occupation = an_occupation()
    if paper is not None:
        given = dict(paper)
        if given.pop("own", False):
            given["occupation"] = occupation
        if given.pop("other", False):
            given["occupation"] = an_occupation(code="4-10-01-05", name="养老护理员")
        a_qualification(assessor, **given)
    assessor = assessors_of(assessor.organisation, on=TODAY).get()
    told = assessor_problem(assessor, occupation_id=occupation.pk, level=level, on=TODAY)
    assert (sentence in told) if sentence else told == ""


def test_who_is_not_engaged_that_day_may_not_assess():
    assessor = an_assessor(a_body().organisation, engaged=period(SINCE, date(2026, 11, 22)))
    assessor.refresh_from_db()
    assert "不在聘任期间" in assessor_problem(assessor, occupation_id=an_occupation().pk, level=5, on=TODAY)
    assert assessors_of(assessor.organisation, on=TODAY).exists() is False


def test_a_qualification_is_of_a_level_that_exists_and_can_be_withdrawn(place):
    occupation = an_occupation_with(5, 4)
    assessor = added(place)
    entry = QualificationEntry(starts_on=SINCE, occupation_id=occupation.pk, highest_level=1)
    act = {"actor": place[1], "at": NOW}
    refused(
        "level_not_in_standard",
        lambda: services.assessor_qualification_add(assessor_id=assessor.pk, entry=entry, **act),
    )
    assert AssessorQualification.objects.exists() is False
    entry = QualificationEntry(starts_on=SINCE, occupation_id=occupation.pk, highest_level=4)
    paper = services.assessor_qualification_add(assessor_id=assessor.pk, entry=entry, **act)
    services.assessor_qualification_withdraw(qualification_id=paper.pk, reason="登记错了", **act)
    refused(
        "withdrawn",
        lambda: services.assessor_qualification_withdraw(qualification_id=paper.pk, reason="登记错了", **act),
    )
    assert set(BodyEvent.objects.values_list("action", flat=True)) == {
        "assessor.added",
        "qualification.added",
        "qualification.withdrawn",
    }


def test_everybody_sees_the_assessors_that_are_hers():
    body, school = a_body(), a_school()
    mine, theirs = an_assessor(body.organisation), an_assessor(school.organisation)
    assert list(assessors_visible_to(body_staff(body), on=TODAY)) == [mine]
    assert list(assessors_visible_to(school_staff(school), on=TODAY)) == [theirs]
    assert set(assessors_visible_to(an_officer(Role.OFFICER_REVIEW), on=TODAY)) == {mine, theirs}
    assert assessors_visible_to(an_insider(body.organisation, Role.ASSESSOR), on=TODAY).exists() is False


def test_a_body_opens_and_ends_accounts_of_its_own_staff():
    body = a_body()
    clerk = body_staff(body)
    act = {"body_id": body.pk, "actor": clerk, "at": NOW}
    user, password = services.body_colleague_open(username="wu.xy", name="吴小雅", **act)
    assert user.check_password(password)
    held = Membership.objects.get(user=user)
    refused("reason_missing", lambda: services.body_colleague_end(membership_id=held.pk, reason=" ", **act))
    services.body_colleague_end(membership_id=held.pk, reason="调岗", **act)
    assert roles_of(user, on=TODAY) == {Role.BODY_STAFF}
    assert roles_of(user, on=date(2026, 11, 24)) == frozenset()
    with pytest.raises(PermissionDenied):
        services.body_colleague_open(body_id=body.pk, username="other", name="别人", actor=body_staff(a_body()), at=NOW)
    assert User.objects.filter(username="other").exists() is False
