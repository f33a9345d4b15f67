"""受理: an officer looks at what an employer filed, and accepts, returns or refuses it."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardFiling, AwardInstalment
from subsidies.awards.rules import part_of
from subsidies.awards.selectors.programmes import LEVEL_GRADES, Programme, programme_of
from subsidies.awards.services.common import filing_lock, filing_move, office_required
from subsidies.awards.services.instalments import filing_advance, instalments_lose
from subsidies.awards.states import EndKind, FilingState, Party
from subsidies.awards.texts import FILING_ACCEPTED, filing_tell


@transaction.atomic
def filing_accept(*, filing_id: int, actor: User, at: datetime) -> AwardFiling:
    """受理: what is promised is frozen, by the policy of the day it was filed; its parts are made.

    Where only the highest counts, a lower filing of hers ends: what of it was not due yet is not paid, what was paid
    is taken off the higher. A lower one beside a higher that runs is refused. Accepted twice is accepted once.
    """
    filing = filing_lock(filing_id)
    office_required(actor, filing, at=at)
    if filing.state == FilingState.ACCEPTED:
        return filing
    if filing.state != FilingState.FILED or filing.filed_on is None:
        return filing_move(filing, "accept", party=Party.OFFICE, actor=actor, at=at)
    programme = programme_of(filing.scheme, on=filing.filed_on)
    _promise(filing, programme)
    _beside(filing, actor=actor, at=at)
    filing.decided_by, filing.decided_on = actor, timezone.localdate(at)
    filing_move(filing, "accept", party=Party.OFFICE, actor=actor, at=at)
    assert filing.total_fen is not None
    assert filing.parts is not None
    AwardInstalment.objects.bulk_create(
        AwardInstalment(filing=filing, number=number, planned_fen=part_of(filing.total_fen, number, filing.parts))
        for number in range(1, filing.parts + 1)
    )
    filing_tell(filing, FILING_ACCEPTED)
    filing_advance(filing, at=at)
    return filing


@transaction.atomic
def filing_return(*, filing_id: int, reason: str, actor: User, at: datetime) -> AwardFiling:
    """退回补正: the employer reads why, puts it right and sends it again."""
    filing = filing_lock(filing_id)
    office_required(actor, filing, at=at)
    return filing_move(filing, "return", party=Party.OFFICE, actor=actor, at=at, reason=reason)


@transaction.atomic
def filing_refuse(*, filing_id: int, reason: str, actor: User, at: datetime) -> AwardFiling:
    """不予受理: with the day and the reason; another filing may follow."""
    filing = filing_lock(filing_id)
    office_required(actor, filing, at=at)
    filing.decided_by, filing.decided_on = actor, timezone.localdate(at)
    return filing_move(filing, "refuse", party=Party.OFFICE, actor=actor, at=at, reason=reason)


def _promise(filing: AwardFiling, programme: Programme) -> None:
    """The figures of the day it was filed, frozen with their versions and articles."""
    figure = dict(programme.amounts).get(filing.grade)
    if not programme.is_open or figure is None or programme.parts is None or programme.months_between is None:
        raise AwardError("policy_gap", _("政策待确认：申报那天没有有效的政策规定，不能受理。请退回，或不予受理。"))
    filing.total_fen = figure.amount_fen
    filing.parts, filing.months_between = programme.parts, programme.months_between
    filing.is_highest_only = programme.is_highest_only
    code = filing.scheme.code
    names = (figure.code, *(f"{code}.{one}" for one in PROMISED))
    used = [programme.figures[name] for name in names if name in programme.figures]
    rows = [
        {
            "code": one.code,
            "value": str(one.value),
            "version": one.version_id,
            "article": one.article,
            "document": one.doc_no or one.document_title,
            "verified": one.verified,
        }
        for one in used
    ]
    filing.promise = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


PROMISED = ("instalments", "months_between", "highest_only")


def _beside(filing: AwardFiling, *, actor: User, at: datetime) -> None:
    """Her other filings of the programme: a lower one ends, a higher one leaves no room for this."""
    if not filing.is_highest_only:
        return
    rows = AwardFiling.objects.select_for_update(of=("self",)).filter(
        worker=filing.worker_id,
        scheme__code=filing.scheme.code,
        scheme__city_code=filing.scheme.city_code,
        state__in=[FilingState.ACCEPTED, FilingState.ENDED],
    )
    others = list(rows.select_related("scheme", "employer", "worker__user").exclude(pk=filing.pk).order_by("pk"))
    higher = [one for one in others if one.state == FilingState.ACCEPTED and _height(one) > _height(filing)]
    if higher:
        raise AwardError(
            "higher_runs",
            _("她已经按更高等级受理（%(number)s），就高不重复，低等级不再受理。请不予受理，并写明原因。")
            % {"number": higher[0].number},
        )
    for one in others:
        if one.state == FilingState.ACCEPTED:
            one.end_kind, one.ended_on = EndKind.HIGHER, timezone.localdate(at)
            reason = _("改按更高等级发放，见 %(number)s") % {"number": filing.number}
            filing_move(one, "end", party=Party.SYSTEM, actor=actor, at=at, reason=reason)
            instalments_lose(one, actor=actor, at=at)


def _height(filing: AwardFiling) -> int:
    """The higher the grade, the greater; schooling by its own order."""
    order = [*LEVEL_GRADES, "secondary", "college", "bachelor"]
    return order.index(filing.grade)
