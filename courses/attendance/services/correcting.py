"""What a person writes into the register: the paper roster keyed in, and corrections."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance
from courses.attendance.services.common import (
    attendance_set,
    attendances_set,
    register_lock,
    require_reason,
    require_runner,
)
from courses.attendance.states import AttendanceState, Channel
from courses.attendance.texts import ATTENDANCE_CORRECTED
from courses.classes.models import Enrolment, Session
from courses.classes.states import COUNTED
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.sms.services import sms_send


@transaction.atomic
def roster_enter(
    *, session_id: int, states: Mapping[int, AttendanceState], reason: str, actor: User, at: datetime
) -> int:
    """Key in a paper roster: everybody's state by enrolment, all or nothing. How many changed.

    It counts exactly as scanning does. Raises ``AttendanceError`` without a reason, before the session has begun, and
    for somebody who is not in the class.
    """
    reason = require_reason(reason)
    session, register = register_lock(session_id)
    require_runner(actor, session, at=at)
    _require_people(session, states)
    if at < session.starts_at:
        raise AttendanceError("not_begun", _("还没到上课时间，不能录入签到表。事先请假的，请在名单里单独登记。"))
    entries = {(session.pk, pk): state for pk, state in states.items()}
    changed = attendances_set(states=entries, channel=Channel.PAPER, actor=actor, reason=reason, at=at)
    if register.finished_at is not None:
        for row in changed:
            corrected_tell(row, session, at=at)
    audit_record("attendance.roster.entered", register, actor=actor, reason=reason, data={"changed": len(changed)})
    return len(changed)


@transaction.atomic
def attendance_correct(
    *, session_id: int, enrolment_id: int, state: AttendanceState, reason: str, actor: User, at: datetime
) -> Attendance:
    """One person's state by the word of the teacher, the school or, after the close, the bureau.

    During the session a first entry needs no reason; a change of what stands, and anything after the session, does.
    """
    session, register = register_lock(session_id)
    require_runner(actor, session, at=at)
    _require_people(session, [enrolment_id])
    found = Attendance.objects.filter(session=session, enrolment=enrolment_id).first()
    if found is not None and found.state == state:
        return found
    if found is not None or at > session.ends_at or register.finished_at is not None:
        reason = require_reason(reason)
    if at < session.starts_at and state != AttendanceState.LEAVE:
        raise AttendanceError("not_begun", _("还没到上课时间，现在只能登记请假。"))
    row = attendance_set(
        session=session,
        enrolment_id=enrolment_id,
        state=state,
        channel=Channel.TEACHER,
        actor=actor,
        reason=reason,
        at=at,
    )
    if found is not None:
        corrected_tell(row, session, at=at)
    audit_record("attendance.attendance.corrected", row, actor=actor, reason=reason, data={"state": state.value})
    return row


def _require_people(session: Session, enrolments: Mapping[int, AttendanceState] | list[int]) -> None:
    wanted = set(enrolments)
    counted = Enrolment.objects.filter(class_run=session.class_run_id, state__in=sorted(COUNTED), pk__in=wanted)
    if counted.count() != len(wanted):
        raise AttendanceError("not_in_class", _("名单里有人已不在这个班。请刷新页面，按现在的名单再录入。"))


def corrected_tell(row: Attendance, session: Session, *, at: datetime) -> None:
    """She reads of a change that somebody else made."""
    phone = row.enrolment.worker.phone
    if phone:
        sms_send(
            phone=phone,
            template=ATTENDANCE_CORRECTED,
            context={
                "class_run": session.class_run.name,
                "day": timezone.localtime(session.starts_at).strftime("%m-%d"),
                "state": AttendanceState(row.state).label,
            },
            dedupe_key=f"attendance_corrected:{row.pk}:{row.events.count()}",
        )
