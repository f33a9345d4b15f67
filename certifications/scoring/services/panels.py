"""The panel's mark: the chief rules where the assessors lie too far apart, and closing writes what counts."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.models import Assessor
from certifications.plans.models import AssessmentPlan, PlanRoom
from certifications.plans.selectors import duties_of_user, plan_runs_here
from certifications.plans.services.independence import INDEPENDENT, violated
from certifications.plans.states import JUDGING, PartKind
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PanelRuling, PartScore
from certifications.scoring.selectors.panels import Board, Line, board_of
from certifications.scoring.services.common import (
    candidate_in,
    desk_required,
    marking_required,
    not_her_own,
    plan_lock,
    reason_required,
)
from certifications.scoring.services.scores import ScoreEntry, mark_checked, scores_write
from certifications.scoring.states import ScoreSource
from foundation.accounts.models import User
from foundation.audit.services import audit_record


@transaction.atomic
def panel_rule(
    *,
    room_id: int,
    candidate_id: int,
    assessor_id: int,
    mark: Decimal | None,
    reason: str,
    actor: User,
    at: datetime,
) -> PanelRuling:
    """Enter what the chief of the panel ruled of a candidate; no mark means that she was absent.

    By the office that runs the plan, in the name of an assessor of the room, and only where there is a dispute.
    """
    reason = reason_required(reason)
    room, plan = _room(room_id)
    desk_required(actor, plan, at=at)
    marking_required(plan)
    not_her_own(actor, candidate_in(plan, candidate_id))
    chief = _chief(board_of(room), candidate_id, assessor_id)
    try:
        with transaction.atomic():
            ruling = PanelRuling.objects.create(
                candidate_id=candidate_id,
                part=room.part,
                assessor=chief,
                mark=None if mark is None else mark_checked(mark),
                reason=reason,
                entered_by=actor,
                at=at,
            )
    except IntegrityError as error:
        if violated(error) != INDEPENDENT:
            raise
        raise ScoringError("trained_her", _("裁定人教过这名考生，应当回避。请由另一位考评员裁定。")) from error
    audit_record("scoring.panel.ruled", ruling, actor=actor, reason=reason)
    return ruling


def _chief(board: Board, candidate_id: int, assessor_id: int) -> Assessor:
    """The assessor of the room in whose name a dispute is ruled."""
    if not any(one.candidate.pk == candidate_id for one in board.disputes):
        raise ScoringError("no_dispute", _("这名考生的评分没有分歧，或者已经裁定，不用再办。"))
    chief = next((duty.assessor for duty in board.judges if duty.assessor_id == assessor_id), None)
    if chief is None:
        raise ScoringError("not_chief", _("裁定人应当是这个考场的考评员。请从考场的考评员中选择。"))
    return chief


@transaction.atomic
def panel_close(*, room_id: int, actor: User, at: datetime) -> list[PartScore]:
    """Write the mark of everybody in the room: the mean of its assessors, or the chief's word. Twice is once.

    By one of its assessors or the office, once all have confirmed and every dispute is settled.
    """
    room, plan = _room(room_id)
    on = timezone.localdate(at)
    is_judge = duties_of_user(actor, on=on).filter(room=room, duty__in=sorted(JUDGING)).exists()
    if not is_judge and not plan_runs_here(actor, plan, on=on):
        raise PermissionDenied(_("您不能办理这个考场的成绩。"))
    board = board_of(room)
    if board.is_closed:
        return [line.score for line in board.lines if line.score is not None]
    marking_required(plan)
    _ready(board)
    entries = [_entry(line, PartKind(room.part.kind)) for line in board.lines]
    scores = scores_write(plan, entries, source=ScoreSource.PHONE, actor=actor, at=at, assessors=_signed(board))
    audit_record("scoring.panel.closed", room, actor=actor, data={"people": len(scores)})
    return scores


def _room(room_id: int) -> tuple[PlanRoom, AssessmentPlan]:
    room = PlanRoom.objects.select_related("part").get(pk=room_id)
    plan = plan_lock(room.part.plan_id)
    # Nobody rates between the look and the close: a rating locks its duty.
    list(room.duties.select_for_update().order_by("pk").values_list("pk"))
    return room, plan


def _ready(board: Board) -> None:
    if not board.judges:
        raise ScoringError("no_judges", _("这个考场没有安排考评员，不能按评分登记成绩。"))
    if not board.lines:
        raise ScoringError("nobody", _("这个考场没有考生。"))
    if board.waiting:
        names = "、".join(duty.assessor.name for duty in board.waiting)
        raise ScoringError("not_confirmed", _("还有考评员没有确认评分：%(names)s。") % {"names": names})
    if board.disputes:
        places = "、".join(str(line.seat.number) for line in board.disputes)
        raise ScoringError(
            "dispute",
            _("%(places)s 号位的评分相差太大，或对有没有到场说法不一，请先由考评组长裁定。") % {"places": places},
        )
    if any(not line.is_complete and line.ruling is None for line in board.lines):
        raise ScoringError("missing", _("还有考生没有评完。请回到名单查看。"))


def _entry(line: Line, part: PartKind) -> ScoreEntry:
    return ScoreEntry(line.candidate.pk, part, line.mark, is_absent=line.mark is None)


def _signed(board: Board) -> dict[int, Assessor]:
    """Who stands for a mark alone: the chief who ruled, or the only assessor of the room."""
    signed = {line.candidate.pk: line.ruling.assessor for line in board.lines if line.ruling is not None}
    if len(board.judges) == 1:
        only = board.judges[0].assessor
        signed = {line.candidate.pk: only for line in board.lines} | signed
    return signed
