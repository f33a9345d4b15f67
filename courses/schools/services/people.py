"""Teachers with their papers and accounts, and the school's own staff. The school keeps them itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.schools.errors import SchoolError
from courses.schools.models import School, Teacher, TeacherQualification
from courses.schools.services.common import (
    days,
    lock_open_school,
    require_reason,
    require_staff_of,
    save_or_refuse,
    trace,
)
from courses.schools.states import TeacherKind
from foundation.accounts.models import Membership, User
from foundation.accounts.services import colleague_account_open, colleague_password_issue, colleague_role_end
from foundation.accounts.states import Role
from foundation.database import day_after, period
from workers.identity import id_number_check


@dataclass(frozen=True)
class TeacherEntry:
    """A line of the 教师花名册. An empty ID number leaves the one on record."""

    name: str
    kind: str
    starts_on: date
    id_number: str = ""
    ends_on: date | None = None
    title: str = ""
    subjects: str = ""


@dataclass(frozen=True)
class QualificationEntry:
    """A paper that lets somebody teach an occupation; without one, any."""

    name: str
    starts_on: date
    occupation_id: int | None = None
    level: str = ""
    number: str = ""
    ends_on: date | None = None


@transaction.atomic
def teacher_add(*, school_id: int, entry: TeacherEntry, actor: User, at: datetime) -> Teacher:
    """Enter a teacher. Refuses a wrong ID number and the same person twice."""
    school = _own_school(school_id, actor, at)
    teacher = Teacher(school=school)
    _fill(teacher, entry, at)
    _save(teacher)
    trace(school, "teacher.added", actor=actor, at=at, subject=teacher, data={"employed": teacher.employed})
    return teacher


@transaction.atomic
def teacher_change(*, teacher_id: int, entry: TeacherEntry, actor: User, at: datetime) -> Teacher:
    """Put a teacher's line right; who came back is entered by new days."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    columns = ("name", "kind", "title", "subjects", "employed")
    before = {name: getattr(teacher, name) for name in columns}
    number_before = teacher.id_number
    _fill(teacher, entry, at)
    _save(teacher)
    changed = {name: getattr(teacher, name) for name in columns if getattr(teacher, name) != before[name]}
    data = {f"{name}_before": before[name] for name in changed} | changed
    data["id_number_changed"] = teacher.id_number != number_before
    if entry.ends_on and "employed" in changed:
        _end_roles(teacher, entry.ends_on, actor, at, _("修改任教期间"))
    trace(school, "teacher.changed", actor=actor, at=at, subject=teacher, data=data)
    return teacher


@transaction.atomic
def teacher_end(*, teacher_id: int, ends_on: date, reason: str, actor: User, at: datetime) -> Teacher:
    """The last day on which she teaches here. Her account's role at the school ends with it."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    reason = require_reason(reason)
    if ends_on < teacher.employed.lower:
        raise SchoolError("end_before_start", _("离任日期早于任教的第一天。请检查。"))
    teacher.employed = days(teacher.employed.lower, ends_on)
    teacher.save(update_fields=["employed"])
    _end_roles(teacher, ends_on, actor, at, reason)
    trace(
        school, "teacher.ended", actor=actor, at=at, subject=teacher, reason=reason, data={"employed": teacher.employed}
    )
    return teacher


@transaction.atomic
def qualification_add(*, teacher_id: int, entry: QualificationEntry, actor: User, at: datetime) -> TeacherQualification:
    """Enter a paper of a teacher, with the day it ends."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    if not entry.name.strip():
        raise SchoolError("name_missing", _("请填写资格名称，例如“育婴员职业技能等级证书”。"))
    paper = TeacherQualification.objects.create(
        teacher=teacher,
        occupation_id=entry.occupation_id,
        name=entry.name.strip(),
        level=entry.level.strip(),
        number=entry.number.strip(),
        valid=days(entry.starts_on, entry.ends_on),
    )
    trace(school, "qualification.added", actor=actor, at=at, subject=paper, data=_about(paper))
    return paper


@transaction.atomic
def qualification_withdraw(*, qualification_id: int, reason: str, actor: User, at: datetime) -> TeacherQualification:
    """A paper entered by mistake, or revoked, no longer counts; it stays on record."""
    paper = TeacherQualification.objects.select_for_update(of=("self",)).get(pk=qualification_id)
    _teacher, school = _own_teacher(paper.teacher_id, actor, at)
    if paper.withdrawn_at is not None:
        raise SchoolError("withdrawn", _("这一条资格已经撤销。"))
    reason = require_reason(reason)
    paper.withdrawn_at = at
    paper.save(update_fields=["withdrawn_at"])
    trace(school, "qualification.withdrawn", actor=actor, at=at, subject=paper, reason=reason, data=_about(paper))
    return paper


@transaction.atomic
def teacher_account_open(*, teacher_id: int, username: str, actor: User, at: datetime) -> tuple[Teacher, str]:
    """An account for a teacher, for as long as she teaches here; and the first password, given out this once."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    on = timezone.localdate(at)
    if teacher.user_id:
        raise SchoolError("has_account", _("这位教师已有登录账户。忘记密码的，请重新发放初始密码。"))
    last = _last_day(teacher)
    if last and last < on:
        raise SchoolError("gone", _("这位教师已经离任，不能开立账户。"))
    user = colleague_account_open(
        username=username,
        name=teacher.name,
        organisation=school.organisation,
        role=Role.TEACHER,
        effective=period(max(on, teacher.employed.lower), last),
        actor=actor,
        on=on,
    )
    teacher.user = user
    teacher.save(update_fields=["user"])
    password = colleague_password_issue(user=user, actor=actor, on=on)
    trace(school, "teacher.account_opened", actor=actor, at=at, subject=teacher)
    return teacher, password


@transaction.atomic
def teacher_account_link(*, teacher_id: int, user_id: int, actor: User, at: datetime) -> Teacher:
    """Tie an account that already holds the teacher's role at the school to the teacher it belongs to."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    if teacher.user_id:
        raise SchoolError("has_account", _("这位教师已有登录账户。忘记密码的，请重新发放初始密码。"))
    held = Membership.objects.filter(user=user_id, organisation=school.organisation, role=Role.TEACHER)
    if not held.exists() or Teacher.objects.filter(school=school, user=user_id).exists():
        raise SchoolError("account_of_another", _("这个账户不是本校教师账户，或已经属于另一位教师。请重新选择。"))
    teacher.user_id = user_id
    teacher.save(update_fields=["user"])
    trace(school, "teacher.account_linked", actor=actor, at=at, subject=teacher)
    return teacher


@transaction.atomic
def teacher_password_issue(*, teacher_id: int, actor: User, at: datetime) -> str:
    """A new first password for a teacher who forgot hers."""
    teacher, school = _own_teacher(teacher_id, actor, at)
    if teacher.user is None:
        raise SchoolError("no_account", _("这位教师还没有登录账户。请先开立账户。"))
    password = colleague_password_issue(user=teacher.user, actor=actor, on=timezone.localdate(at))
    trace(school, "teacher.password_issued", actor=actor, at=at, subject=teacher)
    return password


@transaction.atomic
def colleague_open(*, school_id: int, username: str, name: str, actor: User, at: datetime) -> tuple[User, str]:
    """An account for another member of the school's staff, and the first password, given out this once."""
    school = _own_school(school_id, actor, at)
    on = timezone.localdate(at)
    if not name.strip():
        raise SchoolError("name_missing", _("请填写姓名。"))
    user = colleague_account_open(
        username=username,
        name=name.strip(),
        organisation=school.organisation,
        role=Role.SCHOOL_STAFF,
        effective=period(on),
        actor=actor,
        on=on,
    )
    password = colleague_password_issue(user=user, actor=actor, on=on)
    trace(school, "colleague.opened", actor=actor, at=at, subject=user)
    return user, password


@transaction.atomic
def colleague_end(*, school_id: int, membership_id: int, reason: str, actor: User, at: datetime) -> Membership:
    """Today is the last day of a colleague's role at the school."""
    school = _own_school(school_id, actor, at)
    on = timezone.localdate(at)
    held = Membership.objects.select_related("user").get(pk=membership_id, organisation=school.organisation)
    reason = require_reason(reason)
    held = colleague_role_end(membership=held, ends_on=max(on, held.effective.lower), actor=actor, reason=reason, on=on)
    trace(school, "colleague.ended", actor=actor, at=at, subject=held.user, reason=reason)
    return held


def _own_school(school_id: int, actor: User, at: datetime) -> School:
    school = lock_open_school(school_id)
    require_staff_of(actor, school.organisation, at=at)
    return school


def _own_teacher(teacher_id: int, actor: User, at: datetime) -> tuple[Teacher, School]:
    school = _own_school(Teacher.objects.values_list("school_id", flat=True).get(pk=teacher_id), actor, at)
    return Teacher.objects.select_for_update(of=("self",)).select_related("user").get(pk=teacher_id), school


def _fill(teacher: Teacher, entry: TeacherEntry, at: datetime) -> None:
    if entry.id_number or not teacher.id_number:
        checked = id_number_check(entry.id_number, on=timezone.localdate(at))
        if checked.errors:
            raise SchoolError("id_number_invalid", "".join(checked.errors))
        teacher.id_number = checked.value
    teacher.name = entry.name.strip()
    if not teacher.name:
        raise SchoolError("name_missing", _("请填写姓名。"))
    if entry.kind not in TeacherKind.values:
        raise SchoolError("kind_unknown", _("请选择专职或兼职。"))
    teacher.kind, teacher.title, teacher.subjects = entry.kind, entry.title.strip(), entry.subjects.strip()
    teacher.employed = days(entry.starts_on, entry.ends_on)


def _save(teacher: Teacher) -> None:
    sentence = _("身份证号码相同的教师已在本校名册中。请在名册里找到并修改那一位，离任后回来的也一样。")
    save_or_refuse(teacher.save, "teacher_known", sentence)


def _end_roles(teacher: Teacher, ends_on: date, actor: User, at: datetime, reason: str) -> None:
    """Roles of the teacher's account at the school do not outlast the day."""
    if teacher.user is None:
        return
    roles = Membership.objects.filter(user=teacher.user, organisation=teacher.school.organisation, role=Role.TEACHER)
    for held in roles.select_related("organisation"):
        last = max(ends_on, held.effective.lower)
        ends, until = day_after(last), held.effective.upper
        if ends is not None and (until is None or until > ends):
            on = timezone.localdate(at)
            colleague_role_end(membership=held, ends_on=last, actor=actor, reason=reason, on=on)


def _last_day(teacher: Teacher) -> date | None:
    upper: date | None = teacher.employed.upper
    return upper - timedelta(days=1) if upper else None


def _about(paper: TeacherQualification) -> dict[str, object]:
    return {"teacher": paper.teacher_id, "occupation": paper.occupation_id, "valid": paper.valid}
