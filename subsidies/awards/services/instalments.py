"""The parts of a filing: reached, lost, netted, and following the claims that are made for them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.accounts.models import User
from subsidies.awards.models import AwardFiling, AwardInstalment
from subsidies.awards.rules import Due
from subsidies.awards.selectors.service import dues_for
from subsidies.awards.services.common import filing_lock, instalment_move
from subsidies.awards.states import COUNTED, EndKind, InstalmentState

# What a claim's state means for the part it is for.
FOLLOWS = {"refused": "refuse", "withdrawn": "withdraw", "paid": "pay"}


@transaction.atomic
def instalments_advance(*, filing_id: int, at: datetime) -> list[int]:
    """See which parts have come or will never come. The keys of those to claim for now; nothing changes twice."""
    return filing_advance(filing_lock(filing_id), at=at)


def filing_advance(filing: AwardFiling, *, at: datetime) -> list[int]:
    """The same for a filing that is locked already."""
    on = timezone.localdate(at)
    dues = {one.number: one for one in dues_for(filing, on=on)}
    claimable = []
    for part in _parts(filing):
        due = dues[part.number]
        if part.state == InstalmentState.WAITING:
            _look(part, due, on=on, at=at)
        if part.state in {InstalmentState.DUE, InstalmentState.NETTED}:
            claimable.append(part.pk)
    return claimable


def _look(part: AwardInstalment, due: Due, *, on: date, at: datetime) -> None:
    if due.is_reached(on):
        part.due_on = due.due_on
        instalment_move(part, "reach", actor=None, at=at)
    elif due.is_lost:
        instalment_move(part, "lose", actor=None, at=at, note=_lost_words(part.filing))
    elif part.due_on != due.due_on:
        part.due_on = due.due_on
        part.save(update_fields=["due_on"])


def instalments_lose(filing: AwardFiling, *, actor: User | None, at: datetime) -> None:
    """A filing has ended: what was full by then comes, the rest is lost, and why is written down plainly.

    After leaving, what was full but is not confirmed yet still waits for its months.
    """
    on = timezone.localdate(at)
    dues = {one.number: one for one in dues_for(filing, on=on)}
    for part in _parts(filing):
        due = dues[part.number]
        if part.state != InstalmentState.WAITING:
            continue
        if due.is_reached(on) and filing.end_kind != EndKind.MISTAKE:
            part.due_on = due.due_on
            instalment_move(part, "reach", actor=None, at=at)
        elif due.is_lost or filing.end_kind != EndKind.LEFT:
            instalment_move(part, "lose", actor=actor, at=at, note=_lost_words(filing))


def _lost_words(filing: AwardFiling) -> str:
    with override("zh-hans"):
        if filing.end_kind == EndKind.LEFT and filing.left_on:
            return _("%(day)s 离职，服务没有满年，这一期不再发放。") % {"day": filing.left_on.isoformat()}
        return _("%(reason)s，这一期不再发放。") % {"reason": filing.reason.rstrip("。")}


@transaction.atomic
def instalment_net(*, instalment_id: int, at: datetime) -> AwardInstalment:
    """What was paid for a lower level covers this part: nothing is paid now. It is looked at again each day."""
    part = part_lock(instalment_id)
    if part.state == InstalmentState.NETTED:
        return part
    with override("zh-hans"):
        note = _("低等级已经发过的要抵扣，这一期抵扣完了，不另发。")
    return instalment_move(part, "net", actor=None, at=at, note=note)


@transaction.atomic
def instalment_claimed(
    *, instalment_id: int, claim_number: str, amount_fen: int, actor: User | None, at: datetime
) -> AwardInstalment:
    """A claim was sent for the part; called in its transaction."""
    part = part_lock(instalment_id)
    if part.state == InstalmentState.NETTED:
        instalment_move(part, "unnet", actor=None, at=at)
    part.claim_number, part.amount_fen = claim_number, amount_fen
    return instalment_move(part, "claim", actor=actor, at=at)


@transaction.atomic
def instalment_note(*, instalment_id: int, note: str) -> None:
    """Why a part that has come could not be claimed for: she, her employer and the desk read it."""
    AwardInstalment.objects.filter(pk=instalment_id, state=InstalmentState.DUE).update(note=note[:300])


@transaction.atomic
def instalment_follow(
    *,
    instalment_id: int,
    claim_state: str,
    amount_fen: int,
    paid_on: date | None,
    reason: str,
    actor: User | None,
    at: datetime,
) -> None:
    """The part stands as its claim does; told the same twice, nothing happens. Called when the claim moves."""
    part = part_lock(instalment_id)
    action = FOLLOWS.get(claim_state)
    if action is None:
        if part.state not in COUNTED:  # opened again after an appeal
            instalment_move(part, "claim", actor=actor, at=at)
        elif (part.amount_fen, part.note) != (amount_fen, reason[:300]):
            part.amount_fen, part.note = amount_fen, reason[:300]
            part.save(update_fields=["amount_fen", "note"])
        return
    if part.state == InstalmentState.CLAIMED:
        if action == "pay":
            part.paid_on, part.amount_fen = paid_on, amount_fen
        instalment_move(part, action, actor=actor, at=at, note=reason if action != "pay" else "")


def part_lock(instalment_id: int) -> AwardInstalment:
    rows = AwardInstalment.objects.select_for_update(of=("self",))
    return rows.select_related("filing__scheme", "filing__worker__user", "filing__employer").get(pk=instalment_id)


def _parts(filing: AwardFiling) -> list[AwardInstalment]:
    """The parts under lock, each with the filing as the caller holds it."""
    rows = list(AwardInstalment.objects.select_for_update(of=("self",)).filter(filing=filing).order_by("number"))
    for part in rows:
        part.filing = filing
    return rows
