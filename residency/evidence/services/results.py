"""What a receiver answers: kept as it came, applied once and in its order, shown on the record of the person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.audit.services import audit_record
from foundation.sms.services import sms_send
from foundation.sms.templates import CASE_PROGRESS
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidencePack, EvidenceResult, EvidenceWithdrawal
from residency.evidence.rules.documents import canonical, problems
from residency.evidence.services.common import pack_move
from residency.evidence.states import GIVEN, RESULT_SCHEMA, Outcome, PackState, WithdrawalState
from workers.services.common import event_add as worker_event_add

_MOVES = {Outcome.RECEIVED: "deliver", Outcome.ACCEPTED: "accept", Outcome.REFUSED: "refuse"}
_TARGETS = {
    Outcome.RECEIVED: PackState.DELIVERED,
    Outcome.ACCEPTED: PackState.ACCEPTED,
    Outcome.REFUSED: PackState.REFUSED,
}


@dataclass(frozen=True)
class Answer:
    """A result as the exchange received it, with the moment the receiver gives for it."""

    body: dict[str, Any]
    at: datetime

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.body["outcome"])

    @property
    def reasons(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.body["reasons"]
        return found


@transaction.atomic
def result_record(*, body: dict[str, Any], at: datetime, now: datetime) -> EvidenceResult:
    """Keep an answer and act on it, once.

    One that is late, repeated, or about a version that was replaced is kept and changes nothing. Raises
    ``EvidenceError`` for what breaks the schema and for what was never sent to this receiver.
    """
    if problems(body, RESULT_SCHEMA):
        raise EvidenceError("malformed_result", _("对方的答复不合格式。"))
    answer = Answer(body, at)
    about = _order_of(body) if body["about"] == "withdrawal" else _pack_of(body)
    # With the row locked: two handlers of one answer are one after the other.
    known = EvidenceResult.objects.filter(external_id=_external_id(body)).first()
    if known is not None:
        return known
    if isinstance(about, EvidenceWithdrawal):
        return _order_answered(about, answer, now)
    return _pack_answered(about, answer, now)


def _external_id(body: dict[str, Any]) -> str:
    return f"{body['receiver']}:{body['id']}"[:130]


def _pack_of(body: dict[str, Any]) -> EvidencePack:
    packs = EvidencePack.objects.select_for_update(of=("self",)).select_related("file__worker__user")
    found = packs.filter(
        reference=body["reference"], file__receiver=body["receiver"], sequence=body["sequence"]
    ).first()
    if found is None:
        raise EvidenceError("unknown_pack", _("没有给这个单位发过这份材料。"))
    return found


def _order_of(body: dict[str, Any]) -> EvidenceWithdrawal:
    found = (
        EvidenceWithdrawal.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(reference=body["reference"], file__receiver=body["receiver"], sequence=body["sequence"])
        .first()
    )
    if found is None:
        raise EvidenceError("unknown_pack", _("没有给这个单位发过这份通知。"))
    return found


def _kept(answer: Answer, now: datetime, *, is_applied: bool, **about: Any) -> EvidenceResult:
    return EvidenceResult.objects.create(
        external_id=_external_id(answer.body),
        number=answer.body["number"],
        outcome=answer.outcome,
        codes=[one["code"] for one in answer.reasons],
        content=canonical(answer.body).decode(),
        is_applied=is_applied,
        at=answer.at,
        recorded_at=now,
        **about,
    )


def _pack_answered(pack: EvidencePack, answer: Answer, now: datetime) -> EvidenceResult:
    is_live = pack.state == PackState.QUEUED or pack.state in GIVEN
    is_applied = is_live and answer.body["number"] > pack.result_number
    result = _kept(answer, now, is_applied=is_applied, pack=pack)
    if is_applied:
        _apply(pack, answer, now)
    return result


def _apply(pack: EvidencePack, answer: Answer, now: datetime) -> None:
    pack.result_number = answer.body["number"]
    # Whoever answers has it, whatever became of our own note.
    pack.delivered_at = pack.delivered_at or now
    if answer.outcome == Outcome.RECEIVED:
        if pack.state == PackState.QUEUED:
            pack_move(pack, "deliver", actor=None, at=now)
        else:
            pack.save(update_fields=["result_number", "delivered_at"])
        return
    is_news = pack.state != _TARGETS[answer.outcome]
    pack.answered_at = answer.at
    pack_move(pack, _MOVES[answer.outcome], actor=None, at=now)
    if is_news:
        _tell(pack, answer)


def _tell(pack: EvidencePack, answer: Answer) -> None:
    """The answer stands in the history of her file, and she hears of it by phone, where there is one."""
    worker = pack.file.worker
    with override("zh-hans"):
        receiver = pack.file.get_receiver_display()
        progress = _("对方已经采用") if answer.outcome == Outcome.ACCEPTED else _("对方退回了，请登录看原因和怎么办")
        matter = _("发给%(receiver)s的证明材料") % {"receiver": receiver}
        reason = _("%(receiver)s，第 %(version)d 版") % {"receiver": receiver, "version": pack.version}
    worker_event_add(worker, f"evidence.{answer.outcome}", actor=None, at=answer.at, reason=reason)
    if worker.phone:
        sms_send(
            phone=worker.phone,
            template=CASE_PROGRESS,
            context={"matter": matter, "progress": progress},
            dedupe_key=f"evidence:{pack.reference}:{answer.body['number']}",
        )


def _order_answered(order: EvidenceWithdrawal, answer: Answer, now: datetime) -> EvidenceResult:
    is_news = answer.outcome == Outcome.DELETED and order.state != WithdrawalState.CONFIRMED
    result = _kept(answer, now, is_applied=is_news, withdrawal=order)
    if is_news:
        order.state, order.confirmed_at = WithdrawalState.CONFIRMED, now
        order.delivered_at = order.delivered_at or now
        order.save(update_fields=["state", "confirmed_at", "delivered_at"])
        audit_record("evidence.withdrawal.confirmed", order, actor=None, data={"receiver": order.file.receiver})
    return result
