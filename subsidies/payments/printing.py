"""到账凭证 and 批次清单: what is printed. Account numbers are always masked."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from certifications.papers.simple import simple_paper
from courses.completion.sheets import text_row, xlsx_pieces
from foundation.crypto.masking import mask_account, mask_name
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.rules import amount_text
from subsidies.payments.selectors.desk import tally_of
from subsidies.payments.selectors.files import lines_of
from subsidies.payments.selectors.reconciling import Reconciliation, Row
from subsidies.schemes.states import Payee

# A paper of more lines is read by nobody and takes minutes to draw; the sums and the digest stand for the rest.
LINES_ON_PAPER = 500
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def capital_amount(fen: int) -> str:
    """The amount as papers of money write it: ``70005`` → ``柒佰元零伍分``."""
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = f"{_capital(yuan)}元" if yuan else ""
    if not rest:
        return f"{text or '零元'}整"
    if jiao:
        # 财政部《会计基础工作规范》第五十二条: a nought before 角 is written when the yuan end in one.
        text += ("零" if yuan and yuan % 10 == 0 else "") + f"{DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return text + (f"{DIGITS[last]}分" if last else "整")


def _capital(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        if text and (group < 1000 or groups[place + 1] % 10 == 0):
            text += "零"
        text += _four(group) + GROUPS[place]
    return text


def _four(number: int) -> str:
    text, is_gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if is_gap and text else "") + DIGITS[digit] + PLACES[place]
            is_gap = False
        else:
            is_gap = True
    return text


def receipt_file(line: PaymentLine, *, is_own: bool = False) -> bytes:
    """The receipt of a claim that was paid; her own shows her name, the office's a masked one."""
    claim = line.claim
    is_school = claim.payee == Payee.SCHOOL
    context = {
        "line": line,
        "claim": claim,
        "batch": line.batch,
        "name": line.name if is_own or is_school else mask_name(line.name),
        "account": mask_account(line.account),
        "amount": amount_text(line.amount_fen),
        "capital": capital_amount(line.amount_fen),
        "learner": claim.worker.masked_name if is_school else "",
    }
    return simple_paper("payments/receipt.html", context)


def batch_paper(batch: PaymentBatch) -> bytes:
    """The list of a batch to be signed on paper: sums, people, and the lines as far as they go."""
    lines = list(lines_of(batch).select_related("claim__scheme")[: LINES_ON_PAPER + 1])
    context = {
        "batch": batch,
        "total": amount_text(batch.total_fen),
        "capital": capital_amount(batch.total_fen),
        "rows": [_paper_row(line) for line in lines[:LINES_ON_PAPER]],
        "is_cut": len(lines) > LINES_ON_PAPER,
        "tally": tally_of(batch),
    }
    return simple_paper("payments/batch_paper.html", context)


def _paper_row(line: PaymentLine) -> dict[str, Any]:
    return {
        "serial": line.serial,
        "claim": line.claim.number,
        "name": mask_name(line.name),
        "account": mask_account(line.account),
        "amount": amount_text(line.amount_fen),
    }


def reconciliation_workbook(found: Reconciliation) -> Iterator[bytes]:
    """Batches, groups and differences as three sheets, all cells text."""
    head = [_("批次"), *_titles()]
    group_head = [_("月份、资金、区划"), *_titles()]
    total = [found.total] if found.total else []
    return xlsx_pieces(
        [
            (_("按批次"), [text_row(head), *(text_row(_cells(row)) for row in [*found.batches, *total])]),
            (_("按资金和区划"), [text_row(group_head), *(text_row(_cells(row)) for row in found.groups)]),
            (_("不一致"), (text_row([one]) for one in found.differences or [_("没有不一致。")])),
        ]
    )


def _titles() -> list[str]:
    kinds = [_("送银行"), _("成功"), _("失败"), _("已更正"), _("未回盘")]
    return [f"{kind}{unit}" for kind in kinds for unit in (_("笔数"), _("金额（元）"))]


def _cells(row: Row) -> list[object]:
    return [row.label, *(cell for one in row.cells for cell in (one.count, amount_text(one.fen)))]
