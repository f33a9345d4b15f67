"""Files as schools send them: what is read, what is recognised, what is refused."""

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from foundation.imports.cells import Cell, Limits, Origin
from foundation.imports.errors import ImportRefusedError
from foundation.imports.headers import data_lines, normalised, recognise
from foundation.imports.readers import book_read
from tests.foundation.import_builders import HEADER, BodyKind, bodies, repacked, sheet_file

FILES = Path(__file__).parent / "import_files"
KIND = BodyKind()


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        book_read(data, limits or Limits())
    return refused.value.code


def test_cells_keep_what_the_file_holds_and_formulas_are_never_run():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([1, 62.5, "0123", '=HYPERLINK("http://example.test","点")', datetime(2026, 11, 16), None, " x "])
    sheet.append([350201197503062016.0, 1e-3, True, "#N/A", datetime(2026, 11, 16, 8, 30)])
    sheet["F2"] = 7
    sheet["F2"].number_format = "0000"
    target = BytesIO()
    book.save(target)
    first, second = book_read(target.getvalue()).sheets[0].lines
    assert [first.cell(i) for i in range(7)] == [
        Cell("1", Origin.NUMBER),
        Cell("62.5", Origin.NUMBER),
        Cell("0123"),
        Cell('=HYPERLINK("http://example.test","点")', Origin.FORMULA),
        Cell("2026-11-16", Origin.DATE),
        Cell(""),
        Cell(" x "),
    ]
    assert second.cell(0).origin is Origin.LOST_DIGITS
    assert [second.cell(i) for i in range(1, 6)] == [
        Cell("0.001", Origin.NUMBER),
        Cell("TRUE"),
        Cell("#N/A", Origin.ERROR),
        Cell("2026-11-16 08:30:00", Origin.DATE),
        Cell("0007", Origin.NUMBER),
    ]


def test_old_excel_files_are_read_and_their_formulas_are_told_apart():
    book = book_read((FILES / "organisations.xls").read_bytes())
    sheet, hidden = book.sheets
    assert hidden.is_hidden
    assert not hidden.lines
    third = sheet.lines[3]
    assert third.cell(1).origin is Origin.FORMULA
    assert third.cell(2).origin is Origin.LOST_DIGITS
    assert sheet.lines[4].cell(2) == Cell("2026-11-16", Origin.DATE)


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_are_read_in_the_encodings_of_chinese_offices(encoding, said, separator):
    rows = [["机构名称", "信用代码", "备注"], ["龑堃学校", '="0123"', "=1+1"], [], ["甲", "\t9135", "3.50201E+17"]]
    text = "\r\n".join(separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    book = book_read(text.encode(encoding))
    lines = book.sheets[0].lines
    assert book.encoding == said
    assert [line.number for line in lines] == [1, 2, 4]
    assert [lines[1].cell(i) for i in range(3)] == [Cell("龑堃学校"), Cell("0123"), Cell("=1+1", Origin.FORMULA)]
    assert lines[2].cell(2) == Cell("3.50201E+17", Origin.LOST_DIGITS)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"PK\x03\x04 nothing", "broken"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "broken"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b"%PDF-1.7", "other_type"),
        (b"\x7fELF\0\0\0\0", "unknown_type"),
        (b"\x00\x01\x02\x03", "unknown_type"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_sentence(data, code):
    assert refusal(data) == code


def test_a_zip_that_is_no_workbook_is_refused():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(target.getvalue()) == "other_type"


def test_a_password_is_named_as_the_reason():
    head = bytearray((FILES / "organisations.xls").read_bytes())
    at = head.find("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    head[at : at + len(name)] = name
    head[at + 64 : at + 66] = (len(name) + 2).to_bytes(2, "little")
    assert refusal(bytes(head)) == "locked"


def test_archive_bombs_are_refused_by_size_by_ratio_and_by_what_really_comes_out():
    plain = sheet_file([HEADER, *bodies(3)])
    bomb = repacked(plain, xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>")
    assert refusal(bomb) == "too_large_unpacked"
    assert refusal(plain, Limits(unpacked_bytes=500)) == "too_large_unpacked"
    assert refusal(plain, Limits(entries=2)) == "too_large_unpacked"
    assert refusal(plain, Limits(file_bytes=10)) == "too_large"
    lying = bytearray(repacked(plain, xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * 3000 + b"</worksheet>"))
    true_size = (3000 + 23).to_bytes(4, "little")
    while (at := lying.find(true_size)) >= 0:
        lying[at : at + 4] = (40).to_bytes(4, "little")
    assert refusal(bytes(lying)) == "broken"


def test_entities_and_rectangles_without_content_cannot_hurt():
    plain = sheet_file([HEADER, *bodies(3)])
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    assert refusal(repacked(plain, xl__worksheets__sheet1_xml=entity)) == "broken"
    far = (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
        b'<row r="1048576"><c r="B1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    lines = book_read(repacked(plain, xl__worksheets__sheet1_xml=far)).sheets[0].lines
    assert [line.number for line in lines] == [1, 1048576]
    wide = b'<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    assert refusal(repacked(plain, xl__worksheets__sheet1_xml=wide)) == "too_many_cells"
    assert refusal(plain, Limits(cells=10)) == "too_many_cells"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("身份证号码", "身份证号码"),
        (" 身份证 号码\n（必填）* ", "身份证号码"),
        ("*1.身份证号码", "身份证号码"),
        ("③身份证号码【18位】", "身份证号码"),
        ("三、身份证号码：", "身份证号码"),
        ("ＮＯ．", "no"),
    ],
)
def test_a_header_is_compared_without_its_writing_habits(written, meant):
    assert normalised(written) == meant


def test_the_table_is_found_under_titles_and_its_footer_is_left_out_and_reported():
    rows = [
        ["培训机构名录"],
        ["填表单位：示例", None, "日期：2026年"],
        [],
        ["备注", "(1) 统一社会信用代码（必填）", "学员来源", "单位名称*"],
        ["", "91350201MA00000001", "", "甲校"],
        [],
        ["备注", "(1) 统一社会信用代码（必填）", "学员来源", "单位名称*"],
        ["补", "91350201MA00000002", "", "注册的学校"],
        ["合计", "2 家"],
        ["制表人：陈老师", None, "审核人："],
        ["本表一式两份，由培训机构和人社部门各存一份，不得涂改。"],
    ]
    book = book_read(sheet_file(rows, hidden=[HEADER, *bodies(9)]))
    found = recognise(book, KIND)
    assert (found.header_line, found.mapping) == (4, {0: "note", 1: "code", 3: "name"})
    assert {note["code"] for note in found.notes} == {"hidden_sheets", "unknown_columns"}
    lines, notes = data_lines(book.sheets[0], found, KIND)
    assert [line.number for line in lines] == [5, 8]
    assert [note["line"] for note in notes] == [7, 9, 10, 11]


def test_a_header_of_two_rows_is_joined():
    rows = [["单位", None, "登记"], ["单位名称", "序号", "信用代码"], ["甲校", 1, "91350201MA00000001"]]
    found = recognise(book_read(sheet_file([["单位名称", "登记", None], [None, "信用代码", "备注"], *rows[2:]])), KIND)
    assert found.last_header_line == 2
    assert found.mapping == {0: "name", 1: "code", 2: "note"}


def test_the_sheet_that_fits_best_is_read_and_the_other_is_named():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["单位名称", "备注"])
    for row in [HEADER, *bodies(1)]:
        if row is HEADER:
            sheet = book.create_sheet("名单")
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    found = recognise(book_read(target.getvalue()), KIND)
    assert found.sheet == "名单"
    assert "说明" in next(note["sentence"] for note in found.notes if note["code"] == "other_sheets")


def test_a_part_of_a_name_is_only_a_guess():
    found = recognise(book_read(sheet_file([["学员单位名称", "统一社会信用代码证号"], ["甲", "9"]])), KIND)
    assert found.mapping == {0: "name", 1: "code"}
    assert found.guessed == [0, 1]


def test_no_header_says_which_columns_are_looked_for():
    with pytest.raises(ImportRefusedError) as refused:
        recognise(book_read(sheet_file([["a", "b"], [1, 2]])), KIND)
    assert refused.value.code == "no_header"
    assert "统一社会信用代码" in refused.value.message
