"""A school's mandate: as every mandate, asked for by the class, and what leaves the table when it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction

from courses.classes.models import ClassRun, Enrolment
from courses.classes.services.parties import school_staff_required
from foundation.accounts.models import User
from foundation.privacy.models import Consent, ConsentText
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_move
from subsidies.claims.states import Channel, ClaimState, Party
from subsidies.mandates.services import (
    Kind,
    mandate_asked,
    mandate_given,
    mandate_recorded,
    mandate_refused,
    mandate_withdrawn,
    mandates_held,
    mandates_stopped,
    may_be_asked,
)
from subsidies.mandates.states import MandateParty
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import Mandate, MandateEvent
from subsidies.school_claims.states import PURPOSE, RECEIVER
from subsidies.school_claims.texts import MANDATE_ASKED, MANDATE_RECORDED, mandate_tell
from workers.models import Worker

KIND = Kind(
    mandates=Mandate,
    events=MandateEvent,
    holder="school",
    at_hand=("worker__user", "school__organisation"),
    party=MandateParty.SCHOOL,
    receiver=RECEIVER,
    purpose=PURPOSE,
    error=SchoolClaimError,
    action="school_claims.mandate",
    folder="school_claims/mandates",
)


@dataclass(frozen=True)
class Asked:
    """What came of asking the people of a class."""

    sent: int
    without_phone: int
    not_yet: int


@transaction.atomic
def mandates_ask(*, class_run_id: int, enrolment_ids: Collection[int], actor: User, at: datetime) -> Asked:
    """Ask these people of a class by text message whether the school may claim for them.

    Whoever has answered is left in peace; a reminder goes out once a day and three times at most. Raises
    ``PermissionDenied`` for another school.
    """
    run = _run(class_run_id, actor, at)
    people = Enrolment.objects.filter(class_run=run, pk__in=enrolment_ids).values("worker")
    workers = list(Worker.objects.filter(pk__in=people).select_related("user").order_by("pk"))
    sent = without_phone = not_yet = 0
    for mandate in _held(run, workers):
        if not may_be_asked(mandate, at=at):
            not_yet += 1
        elif not mandate.worker.phone:
            without_phone += 1
        else:
            mandate_asked(KIND, mandate, actor=actor, at=at)
            mandate_tell(mandate, MANDATE_ASKED, at=at)
            sent += 1
    return Asked(sent, without_phone, not_yet)


@transaction.atomic
def mandate_record(*, class_run_id: int, enrolment_id: int, paper: File[bytes], actor: User, at: datetime) -> Mandate:
    """Keep the paper somebody of a class signed; she is told, and can take it back.

    It lets the school send her claim and shows the school nothing it did not see before. Raises ``PermissionDenied``
    for another school and ``SchoolClaimError`` once she has answered herself.
    """
    run = _run(class_run_id, actor, at)
    worker = Worker.objects.select_related("user").get(enrolments__pk=enrolment_id, enrolments__class_run=run)
    [mandate] = _held(run, [worker])
    mandate_recorded(KIND, mandate, paper=paper, actor=actor, at=at)
    mandate_tell(mandate, MANDATE_RECORDED, at=at)
    return mandate


@transaction.atomic
def mandate_give(*, mandate_id: int, text: ConsentText | None, actor: User, at: datetime) -> Mandate:
    """She agrees to the wording she was shown. Raises ``PermissionDenied`` for anybody else."""
    return mandate_given(KIND, mandate_id=mandate_id, text=text, actor=actor, at=at)


@transaction.atomic
def mandate_refuse(*, mandate_id: int, actor: User, at: datetime) -> Mandate:
    """She does not want it. She is not asked again."""
    return mandate_refused(KIND, mandate_id=mandate_id, actor=actor, at=at)


@transaction.atomic
def mandate_withdraw(*, mandate_id: int, actor: User, at: datetime) -> Mandate:
    """She takes it back: what is not sent leaves, what was sent goes on unless she withdraws it herself."""
    return mandate_withdrawn(KIND, mandate_id=mandate_id, actor=actor, at=at, take_back=_take_back)


def mandates_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: taken back among her data, it is taken back from every school."""
    mandates_stopped(KIND, consent, take_back=_take_back)


def _run(class_run_id: int, actor: User, at: datetime) -> ClassRun:
    run = ClassRun.objects.select_related("school__organisation").get(pk=class_run_id)
    school_staff_required(actor, run.school, at=at)
    return run


def _held(run: ClassRun, workers: list[Worker]) -> list[Mandate]:
    held = mandates_held(KIND, holder=run.school_id, workers=workers)
    for mandate in held.values():
        mandate.school = run.school
    return list(held.values())


def _take_back(mandate: Mandate, actor: User, at: datetime) -> None:
    """What the school had ready for her to be paid leaves its tables."""
    drafts = Claim.objects.filter(
        worker=mandate.worker_id,
        class_claim__school=mandate.school_id,
        payee=Payee.WORKER,
        channel=Channel.SCHOOL,
        state=ClaimState.DRAFT,
    ).order_by("pk")
    for claim_id in drafts.values_list("pk", flat=True):
        claims_move(claim_ids=[claim_id], action="withdraw", party=Party.CLAIMANT, actor=actor, at=at)
