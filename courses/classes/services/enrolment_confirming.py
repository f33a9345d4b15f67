"""A class has signed on paper: the school records it for everybody at once, as ``enrolment_confirm`` does for one."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import EnrolmentError
from courses.classes.models import Enrolment, EnrolmentEvent
from courses.classes.selectors import overlaps_of
from courses.classes.services.enrolment_moves import ended_refuse, school_required
from courses.classes.services.enrolment_roster import overlap_sentence
from courses.classes.services.locks import class_run_lock, workers_lock
from courses.classes.states import ENROLMENT_MOVES, ConfirmedThrough, EnrolmentState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.bulk import rows_copy


@transaction.atomic
def enrolments_confirm(
    *, class_run_id: int, enrolment_ids: Collection[int], note: str, actor: User, at: datetime
) -> int:
    """Confirm these people of a class who have not answered yet; how many. ``note`` says where the paper lies.

    All or none. Raises ``PermissionDenied`` for another school, and ``EnrolmentError`` without a note, for a place that
    was kept too long, and for somebody who sits elsewhere at these hours.
    """
    run = class_run_lock(class_run_id)
    school_required(actor, run, at=at)
    ended_refuse(run)
    if not note.strip():
        raise EnrolmentError("note_missing", _("请写明本人签字的确认单存放在哪里。"))
    asked = Enrolment.objects.filter(class_run=run, pk__in=enrolment_ids, state=EnrolmentState.INVITED)
    workers_lock(list(asked.values_list("worker", flat=True)))
    people = list(asked.select_for_update(of=("self",)).order_by("pk"))
    on = timezone.localdate(at)
    if any(one.confirm_by is not None and on > one.confirm_by for one in people):
        raise EnrolmentError("late", _("为您保留的名额已过期，已让给下一位。还想学，可以重新报名。"))
    overlaps = [
        row for row in overlaps_of([one.worker_id for one in people], class_run=run) if row.other_run_id != run.pk
    ]
    if overlaps:
        raise EnrolmentError("overlap", overlap_sentence(overlaps[0].starts_at))
    step = ENROLMENT_MOVES["confirm"]
    Enrolment.objects.filter(pk__in=[one.pk for one in people]).update(
        state=step.target, confirmed_at=at, confirmed_through=ConfirmedThrough.PAPER
    )
    rows_copy(
        EnrolmentEvent,
        [
            {"enrolment_id": one.pk, "action": "confirm", "source": one.state, "target": step.target.value,
             "actor_id": actor.pk, "reason": note.strip(), "at": at}
            for one in people
        ],
    )  # fmt: skip
    if people:
        audit_record("classes.roster.confirmed", run, actor=actor, reason=note.strip(), data={"people": len(people)})
    return len(people)
