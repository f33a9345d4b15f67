"""How a class run is made from a published course, and how it is changed before it is filed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import ClassError
from courses.classes.models import ClassEvent, ClassRun
from courses.classes.selectors import training_name, versions_to_run
from courses.classes.services.locks import class_run_lock
from courses.classes.services.parties import school_staff_required
from courses.classes.states import EDITABLE, ClassState
from courses.content.models import CourseVersion
from courses.schools.models import Teacher
from foundation.accounts.models import User
from foundation.audit.services import audit_record


@dataclass(frozen=True)
class ClassDetails:
    """What a school says of a class run besides its plan, its roster and its assessment."""

    starts_on: date
    ends_on: date
    seats: int
    name: str = ""
    enrols_until: date | None = None
    head_teacher_id: int | None = None
    contact_phone: str = ""
    materials: str = ""
    is_subsidised: bool = True


@transaction.atomic
def class_run_create(*, course_version_id: int, details: ClassDetails, actor: User, at: datetime) -> ClassRun:
    """A class run in preparation, frozen to the course version, with a number that never changes."""
    version = CourseVersion.objects.select_related("school__organisation").get(pk=course_version_id)
    school_staff_required(actor, version.school, at=at)
    found = versions_to_run(version.school).filter(pk=version.pk).first()
    if found is None:
        raise ClassError("version_old", _("这门课程已下架，或已有更新的版本。请选择课程的最新版本。"))
    run = ClassRun(
        number=_next_number(at),
        school=version.school,
        course_version=found,
        state=ClassState.DRAFT,
        created_by=actor,
        created_at=at,
    )
    _fill(run, details)
    run.name = run.name or name_composed(run)
    run.save()
    event_add(run, "created", actor=actor, at=at, target=ClassState.DRAFT)
    audit_record("classes.class_run.created", run, actor=actor, data={"course_version": version.pk})
    return run


@transaction.atomic
def class_run_update(*, class_run_id: int, details: ClassDetails, actor: User, at: datetime) -> ClassRun:
    """Change what a school says of a class run in preparation. Its number and its course version stay."""
    run = class_run_editable(class_run_id, actor, at=at)
    before = _told(run)
    _fill(run, details)
    run.name = run.name or name_composed(run)
    _save_changes(run, before, "changed", actor, at)
    return run


@transaction.atomic
def assessment_plan_save(
    *, class_run_id: int, assessment_on: date | None, place: str, plan: str, actor: User, at: datetime
) -> ClassRun:
    """Say when, where and how the class will be assessed. What is missing, the checks say."""
    run = class_run_editable(class_run_id, actor, at=at)
    before = _told(run)
    run.assessment_on, run.assessment_place, run.assessment_plan = assessment_on, place.strip(), plan.strip()
    _save_changes(run, before, "assessment_changed", actor, at)
    return run


def class_run_editable(class_run_id: int, actor: User, *, at: datetime) -> ClassRun:
    """The class run under lock, for a member of its school, while it may be changed."""
    run = class_run_lock(class_run_id)
    school_staff_required(actor, run.school, at=at)
    if run.state not in EDITABLE:
        raise ClassError(
            "not_editable",
            _("班次现在是“%(state)s”，不能修改。待审核的可以先撤回；已备案的，请在课次上办理变更。")
            % {"state": run.get_state_display()},
        )
    return run


def event_add(
    run: ClassRun,
    action: str,
    *,
    actor: User | None,
    at: datetime,
    source: str = "",
    target: str = "",
    reason: str = "",
    marks: list[dict[str, Any]] | None = None,
) -> ClassEvent:
    """One row of the class run's history."""
    return ClassEvent.objects.create(
        class_run=run, action=action, source=source, target=target, actor=actor, reason=reason, marks=marks or [], at=at
    )


def name_composed(run: ClassRun) -> str:
    """年度、机构简称、职业工种、等级和序号: the name a class run has unless the school writes another."""
    training = training_name(run.course_version.package_version.package)
    stem = f"{run.starts_on.year}年{run.school.short_name}{training}"
    taken = ClassRun.objects.filter(school=run.school, name__startswith=stem).exclude(pk=run.pk).count()
    return f"{stem}第{taken + 1}班"[:120]


def _next_number(at: datetime) -> str:
    """The next number of a sequence, which gives none twice even when a transaction is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('classes_class_number')")
        return f"BC{timezone.localdate(at).year}{cursor.fetchone()[0]:06d}"


def _fill(run: ClassRun, details: ClassDetails) -> None:
    for field, value in asdict(details).items():
        setattr(run, field, value.strip() if isinstance(value, str) else value)
    for check in _RULES:
        check(run)


def _dates(run: ClassRun) -> None:
    if run.ends_on < run.starts_on:
        raise ClassError("ends_before_start", _("结班日期早于开班日期。请核对两个日期。"))
    if run.enrols_until and run.enrols_until > run.ends_on:
        raise ClassError("enrols_too_late", _("报名截止日期晚于结班日期。请改到结班之前，一般在开班之前。"))


def _seats(run: ClassRun) -> None:
    if run.seats < max(run.seats_taken, 1):
        raise ClassError(
            "seats_taken",
            _("名册上已有 %(taken)d 人，招生人数不能少于 %(taken)d 人。请先移出学员，或增加人数。")
            % {"taken": max(run.seats_taken, 1)},
        )


def _head_teacher(run: ClassRun) -> None:
    if run.head_teacher_id and not Teacher.objects.filter(pk=run.head_teacher_id, school=run.school_id).exists():
        raise ClassError("teacher_unknown", _("班主任不是本校登记的教师。请从本校教师中选择。"))


_RULES: tuple[Callable[[ClassRun], None], ...] = (_dates, _seats, _head_teacher)
TOLD = (
    "name", "starts_on", "ends_on", "enrols_until", "seats", "head_teacher_id", "contact_phone", "materials",
    "is_subsidised", "assessment_on", "assessment_place", "assessment_plan",
)  # fmt: skip


def _told(run: ClassRun) -> dict[str, str]:
    return {field: str(getattr(run, field) if getattr(run, field) is not None else "") for field in TOLD}


def _save_changes(run: ClassRun, before: dict[str, str], action: str, actor: User, at: datetime) -> None:
    """Save, and keep which fields changed; nothing when none did."""
    after = _told(run)
    changed = [
        {"field": field.removesuffix("_id"), "before": before[field], "after": after[field]}
        for field in TOLD
        if before[field] != after[field]
    ]
    if not changed:
        return
    run.save()
    event_add(run, action, actor=actor, at=at, marks=changed)
    audit_record(
        f"classes.class_run.{action}", run, actor=actor, data={"fields": [change["field"] for change in changed]}
    )
