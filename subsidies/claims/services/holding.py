"""A certificate that no longer counts, or says something else, stops the money on its way."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from foundation.accounts.models import User
from subsidies.claims.models import Claim
from subsidies.claims.services.moving import claims_move
from subsidies.claims.states import OPEN, TRANSITIONS, Party

FIELDS: dict[type[models.Model], str] = {
    TrainingCertificate: "training_certificate",
    LevelCertificate: "level_certificate",
    PriorCertificate: "prior_certificate",
}


@transaction.atomic
def claims_hold(
    sender: type[models.Model], *, certificate: models.Model, is_valid: bool, at: datetime, **_rest: Any
) -> None:
    """Connected to ``certificate_moved``: claims approved for the certificate go back to the reviewer's table.

    A claim not yet approved is checked again before it is passed: its officers see the certificate as it is. One in a
    batch is stopped by the checks before the batch is sent.
    """
    if is_valid:
        return
    with override("zh-hans"):
        reason = _("申领所用的证书已暂停或撤销，须重新审核。")
    _look_again(sender, certificate, reason=reason, at=at)


@transaction.atomic
def claims_hold_corrected(sender: type[models.Model], *, certificate: models.Model, at: datetime, **_rest: Any) -> None:
    """Connected to ``certificate_corrected``: what was approved by what the paper said before is looked at again."""
    with override("zh-hans"):
        reason = _("申领所用的证书已更正，须按现在的证书重新审核。")
    _look_again(sender, certificate, reason=reason, at=at)


def _look_again(sender: type[models.Model], certificate: models.Model, *, reason: str, at: datetime) -> None:
    """Hold what is approved; what waits is not taken for checked any more."""
    of_it = Q(**{FIELDS[sender]: certificate.pk})
    if isinstance(certificate, TrainingCertificate):
        # Also what was claimed for the certificate that this one replaced, or for the training itself.
        of_it |= Q(enrolment=certificate.enrolment_id)
    if not isinstance(certificate, TrainingCertificate):
        of_it |= Q(**{f"award_instalment__filing__{FIELDS[sender]}": certificate.pk})
    # Under lock: one that is put into a batch at this moment is out of the question when its turn comes, and none that
    # was approved a moment ago is missed.
    locked = Claim.objects.select_for_update(of=("self",)).filter(of_it).order_by("pk")
    sources = TRANSITIONS["hold"].sources
    states = dict(locked.values_list("pk", "state"))
    waiting = [pk for pk, state in states.items() if state in OPEN | sources]
    Claim.objects.filter(pk__in=waiting).update(screened_at=None)
    ids = [pk for pk, state in states.items() if state in sources]
    if not ids:
        return
    actor: User | None = None  # the platform holds it; who moved the certificate stands in the certificate's history
    claims_move(
        claim_ids=ids,
        action="hold",
        party=Party.SYSTEM,
        actor=actor,
        at=at,
        reason=reason,
        key=f"hold:{sender.__name__}:{certificate.pk}:{at.isoformat()}",
    )
