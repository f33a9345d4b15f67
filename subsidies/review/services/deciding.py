"""One claim decided: passed, returned, refused, or brought back when something was found later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.database import in_force
from subsidies.checks.selectors import blocks_cleared_by, blocks_not_run, blocks_open, unchecked_words
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim, RefusalReason
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.again import Again, decided_again
from subsidies.review.selectors.desk import finding_names
from subsidies.review.services.common import (
    claim_lock,
    role_required,
    stranger_required,
    taken,
    text_required,
    turn_required,
)
from subsidies.review.states import HELD_FROM, PARTIES, PASSES


def claim_pass_intake(
    *, claim_id: int, actor: User, at: datetime, note: str = "", unchecked: Collection[str] = ()
) -> Claim:
    """初审通过. See ``_pass`` for what is refused."""
    return _pass(claim_id, ClaimState.SUBMITTED, actor=actor, at=at, note=note, unchecked=unchecked)


def claim_pass_review(
    *, claim_id: int, actor: User, at: datetime, note: str = "", unchecked: Collection[str] = ()
) -> Claim:
    """复核通过, by another than who passed it before; the money is committed. See ``_pass`` for what is refused."""
    return _pass(claim_id, ClaimState.INTAKE_PASSED, actor=actor, at=at, note=note, unchecked=unchecked)


def _pass(claim_id: int, state: str, *, actor: User, at: datetime, note: str, unchecked: Collection[str]) -> Claim:
    """Pass a claim. Checked first if no check has looked at it today; that stays, whatever is decided after it.

    ``unchecked`` are the codes of the checks that the officer says she knows did not run; those that did not are kept
    with the event. Raises ``ReviewError``: ``blocked`` while something stands against it that must be dealt with,
    ``not_checked`` while a check that could stop it did not run and she has not said so, ``changed`` when the
    rule says something else today than when it was sent, ``unknown_facts`` when the platform lacks a fact and no note
    says how it was looked up, ``taken`` when somebody was quicker. A budget that is too short is the ledger's refusal.
    """
    _screen_today(claim_id, state, actor=actor, at=at)
    with transaction.atomic():
        claim = claim_lock(claim_id)
        turn_required(claim, actor, at=at, state=state)
        pass_required([claim], actor=actor, at=at)
        known = _known_required(claim, unchecked)
        again = decided_again([claim])[claim.pk]
        same_required(claim, again)
        note = note.strip()
        if again.outcome == "undecided" and not note:
            raise ReviewError(
                "unknown_facts",
                _("平台没有这些信息：%(names)s。请核实以后，在“核实说明”里写明凭什么认定，再通过。")
                % {"names": "、".join(again.unknown)},
            )
        return claim_move(
            claim_id=claim.pk, action=PASSES[state], party=PARTIES[state], actor=actor, at=at, reason=note, data=known
        )


def _known_required(claim: Claim, known: Collection[str]) -> dict[str, str]:
    """She knows which checks that could stop the claim did not run; gives what the event keeps of it."""
    unchecked = blocks_not_run([claim.pk]).get(claim.pk, ())
    unseen = [one for one in unchecked if one.code not in known]
    if unseen:
        raise ReviewError(
            "not_checked",
            _("申领 %(number)s 未能核查：%(names)s。请用别的办法查清，勾选“已知悉”以后再通过。")
            % {"number": claim.number, "names": unchecked_words(unseen)},
        )
    return {"unchecked": ",".join(f"{one.code}:{one.state}" for one in unchecked)} if unchecked else {}


def _screen_today(claim_id: int, state: str, *, actor: User, at: datetime) -> None:
    """The checks of the day, in a transaction of their own: what they find is seen although the pass is refused."""
    claim = Claim.objects.filter(pk=claim_id, state=state).only("screened_at").first()
    if claim is not None and not is_screened(claim, at=at):
        checks_run(claim_ids=[claim_id], moment=Moment.REVIEW, actor=actor, at=at)


def is_screened(claim: Claim, *, at: datetime) -> bool:
    """Whether the checks have looked at the claim on the day of ``at``."""
    return claim.screened_at is not None and timezone.localdate(claim.screened_at) == timezone.localdate(at)


def pass_required(claims: Sequence[Claim], *, actor: User, at: datetime) -> None:
    """Nothing that must be dealt with stands against any of the claims, and each was looked at today.

    Who cleared a finding that blocked does not pass the claim as well: two pairs of eyes stay two.
    """
    cleared = blocks_cleared_by(actor, [claim.pk for claim in claims])
    blocked = blocks_open([claim.pk for claim in claims])
    for claim in claims:
        if claim.pk in blocked:
            names = finding_names([claim.pk]).get(claim.pk, [])
            raise ReviewError(
                "blocked",
                _("申领 %(number)s 还有必须处理的核查结果：%(names)s。请核实后说明理由，或者退回、不予核定。")
                % {"number": claim.number, "names": "、".join(names)},
            )
        if claim.pk in cleared:
            raise ReviewError(
                "cleared_herself",
                _("申领 %(number)s 必须处理的核查结果是您核实放行的，要由另一位工作人员通过。")
                % {"number": claim.number},
            )
        if not is_screened(claim, at=at):
            raise ReviewError(
                "not_screened", _("申领 %(number)s 今天还没有核查，请先核查再办理。") % {"number": claim.number}
            )


def same_required(claim: Claim, again: Again) -> None:
    """Refuse to pay by what is no longer so: the difference is named, and it is returned or refused."""
    if again.is_same:
        return
    raise ReviewError(
        "changed",
        _("申领 %(number)s 今天重新核定的结果与提交时不同，不能直接通过。%(changes)s请退回补正，或不予核定。")
        % {"number": claim.number, "changes": "".join(again.changes)},
    )


@transaction.atomic
def claim_return(*, claim_id: int, marks: Mapping[str, str], text: str, actor: User, at: datetime) -> Claim:
    """退回补正: what is to be put right, item by item; the legal clock stands until she sends it again."""
    claim = claim_lock(claim_id)
    turn_required(claim, actor, at=at)
    lines = [f"{name}：{words.strip()}" for name, words in marks.items() if words.strip()]
    if not lines and not text.strip():
        raise ReviewError("marks_missing", _("请至少写明一处要补正的内容，申领人才知道改哪里。"))
    reason = text_required("；".join([*lines, *([text.strip()] if text.strip() else [])]), most=1000)
    return claim_move(
        claim_id=claim.pk,
        action="return",
        party=PARTIES[claim.state],
        actor=actor,
        at=at,
        reason=reason,
        data={"marks": "；".join(lines)} if lines else None,
    )


@transaction.atomic
def claim_refuse(*, claim_id: int, refusal_id: int, text: str, actor: User, at: datetime) -> Claim:
    """不予核定: for a reason of the list in force today, and in words what it is here."""
    claim = claim_lock(claim_id)
    turn_required(claim, actor, at=at)
    known = RefusalReason.objects.filter(in_force(timezone.localdate(at)), pk=refusal_id).first()
    if known is None:
        raise ReviewError("refusal_unknown", _("请从列表里选择一种不予核定的情形；这一种现在已经不再使用。"))
    return claim_move(
        claim_id=claim.pk,
        action="refuse",
        party=PARTIES[claim.state],
        actor=actor,
        at=at,
        reason=text_required(text),
        data={"refusal_id": known.pk},
    )


@transaction.atomic
def claim_hold(*, claim_id: int, reason: str, actor: User, at: datetime) -> Claim:
    """Something was found after the review and before the money: back to the reviewer's table, the money released."""
    claim = claim_lock(claim_id)
    on = timezone.localdate(at)
    role_required(actor, Role.OFFICER_REVIEW, on=on)
    if claim.state not in HELD_FROM:
        raise taken(claim)
    stranger_required(claim, actor, on=on)
    return claim_move(
        claim_id=claim.pk, action="hold", party=Party.REVIEW, actor=actor, at=at, reason=text_required(reason)
    )
