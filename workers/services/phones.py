"""Another phone for her account, at the counter: she is there with her card, and her new phone has the code."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import User
from foundation.accounts.phone_changes import (
    phone_change_code_check,
    phone_change_code_send,
    phone_change_refusal_record,
)
from foundation.accounts.phone_codes import CodeCheck
from foundation.accounts.services import phone_change
from workers.errors import WorkerError
from workers.models import Worker
from workers.services.common import event_add, lock_worker, require_reason, require_role
from workers.states import COUNTER, AccountProof


@transaction.atomic
def account_phone_code_send(*, worker_id: int, phone: str, reason: str, actor: User, at: datetime) -> str:
    """Send a code to her new phone, for her to read out; the reference by which it is checked.

    Refuses an account that nobody has found to be hers: a stranger's entries would come along.
    """
    require_role(actor, COUNTER, at=at)
    user = _her_account(lock_worker(worker_id))
    return phone_change_code_send(user=user, phone=phone, at=at, actor=actor, reason=require_reason(reason))


def account_phone_change(
    *, worker_id: int, phone: str, reference: str, entered: str, reason: str, actor: User, at: datetime
) -> CodeCheck:
    """Try the code she read out; when it is right, her account is opened by the new number from now on.

    Two transactions: the code is used up even when the number is refused.
    """
    require_role(actor, COUNTER, at=at)
    user = _her_account(Worker.objects.select_related("user").get(pk=worker_id))
    check = phone_change_code_check(
        user=user, phone=phone, reference=reference, entered=entered, at=at, actor=actor, reason=reason
    )
    if not check.is_right:
        return check
    try:
        with transaction.atomic():
            worker = lock_worker(worker_id)
            phone_change(user=_her_account(worker), phone=phone, at=at, actor=actor, reason=reason)
            event_add(worker, "account.phone_changed", actor=actor, at=at, reason=reason)
    except AccountsError as refusal:
        phone_change_refusal_record(user=user, actor=actor, code=refusal.code, reason=reason)
        raise
    return check


def _her_account(worker: Worker) -> User:
    if worker.user is None:
        raise WorkerError("no_account", _("这份档案没有登录账户。请本人用新的手机号码登录，再申请关联档案。"))
    if worker.account_proof == AccountProof.NONE:
        raise WorkerError(
            "account_unproven",
            _("还没有认定这个登录账户是本人的。请先“人工认定”；如果不是本人的账户，请“解除账户”。"),
        )
    return worker.user
