"""Taking a record away: who may is decided, and the look recorded, before a byte is made."""

from datetime import date, datetime

from django.db import transaction

from certifications.record.export import Holder
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.privacy.services import personal_reveal
from foundation.privacy.states import Purpose
from workers.models import Worker


def own_holder(*, worker: Worker, viewer: User, on: date) -> Holder:
    """Her name in plain, for what she takes away herself; her own look is on record. Refuses anybody else."""
    name = personal_reveal(viewer=viewer, subject=worker, field="name", purpose=Purpose.OWN_DATA, note="", on=on)
    return Holder(name, worker.masked_id_number)


def masked_holder(worker: Worker) -> Holder:
    """What an officer's copy shows of her."""
    return Holder(worker.masked_name, worker.masked_id_number)


@transaction.atomic
def record_taken(*, worker: Worker, form: str, actor: User, at: datetime) -> None:
    """That somebody took a record away, as a paper or as data."""
    audit_record("record.skill_record.taken", worker, actor=actor, data={"form": form, "at": at.isoformat()})
