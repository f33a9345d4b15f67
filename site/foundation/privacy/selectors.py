"""Who looked at whose data, and what is consented to."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Model, QuerySet

from foundation.accounts.models import User
from foundation.database import in_force
from foundation.privacy.models import AccessRecord, Consent, ConsentText


def accesses_of(subject: Model) -> QuerySet[AccessRecord]:
    """Every look at the plain data of a person or thing, refused ones too, the newest first."""
    return (
        AccessRecord.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
        .select_related("viewer")
        .order_by("-at", "-pk")
    )


def refused_looks(*, since: datetime) -> QuerySet[AccessRecord, Any]:
    """Viewers who were refused since a moment: ``viewer``, ``count``, ``last_at``; the most frequent first."""
    return (
        AccessRecord.objects.filter(is_granted=False, at__gte=since)
        .values("viewer")
        .annotate(count=Count("pk"), last_at=Max("at"))
        .order_by("-count", "viewer")
    )


def consents_of(subject: User) -> QuerySet[Consent]:
    """What the person agreed to, withdrawn consents too, the newest first."""
    return Consent.objects.filter(subject=subject).select_related("text", "granted_by").order_by("-granted_at", "-pk")


def consent_in_force(*, subject: User, receiver: str, purpose: str) -> Consent | None:
    """The consent under which the receiver may get the person's data for the purpose, or None."""
    return (
        Consent.objects.filter(subject=subject, receiver=receiver, purpose=purpose, withdrawn_at__isnull=True)
        .select_related("text")
        .first()
    )


def consent_text_in_force(*, receiver: str, purpose: str, on: date) -> ConsentText | None:
    """The wording to show on a day, or None when nobody has written one."""
    return ConsentText.objects.filter(in_force(on), receiver=receiver, purpose=purpose).first()


def is_consent_withdrawn(*, subject: User, receiver: str, purpose: str) -> bool:
    """Whether she agreed once, took it back, and has not agreed since."""
    given = Consent.objects.filter(subject=subject, receiver=receiver, purpose=purpose)
    return given.exists() and not given.filter(withdrawn_at__isnull=True).exists()
