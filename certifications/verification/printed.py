"""The places of a paper: what each is called, in the paper's order, and how it is shown to somebody who checks it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from certifications.verification.states import Kind
from foundation.crypto.masking import mask_id_number, mask_name

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LABELS: dict[str, dict[str, "StrPromise"]] = {
    Kind.TRAINING: {
        "number": _("证书编号"),
        "name": _("姓名"),
        "document_type": _("证件类型"),
        "document_number": _("证件号码"),
        "school": _("培训机构"),
        "occupation": _("职业名称"),
        "work_type": _("工种／职业方向"),
        "level": _("等级或培训项目"),
        "class_number": _("班级编号"),
        "training_dates": _("培训时间"),
        "hours_theory": _("理论学时"),
        "hours_practice": _("实操学时"),
        "result_theory": _("理论考核"),
        "result_practice": _("实操考核"),
        "issuer": _("发证机构"),
        "issued_on": _("发证日期"),
        "note": _("备注"),
    },
    Kind.LEVEL: {
        "number": _("证书编号"),
        "print_serial": _("印刷流水号"),
        "name": _("姓名"),
        "document_type": _("证件类型"),
        "document_number": _("证件号码"),
        "occupation": _("职业名称"),
        "work_type": _("工种／职业方向"),
        "level": _("职业技能等级"),
        "body": _("评价机构"),
        "issued_on": _("发证日期"),
    },
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NO_VALUE = "--"
"""How the paper prints that there is none."""


def _middle_hidden(value: str) -> str:
    """A citizen number as everywhere; of other documents' numbers, which are shorter, the ends."""
    if len(value) >= 15:
        return mask_id_number(value)
    return f"{value[:1]}{'*' * (len(value) - 3)}{value[-2:]}" if len(value) > 4 else "*" * len(value)


MASKS: dict[str, Callable[[str], str]] = {"name": mask_name, "document_number": _middle_hidden}
ALWAYS = frozenset({"number", "name", "document_number", "occupation", "work_type", "level", "issued_on"})
"""Places that the page shows even where nothing is printed."""


def masked(place: str, value: str) -> str:
    """The value as strangers may see it."""
    return MASKS[place](value) if place in MASKS else in_words(value)


def in_words(value: str) -> str:
    """A day that is kept as 2026-05-20 as it is printed; anything else as it is."""
    if not _DAY.fullmatch(value):
        return value
    year, month, day = map(int, value.split("-"))
    return f"{year}年{month}月{day}日"


def printed_values(kind: Kind, number: str, values: dict[str, str]) -> dict[str, str]:
    """What is printed in each place, in the paper's order, masked where it is personal."""
    values = {"number": number} | values
    shown = {place: masked(place, values.get(place, "")) for place in LABELS[kind]}
    return {place: value or NO_VALUE for place, value in shown.items() if value or place in ALWAYS}
