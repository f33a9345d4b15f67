"""What an officer found about an objection: upheld and the claim is refused, or dismissed and it is shown anew."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.calendar.models import Clock
from foundation.calendar.services import clock_finish
from foundation.calendar.states import ClockState
from foundation.database import in_force
from foundation.sms.services import sms_send
from subsidies.claims.models import Claim, RefusalReason
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.selectors import may_answer
from subsidies.notices.services.objecting import ANSWER, SUBJECT, is_shown, leave
from subsidies.notices.states import NOTICE_KEEPERS, LineState, NoticeState, ObjectionState
from subsidies.notices.texts import OBJECTION_ANSWERED


@transaction.atomic
def objection_answer(
    *, objection_id: int, is_upheld: bool, answer: str, actor: User, at: datetime, refusal_id: int | None = None
) -> Objection:
    """Answer an objection, by a reviewer who had no part in the claim.

    Upheld: the claim is refused for the reason ``refusal_id`` and its money is free again. Dismissed: once no other
    objection to it is open, a claim that left the notice waits for a new one; one that stayed in it goes on, to be paid
    if the notice is over. Whoever objected is told by text if she left a number.
    """
    objection, claim = _locked(objection_id)
    _permit(objection, claim, actor=actor, at=at)
    answer = answer.strip()
    if not answer:
        raise NoticeError("answer_missing", _("请写明核实的情况和结论。提出异议的人会看到。"))
    if objection.state != ObjectionState.OPEN:
        raise NoticeError("answered", _("这条异议已经答复过，可能刚刚有人办过。请刷新页面再看。"))
    if is_upheld and not _refusals(refusal_id, at=at):
        raise NoticeError("refusal_missing", _("异议成立的，请选择不予核定的情形。"))
    objection.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    objection.answer, objection.answered_by, objection.answered_at = answer, actor, at
    objection.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _clock_end(objection, actor=actor, at=at)
    if is_shown(objection.line) and is_upheld:
        leave(objection.line, actor=actor, at=at)
        claim.refresh_from_db(fields=["state"])
    if claim.state == ClaimState.DISPUTED:
        _settle(objection, claim, is_upheld=is_upheld, refusal_id=refusal_id, actor=actor, at=at)
    elif is_shown(objection.line) and objection.line.notice.state == NoticeState.CLOSED:
        _go_on(objection, claim, actor=actor, at=at)
    _tell_objector(objection)
    audit_record("notices.objection.answered", objection, actor=actor, reason=answer, data={"upheld": is_upheld})
    return objection


def _locked(objection_id: int) -> tuple[Objection, Claim]:
    """In the order in which everybody locks: the notice, its line, the claim."""
    PublicNotice.objects.select_for_update().get(lines__objections=objection_id)
    objection = Objection.objects.select_for_update().get(pk=objection_id)
    line = NoticeLine.objects.select_for_update(of=("self",)).select_related("notice").get(pk=objection.line_id)
    claims = Claim.objects.select_for_update(of=("self",)).select_related("worker", "scheme")
    line.claim = claims.get(pk=line.claim_id)
    objection.line = line
    return objection, line.claim


def _permit(objection: Objection, claim: Claim, *, actor: User, at: datetime) -> None:
    if not NOTICE_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("异议由复核人员处理。"))
    if not may_answer(objection, actor, on=timezone.localdate(at)):
        raise NoticeError(
            "own_work",
            _("申领 %(number)s 是您经手过的，或者与您、您任职的机构有关，它的异议要由没有关系的复核人员处理。")
            % {"number": claim.number},
        )


def _refusals(refusal_id: int | None, *, at: datetime) -> bool:
    in_use = RefusalReason.objects.filter(in_force(timezone.localdate(at)))
    return refusal_id is not None and in_use.filter(pk=refusal_id).exists()


def _clock_end(objection: Objection, *, actor: User, at: datetime) -> None:
    running = Clock.objects.filter(subject_type=SUBJECT, subject_id=objection.pk, name=ANSWER)
    for clock in running.exclude(state=ClockState.FINISHED):
        clock_finish(clock_id=clock.pk, on=timezone.localdate(at), actor=actor)


def _settle(
    objection: Objection, claim: Claim, *, is_upheld: bool, refusal_id: int | None, actor: User, at: datetime
) -> None:
    """Move the claim, unless it still waits for another objection; its line is gone from this notice for good."""
    waits = Objection.objects.filter(line__claim=claim, state=ObjectionState.OPEN).exists()
    if waits and not is_upheld:
        return
    NoticeLine.objects.filter(pk=objection.line_id, state=LineState.DISPUTED).update(state=LineState.REMOVED)
    claim_move(
        claim_id=claim.pk,
        action="uphold_objection" if is_upheld else "dismiss_objection",
        party=Party.REVIEW,
        actor=actor,
        at=at,
        reason=objection.answer,
        data={"refusal_id": refusal_id} if is_upheld else {},
    )


def _go_on(objection: Objection, claim: Claim, *, actor: User, at: datetime) -> None:
    """It was shown to the end of the notice, and only this answer was missing."""
    if Objection.objects.filter(line=objection.line, state=ObjectionState.OPEN).exists():
        return
    data = {"notice": objection.line.notice.number}
    claim_move(claim_id=claim.pk, action="approve", party=Party.SYSTEM, actor=actor, at=at, data=data)
    NoticeLine.objects.filter(pk=objection.line_id).update(state=LineState.PASSED)


@transaction.atomic
def objection_take_out(*, objection_id: int, actor: User, at: datetime) -> Objection:
    """Take a claim out of its notice until the objection is answered, where that did not happen by itself.

    By whoever may answer the objection; ``NoticeError`` when it is answered or the claim is not shown any more.
    """
    objection, claim = _locked(objection_id)
    _permit(objection, claim, actor=actor, at=at)
    if objection.state != ObjectionState.OPEN or not is_shown(objection.line):
        raise NoticeError("not_shown", _("这一条已经答复过，或者已经不在公示中，不用移出。请刷新页面再看。"))
    leave(objection.line, actor=actor, at=at)
    audit_record("notices.objection.taken_out", objection, actor=actor, data={"claim": claim.number})
    return objection


def _tell_objector(objection: Objection) -> None:
    if objection.phone:
        sms_send(
            phone=objection.phone,
            template=OBJECTION_ANSWERED,
            context={"notice": objection.line.notice.number},
            dedupe_key=f"objection-answered:{objection.pk}",
        )
