"""Passing many clean claims at once: nothing found today, the rule still says yes, all of a chunk or none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from subsidies.checks.models import CheckRun
from subsidies.checks.selectors import blocks_not_run, findings_open, unchecked_words
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_move
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.again import decided_again
from subsidies.review.selectors.desk import unscreened, work_list
from subsidies.review.services.common import WITH, role_required, taken
from subsidies.review.services.deciding import pass_required, same_required
from subsidies.review.states import CHUNK, PARTIES, PASSES, WAITING


def claims_screen(*, claim_ids: Sequence[int], actor: User, at: datetime) -> CheckRun | None:
    """Run the checks over those of the claims that wait for her and were not looked at today; none, no run."""
    on = timezone.localdate(at)
    mine = work_list(actor, on=on).filter(pk__in=claim_ids)
    waiting = list(unscreened(mine, on=on).order_by("pk").values_list("pk", flat=True))
    if not waiting:
        return None
    return checks_run(claim_ids=waiting, moment=Moment.REVIEW, actor=actor, at=at)


@transaction.atomic
def claims_pass_clean(*, claim_ids: Sequence[int], state: str, actor: User, at: datetime) -> list[Claim]:
    """Pass these claims, all or none, each with its own event: 初审 or 复核, whichever ``state`` waits for.

    Clean means looked at today by every check that could stop it, with nothing found, and worked out again as "yes"
    with the same amount. Raises ``ReviewError`` that names the first which is not, or which somebody else has decided
    meanwhile; then nothing has happened, and the rest can be passed without it.
    """
    on = timezone.localdate(at)
    role_required(actor, WAITING[state], on=on)
    if len(claim_ids) > CHUNK:
        raise ReviewError("too_many", _("一次最多办理 %(most)d 件。") % {"most": CHUNK})
    locked = Claim.objects.select_for_update(of=("self",)).select_related(*WITH).filter(pk__in=claim_ids)
    claims = list(locked.order_by("pk"))
    if len(claims) != len(set(claim_ids)) or not claims:
        raise ReviewError("not_found", _("名单里有的申领不存在。请刷新列表再看。"))
    for claim in claims:
        if claim.state != state:
            raise taken(claim)
    _hers_required(claims, actor, at=at)
    _clean_required(claims, actor=actor, at=at)
    return claims_move(
        claim_ids=[claim.pk for claim in claims],
        action=PASSES[state],
        party=PARTIES[state],
        actor=actor,
        at=at,
        key=f"{PASSES[state]}:{claims[0].number}:{claims[-1].number}:{at:%Y%m%d%H%M%S%f}",
    )


def _hers_required(claims: Sequence[Claim], actor: User, *, at: datetime) -> None:
    mine = work_list(actor, on=timezone.localdate(at)).filter(pk__in=[claim.pk for claim in claims])
    known = set(mine.values_list("pk", flat=True))
    for claim in claims:
        if claim.pk not in known:
            raise ReviewError("not_hers", _("申领 %(number)s 不能由您审核，请由别人办理。") % {"number": claim.number})


def _clean_required(claims: Sequence[Claim], *, actor: User, at: datetime) -> None:
    """Nothing found, not even a note; and the rule says the same as when they were sent."""
    pass_required(claims, actor=actor, at=at)
    found = {finding.claim_id for finding in findings_open([claim.pk for claim in claims])}
    unchecked = blocks_not_run([claim.pk for claim in claims])
    again = decided_again(claims)
    for claim in claims:
        if claim.pk in unchecked:
            raise ReviewError(
                "not_checked",
                _("申领 %(number)s 未能核查：%(names)s。不能批量通过，请打开单独办理。")
                % {"number": claim.number, "names": unchecked_words(unchecked[claim.pk])},
            )
        if claim.risk or claim.pk in found:
            raise ReviewError("not_clean", _("申领 %(number)s 有核查结果，要打开单独办理。") % {"number": claim.number})
        same_required(claim, again[claim.pk])
        if again[claim.pk].outcome != "yes":
            raise ReviewError(
                "not_clean", _("申领 %(number)s 有平台不掌握的信息，要打开单独核实。") % {"number": claim.number}
            )
