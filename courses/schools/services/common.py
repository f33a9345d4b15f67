"""What the services of the register share: who may, locked rows, one event row for each change."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.schools.errors import SchoolError
from courses.schools.models import School, SchoolEvent
from courses.schools.states import SchoolState
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.database import day_after


def require_role(actor: User, roles: frozenset[Role], *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor holds one of the roles on the day."""
    if not roles & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))


def require_staff_of(actor: User, organisation: Organisation, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor is on the staff of this very school on the day."""
    held = memberships_of(actor, on=timezone.localdate(at))
    if not held.filter(organisation=organisation, role=Role.SCHOOL_STAFF).exists():
        raise PermissionDenied(_("只有本校工作人员可以办理。"))


def require_officer_from_outside(
    actor: User, organisation: Organisation, roles: frozenset[Role], *, at: datetime
) -> None:
    """An officer with one of the roles who holds nothing at the school herself."""
    require_role(actor, roles, at=at)
    if memberships_of(actor, on=timezone.localdate(at)).filter(organisation=organisation).exists():
        raise PermissionDenied(_("您在这所学校任职，不能办理它的审核。"))


def require_reason(reason: str) -> str:
    """The reason without blanks around it; a refusal when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise SchoolError("reason_missing", _("请写明理由，再提交。"))
    return reason


def lock_school(school_id: int) -> School:
    """The school's entry, locked for this transaction."""
    return School.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=school_id)


def lock_open_school(school_id: int) -> School:
    """The same, refused once the school has left the register."""
    school = lock_school(school_id)
    if school.state == SchoolState.CLOSED:
        raise SchoolError("closed", _("这所学校已退出登记，不能再修改。要重新开班，请先提交入库登记申请。"))
    return school


def days(starts_on: date | None, ends_on: date | None) -> DateRange:
    """Both days included, written as the database writes them; a refusal when they stand the wrong way round."""
    if starts_on and ends_on and ends_on < starts_on:
        raise SchoolError("end_before_start", _("截止日期早于起始日期。请检查。"))
    return DateRange(starts_on, day_after(ends_on), "[)")


def save_or_refuse(save: Callable[[], object], code: str, sentence: str) -> None:
    """Save; what a constraint forbids becomes a sentence."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        raise SchoolError(code, sentence) from error


def written(value: Any) -> Any:
    """A value as an event keeps it."""
    if isinstance(value, DateRange):
        return [written(value.lower), written(value.upper)]
    return value.isoformat() if isinstance(value, date) else value


def trace(
    school: School,
    action: str,
    *,
    actor: User,
    at: datetime,
    subject: Any = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """One row of the school's history and one of the audit trail. ``subject`` is the row it is about."""
    facts = {name: written(value) for name, value in (data or {}).items()}
    SchoolEvent.objects.create(
        school=school,
        action=action,
        subject=str(subject)[:120] if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        reason=reason,
        data=facts,
        actor=actor,
        at=at,
    )
    audit_record(
        f"schools.{action}",
        school if subject is None else subject,
        actor=actor,
        reason=reason,
        data={"school": school.pk} | facts,
    )
