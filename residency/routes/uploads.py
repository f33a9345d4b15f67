"""A pack that comes as a file: refused by size, kind and depth before anything of it is looked at."""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from residency.routes.errors import RouteError
from residency.routes.rules.shapes import json_ready

LARGEST = 256 * 1024
DEEPEST = 24
MOST_VALUES = 20_000
LONGEST_TEXT = 2_000
MOST_DIGITS = 12  # a number with more is no number of any policy, and would cost minutes to work with
ENDING = ".toml"


def draft_from_file(file: UploadedFile) -> dict[str, Any]:
    """The plain data of a TOML file; ``RouteError`` says what is wrong with the file itself."""
    if not str(file.name or "").lower().endswith(ENDING):
        raise RouteError("file_kind", _("请上传 .toml 文件。可以先下载一份现有的，在它上面改。"))
    if (file.size or 0) > LARGEST:
        raise RouteError("file_large", _("文件超过 %(size)d KB，请检查是不是选错了。") % {"size": LARGEST // 1024})
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RouteError("file_coding", _("文件不是 UTF-8 编码。请在编辑器里另存为 UTF-8，再上传。")) from error
    return draft_from_text(text)


def draft_from_text(text: str) -> dict[str, Any]:
    """The plain data of TOML text, small and shallow enough to work with."""
    if depth_of(text) > DEEPEST:
        raise RouteError("file_deep", _("文件里一层套一层太多了，请检查括号。"))
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, ValueError, RecursionError) as error:
        raise RouteError(
            "file_broken", _("文件不是正确的 TOML，读不出来：%(error)s。请按提示的行改好再上传。") % {"error": error}
        ) from error
    seen = [0]
    checked(data, seen)
    plain: dict[str, Any] = json_ready(data)
    return plain


def depth_of(text: str) -> int:
    """The most brackets open at once, so that a hostile file never reaches the reader."""
    deepest = now = 0
    for letter in text:
        if letter in "[{":
            now += 1
            deepest = max(deepest, now)
        elif letter in "]}":
            now = max(now - 1, 0)
    return deepest


def checked(value: Any, seen: list[int], depth: int = 0) -> None:
    """Refuse what is too much: values, depth, letters, digits; and moments, which no pack knows."""
    seen[0] += 1
    if seen[0] > MOST_VALUES:
        raise RouteError("file_large", _("文件里的内容太多了，请检查是不是选错了。"))
    if depth > DEEPEST:
        raise RouteError("file_deep", _("文件里一层套一层太多了，请检查括号。"))
    if isinstance(value, Mapping):
        for name, one in value.items():
            checked(name, seen, depth + 1)
            checked(one, seen, depth + 1)
    elif isinstance(value, list):
        for one in value:
            checked(one, seen, depth + 1)
    elif isinstance(value, str):
        checked_text(value)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        checked_number(Decimal(value) if abs_is_small(value) else Decimal("nan"))
    elif type(value) is not date and not isinstance(value, bool):
        what = "time" if isinstance(value, time) else type(value).__name__
        raise RouteError("file_value", _("日期只写到天，例如 2018-10-01；不能写时间（%(what)s）。") % {"what": what})


def abs_is_small(value: int | Decimal) -> bool:
    return not isinstance(value, int) or abs(value) < 10**MOST_DIGITS


def checked_text(value: str) -> None:
    """Text of a bearable length, without control letters, and no number in disguise with a monstrous exponent."""
    if len(value) > LONGEST_TEXT:
        raise RouteError("text_long", _("有一段文字超过 %(count)d 字，请写短一些。") % {"count": LONGEST_TEXT})
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
        raise RouteError("text_control", _("有一段文字里有看不见的控制字符，请删掉。"))
    if len(value) <= MOST_DIGITS * 3 and "e" in value.lower():
        try:
            number = Decimal(value)
        except InvalidOperation:
            return
        checked_number(number)


def checked_number(number: Decimal) -> None:
    if not number.is_finite() or abs(number.adjusted()) >= MOST_DIGITS:
        raise RouteError("number_large", _("有一个数字太长了，政策里没有这样的数。请检查。"))
