"""People a school puts into a class run, by a roster or one by one. Each is asked before she is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment, EnrolmentEvent
from courses.classes.selectors import overlaps_of
from courses.classes.services.enrolment_moves import school_required, seats_change
from courses.classes.services.locks import class_run_lock
from courses.classes.states import LIVE, ROSTER_STATES, EndReason, EnrolmentSource, EnrolmentState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.bulk import rows_copy
from foundation.outbox.wake import task_wake
from workers.identity import IdNumber, account_number_check, age_on
from workers.models import Worker
from workers.services import PersonInput, workers_ensure_many
from workers.services.common import require_valid

ASK_TASK = "courses.classes.tasks.invitations_send"
# 劳动法 Art. 15: nobody under 16 may be employed, so nobody under 16 is trained for work.
WORKING_AGE = 16


@dataclass(frozen=True)
class RosterRow:
    """One person as the school wrote her down."""

    name: str
    id_number: str
    phone: str = ""
    group_code: str = ""
    education: str = ""
    address: str = ""
    bank: str = ""
    card: str = ""
    note: str = ""


@transaction.atomic
def roster_enrol(
    *, class_run_id: int, rows: Sequence[RosterRow], actor: User, at: datetime, source: str = ""
) -> list[int]:
    """Give everybody a seat until she answers; the number of one enrolment for each row, in their order.

    Whoever is in the class run already keeps her enrolment as it is. All or nobody: raises ``EnrolmentError`` when the
    class run takes no roster, when seats are missing, or when somebody sits elsewhere at these hours, and
    ``WorkerError`` for an identity that is not sound. One audit event for the call; each enrolment has its own event.
    """
    run = class_run_lock(class_run_id)
    school_required(actor, run, at=at)
    roster_refuse(run)
    people = [PersonInput(row.name, row.id_number, row.phone) for row in rows]
    source = source or _("培训班名册 %(number)s") % {"number": run.number}
    workers = [worker for worker, _is_new in workers_ensure_many(people=people, source=source, actor=actor, at=at)]
    there = dict(
        Enrolment.objects.filter(class_run=run, worker__in=workers, state__in=LIVE).values_list("worker_id", "pk")
    )
    new = [(worker, row) for worker, row in zip(workers, rows, strict=True) if worker.pk not in there]
    _refuse(run, new)
    made = rows_copy(Enrolment, [_invited(run, worker, row, actor, at) for worker, row in new])
    rows_copy(
        EnrolmentEvent,
        [
            {"enrolment_id": pk, "action": "invite", "source": "", "target": EnrolmentState.INVITED.value,
             "actor_id": actor.pk, "reason": source, "at": at}
            for pk in made
        ],
    )  # fmt: skip
    seats_change(run, len(made))
    if made:
        audit_record("classes.roster.enrolled", run, actor=actor, data={"people": len(made), "source": source})
        transaction.on_commit(partial(task_wake, ASK_TASK), robust=True)
    there |= {worker.pk: pk for (worker, _row), pk in zip(new, made, strict=True)}
    return [there[worker.pk] for worker in workers]


def roster_refuse(run: ClassRun) -> None:
    """Refuse a class run that takes no roster now, and say when it does."""
    if run.state not in ROSTER_STATES:
        raise EnrolmentError(
            "no_roster_now",
            _("这个班现在是“%(state)s”，不能导入名册。审核期间请先撤回备案；已结束的班不能再加人。")
            % {"state": run.get_state_display()},
        )


def _refuse(run: ClassRun, new: Sequence[tuple[Worker, RosterRow]]) -> None:
    free = run.seats - run.seats_taken
    if len(new) > free:
        raise EnrolmentError(
            "full",
            _("这个班只剩 %(free)d 个名额，放不下 %(people)d 人。请先增加招生人数，或减少名单。")
            % {"free": free, "people": len(new)},
        )
    for worker, row in new:
        if age_on(IdNumber(row.id_number).birth_on, run.starts_on) < WORKING_AGE:
            raise EnrolmentError("too_young", _("开班时未满 16 周岁，不能参加。请从名单中删除。"))
        if worker.user is not None and not worker.user.is_active:
            raise EnrolmentError("closed", _("此人的账户已停用，不能报名。请本人到窗口核实。"))
    disowned = Enrolment.objects.filter(
        class_run=run, worker__in=[worker for worker, _row in new], end_reason=EndReason.NOT_HERS
    )
    if disowned.exists():
        raise EnrolmentError("not_hers", _("本人已表示没有报名这个班，不能再列入。本人想学的，请她自己报名。"))
    overlaps = overlaps_of([worker.pk for worker, _row in new], class_run=run)
    if overlaps:
        raise EnrolmentError("overlap", overlap_sentence(overlaps[0].starts_at))


def overlap_sentence(starts_at: datetime) -> str:
    """What a school may know of the other class: the hour, and nothing else."""
    return _("此人在 %(moment)s 另有课，同一时间不能上两个班。请调整上课时间，或请本人先退出另一个班。") % {
        "moment": f"{timezone.localtime(starts_at):%Y-%m-%d %H:%M}"
    }


def _invited(run: ClassRun, worker: Worker, row: RosterRow, actor: User, at: datetime) -> dict[str, Any]:
    card = require_valid("account_invalid", account_number_check(row.card)) if row.card else ""
    return {
        "class_run_id": run.pk,
        "worker_id": worker.pk,
        "state": EnrolmentState.INVITED.value,
        "source": EnrolmentSource.ROSTER.value,
        "group_code": row.group_code,
        "education": str(row.education),
        "address": row.address,
        "bank": row.bank,
        "card": card,
        "note": row.note,
        "enrolled_by_id": actor.pk,
        "enrolled_at": at,
        "confirmed_at": None,
        "confirmed_through": "",
        "asked_count": 0,
        "end_reason": "",
    }
