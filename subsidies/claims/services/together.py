"""Many people claim at once at the counter, as when an officer visits a class whose certificates have come.

What ``claim_submit`` does for one, in as many queries for two hundred as for one: each is decided by the rule of the
day, each decision is frozen, and one person's refusal keeps nobody else back.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.crypto.cipher import blind_index
from foundation.policy.engine import Decision, digest, to_json
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.claims.selectors.claimables import Claimable, Field, claimables_by
from subsidies.claims.selectors.facts import facts_many
from subsidies.claims.services.deciding import sendable
from subsidies.claims.services.moving import claims_move
from subsidies.claims.services.sending import (
    account_for,
    claimed_words,
    draft_row,
    kept_of,
    no_account_words,
    numbers_take,
    permit,
    scheme_get,
)
from subsidies.claims.states import LIVE, Channel, Party
from subsidies.schemes.deciding import scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of
from workers.models import Worker


@dataclass(frozen=True)
class Together:
    """What came of it: the claims in the order of their certificates, and why the others have none, by certificate."""

    claims: tuple[Claim, ...]
    refused: Mapping[int, ClaimError]


@dataclass(frozen=True)
class Ready:
    """A case that can be sent: the decision it is sent with and where its money goes."""

    case: Claimable
    decision: Decision
    account: str


@transaction.atomic
def claims_submit(*, scheme_id: int, field: Field, pks: Collection[int], actor: User, at: datetime) -> Together:
    """Claim for all of these certificates or trainings at the counter, each person once.

    Raises ``PermissionDenied`` for whoever is not at the counter, and ``ClaimError`` for a scheme that asks for papers
    which only each person has herself.
    """
    scheme = scheme_get(scheme_id)
    if scheme.papers.filter(is_on_file=False, is_required=True).exists():
        raise ClaimError("papers_missing", _("这项补贴要交本人的材料，不能集中申领，请逐份办理。"))
    people = [case.worker.pk for case in claimables_by(field, pks)]
    held = Worker.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    list(held.values_list("pk", flat=True))
    cases = claimables_by(field, pks)
    # Her role is the same for all of them; whether one is her own is not.
    for case in [*cases[:1], *(case for case in cases if case.worker.user_id == actor.pk)]:
        permit(case.worker, case.school, Channel.COUNTER, actor, at=at)
    refused: dict[int, ClaimError] = {}
    ready = _ready(_free(cases, scheme, refused), scheme, refused, at=at)
    return Together(tuple(_send(ready, scheme, actor=actor, at=at)), refused)


def _free(cases: Sequence[Claimable], scheme: Scheme, refused: dict[int, ClaimError]) -> list[Claimable]:
    """The cases nothing was claimed for in the lane, one for each person."""
    rows = Claim.objects.filter(
        worker__in={case.worker.pk for case in cases}, lane=scheme.lane, state__in=sorted(LIVE)
    ).select_related("scheme")
    standing = {getattr(claim, f"{case.field}_id"): claim for claim in rows for case in cases[:1]}
    trainings = {claim.enrolment_id: claim for claim in rows if claim.enrolment_id}
    free: list[Claimable] = []
    seen: set[int] = set()
    for case in cases:
        there = standing.get(case.pk) or (trainings.get(case.enrolment.pk) if case.enrolment else None)
        if there is not None:
            refused[case.pk] = ClaimError("claimed_before", claimed_words(there))
        elif case.worker.pk in seen:
            refused[case.pk] = ClaimError("same_person", _("名单里此人有两本证书，请分两次申领。"))
        else:
            seen.add(case.worker.pk)
            free.append(case)
    return free


def _ready(cases: Sequence[Claimable], scheme: Scheme, refused: dict[int, ClaimError], *, at: datetime) -> list[Ready]:
    """What the rule of the day says of each: the ones that can be sent."""
    on = timezone.localdate(at)
    figures = figures_of(scheme, on=on)
    ready = []
    for case, facts in zip(cases, facts_many(cases, scheme, on=on, figures=figures), strict=True):
        try:
            decision = sendable(scheme_decide(scheme, facts, on=on, figures=figures))
        except ClaimError as refusal:
            refused[case.pk] = refusal
            continue
        account = account_for(scheme.payee, case.worker, case.school)
        if account:
            ready.append(Ready(case, decision, account))
        else:
            refused[case.pk] = ClaimError("no_account", no_account_words(scheme.payee))
    return ready


def _send(ready: Sequence[Ready], scheme: Scheme, *, actor: User, at: datetime) -> list[Claim]:
    """Rows, frozen decisions, and the move; claims of which the same is unknown go together."""
    numbers = numbers_take(len(ready), at=at) if ready else []
    claims = []
    for one, number in zip(ready, numbers, strict=True):
        claim = draft_row(
            one.case, scheme, number=number, channel=Channel.COUNTER, class_claim=None, actor=actor, at=at
        )
        claim.account, claim.amount_fen = one.account, one.decision.amount_fen or 0
        claim.account_index = blind_index("account", one.account)
        claims.append(claim)
    Claim.objects.bulk_create(claims)
    ClaimDecision.objects.bulk_create(
        ClaimDecision(
            claim=claim,
            edition=1,
            rule_version=one.decision.rule_version,
            on=one.decision.on,
            outcome=one.decision.outcome.value,
            amount_fen=one.decision.amount_fen,
            content=to_json(one.decision),
            digest=digest(one.decision),
            made_by=actor,
            at=at,
        )
        for one, claim in zip(ready, claims, strict=True)
    )
    alike: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
    for one, claim in zip(ready, claims, strict=True):
        alike[tuple(sorted(kept_of(one.decision).items()))].append(claim.pk)
    moved: list[Claim] = []
    for kept, ids in alike.items():
        moved += claims_move(
            claim_ids=ids, action="submit", party=Party.CLAIMANT, actor=actor, at=at, data=dict(kept),
            key=f"together:{numbers[0]}",
        )  # fmt: skip
    return sorted(moved, key=lambda claim: claim.pk)
