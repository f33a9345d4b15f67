"""B3: a roster of 10,000 rows read, checked and applied, 2 % of them faulty, and the workbook of faults made."""

import itertools
import random
import resource
import time
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import openpyxl
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench.data import ensure
from bench.measure import TICK, Result

ROWS = 10_000
FAULTY = 0.02
VERSION = "roster-import/1"
BAR = "<= 10 s and < 300 MiB"
FAMILY = "陈林黄张李王吴蔡杨许郑谢洪邱曾廖赖周叶苏"
GIVEN = ["秀英", "丽华", "美玲", "桂花", "淑珍", "月娥", "素贞", "海燕", "红霞", "宝珠", "燕萍", "慧敏"]
HEADER = [
    "序号", "姓名", "性别", "身份证号码", "人员类别", "文化程度", "联系电话", "户籍地址", "社保卡开户行", "社保卡账号",
    "备注",
]  # fmt: skip


def roster_import() -> Result:
    """One whole import in this process: the file as a school sends it, until the workbook of faults is there."""
    ensure(VERSION, _fill)
    data = _file(seed=random.randrange(1, 10_000))
    run, actor = _class_run()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (database,) = cursor.fetchone()
    before = time.process_time() + _cpu(database)
    moments = _import(run, actor, data)
    used = time.process_time() + _cpu(database) - before
    steps = sorted(later - earlier for earlier, later in pairwise(moments))
    seconds = moments[-1] - moments[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(
        value=seconds,
        unit="s",
        n=ROWS,
        median_ms=steps[1] * 1000,
        p95_ms=steps[-1] * 1000,
        cpu_s=used,
        peak_mib=peak,
        bar=BAR,
        met=seconds <= 10 and peak < 300,
    )


def _import(run: Any, actor: Any, data: bytes) -> list[float]:
    """Read and check, apply, make the workbook; the moments between."""
    from courses.classes.models import ClassRun, Enrolment
    from foundation.imports import running
    from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
    from foundation.imports.workbook import faults_workbook

    now = timezone.now()
    step = {"actor": actor, "at": now, "on": timezone.localdate(now)}
    moments = [time.perf_counter()]
    batch, _is_new = batch_upload(
        kind_code="roster", data=data, file_name="花名册.xlsx", organisation=run.school.organisation,
        target=run.number, **step,
    )  # fmt: skip
    batch_check_start(batch_id=batch.pk, **step)
    running.batch_check(batch_id=batch.pk, at=now, on=step["on"])
    moments.append(time.perf_counter())
    batch_apply_start(batch_id=batch.pk, **step)
    batch = running.batch_apply(batch_id=batch.pk, at=now, on=step["on"])
    moments.append(time.perf_counter())
    workbook = faults_workbook(batch)
    moments.append(time.perf_counter())
    sound = ROWS - int(ROWS * FAULTY)
    assert (batch.rows_applied, batch.rows_faulty) == (sound, ROWS - sound), (batch.rows_applied, batch.rows_faulty)
    assert Enrolment.objects.filter(class_run=run).count() == sound == ClassRun.objects.get(pk=run.pk).seats_taken
    assert workbook[:2] == b"PK"
    return moments


def _cpu(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _fill() -> None:
    call_command("base_load", verbosity=0)


def _class_run() -> Any:
    """A class run in preparation with seats enough, at a school with somebody in its office; made anew each time."""
    from courses.classes.states import ClassState
    from tests.courses import builders

    # The builders count from 1 in every process; the database of the bench is kept.
    builders._numbers = itertools.count(random.randrange(100, 99_999) * 10)
    today = timezone.localdate()
    run = builders.a_class_run(
        state=ClassState.DRAFT, seats=20_000, starts_on=today + timedelta(days=7), ends_on=today + timedelta(days=35)
    )
    return run, builders.school_staff(run.school)


def _file(seed: int) -> bytes:
    """A roster as schools have it: title rows, a footer, and every fiftieth row with one of five faults."""
    source = random.Random(seed)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(["家政服务员（母婴护理员）五级培训班学员花名册"])
    sheet.append(["培训机构（盖章）：厦门市示例家政职业培训学校"])
    sheet.append(HEADER)
    for n in range(ROWS):
        row = _row(source, seed, n)
        if n % round(1 / FAULTY) == 0:
            _spoil(row, n // round(1 / FAULTY))
        sheet.append(row)
    sheet.append(["制表人：陈老师", None, None, "审核人："])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _row(source: random.Random, seed: int, n: int) -> list[object]:
    from workers.identity import check_character

    # The area code is given to nobody; the day tells the rows of one file apart, the area's end those of two.
    born = f"{1970 + n % 30}{1 + n // 30 % 12:02}{1 + n // 360 % 28:02}"
    first = f"3502{seed % 90 + 10:02}{born}{seed // 90 % 499 * 2:03}"
    card = f"9900{seed % 10000:04}{n:010}"
    return [
        n + 1, source.choice(FAMILY) + source.choice(GIVEN), "女", first + check_character(first),
        "农村转移就业劳动者", "初中", f"1990{seed % 1000:03}{n:04}", "福建省厦门市同安区西柯镇", "厦门银行",
        card + _luhn(card), None,
    ]  # fmt: skip


def _luhn(first: str) -> str:
    from workers.identity import passes_luhn

    return next(str(digit) for digit in range(10) if passes_luhn(first + str(digit)))


def _spoil(row: list[object], turn: int) -> None:
    number = str(row[3])
    spoiled: tuple[tuple[int, object], ...] = (
        (3, number[:17] + ("0" if number[17] != "0" else "1")),
        (6, str(row[6])[:10]),
        (4, "农民工"),
        (2, "男"),
        (1, None),
    )
    place, value = spoiled[turn % len(spoiled)]
    row[place] = value
