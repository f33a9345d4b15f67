"""发证 for a class: asked for once, worked on by any number of processes, killed and taken up again without harm.

A chunk of people is issued in one short transaction: numbers, rows, skill records, texts. The files follow outside the
school's lock, by chunks too; while a chunk's files are made only the batch's own lines are held. A line is taken with
``SKIP LOCKED``: whoever dies lets go of it, and nobody waits for anybody.
"""

from datetime import date, datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import BatchItem, CertificateBatch, TrainingCertificate
from certifications.certificates.services.files import certificate_files_make
from certifications.certificates.services.training import Outcomes, certificates_issue
from certifications.certificates.states import LIVE, BatchState, ItemState
from courses.classes.models import Enrolment
from courses.classes.services.locks import class_run_lock
from courses.classes.services.parties import school_staff_required
from courses.completion.selectors import completions_in_force
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.outbox.wake import task_wake
from foundation.storage import DiskFullError, StoreAwayError

log = structlog.get_logger(__name__)

TASK = "certifications.certificates.tasks.batch_make"
# So many processes work on one batch: one makes files while another holds the school's lock.
HANDS = 2
CHUNK = 20
# Several times longer than a chunk takes.
SILENCE = timedelta(minutes=2)
# The database, the time, the store of files or the room on the disk went away: the batch is taken up again.
GONE = (OperationalError, InterfaceError, SoftTimeLimitExceeded, DiskFullError, StoreAwayError)


@transaction.atomic
def batch_request(*, class_run_id: int, issued_on: date, actor: User, at: datetime) -> CertificateBatch:
    """Ask for the certificates of everybody of a class who has none; the one under way when there is one.

    Raises ``PermissionDenied`` for another school and ``CertificateError`` when nobody is left.
    """
    run = class_run_lock(class_run_id)
    school_staff_required(actor, run.school, at=at)
    known = CertificateBatch.objects.filter(~Q(state=BatchState.DONE), class_run=run).first()
    if known is not None:
        return known
    held = TrainingCertificate.objects.filter(enrolment__class_run=run, state__in=sorted(LIVE)).values("enrolment")
    judged = completions_in_force().filter(enrolment__class_run=run).values("enrolment")
    people = Enrolment.objects.filter(pk__in=judged).exclude(pk__in=held).order_by("enrolled_at", "pk")
    if not people.exists():
        raise CertificateError("nobody_left", _("这个班没有等待发证的人：已经发完，或还没有结班。"))
    batch = CertificateBatch.objects.create(class_run=run, issued_on=issued_on, requested_by=actor, requested_at=at)
    BatchItem.objects.bulk_create(BatchItem(batch=batch, enrolment=one) for one in people)
    transaction.on_commit(lambda: batch_wake(batch.pk))
    data = {"class_run": run.pk, "people": len(people), "issued_on": issued_on.isoformat()}
    audit_record("certificates.batch.requested", batch, actor=actor, data=data)
    return batch


def batch_wake(batch_id: int) -> None:
    """Call for hands. A lost call does no harm: ``batches_resume`` looks after it."""
    for _hand in range(HANDS):
        task_wake(TASK, batch_id)


def batches_silent(*, at: datetime) -> list[int]:
    """Batches that are not done and show no progress: their task was lost, or its process died."""
    silent = Q(beat_at__lt=at - SILENCE) | Q(beat_at__isnull=True, requested_at__lt=at - SILENCE)
    rows = CertificateBatch.objects.filter(~Q(state=BatchState.DONE), silent)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def batch_work(*, batch_id: int, at: datetime, with_files: bool = True) -> CertificateBatch:
    """Issue whom nobody has issued yet, make the files that are missing, and close the batch when nothing is left.

    Without its files it is done sooner, and each is made when somebody first asks for it.
    """
    CertificateBatch.objects.filter(pk=batch_id, state=BatchState.WAITING).update(state=BatchState.RUNNING, beat_at=at)
    batch = CertificateBatch.objects.select_related("requested_by", "class_run").get(pk=batch_id)
    if batch.state != BatchState.RUNNING:
        return batch
    failed: list[int] = []
    while _chunk_issue(batch, at=at) or (with_files and _chunk_files(batch, failed)):
        CertificateBatch.objects.filter(pk=batch_id).update(beat_at=at)
    return _finish(batch_id, failed, at=at, with_files=with_files)


def _chunk_issue(batch: CertificateBatch, *, at: datetime) -> bool:
    """Issue the next people; when the chunk fails for a reason nobody foresaw, each of them alone."""
    try:
        return _issue(batch, CHUNK, at=at) > 0
    except GONE:
        raise
    except Exception:
        log.exception("certificates.chunk_failed", batch=batch.pk)
    return _issue(batch, 1, at=at, is_last_try=True) > 0


@transaction.atomic
def _issue(batch: CertificateBatch, size: int, *, at: datetime, is_last_try: bool = False) -> int:
    free = BatchItem.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        batch=batch, state=ItemState.WAITING
    )
    items = list(free.order_by("pk")[:size])
    if not items:
        return 0
    for item, outcome in _outcomes(batch, items, at=at, is_last_try=is_last_try):
        if isinstance(outcome, TrainingCertificate):
            item.state, item.certificate, item.code, item.reason = ItemState.ISSUED, outcome, "", ""
        else:
            item.state, item.code, item.reason = ItemState.REFUSED, outcome.code, outcome.message
    BatchItem.objects.bulk_update(items, ["state", "certificate", "code", "reason"])
    return len(items)


def _outcomes(
    batch: CertificateBatch, items: list[BatchItem], *, at: datetime, is_last_try: bool
) -> list[tuple[BatchItem, TrainingCertificate | DomainError]]:
    try:
        with transaction.atomic():
            found: Outcomes = certificates_issue(
                class_run_id=batch.class_run_id,
                enrolment_ids=[item.enrolment_id for item in items],
                issued_on=batch.issued_on,
                actor=batch.requested_by,
                at=at,
            )
    except DomainError as refusal:
        return [(item, refusal) for item in items]
    except PermissionDenied:
        left = CertificateError("not_staff", _("提交的人已经不在本校任职，没有发证。请由现在的工作人员重新提交。"))
        return [(item, left) for item in items]
    except GONE:
        raise
    except Exception:
        if not is_last_try:
            raise
        log.exception("certificates.item_failed", batch=batch.pk, items=[item.pk for item in items])
        fault = CertificateError("fault", _("制作时出错，没有发证。请稍后再试；仍不行的，请联系平台技术支持。"))
        return [(item, fault) for item in items]
    return [(item, found[item.enrolment_id]) for item in items]


@transaction.atomic
def _chunk_files(batch: CertificateBatch, failed: list[int]) -> bool:
    """Make the files of the next certificates without one; those that cannot be made now are made when asked for."""
    free = BatchItem.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        batch=batch, state=ItemState.ISSUED, certificate__file=""
    )
    held = list(free.exclude(certificate__in=failed).order_by("pk").values_list("certificate", flat=True)[:CHUNK])
    # Under the lock as they stand now: another process may have finished with them just before.
    rows = TrainingCertificate.objects.filter(pk__in=held, file="").order_by("pk")
    failed += certificate_files_make(rows)
    return bool(held)


@transaction.atomic
def _finish(batch_id: int, failed: list[int], *, at: datetime, with_files: bool) -> CertificateBatch:
    """Close the batch when nothing is left; whoever still holds some lines closes it instead."""
    batch = CertificateBatch.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=batch_id)
    waiting = batch.items.filter(state=ItemState.WAITING)
    unmade = batch.items.filter(state=ItemState.ISSUED, certificate__file="").exclude(certificate__in=failed)
    if batch.state != BatchState.RUNNING or waiting.exists() or (with_files and unmade.exists()):
        return batch
    batch.state, batch.finished_at = BatchState.DONE, at
    batch.save(update_fields=["state", "finished_at"])
    counts = {
        "issued": batch.items.filter(state=ItemState.ISSUED).count(),
        "refused": batch.items.filter(state=ItemState.REFUSED).count(),
        "files_failed": len(failed),
    }
    audit_record("certificates.batch.finished", batch, actor=batch.requested_by, data=counts)
    return batch
