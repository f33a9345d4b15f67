"""Which account opens which file. The rule against take-over stands in docs/explanation/worker-identity.md."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from workers.errors import WorkerError
from workers.identity import phone_check
from workers.models import Education, Employment, LinkRequest, Worker, WorkerGroup
from workers.services.common import event_add, lock_worker, require_reason, require_role
from workers.states import IDENTITY_OFFICERS, LINK_MOVES, AccountProof, LinkState, Standing


def is_phone_of_file(user: User, worker: Worker) -> bool:
    """The verified number of the account is the one the file came with, and no other file came with it.

    A school that writes its own telephone into every line of a roster must not thereby hold the keys.
    """
    if not user.phone_verified_at or not worker.contact_phone:
        return False
    if phone_check(user.phone).value != worker.contact_phone:
        return False
    return Worker.objects.filter(contact_phone_index=worker.contact_phone_index).count() == 1


def link_request_open(*, user: User, worker: Worker, name: str, at: datetime) -> LinkRequest:
    """An account asks for a file that exists. Granted at once only to a verified file without an account, by name and
    phone; left to the check when only the check is missing; left to a person in every other case."""
    is_name_same = name == worker.name
    is_phone_same = is_phone_of_file(user, worker)
    can_be_automatic = worker.user_id is None and is_name_same and is_phone_same
    request = LinkRequest.objects.create(
        user=user,
        worker=worker,
        name=name,
        is_name_same=is_name_same,
        is_phone_same=is_phone_same,
        state=LinkState.WAITING_CHECK if can_be_automatic else LinkState.WAITING_OFFICER,
        requested_at=at,
    )
    event_add(worker, "account.asked", actor=user, at=at, target=request.state)
    audit_record("workers.link_request.opened", request, actor=user, data={"state": request.state})
    if can_be_automatic and worker.is_verified:
        _grant(request, worker, AccountProof.CHECK_AND_PHONE, actor=None, at=at, reason="")
    return request


def requests_after_check(worker: Worker, *, is_match: bool, actor: User | None, at: datetime) -> None:
    """The real-name check has spoken: grant the request that waited for nothing else, leave the rest to a person."""
    waiting = worker.link_requests.select_for_update(of=("self",)).select_related("user")
    for request in waiting.filter(state=LinkState.WAITING_CHECK):
        still_holds = (
            is_match
            and worker.user_id is None
            and request.name == worker.name
            and is_phone_of_file(request.user, worker)
            and not Worker.objects.filter(user=request.user).exists()
        )
        if still_holds:
            _grant(request, worker, AccountProof.CHECK_AND_PHONE, actor=actor, at=at, reason="")
        else:
            _move(request, LinkState.WAITING_OFFICER, actor=actor, at=at)


@transaction.atomic
def link_confirm(
    *, request_id: int, reason: str, actor: User, at: datetime, former_is_same_person: bool | None = None
) -> LinkRequest:
    """An officer has seen the person and the card, and gives the file to the account.

    Refuses while the file is not verified or bears another name. When the file has an account already, the officer
    says whether that one was the same person with another phone, or a stranger.
    """
    require_role(actor, IDENTITY_OFFICERS, at=at)
    reason = require_reason(reason)
    worker = lock_worker(LinkRequest.objects.values_list("worker_id", flat=True).get(pk=request_id))
    request = LinkRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request_id)
    if not worker.is_verified:
        raise WorkerError("not_verified", _("这份档案还没有通过实名。请先发起核验，或核对证件后由您确认实名。"))
    if request.name != worker.name:
        raise WorkerError("name_differs", _("申请人填写的姓名与档案不同。请先更正档案，或退回申请请本人重新填写。"))
    if Worker.objects.filter(user=request.user).exists():
        raise WorkerError("has_other_file", _("这个账户已关联另一份档案。请先解除那一份的关联。"))
    if worker.user_id is not None:
        if former_is_same_person is None:
            raise WorkerError("former_missing", _("这份档案已有登录账户。请选择原账户是本人换号，还是他人冒用。"))
        _release(worker, is_stranger=not former_is_same_person, actor=actor, at=at, reason=reason)
    _grant(request, worker, AccountProof.OFFICER, actor=actor, at=at, reason=reason)
    return request


@transaction.atomic
def link_refuse(*, request_id: int, reason: str, actor: User, at: datetime) -> LinkRequest:
    """An officer says no, and why; the account stays without a file and may ask again."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    reason = require_reason(reason)
    request = LinkRequest.objects.select_for_update(of=("self",)).select_related("worker").get(pk=request_id)
    _move(request, LinkState.REFUSED, actor=actor, at=at, reason=reason)
    return request


@transaction.atomic
def account_release(*, worker_id: int, is_stranger: bool, reason: str, actor: User, at: datetime) -> Worker:
    """Take the account off the file: a lost phone, or a stranger's, whose own entries leave with it."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    worker = lock_worker(worker_id)
    if worker.user_id is None:
        raise WorkerError("no_account", _("这份档案没有登录账户，不需要解除。"))
    _release(worker, is_stranger=is_stranger, actor=actor, at=at, reason=require_reason(reason))
    return worker


def _release(worker: Worker, *, is_stranger: bool, actor: User, at: datetime, reason: str) -> None:
    former = worker.user
    worker.user, worker.account_proof = None, AccountProof.NONE
    fields = ["user", "account_proof"]
    if is_stranger:
        photo = worker.photo.name
        worker.photo, worker.social_security_card = "", ""
        fields += ["photo", "social_security_card", "social_security_card_index"]
        if photo:
            storage = worker.photo.storage
            transaction.on_commit(lambda: storage.delete(photo), robust=True)
        for model in (WorkerGroup, Employment, Education):
            model._default_manager.filter(
                worker=worker, entered_by=former, standing=Standing.DECLARED, withdrawn_at__isnull=True
            ).update(withdrawn_at=at, withdrawn_by=actor, withdrawn_reason=reason)
    worker.save(update_fields=fields)
    event_add(
        worker, "account.released_stranger" if is_stranger else "account.released", actor=actor, at=at, reason=reason
    )
    audit_record(
        "workers.account.released",
        worker,
        actor=actor,
        reason=reason,
        data={"account": former.pk if former else None, "is_stranger": is_stranger},
    )


def _grant(
    request: LinkRequest, worker: Worker, proof: AccountProof, *, actor: User | None, at: datetime, reason: str
) -> None:
    worker.user, worker.account_proof = request.user, proof
    worker.save(update_fields=["user", "account_proof"])
    event_add(worker, "account.linked", actor=actor, at=at, target=proof.value, reason=reason)
    _move(request, LinkState.LINKED, actor=actor, at=at, reason=reason)


def _move(request: LinkRequest, target: LinkState, *, actor: User | None, at: datetime, reason: str = "") -> None:
    source = LinkState(request.state)
    if target not in LINK_MOVES[source]:
        raise WorkerError("wrong_state", _("这份申请已经办结(%(state)s)。请刷新页面。") % {"state": source.label})
    request.state, request.reason = target, reason
    if not LINK_MOVES[target]:
        request.decided_by, request.decided_at = actor, at
    request.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    event_add(
        request.worker,
        f"account.request_{target.value}",
        actor=actor,
        at=at,
        source=source.value,
        target=target.value,
        reason=reason,
    )
    audit_record("workers.link_request.moved", request, actor=actor, reason=reason, data={"state": target.value})
