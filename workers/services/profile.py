"""What a worker keeps up to date herself: where she lives, where money goes, how she looks."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from workers.districts import district_choices
from workers.errors import WorkerError
from workers.files import photo_checked
from workers.identity import account_number_check, phone_check
from workers.models import Worker
from workers.services.common import lock_worker, require_valid
from workers.states import IDENTITY_OFFICERS


def require_keeper(worker: Worker, actor: User, *, at: datetime) -> None:
    """The worker herself, or an officer at the counter."""
    if worker.user_id == actor.pk or IDENTITY_OFFICERS & roles_of(actor, on=timezone.localdate(at)):
        return
    raise PermissionDenied(_("只有本人或窗口工作人员可以修改这份档案。"))


@transaction.atomic
def card_set(*, worker_id: int, account: str, actor: User, at: datetime) -> Worker:
    """Keep the bank account of her social-security card; refuses a number that fails its check."""
    worker = lock_worker(worker_id)
    require_keeper(worker, actor, at=at)
    worker.social_security_card = require_valid("account_invalid", account_number_check(account))
    worker.save(update_fields=["social_security_card", "social_security_card_index"])
    audit_record("workers.card.changed", worker, actor=actor)
    return worker


@transaction.atomic
def contact_set(*, worker_id: int, district_code: str, actor: User, at: datetime, phone: str = "") -> Worker:
    """Keep where she lives and, at the counter, a phone to reach her."""
    worker = lock_worker(worker_id)
    require_keeper(worker, actor, at=at)
    if district_code not in {code for code, _name in district_choices()}:
        raise WorkerError("district_unknown", _("请从列表中选择居住的区。"))
    worker.district_code = district_code
    fields = ["district_code"]
    if phone and worker.user_id != actor.pk:
        worker.contact_phone = require_valid("phone_invalid", phone_check(phone))
        fields += ["contact_phone", "contact_phone_index"]
    worker.save(update_fields=fields)
    audit_record("workers.contact.changed", worker, actor=actor, data={"fields": fields})
    return worker


@transaction.atomic
def photo_set(*, worker_id: int, upload: File[bytes], actor: User, at: datetime) -> Worker:
    """Keep a portrait in place of the one before; refuses anything that is not a usable picture."""
    clean = photo_checked(upload)
    worker = lock_worker(worker_id)
    require_keeper(worker, actor, at=at)
    before, storage = worker.photo.name, worker.photo.storage
    worker.photo.name = storage.save(clean.name, clean)
    worker.save(update_fields=["photo"])
    if before:
        transaction.on_commit(lambda: storage.delete(before), robust=True)
    audit_record("workers.photo.changed", worker, actor=actor)
    return worker
