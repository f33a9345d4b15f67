"""What a body's staff does with an application: return it with remarks, accept it as a candidate, refuse it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certifications.applications.errors import ApplicationError
from certifications.applications.models import ApplicationMark, LevelApplication
from certifications.applications.rules.form import field_label, markable_fields
from certifications.applications.services.common import (
    application_move,
    lock_application,
    require_decider,
    require_state,
)
from certifications.applications.states import ApplicationState, Verdict
from certifications.plans.services import candidate_admit
from foundation.accounts.models import User
from foundation.errors import DomainError

LONGEST_REMARK = 300


@dataclass(frozen=True)
class BatchReport:
    """How a batch went: how many were accepted, and the sentence for each that was not, by its number."""

    accepted: int
    refused: dict[str, str]


@transaction.atomic
def application_return(
    *, application_id: int, remarks: Mapping[str, str], reason: str, actor: User, at: datetime
) -> LevelApplication:
    """Give it back with what has to be put right, field by field."""
    application = lock_application(application_id)
    require_decider(application, actor, at=at)
    require_state(application, "return")
    known = set(markable_fields())
    marks = {name: text.strip() for name, text in remarks.items() if name in known and text.strip()}
    if not marks:
        raise ApplicationError("nothing_marked", _("请至少在一栏写明要改什么，申报人才知道怎么改。"))
    ApplicationMark.objects.bulk_create(
        ApplicationMark(
            application=application,
            round=application.round,
            field=name,
            remark=text[:LONGEST_REMARK],
            marked_by=actor,
            marked_at=at,
        )
        for name, text in marks.items()
    )
    reason = reason.strip() or "、".join(field_label(name) for name in marks)
    application_move(application, "return", actor=actor, at=at, reason=reason, data={"fields": sorted(marks)})
    return application


@transaction.atomic
def application_refuse(*, application_id: int, reason: str, actor: User, at: datetime) -> LevelApplication:
    """Say no, with the reason and what she can do."""
    application = lock_application(application_id)
    require_decider(application, actor, at=at)
    application_move(application, "refuse", actor=actor, at=at, reason=reason)
    return application


@transaction.atomic
def application_accept(*, application_id: int, actor: User, at: datetime, reason: str = "") -> LevelApplication:
    """Make her a candidate. What the platform left open is decided by the person, who says why.

    Raises ``PlanError`` when the plan is full or no longer takes candidates; then nothing has changed.
    """
    application = lock_application(application_id)
    require_decider(application, actor, at=at)
    require_state(application, "accept")
    if application.verdict != Verdict.YES and not reason.strip():
        raise ApplicationError("reason_missing", _("平台没有认定符合条件，要通过的，请写明核对了什么、为什么符合。"))
    application.candidate = candidate_admit(
        plan_id=application.plan_id, worker_id=application.worker_id, actor=actor, at=at
    )
    application_move(application, "accept", actor=actor, at=at, reason=reason)
    return application


def applications_accept(*, application_ids: Collection[int], actor: User, at: datetime) -> BatchReport:
    """Accept those that the platform found eligible, in the order they came; each stands or falls alone."""
    rows = LevelApplication.objects.filter(pk__in=application_ids).order_by("submitted_at", "pk")
    accepted, refused = 0, {}
    for pk, number, verdict, state in list(rows.values_list("pk", "number", "verdict", "state")):
        if verdict != Verdict.YES or state != ApplicationState.SUBMITTED:
            refused[number] = _("不是“符合条件、待审核”的，请逐份审核。")
            continue
        try:
            application_accept(application_id=pk, actor=actor, at=at)
        except DomainError as refusal:
            refused[number] = refusal.message
        else:
            accepted += 1
    return BatchReport(accepted, refused)
