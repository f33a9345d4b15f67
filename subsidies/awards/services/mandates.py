"""The asking, giving, refusing and taking back of an employer's mandate: as a school's, for awards.

Locks are taken in one order everywhere: the consent of ``foundation.privacy``, then workers, mandates, filings.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Organisation, User
from foundation.audit.services import audit_record
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.selectors import consent_text_in_force
from foundation.privacy.services import consent_grant, consent_withdraw
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardFiling, EmployerMandate, EmployerMandateEvent
from subsidies.awards.services.common import employer_staff_required, filing_lock, filing_move, worker_hold
from subsidies.awards.states import (
    ASKED_AGAIN_AFTER,
    ASKED_AT_MOST,
    FILING_MOVES,
    MANDATE_MOVES,
    PURPOSE,
    RECEIVER,
    MandateState,
    MandateThrough,
    Party,
)
from subsidies.awards.texts import MANDATE_ASKED, MANDATE_RECORDED, mandate_tell
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.models import Worker
from workers.selectors import is_unproven


@transaction.atomic
def mandate_ask(*, filing_id: int, actor: User, at: datetime) -> bool:
    """Ask the worker of a filing by text message; whether a text went out.

    Whoever has answered is left in peace; a reminder goes out once a day and three times at most. Raises
    ``PermissionDenied`` for another employer.
    """
    filing = AwardFiling.objects.select_related("employer").get(pk=filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    mandate = _mandate(filing.employer, filing.worker_id)
    if not may_be_asked(mandate, at=at):
        return False
    if not mandate.worker.phone:
        raise AwardError(
            "no_phone", _("平台上没有她的手机号码，发不了短信。请让她登录平台答复，或者上传她签字的委托书。")
        )
    mandate.asked_at, mandate.asked_count = at, mandate.asked_count + 1
    _move(mandate, "ask", actor=actor, at=at)
    return mandate_tell(mandate, MANDATE_ASKED, at=at)


def may_be_asked(mandate: EmployerMandate, *, at: datetime) -> bool:
    """Whether a text may go out now: she has not answered, and was not asked too often or just now."""
    waited = mandate.asked_at is None or at - mandate.asked_at >= ASKED_AGAIN_AFTER
    return mandate.state in {"", MandateState.ASKED} and mandate.asked_count < ASKED_AT_MOST and waited


@transaction.atomic
def mandate_record(*, filing_id: int, paper: File[bytes], actor: User, at: datetime) -> EmployerMandate:
    """Keep the paper she signed; she is told, and can take it back. ``AwardError`` once she has answered herself."""
    filing = AwardFiling.objects.select_related("employer").get(pk=filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    content = _paper_checked(paper)
    mandate = _mandate(filing.employer, filing.worker_id)
    mandate.text, mandate.through = _text_now(at), MandateThrough.PAPER
    mandate.paper.name = mandate.paper.storage.save(str(content.name), content)
    _move(mandate, "record", actor=actor, at=at)
    mandate_tell(mandate, MANDATE_RECORDED, at=at)
    return mandate


@transaction.atomic
def mandate_give(*, mandate_id: int, text: ConsentText | None, actor: User, at: datetime) -> EmployerMandate:
    """She agrees to the wording she was shown. Raises ``PermissionDenied`` for anybody else."""
    if text is None or (text.receiver, text.purpose) != (RECEIVER, PURPOSE):
        raise AwardError("text_missing", _("请先看完委托书，再点同意。"))
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
def mandate_refuse(*, mandate_id: int, actor: User, at: datetime) -> EmployerMandate:
    """She does not want it. She is not asked again, and nothing the employer prepared goes out."""
    _hers(mandate_id, actor)
    mandate = _lock(mandate_id)
    _move(mandate, "refuse", actor=actor, at=at)
    _take_back(mandate, actor=actor, at=at)
    return mandate


@transaction.atomic
def mandate_withdraw(*, mandate_id: int, actor: User, at: datetime) -> EmployerMandate:
    """She takes it back: what was not accepted leaves; what was accepted goes on, for the money is hers."""
    hers = _hers(mandate_id, actor)
    consent = (
        Consent.objects.select_for_update(of=("self",))
        .filter(subject=actor, receiver=RECEIVER, purpose=PURPOSE, withdrawn_at__isnull=True)
        .first()
    )
    mandate = _lock(mandate_id)
    _move(mandate, "withdraw", actor=actor, at=at)
    _take_back(mandate, actor=actor, at=at)
    others = EmployerMandate.objects.filter(worker=hers.worker_id, state=MandateState.GIVEN)
    # The last employer: nothing of the consent is left.
    if consent is not None and not others.exists():
        consent_withdraw(consent_id=consent.pk, actor=actor, at=at)
    return mandate


def mandates_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: taken back among her data, it is taken back from every employer."""
    if (consent.receiver, consent.purpose) != (RECEIVER, PURPOSE) or consent.withdrawn_at is None:
        return
    assert consent.withdrawn_by is not None
    given = EmployerMandate.objects.select_for_update(of=("self",)).filter(
        worker__user=consent.subject_id, state=MandateState.GIVEN
    )
    for mandate in given.order_by("pk"):
        _move(mandate, "withdraw", actor=consent.withdrawn_by, at=consent.withdrawn_at)
        _take_back(mandate, actor=consent.withdrawn_by, at=consent.withdrawn_at)


def is_mandated(filing: AwardFiling) -> bool:
    """Whether the worker lets this employer file for her."""
    held = EmployerMandate.objects.filter(worker=filing.worker_id, employer=filing.employer_id)
    return held.filter(state=MandateState.GIVEN).exists()


def _take_back(mandate: EmployerMandate, *, actor: User, at: datetime) -> None:
    """What this employer has ready or under way for her, and nobody has accepted, leaves the table."""
    sources = FILING_MOVES["withdraw"].sources
    rows = AwardFiling.objects.filter(worker=mandate.worker_id, employer=mandate.employer_id, state__in=sources)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        filing_move(filing_lock(pk), "withdraw", party=Party.WORKER, actor=actor, at=at, reason=_("本人不同意"))


def _mandate(employer: Organisation, worker_id: int) -> EmployerMandate:
    """The mandate of this worker to the employer, or a new one not yet saved; her row is locked, so that one begins."""
    worker_hold(worker_id)
    rows = EmployerMandate.objects.select_for_update(of=("self",)).select_related("worker__user", "employer")
    there = rows.filter(employer=employer, worker=worker_id).first()
    if there is not None:
        return there
    return EmployerMandate(employer=employer, worker=Worker.objects.select_related("user").get(pk=worker_id))


def _lock(mandate_id: int) -> EmployerMandate:
    rows = EmployerMandate.objects.select_for_update(of=("self",)).select_related("worker__user", "employer")
    return rows.get(pk=mandate_id)


def _hers(mandate_id: int, actor: User) -> EmployerMandate:
    mandate = EmployerMandate.objects.select_related("worker").get(pk=mandate_id)
    if mandate.worker.user_id != actor.pk or not actor.is_active:
        raise PermissionDenied(_("委托只能由本人办理。"))
    return mandate


def _move(mandate: EmployerMandate, name: str, *, actor: User, at: datetime) -> None:
    """The one place where a mandate changes its state. The caller holds its lock, or it is new."""
    move, source = MANDATE_MOVES[name], mandate.state
    if source not in move.sources:
        raise AwardError(
            "wrong_state",
            _("现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": MandateState(source).label},
        )
    mandate.state = move.target
    if name != "ask":
        mandate.answered_at = at
    mandate.save()
    EmployerMandateEvent.objects.create(
        mandate=mandate,
        action=name,
        source=source,
        target=move.target,
        party=next(iter(move.parties)),
        text=mandate.text if name in {"give", "record"} else None,
        actor=actor,
        at=at,
    )
    audit_record(f"awards.mandate.{move.past}", mandate, actor=actor)


def _text_now(at: datetime) -> ConsentText:
    text = consent_text_in_force(receiver=RECEIVER, purpose=PURPOSE, on=timezone.localdate(at))
    if text is None:
        raise AwardError("text_missing", _("现在没有可用的委托书，暂时不能办理。请稍后再试。"))
    return text


def _paper_checked(upload: File[bytes]) -> File[bytes]:
    """A picture or PDF judged by its content, kept under a random name."""
    try:
        return evidence_checked(upload, folder="awards/mandates")
    except WorkerError as refusal:
        raise AwardError(refusal.code, refusal.message) from refusal
