"""The columns of a roster, the names schools give them, and how each cell is read."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.crypto.masking import mask_account, mask_id_number, mask_name, mask_phone
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.kinds import Column, Finding, Parsed
from foundation.imports.states import Severity
from workers.identity import Checked, account_number_check, id_number_check, name_check, phone_check
from workers.states import EducationLevel, Sex

SEXES = {"女": Sex.FEMALE, "男": Sex.MALE, "女性": Sex.FEMALE, "男性": Sex.MALE}
# What schools write for a level of schooling. Anything else is left out with a warning: nothing depends on it.
EDUCATIONS = {
    "文盲": EducationLevel.PRIMARY,
    "小学": EducationLevel.PRIMARY,
    "小学及以下": EducationLevel.PRIMARY,
    "初中": EducationLevel.JUNIOR,
    "高中": EducationLevel.SENIOR,
    "中职": EducationLevel.VOCATIONAL,
    "中专": EducationLevel.VOCATIONAL,
    "中技": EducationLevel.VOCATIONAL,
    "技校": EducationLevel.VOCATIONAL,
    "职高": EducationLevel.VOCATIONAL,
    "大专": EducationLevel.COLLEGE,
    "专科": EducationLevel.COLLEGE,
    "高职": EducationLevel.COLLEGE,
    "本科": EducationLevel.BACHELOR,
    "大学": EducationLevel.BACHELOR,
    "大学本科": EducationLevel.BACHELOR,
    "硕士": EducationLevel.MASTER,
    "研究生": EducationLevel.MASTER,
    "博士": EducationLevel.MASTER,
    "硕士及以上": EducationLevel.MASTER,
}


def _errors(code: str, checked: Checked) -> Parsed:
    """What a check says: the first sentence is what is the matter, the rest what to do."""
    findings = []
    for error in checked.errors:
        sentence, dot, fix = error.partition("。")
        findings.append(Finding(Severity.ERROR, code, sentence + dot, fix))
    return Parsed(None, tuple(findings))


def _number(code: str, check: Callable[[str], Checked]) -> Callable[[Cell], Parsed]:
    """A number that the law gives a shape, cleaned first."""

    def parse(cell: Cell) -> Parsed:
        if answer := parsers.refused(cell):
            return answer
        value, findings = parsers.number_text(cell)
        checked = check(value)
        if checked.errors:
            return _errors(code, checked)
        if checked.value != value and not findings:
            findings.append(Finding(Severity.REPAIRED, "shortened", _("去掉了号码以外的字符。")))
        return Parsed(checked.value, tuple(findings))

    return parse


def _id_number(value: str) -> Checked:
    # What lies in the future is left to the check of age, which knows the day.
    return id_number_check(value, on=date.max)


def _name(cell: Cell) -> Parsed:
    value, findings = parsers.name()(cell)
    if value is None:
        return Parsed(None, findings)
    checked = name_check(value)
    if checked.errors:
        return _errors("name", checked)
    if checked.value != value and not findings:
        findings = (Finding(Severity.REPAIRED, "name", _("统一了姓名中的空格和间隔点。")),)
    return Parsed(checked.value, findings)


def _sex(cell: Cell) -> Parsed:
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    if value not in SEXES:
        return Parsed(None, (Finding(Severity.ERROR, "not_listed", _("性别写得不对。"), _("请填“男”或“女”。")),))
    return Parsed(SEXES[value], tuple(findings))


def _education(cell: Cell) -> Parsed:
    value, findings = parsers.text(longest=50)(cell)
    level = EDUCATIONS.get("".join(str(value or "").split()))
    if value and level is None and not findings:
        told = _("不认识这种写法，没有采用；其他内容照常导入。")
        findings = (Finding(Severity.WARNING, "not_listed", told, _("可以写：小学、初中、高中、中职、大专、本科。")),)
    return Parsed(level, findings)


def _group(cell: Cell) -> Parsed:
    """The word as it stands; which group it means is looked up once for the whole file."""
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.tidied(cell.text)
    return Parsed("".join(value.split()), tuple(findings))


COLUMNS = (
    Column(
        "name",
        gettext_lazy("姓名"),
        _name,
        ("学员姓名", "学生姓名", "人员姓名", "参训人员姓名", "名字"),
        required=True,
        mask=mask_name,
        hint=gettext_lazy("和身份证上一样"),
    ),
    Column("sex", gettext_lazy("性别"), _sex, hint=gettext_lazy("男或女")),
    Column(
        "id_number",
        gettext_lazy("身份证号码"),
        _number("id_number", _id_number),
        ("身份证号", "身份证", "公民身份号码", "居民身份证号码", "证件号码", "证件号"),
        required=True,
        mask=mask_id_number,
        hint=gettext_lazy("18 位；这一列请设为“文本”格式"),
    ),
    Column(
        "group",
        gettext_lazy("人员类别"),
        _group,
        ("人员类型", "人员身份", "身份类别", "补贴对象类别", "类别"),
        hint=gettext_lazy("如：农村转移就业劳动者"),
    ),
    Column("education", gettext_lazy("文化程度"), _education, ("学历", "最高学历", "受教育程度")),
    Column(
        "phone",
        gettext_lazy("联系电话"),
        _number("phone", phone_check),
        ("手机号码", "手机号", "手机", "电话", "电话号码", "联系方式", "移动电话"),
        mask=mask_phone,
        hint=gettext_lazy("本人的手机号码，11 位；用来请本人确认"),
    ),
    Column(
        "address",
        gettext_lazy("户籍地址"),
        parsers.text(longest=200),
        ("户口所在地", "户籍所在地", "户籍", "户口地址", "家庭住址", "住址", "地址"),
        mask=lambda value: value[:3] + "…" if len(value) > 3 else value,
    ),
    Column(
        "bank",
        gettext_lazy("社保卡开户行"),
        parsers.text(longest=60),
        ("开户银行", "开户行", "银行名称", "发卡银行", "社保卡银行"),
    ),
    Column(
        "card",
        gettext_lazy("社保卡账号"),
        _number("card", account_number_check),
        ("社会保障卡账号", "社保卡银行账号", "社保卡号", "银行账号", "银行卡号", "卡号", "账号"),
        mask=mask_account,
        hint=gettext_lazy("16 到 19 位；这一列请设为“文本”格式"),
    ),
    Column("note", gettext_lazy("备注"), parsers.text(longest=200), ("其他说明",)),
)
