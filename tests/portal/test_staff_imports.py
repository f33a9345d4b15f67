"""The whole path of a file in the browser's eyes: upload, columns, result, apply, workbook, once more."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import Organisation
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.imports.models import ImportBatch
from foundation.imports.states import BatchState
from foundation.imports.tasks import batch_apply, batch_check
from portal.cms.base import site_base_load
from portal.cms.models import SchoolPage
from tests.foundation.import_builders import sheet_file
from tests.portal.people import person, signed_in

TITLE = ["2026年培训机构、评价机构名录"]
HEADER = ["序号", "机构全称", "统一社会信用代码", "机构类型", "所属区", "联系人"]


def code(number: int) -> str:
    """A credit code nobody has, with the right check character."""
    from stdnum.cn import uscc

    body = f"52350200{number:09d}"
    return body + uscc.calc_check_digit(body)


def rows(*more):
    return [
        TITLE,
        HEADER,
        [1, "鹭岛甲家政学校", code(10), "培训机构", "思明区", "陈"],
        [2, "鹭岛乙 评价中心", code(11), "评价机构", "同安区", "林"],
        *more,
        ["制表人：陈老师"],
    ]


@pytest.fixture
def officer(db):
    return signed_in(person(Role.OFFICER_INTAKE))


@pytest.fixture
def site(base_policy):
    """The pages of the site, under which a school's own page is made."""
    site_base_load()


def bring(client, content, name="名录.xlsx", kind="organisations"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("staff_import_upload", args=[kind]), {"file": file})


def step(client, name, batch, **data):
    return client.post(reverse(f"staff_import_{name}", args=[batch.pk]), data)


def columns(batch):
    return {f"column-{code}": str(index) for index, code in batch.columns.items() if code != "#"}


def checked(client, content):
    answer = bring(client, content)
    batch = ImportBatch.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[1])
    step(client, "check", batch, **columns(batch))
    batch_check(batch.pk)
    batch.refresh_from_db()
    return batch


def test_a_file_goes_all_the_way_and_its_mended_rest_follows(officer, site):
    faulty = [3, "", code(12), "学校", "思明", ""]
    batch = checked(officer, sheet_file(rows(faulty)))
    assert (batch.rows_good, batch.rows_repaired, batch.rows_faulty) == (1, 1, 1)
    page = officer.get(reverse("staff_import", args=[batch.pk])).content.decode()
    assert "没有填写机构名称" in page
    assert "是否应为“培训机构”" in page
    assert "是否应为“思明区”" in page
    assert "导入 2 行" in page
    assert step(officer, "apply", batch).status_code == 302
    running = officer.get(reverse("staff_import", args=[batch.pk])).content.decode()
    assert "正在导入" in running
    batch_apply(batch.pk)
    ended = officer.get(reverse("staff_import_progress", args=[batch.pk]))
    assert ended.headers["HX-Refresh"] == "true"
    body = Organisation.objects.get(credit_code=code(11))
    assert (body.name, body.kind, body.district_code) == ("鹭岛乙评价中心", "assessment_body", "350212")

    book = openpyxl.load_workbook(BytesIO(step(officer, "faults", batch).content))
    sheet = book.worksheets[0]
    assert AuditEvent.objects.filter(action="imports.batch.faults_exported").count() == 1
    sheet["B2"], sheet["D2"], sheet["E2"] = "鹭岛丙学校", "培训机构", "思明区"
    target = BytesIO()
    book.save(target)
    again = checked(officer, target.getvalue())
    assert (again.rows_good, again.rows_faulty) == (1, 0)
    step(officer, "apply", again)
    batch_apply(again.pk)
    page = SchoolPage.objects.get(organisation__credit_code=code(12))
    assert (page.live, page.get_workflow().name) == (False, "鹭岛丙学校 → 人社局")


def test_the_same_file_leads_to_the_same_batch_and_known_bodies_are_left_alone(officer, site):
    content = sheet_file(rows())
    first = checked(officer, content)
    step(officer, "apply", first)
    batch_apply(first.pk)
    assert bring(officer, content).url == reverse("staff_import", args=[first.pk])
    again = checked(officer, sheet_file(rows([3, "鹭岛丙学校", code(12), "培训机构", "", ""])))
    assert (again.rows_known, again.rows_good) == (2, 1)


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "空的"), (b"<html></html>", "网页"), (b"PK\x03\x04xx", "打不开")]
)
def test_a_file_that_cannot_be_read_is_answered_on_the_form(officer, content, sentence):
    answer = bring(officer, content)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_columns_are_confirmed_and_one_column_serves_once(officer):
    batch = ImportBatch.objects.get(pk=bring(officer, sheet_file(rows())).url.rstrip("/").rsplit("/", 1)[1])
    page = officer.get(reverse("staff_import", args=[batch.pk])).content.decode()
    assert "表头在第 2 行" in page
    assert "联系人" in page
    twice = step(officer, "check", batch, **(columns(batch) | {"column-kind": columns(batch)["column-name"]}))
    assert "选了同一列" in twice.content.decode()
    missing = step(officer, "check", batch, **(columns(batch) | {"column-kind": ""}))
    assert "请选出是哪一列" in missing.content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.RECOGNISED
    reread = step(officer, "reread", batch, sheet="名单", header_line="2")
    assert reread.status_code == 302


def test_a_sheet_without_a_header_is_shown_and_can_be_discarded(officer):
    batch = ImportBatch.objects.get(
        pk=bring(officer, sheet_file([["甲", "乙"], ["1", "2"]])).url.rstrip("/").rsplit("/", 1)[1]
    )
    page = officer.get(reverse("staff_import", args=[batch.pk])).content.decode()
    assert "没有找到表头" in page
    step(officer, "discard", batch)
    batch.refresh_from_db()
    assert batch.state == BatchState.DISCARDED
    assert officer.get(reverse("staff_import", args=[batch.pk])).status_code == 200


def test_who_may_not_bring_a_kind_sees_no_batch_of_it_and_the_auditor_only_looks(officer):
    batch = checked(officer, sheet_file(rows()))
    school = signed_in(person(Role.SCHOOL_STAFF))
    assert school.get(reverse("staff_import", args=[batch.pk])).status_code == 404
    assert step(school, "apply", batch).status_code == 404
    assert bring(school, sheet_file(rows())).status_code == 403
    auditor = signed_in(person(Role.AUDITOR))
    page = auditor.get(reverse("staff_import", args=[batch.pk])).content.decode()
    assert "导入 2 行" not in page
    assert step(auditor, "apply", batch).status_code == 403
    inspector = signed_in(person(Role.OFFICER_INSPECTION))
    assert inspector.get(reverse("staff_import", args=[batch.pk])).status_code == 200
    assert step(inspector, "apply", batch).status_code == 403
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert not Organisation.objects.filter(credit_code=code(10)).exists()


def test_the_result_costs_the_same_number_of_queries_however_many_rows_are_wrong(officer):
    def queries(count, start):
        wrong = [[n, "", code(start + n), "培训机构", "", ""] for n in range(count)]
        batch = checked(officer, sheet_file(rows(*wrong)))
        with CaptureQueriesContext(connection) as seen:
            assert officer.get(reverse("staff_import", args=[batch.pk])).status_code == 200
        return len(seen)

    queries(1, 300)
    assert queries(2, 100) == queries(40, 200)


def test_the_blank_workbook_can_be_filled_in_and_brought(officer):
    answer = officer.get(reverse("staff_import_template", args=["organisations"]))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    book.active.append(["鹭岛丁学校", code(20), "培训机构", "湖里区"])
    target = BytesIO()
    book.save(target)
    assert checked(officer, target.getvalue()).rows_good == 1


def test_an_unknown_kind_is_not_found(officer):
    assert officer.get(reverse("staff_import_upload", args=["nothing"])).status_code == 404


def test_a_batch_of_a_kind_that_is_gone_is_not_found_even_by_the_auditor(officer):
    batch = checked(officer, sheet_file(rows()))
    ImportBatch.objects.update(kind="gone")
    auditor = signed_in(person(Role.AUDITOR))
    assert auditor.get(reverse("staff_import", args=[batch.pk])).status_code == 404
    assert auditor.get(reverse("staff_imports")).status_code == 200
