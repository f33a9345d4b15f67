"""The bank's answer in a rehearsal: one that is made, and what of one that was given fits our batch."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.rules import RETURN_HEADER, ReturnRow, amount_text, return_parse
from subsidies.payments.selectors import lines_of

# Where no file of the bank is given: every so many accounts is refused.
FAILS_EVERY = 10
REASONS = ("户名账号不符", "账户已销户", "账户冻结")


@dataclass(frozen=True)
class Fitting:
    """What of a file that was given is for our batch: its lines with our serial, how many are for strangers, and the
    serials it says nothing of."""

    lines: int
    ours: tuple[tuple[int, ReturnRow], ...]
    foreign: int
    unanswered: frozenset[int]

    def as_file(self, number: str) -> bytes:
        """Our lines as a bank that was sent our file would return them."""
        rows = [
            "|".join([number, str(serial), row.name, row.account, row.amount, row.outcome, row.reason])
            for serial, row in sorted(self.ours, key=lambda pair: pair[0])
        ]
        return encoded(rows)


def fitting(content: bytes, sent: Iterable[PaymentLine]) -> Fitting:
    """Lines are told apart by the account alone: one of ours with another name or amount is ours, and the strict
    reader says what is wrong with it.
    """
    rows, _problems = return_parse(content)
    serials: dict[str, list[int]] = {}
    for line in sent:
        serials.setdefault(line.account, []).append(line.serial)
    everybody = {serial for held in serials.values() for serial in held}
    ours, foreign = [], 0
    for row in rows:
        held = serials.get(row.account)
        if held is None:
            foreign += 1
        else:
            # Of two lines to one account each takes one; a third is the reader's to refuse.
            ours.append((held.pop(0) if len(held) > 1 else held[0], row))
    answered = {serial for serial, _row in ours}
    return Fitting(len(rows), tuple(ours), foreign, frozenset(everybody - answered))


def with_number(content: bytes, number: str) -> bytes:
    """The file with the batch's own number in its first column, as a bank that was sent our file returns it.

    A file that is no text of the bank's stays as it is: the reader says why it cannot be read.
    """
    try:
        head, *lines = content.decode("gb18030").splitlines()
    except (UnicodeDecodeError, ValueError):
        return content
    return encoded(["|".join([number, *line.split("|")[1:]]) for line in lines if line.strip()], head=head)


def return_made(batch: PaymentBatch, *, serials: Collection[int] | None = None, all_paid: bool = False) -> bytes:
    """A plausible answer, to these lines or to all: every tenth account is refused for one reason or another."""
    rows = []
    for line in lines_of(batch):
        if serials is not None and line.serial not in serials:
            continue
        fails = not all_paid and line.serial % FAILS_EVERY == 0
        reason = REASONS[line.serial // FAILS_EVERY % len(REASONS)] if fails else ""
        outcome = "失败" if fails else "成功"
        amount = amount_text(line.amount_fen)
        rows.append("|".join([batch.number, str(line.serial), line.name, line.account, amount, outcome, reason]))
    return encoded(rows)


def encoded(rows: Iterable[str], *, head: str = RETURN_HEADER) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode("gb18030")


def outcomes_in(contents: Iterable[bytes]) -> dict[str, int]:
    """What the bank's own lines say, counted from the files alone: paid and failed lines, and the sum of the paid."""
    counts = {"paid": 0, "failed": 0, "paid_fen": 0}
    for content in contents:
        for line in content.decode("gb18030").splitlines()[1:]:
            amount, outcome = line.split("|")[4:6]
            yuan, fen = amount.split(".")
            counts["paid" if outcome == "成功" else "failed"] += 1
            counts["paid_fen"] += (int(yuan) * 100 + int(fen)) * (outcome == "成功")
    return counts
