"""Names in plain for a paper that people sign: for a purpose, and every look on record."""

from collections.abc import Collection
from datetime import date

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.crypto.masking import mask_text
from foundation.privacy.models import AccessRecord
from foundation.privacy.registry import may_see
from foundation.privacy.states import Purpose
from workers.models import Worker

BATCH = 1000


def names_reveal(*, viewer: User, workers: Collection[Worker], purpose: Purpose, note: str, on: date) -> dict[int, str]:
    """The plain names of these people by file, after a look at each has been recorded for good.

    Raises ``PermissionDenied`` when the viewer may not see one of them; then the refusals are recorded and no name
    is given. Must not run inside another transaction, as ``personal_reveal`` must not.
    """
    roles = roles_of(viewer, on=on)
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]
    refused = {worker.pk for worker in workers if not may_see(viewer, roles, worker, "name", on=on)}
    with transaction.atomic(durable=True):
        AccessRecord.objects.bulk_create(
            [
                AccessRecord(
                    viewer=viewer,
                    subject_type=Worker._meta.label_lower,
                    subject_id=str(worker.pk),
                    fields=["name"],
                    purpose=Purpose(purpose),
                    note=mask_text(note),
                    is_granted=not refused,
                    request_id=request_id,
                )
                for worker in workers
            ],
            batch_size=BATCH,
        )
    if refused:
        raise PermissionDenied(_("您的角色不能查看这些人的姓名，本次查看已记录。"))
    return {worker.pk: worker.name for worker in workers}
