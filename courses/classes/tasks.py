"""Texts to those on rosters, and places that nobody took in time."""

from celery import shared_task
from django.utils import timezone

from courses.classes.models import Enrolment
from courses.classes.services import enrolments
from courses.classes.states import EnrolmentState

BATCH = 200


@shared_task
def invitations_send() -> int:
    """Ask everybody who was put on a roster and not asked yet. State decides, so it may run any number of times."""
    asked = 0
    while sent := enrolments.invitations_send(at=timezone.now(), limit=BATCH):
        asked += sent
    return asked


@shared_task
def places_lapse() -> int:
    """Give the places on that were kept long enough. Runs every hour, and may overlap with itself."""
    now = timezone.now()
    late = Enrolment.objects.filter(state=EnrolmentState.INVITED, confirm_by__lt=timezone.localdate(now))
    return sum(enrolments.enrolment_lapse(enrolment_id=pk, at=now) for pk in late.values_list("pk", flat=True))
