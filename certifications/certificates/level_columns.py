"""The columns of a list of level certificates, the names bodies give them, and how each cell is read."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.certificates.level_facts import level_named
from certifications.certificates.numbers import national_errors, tidied
from foundation.crypto.masking import mask_id_number, mask_name
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.kinds import Column, Finding, Parsed
from foundation.imports.states import Severity
from workers.identity import Checked, id_number_check, name_check

NOTHING = {"", "-", "--", "—", "——", "/", "无", "不分", "不分工种"}


def _errors(code: str, sentences: tuple[str, ...] | list[str]) -> Parsed:
    """What a check says: the first sentence is what is the matter, the rest what to do."""
    findings = []
    for error in sentences:
        sentence, dot, fix = error.partition("。")
        findings.append(Finding(Severity.ERROR, code, sentence + dot, fix))
    return Parsed(None, tuple(findings))


def _number(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.number_text(cell)
    value = tidied(value)
    if errors := national_errors(value):
        return _errors("number_invalid", errors)
    return Parsed(value, tuple(findings))


def _checked(code: str, checked: Checked, findings: list[Finding]) -> Parsed:
    return _errors(code, checked.errors) if checked.errors else Parsed(checked.value, tuple(findings))


def _id_number(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.number_text(cell)
    # A day of birth that lies ahead is found when the person is looked up: nobody has such a file.
    return _checked("id_number", id_number_check(value, on=_FAR), findings)


def _name(cell: Cell) -> Parsed:
    value, findings = parsers.name()(cell)
    return Parsed(None, findings) if value is None else _checked("name", name_check(value), list(findings))


def _work_type(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    value = "".join(value.split())
    return Parsed("" if value in NOTHING else value, tuple(findings))


def _occupation(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    return Parsed("".join(value.split()), tuple(findings))


def _level(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    level = level_named(value)
    if level is None:
        fix = _("可以填写：五级/初级工、四级/中级工、三级/高级工、二级/技师、一级/高级技师。")
        return Parsed(None, (Finding(Severity.ERROR, "level_unknown", _("不认识这个等级。"), fix),))
    return Parsed(int(level), tuple(findings))


_FAR = date.max
_mark = parsers.decimal(least=Decimal(0), most=Decimal(100), places=2)

COLUMNS = (
    Column(
        "number",
        gettext_lazy("证书编号"),
        _number,
        ("证书编码", "证书号", "证书号码", "职业技能等级证书编号", "编号"),
        required=True,
        hint=gettext_lazy("22 位；这一列请设为“文本”格式"),
    ),
    Column(
        "name",
        gettext_lazy("姓名"),
        _name,
        ("考生姓名", "持证人", "持证人姓名", "人员姓名", "名字"),
        required=True,
        mask=mask_name,
        hint=gettext_lazy("和身份证上一样"),
    ),
    Column(
        "id_number",
        gettext_lazy("证件号码"),
        _id_number,
        ("身份证号码", "身份证号", "身份证", "公民身份号码", "证件号"),
        required=True,
        mask=mask_id_number,
        hint=gettext_lazy("18 位；这一列请设为“文本”格式"),
    ),
    Column(
        "occupation",
        gettext_lazy("职业"),
        _occupation,
        ("职业名称", "认定职业", "申报职业", "职业(工种)"),
        required=True,
        hint=gettext_lazy("如：家政服务员"),
    ),
    Column(
        "work_type",
        gettext_lazy("工种"),
        _work_type,
        ("工种名称", "工种/职业方向", "职业方向", "方向"),
        hint=gettext_lazy("如：母婴护理员；不分工种的填“--”"),
    ),
    Column(
        "level",
        gettext_lazy("等级"),
        _level,
        ("技能等级", "职业技能等级", "级别", "认定等级", "证书等级"),
        required=True,
        hint=gettext_lazy("如：五级/初级工"),
    ),
    Column(
        "issued_on",
        gettext_lazy("发证日期"),
        parsers.day,
        ("发证时间", "颁发日期", "发放日期", "签发日期"),
        required=True,
        hint=gettext_lazy("如：2026-10-08"),
    ),
    Column("theory", gettext_lazy("理论成绩"), _mark, ("理论知识成绩", "理论知识考试成绩", "理论分数", "理论")),
    Column(
        "practical",
        gettext_lazy("技能成绩"),
        _mark,
        ("技能操作成绩", "技能考核成绩", "操作技能成绩", "实操成绩", "技能"),
    ),
    Column("review", gettext_lazy("综合评审成绩"), _mark, ("评审成绩", "综合评审", "综合评审分数")),
    Column(
        "print_serial",
        gettext_lazy("印刷流水号"),
        parsers.number(),
        ("印制流水号", "证书流水号", "印刷号", "证书印刷号"),
    ),
)
