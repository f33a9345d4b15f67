"""A list of another office as a file: numbers become keyed hashes as they are read, and names are not kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Organisation, User
from foundation.bulk import rows_copy
from foundation.crypto.cipher import blind_index
from foundation.crypto.masking import mask_id_number, mask_name
from foundation.database import period
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Column, Finding, ImportedRow, Kind, Parsed
from foundation.imports.registry import register as kind_register
from foundation.imports.states import Severity
from subsidies.registers.models import Register, RegisterRow
from subsidies.registers.rules import key_mark
from subsidies.registers.services import IMPORT_KIND, register_complete
from subsidies.registers.states import DATED, REGISTER_KEEPERS, RegisterState
from workers.identity import id_number_check

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch


def _id_number(cell: Cell) -> Parsed:
    """An identity number that fits its own check; what lies in the future is not asked here."""
    if answer := parsers.refused(cell):
        return answer
    value, findings = parsers.number_text(cell)
    checked = id_number_check(value, on=date.max)
    if not checked.errors:
        return Parsed(checked.value, tuple(findings))
    parts = [error.partition("。") for error in checked.errors]
    return Parsed(None, tuple(Finding(Severity.ERROR, "id_number", head + dot, fix) for head, dot, fix in parts))


def _day(last: bool) -> Callable[[Cell], Parsed]:
    """A day, or a month of which the first or the last day is meant; words for “until now” are no day."""

    def parse(cell: Cell) -> Parsed:
        text = "".join(cell.text.split())
        if text in {"至今", "长期", "在用", "—", "-", "/", "无"}:
            return Parsed("", ())
        return parsers.day(cell)

    return parse


COLUMNS = (
    Column(
        "id_number",
        gettext_lazy("身份证号码"),
        _id_number,
        ("身份证号", "身份证", "公民身份号码", "居民身份证号码", "证件号码", "证件号", "社会保障号码", "社会保障号"),
        required=True,
        mask=mask_id_number,
        hint=gettext_lazy("18 位；这一列请设为“文本”格式"),
    ),
    Column(
        "name",
        gettext_lazy("姓名"),
        parsers.text(longest=100),
        ("人员姓名", "学生姓名", "参保人姓名", "名字"),
        mask=mask_name,
        hint=gettext_lazy("只用来对照，不保存"),
    ),
    Column(
        "since",
        gettext_lazy("起"),
        _day(last=False),
        (
            "起始日期",
            "开始日期",
            "起始时间",
            "开始时间",
            "起始年月",
            "待遇享受开始时间",
            "待遇开始日期",
            "首次领取日期",
            "参保起始日期",
            "缴费起始",
            "入学日期",
            "入编日期",
            "死亡日期",
            "死亡时间",
            "登记日期",
            "收监日期",
        ),
        hint=gettext_lazy("从哪一天起；死亡登记填死亡日期"),
    ),
    Column(
        "until",
        gettext_lazy("止"),
        _day(last=True),
        (
            "终止日期",
            "截止日期",
            "结束日期",
            "结束时间",
            "终止时间",
            "截止年月",
            "待遇终止日期",
            "参保终止日期",
            "缴费截止",
            "毕业日期",
            "离校日期",
            "刑满日期",
            "释放日期",
        ),
        hint=gettext_lazy("到哪一天止；现在仍是的留空"),
    ),
    Column(
        "detail",
        gettext_lazy("单位统一社会信用代码、学校或备注"),
        parsers.text(longest=60),
        ("单位统一社会信用代码", "统一社会信用代码", "缴费单位", "单位名称", "学校", "学校名称", "工作单位", "备注"),
        hint=gettext_lazy("参保名册请填单位统一社会信用代码"),
    ),
)


@dataclass(frozen=True)
class Lookups:
    """What the checks of one file have to know."""

    register: Register
    is_dated: bool


def register_of_target(target: str) -> Register:
    """The list that a file belongs to; refuses a file that says none, and a list that takes nothing any more."""
    found = Register.objects.filter(pk=target).first() if target.isdigit() else None
    if found is None:
        raise ImportRefusedError(
            "no_register", _("请从“比对名册”页上传：那里要先写明是哪一种名册、数据日期和提供单位。")
        )
    if found.state != RegisterState.LOADING:
        raise ImportRefusedError("not_loading", _("这份名册已经不在导入中。要换新名册的，请另建一份。"))
    if bytes(found.key_mark) != key_mark():
        raise ImportRefusedError("older_key", _("导入期间索引密钥已经更换。请另建一份名册，重新导入全部文件。"))
    return found


@kind_register
class RegisterFileKind(Kind):
    """One row is one person for one period."""

    code = IMPORT_KIND
    title = gettext_lazy("比对名册")
    help_text = gettext_lazy("其他部门提供的名单（养老、参保、学籍、死亡等）。请从“比对名册”页上传。")
    columns = COLUMNS
    roles = REGISTER_KEEPERS

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        register_of_target(target)

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        found = register_of_target(batch.target)
        return Lookups(found, found.kind in DATED)

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        since, until = row.values.get("since") or None, row.values.get("until") or None
        if since is None and context.is_dated and not any(issue.column == "since" for issue in row.issues):
            row.error("since", "no_day", _("没有写日期。"), _("死亡登记必须有死亡日期，请补上。"))
        if since is not None and until is not None and until < since:
            row.error("until", "ends_before", _("止比起还早。"), _("请核对两个日期。"))
        if since is not None and since > context.register.as_of:
            row.error(
                "since",
                "after_list",
                _("起始日期晚于名册的数据日期 %(day)s。") % {"day": context.register.as_of},
                _("请核对日期，或按新的数据日期另建一份名册。"),
            )

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        seen: dict[tuple[object, ...], int] = {}
        for row in rows:
            if "id_number" not in row.values:
                continue
            line = tuple(row.values.get(name) or "" for name in ("id_number", "since", "until", "detail"))
            if line in seen:
                row.known(_("与第 %(line)d 行相同") % {"line": seen[line]})
            seen.setdefault(line, row.line)

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        register = register_of_target(batch.target)
        made = rows_copy(
            RegisterRow,
            [
                {
                    "register_id": register.pk,
                    "person": blind_index("id_number", row.values["id_number"]),
                    "effective": period(row.values.get("since") or None, row.values.get("until") or None),
                    "detail": row.values.get("detail", ""),
                }
                for row in rows
            ],
        )
        return [str(pk) for pk in made]

    def finish(self, batch: "ImportBatch", *, actor: User, at: datetime) -> None:
        register_complete(register_id=int(batch.target), actor=actor, at=at)
