"""Parts of awards that have fallen due become claims, by themselves, and then go the way of every claim."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.errors import DomainError
from subsidies.awards.models import AwardInstalment
from subsidies.awards.selectors import filings_running
from subsidies.awards.services import instalment_net, instalment_note, instalments_advance
from subsidies.awards.states import InstalmentState
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.selectors.claimables import Claimable, claimable_get
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
    part = (
        AwardInstalment.objects.select_for_update(of=("self",)).select_related("filing__scheme").get(pk=instalment_id)
    )
    there = Claim.objects.filter(award_instalment=part, state__in=sorted(LIVE)).first()
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


def _send(part: AwardInstalment, case: Claimable, *, at: datetime) -> Claim:
    scheme: Scheme = part.filing.scheme
    if not scheme.is_paid_here:
        raise ClaimError("paid_elsewhere", _("这个项目由别的单位发放，平台不能申领。"))
    filer = part.filing.filed_by
    assert filer is not None
    number = numbers_take(1, at=at)[0]
    claim = draft_row(case, scheme, number=number, channel=Channel.EMPLOYER, class_claim=None, actor=filer, at=at)
    claim.save(force_insert=True)
    return send(claim, case, actor=None, at=at, party=Party.SYSTEM)


def _case(instalment_id: int) -> Claimable:
    case = claimable_get("award_instalment", instalment_id)
    if case is None:
        raise ClaimError("not_found", _("没有这一期奖励。"))
    return case
