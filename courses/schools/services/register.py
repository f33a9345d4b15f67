"""The entry of a school: what it says, its scope, its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.models import WorkType
from courses.catalogue.selectors import level_exists
from courses.catalogue.states import TrainingKind
from courses.schools.errors import SchoolError
from courses.schools.models import School, SchoolScope
from courses.schools.rules import FACTS, SchoolFacts
from courses.schools.services.common import (
    days,
    lock_open_school,
    lock_school,
    require_officer_from_outside,
    require_reason,
    trace,
)
from courses.schools.states import REVIEWERS, SCHOOL_MOVES, SUPERVISORS, SchoolState
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind


@dataclass(frozen=True)
class ScopeLine:
    """An occupation, perhaps one work type, at one level, of one kind."""

    occupation_id: int
    work_type_id: int | None
    level: int | None
    kind: str


@transaction.atomic
def school_register(*, organisation_id: int, facts: SchoolFacts, basis: str, actor: User, at: datetime) -> School:
    """Enter a school in the register, or take one back that had closed. ``basis`` is the application or the paper."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require_officer_from_outside(actor, organisation, REVIEWERS, at=at)
    if organisation.kind != OrganisationKind.SCHOOL:
        raise SchoolError("not_a_school", _("“%(name)s”不是培训机构，不能登记。") % {"name": organisation.name})
    school = School.objects.select_for_update().filter(organisation=organisation).first()
    if school is not None and school.state != SchoolState.CLOSED:
        raise SchoolError("registered", _("“%(name)s”已经在登记册中。") % {"name": organisation.name})
    school = school or School(organisation=organisation)
    school.state, school.registered_on = SchoolState.ACTIVE, timezone.localdate(at)
    _fill(school, _columns(facts))
    school.save()
    trace(school, "school.registered", actor=actor, at=at, reason=basis, data=_columns(facts))
    return school


@transaction.atomic
def school_change(*, school_id: int, values: Mapping[str, Any], basis: str, actor: User, at: datetime) -> School:
    """Write what was approved over what the register said; the event keeps both. Only what differs is written.

    ``values`` holds columns of the register: those of ``SchoolFacts``, the licence's days as ``licensed``.
    """
    school = lock_open_school(school_id)
    require_officer_from_outside(actor, school.organisation, REVIEWERS, at=at)
    changed = {name: value for name, value in values.items() if getattr(school, name) != value}
    if changed:
        before = {name: getattr(school, name) for name in changed}
        _fill(school, changed)
        school.save(update_fields=sorted(changed))
        data = {f"{name}_before": value for name, value in before.items()} | changed
        trace(school, "school.changed", actor=actor, at=at, reason=basis, data=data)
    return school


@transaction.atomic
def school_move(*, school_id: int, move: str, reason: str, actor: User, at: datetime) -> School:
    """Suspend, resume or close a school, with the reason. The one place where its state changes by hand."""
    step = SCHOOL_MOVES[move]
    school = lock_school(school_id)
    require_officer_from_outside(actor, school.organisation, SUPERVISORS, at=at)
    if school.state not in step.sources:
        raise SchoolError(
            "wrong_state",
            _("这所学校现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": school.get_state_display()},
        )
    reason = require_reason(reason)
    before, school.state = school.state, step.target
    school.save(update_fields=["state"])
    trace(
        school,
        f"school.{step.past}",
        actor=actor,
        at=at,
        reason=reason,
        data={"before": str(before), "state": step.target.value},
    )
    return school


@transaction.atomic
def scope_grant(
    *,
    school_id: int,
    line: ScopeLine,
    starts_on: date,
    ends_on: date | None,
    basis: str,
    actor: User,
    at: datetime,
) -> SchoolScope:
    """Let the school train this. Days that it has already are left as they are; the new line begins after them."""
    school = lock_open_school(school_id)
    require_officer_from_outside(actor, school.organisation, REVIEWERS, at=at)
    scope = SchoolScope(
        school=school,
        occupation_id=line.occupation_id,
        work_type_id=line.work_type_id,
        level=line.level,
        kind=line.kind,
        effective=days(starts_on, ends_on),
        basis=basis,
        granted_by=actor,
        granted_at=at,
    )
    scope_line_check(line, on=starts_on)
    scope.effective = _days_not_granted(scope, starts_on, ends_on)
    scope.save()
    trace(school, "scope.granted", actor=actor, at=at, subject=scope, reason=basis, data={"days": scope.effective})
    return scope


@transaction.atomic
def scope_end(*, scope_id: int, ends_on: date, reason: str, actor: User, at: datetime) -> SchoolScope:
    """The last day on which the school may train this. Only ever shortened: more is asked for by an application."""
    school = lock_school(SchoolScope.objects.values_list("school_id", flat=True).get(pk=scope_id))
    require_officer_from_outside(actor, school.organisation, SUPERVISORS, at=at)
    scope = SchoolScope.objects.select_for_update(of=("self",)).get(pk=scope_id)
    reason = require_reason(reason)
    before = scope.effective
    if ends_on < before.lower or (before.upper and ends_on >= before.upper):
        raise SchoolError("ends_outside", _("终止日期应在原有效期之内。请核对日期。"))
    scope.effective = days(before.lower, ends_on)
    scope.save(update_fields=["effective"])
    data = {"days_before": before, "days": scope.effective}
    trace(school, "scope.ended", actor=actor, at=at, subject=scope, reason=reason, data=data)
    return scope


def scope_line_check(line: ScopeLine, *, on: date) -> None:
    """Refuses a level that the occupation does not have, a level where there is none, a work type of another."""
    if line.kind not in TrainingKind.values:
        raise SchoolError("kind_unknown", _("请选择培训类别。"))
    if line.work_type_id and not WorkType.objects.filter(pk=line.work_type_id, occupation=line.occupation_id).exists():
        raise SchoolError("work_type_of_other", _("这个工种不属于所选的职业。请重新选择工种。"))
    if line.kind == TrainingKind.LEVEL and line.level is None:
        raise SchoolError("level_missing", _("职业技能等级培训要选择技能等级。"))
    if line.kind == TrainingKind.SPECIAL and line.level is not None:
        raise SchoolError("level_unwanted", _("专项职业能力没有等级，请把等级留空。"))
    if line.level is not None and not level_exists(line.occupation_id, line.work_type_id, line.level, on=on):
        raise SchoolError(
            "level_not_in_standard", _("职业标准里，这个职业（工种）没有这个等级。请核对职业、工种和等级。")
        )


def _days_not_granted(scope: SchoolScope, starts_on: date, ends_on: date | None) -> Any:
    same = SchoolScope.objects.filter(
        school=scope.school,
        occupation=scope.occupation_id,
        work_type=scope.work_type_id,
        level=scope.level,
        kind=scope.kind,
        effective__overlap=scope.effective,
    )
    ends = [one.effective.upper for one in same]
    first_free = max((end for end in ends if end), default=starts_on)
    if None in ends or (ends_on and first_free > ends_on):
        raise SchoolError(
            "scope_granted", _("“%(scope)s”在这段时间已经批准过，不用再申请。请从申请中去掉这一项。") % {"scope": scope}
        )
    return days(max(first_free, starts_on), ends_on)


def _columns(facts: SchoolFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in (*FACTS, "licence_number")} | {
        "licensed": days(facts.licensed_from, facts.licensed_until)
    }


def _fill(school: School, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(school, name, value)
