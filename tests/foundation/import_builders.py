"""A small kind of import, and files for it."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import Role
from foundation.database import period
from foundation.errors import DomainError
from foundation.imports import parsers
from foundation.imports.checking import duplicates
from foundation.imports.kinds import Column, ImportedRow, Kind
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload

ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
HEADER = ["序号", "机构名称", "统一社会信用代码", "备注"]


class BodyKind(Kind):
    """Organisations by credit code; the name 拒绝 is refused by the service, 坏 by the database."""

    code = "bodies"
    title = "单位"
    columns = (
        Column("name", "单位名称", parsers.name(), ("机构名称", "学校"), required=True),
        Column("code", "统一社会信用代码", parsers.number(), ("信用代码",), required=True),
        Column("note", "备注", parsers.text()),
    )
    roles = frozenset({Role.OFFICER_INTAKE})
    looked_up = 0

    def prepare(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, on: date) -> dict[str, int]:
        type(self).looked_up += 1
        codes = [row.values["code"] for row in rows if "code" in row.values]
        return dict(Organisation.objects.filter(credit_code__in=codes).values_list("credit_code", "pk"))

    def check_row(self, row: ImportedRow, context: dict[str, int]) -> None:
        if row.values.get("code") in context:
            row.known(str(context[row.values["code"]]))

    def check_all(self, rows: Sequence[ImportedRow], context: Any) -> None:
        for row, earlier in duplicates(rows, "code"):
            row.error("code", "duplicate", f"与第 {earlier.line} 行重复。", "只保留一行。")

    def apply_chunk(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        for row in rows:
            if row.values["name"] == "拒绝":
                raise DomainError("refused", "这个单位不收。")
        made = Organisation.objects.bulk_create(
            Organisation(
                name=row.values["name"],
                kind="broken" if row.values["name"] == "坏" else "school",
                credit_code=row.values["code"],
            )
            for row in rows
        )
        return [str(one.pk) for one in made]


def an_officer(role: Role = Role.OFFICER_INTAKE, username: str = "officer") -> User:
    user = User.objects.create(username=username, name=username)
    bureau, _new = Organisation.objects.get_or_create(
        credit_code="11350200MB00000000", defaults={"name": "示例市人社局", "kind": "bureau"}
    )
    Membership.objects.create(user=user, organisation=bureau, role=role, effective=period(date(2026, 1, 1)))
    return user


def sheet_file(rows: Iterable[Sequence[Any]], *, title: str = "名单", hidden: Iterable[Sequence[Any]] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if hidden:
        other = book.create_sheet("旧名单")
        other.sheet_state = "hidden"
        for row in hidden:
            other.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def bodies(count: int, *, start: int = 1) -> Iterator[list[Any]]:
    for number in range(start, start + count):
        yield [number, f"学校{number}", f"91350201MA{number:08d}", ""]


def uploaded(rows: Iterable[Sequence[Any]], actor: User, **more: Any) -> ImportBatch:
    data = sheet_file([HEADER, *rows])
    return batch_upload(kind_code="bodies", data=data, file_name="名单.xlsx", actor=actor, at=AT, on=ON, **more)[0]


def checked(batch: ImportBatch, actor: User, **more: Any) -> ImportBatch:
    from foundation.imports import running

    batch_check_start(batch_id=batch.pk, actor=actor, at=AT, on=ON, **more)
    return running.batch_check(batch_id=batch.pk, at=AT, on=ON)


def confirmed(batch: ImportBatch, actor: User) -> ImportBatch:
    return batch_apply_start(batch_id=batch.pk, actor=actor, at=AT, on=ON)


def repacked(data: bytes, **members: bytes) -> bytes:
    """The archive with members replaced or added; ``__`` in a name stands for a slash, ``_xml`` for ``.xml``."""
    target = BytesIO()
    replaced = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in members.items()}
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.pop(name, None) or old.read(name))
        for name, content in replaced.items():
            new.writestr(name, content)
    return target.getvalue()
