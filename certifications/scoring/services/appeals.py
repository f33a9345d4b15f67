"""复核: the candidate asks, somebody who did not give the mark answers, and a corrected mark is judged again."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.selectors import plan_runs_here
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import AppealEvent, PartScore, ScoreAppeal
from certifications.scoring.rules import judge
from certifications.scoring.selectors.appeals import appeals_run
from certifications.scoring.selectors.tables import Preview, Row, marks_of, table_of
from certifications.scoring.services.common import candidate_in, desk_required, plan_lock, reason_required
from certifications.scoring.services.fairness import answered_by_another
from certifications.scoring.services.results import result_tell, result_write
from certifications.scoring.services.scores import score_replace
from certifications.scoring.states import APPEAL_MOVES, AppealState
from certifications.scoring.texts import APPEAL_KEPT
from certifications.scoring.words import criterion_read
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.sms.services import sms_send
from workers.selectors import is_unproven


@transaction.atomic
def appeal_make(*, candidate_id: int, part: PartKind, words: str, actor: User, at: datetime) -> ScoreAppeal:
    """Ask for a mark to be looked at again. Asking twice gives the appeal there is.

    By the candidate herself, or by the office that runs the plan when she asks there on paper; only until the last day
    for it. ``ScoringError`` afterwards, without a reason, and for a mark that was answered already.
    """
    plan = plan_lock(Candidate.objects.values_list("plan_id", flat=True).get(pk=candidate_id))
    candidate = candidate_in(plan, candidate_id)
    is_hers = candidate.worker.user_id == actor.pk and not is_unproven(candidate.worker, actor)
    if not is_hers and not plan_runs_here(actor, plan, on=timezone.localdate(at)):
        raise PermissionDenied(_("只能申请复核自己的成绩。"))
    _in_time(plan, at)
    score = PartScore.objects.filter(candidate=candidate, part__kind=part, replaced_by__isnull=True).first()
    if score is None:
        raise ScoringError("no_score", _("这一部分没有成绩，不能申请复核。"))
    known = ScoreAppeal.objects.filter(score=score).first()
    if known is not None and known.state == AppealState.OPEN:
        return known
    if known is not None:
        raise ScoringError("answered", _("这一部分已经复核过，答复是：%(answer)s") % {"answer": known.answer})
    if not words.strip():
        raise ScoringError("words_missing", _("请写一下您觉得哪里不对。"))
    appeal = ScoreAppeal.objects.create(score=score, words=words.strip(), made_by=actor, made_at=at)
    _event(appeal, "make", "", actor=actor, at=at, reason=appeal.words)
    audit_record("scoring.appeal.made", appeal, actor=actor, on_behalf_of=None if is_hers else candidate.worker.user)
    return appeal


def _in_time(plan: AssessmentPlan, at: datetime) -> None:
    until = plan.appeal_until
    if appeals_run(plan, on=timezone.localdate(at)):
        return
    if plan.state in {PlanState.PUBLISHED, PlanState.FINAL} and until is not None:
        raise ScoringError(
            "too_late",
            _("申请复核到 %(day)s 截止，现在已经过了。仍有疑问的，请联系组织考核的单位或人社部门。")
            % {"day": until.isoformat()},
        )
    raise ScoringError("not_public", _("成绩还没有公布，公布以后才能申请复核。"))


@transaction.atomic
def appeal_answer(
    *,
    appeal_id: int,
    is_upheld: bool,
    answer: str,
    actor: User,
    at: datetime,
    mark: Decimal | None = None,
    is_absent: bool = False,
) -> ScoreAppeal:
    """Answer an appeal: keep the mark, or put it right and judge her again. She is told by text.

    By the office that runs the plan, and never by whoever entered or judged the mark.
    """
    answer = reason_required(answer)
    place = ScoreAppeal.objects.values_list("score__candidate__plan", flat=True).get(pk=appeal_id)
    plan = plan_lock(place)
    desk_required(actor, plan, at=at)
    appeal = ScoreAppeal.objects.select_related("score__candidate__worker__user", "score__part").get(pk=appeal_id)
    if appeal.state != AppealState.OPEN:
        raise ScoringError("answered", _("这份申请已经答复过，可能刚刚有人办过。请刷新页面再看。"))
    if plan.state != PlanState.PUBLISHED:
        raise ScoringError("not_public", _("成绩已经退回重办，复核申请要等重新公布以后再答复。"))
    if is_absent is False and mark is None and is_upheld:
        raise ScoringError("mark_impossible", _("请填写更正后的成绩。"))
    score = appeal.score
    answered_by_another(score, actor)
    _move(appeal, "change" if is_upheld else "keep", answer, actor=actor, at=at)
    if is_upheld:
        score_replace(score, score.candidate, mark=mark, is_absent=is_absent, reason=answer, actor=actor, at=at)
        _judge_again(plan, score.candidate, answer, actor=actor, at=at)
    elif score.candidate.worker.phone:
        sms_send(
            phone=score.candidate.worker.phone,
            template=APPEAL_KEPT,
            context={"plan": plan.title},
            dedupe_key=f"score-appeal:{appeal.pk}",
        )
    audit_record("scoring.appeal.answered", appeal, actor=actor, reason=answer, data={"upheld": is_upheld})
    return appeal


def _judge_again(plan: AssessmentPlan, candidate: Candidate, reason: str, *, actor: User, at: datetime) -> None:
    """A new result by the criterion of the first one, and a text to her."""
    row = table_of(plan, candidates=Candidate.objects.filter(pk=candidate.pk))[0]
    assert row.result is not None
    criterion = criterion_read(row.result.criterion)
    judged = Row(row.candidate, row.cells, row.parts, row.result, judge(marks_of(row), criterion))
    result = result_write(judged, Preview(criterion, [judged], []), actor=actor, at=at, reason=reason)
    assert result is not None
    result_tell(result, plan)


def _move(appeal: ScoreAppeal, action: str, answer: str, *, actor: User, at: datetime) -> None:
    source, target = APPEAL_MOVES[action]
    assert appeal.state == source
    appeal.state, appeal.answer, appeal.answered_by, appeal.answered_at = target, answer, actor, at
    appeal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _event(appeal, action, source, actor=actor, at=at, reason=answer)


def _event(appeal: ScoreAppeal, action: str, source: str, *, actor: User, at: datetime, reason: str) -> None:
    AppealEvent.objects.create(
        appeal=appeal, action=action, source=source, target=appeal.state, reason=reason, actor=actor, at=at
    )
