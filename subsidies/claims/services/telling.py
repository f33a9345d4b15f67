"""She is told of every step, once, if there is a phone to tell her by."""

from collections.abc import Sequence

from django.utils.translation import override

from foundation.policy.values import fen_text
from foundation.sms.services import NewSms, sms_send_many
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.texts import TEXTS
from subsidies.schemes.states import Payee


def claims_tell(claims: Sequence[Claim], events: Sequence[ClaimEvent]) -> None:
    """Tell the people of these claims of their last event. A school that is paid itself looks at its desk."""
    with override("zh-hans"):
        texts = [
            NewSms(
                phone=claim.worker.phone,
                template=TEXTS[event.action],
                context=_words(claim),
                dedupe_key=f"claim:{claim.pk}:{event.pk}",
            )
            for claim, event in zip(claims, events, strict=True)
            if event.action in TEXTS and claim.payee == Payee.WORKER and claim.worker.phone
        ]
    if texts:
        sms_send_many(texts)


def _words(claim: Claim) -> dict[str, object]:
    return {
        "number": claim.number,
        "scheme": claim.scheme.name,
        "amount": fen_text(claim.amount_fen),
        "due": claim.due_on.isoformat() if claim.due_on else "",
        "paid": claim.paid_on.isoformat() if claim.paid_on else "",
    }
