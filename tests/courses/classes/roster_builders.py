"""Rosters as files, and the steps of bringing one."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from courses.classes.models import ClassRun
from courses.classes.states import ClassState
from foundation.accounts.models import User
from foundation.imports import running
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from tests.courses.builders import a_class_run, school_staff
from tests.workers.builders import NOW, TODAY
from workers.identity import check_character, passes_luhn

SAMPLES = Path(__file__).parents[2] / "samples"
HEADER = [
    "序号", "姓名", "性别", "身份证号码", "人员类别", "文化程度", "联系电话", "户籍地址", "社保卡开户行", "社保卡账号",
    "备注",
]  # fmt: skip
# The line of a sample in which 序号 1 stands, less one: title, school, header.
SAMPLE_OFFSET = 3


def expected() -> list[dict[str, str]]:
    with (SAMPLES / "roster-dirty.expected.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def an_account_number(n: int) -> str:
    first = f"990000{n:012d}"
    return next(first + str(digit) for digit in range(10) if passes_luhn(first + str(digit)))


def person_row(n: int, **changes: Any) -> list[Any]:
    """One invented woman on a roster."""
    first = f"350201{1975 + n % 25}{1 + n % 12:02}{1 + n % 28:02}{(n // 300 * 2 + 2) % 1000:03d}"
    values = dict(
        zip(
            HEADER,
            [
                n, "陈阿" + "梅兰竹菊香"[n % 5], "女", first + check_character(first), "农村转移就业劳动者", "初中",
                f"1990{n:07d}", "福建省厦门市同安区西柯镇", "厦门银行", an_account_number(n), "",
            ],
            strict=True,
        )
    )  # fmt: skip
    return list((values | changes).values())


def sheet(
    rows: Iterable[Sequence[Any]], *, header: Sequence[Any] = HEADER, above: Iterable[Sequence[Any]] = ()
) -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (*above, header, *rows):
        page.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def a_roster_run(**fields: Any) -> tuple[ClassRun, User]:
    """A class run in preparation and somebody of its school's office."""
    run = a_class_run(**({"state": ClassState.DRAFT, "seats": 200} | fields))
    return run, school_staff(run.school)


def uploaded(data: bytes, run: ClassRun, actor: User, name: str = "花名册.xlsx") -> ImportBatch:
    batch, _is_new = batch_upload(
        kind_code="roster",
        data=data,
        file_name=name,
        actor=actor,
        at=NOW,
        on=TODAY,
        organisation=run.school.organisation,
        target=run.number,
    )
    return batch


def checked(data: bytes, run: ClassRun, actor: User, name: str = "花名册.xlsx") -> ImportBatch:
    batch = uploaded(data, run, actor, name)
    batch_check_start(batch_id=batch.pk, actor=actor, at=NOW, on=TODAY)
    return running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)


def applied(batch: ImportBatch, actor: User) -> ImportBatch:
    batch_apply_start(batch_id=batch.pk, actor=actor, at=NOW, on=TODAY)
    return running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)


def findings(batch: ImportBatch) -> set[tuple[int, str, str]]:
    """What was found: line, column, verdict."""
    return {
        (row.line, issue["column"], issue["severity"])
        for row in batch.rows.all()
        for issue in row.issues
    }  # fmt: skip
