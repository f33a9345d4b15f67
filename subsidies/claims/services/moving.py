"""The one way a claim moves, for one claim or twenty thousand: lock, check, write, book the money, record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.services.clocks import clocks_follow
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
    claims = list(Claim.objects.select_for_update(of=("self",)).filter(pk__in=claim_ids).order_by("pk"))
    if len(claims) != len(set(claim_ids)):
        raise ClaimError("not_found", _("有的申领不存在或已删除。请刷新页面再看。"))
    sources = {claim.pk: claim.state for claim in claims}
    for claim in claims:
        _check(claim, move, step)
        claim.state = move.target
        _EFFECTS.get(action, _nothing)(claim, step)
    clocks_follow(claims, action, actor=actor, on=step.on, reason=step.reason)
    Claim.objects.bulk_update(claims, MOVED_FIELDS, batch_size=2000)
    kept = {name: str(value) for name, value in step.data.items()}
    ClaimEvent.objects.bulk_create(
        [
            ClaimEvent(
                claim=claim,
                action=action,
                source=sources[claim.pk],
                target=claim.state,
                party=party,
                reason=step.reason,
                data=kept,
                actor=actor,
                at=at,
            )
            for claim in claims
        ]
    )
    _book(claims, sources, step)
    _trace(claims, move, step)
    return claims


MOVED_FIELDS = ["state", "submitted_on", "due_on", "intake_by", "review_by", "refusal", "paid_on"]


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


def _check(claim: Claim, move: Move, step: Step) -> None:
    if claim.state not in move.sources:
        raise ClaimError(
            "wrong_state",
            _("申领 %(number)s 现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"number": claim.number, "state": claim.get_state_display()},
        )
    actor_id = step.actor.pk if step.actor else None
    office = step.party in {Party.INTAKE, Party.REVIEW}
    if office and actor_id == claim.created_by_id:
        raise ClaimError("own_work", _("申领 %(number)s 是您填报的，请由别人审核。") % {"number": claim.number})
    if step.action == "pass_review" and actor_id == claim.intake_by_id:
        raise ClaimError(
            "same_person", _("申领 %(number)s 是您初审的，要由另一位工作人员复核。") % {"number": claim.number}
        )


def _submit(claim: Claim, step: Step) -> None:
    claim.submitted_on = step.on


def _pass_intake(claim: Claim, step: Step) -> None:
    claim.intake_by = step.actor


def _pass_review(claim: Claim, step: Step) -> None:
    claim.review_by = step.actor


def _open_again(claim: Claim, step: Step) -> None:
    """What was decided is decided anew: nobody's approval stands for what has changed since."""
    claim.intake_by = claim.review_by = claim.refusal = None


def _review_again(claim: Claim, step: Step) -> None:
    claim.review_by = None


def _refuse(claim: Claim, step: Step) -> None:
    claim.refusal_id = step.data.get("refusal_id")


def _pay(claim: Claim, step: Step) -> None:
    claim.paid_on = step.data.get("paid_on") or step.on


def _nothing(claim: Claim, step: Step) -> None:
    """Most steps change the state alone."""


_EFFECTS: Mapping[str, Callable[[Claim, Step], None]] = {
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
# What the money does at a step. Every other step leaves it where it lies.
POSTINGS: Mapping[str, PostingKind] = {
    "pass_review": PostingKind.COMMIT,
    "hold": PostingKind.RELEASE,
    "uphold_objection": PostingKind.RELEASE,
    "send": PostingKind.SEND,
    "pay": PostingKind.SETTLE,
    "bounce": PostingKind.BOUNCE,
}


def _book(claims: Sequence[Claim], sources: Mapping[int, str], step: Step) -> None:
    kind = POSTINGS.get(step.action)
    if kind is None:
        return
    event = claims[0].events.order_by("-pk").values_list("pk", flat=True)[0]
    money_move(
        kind,
        claims=[ClaimMoney(claim.pk, claim.amount_fen, claim.fund, claim.district_code) for claim in claims],
        reference=str(step.data.get("reference") or (claims[0].number if len(claims) == 1 else step.key)),
        key=step.key or f"{kind}:event:{event}",
        actor=step.actor,
        at=step.at,
        reason=step.reason,
    )


def _trace(claims: Sequence[Claim], move: Move, step: Step) -> None:
    """One line of the audit trail for each claim; for a batch one line, for its own row names the claims."""
    if len(claims) == 1:
        audit_record(f"claims.claim.{move.past}", claims[0], actor=step.actor, reason=step.reason)
        return
    audit_record(
        f"claims.claim.{move.past}",
        None,
        actor=step.actor,
        reason=step.reason,
        data={"key": step.key, "count": len(claims), "first": claims[0].number, "last": claims[-1].number},
    )
