"""The asking, giving, refusing and taking back of mandates.

Locks are taken in one order everywhere: the consent of ``foundation.privacy``, then workers, mandates, claims.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun, Enrolment
from courses.classes.services.parties import school_staff_required
from courses.schools.models import School
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.selectors import consent_text_in_force
from foundation.privacy.services import consent_grant, consent_withdraw
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_move
from subsidies.claims.states import Channel, ClaimState, Party
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import Mandate, MandateEvent
from subsidies.school_claims.states import (
    ASKED_AGAIN_AFTER,
    ASKED_AT_MOST,
    MANDATE_MOVES,
    PURPOSE,
    RECEIVER,
    MandateState,
    MandateThrough,
)
from subsidies.school_claims.texts import MANDATE_ASKED, MANDATE_RECORDED, mandate_tell
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.models import Worker
from workers.selectors import is_unproven


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
    run = ClassRun.objects.select_related("school__organisation").get(pk=class_run_id)
    school_staff_required(actor, run.school, at=at)
    people = Enrolment.objects.filter(class_run=run, pk__in=enrolment_ids).values("worker")
    workers = list(Worker.objects.filter(pk__in=people).select_related("user").order_by("pk"))
    known = {one.worker_id: one for one in _locked(run.school, workers)}
    sent = without_phone = not_yet = 0
    for worker in workers:
        mandate = known.get(worker.pk)
        if not may_be_asked(mandate, at=at):
            not_yet += 1
        elif not worker.phone:
            without_phone += 1
        else:
            _ask(mandate, worker, run.school, actor=actor, at=at)
            sent += 1
    return Asked(sent, without_phone, not_yet)


def may_be_asked(mandate: Mandate | None, *, at: datetime) -> bool:
    """Whether a text may go out now: she has not answered, and was not asked too often or just now."""
    if mandate is None:
        return True
    waited = mandate.asked_at is None or at - mandate.asked_at >= ASKED_AGAIN_AFTER
    return mandate.state == MandateState.ASKED and mandate.asked_count < ASKED_AT_MOST and waited


def _ask(mandate: Mandate | None, worker: Worker, school: School, *, actor: User, at: datetime) -> None:
    mandate = mandate or Mandate(worker=worker, school=school)
    mandate.worker, mandate.school = worker, school
    mandate.asked_at, mandate.asked_count = at, mandate.asked_count + 1
    _move(mandate, "ask", actor=actor, at=at)
    mandate_tell(mandate, MANDATE_ASKED, at=at)


@transaction.atomic
def mandate_record(*, class_run_id: int, enrolment_id: int, paper: File[bytes], actor: User, at: datetime) -> Mandate:
    """Keep the paper somebody of a class signed; she is told, and can take it back.

    It lets the school send her claim and shows the school nothing it did not see before. Raises ``PermissionDenied``
    for another school and ``SchoolClaimError`` once she has answered herself.
    """
    run = ClassRun.objects.select_related("school__organisation").get(pk=class_run_id)
    school_staff_required(actor, run.school, at=at)
    worker = Worker.objects.select_related("user").get(enrolments__pk=enrolment_id, enrolments__class_run=run)
    content = _paper_checked(paper)
    mandate = next(iter(_locked(run.school, [worker])), None) or Mandate(worker=worker, school=run.school)
    mandate.worker, mandate.school = worker, run.school
    mandate.text, mandate.through = _text_now(at), MandateThrough.PAPER
    mandate.paper.name = mandate.paper.storage.save(str(content.name), content)
    _move(mandate, "record", actor=actor, at=at)
    mandate_tell(mandate, MANDATE_RECORDED, at=at)
    return mandate


@transaction.atomic
def mandate_give(*, mandate_id: int, text: ConsentText | None, actor: User, at: datetime) -> Mandate:
    """She agrees to the wording she was shown. Raises ``PermissionDenied`` for anybody else."""
    if text is None or (text.receiver, text.purpose) != (RECEIVER, PURPOSE):
        raise SchoolClaimError("text_missing", _("请先看完委托书，再点同意。"))
    if is_unproven(_hers(mandate_id, actor).worker, actor):
        raise PermissionDenied(_("请先在“我的”里证明这是您的档案，再办理委托。"))
    consent_grant(subject=actor, text=text, actor=actor, at=at)
    mandate = _lock(mandate_id)
    if (mandate.state, mandate.through, mandate.text_id) == (MandateState.GIVEN, MandateThrough.SELF, text.pk):
        return mandate
    mandate.text, mandate.through = text, MandateThrough.SELF
    _move(mandate, "give", actor=actor, at=at)
    return mandate


@transaction.atomic
def mandate_refuse(*, mandate_id: int, actor: User, at: datetime) -> Mandate:
    """She does not want it. She is not asked again."""
    _hers(mandate_id, actor)
    mandate = _lock(mandate_id)
    _move(mandate, "refuse", actor=actor, at=at)
    return mandate


@transaction.atomic
def mandate_withdraw(*, mandate_id: int, actor: User, at: datetime) -> Mandate:
    """She takes it back: what is not sent leaves, what was sent goes on unless she withdraws it herself."""
    hers = _hers(mandate_id, actor)
    consent = Consent.objects.select_for_update(of=("self",)).filter(
        subject=actor, receiver=RECEIVER, purpose=PURPOSE, withdrawn_at__isnull=True
    ).first()  # fmt: skip
    others = Mandate.objects.filter(worker=hers.worker_id, state=MandateState.GIVEN)
    mandate = _lock(mandate_id)
    _end([mandate], actor=actor, at=at)
    # The last school: nothing of the consent is left.
    if consent is not None and not others.exists():
        consent_withdraw(consent_id=consent.pk, actor=actor, at=at)
    return mandate


def mandates_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: taken back among her data, it is taken back from every school."""
    if (consent.receiver, consent.purpose) != (RECEIVER, PURPOSE) or consent.withdrawn_at is None:
        return
    given = Mandate.objects.select_for_update(of=("self",)).filter(
        worker__user=consent.subject_id, state=MandateState.GIVEN
    )
    assert consent.withdrawn_by is not None
    _end(list(given.order_by("pk")), actor=consent.withdrawn_by, at=consent.withdrawn_at)


def _end(mandates: Sequence[Mandate], *, actor: User, at: datetime) -> None:
    """Her mandates end, and what these schools had ready for her to be paid leaves their tables."""
    for mandate in mandates:
        _move(mandate, "withdraw", actor=actor, at=at)
        drafts = Claim.objects.filter(
            worker=mandate.worker_id,
            class_claim__school=mandate.school_id,
            payee=Payee.WORKER,
            channel=Channel.SCHOOL,
            state=ClaimState.DRAFT,
        ).order_by("pk")
        for claim_id in drafts.values_list("pk", flat=True):
            claims_move(claim_ids=[claim_id], action="withdraw", party=Party.CLAIMANT, actor=actor, at=at)


def _locked(school: School, workers: Sequence[Worker]) -> list[Mandate]:
    """The mandates of these people to the school. The rows of the people are locked, so that two do not begin one."""
    list(
        Worker.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in workers])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    rows = Mandate.objects.select_for_update(of=("self",)).filter(school=school, worker__in=workers)
    return list(rows.order_by("pk"))


def _lock(mandate_id: int) -> Mandate:
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("worker__user", "school__organisation")
    return rows.get(pk=mandate_id)


def _hers(mandate_id: int, actor: User) -> Mandate:
    mandate = Mandate.objects.select_related("worker").get(pk=mandate_id)
    if mandate.worker.user_id != actor.pk or not actor.is_active:
        raise PermissionDenied(_("委托只能由本人办理。"))
    return mandate


def _move(mandate: Mandate, name: str, *, actor: User, at: datetime) -> None:
    """The one place where a mandate changes its state. The caller holds its lock, or it is new."""
    move = MANDATE_MOVES[name]
    source = MandateState(mandate.state) if mandate.state else None
    if source not in move.sources:
        raise SchoolClaimError(
            "wrong_state",
            _("现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": source.label if source else ""},
        )
    mandate.state = move.target
    if name != "ask":
        mandate.answered_at = at
    mandate.save()
    MandateEvent.objects.create(
        mandate=mandate,
        action=name,
        source=source or "",
        target=move.target,
        party=move.party,
        text=mandate.text if name in {"give", "record"} else None,
        actor=actor,
        at=at,
    )
    audit_record(f"school_claims.mandate.{move.past}", mandate, actor=actor)


def _text_now(at: datetime) -> ConsentText:
    text = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate(at))
    if text is None:
        raise SchoolClaimError("text_missing", _("现在没有可用的委托书，暂时不能办理。请稍后再试。"))
    return text


def _paper_checked(upload: File[bytes]) -> File[bytes]:
    """A picture or PDF judged by its content, kept under a random name."""
    try:
        return evidence_checked(upload, folder="school_claims/mandates")
    except WorkerError as refusal:
        raise SchoolClaimError(refusal.code, refusal.message) from refusal
