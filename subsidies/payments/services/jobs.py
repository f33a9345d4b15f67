"""What takes a while for thousands of claims: asked for once, done once, by the page itself or by a worker process.

The work and the end of the job are one transaction, under a lock on the job's row: whoever is killed leaves the job as
it was, and ``jobs_resume`` has it done by the next.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.outbox.wake import task_wake
from foundation.storage import StoreAwayError
from subsidies.payments.models import PaymentBatch, PaymentJob
from subsidies.payments.services.building import batch_build
from subsidies.payments.services.common import Progress, finance_required
from subsidies.payments.services.returning import bank_return_read, file_keep
from subsidies.payments.services.screening import batch_screen
from subsidies.payments.services.signing import batch_send, batch_sign
from subsidies.payments.states import AT_ONCE, JobKind, JobState

log = structlog.get_logger(__name__)
TASK = "subsidies.payments.tasks.job_do"
SILENCE = timedelta(minutes=1)
GONE = (OperationalError, InterfaceError, StoreAwayError)
STEPS = 4


@transaction.atomic
def job_ask(
    *,
    kind: JobKind,
    actor: User,
    at: datetime,
    size: int,
    fund: str = "",
    claim_ids: Collection[int] | None = None,
    batch_id: int | None = None,
    seen_fen: int | None = None,
    content: bytes | None = None,
    paid_on: date | None = None,
) -> PaymentJob:
    """Write down what is asked for; many claims are left to a worker process, a few are done with ``job_work``."""
    finance_required(actor, at=at)
    job = PaymentJob.objects.create(
        kind=kind,
        fund=fund,
        claims=sorted(claim_ids) if claim_ids is not None else None,
        size=size,
        seen_fen=seen_fen,
        paid_on=paid_on,
        file=file_keep(content) if content is not None else "",
        batch=PaymentBatch.objects.get(pk=batch_id) if batch_id else None,
        asked_by=actor,
        asked_at=at,
    )
    audit_record("payments.job.asked", job, actor=actor, data={"kind": str(kind), "size": size})
    if size > AT_ONCE:
        transaction.on_commit(lambda: task_wake(TASK, job.pk))
    return job


def jobs_silent(*, at: datetime) -> list[int]:
    """Jobs whose task was lost or whose process died."""
    rows = PaymentJob.objects.filter(state=JobState.WAITING, asked_at__lt=at - SILENCE)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def job_step(job: PaymentJob) -> int:
    """How many of ``STEPS`` are done, as far as anybody knows."""
    return int(cache.get(f"payments:job:{job.pk}", 0)) if job.state == JobState.WAITING else STEPS


@transaction.atomic
def job_work(*, job_id: int, at: datetime) -> PaymentJob:
    """Do the job, unless it is done or another process is at it. What is refused is kept as its outcome, in words."""
    free = PaymentJob.objects.select_for_update(skip_locked=True, of=("self",)).select_related("asked_by", "batch")
    job = free.filter(pk=job_id, state=JobState.WAITING).first()
    if job is None:
        return PaymentJob.objects.get(pk=job_id)

    def told(step: int) -> None:
        cache.set(f"payments:job:{job_id}", step, timeout=3600)

    try:
        with transaction.atomic():
            job.message = _DO[JobKind(job.kind)](job, at, told)
        job.state = JobState.DONE
    except DomainError as refusal:
        job.state, job.message = JobState.REFUSED, refusal.message
    except PermissionDenied as refusal:
        job.state, job.message = JobState.REFUSED, str(refusal)
    except GONE:
        raise
    except Exception:
        log.exception("payments.job_failed", job=job_id)
        job.state = JobState.REFUSED
        job.message = _("办理时出错，什么也没有改变。请稍后再试；仍不行的，请联系平台技术支持。")
    job.finished_at = at
    job.save()
    return job


def _build(job: PaymentJob, at: datetime, told: Progress) -> str:
    batch = batch_build(fund=job.fund, claim_ids=job.claims, actor=job.asked_by, at=at, progress=told)
    job.batch = batch
    out = batch.events.get(action="built").data["left_out"]
    words = {"number": batch.number, "count": batch.lines_count, "out": len(out)}
    if out:
        return _("已编制批次 %(number)s，共 %(count)d 笔；有 %(out)d 份没有编入，原因在下面。") % words
    return _("已编制批次 %(number)s，共 %(count)d 笔。请由没有参与审核的人签批。") % words


def _screen(job: PaymentJob, at: datetime, told: Progress) -> str:
    assert job.batch_id is not None
    removal = batch_screen(batch_id=job.batch_id, actor=job.asked_by, at=at, progress=told)
    if removal.claims:
        return _("已重新核查，移出 %(count)d 份，原因在办理经过里。请核对新的笔数和金额。") % {
            "count": len(removal.claims)
        }
    return _("已重新核查，没有需要移出的申领。")


def _sign(job: PaymentJob, at: datetime, told: Progress) -> str:
    assert job.batch_id is not None
    batch = batch_sign(batch_id=job.batch_id, actor=job.asked_by, at=at, seen_fen=job.seen_fen)
    return _("批次 %(number)s 已签批，可以生成送银行的文件了。") % {"number": batch.number}


def _send(job: PaymentJob, at: datetime, told: Progress) -> str:
    assert job.batch_id is not None
    batch = batch_send(batch_id=job.batch_id, actor=job.asked_by, at=at, seen_fen=job.seen_fen, progress=told)
    return _("批次 %(number)s 的文件已生成，请下载后交银行。") % {"number": batch.number}


def _read(job: PaymentJob, at: datetime, told: Progress) -> str:
    with job.file.storage.open(str(job.file.name)) as file:
        content: bytes = file.read()
    given = bank_return_read(
        content=content,
        filename=str(job.file.name),
        actor=job.asked_by,
        at=at,
        paid_on=job.paid_on,
        progress=told,
    )
    job.bank_return, job.batch = given, given.batch
    words = {"paid": given.paid_count, "failed": given.failed_count, "count": len(given.problems)}
    if given.is_repeated:
        return _("这个文件以前读过，已经入账，这次没有任何改变。")
    if given.problems:
        return _("文件有 %(count)d 个问题，整个文件都没有入账。") % words
    return _("已入账：成功 %(paid)d 笔，失败 %(failed)d 笔。") % words


_DO: Mapping[JobKind, Callable[[PaymentJob, datetime, Progress], str]] = MappingProxyType(
    {JobKind.BUILD: _build, JobKind.SCREEN: _screen, JobKind.SIGN: _sign, JobKind.SEND: _send, JobKind.READ: _read}
)
