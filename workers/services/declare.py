"""The worker's own first step: her name and number, from her own account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from workers.errors import WorkerError
from workers.identity import id_number_check, name_check
from workers.models import IdentityCheck, LinkRequest, Worker
from workers.services.accounts import link_request_open
from workers.services.common import lock_worker, require_valid
from workers.services.identities import identity_check_request, identity_rewrite, worker_open
from workers.states import AccountProof, IdentityState, LinkState

ATTEMPTS_A_DAY = 5


@dataclass(frozen=True)
class Declaration:
    """What came of it: her file, or a request for a file that already existed."""

    worker: Worker | None
    request: LinkRequest | None


@transaction.atomic
def identity_declare(*, user: User, name: str, id_number: str, at: datetime) -> Declaration:
    """Open the file of this number for the account, or ask for it when it exists, and have the name checked.

    Whoever knows a name and a number gets an empty file at most: an existing one opens only by check and phone, or by
    an officer. Five attempts a day.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    name = require_valid("name_invalid", name_check(name))
    id_number = require_valid("id_number_invalid", id_number_check(id_number, on=timezone.localdate(at)))
    open_states = [LinkState.WAITING_CHECK, LinkState.WAITING_OFFICER]
    if user.link_requests.filter(state__in=open_states).exists():
        raise WorkerError("request_open", _("您的申请还在核对中。请等结果，或带身份证到窗口询问。"))
    _refuse_guessing(user, at)
    own = Worker.objects.filter(user=user).first()
    if own:
        return Declaration(_declare_again(lock_worker(own.pk), name, id_number, user, at), None)
    worker, is_new = worker_open(name=name, id_number=id_number, source=_("本人填报"), actor=user, at=at, user=user)
    if is_new:
        identity_check_request(worker_id=worker.pk, actor=user, at=at)
        worker.refresh_from_db()
        return Declaration(worker, None)
    request = link_request_open(user=user, worker=worker, name=name, at=at)
    if request.state == LinkState.WAITING_CHECK:
        identity_check_request(worker_id=worker.pk, actor=user, at=at)
    return Declaration(worker if request.state == LinkState.LINKED else None, request)


def _refuse_guessing(user: User, at: datetime) -> None:
    since = at - timedelta(days=1)
    attempts = (
        IdentityCheck.objects.filter(requested_by=user, requested_at__gt=since).count()
        + LinkRequest.objects.filter(user=user, requested_at__gt=since).count()
    )
    if attempts >= ATTEMPTS_A_DAY:
        raise WorkerError(
            "too_many", _("今天已经试了 %(count)s 次。请明天再试，或带身份证到窗口办理。") % {"count": ATTEMPTS_A_DAY}
        )


def _declare_again(worker: Worker, name: str, id_number: str, user: User, at: datetime) -> Worker:
    """Her own file: ask again with the same words, or put them right as long as nobody has confirmed them."""
    if worker.is_verified:
        raise WorkerError("already_verified", _("您已经通过实名。姓名或身份证号码有变化的，请带证件到窗口更正。"))
    if worker.identity_state == IdentityState.CHECKING:
        raise WorkerError("checking", _("正在核验您上次填写的信息，请稍等几分钟再看。"))
    if (worker.name, worker.id_number) == (name, id_number):
        identity_check_request(worker_id=worker.pk, actor=user, at=at)
        worker.refresh_from_db()
        return worker
    if worker.account_proof != AccountProof.NONE:
        raise WorkerError("ask_officer", _("这份档案由工作人员确认过。要改姓名或身份证号码，请带证件到窗口更正。"))
    try:
        return identity_rewrite(worker, name=name, id_number=id_number, reason=_("本人重新填写"), actor=user, at=at)
    except WorkerError as refusal:
        if refusal.code != "number_taken":
            raise
        raise WorkerError(
            "number_taken", _("这个身份证号码需要工作人员核对。请带身份证到窗口，工作人员会为您办好。")
        ) from refusal
