"""Parts of awards that have fallen due become claims, by themselves, and then go the way of every claim."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.accounts.models import User
from foundation.errors import DomainError
from subsidies.awards.models import AwardInstalment
from subsidies.awards.selectors import filings_running
from subsidies.awards.services import instalment_net, instalment_note, instalments_advance
from subsidies.awards.states import EndKind, InstalmentState
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.selectors.claimables import Claimable, claimable_get
from subsidies.claims.services.changing import party_of
from subsidies.claims.services.deciding import answer_for
from subsidies.claims.services.sending import draft_row, numbers_take, send, worker_hold
from subsidies.claims.states import LIVE, Channel, Party
from subsidies.schemes.models import Scheme

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Awarded:
    """What a run of the day did."""

    claimed: int
    netted: int
    refused: int


def awards_claim_due(*, at: datetime, filing_ids: Collection[int] | None = None) -> Awarded:
    """Every part that has come is claimed for, each in a transaction of its own; one that cannot be says why.

    Run twice, or twice at once, a part is claimed once.
    """
    rows = filings_running() if filing_ids is None else filings_running().filter(pk__in=filing_ids)
    claimed = netted = refused = 0
    for filing_id in list(rows.values_list("pk", flat=True)):
        for instalment_id in instalments_advance(filing_id=filing_id, at=at):
            try:
                claim = award_claim(instalment_id=instalment_id, at=at)
            except DomainError as refusal:
                refused += 1
                instalment_note(instalment_id=instalment_id, note=refusal.message)
                log.info("claims.award.waits", instalment=instalment_id, code=refusal.code)
                continue
            claimed, netted = claimed + (claim is not None), netted + (claim is None)
    return Awarded(claimed, netted, refused)


@transaction.atomic
def award_claim(*, instalment_id: int, at: datetime) -> Claim | None:
    """The claim for a part that has come; made before, the one there is. Nothing where a lower level covers it.

    ``ClaimError`` where the rule of the day of filing says no, or an account is missing.
    """
    case = _case(instalment_id)
    worker_hold(case.worker.pk)
    part = _part(instalment_id)
    there = _there(part)
    if there is not None:
        return there
    if part.state not in {InstalmentState.DUE, InstalmentState.NETTED}:
        raise ClaimError("not_due", _("这一期还没有到期，或者不再发放。"))
    case = _case(instalment_id)  # as it stands under lock
    answer = answer_for(case, part.filing.scheme, on=timezone.localdate(at))
    if answer.outcome == "yes" and answer.amount_fen == 0:
        instalment_net(instalment_id=part.pk, at=at)
        return None
    with override("zh-hans"):
        return _send(part, case, at=at)


@transaction.atomic
def award_claim_again(*, instalment_id: int, actor: User, at: datetime) -> Claim:
    """Claim once more for a part whose claim was taken back; claimed again already, the claim that stands.

    By herself, at the counter, or by her employer while she lets it file for her; ``PermissionDenied`` for anybody
    else. ``ClaimError`` where no claim was taken back, the filing was a mistake, or the rule says no today.
    """
    case = _case(instalment_id)
    worker_hold(case.worker.pk)
    part = _part(instalment_id)
    before = Claim.objects.filter(award_instalment=part).select_related("worker__user", "award_instalment__filing")
    last = before.order_by("-pk").first()
    if last is None or part.filing.end_kind == EndKind.MISTAKE:
        raise ClaimError("not_withdrawn", _("这一期没有撤回过的申领，或者申报有误，不能重新申领。"))
    party = party_of(last, actor, at=at)
    there = _there(part)
    if there is not None:
        return there
    if part.state != InstalmentState.WITHDRAWN:
        raise ClaimError("not_withdrawn", _("这一期没有撤回过的申领，不能重新申领。"))
    case = _case(instalment_id)  # as it stands under lock
    if answer_for(case, part.filing.scheme, on=timezone.localdate(at)).amount_fen == 0:
        raise ClaimError("nothing_left", _("低等级已经发过的要抵扣，这一期抵扣完了，没有可以申领的。"))
    return _send(part, case, at=at, actor=actor, party=party)


def _send(
    part: AwardInstalment, case: Claimable, *, at: datetime, actor: User | None = None, party: Party = Party.SYSTEM
) -> Claim:
    """Draft and send; without an actor the platform does it, for whoever filed."""
    scheme: Scheme = part.filing.scheme
    if not scheme.is_paid_here:
        raise ClaimError("paid_elsewhere", _("这个项目由别的单位发放，平台不能申领。"))
    filer = actor or part.filing.filed_by
    assert filer is not None
    number = numbers_take(1, at=at)[0]
    claim = draft_row(case, scheme, number=number, channel=Channel.EMPLOYER, class_claim=None, actor=filer, at=at)
    claim.save(force_insert=True)
    return send(claim, case, actor=actor, at=at, party=party)


def _part(instalment_id: int) -> AwardInstalment:
    rows = AwardInstalment.objects.select_for_update(of=("self",)).select_related("filing__scheme")
    return rows.get(pk=instalment_id)


def _there(part: AwardInstalment) -> Claim | None:
    """The claim that stands for the part."""
    return Claim.objects.filter(award_instalment=part, state__in=sorted(LIVE)).first()


def _case(instalment_id: int) -> Claimable:
    case = claimable_get("award_instalment", instalment_id)
    if case is None:
        raise ClaimError("not_found", _("没有这一期奖励。"))
    return case
