"""What the pages of the ledger share: who asks, rows as they are shown, and the file that is taken along."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.completion.sheets import text_row, xlsx_pieces
from foundation.desk import moment
from foundation.requests import user_of
from subsidies.ledger.selectors import BudgetLine, budget_line


def budget_or_404(request: HttpRequest, pk: int) -> BudgetLine:
    found = budget_line(user_of(request), pk, on=timezone.localdate())
    if found is None:
        raise Http404
    return found


def yuan_text(fen: int) -> str:
    """``-12.34``: whole fen as yuan with two places, for columns that are added up elsewhere."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def budgets_workbook(lines: Iterable[BudgetLine]) -> Iterator[bytes]:
    """The budgets of a year as a workbook, all cells text."""
    head = [_("预算"), _("下达"), _("可用"), _("已核定待拨"), _("已送银行"), _("已到账"), _("已用比例")]
    rows = [
        [
            one.budget.title,
            *(yuan_text(fen) for fen in (one.allotted, one.available, one.committed, one.in_transit, one.paid)),
            f"{one.percent}%",
        ]
        for one in lines
    ]
    return xlsx_pieces([(_("预算执行（元）"), (text_row(row) for row in [head, *rows]))])


def postings_workbook(postings: Iterable[Any]) -> Iterator[bytes]:
    """The postings of a budget as a workbook, all cells text."""
    head = [_("时间"), _("凭证"), _("凭据"), _("金额（元）"), _("申领份数"), _("经办人"), _("说明")]
    rows = (
        [
            moment(one.at),
            one.get_kind_display(),
            one.reference,
            yuan_text(one.amount_fen),
            str(one.claims),
            one.actor.name if one.actor else _("系统"),
            one.reason,
        ]
        for one in postings
    )
    lines = [text_row(head), *(text_row([str(cell) for cell in row]) for row in rows)]
    return xlsx_pieces([(_("凭证"), iter(lines))])
