"""How figures are written, and what a file holds."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.dashboards.sheets import HIDDEN, Column, Kind, Row, Sheet, share_text, sheet_file, shown


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 10, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (7, 7, "100.0%"), (0, 0, "—")],
)
def test_a_share_is_rounded_once_to_a_tenth(part, whole, text):
    assert share_text(part, whole) == text


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        (Kind.COUNT, 1234567, "1,234,567"),
        (Kind.YUAN, 120050, "1,200.50"),
        (Kind.SHARE, (1, 4), "25.0%"),
        (Kind.COUNT, None, "—"),
        (Kind.COUNT, HIDDEN, "＊"),
    ],
)
def test_figures_are_written_for_people(kind, cell, text):
    assert shown(kind, cell) == text


def a_sheet():
    columns = [Column("人次"), Column("占上一步", Kind.SHARE, is_beside=True), Column("金额", Kind.YUAN)]
    rows = [Row("=1+1", [1200, (1, 4), 120050]), Row("思明区", [HIDDEN, None, HIDDEN])]
    return Sheet("example", "示例", "项目", columns, rows, total=Row("合计", [1203, (1, 4), 120050]))


def test_on_the_page_a_share_stands_beside_its_figure():
    sheet = a_sheet()
    assert [column.title for column in sheet.shown_columns] == ["人次", "金额（元）"]
    assert [(cell.text, cell.beside) for cell in sheet.shown[0][1]] == [("1,200", "25.0%"), ("1,200.50", "")]


def test_a_csv_file_holds_plain_figures_and_nothing_that_a_spreadsheet_runs():
    lines = b"".join(sheet_file(a_sheet(), "csv")).decode("utf-8-sig").splitlines()
    assert lines == [
        "项目,人次,占上一步,金额（元）",
        "'=1+1,1200,25.0%,1200.50",
        "思明区,＊,,＊",
        "合计,1203,25.0%,1200.50",
    ]


def test_a_workbook_holds_the_same_as_text():
    book = load_workbook(BytesIO(b"".join(sheet_file(a_sheet(), "xlsx"))))
    rows = [[cell.value for cell in row] for row in book["示例"].iter_rows()]
    assert rows[1] == ["=1+1", "1200", "25.0%", "1200.50"]
    assert all(cell.data_type != "f" for row in book["示例"].iter_rows() for cell in row)
