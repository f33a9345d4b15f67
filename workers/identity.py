"""Identity, account and credit-code numbers: pure checks that repair what is safe and say what to do about the rest.

The citizen number follows GB 11643. ``stdnum.cn.ric`` is not used: it ties the district code to the year of birth and
so refuses real numbers of 同安 (350212) and 翔安 (350213). See ``docs/explanation/worker-identity.md``.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from workers.states import Sex

# GB/T 2260, first two digits. 83 is not in the standard: residence permits for people from Taiwan carry it.
PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83}
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\ufeff]")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af]")
_NAME = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323afA-Za-z· '\-]+")


class Repair(StrEnum):
    """What was put right in a value as typed; shown to whoever typed it, never done in silence."""

    APOSTROPHE = "apostrophe"
    BLANKS = "blanks"
    DASHES = "dashes"
    DOTS = "dots"
    FULL_WIDTH = "full_width"
    LOWER_CASE = "lower_case"

    @property
    def words(self) -> str:
        return {
            Repair.APOSTROPHE: _("去掉了开头的撇号"),
            Repair.BLANKS: _("去掉了空格"),
            Repair.DASHES: _("去掉了横线"),
            Repair.DOTS: _("统一了姓名中的间隔点"),
            Repair.FULL_WIDTH: _("全角字符改成了半角"),
            Repair.LOWER_CASE: _("小写字母改成了大写"),
        }[self]


@dataclass(frozen=True)
class Checked:
    """A value as it will be kept, what was repaired in it, and what is wrong with it."""

    value: str
    repairs: tuple[Repair, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.errors


def age_on(born: date, day: date) -> int:
    """Full years on a day; who was born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class IdNumber:
    """A valid citizen number and what it says about its holder."""

    value: str

    @property
    def birth_on(self) -> date:
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.value[16]) % 2 else Sex.FEMALE


def check_character(first_17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2."""
    return _CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def passes_luhn(digits: str) -> bool:
    """The check that bank cards and social-security cards carry in their last digit."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _tidy(text: str) -> tuple[str, list[Repair]]:
    """Half-width, without blanks and without the apostrophe of a spreadsheet; and which of these it needed."""
    repairs = []
    value = unicodedata.normalize("NFKC", text)
    if _BLANKS.sub("", value) != _BLANKS.sub("", text):
        repairs.append(Repair.FULL_WIDTH)
    if _BLANKS.search(value):
        repairs.append(Repair.BLANKS)
        value = _BLANKS.sub("", value)
    if value[:1] in ("'", "‘", "’", "`"):
        repairs.append(Repair.APOSTROPHE)
        value = value[1:]
    return value, repairs


def id_number_check(text: str, *, on: date) -> Checked:
    """The number as kept, the repairs, and every fault found; the day decides what lies in the future."""
    value, repairs = _tidy(text)
    if value != value.upper():
        repairs.append(Repair.LOWER_CASE)
        value = value.upper()
    shape = _id_number_shape(value)
    errors = [shape] if shape else _id_number_content(value, on)
    return Checked(value, tuple(repairs), tuple(errors))


def _id_number_shape(value: str) -> str:
    if not value:
        return _("请填写身份证号码。")
    if re.fullmatch(r"\d{15}", value):
        return _("这是 15 位的旧身份证号码，已停止使用。请填写现在身份证上的 18 位号码。")
    if "E+" in value or (re.fullmatch(r"\d+\.\d*", value)):
        return _("身份证号码被表格存成了数字，后几位已经丢失。请把这一列设为“文本”格式，重新填写 18 位号码。")
    if len(value) != 18:
        return _("身份证号码应为 18 位，这里是 %(count)s 位。请对照身份证重新填写。") % {"count": len(value)}
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        return _("身份证号码的前 17 位应为数字，最后一位是数字或 X。请对照身份证重新填写。")
    return ""


def _id_number_content(value: str, on: date) -> list[str]:
    errors = []
    if int(value[:2]) not in PROVINCES:
        errors.append(_("身份证号码开头两位不是任何省份的代码。请对照身份证检查前几位。"))
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        errors.append(_("身份证号码第 7 到 14 位不是真实的出生日期。请对照身份证检查。"))
    else:
        if born > on:
            errors.append(_("身份证号码中的出生日期在今天之后。请对照身份证检查第 7 到 14 位。"))
        elif born.year < 1900:
            errors.append(_("身份证号码中的出生年份早于 1900 年。请对照身份证检查第 7 到 10 位。"))
    if value[17] != check_character(value[:17]):
        if value.endswith("000"):
            errors.append(_("身份证号码的后几位可能被表格改成了 0。请把这一列设为“文本”格式，重新填写。"))
        else:
            errors.append(_("身份证号码的校验位不对，可能有一位写错了。请对照身份证逐位检查。"))
    return errors


def account_number_check(text: str) -> Checked:
    """The bank account of a social-security card: 16 to 19 digits, the last of them by Luhn."""
    value, repairs = _tidy(text)
    if "-" in value:
        repairs.append(Repair.DASHES)
        value = value.replace("-", "")
    if not value:
        error = _("请填写社保卡的银行账号。")
    elif not re.fullmatch(r"[0-9]+", value):
        error = _("社保卡银行账号只有数字。请对照卡面重新填写。")
    elif not 16 <= len(value) <= 19:
        error = _("社保卡银行账号应为 16 到 19 位数字，这里是 %(count)s 位。请对照卡面重新填写。") % {
            "count": len(value)
        }
    elif not passes_luhn(value):
        error = _("社保卡银行账号有一位不对。请对照卡面逐位检查。")
    else:
        return Checked(value, tuple(repairs))
    return Checked(value, tuple(repairs), (error,))


def credit_code_check(text: str) -> Checked:
    """An employer's unified social credit code (GB 32100)."""
    value, repairs = _tidy(text)
    if "-" in value:
        repairs.append(Repair.DASHES)
        value = value.replace("-", "")
    if value != value.upper():
        repairs.append(Repair.LOWER_CASE)
        value = value.upper()
    try:
        uscc.validate(value)
    except ValidationError:
        return Checked(
            value, tuple(repairs), (_("统一社会信用代码不对：应为 18 位数字和大写字母。请对照营业执照填写。"),)
        )
    return Checked(value, tuple(repairs))


def phone_check(text: str) -> Checked:
    """A mobile number of the mainland, without country code."""
    value, repairs = _tidy(text)
    if "-" in value:
        repairs.append(Repair.DASHES)
        value = value.replace("-", "")
    value = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", value)
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        return Checked(value, tuple(repairs), (_("手机号码应为 11 位数字，以 1 开头。请检查是否少写或多写。"),))
    return Checked(value, tuple(repairs))


def name_check(text: str) -> Checked:
    """A name as on the identity card: Han characters, or letters, with the dot of minority names."""
    normal = unicodedata.normalize("NFKC", text).strip()
    repairs = [Repair.BLANKS] if normal != text else []
    value = re.sub(r"[•・‧⋅∙.。]", "·", normal)
    if value != normal:
        repairs.append(Repair.DOTS)
    blanks_kept = " ".join(value.split()) if not _HAN.search(value) else _BLANKS.sub("", value)
    if blanks_kept != value and Repair.BLANKS not in repairs:
        repairs.append(Repair.BLANKS)
    value = blanks_kept
    if not value:
        error = _("请填写姓名。")
    elif not 2 <= len(value) <= 50 or not _NAME.fullmatch(value):
        error = _("姓名应与身份证上的一致，只有汉字、字母和间隔点。请检查。")
    else:
        return Checked(value, tuple(repairs))
    return Checked(value, tuple(repairs), (error,))
