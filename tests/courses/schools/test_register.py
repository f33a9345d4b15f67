"""The register: state, scope, teachers, rooms, colleagues; what it says on a day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.catalogue.models import WorkType
from courses.catalogue.states import TrainingKind
from courses.schools import services
from courses.schools.errors import SchoolError
from courses.schools.filters import TeacherFilter
from courses.schools.models import Premises, SchoolEvent, Teacher, TeacherQualification
from courses.schools.selectors import (
    expiring_of,
    is_licensed,
    premises_of,
    qualification_problem,
    school_of,
    schools_visible_to,
    scope_covers,
    teacher_of,
    teachers_of,
    with_something_expiring,
)
from courses.schools.services import PremisesEntry, QualificationEntry, ScopeLine, TeacherEntry
from courses.schools.services.common import days
from courses.schools.states import SCHOOL_MOVES, SchoolState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.courses.builders import a_school, an_occupation, school_staff
from tests.courses.schools.builders import levels
from tests.workers.builders import NOW, TODAY, an_id_number, an_officer

pytestmark = pytest.mark.django_db

SINCE = date(2026, 1, 1)
ROOM = PremisesEntry("301 教室", "classroom", "示例路 1 号", "350203", 40, SINCE, date(2026, 12, 31))


def an_entry(**fields):
    given = {"name": "黄老师", "kind": "full_time", "starts_on": SINCE, "id_number": an_id_number(sequence=812)}
    return TeacherEntry(**(given | fields))


def a_teacher(school, clerk=None, **fields):
    clerk = clerk or school_staff(school)
    return services.teacher_add(school_id=school.pk, entry=an_entry(**fields), actor=clerk, at=NOW)


def a_grant(school, **fields):
    given = {
        "line": ScopeLine(levels(5).pk, None, 5, TrainingKind.LEVEL),
        "starts_on": SINCE,
        "ends_on": date(2026, 12, 31),
        "basis": "批复",
        "actor": an_officer(),
    }
    return services.scope_grant(school_id=school.pk, at=NOW, **(given | fields))


def refused(code, act):
    with pytest.raises(SchoolError) as refusal:
        act()
    assert refusal.value.code == code


@pytest.mark.parametrize("state", SchoolState)
@pytest.mark.parametrize("move", SCHOOL_MOVES)
def test_a_school_is_suspended_resumed_and_closed_as_the_table_says(move, state):
    school = a_school(state=state)
    act = {"school_id": school.pk, "move": move, "actor": an_officer(Role.OFFICER_INSPECTION), "at": NOW}
    if state not in SCHOOL_MOVES[move].sources:
        refused("wrong_state", lambda: services.school_move(reason="整改", **act))
        assert SchoolEvent.objects.exists() is False
        return
    refused("reason_missing", lambda: services.school_move(reason=" ", **act))
    services.school_move(reason="整改", **act)
    school.refresh_from_db()
    assert school.state == SCHOOL_MOVES[move].target
    event = SchoolEvent.objects.get()
    assert (event.action, event.reason) == (f"school.{SCHOOL_MOVES[move].past}", "整改")
    assert AuditEvent.objects.filter(action=f"schools.{event.action}").count() == 1


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_FINANCE, Role.AUDITOR, Role.SCHOOL_STAFF])
def test_only_supervisors_suspend_a_school(role):
    school = a_school()
    actor = school_staff(school) if role is Role.SCHOOL_STAFF else an_officer(role)
    with pytest.raises(PermissionDenied):
        services.school_move(school_id=school.pk, move="suspend", reason="整改", actor=actor, at=NOW)
    school.refresh_from_db()
    assert school.state == SchoolState.ACTIVE


@pytest.mark.parametrize(
    ("licensed", "state", "answer"),
    [
        (days(SINCE, TODAY), SchoolState.ACTIVE, True),
        (days(SINCE, TODAY - timedelta(days=1)), SchoolState.ACTIVE, False),
        (days(TODAY + timedelta(days=1), None), SchoolState.ACTIVE, False),
        (days(SINCE, None), SchoolState.SUSPENDED, False),
        (days(SINCE, None), SchoolState.CLOSED, False),
    ],
)
def test_a_school_may_train_while_its_licence_runs_and_nothing_stops_it(licensed, state, answer):
    assert is_licensed(a_school(licensed=licensed, state=state), TODAY) is answer


def test_scope_covers_the_work_types_it_names_and_no_other_level_or_kind():
    school = a_school()
    occupation = levels(5)
    carer = WorkType.objects.create(occupation=occupation, name="母婴护理员")
    helper = WorkType.objects.create(occupation=occupation, name="家务服务员")
    scope = a_grant(school, line=ScopeLine(occupation.pk, carer.pk, 5, TrainingKind.LEVEL))
    asked = {"occupation_id": occupation.pk, "level": 5, "kind": TrainingKind.LEVEL, "on": TODAY}
    assert scope_covers(school, work_type_id=carer.pk, **asked) == scope
    assert scope_covers(school, work_type_id=helper.pk, **asked) is None
    assert scope_covers(school, work_type_id=None, **asked) is None
    assert scope_covers(school, work_type_id=carer.pk, **(asked | {"level": 4})) is None
    assert scope_covers(school, work_type_id=carer.pk, **(asked | {"kind": TrainingKind.QUALIFIED})) is None
    assert scope_covers(school, work_type_id=carer.pk, **(asked | {"on": date(2027, 1, 1)})) is None


def test_a_scope_is_only_ever_shortened_and_the_history_keeps_both_ends():
    school = a_school()
    scope = a_grant(school)
    act = {"scope_id": scope.pk, "reason": "超范围培训", "actor": an_officer(Role.OFFICER_REVIEW), "at": NOW}
    refused("ends_outside", lambda: services.scope_end(ends_on=date(2027, 1, 31), **act))
    services.scope_end(ends_on=TODAY, **act)
    scope.refresh_from_db()
    assert scope.effective == days(SINCE, TODAY)
    event = SchoolEvent.objects.get(action="scope.ended")
    assert event.data == {"days_before": ["2026-01-01", "2027-01-01"], "days": ["2026-01-01", "2026-11-24"]}


def test_a_change_of_nothing_leaves_no_event():
    school = a_school(licensed=days(SINCE, date(2026, 12, 31)))
    values = {"address": school.address, "licensed": days(SINCE, date(2026, 12, 31))}
    services.school_change(school_id=school.pk, values=values, basis="JX", actor=an_officer(), at=NOW)
    assert SchoolEvent.objects.exists() is False


def test_the_same_teacher_stands_once_at_a_school_and_may_stand_at_two():
    school, other = a_school(), a_school()
    a_teacher(school)
    refused("teacher_known", lambda: a_teacher(school, id_number=an_id_number(sequence=812).lower()))
    a_teacher(other)
    assert Teacher.objects.count() == 2


def test_a_wrong_id_number_is_refused_and_the_number_is_in_no_event():
    school = a_school()
    refused("id_number_invalid", lambda: a_teacher(school, id_number="350201197805068120"))
    assert Teacher.objects.exists() is False
    a_teacher(school)
    number = an_id_number(sequence=812)
    assert number not in str(list(SchoolEvent.objects.values())) + str(list(AuditEvent.objects.values()))


def test_another_school_and_officers_do_not_write_a_schools_teachers_and_rooms():
    school = a_school()
    for actor in (school_staff(a_school()), an_officer(), school_staff(school, role=Role.TEACHER)):
        with pytest.raises(PermissionDenied):
            services.teacher_add(school_id=school.pk, entry=an_entry(), actor=actor, at=NOW)
        with pytest.raises(PermissionDenied):
            services.premises_add(school_id=school.pk, entry=ROOM, actor=actor, at=NOW)
    assert (Teacher.objects.exists(), Premises.objects.exists()) == (False, False)


def test_a_teacher_gets_an_account_for_as_long_as_she_teaches():
    school = a_school()
    clerk = school_staff(school)
    teacher = a_teacher(school, clerk, ends_on=date(2027, 6, 30))
    act = {"teacher_id": teacher.pk, "actor": clerk, "at": NOW}
    teacher, password = services.teacher_account_open(username="huang.ls", **act)
    user = User.objects.get(username="huang.ls")
    assert (user.name, user.check_password(password), user.password_is_initial) == ("黄老师", True, True)
    assert roles_of(user, on=date(2027, 6, 30)) == {Role.TEACHER}
    assert roles_of(user, on=date(2027, 7, 1)) == set()
    assert (teacher_of(user, TODAY), school_of(user, TODAY)) == (teacher, school)
    refused("has_account", lambda: services.teacher_account_open(username="huang.2", **act))
    services.teacher_end(ends_on=TODAY, reason="离任", **act)
    assert roles_of(user, on=TODAY + timedelta(days=1)) == set()
    assert teacher_of(user, TODAY + timedelta(days=1)) is None
    assert teachers_of(school, TODAY + timedelta(days=1)).exists() is False


def test_an_account_of_an_administrator_is_tied_to_its_teacher_once():
    school = a_school()
    clerk, account = school_staff(school), school_staff(school, role=Role.TEACHER)
    first = a_teacher(school, clerk)
    second = a_teacher(school, clerk, id_number=an_id_number(sequence=814))
    act = {"actor": clerk, "at": NOW}
    services.teacher_account_link(teacher_id=first.pk, user_id=account.pk, **act)
    refused(
        "account_of_another",
        lambda: services.teacher_account_link(teacher_id=second.pk, user_id=account.pk, **act),
    )
    stranger = school_staff(a_school(), role=Role.TEACHER)
    refused(
        "account_of_another",
        lambda: services.teacher_account_link(teacher_id=second.pk, user_id=stranger.pk, **act),
    )
    assert teacher_of(account, TODAY) == first


def test_a_teacher_teaches_what_her_papers_say_on_the_day():
    school = a_school()
    clerk = school_staff(school)
    teacher = a_teacher(school, clerk)
    occupation, other = an_occupation(), an_occupation(code="4-10-01-02", name="育婴员")
    act = {"actor": clerk, "at": NOW}
    assert "没有登记" in qualification_problem(teacher, occupation.pk, TODAY)
    paper = services.qualification_add(
        teacher_id=teacher.pk,
        entry=QualificationEntry("家政服务员高级工", SINCE, occupation.pk, number="S000", ends_on=TODAY),
        **act,
    )
    assert qualification_problem(teacher, occupation.pk, TODAY) is None
    assert "不在有效期" in qualification_problem(teacher, occupation.pk, TODAY + timedelta(days=1))
    assert "没有登记" in qualification_problem(teacher, other.pk, TODAY)
    assert "任教期间" in qualification_problem(teacher, occupation.pk, date(2025, 12, 31))
    services.qualification_withdraw(qualification_id=paper.pk, reason="登记错误", **act)
    assert "没有登记" in qualification_problem(teacher, occupation.pk, TODAY)
    assert TeacherQualification.objects.count() == 1


def test_a_room_may_be_used_until_its_last_day():
    school = a_school()
    clerk = school_staff(school)
    room = services.premises_add(school_id=school.pk, entry=ROOM, actor=clerk, at=NOW)
    refused("premises_known", lambda: services.premises_add(school_id=school.pk, entry=ROOM, actor=clerk, at=NOW))
    services.premises_end(premises_id=room.pk, ends_on=TODAY, reason="退租", actor=clerk, at=NOW)
    assert list(premises_of(school, TODAY)) == [room]
    assert list(premises_of(school, TODAY + timedelta(days=1))) == []


def test_who_works_for_the_school_opens_and_ends_accounts_of_colleagues():
    school = a_school()
    clerk = school_staff(school)
    act = {"school_id": school.pk, "actor": clerk, "at": NOW}
    user, password = services.colleague_open(username="chen.jw", name="陈教务", **act)
    assert user.check_password(password)
    services.colleague_end(membership_id=user.memberships.get().pk, reason="调离", **act)
    assert roles_of(user, on=TODAY + timedelta(days=1)) == set()


def test_a_closed_school_changes_nothing_more():
    school = a_school(state=SchoolState.CLOSED)
    refused("closed", lambda: a_teacher(school))
    refused("closed", lambda: a_grant(school))
    assert SchoolEvent.objects.exists() is False


def test_what_ends_within_sixty_days_is_named_the_nearest_first():
    school = a_school(licensed=days(SINCE, TODAY + timedelta(days=60)))
    quiet = a_school(licensed=days(SINCE, TODAY + timedelta(days=61)))
    clerk = school_staff(school)
    services.premises_add(school_id=school.pk, entry=ROOM, actor=clerk, at=NOW)
    teacher = a_teacher(school, clerk)
    entry = QualificationEntry("育婴员", SINCE, an_occupation().pk, ends_on=TODAY - timedelta(days=1))
    services.qualification_add(teacher_id=teacher.pk, entry=entry, actor=clerk, at=NOW)
    found = [(one.what, one.last_day, one.is_over) for one in expiring_of(school, TODAY)]
    assert found == [
        ("教师资格", TODAY - timedelta(days=1), True),
        ("教学场所", date(2026, 12, 31), False),
        ("办学许可证", TODAY + timedelta(days=60), False),
    ]
    assert expiring_of(quiet, TODAY) == []
    officer = an_officer()
    assert list(with_something_expiring(schools_visible_to(officer, TODAY), TODAY)) == [school]
    services.qualification_add(
        teacher_id=teacher.pk,
        entry=QualificationEntry("育婴员（换证）", TODAY, an_occupation().pk),
        actor=clerk,
        at=NOW,
    )
    assert [one.what for one in expiring_of(school, TODAY)] == ["教学场所", "办学许可证"]


def test_everybody_sees_the_schools_that_concern_her():
    school, other = a_school(), a_school()
    assert set(schools_visible_to(an_officer(Role.AUDITOR), TODAY)) == {school, other}
    assert list(schools_visible_to(school_staff(school), TODAY)) == [school]
    assert list(schools_visible_to(school_staff(other, role=Role.TEACHER), TODAY)) == [other]
    gone = school_staff(school)
    gone.memberships.update(effective=period(SINCE, TODAY - timedelta(days=1)))
    assert list(schools_visible_to(gone, TODAY)) == []
    assert school_of(gone, TODAY) is None


def test_the_history_cannot_be_changed():
    a_teacher(a_school())
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        SchoolEvent.objects.update(reason="")


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({}, ["在任", "明年到期"]),
        ({"name": ""}, ["在任", "明年到期"]),
        ({"past": "all"}, ["在任", "已离任", "明年到期"]),
    ],
)
def test_the_list_of_teachers_shows_who_is_there_unless_all_are_asked_for(asked, seen):
    today = timezone.localdate()
    school = a_school()
    people = (("在任", None), ("已离任", today - timedelta(days=1)), ("明年到期", today + timedelta(days=300)))
    for place, (name, last) in enumerate(people):
        Teacher.objects.create(
            school=school, name=name, id_number=an_id_number(sequence=902 + place), kind="full_time",
            employed=period(today - timedelta(days=400), last),
        )  # fmt: skip
    listed = TeacherFilter(asked, queryset=Teacher.objects.filter(school=school)).qs
    assert sorted(teacher.name for teacher in listed) == sorted(seen)
