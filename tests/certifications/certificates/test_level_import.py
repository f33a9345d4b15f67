"""A body's list of certificates: every fault of every row at once, the sound ones recorded, none twice."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from certifications.certificates.models import LevelCertificate
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import Role
from foundation.database import period
from foundation.imports import running
from foundation.imports.errors import ImportRefusedError
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from tests.certifications.certificates.builders_level import a_body, a_body_scope, a_final_result, body_staff
from tests.workers.builders import NOW, TODAY, a_roster_worker, an_id_number
from workers.models import SkillRecordEntry

pytestmark = pytest.mark.django_db
HEADER = [
    "证书编号", "姓名", "证件号码", "职业", "工种", "等级", "发证日期", "理论成绩", "技能成绩", "综合评审成绩",
]  # fmt: skip
RENAMED = [
    "序号", "证书编码", "持证人姓名", "身份证号", "职业名称", "工种/职业方向", "职业技能等级", "颁发日期",
    "理论知识考试成绩", "操作技能成绩", "综合评审",
]  # fmt: skip


@pytest.fixture
def body():
    body = a_body()
    a_body_scope(body)
    return body


@pytest.fixture
def clerk(body):
    return body_staff(body)


def a_row(worker, serial=1, **changes):
    given = {
        "number": f"S00003599000126500{serial:04d}",
        "name": worker.name,
        "id_number": worker.id_number,
        "occupation": "家政服务员",
        "work_type": "母婴护理员",
        "level": "五级/初级工",
        "issued_on": "2026-10-08",
        "theory": "78",
        "practical": "85.5",
        "review": "",
    }
    return list((given | changes).values())


def sheet(rows, header=HEADER):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["示例评价中心职业技能等级证书发放名单"])
    page.append(header)
    for row in rows:
        page.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def checked(data, body, clerk):
    batch, _is_new = batch_upload(
        kind_code="level_certificates", data=data, file_name="证书.xlsx", actor=clerk, at=NOW, on=TODAY,
        organisation=body.organisation,
    )  # fmt: skip
    batch_check_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY)
    running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)
    batch.refresh_from_db()
    return batch


def applied(batch, clerk):
    batch_apply_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY)
    running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)
    batch.refresh_from_db()
    return batch


def found(batch):
    return {
        (row.line, issue["column"], issue["code"])
        for row in batch.rows.all()
        for issue in row.issues
        if issue["severity"] == "error"
    }


def test_a_clean_list_is_recorded_and_known_the_next_time(body, clerk):
    people = [a_roster_worker() for _n in range(3)]
    rows = [a_row(one, n) for n, one in enumerate(people, start=1)]
    batch = applied(checked(sheet(rows), body, clerk), clerk)
    assert (batch.rows_total, batch.rows_applied, batch.rows_faulty) == (3, 3, 0)
    assert LevelCertificate.objects.count() == SkillRecordEntry.objects.count() == 3
    assert LevelCertificate.objects.first().source == f"证书名单 {batch.pk} 号"
    again = checked(sheet([*rows, a_row(a_roster_worker(), 4)]), body, clerk)
    assert (again.rows_known, again.rows_good) == (3, 1)


def test_columns_are_found_under_the_names_bodies_give_them(body, clerk):
    worker = a_roster_worker()
    row = [1, *a_row(worker, level="初级工", work_type=" 母婴护理员 ", number="s0000 35 990001 26 5 000001")]
    batch = applied(checked(sheet([row], RENAMED), body, clerk), clerk)
    assert batch.rows_applied == 1
    assert LevelCertificate.objects.get().practical == 85.5


def test_every_fault_of_every_row_is_told_at_once(body, clerk):
    worker, other = a_roster_worker(), a_roster_worker(name="陈阿兰")
    rows = [
        a_row(worker, number="S00003599000126500001", name="王别名", level="六级", theory="缺考"),
        a_row(worker, number="S000035990002264000001", occupation="厨师"),
        a_row(worker, 3, id_number=an_id_number(sequence=998)),
        a_row(worker, 4, issued_on="2025-10-08"),
        a_row(worker, 5, work_type="月嫂", practical="40"),
        a_row(worker, 6, level="二级/技师", work_type=""),
        a_row(worker, 7, occupation="母婴护理员", work_type=""),
        a_row(worker, 8),
        a_row(other, 8),
        a_row(other, 9, number=123456789012345678, issued_on="去年"),
    ]
    batch = checked(sheet(rows), body, clerk)
    assert found(batch) >= {
        (3, "number", "number_invalid"), (3, "name", "name_differs"), (3, "level", "level_unknown"),
        (3, "theory", "number"),
        (4, "number", "number_contradicts"), (4, "occupation", "occupation_unknown"),
        (5, "id_number", "person_unknown"),
        (6, "number", "number_contradicts"),
        (7, "work_type", "work_type_unknown"),
        (8, "number", "number_contradicts"), (8, "level", "out_of_scope"),
        (9, "occupation", "occupation_unknown"),
        (11, "number", "number_twice"),
        (12, "number", "digits_lost"), (12, "issued_on", "date"),
    }  # fmt: skip
    assert batch.rows_ready == 1
    assert LevelCertificate.objects.exists() is False
    assert all(issue["fix"] for row in batch.rows.all() for issue in row.issues if issue["severity"] == "error")


def test_no_fault_ever_repeats_what_stood_in_the_row(body, clerk):
    worker = a_roster_worker()
    batch = checked(sheet([a_row(worker, name="王别名"), a_row(worker, 2, id_number="350201")]), body, clerk)
    told = "".join(f"{issue['sentence']}{issue['fix']}" for row in batch.rows.all() for issue in row.issues)
    assert "王别名" not in told
    assert worker.id_number not in told


def test_a_failed_result_stops_its_row_and_no_other(body, clerk):
    failed, passed = a_roster_worker(), a_roster_worker()
    a_final_result(body, failed, outcome="failed")
    batch = checked(sheet([a_row(failed, 1), a_row(passed, 2)]), body, clerk)
    assert found(batch) == {(3, "level", "result_failed")}
    assert applied(batch, clerk).rows_applied == 1
    assert LevelCertificate.objects.get().worker == passed


def test_a_second_certificate_of_the_same_level_is_pointed_out(body, clerk):
    worker = a_roster_worker()
    applied(checked(sheet([a_row(worker, 1)]), body, clerk), clerk)
    batch = checked(sheet([a_row(worker, 2)]), body, clerk)
    assert [issue["code"] for row in batch.rows.all() for issue in row.issues] == ["held"]
    assert batch.rows_ready == 1


def test_an_organisation_outside_the_register_brings_no_list():
    stranger = Organisation.objects.create(kind="assessment_body", name="未登记机构", credit_code="52350200MJB999999X")
    clerk = User.objects.create(username="stranger", name="黄评价")
    Membership.objects.create(
        user=clerk, organisation=stranger, role=Role.BODY_STAFF, effective=period(date(2020, 1, 1))
    )
    with pytest.raises(ImportRefusedError) as refusal:
        batch_upload(
            kind_code="level_certificates", data=sheet([]), file_name="x.xlsx", actor=clerk, at=NOW, on=TODAY,
            organisation=stranger,
        )  # fmt: skip
    assert refusal.value.code == "no_body"
    assert ImportBatch.objects.exists() is False
