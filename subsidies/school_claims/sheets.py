"""The rows of a class as a workbook: what the screen shows, every cell as text, no account anywhere."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from foundation.desk import harmless
from subsidies.school_claims.selectors.rows import Row
from subsidies.school_claims.showing import amount_words, consent_words, row_words

WIDTHS = (6, 12, 28, 14, 14, 20, 12, 70)


def rows_workbook(rows: list[Row], *, title: str) -> bytes:
    """An .xlsx of these rows with what to put right in each."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    _line(sheet, 1, _heads())
    for number, row in enumerate(rows, start=2):
        _line(sheet, number, _cells(row))
    for index, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.cell(1, index).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _heads() -> list[str]:
    return [
        _("序号"),
        _("姓名"),
        _("证书编号"),
        _("金额"),
        _("能不能提交"),
        _("本人同意"),
        _("收款账户"),
        _("要处理的事"),
    ]


def _cells(row: Row) -> list[str]:
    return [
        str(row.number),
        row.name,
        row.certificate_number,
        amount_words(row),
        row_words(row).label,
        consent_words(row).label,
        _("有") if row.has_account else _("没有"),
        "\n".join(f"{fix.title}：{fix.text}" for fix in row.fixes),
    ]


def _line(sheet, number: int, texts: list[str]) -> None:  # type: ignore[no-untyped-def]
    for index, text in enumerate(texts, start=1):
        cell = sheet.cell(number, index, harmless(text))
        # Said outright, so that nothing is ever taken for a formula or a number.
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
