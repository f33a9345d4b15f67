"""The numbers of certificates: read, checked position by position, and, for our own series alone, made.

职业技能等级证书 carry 22 characters by 人社鉴发〔2019〕2号 (职业技能等级证书编码规则): the body makes them, the
platform reads them. 培训合格证书 have no national rule; our series ends in a check character, so that one wrong or
swapped digit is found without asking the database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from certifications.certificates.errors import CertificateError

# GB/T 2260, first two digits.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
NATIONAL_LENGTH = 22
OLD_LENGTH = 16
TRAINING_PREFIX = "PX"
TRAINING_LENGTH = 23
# 首席技师 and 特级技师 have two letters and twenty digits in the same seven parts: a letter stands in the place of the
# level. Which letters was not found, so none is taken to mean a level.
_SPECIAL = re.compile(r"[YS]\d{14}[A-Z]\d{6}|[A-Z]{2}\d{20}")
_SEPARATORS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\-\u2010-\u2015\u2212'‘’`]")
_LOOKALIKES = {"O": "0", "I": "1", "L": "1", "Z": "2", "B": "8", "Q": "0"}
# The old papers began in the nineties: a two-digit year from 90 on is of the last century.
_CENTURY = 90


def tidied(text: str) -> str:
    """Half-width capitals without blanks and dashes: how a number is kept and compared."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class NationalNumber:
    """The number of a 职业技能等级证书 and what its seven parts say."""

    text: str

    @classmethod
    def parse(cls, text: str) -> NationalNumber:
        """The number as kept; ``CertificateError`` with a sentence for each position that is wrong."""
        value = tidied(text)
        if errors := national_errors(value):
            raise CertificateError("number_invalid", "".join(errors))
        return cls(value)

    @property
    def is_special(self) -> bool:
        """Whether a letter stands for the level, as with 特级技师 and 首席技师."""
        return not self.text[1:].isdigit()

    @property
    def kind(self) -> str:
        return self.text[0]

    @property
    def prefix(self) -> str:
        """The part the authorities gave the body; empty where two letters lead and the parts cannot be told."""
        return self.text[:13] if self.text[1].isdigit() else ""

    @property
    def province(self) -> str:
        return PROVINCES[self.text[5:7]] if self.prefix else ""

    @property
    def year(self) -> int | None:
        return 2000 + int(self.text[13:15]) if self.prefix else None

    @property
    def level(self) -> int | None:
        """5 for 五级 to 1 for 一级; nothing where a letter stands in its place."""
        return int(self.text[15]) if self.text[15].isdigit() and self.prefix else None

    @property
    def serial(self) -> int:
        return int(self.text[16:])

    @property
    def grouped(self) -> str:
        """As people read it aloud: S 0000 35 990001 26 5 000001."""
        if not self.prefix:
            return self.text
        cuts = (0, 1, 5, 7, 13, 15, 16, 22)
        return " ".join(self.text[first:last] for first, last in pairwise(cuts))

    def cross_check(self, *, body_prefix: str, level: int, issued_on: date) -> list[str]:
        """Where the number contradicts the body, the level or the day of the certificate."""
        problems = []
        if self.prefix and self.prefix != body_prefix:
            problems.append(
                _("前 13 位是 %(given)s，不是本机构的 %(own)s。请核对编号，或交由发证的机构登记。")
                % {"given": self.prefix, "own": body_prefix}
            )
        if self.level is not None and self.level != level:
            problems.append(
                _("第 16 位是 %(digit)s，表示%(meant)s，与填写的等级不符。请核对编号和等级。")
                % {"digit": self.level, "meant": _LEVELS[self.level]}
            )
        if self.year is not None and self.year != issued_on.year:
            problems.append(
                _("第 14、15 位表示 %(year)d 年发证，与发证日期 %(day)s 不符。请核对编号和发证日期。")
                % {"year": self.year, "day": issued_on.isoformat()}
            )
        return problems


_LEVELS = {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}


def national_errors(value: str) -> list[str]:
    """Everything wrong with a tidied number, each with its position and what to do; nothing when it is right."""
    if not value:
        return [_("请填写证书编号。")]
    if "E+" in value:
        return [_("编号被表格存成了数字，后几位已经丢失。请把这一列设为“文本”格式，重新填写。")]
    if len(value) != NATIONAL_LENGTH:
        return [_wrong_length(value)]
    if _SPECIAL.fullmatch(value):
        return _part_errors(value) if value[1].isdigit() else []
    errors = []
    if value[0] not in "YS":
        errors.append(
            _("第 1 位应为 Y（用人单位）或 S（社会培训评价组织），这里是“%(given)s”。请对照证书核对。")
            % {"given": value[0]}
        )
    wrong = [place for place, letter in enumerate(value[1:], start=2) if not letter.isascii() or not letter.isdigit()]
    errors += [_not_a_digit(place, value[place - 1]) for place in wrong]
    return errors or _part_errors(value)


def _part_errors(value: str) -> list[str]:
    errors = []
    if value[5:7] not in PROVINCES:
        errors.append(_("第 6、7 位“%(given)s”不是任何省份的代码，福建是 35。请对照证书核对。") % {"given": value[5:7]})
    if value[15] not in "12345" and value[15].isdigit():
        errors.append(_("第 16 位是等级，应为 1 至 5，这里是“%(given)s”。请对照证书核对。") % {"given": value[15]})
    if value[16:] == "000000":
        errors.append(_("最后 6 位是流水号，从 000001 起，不能全是 0。请对照证书核对。"))
    return errors


def _wrong_length(value: str) -> str:
    if re.fullmatch(r"\d{16}", value):
        return _("这是 16 位的旧职业资格证书编号，不是职业技能等级证书。请作为“已有证书”登记。")
    if re.fullmatch(rf"{TRAINING_PREFIX}[0-9X]+", value):
        return _("这是培训合格证书的编号，不是职业技能等级证书。请核对证书的名称。")
    return _("编号应为 22 位（1 个字母和 21 个数字），这里是 %(count)d 位。请对照证书，看看是少写还是多写了。") % {
        "count": len(value)
    }


def _not_a_digit(place: int, letter: str) -> str:
    meant = _LOOKALIKES.get(letter)
    if meant:
        return _("第 %(place)d 位应为数字，这里是字母“%(given)s”，可能是数字 %(meant)s。请对照证书核对。") % {
            "place": place, "given": letter, "meant": meant,
        }  # fmt: skip
    return _("第 %(place)d 位应为数字，这里是“%(given)s”。请对照证书核对。") % {"place": place, "given": letter}


@dataclass(frozen=True)
class OldNumber:
    """The 16 digits of an old 职业资格证书: year, province or industry, city, body kind and serial, level, serial."""

    text: str

    @classmethod
    def parse(cls, text: str) -> OldNumber:
        """The number as kept; ``CertificateError`` with a sentence for each part that is wrong."""
        value = tidied(text)
        if errors := old_errors(value):
            raise CertificateError("number_invalid", "".join(errors))
        return cls(value)

    @property
    def year(self) -> int:
        two = int(self.text[:2])
        return two + (1900 if two >= _CENTURY else 2000)

    @property
    def level(self) -> int:
        return int(self.text[10])

    def cross_check(self, *, level: int | None, issued_on: date) -> list[str]:
        """Where the number contradicts the level or the day."""
        problems = []
        if level is not None and self.level != level:
            problems.append(
                _("第 11 位是 %(digit)s，表示%(meant)s，与填写的等级不符。请核对编号和等级。")
                % {"digit": self.level, "meant": _LEVELS[self.level]}
            )
        # The number was often given out when the test was held, the paper a few weeks later.
        if not 0 <= issued_on.year - self.year <= 1:
            problems.append(
                _("前两位表示 %(year)d 年，与发证日期 %(day)s 不符。请核对编号和发证日期。")
                % {"year": self.year, "day": issued_on.isoformat()}
            )
        return problems


def old_errors(value: str) -> list[str]:
    """Everything wrong with a tidied old number; nothing when it is right."""
    if not value:
        return [_("请填写证书编号。")]
    if len(value) != OLD_LENGTH:
        return [_("职业资格证书的编号应为 16 位数字，这里是 %(count)d 位。请对照证书填写。") % {"count": len(value)}]
    wrong = [place for place, letter in enumerate(value, start=1) if letter not in "0123456789"]
    if wrong:
        return [_not_a_digit(place, value[place - 1]) for place in wrong]
    errors = []
    if value[6] not in "01234":
        errors.append(_("第 7 位应为 0 至 4，这里是“%(given)s”。请对照证书核对。") % {"given": value[6]})
    if value[10] not in "12345":
        errors.append(_("第 11 位是等级，应为 1 至 5，这里是“%(given)s”。请对照证书核对。") % {"given": value[10]})
    return errors


@dataclass(frozen=True)
class TrainingNumber:
    """A number of the platform's own series: PX, district 6, school 4, year 4, serial 6, check character."""

    text: str

    @classmethod
    def parse(cls, text: str) -> TrainingNumber:
        """The number as kept; ``CertificateError`` when it cannot be one of ours."""
        value = tidied(text)
        if error := training_error(value):
            raise CertificateError("number_invalid", error)
        return cls(value)

    @property
    def district(self) -> str:
        return self.text[2:8]

    @property
    def school_serial(self) -> int:
        return int(self.text[8:12])

    @property
    def year(self) -> int:
        return int(self.text[12:16])

    @property
    def serial(self) -> int:
        return int(self.text[16:22])

    @property
    def grouped(self) -> str:
        """As it is printed and read aloud: PX 350206 0012 2026 000345 X."""
        cuts = (0, 2, 8, 12, 16, 22, 23)
        return " ".join(self.text[first:last] for first, last in pairwise(cuts))


def training_number(district: str, school_serial: int, year: int, serial: int) -> str:
    """The number of a training certificate; ``ValueError`` for parts that do not fit their places.

    The check character is ISO 7064 MOD 11-2 over the twenty digits, as in a citizen number: every single wrong digit
    and every swap of two neighbours changes it, and an X at the end surprises nobody.
    """
    if not re.fullmatch(r"[0-9]{6}", district):
        raise ValueError("A district code has six digits.")
    if not (1 <= school_serial <= 9999 and 2000 <= year <= 9999 and 1 <= serial <= 999_999):
        raise ValueError("A part of the number does not fit its place.")
    digits = f"{district}{school_serial:04d}{year:04d}{serial:06d}"
    return f"{TRAINING_PREFIX}{digits}{mod_11_2.calc_check_digit(digits)}"


def training_number_check(text: str) -> bool:
    """Whether the text, blanks and full-width writing apart, can be a number of our series."""
    return not training_error(tidied(text))


def training_error(value: str) -> str:
    """What is wrong with a tidied number of our series; empty when it is right."""
    if not value:
        return _("请填写证书编号。")
    if not value.startswith(TRAINING_PREFIX):
        return _("培训合格证书的编号以 PX 开头。请对照证书核对前两位。")
    if len(value) != TRAINING_LENGTH:
        return _("编号应为 23 位，这里是 %(count)d 位。请对照证书，看看是少写还是多写了。") % {"count": len(value)}
    wrong = [place for place, letter in enumerate(value[2:22], start=3) if letter not in "0123456789"]
    if wrong:
        return "".join(_not_a_digit(place, value[place - 1]) for place in wrong)
    try:
        mod_11_2.validate(value[2:])
    except ValidationError:
        return _("编号的校验位不对，可能有一位写错了，或两位写颠倒了。请对照证书逐位检查。")
    return ""
