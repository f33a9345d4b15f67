"""Many files at once: what a roster brings, by the rules of ``worker_ensure`` and with the same traces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.bulk import rows_copy
from foundation.crypto.cipher import blind_index, blind_indexes
from workers.errors import WorkerError
from workers.identity import IdNumber, id_number_check, name_check, phone_check
from workers.models import Worker, WorkerEvent
from workers.services.common import require_valid
from workers.services.identities import worker_ensure

COLUMNS = (
    "user_id", "account_proof", "name", "id_number", "sex", "birth_year", "district_code", "contact_phone",
    "identity_state", "verified_at", "photo", "social_security_card", "source", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class PersonInput:
    """One person as a roster names her."""

    name: str
    id_number: str
    contact_phone: str = ""


@transaction.atomic
def workers_ensure_many(
    *, people: Sequence[PersonInput], source: str, actor: User, at: datetime
) -> list[tuple[Worker, bool]]:
    """The file of each person in the order given, opened where there is none; ``True`` where it was opened now.

    As ``worker_ensure`` for each of them: the same checks and refusals, one ``WorkerEvent`` for each new file and each
    differing phone. Instead of one audit event for each file there is one for the call, which says how many files were
    opened and from which source; the files' own events say which. Existing files are locked in the order of their
    numbers. Refuses the same number twice.
    """
    people = [_valid(person, at) for person in people]
    if len({person.id_number for person in people}) != len(people):
        raise WorkerError("same_person", _("名单中有人出现了两次。请每人只保留一行。"))
    found = _found(people)
    new = [person for person in people if person.id_number not in found]
    try:
        with transaction.atomic():
            opened = _open(new, source, actor, at)
    except IntegrityError:  # somebody else opened one of them a moment ago: one by one
        opened = {}
        for person in new:
            found[person.id_number], _is_new = worker_ensure(
                name=person.name,
                id_number=person.id_number,
                contact_phone=person.contact_phone,
                source=source,
                actor=actor,
                at=at,
            )
    _compare([(found[person.id_number], person) for person in people if person.id_number in found], source, actor, at)
    answers = []
    for person in people:
        is_new = person.id_number in opened
        answers.append((opened[person.id_number] if is_new else found[person.id_number], is_new))
    return answers


def _valid(person: PersonInput, at: datetime) -> PersonInput:
    phone = require_valid("phone_invalid", phone_check(person.contact_phone)) if person.contact_phone else ""
    return PersonInput(
        name=require_valid("name_invalid", name_check(person.name)),
        id_number=require_valid("id_number_invalid", id_number_check(person.id_number, on=timezone.localdate(at))),
        contact_phone=phone,
    )


def _found(people: Sequence[PersonInput]) -> dict[str, Worker]:
    """The files there are, by number, locked with their accounts at hand."""
    indexes = [index for person in people for index in blind_indexes("id_number", person.id_number)]
    files = Worker.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    return {worker.id_number: worker for worker in files.filter(id_number_index__in=indexes)}


def _open(people: Sequence[PersonInput], source: str, actor: User, at: datetime) -> dict[str, Worker]:
    """New files, in the order of their numbers, so that two rosters never wait for each other."""
    workers = [
        Worker(
            name=person.name,
            id_number=person.id_number,
            sex=IdNumber(person.id_number).sex,
            birth_year=IdNumber(person.id_number).birth_on.year,
            contact_phone=person.contact_phone,
            source=source,
            created_at=at,
        )
        for person in sorted(people, key=lambda person: blind_index("id_number", person.id_number))
    ]
    numbers = rows_copy(
        Worker, [{name: getattr(worker, name) for name in COLUMNS} | {"photo": ""} for worker in workers]
    )
    for worker, number in zip(workers, numbers, strict=True):
        worker.pk = number
        worker._state.adding = False
    rows_copy(
        WorkerEvent,
        [
            {"worker_id": worker.pk, "action": "opened", "source": "", "target": worker.identity_state,
             "actor_id": actor.pk, "reason": source, "at": at}
            for worker in workers
        ],
    )  # fmt: skip
    if workers:
        audit_record("workers.roster.opened", None, actor=actor, data={"source": source, "files": len(workers)})
    return {worker.id_number: worker for worker in workers}


def _compare(pairs: Sequence[tuple[Worker, PersonInput]], source: str, actor: User, at: datetime) -> None:
    """Files that were there: the name must agree, a first phone is taken, another one is noted."""
    called, differing = [], []
    for worker, person in pairs:
        if worker.name != person.name:
            raise WorkerError(
                "name_differs",
                _("这个身份证号码的档案上是另一个姓名。请对照身份证核对；确需更改的，请到窗口办理身份更正。"),
            )
        if person.contact_phone and not worker.contact_phone:
            worker.contact_phone = person.contact_phone
            # bulk_update does not call pre_save: the index is written with its source.
            Worker._meta.get_field("contact_phone_index").pre_save(worker, add=False)
            called.append(worker)
        if person.contact_phone and worker.phone != person.contact_phone:
            differing.append(WorkerEvent(worker=worker, action="phone.differs", actor=actor, at=at, reason=source))
    if called:
        Worker.objects.bulk_update(called, ["contact_phone", "contact_phone_index"], batch_size=500)
    WorkerEvent.objects.bulk_create(differing)
