"""提交 for a class: asked for once, worked on by any number of processes, killed and taken up again without harm.

A chunk of claims goes in one short transaction: mandates are looked at under their lock, so that what is taken back at
the same moment either stays or was sent before. A line is taken with ``SKIP LOCKED``: whoever dies lets go of it.
Locks are taken in one order everywhere: workers, mandates, claims.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.services.locks import workers_lock
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.outbox.wake import task_wake
from subsidies.checks.selectors import blocks_open
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_send
from subsidies.claims.states import ClaimState, ClassClaimState
from subsidies.mandates.states import MandateState
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import ClassSend, Mandate, SendLine
from subsidies.school_claims.selectors.rows import table_of
from subsidies.school_claims.services.preparing import class_claim_lock, drafts_refresh
from subsidies.school_claims.states import LineState, SendState

log = structlog.get_logger(__name__)

TASK = "subsidies.school_claims.tasks.class_send"
CHUNK = 20
# Several times longer than a chunk takes.
SILENCE = timedelta(minutes=2)
# The database or the time went away: the sending is taken up again.
GONE = (OperationalError, InterfaceError, SoftTimeLimitExceeded)


@transaction.atomic
def class_claim_send(*, class_claim_id: int, actor: User, at: datetime) -> ClassSend:
    """Ask that what is ready be sent; asked twice, it is the same sending. What is not ready stays, with its reasons.

    Raises ``PermissionDenied`` for another school and ``SchoolClaimError`` when nothing is ready.
    """
    class_claim = class_claim_lock(class_claim_id, actor, at=at)
    known = ClassSend.objects.filter(class_claim=class_claim).first()
    if known is not None:
        return known
    if class_claim.state != ClassClaimState.DRAFT:
        raise SchoolClaimError("wrong_state", _("这一批已经取消，不能提交。请重新选班次和补贴项目。"))
    drafts_refresh(class_claim, class_claim.class_run, actor=actor, at=at)
    rows = [row for row in table_of(class_claim, on=timezone.localdate(at)).rows if row.draft is not None]
    if not any(row.is_ready for row in rows):
        raise SchoolClaimError("nobody_ready", _("还没有可以提交的。请先按每一行的提示补齐。"))
    sending = ClassSend.objects.create(class_claim=class_claim, requested_by=actor, requested_at=at)
    SendLine.objects.bulk_create(
        SendLine(sending=sending, claim=row.draft)
        if row.is_ready
        else SendLine(
            sending=sending,
            claim=row.draft,
            state=LineState.STAYED,
            code=row.fixes[0].code,
            reason="\n".join(f"{fix.title}：{fix.text}" for fix in row.fixes if fix.is_block),
        )
        for row in rows
    )
    class_claim.state = ClassClaimState.SUBMITTED
    class_claim.submitted_by, class_claim.submitted_at = actor, at
    class_claim.save(update_fields=["state", "submitted_by", "submitted_at"])
    transaction.on_commit(lambda: task_wake(TASK, sending.pk))
    data = {"lines": len(rows), "ready": sum(row.is_ready for row in rows)}
    audit_record("school_claims.class_claim.submitted", class_claim, actor=actor, data=data)
    return sending


def sends_silent(*, at: datetime) -> list[int]:
    """Sendings that are not done and show no progress: their task was lost, or its process died."""
    silent = Q(beat_at__lt=at - SILENCE) | Q(beat_at__isnull=True, requested_at__lt=at - SILENCE)
    rows = ClassSend.objects.filter(~Q(state=SendState.DONE), silent)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def class_send_work(*, sending_id: int, at: datetime) -> ClassSend:
    """Send what waits, chunk by chunk, and close the sending when nothing is left."""
    waiting = ClassSend.objects.filter(pk=sending_id, state=SendState.WAITING)
    waiting.update(state=SendState.RUNNING, beat_at=at)
    sending = ClassSend.objects.select_related("requested_by", "class_claim").get(pk=sending_id)
    if sending.state != SendState.RUNNING:
        return sending
    while _chunk(sending, at=at):
        ClassSend.objects.filter(pk=sending_id).update(beat_at=at)
    return _finish(sending_id, at=at)


@transaction.atomic
def _chunk(sending: ClassSend, *, at: datetime) -> int:
    """Send the next lines; gives how many there were."""
    free = SendLine.objects.select_for_update(skip_locked=True, of=("self",)).select_related("claim")
    lines = list(free.filter(sending=sending, state=LineState.WAITING).order_by("pk").defer("claim__account")[:CHUNK])
    if not lines:
        return 0
    claims = [line.claim for line in lines]
    workers_lock([claim.worker_id for claim in claims])
    given = _mandated(claims)
    blocked = blocks_open([claim.pk for claim in claims])
    sent = []
    for line in lines:
        refusal = _refusal(line.claim, given, blocked)
        if refusal is None:
            refusal = _send(line, sending.requested_by, at=at)
        if refusal is None:
            sent.append(line.claim_id)
        else:
            line.state, line.code, line.reason = LineState.STAYED, refusal.code, refusal.message
    SendLine.objects.bulk_update(lines, ["state", "amount_fen", "code", "reason"])
    if sent:
        checks_run(claim_ids=sent, moment=Moment.SUBMIT, actor=sending.requested_by, at=at)
    return len(lines)


def _mandated(claims: Sequence[Claim]) -> set[int]:
    """The claims that may be sent: she agrees now, held until the chunk is over, or the money is the school's."""
    pairs = {(claim.worker_id, claim.school_id) for claim in claims if claim.payee == Payee.WORKER}
    rows = Mandate.objects.select_for_update(of=("self",)).filter(
        worker__in=[worker for worker, _school in pairs], state=MandateState.GIVEN
    )
    given = {(one.worker_id, one.school_id) for one in rows.order_by("pk")}
    return {claim.pk for claim in claims if claim.payee == Payee.SCHOOL or (claim.worker_id, claim.school_id) in given}


def _refusal(claim: Claim, given: set[int], blocked: set[int]) -> DomainError | None:
    if claim.state != ClaimState.DRAFT:
        return SchoolClaimError("draft_gone", _("这一份已经撤回，没有提交。"))
    if claim.pk not in given:
        return SchoolClaimError("mandate", _("本人撤回了委托，没有提交。她可以自己申领。"))
    if claim.pk in blocked:
        return SchoolClaimError("blocked", _("核查发现了必须先处理的问题，没有提交。请重新准备这个班，按提示补齐。"))
    return None


def _send(line: SendLine, actor: User, *, at: datetime) -> DomainError | None:
    """Send one; what refuses it keeps nobody else back."""
    try:
        with transaction.atomic():
            claim = claim_send(claim_id=line.claim_id, actor=actor, at=at)
    except GONE:
        raise
    except DomainError as refusal:
        return _for_the_school(refusal)
    except PermissionDenied:
        return SchoolClaimError("not_staff", _("提交的人已经不在本校任职，没有提交。请由现在的工作人员重新提交。"))
    except IntegrityError:
        log.warning("school_claims.claimed_meanwhile", line=line.pk)
        return SchoolClaimError("claimed", _("她刚刚自己申领了，不用再提交。"))
    line.state, line.amount_fen, line.code, line.reason = LineState.SENT, claim.amount_fen, "", ""
    return None


def _for_the_school(refusal: DomainError) -> DomainError:
    """A refusal in the school's words. Why the rule says no may concern her alone: see the table."""
    texts = {
        "no_account": _("没有收款账户，没有提交。请登记以后再准备这个班。"),
        "papers_missing": refusal.message,
        "policy_gap": refusal.message,
        "certificate_gone": refusal.message,
    }
    other = _("提交时情况有变，现在不能申领。请重新准备这个班，看这一行的提示。")
    return SchoolClaimError(refusal.code, texts.get(refusal.code, other))


@transaction.atomic
def _finish(sending_id: int, *, at: datetime) -> ClassSend:
    """Close the sending when nothing waits; whoever still holds some lines closes it instead."""
    rows = ClassSend.objects.select_for_update(of=("self",)).select_related("requested_by", "class_claim")
    sending = rows.get(pk=sending_id)
    if sending.state != SendState.RUNNING or sending.lines.filter(state=LineState.WAITING).exists():
        return sending
    counts = sending.lines.aggregate(
        sent=Count("pk", filter=Q(state=LineState.SENT)),
        stayed=Count("pk", filter=Q(state=LineState.STAYED)),
        total=Sum("amount_fen", filter=Q(state=LineState.SENT), default=0),
    )
    sending.sent, sending.stayed, sending.total_fen = counts["sent"], counts["stayed"], counts["total"]
    sending.state, sending.finished_at = SendState.DONE, at
    sending.save(update_fields=["sent", "stayed", "total_fen", "state", "finished_at"])
    data = {"sent": sending.sent, "stayed": sending.stayed, "total_fen": sending.total_fen}
    audit_record("school_claims.class_claim.sent", sending.class_claim, actor=sending.requested_by, data=data)
    return sending
