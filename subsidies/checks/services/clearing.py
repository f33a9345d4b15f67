"""A person has looked into a finding and says that it is no obstacle."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from subsidies.checks.errors import CheckError
from subsidies.checks.models import Finding
from subsidies.checks.services.running import RISK, risk_values
from subsidies.checks.states import FINDING_CLEARERS, FindingState
from subsidies.claims.models import Claim
from subsidies.claims.selectors.ties import tie_to

LONGEST = 300
# The moves of a claim after which an officer no longer says that what speaks against it is nothing.
PASSES = ("pass_intake", "pass_review")


@transaction.atomic
def finding_clear(*, finding_id: int, reason: str, actor: User, at: datetime) -> Finding:
    """Say why a finding is no obstacle; the claim's risk is counted anew.

    For officers who have not filled the claim in, passed it or made it for themselves, and who have no tie to the
    place it comes from: two pairs of eyes stay two. Raises ``PermissionDenied`` for other roles and ``CheckError`` for
    these, without a reason, or for a finding that is not open.
    """
    if not FINDING_CLEARERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能核实核查结果。"))
    reason = reason.strip()
    if not reason:
        raise CheckError("reason_missing", _("请写明核实了什么、凭什么认为没有问题。"))
    if len(reason) > LONGEST:
        raise CheckError("reason_long", _("说明最多 %(most)d 个字，请写得短一些。") % {"most": LONGEST})
    found = Finding.objects.filter(pk=finding_id).values_list("claim_id", flat=True).first()
    if found is None:
        raise CheckError("not_found", _("没有这条核查结果。请刷新页面再看。"))
    claim = Claim.objects.select_for_update(of=("self",), no_key=True).select_related("worker").get(pk=found)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id)
    if finding.state != FindingState.OPEN:
        raise CheckError(
            "not_open",
            _("这条核查结果现在是“%(state)s”，不用核实。请刷新页面再看。") % {"state": finding.get_state_display()},
        )
    _require_stranger(claim, actor, on=timezone.localdate(at))
    finding.state, finding.cleared_by, finding.cleared_at = FindingState.CLEARED, actor, at
    finding.cleared_reason = reason
    finding.save(update_fields=["state", "cleared_by", "cleared_at", "cleared_reason"])
    with connection.cursor() as cursor:
        cursor.execute(RISK, {"ids": [claim.pk], "at": None, **risk_values()})
    audit_record(
        "checks.finding.cleared",
        finding,
        actor=actor,
        reason=reason,
        data={"claim": claim.number, "check": finding.check_code, "severity": finding.severity},
    )
    return finding


def _require_stranger(claim: Claim, actor: User, *, on: date) -> None:
    """Whoever filled the claim in, passed it or has a tie to it does not take away what speaks against it."""
    passed = claim.events.filter(action__in=PASSES, actor=actor).exists()
    if passed or actor.pk in {claim.created_by_id, claim.intake_by_id, claim.review_by_id, claim.worker.user_id}:
        raise CheckError(
            "own_work",
            _("申领 %(number)s 是您填报或审核通过的，核查结果要由另一位工作人员核实。") % {"number": claim.number},
        )
    tie = tie_to(claim, actor, on=on)
    if tie is not None:
        raise CheckError(*tie)
