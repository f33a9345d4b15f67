"""What a worker asks to keep of her self-estimates. Nothing is kept that she did not ask for; all of it is hers."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from residency.routes.models import KnownAnswers, RoutePack, SavedEstimate
from residency.routes.rules.estimating import Estimate, digest, to_json
from residency.routes.rules.facts import FACTS, Applicant, applicant_plain
from workers.models import Worker
from workers.services.common import lock_worker


@transaction.atomic
def estimate_save(*, worker: Worker, pack: RoutePack, estimate: Estimate, actor: User, at: datetime) -> SavedEstimate:
    """Keep an estimate with the facts it was made of; the same estimate twice is one row."""
    lock_worker(worker.pk)
    mark = digest(estimate)
    found = SavedEstimate.objects.filter(worker=worker, pack=pack, digest=mark).first()
    if found is not None:
        return found
    row = SavedEstimate.objects.create(
        worker=worker,
        pack=pack,
        route_code=estimate.route,
        on=estimate.on,
        outcome=estimate.outcome,
        content=to_json(estimate),
        digest=mark,
        saved_at=at,
    )
    audit_record("routes.estimate.saved", row, actor=actor, data={"worker": worker.pk, "route": row.route_code})
    return row


@transaction.atomic
def estimate_forget(*, worker: Worker, estimate_id: int, actor: User) -> None:
    """Remove one of her own estimates for good; one that is not hers, or gone, is left alone."""
    row = SavedEstimate.objects.select_for_update().filter(worker=worker, pk=estimate_id).first()
    if row is None:
        return
    audit_record("routes.estimate.forgotten", row, actor=actor, data={"worker": worker.pk})
    row.delete()


@transaction.atomic
def answers_save(
    *, worker: Worker, answers: Applicant, actor: User, at: datetime, unsure: Iterable[str] = ()
) -> KnownAnswers | None:
    """Keep what she answered, and what she said she does not know, so that she is asked once.

    Without any answer left there is nothing to keep: the row goes.
    """
    lock_worker(worker.pk)
    named = sorted(set(unsure) & set(FACTS) - set(answers))
    if not answers and not named:
        answers_forget(worker=worker, actor=actor)
        return None
    content = json.dumps({"facts": applicant_plain(answers), "unsure": named}, ensure_ascii=False)
    row, _created = KnownAnswers.objects.update_or_create(worker=worker, defaults={"content": content, "saved_at": at})
    audit_record("routes.answers.saved", row, actor=actor, data={"worker": worker.pk, "count": len(answers)})
    return row


@transaction.atomic
def answers_forget(*, worker: Worker, actor: User) -> None:
    """Remove her answers for good."""
    row = KnownAnswers.objects.select_for_update().filter(worker=worker).first()
    if row is not None:
        audit_record("routes.answers.forgotten", row, actor=actor, data={"worker": worker.pk})
        row.delete()
