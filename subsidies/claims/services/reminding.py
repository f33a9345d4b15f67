"""补正快到期: she is reminded once by text before the days for a correction are over.

No source says what becomes of a claim that is not corrected in time, so nothing is taken from anybody: it is shown as
overdue to her and to the officers, and she may still correct it.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.calendar.working_days import working_calendar
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from foundation.sms.models import SmsMessage
from foundation.sms.services import NewSms, sms_send_many
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.claims.texts import CORRECT_SOON
from subsidies.schemes.states import Payee

REMINDER = "subsidy.procedure.correction_reminder"
# The longest holidays with the days off before and after them.
LONGEST_HOLIDAY = 14


@transaction.atomic
def corrections_remind(*, at: datetime) -> int:
    """Text everybody whose correction is due within the days of the figure; gives how many were told now.

    Nobody twice for one return. The school's own claims wait on its desk. Without a figure nobody is reminded.
    """
    on = timezone.localdate(at)
    try:
        days = int(parameter_on(REMINDER, city=settings.CITY_CODE, on=on).value)
    except PolicyGapError:
        return 0
    calendar = working_calendar()
    soon = [
        claim
        for claim in _returned(on, days)
        if claim.due_on and calendar.count(on, claim.due_on) <= days and claim.worker.phone
    ]
    texts = {f"claim-correct-soon:{claim.pk}:{claim.due_on}": claim for claim in soon}
    told = set(SmsMessage.objects.filter(dedupe_key__in=texts).values_list("dedupe_key", flat=True))
    new = [
        NewSms(
            phone=claim.worker.phone,
            template=CORRECT_SOON,
            context={"number": claim.number, "due": str(claim.due_on)},
            dedupe_key=key,
        )
        for key, claim in texts.items()
        if key not in told
    ]
    if new:
        sms_send_many(new)
    return len(new)


def _returned(on: date, days: int) -> list[Claim]:
    last = on + timedelta(days=2 * days + LONGEST_HOLIDAY)
    rows = Claim.objects.filter(state=ClaimState.RETURNED, payee=Payee.WORKER, due_on__range=(on, last))
    return list(rows.select_related("worker__user").order_by("pk"))
