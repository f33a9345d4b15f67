"""The one way a claim moves, for one claim or twenty thousand: lock, check, write, book the money, record."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.policy.engine import Outcome
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimAppeal, ClaimDecision, ClaimEvent
from subsidies.claims.services.clocks import clocks_follow
from subsidies.claims.services.following import awards_follow
from subsidies.claims.services.refusing import refusals_in_words
from subsidies.claims.services.telling import claims_tell
from subsidies.claims.states import ROLE_OF_PARTY, TRANSITIONS, Move, Party
from subsidies.ledger.services import ClaimMoney, money_move
from subsidies.ledger.states import PostingKind


@dataclass
class Step:
    """A move under way: what its effects need to know."""

    action: str
    party: Party
    actor: User | None
    at: datetime
    reason: str
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)


def claim_move(
    *,
    claim_id: int,
    action: str,
    party: Party,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Claim:
    """Take one step with one claim; see ``claims_move``."""
    return claims_move(claim_ids=[claim_id], action=action, party=party, actor=actor, at=at, reason=reason, data=data)[
        0
    ]


@transaction.atomic
def claims_move(
    *,
    claim_ids: Sequence[int],
    action: str,
    party: Party,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    key: str = "",
) -> list[Claim]:
    """Take the same step of ``TRANSITIONS`` with these claims, all or none; the claims come back in the order of keys.

    ``party`` says in whose name the actor moves them; for an office the actor must hold its role that day. ``data`` is
    kept with the event and may hold ``refusal_id`` (for refusals) and ``paid_on`` (for payments). ``key`` names a
    posting that moves many claims' money at once (a batch). Raises ``PermissionDenied`` for whoever may not and
    ``ClaimError`` for a claim whose state does not allow the step; then nothing has changed. Whose claims they are is
    checked by the caller, who starts from what the actor may see.
    """
    move = TRANSITIONS[action]
    step = Step(action, party, actor, at, reason.strip(), key, data or {})
    _permit(move, step)
    claims = _locked(claim_ids)
    if not claims:
        return []
    _check_all(claims, move, step)
    sources = {claim.pk: claim.state for claim in claims}
    changes = {"state": move.target} | _EFFECTS.get(action, _nothing)(step)
    # Before the clocks: they count by the day on which the claim was sent.
    for claim in claims:
        for name, value in changes.items():
            setattr(claim, name, value)
    due = clocks_follow(claims, action, actor=actor, on=step.on, reason=step.reason)
    _write(claims, changes, due)
    events = _events(claims, sources, step)
    _book(claims, events, step)
    awards_follow(claims, actor=actor, at=at, reason=step.reason)
    claims_tell(claims, events)
    _trace(claims, move, step)
    return claims


def _locked(claim_ids: Sequence[int]) -> list[Claim]:
    """All of the claims under lock, in the order of their keys; ``ClaimError`` when one is not there."""
    locked = Claim.objects.select_for_update(of=("self",)).select_related("scheme", "worker__user")
    claims = list(locked.filter(pk__in=claim_ids).order_by("pk"))
    if len(claims) != len(set(claim_ids)):
        raise ClaimError("not_found", _("有的申领不存在或已删除。请刷新页面再看。"))
    return claims


def _write(claims: Sequence[Claim], changes: Mapping[str, Any], due: Mapping[int, date | None]) -> None:
    """What changes is the same for all of them, but for the day: one statement for each day."""
    alike: dict[date | None, list[int]] = defaultdict(list)
    for claim in claims:
        claim.due_on = due.get(claim.pk, claim.due_on)
        alike[claim.due_on].append(claim.pk)
    with refusals_in_words():
        for due_on, ids in alike.items():
            Claim.objects.filter(pk__in=ids).update(due_on=due_on, **changes)


def _events(claims: Sequence[Claim], sources: Mapping[int, str], step: Step) -> list[ClaimEvent]:
    kept = {name: str(value) for name, value in step.data.items()}
    events = [
        ClaimEvent(
            claim=claim,
            action=step.action,
            source=sources[claim.pk],
            target=claim.state,
            party=step.party,
            reason=step.reason,
            data=kept,
            actor=step.actor,
            at=step.at,
        )
        for claim in claims
    ]
    return ClaimEvent.objects.bulk_create(events, batch_size=2000)


def _permit(move: Move, step: Step) -> None:
    """The party may take the step, and the actor may stand for the party."""
    if step.party not in move.parties:
        raise PermissionDenied(_("这一步不由您办理。"))
    if move.needs_reason and not step.reason:
        raise ClaimError("reason_missing", _("请写明原因，再提交。"))
    if step.party == Party.SYSTEM:
        return
    role = ROLE_OF_PARTY.get(step.party)
    if step.actor is None or (role is not None and role not in roles_of(step.actor, on=step.on)):
        raise PermissionDenied(_("您的岗位不能办理这一步。"))


def _check_all(claims: Sequence[Claim], move: Move, step: Step) -> None:
    for claim in claims:
        _check(claim, move, step)
    if step.party in {Party.INTAKE, Party.REVIEW}:
        _check_nobodys_own(claims, step)
    if step.action not in APPROVALS:
        return
    last = ClaimDecision.objects.filter(claim__in=claims).order_by("claim", "-edition").distinct("claim")
    refused = {pk for pk, outcome in last.values_list("claim", "outcome") if outcome == Outcome.NO}
    for claim in claims:
        if claim.pk in refused:
            raise ClaimError(
                "decided_no",
                _("申领 %(number)s 按规则不符合条件，不能通过。请退回补正，或不予核定。") % {"number": claim.number},
            )


def _check(claim: Claim, move: Move, step: Step) -> None:
    if step.action in SPENDING and claim.scheme.city_code != settings.CITY_CODE:
        raise ClaimError(
            "other_city",
            _("申领 %(number)s 的补贴项目不是本市的，不能从本市资金里发。请退回补正，或不予核定。")
            % {"number": claim.number},
        )
    if claim.state not in move.sources:
        raise ClaimError(
            "wrong_state",
            _("申领 %(number)s 现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"number": claim.number, "state": claim.get_state_display()},
        )
    if step.party not in {Party.INTAKE, Party.REVIEW} or step.actor is None:
        return
    if step.actor.pk == claim.worker.user_id:
        raise ClaimError(
            "own_claim", _("申领 %(number)s 是您本人的，请由另一位工作人员办理。") % {"number": claim.number}
        )
    if step.actor.pk == claim.created_by_id:
        raise ClaimError("own_work", _("申领 %(number)s 是您填报的，请由别人审核。") % {"number": claim.number})
    if step.action == "pass_review" and step.actor.pk == claim.intake_by_id:
        raise ClaimError(
            "same_person", _("申领 %(number)s 是您初审的，要由另一位工作人员复核。") % {"number": claim.number}
        )


def _check_nobodys_own(claims: Sequence[Claim], step: Step) -> None:
    """Whoever sent, corrected or repaired a claim for somebody else, or appealed for her, has a hand in it."""
    hers = ClaimEvent.objects.filter(claim__in=claims, actor=step.actor, party__in=[Party.CLAIMANT, Party.SCHOOL])
    appealed = ClaimAppeal.objects.filter(claim__in=claims, made_by=step.actor)
    touched = (
        hers.values_list("claim__number", flat=True).first() or appealed.values_list("claim__number", flat=True).first()
    )
    if touched is not None:
        raise ClaimError("own_work", _("申领 %(number)s 是您代办过的，请由别人审核。") % {"number": touched})


def _submit(step: Step) -> dict[str, Any]:
    return {"submitted_on": step.on}


def _pass_intake(step: Step) -> dict[str, Any]:
    return {"intake_by": step.actor}


def _pass_review(step: Step) -> dict[str, Any]:
    return {"review_by": step.actor}


def _open_again(step: Step) -> dict[str, Any]:
    """What was decided is decided anew: nobody's approval stands for what has changed since."""
    return {"intake_by": None, "review_by": None, "refusal_id": None, "screened_at": None}


def _review_again(step: Step) -> dict[str, Any]:
    return {"review_by": None}


def _refuse(step: Step) -> dict[str, Any]:
    return {"refusal_id": step.data.get("refusal_id")}


def _pay(step: Step) -> dict[str, Any]:
    told = step.data.get("paid_on") or step.on
    return {"paid_on": date.fromisoformat(told) if isinstance(told, str) else told}


def _nothing(step: Step) -> dict[str, Any]:
    """Most steps change the state alone."""
    return {}


_EFFECTS: Mapping[str, Callable[[Step], dict[str, Any]]] = {
    "submit": _submit,
    "pass_intake": _pass_intake,
    "pass_review": _pass_review,
    "resubmit": _open_again,
    "reopen": _open_again,
    "hold": _review_again,
    "refuse": _refuse,
    "uphold_objection": _refuse,
    "pay": _pay,
}
# Steps that ask this city for money.
SPENDING = frozenset({"submit", "pass_review"})
APPROVALS = frozenset({"pass_intake", "pass_review"})
# What the money does at a step. Every other step leaves it where it lies.
POSTINGS: Mapping[str, PostingKind] = {
    "pass_review": PostingKind.COMMIT,
    "hold": PostingKind.RELEASE,
    "uphold_objection": PostingKind.RELEASE,
    "send": PostingKind.SEND,
    "pay": PostingKind.SETTLE,
    "bounce": PostingKind.BOUNCE,
}


def _book(claims: Sequence[Claim], events: Sequence[ClaimEvent], step: Step) -> None:
    kind = POSTINGS.get(step.action)
    if kind is None:
        return
    money_move(
        kind,
        claims=[ClaimMoney(claim.pk, claim.amount_fen, claim.fund, claim.district_code) for claim in claims],
        reference=str(step.data.get("reference") or (claims[0].number if len(claims) == 1 else step.key)),
        key=step.key or f"{kind}:event:{events[0].pk}",
        actor=step.actor,
        at=step.at,
        reason=step.reason,
    )


def _trace(claims: Sequence[Claim], move: Move, step: Step) -> None:
    """One line of the audit trail for each claim; for a batch one line, for its own row names the claims."""
    if len(claims) == 1:
        claim = claims[0]
        is_other = step.party == Party.CLAIMANT and step.actor != claim.worker.user
        audit_record(
            f"claims.claim.{move.past}",
            claim,
            actor=step.actor,
            on_behalf_of=claim.worker.user if is_other else None,
            reason=step.reason,
            data={"channel": claim.channel} if is_other else None,
        )
        return
    audit_record(
        f"claims.claim.{move.past}",
        None,
        actor=step.actor,
        reason=step.reason,
        data={"key": step.key, "count": len(claims), "first": claims[0].number, "last": claims[-1].number},
    )
