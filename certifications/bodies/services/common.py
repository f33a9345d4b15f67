"""What the services of the register share: who may, locked rows, one event row for each change."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.errors import BodyError
from certifications.bodies.models import AssessmentBody, BodyEvent
from certifications.bodies.states import BodyState
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.database import day_after


def require_officer_from_outside(
    actor: User, organisation: Organisation, roles: frozenset[Role], *, at: datetime
) -> None:
    """An officer with one of the roles who holds nothing at the body herself."""
    on = timezone.localdate(at)
    if not roles & roles_of(actor, on=on):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if memberships_of(actor, on=on).filter(organisation=organisation).exists():
        raise PermissionDenied(_("您在这家评价机构任职，不能办理它的登记。"))


def require_staff_of(actor: User, organisation: Organisation, roles: frozenset[Role], *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor holds one of the roles in this very organisation on the day."""
    held = memberships_of(actor, on=timezone.localdate(at))
    if not held.filter(organisation=organisation, role__in=roles).exists():
        raise PermissionDenied(_("只有本单位工作人员可以办理。"))


def require_reason(reason: str) -> str:
    """The reason without blanks around it; a refusal when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise BodyError("reason_missing", _("请写明理由，再提交。"))
    return reason


def require_basis(basis: str) -> str:
    """The paper something rests on; a refusal when none is named."""
    basis = basis.strip()
    if not basis:
        raise BodyError("basis_missing", _("请填写依据，例如备案文号或通知。"))
    return basis


def lock_body(body_id: int) -> AssessmentBody:
    """The body's entry, locked for this transaction."""
    return AssessmentBody.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=body_id)


def lock_open_body(body_id: int) -> AssessmentBody:
    """The same, refused once the body has left the register."""
    body = lock_body(body_id)
    if body.state == BodyState.CLOSED:
        raise BodyError("closed", _("这家评价机构已注销，不能再修改。要重新开展评价，请先重新登记。"))
    return body


def days(starts_on: date | None, ends_on: date | None) -> DateRange:
    """Both days included, written as the database writes them; a refusal when they stand the wrong way round."""
    if starts_on and ends_on and ends_on < starts_on:
        raise BodyError("end_before_start", _("截止日期早于起始日期。请检查。"))
    return DateRange(starts_on, day_after(ends_on), "[)")


def save_or_refuse(save: Callable[[], object], sentences: Mapping[str, tuple[str, str]]) -> None:
    """Save; what a constraint forbids becomes its code and sentence, told by the constraint's name."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        violated = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")
        for name, (code, sentence) in sentences.items():
            if violated.startswith(name):
                raise BodyError(code, sentence) from error
        raise


def written(value: Any) -> Any:
    """A value as an event keeps it."""
    if isinstance(value, DateRange):
        return [written(value.lower), written(value.upper)]
    return value.isoformat() if isinstance(value, date) else value


def trace(
    organisation: Organisation,
    action: str,
    *,
    actor: User,
    at: datetime,
    subject: Any,
    body: AssessmentBody | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """One row of the body's or school's history and one of the audit trail. ``subject`` is the row it is about."""
    facts = {name: written(value) for name, value in (data or {}).items()}
    BodyEvent.objects.create(
        organisation=organisation,
        body=body,
        action=action,
        subject="" if subject == body else str(subject)[:120],
        subject_id=subject.pk,
        reason=reason,
        data=facts,
        actor=actor,
        at=at,
    )
    facts = {"organisation": organisation.pk} | facts
    audit_record(f"bodies.{action}", subject, actor=actor, reason=reason, data=facts)
