"""回盘: what the bank answered is booked as a whole or not at all, and the same file twice changes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from subsidies.claims.services import claims_move
from subsidies.claims.states import Party
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import BankReturn, PaymentBatch, PaymentLine, private_files
from subsidies.payments.rules import BankLine, Problem, ReturnRow, return_check, return_parse
from subsidies.payments.selectors.files import lines_of
from subsidies.payments.services.common import Progress, batch_lock, batch_move, finance_required, no_progress
from subsidies.payments.states import BatchState, LineState, ReturnState


@transaction.atomic
def bank_return_read(
    *,
    content: bytes,
    filename: str,
    actor: User,
    at: datetime,
    paid_on: date | None = None,
    progress: Progress = no_progress,
) -> BankReturn:
    """Book what the bank answered: lines paid or failed, claims with them, the batch settled when no line waits.

    A file with any problem is kept as ``STOPPED`` with every problem of every line, and nothing is booked. A file
    read before is given back with ``is_repeated`` and nothing changes; one stopped before is looked at anew, for the
    batch may have been sent meanwhile. ``paid_on`` is the bank's day, today when it is left out.
    """
    finance_required(actor, at=at)
    digest = sha256(content).hexdigest()
    _one_at_a_time(digest)
    rows, problems = return_parse(content)
    batch = _batch_of(rows)
    known = BankReturn.objects.select_for_update(of=("self",)).filter(sha256=digest).first()
    if known is not None and known.state == ReturnState.READ:
        known.is_repeated = True
        return known
    progress(1)
    problems += _problems(batch, rows, paid_on, at) if rows or not problems else []
    given = known or BankReturn(sha256=digest)
    given.file, given.batch, given.read_by, given.read_at = file_keep(content), batch, actor, at
    _outcome_keep(given, rows, problems)
    if problems or batch is None:
        data = {"problems": len(problems), "file": _ending(filename)}
        audit_record("payments.return.stopped", given, actor=actor, data=data)
        return given
    progress(2)
    _book(given, batch, rows, actor=actor, at=at, paid_on=paid_on or timezone.localdate(at))
    progress(3)
    data = {"batch": batch.number, "paid": given.paid_count, "failed": given.failed_count, "file": _ending(filename)}
    audit_record("payments.return.read", given, actor=actor, data=data)
    return given


def _outcome_keep(given: BankReturn, rows: Sequence[ReturnRow], problems: Sequence[Problem]) -> None:
    given.problems = [problem.as_data() for problem in sorted(problems, key=lambda one: one.line)]
    given.state = ReturnState.STOPPED if problems else ReturnState.READ
    given.paid_count = 0 if problems else sum(row.is_paid for row in rows)
    given.failed_count = 0 if problems else len(rows) - given.paid_count
    given.save()


def _one_at_a_time(digest: str) -> None:
    """Whoever brings the same file at the same time waits here until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])


def _ending(filename: str) -> str:
    """The ending alone: a name may say anything."""
    return filename.rpartition(".")[2][:8] if "." in filename else ""


def _batch_of(rows: Sequence[ReturnRow]) -> PaymentBatch | None:
    """The batch that the first line names, held: whoever brings the same answer at once waits here."""
    if not rows:
        return None
    known = PaymentBatch.objects.filter(number=rows[0].number).values_list("pk", flat=True).first()
    return batch_lock(known) if known else None


def _problems(
    batch: PaymentBatch | None, rows: Sequence[ReturnRow], paid_on: date | None, at: datetime
) -> list[Problem]:
    if not rows:
        return []
    if batch is None:
        return [Problem(rows[0].line, "batch_unknown", _("没有这个批次号。请核对是不是本平台送出的文件。"))]
    if batch.state != BatchState.SENT:
        sentence = _("批次 %(number)s 现在是“%(state)s”，没有等待回盘的明细。")
        words = {"number": batch.number, "state": batch.get_state_display()}
        return [Problem(rows[0].line, "batch_not_sent", sentence % words)]
    sent = {
        serial: BankLine(serial, name, account, amount)
        for serial, name, account, amount in lines_of(batch).values_list("serial", "name", "account", "amount_fen")
    }
    answered = set(lines_of(batch).exclude(state=LineState.WAITING).values_list("serial", flat=True))
    problems = return_check(rows, number=batch.number, sent=sent, answered=answered)
    if paid_on is not None and not _possible(batch, paid_on, at):
        problems.append(Problem(0, "paid_on", _("到账日期不能早于送银行的日期，也不能晚于今天。请改正后重新上传。")))
    return problems


def _possible(batch: PaymentBatch, paid_on: date, at: datetime) -> bool:
    return batch.sent_at is not None and timezone.localdate(batch.sent_at) <= paid_on <= timezone.localdate(at)


def file_keep(content: bytes) -> str:
    """Where the file lies as it came. The name comes from its content: kept once, whoever was killed between."""
    storage, digest = private_files(), sha256(content).hexdigest()
    name = f"payments/returns/{digest[:2]}/{digest}.txt"
    if storage.exists(name):
        try:
            with storage.open(name) as file:
                if file.read() == content:
                    return name
        except (OSError, ValueError, InvalidToken):
            pass  # somebody was killed while writing it
        storage.delete(name)
    return str(storage.save(name, ContentFile(content)))


def _book(
    given: BankReturn,
    batch: PaymentBatch,
    rows: Sequence[ReturnRow],
    *,
    actor: User,
    at: datetime,
    paid_on: date,
) -> None:
    claim_of = {str(serial): claim for serial, claim in lines_of(batch).values_list("serial", "claim")}
    failed: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if not row.is_paid:
            # Free text of the bank's: an account number in it is nobody's business.
            failed[mask_text(row.reason.strip())[:100]].append(claim_of[row.serial])
    paid = [claim_of[row.serial] for row in rows if row.is_paid]
    waiting = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING)
    waiting.filter(claim__in=paid).update(state=LineState.PAID, settled_at=at)
    if paid:
        claims_move(
            claim_ids=paid,
            action="pay",
            party=Party.FINANCE,
            actor=actor,
            at=at,
            key=f"pay:{batch.number}:{given.pk}",
            data={"reference": batch.number, "paid_on": paid_on},
        )
    _bounce(given, batch, failed, actor=actor, at=at)
    if not waiting.exists():
        batch.settled_at = at
        batch_move(batch, "settle", actor=actor, at=at, data={"return": given.pk})
        audit_record("payments.batch.settled", batch, actor=actor)


def _bounce(
    given: BankReturn, batch: PaymentBatch, failed: Mapping[str, list[int]], *, actor: User, at: datetime
) -> None:
    """What the bank sent back, one posting for each reason."""
    waiting = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING)
    for place, (reason, ids) in enumerate(sorted(failed.items()), start=1):
        waiting.filter(claim__in=ids).update(state=LineState.FAILED, reason=reason, settled_at=at)
        claims_move(
            claim_ids=ids,
            action="bounce",
            party=Party.FINANCE,
            actor=actor,
            at=at,
            reason=reason,
            key=f"bounce:{batch.number}:{given.pk}:{place}",
            data={"reference": batch.number},
        )


def file_of(given: BankReturn) -> bytes:
    """The file as it came; ``PaymentError`` when it is lost."""
    try:
        with given.file.storage.open(str(given.file.name)) as file:
            content: bytes = file.read()
    except (OSError, ValueError, InvalidToken) as error:
        raise PaymentError("file_lost", _("存档的回盘文件打不开，请联系平台管理员从备份中恢复。")) from error
    return content
