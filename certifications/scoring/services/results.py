"""Results are judged, published, made final and, rarely, taken back. The only place where results are written."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.plans.models import AssessmentPlan
from certifications.plans.services import plan_move
from certifications.plans.states import CandidateState, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import Result, ScoreAppeal
from certifications.scoring.selectors.results import APPEAL_DAYS
from certifications.scoring.selectors.tables import Preview, Row, preview_of
from certifications.scoring.services.common import desk_required, plan_lock, reason_required
from certifications.scoring.states import PUBLIC, REOPENERS, AppealState
from certifications.scoring.texts import RESULT_CHANGED, RESULT_PUBLISHED
from certifications.scoring.words import checks_frozen, criterion_frozen, marks_frozen
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.calendar.working_days import working_day_add
from foundation.policy.selectors import parameter_on
from foundation.sms.services import NewSms, sms_send_many

MOST_NAMED = 10


@transaction.atomic
def results_judge(*, plan_id: int, actor: User, at: datetime) -> list[Result]:
    """Judge everybody whose marks are all there; gives the results that were written. Twice is once.

    Raises ``ScoringError`` naming who lacks which part. Results count only when they are published and final.
    """
    plan = plan_lock(plan_id)
    desk_required(actor, plan, at=at)
    if plan.state != PlanState.HELD:
        raise _wrong_state(plan)
    return _judge(_complete(plan), actor=actor, at=at)


def _judge(preview: Preview, *, actor: User, at: datetime) -> list[Result]:
    """A first result is written with the others; one that changed is written by itself."""
    made = [_first(row, preview, actor=actor, at=at) for row in preview.rows if row.result is None]
    Result.objects.bulk_create(made)
    later = (result_write(row, preview, actor=actor, at=at) for row in preview.rows if row.result is not None)
    return [*made, *(one for one in later if one is not None)]


def _first(row: Row, preview: Preview, *, actor: User, at: datetime) -> Result:
    """The first result of a candidate, not saved yet."""
    assert row.judgement is not None
    return Result(
        candidate=row.candidate,
        outcome=row.judgement.outcome,
        marks=marks_frozen(row.judgement),
        criterion=criterion_frozen(preview.criterion),
        checks=checks_frozen(row.judgement),
        judged_by=actor,
        at=at,
    )


def result_write(row: Row, preview: Preview, *, actor: User, at: datetime, reason: str = "") -> Result | None:
    """The result of one candidate, frozen with its criterion; ``None`` where nothing has changed."""
    assert row.judgement is not None
    last, checks = row.result, checks_frozen(row.judgement)
    if last is not None and last.checks == checks:
        return None
    if last is not None and not reason:
        reason = _reasons(row)
    return Result.objects.create(
        candidate=row.candidate,
        outcome=row.judgement.outcome,
        marks=marks_frozen(row.judgement),
        criterion=last.criterion if last else criterion_frozen(preview.criterion),
        checks=checks,
        replaces=last,
        reason=reason,
        judged_by=actor,
        at=at,
    )


def _reasons(row: Row) -> str:
    """Why she is judged again: why her marks were put right."""
    told = [score.reason for score in row.cells if score is not None and score.replaces_id and score.reason]
    with override("zh-hans"):
        return "；".join(told) or _("成绩有更正")


def _complete(plan: AssessmentPlan) -> Preview:
    preview = preview_of(plan)
    if not preview.rows:
        raise ScoringError("nobody", _("这次考核没有准考的人，没有成绩可以公布。"))
    if preview.missing:
        raise ScoringError("missing", _("还有成绩没有登记，不能公布：%(names)s") % {"names": missing_words(preview)})
    return preview


def missing_words(preview: Preview) -> str:
    """Who lacks which part, the first ten by name of ticket."""
    told = [
        _("%(ticket)s 号缺%(parts)s")
        % {"ticket": row.candidate.ticket_number, "parts": "、".join(str(part) for part in row.missing)}
        for row in preview.missing[:MOST_NAMED]
    ]
    rest = len(preview.missing) - MOST_NAMED
    if rest > 0:
        told.append(_("还有 %(count)d 人") % {"count": rest})
    return "；".join(told) + "。"


@transaction.atomic
def results_publish(*, plan_id: int, actor: User, at: datetime, seen: str = "") -> AssessmentPlan:
    """Judge everybody, publish, open the days of appeal, and tell each by text. A second click finds it done.

    ``seen`` is the digest of the preview somebody looked at; without one nothing is compared. Raises
    ``PermissionDenied`` for another organisation, ``ScoringError`` while marks are missing or when the marks are no
    longer those of the preview.
    """
    plan = plan_lock(plan_id)
    desk_required(actor, plan, at=at)
    if plan.state in PUBLIC:
        return plan
    if plan.state != PlanState.HELD:
        raise _wrong_state(plan)
    preview = _complete(plan)
    if seen and preview.digest != seen:
        raise ScoringError("changed", _("刚才的预览以后，成绩有变化。请重新查看，再公布。"))
    _judge(preview, actor=actor, at=at)
    today = timezone.localdate(at)
    days = parameter_on(APPEAL_DAYS, city=settings.CITY_CODE, on=today)
    until = working_day_add(today, int(days.value)).on
    facts: dict[str, Any] = {"appeal_until": until}
    plan = plan_move(plan_id=plan.pk, action="publish", actor=actor, at=at, data=facts)
    results = Result.objects.filter(candidate__plan=plan, replaced_by__isnull=True)
    results = results.filter(candidate__state=CandidateState.ADMITTED).order_by("candidate__ticket_number")
    texts = (result_text(result, plan) for result in results.select_related("candidate__worker__user"))
    sms_send_many([text for text in texts if text is not None])
    counts = {"passed": preview.passed, "failed": preview.failed, "appeal_version": days.version_id}
    audit_record("scoring.results.published", plan, actor=actor, data=counts)
    return plan


def result_tell(result: Result, plan: AssessmentPlan) -> None:
    """Tell her the outcome by text, once for each result; never the marks."""
    text = result_text(result, plan)
    if text is not None:
        sms_send_many([text])


def result_text(result: Result, plan: AssessmentPlan) -> NewSms | None:
    """What she is told of a result, where there is a phone to tell her by."""
    phone = result.candidate.worker.phone
    if not phone:
        return None
    context: dict[str, object] = {"plan": plan.title}
    template = RESULT_CHANGED
    if result.replaces_id is None:
        template = RESULT_PUBLISHED
        context["until"] = _day(plan)
    with override("zh-hans"):
        context["outcome"] = str(result.get_outcome_display())
    return NewSms(phone=phone, template=template, context=context, dedupe_key=f"result:{result.pk}")


def _day(plan: AssessmentPlan) -> str:
    until = plan.appeal_until
    assert until is not None
    return f"{until.month}月{until.day}日"


@transaction.atomic
def results_finalise(*, plan_id: int, actor: User | None, at: datetime) -> AssessmentPlan:
    """Make published results final once the days of appeal are over and every appeal is answered. Twice is once.

    Without an actor it is the timetable. Raises ``ScoringError`` while an appeal waits, and the plan's own refusal
    before the days are over.
    """
    plan = plan_lock(plan_id)
    if actor is not None:
        desk_required(actor, plan, at=at)
    if plan.state == PlanState.FINAL:
        return plan
    if plan.state != PlanState.PUBLISHED:
        raise _wrong_state(plan)
    waiting = ScoreAppeal.objects.filter(score__part__plan=plan, state=AppealState.OPEN).count()
    if waiting:
        raise ScoringError(
            "appeals_open", _("还有 %(count)d 份复核申请没有答复，答复以后成绩才能确定。") % {"count": waiting}
        )
    plan = plan_move(plan_id=plan.pk, action="finalise", actor=actor, at=at)
    audit_record("scoring.results.finalised", plan, actor=actor)
    return plan


@transaction.atomic
def results_reopen(*, plan_id: int, reason: str, actor: User, at: datetime) -> AssessmentPlan:
    """Take published or final results back, so that marks can be put right and published again; for officers only."""
    reason = reason_required(reason)
    if not REOPENERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能退回已公布的成绩。"))
    plan = plan_lock(plan_id)
    waiting = ScoreAppeal.objects.filter(score__part__plan=plan, state=AppealState.OPEN)
    if waiting.exists():
        raise ScoringError("appeals_open", _("还有复核申请没有答复。请组织单位先答复，再退回。"))
    plan = plan_move(plan_id=plan_id, action="recall", actor=actor, at=at, reason=reason)
    audit_record("scoring.results.reopened", plan, actor=actor, reason=reason)
    return plan


def _wrong_state(plan: AssessmentPlan) -> ScoringError:
    return ScoringError(
        "wrong_state",
        _("考核计划现在是“%(state)s”，不能这样办理。考完以后，请先在“考核计划”里办理“考核结束”。")
        % {"state": plan.get_state_display()},
    )


@transaction.atomic
def table_record(*, plan: AssessmentPlan, file_format: str, note: str, rows: int, actor: User) -> None:
    """That somebody took a plan's scores away, and what for."""
    data = {"format": file_format, "rows": rows}
    audit_record("scoring.table.exported", plan, actor=actor, reason=note, data=data)
