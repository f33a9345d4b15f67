"""One worker per citizen number: opening a file, the real-name check, the officer's word, corrections."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from foundation.outbox.services import message_enqueue
from foundation.privacy.models import Consent
from foundation.privacy.selectors import is_consent_withdrawn
from foundation.privacy.states import IDENTITY_CHECK_PURPOSE, IDENTITY_CHECK_RECEIVER
from workers.errors import WorkerError
from workers.identity import IdNumber, id_number_check, name_check, phone_check
from workers.models import IdentityCheck, IdentityCheckOutcome, IdentityRevision, LinkRequest, Worker
from workers.services.accounts import requests_after_check
from workers.services.answers import answer_tell
from workers.services.common import event_add, identity_move, lock_worker, require_reason, require_role, require_valid
from workers.signals import worker_identity_corrected
from workers.states import IDENTITY_OFFICERS, AccountProof, CheckOutcome, CheckState, IdentityState, LinkState

CHECK_TOPIC = "identity-check/1"


@dataclass(frozen=True)
class IdentityInput:
    """What the real-name service is asked about."""

    name: str
    id_number: str


@transaction.atomic
def worker_ensure(
    *, name: str, id_number: str, source: str, actor: User, at: datetime, contact_phone: str = ""
) -> tuple[Worker, bool]:
    """The file of this number, opened when there is none; ``True`` when it was opened now.

    For rosters and the counter. Refuses a number whose file bears another name.
    """
    name, id_number = _valid_identity(name, id_number, at)
    phone = require_valid("phone_invalid", phone_check(contact_phone)) if contact_phone else ""
    worker, is_new = worker_open(name=name, id_number=id_number, source=source, actor=actor, at=at, contact_phone=phone)
    if is_new:
        return worker, True
    if worker.name != name:
        raise WorkerError(
            "name_differs",
            _("这个身份证号码的档案上是另一个姓名。请对照身份证核对；确需更改的，请到窗口办理身份更正。"),
        )
    if phone and not worker.contact_phone:
        worker.contact_phone = phone
        worker.save(update_fields=["contact_phone", "contact_phone_index"])
    if phone and worker.phone != phone:
        event_add(worker, "phone.differs", actor=actor, at=at, reason=source)
    return worker, False


def worker_open(
    *,
    name: str,
    id_number: str,
    source: str,
    actor: User | None,
    at: datetime,
    contact_phone: str = "",
    user: User | None = None,
) -> tuple[Worker, bool]:
    """The locked file of a valid number and whether it is new. Two at the same moment get the same file."""
    number = IdNumber(id_number)
    found = Worker.objects.filter(id_number_index__in=blind_indexes("id_number", id_number)).first()
    if found:
        return lock_worker(found.pk), False
    try:
        with transaction.atomic():
            worker = Worker.objects.create(
                name=name,
                id_number=id_number,
                sex=number.sex,
                birth_year=number.birth_on.year,
                contact_phone=contact_phone,
                source=source,
                created_at=at,
                user=user,
            )
    except IntegrityError:
        found = Worker.objects.filter(id_number_index__in=blind_indexes("id_number", id_number)).first()
        if found is None:
            raise
        return lock_worker(found.pk), False
    event_add(worker, "opened", actor=actor, at=at, target=worker.identity_state, reason=source)
    audit_record("workers.worker.created", worker, actor=actor, data={"source": source})
    return worker, True


@transaction.atomic
def identity_check_request(*, worker_id: int, actor: User | None, at: datetime) -> IdentityCheck:
    """Ask the real-name service about the worker. While an answer is awaited the same check is returned.

    Refuses while her account has taken back the consent to it.
    """
    worker = lock_worker(worker_id)
    if is_check_refused(worker):
        raise WorkerError("consent_withdrawn", _("本人撤回了实名核验的授权，本人重新同意以前不能再核验。"))
    waiting = worker.checks.filter(state=CheckState.WAITING).first()
    if waiting:
        return waiting
    check = IdentityCheck.objects.create(worker=worker, requested_by=actor, requested_at=at)
    if worker.is_verified:
        event_add(worker, "identity.recheck", actor=actor, at=at)
    else:
        identity_move(worker, "check", actor=actor, at=at)
    message_enqueue(
        topic=CHECK_TOPIC,
        subject=f"worker:{worker.pk}",
        dedupe_key=f"identity-check:{check.pk}",
        payload={"check_id": check.pk},
    )
    audit_record("workers.identity_check.requested", check, actor=actor, data={"worker": worker.pk})
    return check


def is_check_refused(worker: Worker) -> bool:
    """Whether the holder of the file's account took back her consent to the check, and has not given it again."""
    return worker.user is not None and is_consent_withdrawn(
        subject=worker.user, receiver=IDENTITY_CHECK_RECEIVER, purpose=IDENTITY_CHECK_PURPOSE
    )


@transaction.atomic
def identity_check_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: what was asked about her and is not answered yet is not asked any more."""
    if (consent.receiver, consent.purpose) != (IDENTITY_CHECK_RECEIVER, IDENTITY_CHECK_PURPOSE):
        return
    subject, at = consent.subject, consent.withdrawn_at
    assert at is not None
    asked = LinkRequest.objects.filter(user=subject, state=LinkState.WAITING_CHECK).values("worker")
    hers = Worker.objects.filter(Q(user=subject) | Q(pk__in=asked)).order_by("pk")
    for worker_id in list(hers.values_list("pk", flat=True)):
        worker = lock_worker(worker_id)
        _supersede_waiting(worker, at)
        if worker.identity_state == IdentityState.CHECKING:
            identity_move(worker, "give_up", actor=subject, at=at)
        requests_after_check(worker, is_match=False, actor=subject, at=at)


@transaction.atomic
def identity_check_input(*, check_id: int) -> IdentityInput:
    """Name and number for one attempt at the real-name service; refuses when no answer is awaited any more."""
    check = IdentityCheck.objects.select_for_update().get(pk=check_id)
    if check.state != CheckState.WAITING:
        raise WorkerError("check_closed", _("这次实名核验已经结束，不需要再发送。"))
    check.attempts += 1
    check.save(update_fields=["attempts"])
    worker = Worker.objects.get(pk=check.worker_id)
    return IdentityInput(name=worker.name, id_number=worker.id_number)


@transaction.atomic
def identity_check_record(*, check_id: int, outcome: str, reference: str, at: datetime) -> IdentityCheck:
    """Keep an answer and act on it once. A late or repeated answer is kept and changes nothing."""
    outcome = CheckOutcome(outcome)
    worker = lock_worker(IdentityCheck.objects.values_list("worker_id", flat=True).get(pk=check_id))
    check = IdentityCheck.objects.select_for_update().get(pk=check_id)
    is_awaited = check.state == CheckState.WAITING
    if not is_awaited and check.outcomes.filter(outcome=outcome, reference=reference).exists():
        return check
    IdentityCheckOutcome.objects.create(
        check_row=check, outcome=outcome, reference=reference, is_applied=is_awaited, at=at
    )
    if not is_awaited:
        return check
    check.state = CheckState.FAILED if outcome == CheckOutcome.UNKNOWN else CheckState.ANSWERED
    check.outcome, check.reference, check.answered_at = outcome, reference, at
    check.save(update_fields=["state", "outcome", "reference", "answered_at"])
    audit_record("workers.identity_check.answered", check, actor=None, data={"outcome": outcome.value})
    _apply_outcome(worker, check, outcome, at)
    answer_tell(worker, check)
    return check


def _apply_outcome(worker: Worker, check: IdentityCheck, outcome: CheckOutcome, at: datetime) -> None:
    if outcome == CheckOutcome.MATCH:
        if worker.is_verified:
            event_add(worker, "identity.confirmed_again", actor=None, at=at)
        else:
            identity_move(worker, "match", actor=None, at=at)
        # Only an account that asked with the right name and number itself: after an officer's correction the words
        # are not the account's own, and prove nothing about it.
        asked_herself = worker.user_id is not None and worker.user_id == check.requested_by_id
        if asked_herself and worker.account_proof == AccountProof.NONE:
            _prove_account(worker, AccountProof.CHECK, None, at)
        requests_after_check(worker, is_match=True, actor=None, at=at)
    elif outcome == CheckOutcome.MISMATCH:
        if worker.identity_state != IdentityState.MISMATCH:
            identity_move(worker, "mismatch", actor=None, at=at)
        requests_after_check(worker, is_match=False, actor=None, at=at)
    elif worker.identity_state == IdentityState.CHECKING:
        identity_move(worker, "give_up", actor=None, at=at)


def _prove_account(worker: Worker, proof: AccountProof, actor: User | None, at: datetime) -> None:
    worker.account_proof = proof
    worker.save(update_fields=["account_proof"])
    event_add(worker, "account.proven", actor=actor, at=at, target=proof.value)


@transaction.atomic
def identity_override(
    *, worker_id: int, is_verified: bool, reason: str, actor: User, at: datetime, is_account_hers: bool = False
) -> Worker:
    """An officer's word in place of the check: she has seen the papers and the person, or has reason to doubt.

    ``is_account_hers``: the person stood there with the phone the file's account signs in with.
    """
    require_role(actor, IDENTITY_OFFICERS, at=at)
    reason = require_reason(reason)
    worker = lock_worker(worker_id)
    _supersede_waiting(worker, at)
    identity_move(worker, "override_verify" if is_verified else "override_doubt", actor=actor, at=at, reason=reason)
    if is_verified:
        if worker.user_id and is_account_hers:
            _prove_account(worker, AccountProof.OFFICER, actor, at)
        requests_after_check(worker, is_match=True, actor=actor, at=at)
    audit_record(
        "workers.identity.overridden",
        worker,
        actor=actor,
        reason=reason,
        data={"identity_state": worker.identity_state},
    )
    return worker


@transaction.atomic
def identity_correct(*, worker_id: int, name: str, id_number: str, reason: str, actor: User, at: datetime) -> Worker:
    """Put a wrong name or number right. The file stays the same row, so all that hangs on it comes along."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    return identity_rewrite(
        lock_worker(worker_id), name=name, id_number=id_number, reason=require_reason(reason), actor=actor, at=at
    )


def identity_rewrite(worker: Worker, *, name: str, id_number: str, reason: str, actor: User, at: datetime) -> Worker:
    """Keep the old name and number, write the new, tell the floors above, check again if she allows it.

    The caller has decided who may.
    """
    name, id_number = _valid_identity(name, id_number, at)
    before = (worker.name, worker.id_number)
    if (name, id_number) == before:
        raise WorkerError("nothing_changed", _("姓名和身份证号码都没有变化，不需要更正。"))
    taken = Worker.objects.filter(id_number_index__in=blind_indexes("id_number", id_number)).exclude(pk=worker.pk)
    if taken.exists():
        raise _number_taken()
    _supersede_waiting(worker, at)
    IdentityRevision.objects.create(
        worker=worker, name=before[0], id_number=before[1], reason=reason, actor=actor, at=at
    )
    number = IdNumber(id_number)
    worker.name, worker.id_number = name, id_number
    worker.sex, worker.birth_year = number.sex, number.birth_on.year
    try:
        with transaction.atomic():
            worker.save(update_fields=["name", "id_number", "id_number_index", "sex", "birth_year"])
    except IntegrityError as error:
        raise _number_taken() from error
    identity_move(worker, "correct", actor=actor, at=at, reason=reason)
    changed = {"name_changed": name != before[0], "id_number_changed": id_number != before[1]}
    audit_record("workers.identity.corrected", worker, actor=actor, reason=reason, data=changed)
    worker_identity_corrected.send(sender=Worker, worker=worker, actor=actor, at=at, **changed)
    if not is_check_refused(worker):
        identity_check_request(worker_id=worker.pk, actor=actor, at=at)
    worker.refresh_from_db()
    return worker


def _number_taken() -> WorkerError:
    return WorkerError(
        "number_taken",
        _(
            "这个身份证号码已有另一份档案。请先核对哪一份是本人的：号码写错的那份先更正；确属重复建档的，请提交复核人员处理。"
        ),
    )


def _valid_identity(name: str, id_number: str, at: datetime) -> tuple[str, str]:
    return (
        require_valid("name_invalid", name_check(name)),
        require_valid("id_number_invalid", id_number_check(id_number, on=timezone.localdate(at))),
    )


def _supersede_waiting(worker: Worker, at: datetime) -> None:
    worker.checks.filter(state=CheckState.WAITING).update(state=CheckState.SUPERSEDED, answered_at=at)
