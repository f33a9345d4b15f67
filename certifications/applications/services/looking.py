"""Opening what a worker handed in: for a purpose, and every look on record."""

from datetime import date

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from certifications.applications.models import LevelApplication
from certifications.applications.selectors import applications_visible_to
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.crypto.masking import mask_text
from foundation.privacy.models import AccessRecord
from foundation.privacy.registry import may_see
from foundation.privacy.states import Purpose

FIELDS = ("name", "id_number", "contact_phone", "photo", "level_application")


def dossier_open(*, application: LevelApplication, viewer: User, purpose: Purpose, note: str, on: date) -> AccessRecord:
    """Let her see the application in plain, after the look has been recorded on the worker's file for good.

    Raises ``PermissionDenied`` for whoever may not; the refusal is recorded too. Not inside another transaction.
    """
    worker = application.worker
    roles = roles_of(viewer, on=on)
    is_granted = applications_visible_to(viewer, on=on).filter(pk=application.pk).exists() and may_see(
        viewer, roles, worker, "name", on=on
    )
    with transaction.atomic(durable=True):
        record = AccessRecord.objects.create(
            viewer=viewer,
            subject_type=worker._meta.label_lower,
            subject_id=str(worker.pk),
            fields=list(FIELDS),
            purpose=Purpose(purpose),
            note=mask_text(f"{application.number} {note}".strip()),
            is_granted=is_granted,
            request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
        )
    if not is_granted:
        raise PermissionDenied(_("您的角色不能查看这份申报的个人信息，本次查看已记录。"))
    return record
