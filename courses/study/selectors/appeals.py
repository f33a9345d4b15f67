"""Appeals, from what the viewer may see."""

from datetime import date

from django.db.models import QuerySet

from courses.classes.models import Enrolment
from courses.study.models import StudyAppeal
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from workers.models import Worker

APPEAL_OFFICERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})


def appeals_of(worker: Worker) -> QuerySet[StudyAppeal]:
    """The worker's own appeals, with what was answered."""
    return StudyAppeal.objects.filter(worker=worker).select_related("lesson", "adjustment").prefetch_related("events")


def appeals_seen_by(user: User, *, on: date) -> QuerySet[StudyAppeal]:
    """The appeals somebody may answer: officers all of them, a school's staff those of its classes."""
    appeals = StudyAppeal.objects.select_related("worker", "lesson", "enrolment__class_run__school__organisation")
    if APPEAL_OFFICERS & roles_of(user, on=on):
        return appeals
    schools = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF).values("organisation")
    return appeals.filter(enrolment__class_run__school__organisation__in=schools)


def may_decide(user: User, enrolment: Enrolment, *, on: date) -> bool:
    """Whether somebody may answer appeals of an enrolment; nobody answers her own."""
    if enrolment.worker.user_id == user.pk:
        return False
    if APPEAL_OFFICERS & roles_of(user, on=on):
        return True
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return held.filter(organisation=enrolment.class_run.school.organisation_id).exists()
