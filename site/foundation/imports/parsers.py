"""Parsers for the cells that every kind has. A kind adds its own where the law has a say (identity numbers, cards)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from foundation.imports.cells import Cell, Origin
from foundation.imports.kinds import Finding, Parsed, Parser
from foundation.imports.states import Severity

_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_BLANKS = re.compile(r"\s+")
_CHARACTER = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_BETWEEN_CHARACTERS = re.compile(rf"(?<={_CHARACTER})\s+(?={_CHARACTER})")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(\s+0{1,2}:00(:00)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


def _repair(code: str, sentence: str) -> Finding:
    return Finding(Severity.REPAIRED, code, sentence)


def _error(code: str, sentence: str, fix: str) -> Parsed:
    return Parsed(None, (Finding(Severity.ERROR, code, sentence, fix),))


def _too_long(longest: int) -> Parsed:
    return _error("too_long", _("内容太长，最多 %(longest)d 个字。") % {"longest": longest}, _("请缩短后再上传。"))


def refused(cell: Cell) -> Parsed | None:
    """The answer for cells no parser of values can trust: formulas, errors, numbers that lost digits."""
    if cell.origin is Origin.FORMULA:
        return _error("formula", _("这一格是公式。"), _("把这一列复制，用“选择性粘贴→数值”粘贴回来。"))
    if cell.origin is Origin.ERROR:
        return _error("cell_error", _("这一格是计算错误。"), _("改成实际的内容。"))
    if cell.origin is Origin.LOST_DIGITS:
        return _error(
            "digits_lost",
            _("这一格存成了数值，末尾几位数字已经丢失。"),
            _("先把这一列的格式改为“文本”，再照证件重新填写。"),
        )
    return None


def tidied(value: str) -> tuple[str, list[Finding]]:
    """The text without what typing and copying leave behind, and what was put right."""
    findings: list[Finding] = []
    text = _CONTROL.sub("", value)
    if text.startswith(("'", "\u2019", "\u2018", "`")):
        text = text[1:]
        findings.append(_repair("apostrophe", _("去掉了开头的撇号。")))
    text = text.strip()
    wide = unicodedata.normalize("NFKC", text)
    if wide != text and re.search(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]", text):
        text = wide
        findings.append(_repair("full_width", _("全角字符改成了半角。")))
    return text, findings


def text(*, longest: int = 200) -> Parser:
    """Plain text. A formula is kept as the text it is, with a warning, and never run."""

    def parse(cell: Cell) -> Parsed:
        if cell.origin is Origin.FORMULA or cell.text.lstrip().startswith("="):
            kept = Finding(
                Severity.WARNING, "formula", _("这一格是公式，已按文字保存，没有计算。"), _("如不需要，请删除。")
            )
            return Parsed(cell.text[:longest], (kept,))
        value, findings = tidied(cell.text)
        return _too_long(longest) if len(value) > longest else Parsed(value, tuple(findings))

    return parse


def name(*, longest: int = 50) -> Parser:
    """A name: no blanks around it, none between Chinese characters, no formulas."""

    def parse(cell: Cell) -> Parsed:
        if answer := refused(cell):
            return answer
        value, findings = tidied(cell.text)
        # Names of ethnic minorities keep their dot, foreign names the blank between their words.
        closed = _BLANKS.sub(" ", _BETWEEN_CHARACTERS.sub("", value))
        if closed != cell.text.strip("\t") and not findings:
            findings.append(_repair("blanks", _("去掉了多余的空格。")))
        return _too_long(longest) if len(closed) > longest else Parsed(closed, tuple(findings))

    return parse


def number_text(cell: Cell) -> tuple[str, list[Finding]]:
    """A number that is a name (identity, phone, account): without blanks and dashes, half-width, capital letters.

    Blanks, tabs and a single leading apostrophe are how people keep spreadsheets from spoiling numbers.
    """
    value, findings = tidied(cell.text)
    bare = re.sub(r"[\s\-\u2010-\u2015\uff0d]", "", value)
    if bare != value:
        findings.append(_repair("separators", _("去掉了空格和横线。")))
    upper = bare.upper()
    if upper != bare:
        findings.append(_repair("capitals", _("小写字母改成了大写。")))
    return upper, findings


def number() -> Parser:
    """A parser that cleans and asks nothing more; formulas and numbers that lost digits are refused."""

    def parse(cell: Cell) -> Parsed:
        if answer := refused(cell):
            return answer
        value, findings = number_text(cell)
        return Parsed(value, tuple(findings))

    return parse


def credit_code(cell: Cell) -> Parsed:
    """A 统一社会信用代码 of 18 characters whose check character fits (GB 32100)."""
    if answer := refused(cell):
        return answer
    value, findings = number_text(cell)
    try:
        uscc.validate(value)
    except NumberError:
        return _error(
            "credit_code",
            _("统一社会信用代码不正确。"),
            _("应为 18 位数字和大写字母（没有 I、O、S、V、Z），请照营业执照或登记证书核对。"),
        )
    return Parsed(value, tuple(findings))


def choice(choices: Mapping[str, object], *, meaning: Callable[[str], str | None] = lambda _text: None) -> Parser:
    """One of the listed titles; ``choices`` maps each accepted title to its value.

    ``meaning`` may name the title somebody probably meant; it is proposed, not assumed.
    """

    def parse(cell: Cell) -> Parsed:
        if answer := refused(cell):
            return answer
        value, findings = tidied(cell.text)
        if value in choices:
            return Parsed(choices[value], tuple(findings))
        closed = _BLANKS.sub("", value)
        if closed in choices:
            return Parsed(choices[closed], (*findings, _repair("blanks", _("去掉了多余的空格。"))))
        allowed = "、".join(choices)
        meant = meaning(closed)
        fix = (
            _("是否应为“%(meant)s”？可以填写：%(allowed)s。") % {"meant": meant, "allowed": allowed}
            if meant
            else _("可以填写：%(allowed)s。") % {"allowed": allowed}
        )
        return _error("not_listed", _("填写的内容不在规定的选项中。"), fix)

    return parse


def day(cell: Cell) -> Parsed:
    """A date in one of the usual writings."""
    if answer := refused(cell):
        return answer
    value, findings = tidied(cell.text)
    found = _DATE.fullmatch(value) or _COMPACT_DATE.fullmatch(value)
    try:
        if found:
            return Parsed(date(int(found[1]), int(found[2]), int(found[3])), tuple(findings))
    except ValueError:
        pass
    return _error("date", _("日期不正确。"), _("请写成 2026-11-16 的样子。"))


def decimal(*, least: Decimal, most: Decimal, places: int = 0) -> Parser:
    """A number within bounds."""

    def parse(cell: Cell) -> Parsed:
        if answer := refused(cell):
            return answer
        value, findings = tidied(cell.text)
        try:
            number = Decimal(value.replace(",", ""))
        except InvalidOperation:
            return _error("number", _("这一格应该是数字。"), _("只填写数字。"))
        exact = number.is_finite() and number == round(number, places)
        if not exact or not least <= number <= most:
            return _error(
                "out_of_range",
                _("数字不在允许的范围内。"),
                _("应在 %(least)s 到 %(most)s 之间。") % {"least": least, "most": most},
            )
        return Parsed(number, tuple(findings))

    return parse
