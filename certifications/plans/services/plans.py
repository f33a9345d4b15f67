"""How a plan is made, for a level by a body or for a class by its school, and how its details change."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.models import AssessmentBody
from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan
from certifications.plans.services.parties import event_add, keeper_required, plan_editable
from certifications.plans.states import CandidateState, PlanKind
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun
from foundation.accounts.models import Organisation, User
from foundation.audit.services import audit_record
from foundation.database import period

LARGEST_SEED = 2**31


@transaction.atomic
def plan_create(
    *,
    kind: str,
    organisation: Organisation,
    body: AssessmentBody | None = None,
    class_run_id: int | None = None,
    title: str = "",
    occupation: Occupation | None = None,
    work_type: WorkType | None = None,
    level: int | None = None,
    seats: int,
    applies: tuple[date, date] | None = None,
    notice: str = "",
    actor: User,
    at: datetime,
) -> AssessmentPlan:
    """A plan in preparation with a number that never changes. A class's test takes its occupation from the class."""
    keeper_required(actor, kind, organisation, at=at)
    plan = AssessmentPlan(kind=PlanKind(kind), organisation=organisation, seats=seats, notice=notice.strip())
    if plan.kind == PlanKind.SCHOOL_TEST:
        _for_class(plan, class_run_id)
    else:
        _for_level(plan, body, occupation, work_type, level)
        plan.applies = _applies(applies)
    plan.title = title.strip() or title_composed(plan, at=at)
    plan.number = _next_number(at)
    plan.seed = secrets.randbelow(LARGEST_SEED)
    plan.created_by, plan.created_at = actor, at
    _seats_checked(plan)
    plan.save()
    event_add(plan, "created", actor=actor, at=at, target=plan.state, data={"seed": plan.seed})
    audit_record("plans.plan.created", plan, actor=actor, data={"kind": plan.kind})
    return plan


@transaction.atomic
def plan_change(
    *,
    plan_id: int,
    title: str,
    seats: int,
    notice: str,
    applies: tuple[date, date] | None = None,
    actor: User,
    at: datetime,
) -> AssessmentPlan:
    """Change what a plan says besides what it assesses: that stays, another assessment is another plan."""
    plan = plan_editable(plan_id, actor, at=at)
    before = _told(plan)
    plan.title = title.strip() or plan.title
    plan.seats, plan.notice = seats, notice.strip()
    if plan.kind == PlanKind.LEVEL:
        plan.applies = _applies(applies)
    _seats_checked(plan)
    changed = [name for name, text in _told(plan).items() if text != before[name]]
    if changed:
        plan.save(update_fields=["title", "seats", "notice", "applies"])
        event_add(plan, "changed", actor=actor, at=at, data={"fields": changed})
        audit_record("plans.plan.changed", plan, actor=actor, data={"fields": changed})
    return plan


def title_composed(plan: AssessmentPlan, *, at: datetime) -> str:
    """The name a plan has unless somebody writes another."""
    if plan.class_run is not None:
        return _("%(class_run)s结业考核") % {"class_run": plan.class_run.name}
    words: dict[str, Any] = {
        "year": timezone.localdate(at).year,
        "subject": plan.work_type or plan.occupation,
        "level": SkillLevel(plan.level or 0).label.split("/")[0],
    }
    return _("%(year)d年%(subject)s%(level)s技能等级认定") % words


def _for_class(plan: AssessmentPlan, class_run_id: int | None) -> None:
    runs = ClassRun.objects.select_related("course_version__package_version__package__occupation", "school")
    run = runs.filter(pk=class_run_id or 0, school__organisation=plan.organisation).first()
    if run is None:
        raise PlanError("class_unknown", _("没有找到这个班。请从本校的班次中选择。"))
    package = run.course_version.package_version.package
    plan.class_run, plan.occupation, plan.work_type = run, package.occupation, package.work_type
    plan.level = package.level


def _for_level(
    plan: AssessmentPlan,
    body: AssessmentBody | None,
    occupation: Occupation | None,
    work_type: WorkType | None,
    level: int | None,
) -> None:
    if body is None or body.organisation_id != plan.organisation.pk:
        raise PlanError("body_unknown", _("只有登记的评价机构能组织技能等级认定。请先办理评价机构登记。"))
    if occupation is None or level is None:
        raise PlanError("subject_missing", _("请选择要认定的职业和技能等级。"))
    if work_type is not None and work_type.occupation_id != occupation.pk:
        raise PlanError("work_type_other", _("这个工种不属于所选的职业。请重新选择。"))
    plan.body, plan.occupation, plan.work_type, plan.level = body, occupation, work_type, SkillLevel(level)


def _applies(days: tuple[date, date] | None) -> Any:
    """The days of application, both included; ``DateRange`` objects of the ORM pass as they are."""
    if days is None or not isinstance(days, tuple):
        return days
    if days[1] < days[0]:
        raise PlanError("applies_backwards", _("申报截止日期早于开始日期。请核对。"))
    return period(*days)


def _seats_checked(plan: AssessmentPlan) -> None:
    taken = plan.candidates.filter(state=CandidateState.ADMITTED).count() if plan.pk else 0
    if plan.seats < max(taken, 1):
        words = {"count": max(taken, 1)}
        raise PlanError("seats_taken", _("已准考 %(count)d 人，人数不能少于 %(count)d 人。") % words)


def _told(plan: AssessmentPlan) -> dict[str, str]:
    return {name: str(getattr(plan, name) or "") for name in ("title", "seats", "notice", "applies")}


def _next_number(at: datetime) -> str:
    """The next number of a sequence, which gives none twice even when a transaction is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('plans_plan_number')")
        return f"KH{timezone.localdate(at).year}{cursor.fetchone()[0]:06d}"
