"""Declared certificates that a viewer may see."""

from datetime import date

from django.db.models import QuerySet

from certifications.certificates.level_states import PRIOR_READERS
from certifications.certificates.models import CertificateEvent, PriorCertificate
from certifications.certificates.states import PriorState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from workers.models import Worker
from workers.selectors import is_unproven


def prior_certificates_visible_to(user: User, *, on: date) -> QuerySet[PriorCertificate]:
    """The bureau and its auditors see all; she sees what stands in her own file, if nobody doubts that it is hers."""
    rows = PriorCertificate.objects.select_related("worker__user", "occupation", "checked_by")
    if not user.is_authenticated:
        return rows.none()
    if PRIOR_READERS & roles_of(user, on=on):
        return rows
    return rows.filter(worker__user=user)


def prior_certificates_of(worker: Worker, *, viewer: User | None = None) -> QuerySet[PriorCertificate]:
    """What she declared and has not taken back, the newest first.

    To a ``viewer`` whose account nothing has proven to be hers, only what that account declared.
    """
    rows = worker.prior_certificates.select_related("occupation", "checked_by").exclude(state=PriorState.WITHDRAWN)
    return rows.filter(declared_by=viewer) if viewer and is_unproven(worker, viewer) else rows


def prior_history(row: PriorCertificate) -> QuerySet[CertificateEvent]:
    """What happened to it, the newest first."""
    return row.events.select_related("actor").order_by("-at", "-pk")


def prior_waiting() -> QuerySet[PriorCertificate]:
    """What waits for somebody to look it up, the oldest first."""
    return PriorCertificate.objects.filter(state=PriorState.DECLARED).order_by("declared_at", "pk")
