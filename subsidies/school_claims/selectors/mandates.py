"""Mandates, as the worker sees them and as her school does."""

from collections.abc import Collection

from django.db.models import QuerySet

from courses.schools.models import School
from foundation.accounts.models import User
from subsidies.mandates.states import MandateState
from subsidies.school_claims.models import Mandate
from workers.selectors import proven_worker_of


def mandates_of(user: User) -> QuerySet[Mandate]:
    """Her own: every school that asked or that has a paper of hers, those that wait for her first."""
    worker = proven_worker_of(user)
    if worker is None or not user.is_active:
        return Mandate.objects.none()
    return Mandate.objects.filter(worker=worker).select_related("school__organisation", "text").order_by("state", "-pk")


def mandates_asked(user: User) -> int:
    """How many schools wait for her answer."""
    return mandates_of(user).filter(state=MandateState.ASKED).count()


def mandates_with(school: School, worker_ids: Collection[int]) -> dict[int, Mandate]:
    """What these people said to the school, by person."""
    rows = Mandate.objects.filter(school=school, worker__in=worker_ids).select_related("text")
    return {one.worker_id: one for one in rows}
