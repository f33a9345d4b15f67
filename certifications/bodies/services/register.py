"""The entry of a body: what it says, its state, its scope, its number ranges."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Field, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.errors import BodyError
from certifications.bodies.models import AssessmentBody, BodyScope, NumberRange
from certifications.bodies.rules import (
    CODES,
    FIRST_YEAR,
    NUMBERED_LEVELS,
    OWN_FACTS,
    BodyFacts,
    ScopeLine,
    encloses,
    last_day,
)
from certifications.bodies.selectors import ranges_of
from certifications.bodies.services.common import (
    days,
    lock_body,
    lock_open_body,
    require_basis,
    require_officer_from_outside,
    require_reason,
    require_staff_of,
    save_or_refuse,
    trace,
)
from certifications.bodies.states import BODY_MOVES, KEEPERS, SUPERVISORS, BodyKind, BodyState
from courses.catalogue.models import WorkType
from courses.catalogue.selectors import level_exists
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from workers.districts import district_choices

SHAPES = {"ministry_code": 4, "province_code": 2, "serial": 6}


@transaction.atomic
def body_register(*, organisation_id: int, facts: BodyFacts, basis: str, actor: User, at: datetime) -> AssessmentBody:
    """Enter a body in the register, or take one back that had closed. ``basis`` is the paper of the filing."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require_officer_from_outside(actor, organisation, KEEPERS, at=at)
    basis = require_basis(basis)
    if organisation.kind != OrganisationKind.ASSESSMENT_BODY:
        raise BodyError("not_a_body", _("“%(name)s”不是评价机构，不能登记。") % {"name": organisation.name})
    body = AssessmentBody.objects.select_for_update().filter(organisation=organisation).first()
    if body is not None and body.state != BodyState.CLOSED:
        raise BodyError("registered", _("“%(name)s”已经在登记册中。") % {"name": organisation.name})
    body = body or AssessmentBody(organisation=organisation)
    body.state, body.registered_on = BodyState.ACTIVE, timezone.localdate(at)
    values = _columns(facts)
    _codes_check(body, values)
    _fill(body, values)
    _save(body)
    trace(organisation, "body.registered", actor=actor, at=at, subject=body, body=body, reason=basis, data=values)
    return body


@transaction.atomic
def body_change(*, body_id: int, facts: BodyFacts, basis: str, actor: User, at: datetime) -> AssessmentBody:
    """Write what the bureau filed over what the register said; the event keeps both. Only what differs is written."""
    body = lock_open_body(body_id)
    require_officer_from_outside(actor, body.organisation, KEEPERS, at=at)
    return _changed(body, _columns(facts), require_basis(basis), actor, at)


@transaction.atomic
def body_contact_change(
    *, body_id: int, address: str, district_code: str, contact_name: str, contact_phone: str, actor: User, at: datetime
) -> AssessmentBody:
    """What a body keeps right itself: where it is, and whom to call."""
    body = lock_open_body(body_id)
    require_staff_of(actor, body.organisation, frozenset({Role.BODY_STAFF}), at=at)
    given = (address.strip(), district_code, contact_name.strip(), contact_phone.strip())
    return _changed(body, dict(zip(OWN_FACTS, given, strict=True)), "", actor, at)


@transaction.atomic
def body_move(*, body_id: int, move: str, reason: str, actor: User, at: datetime) -> AssessmentBody:
    """Suspend, resume or close a body, with the reason. The one place where its state changes by hand."""
    step = BODY_MOVES[move]
    body = lock_body(body_id)
    require_officer_from_outside(actor, body.organisation, SUPERVISORS, at=at)
    if body.state not in step.sources:
        raise BodyError(
            "wrong_state",
            _("这家评价机构现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": body.get_state_display()},
        )
    reason = require_reason(reason)
    before, body.state = body.state, step.target
    body.save(update_fields=["state"])
    data = {"before": str(before), "state": step.target.value}
    trace(
        body.organisation,
        f"body.{step.past}",
        actor=actor,
        at=at,
        subject=body,
        body=body,
        reason=reason,
        data=data,
    )
    return body


@transaction.atomic
def scope_grant(
    *,
    body_id: int,
    line: ScopeLine,
    starts_on: date,
    ends_on: date | None,
    basis: str,
    actor: User,
    at: datetime,
) -> BodyScope:
    """Let the body assess this. Refuses what the standard has not, days outside the filing, and days granted before."""
    body = lock_open_body(body_id)
    require_officer_from_outside(actor, body.organisation, KEEPERS, at=at)
    scope = BodyScope(
        body=body,
        occupation_id=line.occupation_id,
        work_type_id=line.work_type_id,
        level=line.level,
        effective=days(starts_on, ends_on),
        basis=require_basis(basis),
        granted_by=actor,
        granted_at=at,
    )
    _scope_line_check(line, starts_on)
    _inside_filing(body, scope)
    sentence = _("“%(scope)s”在这段时间已经登记过。请核对日期，从原来的截止日期之后起。") % {"scope": scope}
    save_or_refuse(scope.save, {"body_scope_is_granted_once_a_day": ("scope_granted", sentence)})
    data = {"days": scope.effective}
    trace(
        body.organisation, "scope.granted", actor=actor, at=at, subject=scope, body=body, reason=scope.basis, data=data
    )
    return scope


def _inside_filing(body: AssessmentBody, scope: BodyScope) -> None:
    if not encloses(body.filed, scope.effective):
        raise BodyError(
            "outside_filing",
            _("评价范围的日期要在备案有效期之内（%(first)s 至 %(last)s）。请改日期，或先办理备案续期。")
            % {"first": body.filed.lower.isoformat(), "last": last_day(body.filed) or _("长期")},
        )


@transaction.atomic
def scope_end(*, scope_id: int, ends_on: date, reason: str, actor: User, at: datetime) -> BodyScope:
    """The last day on which the body may assess this. Only ever shortened; more is a new line."""
    body = lock_body(BodyScope.objects.values_list("body_id", flat=True).get(pk=scope_id))
    require_officer_from_outside(actor, body.organisation, KEEPERS | SUPERVISORS, at=at)
    scope = BodyScope.objects.select_for_update(of=("self",)).select_related("occupation", "work_type").get(pk=scope_id)
    reason = require_reason(reason)
    before = scope.effective
    last = last_day(before)
    if ends_on < before.lower or (last and ends_on >= last):
        raise BodyError("ends_outside", _("终止日期应在原有效期之内，早于原来的最后一天。请核对日期。"))
    scope.effective = days(before.lower, ends_on)
    scope.save(update_fields=["effective"])
    data = {"days_before": before, "days": scope.effective}
    trace(body.organisation, "scope.ended", actor=actor, at=at, subject=scope, body=body, reason=reason, data=data)
    return scope


@transaction.atomic
def range_allot(
    *, body_id: int, year: int, level: int | None, first: int, last: int, basis: str, actor: User, at: datetime
) -> NumberRange:
    """Write down the serial numbers the body was given for a year; refuses numbers that were given out already."""
    body = lock_open_body(body_id)
    require_officer_from_outside(actor, body.organisation, KEEPERS, at=at)
    basis = require_basis(basis)
    _range_check(year, level, first, last, on=timezone.localdate(at))
    taken = ranges_of(body).filter(year=year, first__lte=last, last__gte=first)
    if level is not None:
        # A range for every level holds this one too.
        taken = taken.filter(Q(level__isnull=True) | Q(level=level))
    other = taken.first()
    if other is not None:
        raise BodyError(
            "range_taken",
            _("这一段与已登记的编号段重叠（%(range)s）。请核对起止流水号。") % {"range": range_words(other)},
        )
    allotted = NumberRange.objects.create(
        body=body, year=year, level=level, first=first, last=last, basis=basis, granted_by=actor, granted_at=at
    )
    trace(body.organisation, "range.allotted", actor=actor, at=at, subject=allotted, body=body, reason=basis)
    return allotted


@transaction.atomic
def range_withdraw(*, range_id: int, reason: str, actor: User, at: datetime) -> NumberRange:
    """A range written down by mistake no longer counts; it stays on record."""
    body = lock_body(NumberRange.objects.values_list("body_id", flat=True).get(pk=range_id))
    require_officer_from_outside(actor, body.organisation, KEEPERS, at=at)
    allotted = NumberRange.objects.select_for_update(of=("self",)).get(pk=range_id)
    if allotted.withdrawn_at is not None:
        raise BodyError("withdrawn", _("这一段编号已经撤销。"))
    reason = require_reason(reason)
    allotted.withdrawn_at = at
    allotted.save(update_fields=["withdrawn_at"])
    trace(body.organisation, "range.withdrawn", actor=actor, at=at, subject=allotted, body=body, reason=reason)
    return allotted


def range_words(allotted: NumberRange) -> str:
    """A range as people say it."""
    level = allotted.get_level_display() if allotted.level else _("不分等级")
    return f"{allotted} {level}"


def _scope_line_check(line: ScopeLine, on: date) -> None:
    if line.work_type_id and not WorkType.objects.filter(pk=line.work_type_id, occupation=line.occupation_id).exists():
        raise BodyError("work_type_of_other", _("这个工种不属于所选的职业。请重新选择工种。"))
    if not level_exists(line.occupation_id, line.work_type_id, line.level, on=on):
        raise BodyError(
            "level_not_in_standard", _("职业标准里，这个职业（工种）没有这个等级。请核对职业、工种和等级。")
        )


def _range_check(year: int, level: int | None, first: int, last: int, *, on: date) -> None:
    if level is not None and level not in NUMBERED_LEVELS:
        raise BodyError("level_not_numbered", _("证书编号里只有一级到五级。请重新选择等级，或留空。"))
    if not FIRST_YEAR <= year <= on.year + 1:
        raise BodyError(
            "year_unlikely",
            _("年份应在 %(first)d 年到 %(last)d 年之间。请核对。") % {"first": FIRST_YEAR, "last": on.year + 1},
        )
    if not 1 <= first <= last <= 999_999:
        raise BodyError("range_shape", _("流水号是 1 到 999999 的数字，起始不能大于终止。请核对起止流水号。"))


def _changed(body: AssessmentBody, values: Mapping[str, Any], basis: str, actor: User, at: datetime) -> AssessmentBody:
    changed = {name: value for name, value in values.items() if getattr(body, name) != value}
    if not changed:
        return body
    before = {name: getattr(body, name) for name in changed}
    _codes_check(body, values)
    _fill(body, changed)
    outside = body.scopes.exclude(effective__contained_by=body.filed) if "filed" in changed else body.scopes.none()
    if outside.exists():
        raise BodyError(
            "scope_outside_filing",
            _("有评价范围的日期超出新的备案有效期：%(scope)s。请先终止这些范围。") % {"scope": outside[0]},
        )
    _save(body)
    data = {f"{name}_before": value for name, value in before.items()} | changed
    trace(body.organisation, "body.changed", actor=actor, at=at, subject=body, body=body, reason=basis, data=data)
    return body


def _codes_check(body: AssessmentBody, values: Mapping[str, Any]) -> None:
    """The first characters of its numbers stay what they are once it was allotted any."""
    differ = any(name in values and getattr(body, name) != values[name] for name in CODES)
    if differ and body.pk and ranges_of(body).exists():
        raise BodyError("codes_in_use", _("已经登记了证书编号段，类别和编码不能再改。编码登记错了的，请先撤销编号段。"))


def _columns(facts: BodyFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in asdict(facts).items()
    }
    values["filed"] = days(values.pop("filed_from"), values.pop("filed_until"))
    return values


def _fill(body: AssessmentBody, values: Mapping[str, Any]) -> None:
    """Write the columns; refuses what is missing or cannot be."""
    for name, value in values.items():
        label = cast("Field[Any, Any]", AssessmentBody._meta.get_field(name)).verbose_name
        if value == "":
            raise BodyError(f"{name}_missing", _("请填写%(field)s。") % {"field": label})
        length = SHAPES.get(name)
        if length and not (len(value) == length and value.isascii() and value.isdigit()):
            raise BodyError(
                f"{name}_shape",
                _("%(field)s是 %(length)d 位数字。请核对。") % {"field": label, "length": length},
            )
        setattr(body, name, value)
    if body.kind not in BodyKind.values:
        raise BodyError("kind_unknown", _("请选择机构类别。"))
    if body.district_code not in {code for code, _name in district_choices()}:
        raise BodyError("district_unknown", _("请从列表中选择所在区。"))


def _save(body: AssessmentBody) -> None:
    prefix = _("另一家评价机构已经用了这个编码。请核对类别、代码和序号。")
    filing = _("另一家评价机构已经用了这个备案号。请核对备案号。")
    save_or_refuse(
        body.save,
        {
            "body_prefix_is_given_once": ("prefix_taken", prefix),
            "bodies_assessmentbody_filing_number": ("filing_taken", filing),
        },
    )
