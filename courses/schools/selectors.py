"""What a viewer may see of the register, and what it says on a day.

``on`` may be given by name or by place: apps above call these in conditions.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from courses.schools.models import (
    Premises,
    School,
    SchoolApplication,
    SchoolScope,
    Teacher,
    TeacherQualification,
)
from courses.schools.rules import Problem, answers_problems
from courses.schools.states import REGISTER_READERS, SchoolState
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import in_force


def organisation_of(user: User, on: date) -> Organisation | None:
    """The school body a member of its staff works for, in the register or not yet."""
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF, organisation__kind=OrganisationKind.SCHOOL)
    membership = held.select_related("organisation").order_by("pk").first()
    return membership.organisation if membership else None


def school_of(user: User, on: date) -> School | None:
    """The school somebody works for on a day, on its staff or as a teacher; none for anybody else."""
    if not user.is_authenticated:
        return None
    held = memberships_of(user, on=on).filter(role__in=[Role.SCHOOL_STAFF, Role.TEACHER])
    # Staff before teachers: who is both keeps the books of the first.
    places = list(held.order_by("role", "pk").values_list("organisation", flat=True))
    schools = School.objects.select_related("organisation").filter(organisation__in=places)
    return min(schools, key=lambda school: places.index(school.organisation_id), default=None)


def schools_visible_to(user: User, on: date) -> QuerySet[School]:
    """The bureau and its auditors see every school; a school's people see their own."""
    schools = School.objects.select_related("organisation")
    if not user.is_authenticated:
        return schools.none()
    if REGISTER_READERS & roles_of(user, on=on):
        return schools
    held = memberships_of(user, on=on).filter(role__in=[Role.SCHOOL_STAFF, Role.TEACHER])
    return schools.filter(organisation__in=held.values("organisation"))


def is_licensed(school: School, on: date) -> bool:
    """Whether the school may train on the day: its licence runs, and it is neither suspended nor closed."""
    licensed = school.licensed
    runs = (licensed.lower is None or licensed.lower <= on) and (licensed.upper is None or on < licensed.upper)
    return runs and school.state == SchoolState.ACTIVE


def scopes_of(school: School, on: date) -> QuerySet[SchoolScope]:
    """What the school may train on the day."""
    return school.scopes.filter(in_force(on)).select_related("occupation", "work_type")


def scope_covers(
    school: School, *, occupation_id: int, work_type_id: int | None, level: int | None, kind: str, on: date
) -> SchoolScope | None:
    """The line of the scope under which such a training may be given on the day.

    A line without a work type covers them all; a training without one needs such a line. Levels are not implied.
    """
    lines = scopes_of(school, on).filter(occupation=occupation_id, level=level, kind=kind)
    return lines.filter(Q(work_type__isnull=True) | Q(work_type=work_type_id)).order_by("work_type", "pk").first()


def teachers_of(school: School, on: date) -> QuerySet[Teacher]:
    """Who teaches at the school on the day, with their qualifications at hand."""
    return school.teachers.filter(in_force(on, "employed")).prefetch_related("qualifications__occupation")


def premises_of(school: School, on: date) -> QuerySet[Premises]:
    """The rooms that may be used on the day."""
    return school.premises.filter(in_force(on, "usable"))


def teacher_of(user: User, on: date) -> Teacher | None:
    """The teacher an account belongs to on the day, at a school that has not closed."""
    if not user.is_authenticated or not user.is_active:
        return None
    rows = Teacher.objects.filter(in_force(on, "employed"), user=user).exclude(school__state=SchoolState.CLOSED)
    return rows.select_related("school__organisation").order_by("pk").first()


def qualification_problem(teacher: Teacher, occupation_id: int, on: date) -> str | None:
    """Why the teacher may not teach the occupation on the day; None when she may."""
    facts = {"teacher": teacher.name, "day": on.isoformat()}
    employed = teacher.employed
    if (employed.lower and on < employed.lower) or (employed.upper and on >= employed.upper):
        return _("%(teacher)s在 %(day)s 不在本校任教期间。请换一位教师，或到“教师”中核对任教期间。") % facts
    papers = TeacherQualification.objects.filter(teacher=teacher, withdrawn_at__isnull=True)
    fitting = papers.filter(Q(occupation__isnull=True) | Q(occupation=occupation_id))
    if fitting.filter(in_force(on, "valid")).exists():
        return None
    if fitting.exists():
        return _("%(teacher)s教这个职业的资格在 %(day)s 不在有效期内。请更新资格，或换一位教师。") % facts
    return _("%(teacher)s没有登记教这个职业的资格。请到“教师”中补登资格，或换一位教师。") % facts


def applications_visible_to(user: User, on: date) -> QuerySet[SchoolApplication]:
    """Officers and auditors see what was ever submitted; a school's staff sees its own, drafts too."""
    rows = SchoolApplication.objects.select_related("organisation", "started_by", "submitted_by", "decided_by")
    if not user.is_authenticated:
        return rows.none()
    if REGISTER_READERS & roles_of(user, on=on):
        return rows.filter(round__gt=0)
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return rows.filter(organisation__in=held.values("organisation"))


def application_problems(application: SchoolApplication) -> list[Problem]:
    """Everything that keeps an application from being submitted or approved."""
    school = School.objects.filter(organisation=application.organisation_id).first()
    licensed = school.licensed if school else None
    return answers_problems(
        application.kind,
        application.answers,
        has_scopes=application.scopes.exists(),
        papers=application.papers.filter(removed_at__isnull=True).values_list("kind", flat=True),
        licence_ends=licensed.upper - timedelta(days=1) if licensed and licensed.upper else None,
    )


WARN_DAYS = 60


@dataclass(frozen=True)
class Expiring:
    """Something of a school that ends soon, or has ended and is still needed."""

    what: str
    subject: str
    last_day: date
    is_over: bool


def expiring_of(school: School, on: date) -> list[Expiring]:
    """What ends within sixty days: licence, scope, rooms, papers of teachers; the nearest first.

    A licence and a paper of somebody who still teaches are named after their end too, unless a later one follows.
    """
    until = on + timedelta(days=WARN_DAYS)
    found: list[tuple[str, str, date | None]] = [(_("办学许可证"), school.licence_number, _last(school.licensed))]
    lines = list(scopes_of(school, on))
    later = set(_keys(school.scopes.filter(effective__startswith__gt=on)))
    found += [(_("培训范围"), str(one), _last(one.effective)) for one in lines if _key(one) not in later]
    found += [(_("教学场所"), room.name, _last(room.usable)) for room in premises_of(school, on)]
    for teacher in teachers_of(school, on):
        papers = [one for one in teacher.qualifications.all() if one.withdrawn_at is None]
        for paper in papers:
            if not any(_lasts_longer(other, paper) for other in papers):
                found.append((_("教师资格"), f"{teacher.name} {paper}", _last(paper.valid)))
    soon = [Expiring(what, subject, last, last < on) for what, subject, last in found if last and last <= until]
    return sorted(soon, key=lambda one: one.last_day)


def with_something_expiring(schools: QuerySet[School], on: date) -> QuerySet[School]:
    """Schools where licence, scope, a room or a teacher's paper ends within sixty days."""
    window = (on + timedelta(days=1), on + timedelta(days=WARN_DAYS + 1))
    scopes = SchoolScope.objects.filter(school=OuterRef("pk"), effective__endswith__range=window)
    rooms = Premises.objects.filter(school=OuterRef("pk"), usable__endswith__range=window)
    papers = TeacherQualification.objects.filter(
        in_force(on, "teacher__employed"),
        teacher__school=OuterRef("pk"),
        withdrawn_at__isnull=True,
        valid__endswith__range=window,
    )
    return schools.filter(Q(licensed__endswith__lte=window[1]) | Exists(scopes) | Exists(rooms) | Exists(papers))


def colleagues_of(school: School, on: date) -> QuerySet[Membership]:
    """Who holds the staff role of the school on the day or later."""
    held = Membership.objects.filter(organisation=school.organisation_id, role=Role.SCHOOL_STAFF)
    return held.filter(Q(effective__endswith__isnull=True) | Q(effective__endswith__gt=on)).select_related("user")


def accounts_to_link(school: School) -> QuerySet[User]:
    """Accounts with the teacher's role at the school that belong to none of its teachers yet."""
    held = Membership.objects.filter(organisation=school.organisation_id, role=Role.TEACHER)
    linked = Teacher.objects.filter(school=school, user__isnull=False)
    return User.objects.filter(pk__in=held.values("user")).exclude(pk__in=linked.values("user")).order_by("name")


def _last(days: Any) -> date | None:
    return days.upper - timedelta(days=1) if days.upper else None


def _key(scope: SchoolScope) -> tuple[object, ...]:
    return (scope.occupation_id, scope.work_type_id, scope.level, scope.kind)


def _keys(scopes: QuerySet[SchoolScope]) -> list[tuple[object, ...]]:
    return [_key(one) for one in scopes]


def _lasts_longer(other: TeacherQualification, paper: TeacherQualification) -> bool:
    """Whether another paper for the same occupation outlasts this one."""
    if other.pk == paper.pk or other.occupation_id not in {None, paper.occupation_id} or not paper.valid.upper:
        return False
    return other.valid.upper is None or other.valid.upper > paper.valid.upper
