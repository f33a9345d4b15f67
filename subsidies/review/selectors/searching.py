"""Claims by a whole number: the claim's own, a certificate's, or a person's, which is looked up by its blind index."""

from datetime import date

from django.db.models import Q, QuerySet

from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from foundation.accounts.models import User
from foundation.crypto.cipher import blind_indexes
from subsidies.claims.models import Claim
from subsidies.review.selectors.desk import claims_at_desk
from workers.models import Worker


def claims_found(user: User, text: str, *, on: date) -> QuerySet[Claim]:
    """The claims of exactly this number among those the officer may read, the newest first."""
    text = "".join(text.split())
    upper = text.upper()
    claims = claims_at_desk(user, on=on)
    by_number = claims.filter(number=upper)
    if by_number.exists():
        return by_number
    people = Worker.objects.filter(
        Q(id_number_index__in=blind_indexes("id_number", text))
        | Q(contact_phone_index__in=blind_indexes("phone", text))
        | Q(user__phone_index__in=blind_indexes("phone", text))
    )
    prior = PriorCertificate.objects.filter(number_index__in=blind_indexes("certificate_number", text))
    ways = {
        "worker": people,
        "training_certificate": TrainingCertificate.objects.filter(number=upper),
        "level_certificate": LevelCertificate.objects.filter(number=upper),
        "prior_certificate": prior,
    }
    # Each way by keys: one condition over four tables would read every claim there is.
    found: set[int] = set()
    for name, rows in ways.items():
        keys = list(rows.values_list("pk", flat=True)[:50])
        if keys:
            found.update(claims.filter(**{f"{name}__in": keys}).values_list("pk", flat=True))
    return claims.filter(pk__in=found).order_by("-pk")
