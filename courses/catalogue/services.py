"""Every write to training packages: drafted by one officer, published by another, frozen from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.errors import CatalogueError
from courses.catalogue.models import (
    Occupation,
    PackageModule,
    PackageUnit,
    PackageVersion,
    TrainingPackage,
    WorkType,
)
from courses.catalogue.selectors import level_exists, units_of
from courses.catalogue.states import PackageStatus, SkillLevel, TrainingKind
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.database import period
from foundation.policy.states import Provenance

MOST_HOURS = Decimal("400")


@dataclass(frozen=True)
class UnitEntry:
    """One unit as it is drafted: hours of 45 minutes, in halves."""

    module: str
    code: str
    title: str
    theory_hours: Decimal
    practice_hours: Decimal
    is_online_allowed: bool = False
    content: str = ""


@transaction.atomic
def package_create(
    *,
    code: str,
    title: str,
    occupation: Occupation,
    work_type: WorkType | None,
    level: int | None,
    kind: str,
    actor: User,
    at: datetime,
) -> TrainingPackage:
    """A package without any edition yet; refuses a level the occupation does not have."""
    _only_policy_officers(actor, at)
    on = timezone.localdate(at)
    if work_type is not None and work_type.occupation_id != occupation.pk:
        raise CatalogueError("work_type_foreign", _("这个工种不属于所选职业，请重新选择。"))
    if kind == TrainingKind.LEVEL and level is None:
        raise CatalogueError("level_missing", _("等级培训的培训包必须选择技能等级。"))
    if kind == TrainingKind.SPECIAL and level is not None:
        raise CatalogueError("level_needless", _("专项职业能力没有等级，请不要选择技能等级。"))
    if level is not None and not level_exists(occupation.pk, work_type.pk if work_type else None, level, on=on):
        raise CatalogueError(
            "level_unknown",
            _("职业标准里没有这个等级：%(occupation)s没有%(level)s。请对照职业标准重新选择。")
            % {"occupation": work_type or occupation, "level": SkillLevel(level).label},
        )
    if TrainingPackage.objects.filter(code=code).exists():
        raise CatalogueError("code_taken", _("这个代码已经有培训包在用，请换一个。"))
    package = TrainingPackage.objects.create(
        code=code, title=title, occupation=occupation, work_type=work_type, level=level, kind=kind
    )
    audit_record("catalogue.package.created", package, actor=actor)
    return package


@transaction.atomic
def edition_draft(
    *, package_id: int, starts_on: date, units: Sequence[UnitEntry], source: str, actor: User, at: datetime
) -> PackageVersion:
    """Write the package's draft edition anew, or begin one. Its hours are what its units add up to."""
    _only_policy_officers(actor, at)
    package = TrainingPackage.objects.select_for_update().get(pk=package_id)
    _check_units(units)
    if not source.strip():
        raise CatalogueError("source_missing", _("请写明这一版的依据：职业标准、文号或会议纪要。"))
    draft = package.versions.filter(status=PackageStatus.DRAFT).first()
    if draft is None:
        number = (package.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        draft = PackageVersion(package=package, number=number, provenance=Provenance.PLATFORM)
    draft.effective, draft.source, draft.drafted_by = period(starts_on), source.strip(), actor
    draft.save()
    draft.modules.all().delete()
    units_write(draft, units)
    audit_record("catalogue.edition.drafted", draft, actor=actor, data={"units": len(units)})
    return draft


def units_write(version: PackageVersion, units: Sequence[UnitEntry]) -> None:
    """The rows of an edition's modules and units, in the order given."""
    names = list(dict.fromkeys(unit.module for unit in units))
    modules = {
        module.title: module
        for module in PackageModule.objects.bulk_create(
            PackageModule(version=version, position=place, title=name) for place, name in enumerate(names, start=1)
        )
    }
    PackageUnit.objects.bulk_create(
        PackageUnit(
            module=modules[unit.module],
            code=unit.code,
            position=place,
            title=unit.title,
            content=unit.content,
            theory_hours=unit.theory_hours,
            practice_hours=unit.practice_hours,
            is_online_allowed=unit.is_online_allowed,
        )
        for place, unit in enumerate(units, start=1)
    )


@transaction.atomic
def edition_publish(*, version_id: int, actor: User, at: datetime) -> PackageVersion:
    """Put a draft in force from its first day; the edition before it ends the day before. Not by its drafter."""
    _only_policy_officers(actor, at)
    version = PackageVersion.objects.select_for_update().select_related("package").get(pk=version_id)
    TrainingPackage.objects.select_for_update().get(pk=version.package_id)
    if version.status != PackageStatus.DRAFT:
        raise CatalogueError("not_a_draft", _("只有编制中的版本可以发布。"))
    if version.drafted_by_id == actor.pk:
        raise CatalogueError("same_person", _("编制人不能发布自己编制的版本，请由另一位政策管理人员发布。"))
    if not units_of(version.pk).exists():
        raise CatalogueError("empty", _("这一版还没有学习单元，不能发布。"))
    starts_on = version.effective.lower
    if starts_on < timezone.localdate(at):
        raise CatalogueError("begins_in_the_past", _("生效日期已经过去。请改为今天或以后的日期再发布。"))
    _end_before(version.package, starts_on)
    version.status, version.published_by, version.published_at = PackageStatus.PUBLISHED, actor, at
    version.save(update_fields=["status", "published_by", "published_at"])
    audit_record("catalogue.edition.published", version, actor=actor, data={"from": starts_on.isoformat()})
    return version


@transaction.atomic
def edition_retire(*, version_id: int, last_day: date, reason: str, actor: User, at: datetime) -> PackageVersion:
    """Let no new course follow an edition after a day. Courses and classes that follow it go on."""
    _only_policy_officers(actor, at)
    if not reason.strip():
        raise CatalogueError("reason_missing", _("请写明停用的原因。"))
    version = PackageVersion.objects.select_for_update().get(pk=version_id)
    if version.status != PackageStatus.PUBLISHED:
        raise CatalogueError("not_published", _("只有已发布的版本可以停用。"))
    if last_day < max(version.effective.lower, timezone.localdate(at)):
        raise CatalogueError("ends_in_the_past", _("停用日期不能早于今天，也不能早于生效日期。"))
    version.effective = period(version.effective.lower, last_day)
    version.save(update_fields=["effective"])
    audit_record("catalogue.edition.ended", version, actor=actor, reason=reason.strip())
    return version


def _end_before(package: TrainingPackage, starts_on: date) -> None:
    """Close the published edition the new one follows, and retire one that has not begun."""
    for other in package.versions.filter(status=PackageStatus.PUBLISHED):
        if other.effective.lower >= starts_on:
            other.status = PackageStatus.RETIRED
            other.save(update_fields=["status"])
        elif other.effective.upper is None or other.effective.upper > starts_on:
            other.effective = DateRange(other.effective.lower, starts_on, "[)")
            other.save(update_fields=["effective"])


def _check_units(units: Sequence[UnitEntry]) -> None:
    codes = [unit.code for unit in units]
    if not units:
        raise CatalogueError("empty", _("请至少填写一个学习单元。"))
    if len(set(codes)) != len(codes):
        raise CatalogueError("code_twice", _("学习单元的代码有重复，同一版本内每个代码只能用一次。"))
    for unit in units:
        hours = (unit.theory_hours, unit.practice_hours)
        if min(hours) < 0 or sum(hours) == 0 or any(value * 2 % 1 for value in hours):
            raise CatalogueError(
                "hours_invalid",
                _("“%(unit)s”的学时不正确。理论和实操至少一项大于 0，以 0.5 学时为单位。") % {"unit": unit.title},
            )
        if unit.is_online_allowed and unit.practice_hours:
            raise CatalogueError(
                "practice_online",
                _("“%(unit)s”有实操学时，不能设为在线学习。请把理论部分拆成单独的单元。") % {"unit": unit.title},
            )
    if sum(unit.theory_hours + unit.practice_hours for unit in units) > MOST_HOURS:
        raise CatalogueError("hours_too_many", _("总学时超过 %(most)s 学时，请检查有没有填错。") % {"most": MOST_HOURS})


def _only_policy_officers(actor: User, at: datetime) -> None:
    if Role.OFFICER_POLICY not in roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以维护培训包。"))
