"""The files of a batch for the bank, made from its lines: the same bytes whenever they are asked for."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.completion.sheets import text_row, xlsx_pieces
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.rules import BankLine, amount_text, bank_file
from subsidies.payments.rules.bank_file import SENT_COLUMNS
from subsidies.payments.states import LineState

# A workbook is a zip, whose parts carry a time; a fixed one keeps the bytes the same.
ZIP_TIME = (2000, 1, 1, 0, 0, 0)


def lines_of(batch: PaymentBatch) -> QuerySet[PaymentLine]:
    """The lines that go, or went, to the bank, in their order; what was taken out before is not among them."""
    return PaymentLine.objects.filter(batch=batch).exclude(state=LineState.REMOVED).order_by("serial")


def _bank_lines(batch: PaymentBatch) -> Iterator[BankLine]:
    rows = lines_of(batch).values_list("serial", "name", "account", "amount_fen")
    return (BankLine(*row) for row in rows.iterator(chunk_size=2000))


def bank_text(batch: PaymentBatch) -> bytes:
    """The text file, GB18030."""
    return bank_file(batch.number, _bank_lines(batch))


def bank_workbook(batch: PaymentBatch) -> bytes:
    """The same lines as a workbook in which every cell is text, for banks that take those."""
    rows = (
        text_row([batch.number, line.serial, line.name, line.account, amount_text(line.amount_fen)])
        for line in _bank_lines(batch)
    )
    with override("zh-hans"):
        title = _("拨付明细")
    return timeless(b"".join(xlsx_pieces([(title, _with_head(rows))])))


def _with_head(rows: Iterator[str]) -> Iterator[str]:
    yield text_row(SENT_COLUMNS)
    yield from rows


def timeless(book: bytes) -> bytes:
    """The same workbook without the time it was made at."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as read, zipfile.ZipFile(out, "w") as written:
        for part in read.infolist():
            still = zipfile.ZipInfo(part.filename, ZIP_TIME)
            still.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(still, read.read(part), compresslevel=6)
    return out.getvalue()
