"""The imports queue: checking and applying in the background, and taking up what was left lying."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import DomainError
from foundation.imports import running
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_fail, batch_resume
from foundation.imports.states import RUNNING
from foundation.storage import StoreAwayError

log = structlog.get_logger(__name__)

# Several times longer than a chunk takes.
SILENCE = timedelta(minutes=3)


@shared_task
def batch_check(batch_id: int) -> None:
    """Check every row. Safe to run any number of times: the state decides."""
    now = timezone.now()
    _run(batch_id, lambda: running.batch_check(batch_id=batch_id, at=now, on=timezone.localdate(now)))


@shared_task
def batch_apply(batch_id: int) -> None:
    """Apply the rows that are left. Safe to run any number of times, and in two processes at once."""
    now = timezone.now()
    _run(batch_id, lambda: running.batch_apply(batch_id=batch_id, at=now, on=timezone.localdate(now)))


def _run(batch_id: int, work: Callable[[], object]) -> None:
    try:
        work()
    except DomainError as error:
        batch_fail(batch_id=batch_id, sentence=error.message)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded, StoreAwayError):
        raise  # The database, the store of files or the time went away; batches_resume takes the batch up again.
    except Exception:
        batch_fail(
            batch_id=batch_id,
            sentence=_("处理时出错，已停止；已导入的行不受影响。请稍后点“重新检查”，仍不行时请联系技术支持。"),
        )
        raise


@shared_task
def batches_resume() -> int:
    """Take up the batches whose process died. Runs every few minutes, and may overlap with itself."""
    now = timezone.now()
    silent = ImportBatch.objects.filter(state__in=RUNNING).filter(
        Q(heartbeat_at__lt=now - SILENCE) | Q(heartbeat_at=None)
    )
    resumed = [batch for batch in silent.values_list("pk", flat=True) if batch_resume(batch_id=batch, at=now)]
    if resumed:
        log.warning("imports.resumed", batches=resumed)
    return len(resumed)
