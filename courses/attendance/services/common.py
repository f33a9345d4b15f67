"""What the services of attendance share: the lock, who may act, the one place where a state is written."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.errors import AttendanceError
from courses.attendance.models import (
    Attendance,
    AttendanceEvent,
    AttendanceReview,
    AttendanceReviewEvent,
    SessionRegister,
)
from courses.attendance.selectors import meetings, sessions_run_by
from courses.attendance.states import CORRECTORS_AFTER_CLOSE, AttendanceState, Channel, ReviewKind, ReviewState
from courses.classes.models import ClassRun, Session
from courses.classes.states import ClassState, SessionState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of


def register_lock(session_id: int) -> tuple[Session, SessionRegister]:
    """A meeting and its register, locked for this transaction; whoever moves the class run waits meanwhile.

    The class run is locked before the register, as everybody does. Raises ``AttendanceError("no_session")``.
    """
    run = Session.objects.filter(pk=session_id).values_list("class_run", flat=True).first()
    with connection.cursor() as cursor:
        # Shared: the people of a class sign in side by side, and only the close of the class waits for them.
        cursor.execute(f"SELECT 1 FROM {ClassRun._meta.db_table} WHERE id = %s FOR SHARE", [run])  # noqa: S608
    session = meetings().filter(pk=session_id).first()
    if session is None:
        raise AttendanceError("no_session", _("没有找到这次课，可能已经取消。请回到课次列表重新选择。"))
    SessionRegister.objects.bulk_create([SessionRegister(session=session)], ignore_conflicts=True)
    register = SessionRegister.objects.select_for_update(no_key=True).get(pk=session_id)
    return session, register


def require_runner(actor: User, session: Session, *, at: datetime) -> None:
    """Only whoever runs the meeting goes on; a closed class is the bureau's alone."""
    on = timezone.localdate(at)
    if session.class_run.state == ClassState.CLOSED:
        if CORRECTORS_AFTER_CLOSE & roles_of(actor, on=on):
            return
        if sessions_run_by(actor, on=on).filter(pk=session.pk).exists():
            raise AttendanceError(
                "class_closed", _("这个班已经结班，考勤不能再改。确有错误的，请带证明联系人社部门更正。")
            )
        raise PermissionDenied(_("这次课不是您的课。"))
    if not sessions_run_by(actor, on=on).filter(pk=session.pk).exists():
        raise PermissionDenied(_("这次课不是您的课。如需代课，请由学校更改任课教师。"))
    require_open_class(session)


def require_open_class(session: Session) -> None:
    """Attendance is taken in classes that are open."""
    if session.class_run.state != ClassState.OPEN:
        raise AttendanceError(
            "class_not_open",
            _("班次现在是“%(state)s”，不能登记考勤。已经备案的，请学校先办理开班。")
            % {"state": session.class_run.get_state_display()},
        )
    if session.state == SessionState.CANCELLED:
        raise AttendanceError("no_session", _("这次课已经取消。"))


def require_reason(reason: str) -> str:
    """The reason without blanks around it; a refusal when there is none."""
    reason = reason.strip()
    if not reason:
        raise AttendanceError("reason_missing", _("请写明原因，例如“手机没电，本人到课，已在纸质表上签名”。"))
    return reason


def attendance_set(
    *,
    session: Session,
    enrolment_id: int,
    state: AttendanceState,
    channel: Channel,
    actor: User | None,
    reason: str = "",
    device: str = "",
    seen_at: datetime | None = None,
    at: datetime,
) -> Attendance:
    """Write a state and its event. Only under ``register_lock``; what is so already stays without an event."""
    found = Attendance.objects.filter(session=session, enrolment=enrolment_id).first()
    if found is not None and found.state == state:
        return found
    before = found.state if found else ""
    row = found or Attendance(session=session, enrolment_id=enrolment_id)
    row.state, row.channel, row.changed_at = state, channel, at
    if seen_at is not None:
        row.signed_in_at, row.device = seen_at, device
    row.save()
    AttendanceEvent.objects.create(
        attendance=row,
        source=before,
        target=state,
        channel=channel,
        device=device,
        actor=actor,
        reason=reason,
        at=at,
    )
    return row


def attendances_set(
    *,
    states: Mapping[tuple[int, int], AttendanceState],
    channel: Channel,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> list[Attendance]:
    """``attendance_set`` for many people and sessions, by session and enrolment; gives the rows that changed.

    A handful of queries, however many there are.
    """
    sessions, enrolments = {pk for pk, _enrolment in states}, {pk for _session, pk in states}
    rows = Attendance.objects.filter(session__in=sessions, enrolment__in=enrolments)
    known = {(row.session_id, row.enrolment_id): row for row in rows}
    before = {key: row.state for key, row in known.items()}
    changed = []
    for key, state in sorted(states.items()):
        if before.get(key) == state:
            continue
        row = known.get(key) or Attendance(session_id=key[0], enrolment_id=key[1])
        row.state, row.channel, row.changed_at = state, channel, at
        changed.append(row)
    new = [row for row in changed if row.pk is None]
    Attendance.objects.bulk_update([row for row in changed if row.pk], ["state", "channel", "changed_at"])
    Attendance.objects.bulk_create(new, batch_size=1000)
    about = {"channel": channel, "actor": actor, "reason": reason, "at": at}
    events = [
        AttendanceEvent(
            attendance=row, source=before.get((row.session_id, row.enrolment_id), ""), target=row.state, **about
        )
        for row in changed
    ]
    AttendanceEvent.objects.bulk_create(events, batch_size=1000)
    return changed


def review_open(
    session: Session, kind: ReviewKind, *, facts: dict[str, object], actor: User | None, at: datetime
) -> AttendanceReview:
    """Put the session before a person; what is found again joins the review that waits."""
    review, _created = AttendanceReview.objects.get_or_create(
        session=session, kind=kind, state=ReviewState.OPEN, defaults={"opened_at": at}
    )
    AttendanceReviewEvent.objects.create(review=review, action="found", facts=facts, actor=actor, at=at)
    return review
