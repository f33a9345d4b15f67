"""再拨付 by finance: a claim that came back goes out again to the account on file, on a paper that is on record.

A new number is entered by the payee or at the counter, with the same service of the claims, never by whoever pays.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_account_repair
from subsidies.payments.errors import PaymentError
from subsidies.payments.services.common import finance_required


@transaction.atomic
def account_repair(*, claim_id: int, reason: str, actor: User, at: datetime) -> Claim:
    """Let a claim that came back wait for the next batch, with the account on file now.

    Raises ``PermissionDenied`` for whoever does not pay out, and ``PaymentError`` or ``ClaimError`` with what to do.
    """
    finance_required(actor, at=at)
    if not reason.strip():
        raise PaymentError("reason_missing", _("请写明凭据。"))
    claim = claim_account_repair(claim_id=claim_id, actor=actor, at=at)
    audit_record("payments.account.proven", claim, actor=actor, reason=reason.strip())
    return claim
