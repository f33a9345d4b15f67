"""The register of bodies: entry, state, scope, numbers; what it says on a day."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.bodies import services
from certifications.bodies.errors import BodyError
from certifications.bodies.models import AssessmentBody, BodyEvent, BodyScope, NumberRange
from certifications.bodies.rules import BodyFacts, ScopeLine
from certifications.bodies.selectors import (
    bodies_assessing,
    bodies_visible_to,
    body_of,
    body_scope_covers,
    expiring_of,
    is_filed,
    number_is_allotted,
    organisations_to_register,
    with_something_expiring,
)
from certifications.bodies.states import BODY_MOVES, BodyState
from courses.catalogue.models import WorkType
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.certifications.builders import (
    a_body,
    a_body_organisation,
    a_body_scope,
    a_number_range,
    an_assessor,
    an_insider,
    an_occupation_with,
    body_staff,
)
from tests.courses.builders import SINCE, a_school, an_occupation
from tests.workers.builders import NOW, TODAY, an_officer

pytestmark = pytest.mark.django_db

FACTS = BodyFacts(
    kind="S",
    short_name="鹭江评价",
    filing_number="厦评备 2026-01 号",
    filed_from=date(2026, 1, 1),
    filed_until=date(2028, 12, 31),
    serial="990001",
    address="示例路 9 号",
    district_code="350203",
    contact_name="吴主任",
    contact_phone="0592-0000009",
)


def refused(code, act):
    with pytest.raises(BodyError) as refusal:
        act()
    assert refusal.value.code == code


def registered(organisation=None, *, actor=None, **facts):
    return services.body_register(
        organisation_id=(organisation or a_body_organisation()).pk,
        facts=replace(FACTS, **facts),
        basis="厦人社〔示例〕1号",
        actor=actor or an_officer(Role.OFFICER_POLICY),
        at=NOW,
    )


def changed(body, *, actor=None, basis="续期通知", **facts):
    return services.body_change(
        body_id=body.pk, facts=replace(FACTS, **facts), basis=basis, actor=actor or an_officer(), at=NOW
    )


def granted(body, *, level=5, work_type=None, starts_on=date(2026, 3, 1), ends_on=date(2026, 12, 31), actor=None):
    line = ScopeLine(an_occupation().pk, work_type.pk if work_type else None, level)
    return services.scope_grant(
        body_id=body.pk,
        line=line,
        starts_on=starts_on,
        ends_on=ends_on,
        basis="备案",
        actor=actor or an_officer(),
        at=NOW,
    )


def allotted(body, first, last, *, year=2026, level=None, actor=None):
    return services.range_allot(
        body_id=body.pk,
        year=year,
        level=level,
        first=first,
        last=last,
        basis="编号通知",
        actor=actor or an_officer(),
        at=NOW,
    )


def test_an_officer_enters_a_body_and_it_is_traced():
    body = registered()
    assert (body.prefix, body.state, body.registered_on) == ("S000035990001", BodyState.ACTIVE, TODAY)
    event = BodyEvent.objects.get(body=body)
    assert (event.action, event.reason, event.data["filed"]) == (
        "body.registered",
        "厦人社〔示例〕1号",
        ["2026-01-01", "2029-01-01"],
    )
    assert AuditEvent.objects.filter(action="bodies.body.registered", object_id=str(body.pk)).count() == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "X"}, "kind_unknown"),
        ({"serial": "99001"}, "serial_shape"),
        ({"serial": "9900O1"}, "serial_shape"),
        ({"ministry_code": "１２３４"}, "ministry_code_shape"),
        ({"province_code": "3"}, "province_code_shape"),
        ({"short_name": " "}, "short_name_missing"),
        ({"filing_number": ""}, "filing_number_missing"),
        ({"district_code": "999999"}, "district_unknown"),
        ({"filed_until": date(2025, 12, 31)}, "end_before_start"),
    ],
)
def test_facts_that_cannot_be_are_refused_and_nobody_is_entered(facts, code):
    refused(code, lambda: registered(**facts))
    assert AssessmentBody.objects.exists() is False
    assert BodyEvent.objects.exists() is False


@pytest.mark.parametrize(("facts", "code"), [({"serial": "990002"}, "filing_taken"), ({}, "prefix_taken")])
def test_a_prefix_and_a_filing_number_are_one_bodys(facts, code):
    registered()
    number = {} if code == "filing_taken" else {"filing_number": "厦评备 2026-02 号"}
    refused(code, lambda: registered(**(facts | number)))
    assert AssessmentBody.objects.count() == 1


def test_a_body_is_entered_once_and_a_school_never():
    organisation = a_body_organisation()
    assert organisation in organisations_to_register()
    registered(organisation)
    assert organisation not in organisations_to_register()
    refused("registered", lambda: registered(organisation))
    refused("not_a_body", lambda: registered(a_school().organisation))
    assert AssessmentBody.objects.count() == 1


@pytest.mark.parametrize("role", [Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.OFFICER_INSPECTION, Role.AUDITOR])
def test_other_officers_enter_no_body(role):
    with pytest.raises(PermissionDenied):
        registered(actor=an_officer(role))
    assert AssessmentBody.objects.exists() is False


def test_an_officer_who_works_at_the_body_keeps_away_from_its_entry():
    body = a_body()
    officer = an_officer()
    officer.memberships.create(organisation=body.organisation, role=Role.ASSESSOR, effective=period(SINCE))
    with pytest.raises(PermissionDenied):
        granted(body, actor=officer)
    assert BodyScope.objects.exists() is False


def test_a_change_writes_what_differs_and_keeps_both():
    body = registered()
    changed(body, filed_until=date(2030, 12, 31))
    body.refresh_from_db()
    assert body.filed.upper == date(2031, 1, 1)
    event = BodyEvent.objects.get(action="body.changed")
    assert event.data == {"filed_before": ["2026-01-01", "2029-01-01"], "filed": ["2026-01-01", "2031-01-01"]}
    changed(body, filed_until=date(2030, 12, 31))
    assert BodyEvent.objects.filter(action="body.changed").count() == 1


def test_a_filing_is_not_shortened_below_the_scope():
    body = registered()
    an_occupation_with(5)
    granted(body)
    refused("scope_outside_filing", lambda: changed(body, filed_until=date(2026, 6, 30)))
    body.refresh_from_db()
    assert body.filed.upper == date(2029, 1, 1)


def test_the_first_characters_of_numbers_stay_once_numbers_were_allotted():
    body = registered()
    changed(body, serial="990009")
    row = allotted(body, 1, 10)
    refused("codes_in_use", lambda: changed(body, serial="990001"))
    services.range_withdraw(range_id=row.pk, reason="登记错了", actor=an_officer(), at=NOW)
    assert changed(body, serial="990001").serial == "990001"


def test_a_body_keeps_its_own_address_and_telephone_and_nothing_else():
    body = registered()
    act = {"address": "新路 1 号", "district_code": "350206", "contact_name": "郑主任", "contact_phone": "0592-1"}
    with pytest.raises(PermissionDenied):
        services.body_contact_change(body_id=body.pk, **act, actor=body_staff(a_body()), at=NOW)
    refused(
        "address_missing",
        lambda: services.body_contact_change(
            body_id=body.pk, **(act | {"address": " "}), actor=body_staff(body), at=NOW
        ),
    )
    clerk = body_staff(body)
    services.body_contact_change(body_id=body.pk, **act, actor=clerk, at=NOW)
    body.refresh_from_db()
    assert (body.address, body.contact_name) == ("新路 1 号", "郑主任")
    assert AuditEvent.objects.filter(action="bodies.body.changed", actor_id=clerk.pk).count() == 1
    with pytest.raises(PermissionDenied):
        changed(body, actor=clerk)


@pytest.mark.parametrize("state", BodyState)
@pytest.mark.parametrize("move", BODY_MOVES)
def test_a_body_is_suspended_resumed_and_closed_as_the_table_says(move, state):
    body = a_body(state=state)
    act = {"body_id": body.pk, "move": move, "actor": an_officer(Role.OFFICER_INSPECTION), "at": NOW}
    if state not in BODY_MOVES[move].sources:
        refused("wrong_state", lambda: services.body_move(reason="整改", **act))
        assert BodyEvent.objects.exists() is False
        return
    refused("reason_missing", lambda: services.body_move(reason=" ", **act))
    services.body_move(reason="整改", **act)
    body.refresh_from_db()
    assert body.state == BODY_MOVES[move].target
    assert BodyEvent.objects.get(body=body).reason == "整改"


@pytest.mark.parametrize("role", [Role.OFFICER_POLICY, Role.OFFICER_INTAKE, Role.OFFICER_FINANCE])
def test_who_enters_bodies_does_not_suspend_them(role):
    body = a_body()
    with pytest.raises(PermissionDenied):
        services.body_move(body_id=body.pk, move="suspend", reason="整改", actor=an_officer(role), at=NOW)
    body.refresh_from_db()
    assert body.state == BodyState.ACTIVE


def test_a_closed_body_changes_nothing_until_it_is_entered_again():
    body = registered()
    an_occupation_with(5)
    AssessmentBody.objects.update(state=BodyState.CLOSED)
    refused("closed", lambda: granted(body))
    refused("closed", lambda: allotted(body, 1, 2))
    refused("closed", lambda: changed(body))
    again = registered(body.organisation)
    assert (again.pk, again.state) == (body.pk, BodyState.ACTIVE)


@pytest.mark.parametrize(
    ("state", "on", "filed"),
    [
        ("active", date(2026, 1, 1), True),
        ("active", date(2028, 12, 31), True),
        ("active", date(2029, 1, 1), False),
        ("active", date(2025, 12, 31), False),
        ("suspended", date(2026, 6, 1), False),
        ("closed", date(2026, 6, 1), False),
    ],
)
def test_a_body_may_assess_while_its_filing_runs_and_nothing_stops_it(state, on, filed):
    body = a_body(filed=period(date(2026, 1, 1), date(2028, 12, 31)), state=state)
    body.refresh_from_db()
    assert is_filed(body, on=on) is filed


# filed 2026-01-01 to 2028-12-31
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [
        (date(2026, 1, 1), date(2028, 12, 31), ""),
        (date(2025, 12, 31), date(2026, 12, 31), "outside_filing"),
        (date(2026, 3, 1), date(2029, 1, 1), "outside_filing"),
        (date(2026, 3, 1), None, "outside_filing"),
        (date(2026, 3, 1), date(2026, 2, 1), "end_before_start"),
    ],
)
def test_a_scope_lies_within_the_filing(starts_on, ends_on, code):
    an_occupation_with(5)
    body = registered()
    if not code:
        granted(body, starts_on=starts_on, ends_on=ends_on)
        assert BodyEvent.objects.filter(action="scope.granted").count() == 1
        return
    refused(code, lambda: granted(body, starts_on=starts_on, ends_on=ends_on))
    assert BodyScope.objects.exists() is False
    assert AuditEvent.objects.filter(action="bodies.scope.granted").exists() is False


def test_a_level_that_the_standard_has_not_is_refused():
    an_occupation_with(5, 4, 3)
    body = registered()
    refused("level_not_in_standard", lambda: granted(body, level=1))
    refused("level_not_in_standard", lambda: granted(body, level=7))
    other = WorkType.objects.create(occupation=an_occupation(code="4-10-01-05", name="养老护理员"), name="失智照护")
    refused("work_type_of_other", lambda: granted(body, work_type=other))
    assert BodyScope.objects.exists() is False


def test_a_scope_is_granted_once_a_day():
    an_occupation_with(5)
    body = registered()
    granted(body)
    refused("scope_granted", lambda: granted(body, starts_on=date(2026, 12, 31), ends_on=date(2027, 12, 31)))
    granted(body, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    assert BodyScope.objects.count() == 2


def test_a_scope_is_only_ever_shortened():
    an_occupation_with(5)
    scope = granted(registered())
    act = {"scope_id": scope.pk, "reason": "停评", "actor": an_officer(Role.OFFICER_INSPECTION), "at": NOW}
    for day in (date(2026, 2, 28), date(2026, 12, 31), date(2027, 1, 1)):
        refused("ends_outside", lambda day=day: services.scope_end(ends_on=day, **act))
    services.scope_end(ends_on=date(2026, 11, 30), **act)
    scope.refresh_from_db()
    assert scope.effective.upper == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("line", "asked", "on", "covered"),
    [
        (("", 5), ("", 5), TODAY, True),
        (("", 5), ("母婴护理员", 5), TODAY, True),
        (("母婴护理员", 5), ("母婴护理员", 5), TODAY, True),
        (("母婴护理员", 5), ("家务服务员", 5), TODAY, False),
        (("母婴护理员", 5), ("", 5), TODAY, False),
        (("", 5), ("", 4), TODAY, False),
        (("", 3), ("", 4), TODAY, False),
        (("", 5), ("", 5), date(2019, 12, 31), False),
    ],
)
def test_a_scope_covers_what_it_names(line, asked, on, covered):
    occupation = an_occupation()
    kinds = {name: WorkType.objects.create(occupation=occupation, name=name) for name in ("母婴护理员", "家务服务员")}
    body = a_body()
    a_body_scope(body, level=line[1], work_type=kinds.get(line[0]))
    kind = kinds.get(asked[0])
    answer = body_scope_covers(
        body, occupation_id=occupation.pk, work_type_id=kind.pk if kind else None, level=asked[1], on=on
    )
    assert answer is covered


# 1 to 100 of 2026 for level 5 stand already, and 201 to 300 for every level.
@pytest.mark.parametrize(
    ("year", "level", "first", "last", "code"),
    [
        (2026, 5, 101, 200, ""),
        (2026, 4, 1, 100, ""),
        (2025, 5, 1, 100, ""),
        (2026, 5, 100, 150, "range_taken"),
        (2026, None, 50, 60, "range_taken"),
        (2026, 4, 300, 400, "range_taken"),
        (2026, None, 301, 400, ""),
        (2026, 5, 0, 10, "range_shape"),
        (2026, 5, 20, 10, "range_shape"),
        (2026, 5, 101, 1_000_000, "range_shape"),
        (2018, 5, 1, 10, "year_unlikely"),
        (2028, 5, 1, 10, "year_unlikely"),
        (2026, 6, 1, 10, "level_not_numbered"),
        (2026, 7, 1, 10, "level_not_numbered"),
    ],
)
def test_serial_numbers_are_allotted_once(year, level, first, last, code):
    body = registered()
    allotted(body, 1, 100, level=5)
    allotted(body, 201, 300)
    if not code:
        allotted(body, first, last, year=year, level=level)
        assert NumberRange.objects.count() == 3
        return
    refused(code, lambda: allotted(body, first, last, year=year, level=level))
    assert NumberRange.objects.count() == 2
    assert BodyEvent.objects.filter(action="range.allotted").count() == 2


def test_the_database_allots_no_number_twice():
    body = a_body()
    a_number_range(body, first=1, last=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_number_range(body, first=100, last=200)
    NumberRange.objects.update(withdrawn_at=NOW)
    a_number_range(body, first=100, last=200)


@pytest.mark.parametrize(
    ("year", "level", "serial", "known"),
    [
        (2026, 5, 1, True),
        (2026, 5, 100, True),
        (2026, 5, 101, False),
        (2026, 4, 1, False),
        (2026, 4, 250, True),
        (2025, 5, 1, False),
        (2026, 5, 400, False),
    ],
)
def test_a_number_is_known_by_year_level_and_serial(year, level, serial, known):
    body = a_body()
    a_number_range(body, first=1, last=100, level=5)
    a_number_range(body, first=201, last=300)
    a_number_range(body, first=400, last=500, withdrawn_at=NOW)
    assert number_is_allotted(body, year=year, level=level, serial=serial) is known


def test_a_withdrawn_range_stays_on_record_and_is_not_withdrawn_twice():
    row = allotted(registered(), 1, 10)
    act = {"range_id": row.pk, "actor": an_officer(), "at": NOW}
    refused("reason_missing", lambda: services.range_withdraw(reason="", **act))
    services.range_withdraw(reason="登记错了", **act)
    refused("withdrawn", lambda: services.range_withdraw(reason="登记错了", **act))
    assert NumberRange.objects.get().withdrawn_at == NOW


def test_everybody_sees_the_bodies_that_are_hers():
    mine, other = a_body(), a_body()
    clerk, assessor = body_staff(mine), an_insider(mine.organisation, Role.ASSESSOR)
    assert body_of(clerk, on=TODAY) == mine
    assert body_of(assessor, on=TODAY) is None
    for user in (clerk, assessor):
        assert list(bodies_visible_to(user, on=TODAY)) == [mine]
    assert set(bodies_visible_to(an_officer(Role.OFFICER_FINANCE), on=TODAY)) == {mine, other}
    assert bodies_visible_to(body_staff(mine), on=date(2019, 1, 1)).exists() is False


def test_families_find_the_bodies_that_may_assess_first_and_no_closed_ones():
    a_body(name="甲已注销", state=BodyState.CLOSED)
    b = a_body(name="乙暂停", state=BodyState.SUSPENDED)
    c, d = a_body(name="丙正常"), a_body(name="丁正常")
    for body in (b, c):
        a_body_scope(body, level=4)
    assert set(list(bodies_assessing(occupation_id=None, level=None, on=TODAY))[:2]) == {c, d}
    assert list(bodies_assessing(occupation_id=an_occupation().pk, level=4, on=TODAY)) == [c, b]
    assert bodies_assessing(occupation_id=an_occupation().pk, level=3, on=TODAY).exists() is False


def test_what_ends_within_sixty_days_is_named_nearest_first():
    body = a_body(filed=period(SINCE, date(2027, 1, 10)))
    a_body_scope(body, effective=period(SINCE, date(2026, 12, 1)))
    an_assessor(body.organisation, qualified=False).qualifications.create(valid=period(SINCE, date(2026, 11, 1)))
    body.refresh_from_db()
    found = [(one.what, one.last_day, one.is_over) for one in expiring_of(body, on=TODAY)]
    assert found == [
        ("考评资格", date(2026, 11, 1), True),
        ("评价范围", date(2026, 12, 1), False),
        ("备案", date(2027, 1, 10), False),
    ]
    a_body()
    assert list(with_something_expiring(AssessmentBody.objects.all(), on=TODAY)) == [body]
