"""Her page, the officer's, the paper and the data: every line with who stands for it, and nobody else's."""

import io
import json
from pathlib import Path

import pypdfium2
import pytest
from django.urls import reverse
from jsonschema import Draft202012Validator, FormatChecker

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.certifications.applications.builders import (
    CODE,
    ELDERLY_CARE,
    a_certificate,
    a_diploma,
    a_job,
    base_loaded,
    insured,
    somebody,
)
from tests.certifications.record.test_reading import some_hours
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, a_worker
from workers.models import Worker
from workers.states import HoursKind

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parents[3] / "docs/reference/schemas/skill-record-1.schema.json"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_full_record() -> Worker:
    base_loaded()
    worker = somebody()
    a_certificate(worker, 4, "2024-05-01", name="养老护理员", code=ELDERLY_CARE)
    a_certificate(worker, 3, "2026-05-01", name="养老护理员", code=ELDERLY_CARE, sure=False)
    some_hours(worker, "40.5")
    some_hours(worker, "8", HoursKind.WORKPLACE)
    a_diploma(worker, "college", "2000-06-30")
    a_job(worker, "2019-01-01", "2019-12-31", post="养老护理员")
    a_job(worker, "2021-01-01", "2021-12-31", post="养老护理员", employer="示例养老院", code=CODE, sure=False)
    insured(worker, "2021-01", "2021-02", "2021-03")
    return worker


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_her_page_has_every_line_with_who_stands_for_it():
    worker = a_full_record()
    page = signed_in(worker.user).get(reverse("my_record")).content.decode()
    for words in (
        "四级/中级工", "三级/高级工还没有核实", "40.5", "岗位实践学时 8 学时", "示例养老院", "单位参保 3 个月",
        "2 年", "1 年 3 个月", "9 个月", "2020-01-01 至 2020-12-31 没有工作记录，约 12 个月", "班次结业认定",
    ):  # fmt: skip
        assert words in page, words
    assert worker.id_number not in page
    assert "style=" not in page.partition("<main")[2].partition("</main")[0]


def test_the_picture_has_a_name_and_a_table_behind_it():
    worker = a_full_record()
    page = signed_in(worker.user).get(reverse("my_record")).content.decode()
    assert page.count('<svg class="lane" role="img" aria-label="') == 4
    assert 'aria-label="养老护理员 · 示例养老院"' in page
    assert "用表格看" in page
    assert page.count("<td>2021-01-01 至 2021-12-31</td>") == 1


def test_an_empty_record_says_how_it_fills():
    page = signed_in(somebody().user).get(reverse("my_record")).content.decode()
    assert "考到以后会自动记在这里" in page
    assert 'class="lanes"' not in page


def test_the_paper_says_what_the_page_says_and_the_look_is_on_record():
    worker = a_full_record()
    answer = signed_in(worker.user).get(reverse("my_record_file"))
    assert answer["Content-Type"] == "application/pdf"
    said = "".join(text_of(answer.content).split())
    gap = "2020-01-01至2020-12-31没有工作记录"
    for words in ("技能档案", worker.name, "四级/中级工", "示例养老院", "1年3个月", "9个月", gap):
        assert words in said, words
    assert worker.id_number not in said
    look = AccessRecord.objects.get()
    assert (look.fields, look.purpose, look.is_granted) == (["name"], "own_data", True)
    assert AuditEvent.objects.get(action="record.skill_record.taken").data["form"] == "pdf"


def test_the_data_are_of_the_published_form():
    worker = a_full_record()
    answer = signed_in(worker.user).get(reverse("my_record_data"))
    data = json.loads(answer.content)
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    assert data["holder"] == {"name": worker.name, "masked_id_number": worker.masked_id_number}
    assert data["service"]["trade"]["months"] == 24
    assert data["service"]["trade"]["guaranteed_months"] == 15
    assert data["top_levels"] == [
        {"occupation_code": ELDERLY_CARE, "occupation": "养老护理员", "guaranteed_level": 4, "declared_level": 3}
    ]
    assert [(one["kind"], one["hours"]) for one in data["hours"]] == [("workplace", "8.0"), ("theory", "40.5")]


def test_an_empty_record_is_of_the_published_form_too():
    data = json.loads(signed_in(somebody().user).get(reverse("my_record_data")).content)
    Draft202012Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker()).validate(data)


def test_whoever_is_not_proven_to_be_her_takes_nothing_away():
    worker = a_worker()
    a_job(worker, "2019-01-01", "2019-12-31")
    browser = signed_in(worker.user)
    for name in ("my_record_file", "my_record_data"):
        answer = browser.get(reverse(name), follow=True)
        assert "实名通过以后才能下载" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="record.skill_record.taken").exists()
    assert "鹭岛示例" not in browser.get(reverse("my_record")).content.decode()


def test_an_officer_reads_it_masked_and_takes_it_masked():
    worker = a_full_record()
    browser = signed_in(person(Role.OFFICER_REVIEW))
    page = browser.get(reverse("worker_record", args=[worker.pk])).content.decode()
    assert "示例养老院" in page
    assert worker.masked_name in page
    assert worker.name not in page
    assert worker.id_number not in page
    said = "".join(text_of(browser.get(reverse("worker_record_file", args=[worker.pk])).content).split())
    assert worker.masked_name in said
    assert worker.name not in said
    assert (
        reverse("worker_record", args=[worker.pk])
        in browser.get(reverse("worker_detail", args=[worker.pk])).content.decode()
    )


def test_an_auditor_looks_and_takes_nothing_away():
    worker = somebody()
    browser = signed_in(person(Role.AUDITOR))
    assert browser.get(reverse("worker_record", args=[worker.pk])).status_code == 200
    assert browser.get(reverse("worker_record_file", args=[worker.pk])).status_code == 403
