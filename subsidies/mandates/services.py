"""The asking, giving, refusing and taking back of a mandate, once for every kind of holder.

Locks are taken in one order everywhere: the consent of ``foundation.privacy``, then workers, mandates, and what the app
above keeps. Every function runs in the transaction of its caller, which knows who may ask and what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.selectors import consent_text_in_force
from foundation.privacy.services import consent_grant, consent_withdraw
from subsidies.mandates.models import BaseMandate, BaseMandateEvent
from subsidies.mandates.states import (
    ASKED_AGAIN_AFTER,
    ASKED_AT_MOST,
    MANDATE_MOVES,
    MandateParty,
    MandateState,
    MandateThrough,
)
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.models import Worker
from workers.selectors import is_unproven

M = TypeVar("M", bound=BaseMandate)
# What leaves the holder's table when a mandate ends: the caller's own.
TakeBack = Callable[[Any, User, datetime], None]


@dataclass(frozen=True)
class Kind(Generic[M]):
    """One kind of mandate: its tables, who holds it, the consent it stands on, and how its acts are called."""

    mandates: type[M]
    events: type[BaseMandateEvent]
    holder: str  # the name of the column
    at_hand: tuple[str, ...]  # what is read together with a mandate
    party: MandateParty
    receiver: str
    purpose: str
    error: type[DomainError]
    action: str
    folder: str

    def is_for(self, text: ConsentText | Consent) -> bool:
        return (text.receiver, text.purpose) == (self.receiver, self.purpose)

    def rows(self) -> QuerySet[M]:
        return self.mandates._default_manager.all()


def may_be_asked(mandate: BaseMandate | None, *, at: datetime) -> bool:
    """Whether a text may go out now: she has not answered, and was not asked too often or just now."""
    if mandate is None:
        return True
    waited = mandate.asked_at is None or at - mandate.asked_at >= ASKED_AGAIN_AFTER
    return mandate.state in {"", MandateState.ASKED} and mandate.asked_count < ASKED_AT_MOST and waited


def mandates_held(kind: Kind[M], *, holder: int, workers: Collection[Worker]) -> dict[int, M]:
    """The mandates of these people to the holder, by person; one not yet saved for whoever has none.

    The rows of the people are locked first, so that two do not begin one.
    """
    list(
        Worker.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in workers])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    rows = kind.rows().select_for_update(of=("self",)).filter(**{kind.holder: holder}, worker__in=workers)
    known = {one.worker_id: one for one in rows.order_by("pk")}  # type: ignore[attr-defined]
    found = {}
    for worker in workers:
        mandate = known.get(worker.pk) or kind.mandates(**{f"{kind.holder}_id": holder})
        mandate.worker = worker  # type: ignore[attr-defined]
        found[worker.pk] = mandate
    return found


def mandate_asked(kind: Kind[M], mandate: M, *, actor: User, at: datetime) -> None:
    """Once more she is asked; that she may be is the caller's to look at."""
    mandate.asked_at, mandate.asked_count = at, mandate.asked_count + 1
    mandate_move(kind, mandate, "ask", actor=actor, at=at)


def mandate_recorded(kind: Kind[M], mandate: M, *, paper: File[bytes], actor: User, at: datetime) -> None:
    """The paper she signed is kept. ``kind.error`` once she has answered herself, and for what is no picture or PDF."""
    try:
        content = evidence_checked(paper, folder=kind.folder)
    except WorkerError as refusal:
        raise kind.error(refusal.code, refusal.message) from refusal
    text = consent_text_in_force(receiver=kind.receiver, purpose=kind.purpose, on=timezone.localdate(at))
    if text is None:
        raise kind.error("text_missing", _("现在没有可用的委托书，暂时不能办理。请稍后再试。"))
    mandate.text, mandate.through = text, MandateThrough.PAPER
    mandate.paper.name = mandate.paper.storage.save(str(content.name), content)
    mandate_move(kind, mandate, "record", actor=actor, at=at)


def mandate_given(kind: Kind[M], *, mandate_id: int, text: ConsentText | None, actor: User, at: datetime) -> M:
    """She agrees to the wording she was shown. Raises ``PermissionDenied`` for anybody else."""
    if text is None or not kind.is_for(text):
        raise kind.error("text_missing", _("请先看完委托书，再点同意。"))
    if is_unproven(_hers(kind, mandate_id, actor), actor):
        raise PermissionDenied(_("请先在“我的”里证明这是您的档案，再办理委托。"))
    consent_grant(subject=actor, text=text, actor=actor, at=at)
    mandate = _lock(kind, mandate_id)
    if (mandate.state, mandate.through, mandate.text_id) == (MandateState.GIVEN, MandateThrough.SELF, text.pk):
        return mandate
    mandate.text, mandate.through = text, MandateThrough.SELF
    mandate_move(kind, mandate, "give", actor=actor, at=at)
    return mandate


def mandate_refused(kind: Kind[M], *, mandate_id: int, actor: User, at: datetime) -> M:
    """She does not want it, and is not asked again."""
    _hers(kind, mandate_id, actor)
    mandate = _lock(kind, mandate_id)
    mandate_move(kind, mandate, "refuse", actor=actor, at=at)
    return mandate


def mandate_withdrawn(kind: Kind[M], *, mandate_id: int, actor: User, at: datetime, take_back: TakeBack) -> M:
    """She takes it back, and with the last of its kind the consent itself."""
    worker = _hers(kind, mandate_id, actor)
    held = Consent.objects.filter(subject=actor, receiver=kind.receiver, purpose=kind.purpose)
    consent = held.select_for_update(of=("self",)).filter(withdrawn_at__isnull=True).first()
    mandate = _lock(kind, mandate_id)
    mandate_move(kind, mandate, "withdraw", actor=actor, at=at)
    take_back(mandate, actor, at)
    if consent is not None and not kind.rows().filter(worker=worker, state=MandateState.GIVEN).exists():
        consent_withdraw(consent_id=consent.pk, actor=actor, at=at)
    return mandate


def mandates_stopped(kind: Kind[M], consent: Consent, *, take_back: TakeBack) -> None:
    """For ``consent_withdrawn``: taken back among her data, it is taken back from every holder."""
    if not kind.is_for(consent) or consent.withdrawn_at is None:
        return
    assert consent.withdrawn_by is not None
    given = kind.rows().select_for_update(of=("self",)).filter(
        worker__user=consent.subject_id, state=MandateState.GIVEN
    )  # fmt: skip
    for mandate in given.order_by("pk"):
        mandate_move(kind, mandate, "withdraw", actor=consent.withdrawn_by, at=consent.withdrawn_at)
        take_back(mandate, consent.withdrawn_by, consent.withdrawn_at)


def mandate_move(kind: Kind[M], mandate: M, name: str, *, actor: User, at: datetime) -> None:
    """The one place where a mandate changes its state. The caller holds its lock, or it is new."""
    move, source = MANDATE_MOVES[name], mandate.state
    if source not in move.sources:
        label = MandateState(source).label if source else ""
        raise kind.error("wrong_state", _("现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": label})
    mandate.state = move.target
    if name != "ask":
        mandate.answered_at = at
    mandate.save()
    kind.events._default_manager.create(  # type: ignore[misc]  # the column stands in the model of the app above
        mandate=mandate,
        action=name,
        source=source,
        target=move.target,
        party=MandateParty.WORKER if move.is_hers else kind.party,
        text=mandate.text if name in {"give", "record"} else None,
        actor=actor,
        at=at,
    )
    audit_record(f"{kind.action}.{move.past}", mandate, actor=actor)


def _lock(kind: Kind[M], mandate_id: int) -> M:
    rows = kind.rows().select_for_update(of=("self",)).select_related(*kind.at_hand)
    return rows.get(pk=mandate_id)


def _hers(kind: Kind[M], mandate_id: int, actor: User) -> Worker:
    mandate = kind.rows().select_related("worker").get(pk=mandate_id)
    worker: Worker = mandate.worker  # type: ignore[attr-defined]
    if worker.user_id != actor.pk or not actor.is_active:
        raise PermissionDenied(_("委托只能由本人办理。"))
    return worker
