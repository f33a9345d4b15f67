"""Finds out by its content what a file is, and reads it."""

from django.utils.translation import gettext as _

from foundation.imports.archive import Archive, broken
from foundation.imports.cells import LIMITS, Book, Limits
from foundation.imports.delimited import read_delimited
from foundation.imports.errors import ImportRefusedError
from foundation.imports.xls import OLE_MAGIC, read_xls
from foundation.imports.xlsx import read_xlsx


def book_read(data: bytes, limits: Limits = LIMITS) -> Book:
    """The tables of a file (.xlsx, .xls or text), or ``ImportRefusedError`` with one clear sentence."""
    if not data.strip():
        raise ImportRefusedError("empty", _("这个文件是空的。请检查后再上传。"))
    if len(data) > limits.file_bytes:
        raise ImportRefusedError(
            "too_large",
            _("文件超过 %(size)d MB。请分成几个文件上传。") % {"size": limits.file_bytes // 1024 // 1024},
        )
    book = _read(data, limits)
    if not any(sheet.lines for sheet in book.sheets):
        raise ImportRefusedError("no_rows", _("文件里没有内容，或内容都在隐藏的工作表里。请检查后再上传。"))
    return book


def _read(data: bytes, limits: Limits) -> Book:
    if data[:4] == b"PK\x03\x04":
        archive = Archive(data, limits)
        if "xl/workbook.xml" in archive.names:
            return read_xlsx(archive, limits)
        raise _other_type()
    if data[:8] == OLE_MAGIC:
        return read_xls(data, limits)
    if data[:2] == b"PK":
        raise broken()
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise ImportRefusedError(
            "web_page", _("这个文件其实是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
        )
    if start.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"{\\rtf", b"rar!", b"7z\xbc\xaf")):
        raise _other_type()
    return read_delimited(data, limits)


def _other_type() -> ImportRefusedError:
    return ImportRefusedError(
        "other_type", _("只能导入 Excel 表格（.xlsx、.xls）和 .csv 文件。请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    )
