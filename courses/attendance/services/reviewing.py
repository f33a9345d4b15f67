"""A person judges a session whose register and room did not agree."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance, AttendanceReview, AttendanceReviewEvent, SessionRegister
from courses.attendance.selectors import people_in_the_room, reviews_visible_to
from courses.attendance.services.common import attendance_set, register_lock, require_reason
from courses.attendance.services.correcting import corrected_tell
from courses.attendance.states import IN_THE_ROOM, SETTLERS, AttendanceState, Channel, ReviewState
from courses.classes.models import Session
from courses.classes.states import ClassState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record


@transaction.atomic
def review_settle(
    *, review_id: int, absent: Collection[int], reason: str, actor: User, at: datetime
) -> AttendanceReview:
    """Close a review with a reason: these enrolments were not in the room, everything else stands.

    The school's staff or the inspectors judge, but nobody her own session. Raises ``PermissionDenied`` and
    ``AttendanceError``.
    """
    reason = require_reason(reason)
    _require_settler(actor, review_id, at)
    session_id = AttendanceReview.objects.values_list("session", flat=True).get(pk=review_id)
    session, register = register_lock(session_id)
    review = AttendanceReview.objects.select_for_update(no_key=True).get(pk=review_id)
    if review.state != ReviewState.OPEN:
        raise AttendanceError("settled", _("这项核查已经办结。请刷新页面查看结果。"))
    if Role.OFFICER_INSPECTION not in roles_of(actor, on=timezone.localdate(at)):
        _refuse_school(actor, session, register)
    wanted = Attendance.objects.filter(session=session, enrolment__in=absent, state__in=sorted(IN_THE_ROOM))
    if wanted.count() != len(set(absent)):
        raise AttendanceError("not_signed_in", _("选中的人里有人不是到课状态。请刷新页面，重新选择。"))
    for row in wanted.select_related("enrolment__worker__user"):
        changed = attendance_set(
            session=session,
            enrolment_id=row.enrolment_id,
            state=AttendanceState.ABSENT,
            channel=Channel.REVIEW,
            actor=actor,
            reason=reason,
            at=at,
        )
        corrected_tell(changed, session, at=at)
    review.state, review.settled_at, review.settled_by = ReviewState.SETTLED, at, actor
    review.save(update_fields=["state", "settled_at", "settled_by"])
    facts = {"absent": sorted(absent), "registered": people_in_the_room(session.pk)}
    AttendanceReviewEvent.objects.create(
        review=review, action="settled", facts=facts, actor=actor, reason=reason, at=at
    )
    audit_record("attendance.review.settled", review, actor=actor, reason=reason, data=facts)
    return review


def _require_settler(actor: User, review_id: int, at: datetime) -> None:
    """Only whoever judges reviews, and sees this one."""
    on = timezone.localdate(at)
    if not SETTLERS & roles_of(actor, on=on) or not reviews_visible_to(actor, on=on).filter(pk=review_id).exists():
        raise PermissionDenied(_("这项核查由学校教务人员或监督检查人员办理。"))


def _refuse_school(actor: User, session: Session, register: SessionRegister) -> None:
    """What only an inspector may judge: a session somebody ran herself, and one of a closed class."""
    if actor.pk in {register.opened_by_id, register.finished_by_id}:
        raise AttendanceError("own_session", _("这次课是您自己点名的，请由学校另一位工作人员或监督检查人员核查。"))
    if session.class_run.state == ClassState.CLOSED:
        raise AttendanceError("class_closed", _("这个班已经结班，请由监督检查人员核查。"))
