"""The columns of a score sheet, the names schools give them, and how each cell is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.crypto.masking import mask_id_number, mask_name
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.kinds import Column, Finding, Parsed
from foundation.imports.states import Severity
from workers.identity import id_number_check, name_check

ABSENT_WORDS = frozenset(
    {"缺考", "缺", "未考", "未参加", "没考", "没来", "未到", "旷考", "弃考", "absent", "/", "—", "－", "-", "——", "--"}
)
VOID_WORDS = frozenset({"作弊", "违纪", "作废", "取消", "零分(作弊)", "违规", "舞弊"})
_POINTS = re.compile(r"^(?:得)?分?[:：]?\s*(.+?)\s*分?$")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Reading:
    """What a cell says of a part: a mark, or that she was absent."""

    mark: Decimal | None
    is_absent: bool = False


def _wrong(code: str, sentence: str, fix: str) -> Parsed:
    return Parsed(None, (Finding(Severity.ERROR, code, sentence, fix),))


def mark(cell: Cell) -> Parsed:
    """A mark out of a hundred, half points too, or a word for being absent. Nothing is guessed."""
    if answer := parsers.refused(cell):
        return answer
    text, findings = parsers.tidied(cell.text)
    bare = re.sub(r"\s+", "", text).replace("．", ".")
    if bare.lower() in ABSENT_WORDS:
        return Parsed(Reading(None, is_absent=True), tuple(findings))
    if bare in VOID_WORDS:
        return _wrong(
            "void",
            _("违纪作废不能用成绩单登记。"),
            _("请把这一格留空，导入后在这名考生的页面上办理“作废”，写明原因。"),
        )
    if bare.endswith(("%", "％")):
        return _wrong("percent", _("成绩写成了百分比。"), _("请写分数，例如 85，不写 85%。"))
    found = _POINTS.match(bare)
    try:
        value = Decimal(found[1] if found else bare)
    except InvalidOperation:
        return _wrong("not_a_mark", _("这一格不是成绩。"), _("请填 0 到 100 的数字；没有参加的填“缺考”。"))
    if found and found[1] != bare:
        findings.append(Finding(Severity.REPAIRED, "unit", _("去掉了“分”字。")))
    return _in_range(value, tuple(findings))


def _in_range(value: Decimal, findings: tuple[Finding, ...]) -> Parsed:
    if not value.is_finite() or not 0 <= value <= HUNDRED:
        return _wrong(
            "impossible", _("成绩不可能：应在 0 到 100 分之间。"), _("请对照试卷或评分表改正；没有参加的填“缺考”。")
        )
    if value != round(value, 2):
        return _wrong("places", _("成绩的小数太多。"), _("最多两位小数，请按规定取舍后填写。"))
    if 0 < value < 1:
        return _wrong("fraction", _("成绩小于 1 分，像是写成了比例。"), _("请写百分制的分数，例如 85，不写 0.85。"))
    return Parsed(Reading(value.quantize(Decimal("0.01"))), findings)


def _checked(check: Callable[[str], object], code: str) -> Callable[[Cell], Parsed]:
    def parse(cell: Cell) -> Parsed:
        if answer := parsers.refused(cell):
            return answer
        value, findings = parsers.name()(cell) if code == "name" else parsers.number_text(cell)
        checked = check(str(value or ""))
        errors: list[str] = checked.errors  # type: ignore[attr-defined]
        if errors:
            told = [error.partition("。") for error in errors]
            return Parsed(None, tuple(Finding(Severity.ERROR, code, a + dot, fix) for a, dot, fix in told))
        return Parsed(checked.value, tuple(findings))  # type: ignore[attr-defined]

    return parse


COLUMNS = (
    Column(
        "ticket",
        gettext_lazy("准考证号"),
        parsers.number(),
        ("准考证号码", "准考证", "考号", "考生号", "考生编号"),
        hint=gettext_lazy("本校自编的号也可以，系统按身份证号码找人"),
    ),
    Column(
        "name",
        gettext_lazy("姓名"),
        _checked(name_check, "name"),
        ("考生姓名", "学员姓名", "名字"),
        required=True,
        mask=mask_name,
    ),
    Column(
        "id_number",
        gettext_lazy("身份证号码"),
        _checked(lambda value: id_number_check(value, on=date.max), "id_number"),
        ("身份证号", "身份证", "公民身份号码", "居民身份证号码", "证件号码", "证件号"),
        required=True,
        mask=mask_id_number,
        hint=gettext_lazy("18 位；这一列请设为“文本”格式"),
    ),
    Column(
        "theory",
        gettext_lazy("理论知识"),
        mark,
        ("理论", "理论成绩", "理论分数", "理论考试", "理论考核", "理论知识成绩", "理论知识考试", "笔试", "笔试成绩"),
        hint=gettext_lazy("百分制；没有参加的填“缺考”"),
    ),
    Column(
        "practical",
        gettext_lazy("技能操作"),
        mark,
        (
            "实操", "实操成绩", "实操分数", "实操考试", "实操考核", "技能", "技能成绩", "技能考核", "技能操作成绩",
            "操作技能", "操作技能成绩", "实际操作", "实践成绩",
        ),
        hint=gettext_lazy("百分制；没有参加的填“缺考”"),
    ),
    Column(
        "review",
        gettext_lazy("综合评审"),
        mark,
        ("评审", "综合评审成绩", "答辩", "答辩成绩", "论文答辩"),
        hint=gettext_lazy("只有技师、高级技师有"),
    ),
    Column("note", gettext_lazy("备注"), parsers.text(longest=200), ("说明", "其他说明")),
)  # fmt: skip
PARTS = ("theory", "practical", "review")
