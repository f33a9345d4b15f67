"""The columns of 实施性培训计划, and how its hours are written."""

import re
from datetime import time
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.classes.states import SessionMode
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.kinds import Column, Finding, Parsed
from foundation.imports.states import Severity

MODES: dict[str, object] = {
    "课堂授课": SessionMode.CLASSROOM,
    "理论": SessionMode.CLASSROOM,
    "面授": SessionMode.CLASSROOM,
    "线下": SessionMode.CLASSROOM,
    "实操训练": SessionMode.PRACTICE,
    "实操": SessionMode.PRACTICE,
    "实训": SessionMode.PRACTICE,
    "直播课": SessionMode.LIVE,
    "直播": SessionMode.LIVE,
    "在线自学": SessionMode.ONLINE,
    "线上": SessionMode.ONLINE,
    "网络": SessionMode.ONLINE,
    "岗位实践": SessionMode.WORKPLACE,
    "实习": SessionMode.WORKPLACE,
    "结业测试": SessionMode.TEST,
    "考试": SessionMode.TEST,
    "测试": SessionMode.TEST,
}
_CLOCK = r"(上午|下午|晚上|晚|早上|中午)?(\d{1,2})(?:[:：点时](\d{1,2})?分?(?::\d{2})?)?(半)?"
_RANGE = re.compile(rf"{_CLOCK}(?:[-~～—–－至到]+{_CLOCK})?")
_AFTERNOON = {"下午", "晚上", "晚"}
NOON = 12


class Hours(NamedTuple):
    """From when until when; no end where only the beginning is written."""

    starts: time
    ends: time | None


def hours_range(cell: Cell) -> Parsed:
    """A time of the day from and until, in one of the usual writings; the end may be left out."""
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    found = _RANGE.fullmatch(re.sub(r"\s+", "", value))
    try:
        if found:
            starts = _clock(*found.group(1, 2, 3, 4))
            half = found[5] or found[1]
            ends = _clock(half, *found.group(6, 7, 8)) if found[6] else None
            if ends is None or ends > starts:
                return Parsed(Hours(starts, ends), tuple(findings))
    except ValueError:
        pass
    wrong = Finding(Severity.ERROR, "hours", _("上课时间不正确。"), _("请写成 19:00-21:15 的样子，用 24 小时制。"))
    return Parsed(None, (wrong,))


def _clock(half: str | None, hour: str, minute: str | None, is_half: str | None) -> time:
    number = int(hour)
    if half in _AFTERNOON and number < NOON:
        number += NOON
    return time(number, 30 if is_half else int(minute or 0))


_hours = parsers.decimal(least=Decimal(0), most=Decimal(12), places=1)
COLUMNS = (
    Column(
        "day",
        gettext_lazy("授课日期"),
        parsers.day,
        ("日期", "上课日期", "培训日期", "课程日期", "时间日期"),
        required=True,
        hint=gettext_lazy("如 2026-12-07"),
    ),
    Column(
        "hours",
        gettext_lazy("授课时间"),
        hours_range,
        ("时间", "上课时间", "时段", "起止时间", "上课时段", "授课时段"),
        required=True,
        hint=gettext_lazy("如 19:00-21:15"),
    ),
    Column(
        "teacher",
        gettext_lazy("教师"),
        parsers.name(longest=30),
        ("授课教师", "任课教师", "老师", "教师姓名", "授课老师", "讲师"),
        hint=gettext_lazy("本校登记的教师姓名"),
    ),
    Column(
        "content",
        gettext_lazy("内容"),
        parsers.text(longest=200),
        ("授课内容", "培训内容", "课程内容", "教学内容", "课题", "课程", "内容摘要"),
        required=True,
    ),
    Column(
        "unit",
        gettext_lazy("学习单元"),
        parsers.text(longest=100),
        ("单元", "培训单元", "单元代码", "学习单元名称"),
        hint=gettext_lazy("培训包里的单元名称或代码；不填时按内容对应"),
    ),
    Column(
        "theory",
        gettext_lazy("理论课时"),
        _hours,
        ("理论学时", "理论", "理论课时数"),
        hint=gettext_lazy("每学时 45 分钟"),
    ),
    Column(
        "practice",
        gettext_lazy("实操课时"),
        _hours,
        ("实操学时", "实操", "实训课时", "实训学时", "实践课时", "实操课时数"),
        hint=gettext_lazy("每学时 45 分钟"),
    ),
    Column(
        "place",
        gettext_lazy("地点"),
        parsers.text(longest=60),
        ("授课地点", "上课地点", "培训地点", "教室", "场所", "教学场所"),
        hint=gettext_lazy("本校登记的场所名称"),
    ),
    Column(
        "mode",
        gettext_lazy("授课方式"),
        parsers.choice(MODES),
        ("方式", "教学方式", "授课形式", "教学形式", "上课方式"),
        hint=gettext_lazy("课堂授课、实操训练、直播课、在线自学、岗位实践或结业测试；不填时按课时判断"),
    ),
)
