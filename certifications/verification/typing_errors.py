"""What a person most likely got wrong when she copied a number: told from the number alone, nothing is looked up."""

import re

from django.conf import settings
from django.utils.translation import gettext as _

from certifications.certificates.numbers import (
    OLD_LENGTH,
    TRAINING_LENGTH,
    TRAINING_PREFIX,
    national_errors,
    training_error,
)

_CENTURY_AT = 12


def number_problem(number: str) -> str:
    """Why a tidied number can be none that is checked here; empty when it can."""
    if not number:
        return _("请填写证书编号，印在证书的正面。")
    if re.fullmatch(rf"\d{{{OLD_LENGTH}}}", number):
        return _("这是 16 位的旧职业资格证书编号，不在这里查。请看下面“别处发的证书”。")
    if number.startswith(TRAINING_PREFIX):
        return likely_slip(number) or training_error(number)
    return "".join(national_errors(number)[:3])


def likely_slip(number: str) -> str:
    """The place of one wrong or two swapped characters, where the rest of the number gives it away.

    Every number of our series holds the city and the century in known places. The check character says that something
    is wrong; when putting right a known place makes it agree, that place it was.
    """
    if len(number) != TRAINING_LENGTH or not training_error(number):
        return ""
    known = {2 + place: digit for place, digit in enumerate(settings.CITY_CODE[:4])} | {_CENTURY_AT: "2"}
    wrong = [place for place, digit in known.items() if number[place] != digit]
    mended = "".join(known[place] if place in wrong else letter for place, letter in enumerate(number))
    if not wrong or training_error(mended):
        return ""
    if len(wrong) == 1:
        return _("第 %(place)d 位可能抄错了：这里是“%(given)s”，多半应是“%(meant)s”。请对照证书核对。") % {
            "place": wrong[0] + 1, "given": number[wrong[0]], "meant": known[wrong[0]],
        }  # fmt: skip
    if len(wrong) == 2:
        return _("第 %(first)d 位和第 %(second)d 位可能抄错了，或写颠倒了。请对照证书核对。") % {
            "first": wrong[0] + 1, "second": wrong[1] + 1,
        }  # fmt: skip
    return ""
