"""A class on the sample roster that may be scored, and the steps of bringing its score sheet."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from certifications.plans.models import AssessmentPlan, Candidate
from foundation.accounts.models import User
from foundation.imports import running
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from tests.certifications.builders_scoring import a_candidate, a_clerk, a_plan
from tests.workers.builders import NOW, TODAY, a_roster_worker

SAMPLES = Path(__file__).parents[2] / "samples"
HEADER = ["准考证号", "姓名", "身份证号码", "理论", "实操", "备注"]


def roster() -> list[tuple[str, str]]:
    """Name and ID number of the forty of the clean roster."""
    page = openpyxl.load_workbook(SAMPLES / "roster-clean.xlsx").worksheets[0]
    return [(row[1], row[3]) for row in page.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]


def a_scored_class(people: Iterable[tuple[str, str]] | None = None) -> tuple[AssessmentPlan, User, list[Candidate]]:
    """A held test with these people as candidates, in their order, and somebody of the school's office."""
    plan = a_plan()
    given = roster() if people is None else people
    candidates = [a_candidate(plan, a_roster_worker(name=name, id_number=number)) for name, number in given]
    return plan, a_clerk(plan.organisation), candidates


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


def uploaded(data: bytes, plan: AssessmentPlan, actor: User, name: str = "成绩单.xlsx") -> tuple[ImportBatch, bool]:
    return batch_upload(
        kind_code="scores",
        data=data,
        file_name=name,
        actor=actor,
        at=NOW,
        on=TODAY,
        organisation=plan.organisation,
        target=plan.number,
    )


def checked(data: bytes, plan: AssessmentPlan, actor: User) -> ImportBatch:
    batch, _is_new = uploaded(data, plan, actor)
    batch_check_start(batch_id=batch.pk, actor=actor, at=NOW, on=TODAY)
    return running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)


def applied(batch: ImportBatch, actor: User) -> ImportBatch:
    batch_apply_start(batch_id=batch.pk, actor=actor, at=NOW, on=TODAY)
    return running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)


def findings(batch: ImportBatch) -> set[tuple[int, str, str, str]]:
    """What was found: line, column, verdict, code."""
    return {
        (row.line, issue["column"], issue["severity"], issue["code"])
        for row in batch.rows.all()
        for issue in row.issues
    }  # fmt: skip
