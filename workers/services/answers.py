"""The text message that says what came of a real-name check."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.services import sms_send
from foundation.sms.templates import CASE_PROGRESS
from workers.models import IdentityCheck, Worker
from workers.states import CheckOutcome, LinkState

MATTER = _("实名")
PASSED = _("姓名和身份证号码核对一致，已经通过")
DIFFERS = _("姓名和身份证号码对不上，请对照身份证重新填写，或带身份证到服务窗口")
COUNTER = _("需要工作人员当面核对，请带身份证和手机到服务窗口")
WORDS = {CheckOutcome.MATCH: PASSED, CheckOutcome.MISMATCH: DIFFERS}


def answer_tell(worker: Worker, check: IdentityCheck) -> None:
    """Tell the holder of the file's account, or whoever asked for the file and now needs an officer.

    Nobody is told of a check without a result, and nobody by a phone that was not proven.
    """
    words = WORDS.get(CheckOutcome(check.outcome))
    user = worker.user
    if user is None:
        asked = worker.link_requests.filter(user=check.requested_by_id, state=LinkState.WAITING_OFFICER)
        user, words = next((request.user for request in asked.select_related("user")), None), words and COUNTER
    if words is None or user is None or not user.phone or user.phone_verified_at is None:
        return
    sms_send(
        phone=user.phone,
        template=CASE_PROGRESS,
        context={"matter": MATTER, "progress": words},
        dedupe_key=f"identity-check-answer:{check.pk}",
    )
