"""申诉: answered by an officer who had no part in the decision; upheld, the case is opened again for others."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.sms.services import sms_send
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.services import claim_move
from subsidies.claims.services.appeals import appeal_clock_end
from subsidies.claims.states import AppealState, ClaimState, Party
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.independence import why_not_answered_by
from subsidies.review.services.common import claim_lock, role_required, taken, text_required
from subsidies.review.texts import APPEAL_REJECTED
from subsidies.schemes.states import Payee


@transaction.atomic
def appeal_answer(*, appeal_id: int, is_upheld: bool, answer: str, actor: User, at: datetime) -> ClaimAppeal:
    """Answer an appeal: keep the refusal, or open the claim again. She is told either way.

    Never by an officer who passed or refused the claim (``ReviewError("own_decision")``) or has to do with it herself.
    """
    on = timezone.localdate(at)
    role_required(actor, Role.OFFICER_REVIEW, on=on)
    found = ClaimAppeal.objects.filter(pk=appeal_id).values_list("claim_id", flat=True).first()
    if found is None:
        raise ReviewError("not_found", _("没有这份申诉。请刷新列表再看。"))
    claim = claim_lock(found)
    appeal = ClaimAppeal.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=appeal_id)
    if appeal.state != AppealState.OPEN:
        raise ReviewError("answered", _answered(appeal))
    if claim.state != ClaimState.REFUSED:
        raise taken(claim)
    why = why_not_answered_by(claim, actor, on=on)
    if why is not None:
        raise ReviewError(*why)
    answer = text_required(answer)
    appeal.state = AppealState.UPHELD if is_upheld else AppealState.REJECTED
    appeal.answer, appeal.answered_by, appeal.answered_at = answer, actor, at
    appeal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if is_upheld:
        claim_move(claim_id=claim.pk, action="reopen", party=Party.REVIEW, actor=actor, at=at, reason=answer)
    else:
        _tell(claim, appeal)
    appeal_clock_end(appeal, actor=actor, at=at)
    audit_record("claims.appeal.answered", appeal, actor=actor, reason=answer, data={"upheld": is_upheld})
    return appeal


def _answered(appeal: ClaimAppeal) -> str:
    """Who was quicker, when, and with what result."""
    if appeal.answered_by is None or appeal.answered_at is None:
        return _("这份申诉现在是“%(state)s”，不用答复。") % {"state": appeal.get_state_display()}
    words = {
        "who": appeal.answered_by.name or str(Party.REVIEW.label),
        "when": f"{timezone.localtime(appeal.answered_at):%Y-%m-%d %H:%M}",
        "state": appeal.get_state_display(),
    }
    return _("这份申诉已由%(who)s在 %(when)s 答复：%(state)s。您的答复没有提交。") % words


def _tell(claim: Claim, appeal: ClaimAppeal) -> None:
    """A text to her; the answer itself stands on her page. A claim opened again is told of by its move.

    A school that is paid itself looks at its desk.
    """
    if claim.worker.phone and claim.payee == Payee.WORKER:
        sms_send(
            phone=claim.worker.phone,
            template=APPEAL_REJECTED,
            context={"number": claim.number},
            dedupe_key=f"claim-appeal:{appeal.pk}",
        )
