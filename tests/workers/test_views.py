"""Officers' pages: masked until a purpose is given, changed only by intake and review."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.portal.people import signed_in
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_account, an_officer, answer
from workers.models import Worker, WorkerEvent
from workers.services import JobEntry, employment_add, identity_declare
from workers.states import FILE_READERS, IDENTITY_OFFICERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def client_of():
    return signed_in


def _plain(worker):
    return [worker.name, worker.id_number, worker.contact_phone or worker.user.phone]


def test_the_list_and_the_file_show_no_plain_data(client_of):
    worker = a_roster_worker(name="欧阳丽华")
    client = client_of(an_officer())
    for address in (reverse("worker_list"), reverse("worker_detail", args=[worker.pk])):
        page = client.get(address).content.decode()
        assert worker.masked_id_number in page
        assert not any(plain in page for plain in _plain(worker))


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client_of, django_assert_max_num_queries):
    client = client_of(an_officer())
    a_roster_worker()
    client.get(reverse("worker_list"))
    for _n in range(12):
        a_roster_worker()
    with django_assert_max_num_queries(30):
        client.get(reverse("worker_list"))


def test_a_search_goes_in_the_body_and_finds_exactly_one(client_of):
    worker = a_roster_worker(phone="19900007123")
    client = client_of(an_officer())
    for text in (worker.id_number.lower(), "199 0000 7123"):
        answer_ = client.post(reverse("worker_search"), {"text": text})
        assert answer_.headers["Location"] == reverse("worker_detail", args=[worker.pk])
    assert client.post(reverse("worker_search"), {"text": worker.id_number[:17]}).status_code == 404
    assert client.get(reverse("worker_search"), {"text": worker.id_number}).headers["Location"] == reverse(
        "worker_list"
    )


@pytest.mark.parametrize(("state", "count"), [("verified", 1), ("declared", 2), ("", 3)])
def test_filters_narrow_the_list(client_of, state, count):
    a_worker(verified=True)
    for _n in range(2):
        a_roster_worker()
    page = client_of(an_officer()).get(reverse("worker_list"), {"state": state})
    assert page.context["table"].paginator.count == count


def test_a_look_takes_a_purpose_and_leaves_a_record(client_of):
    worker, officer = a_roster_worker(), an_officer()
    client = client_of(officer)
    address = reverse("worker_reveal", args=[worker.pk, "id_number"])
    assert client.post(address, {}).status_code == 422
    assert AccessRecord.objects.exists() is False
    page = client.post(address, {"purpose": "case_handling", "note": "编号 12"})
    assert worker.id_number in page.content.decode()
    record = AccessRecord.objects.get()
    assert (record.viewer, record.fields, record.purpose, record.subject_id) == (
        officer,
        ["id_number"],
        "case_handling",
        str(worker.pk),
    )


@pytest.mark.parametrize(
    ("role", "field", "sees"),
    [
        (Role.OFFICER_FINANCE, "social_security_card", True),
        (Role.OFFICER_FINANCE, "id_number", False),
        (Role.OFFICER_INSPECTION, "name", True),
        (Role.AUDITOR, "id_number", False),
    ],
)
def test_each_role_sees_only_what_it_needs(client_of, role, field, sees):
    worker = a_roster_worker()
    page = client_of(an_officer(role)).post(
        reverse("worker_reveal", args=[worker.pk, field]), {"purpose": "case_handling"}
    )
    assert page.status_code == (200 if sees else 403)
    assert AccessRecord.objects.get().is_granted is sees


def test_a_phone_is_the_accounts_where_there_is_one(client_of):
    worker = a_worker(user=an_account("19900007777"))
    page = client_of(an_officer()).post(reverse("worker_reveal", args=[worker.pk, "phone"]), {"purpose": "contact"})
    assert "19900007777" in page.content.decode()


READING = ["worker_list", "worker_search", "worker_detail"]
WRITING = ["worker_check", "worker_override", "worker_correct", "worker_release", "link_list"]
WRITING += ["worker_insured_months"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.WORKER}))
def test_every_page_is_for_the_roles_named(client_of, role):
    worker = a_worker()
    client = client_of(an_officer(role))
    events = WorkerEvent.objects.count()
    for name, allowed in [(n, FILE_READERS) for n in READING] + [(n, IDENTITY_OFFICERS) for n in WRITING]:
        args = [worker.pk] if name.split("_")[1] not in ("list", "search") else []
        got = client.get(reverse(name, args=args)).status_code
        assert (got != 403) is (role in allowed), name
        if role not in allowed:
            assert client.post(reverse(name, args=args), {"reason": "x", "decision": "verify"}).status_code == 403
    assert WorkerEvent.objects.count() == events


def test_a_worker_reads_no_officers_page_not_even_about_herself(client_of):
    worker = a_worker(verified=True)
    client = client_of(worker.user)
    assert client.get(reverse("worker_list")).status_code == 403
    assert client.get(reverse("worker_detail", args=[worker.pk])).status_code == 403


def test_an_officer_overrides_corrects_confirms_and_releases(client_of):
    worker = a_worker(name="李悔")
    client = client_of(an_officer())
    form = {"decision": "verify", "reason": "看过证件", "is_account_hers": "on"}
    assert client.post(reverse("worker_override", args=[worker.pk]), form).status_code == 302
    form = {"name": "李梅", "id_number": worker.id_number, "reason": "笔误"}
    assert client.post(reverse("worker_correct", args=[worker.pk]), form).status_code == 302
    job = employment_add(
        worker_id=worker.pk,
        entry=JobEntry("家庭雇主", "月嫂", "household", date(2020, 1, 1)),
        actor=worker.user,
        at=NOW,
    )
    assert client.post(reverse("line_confirm", args=["employment", job.pk]), {"reason": "合同"}).status_code == 302
    job.refresh_from_db()
    assert job.is_guaranteed
    form = {"former": "same", "reason": "手机丢失"}
    assert client.post(reverse("worker_release", args=[worker.pk]), form).status_code == 302
    worker.refresh_from_db()
    assert (worker.name, worker.user) == ("李梅", None)
    assert client.post(reverse("worker_release", args=[worker.pk]), form).status_code == 422
    page = client.get(reverse("worker_detail", args=[worker.pk])).content.decode()
    assert "更正姓名或身份证号码" in page
    assert "identity." not in page


def test_an_officer_decides_about_an_account(client_of):
    worker = a_worker(verified=True)
    new = an_account()
    asked = identity_declare(user=new, name="李梅", id_number=worker.id_number, at=NOW).request
    client = client_of(an_officer())
    assert worker.masked_id_number in client.get(reverse("link_list")).content.decode()
    address = reverse("link_decide", args=[asked.pk])
    assert client.post(address, {"decision": "confirm", "reason": "看过"}).status_code == 422
    form = {"decision": "confirm", "former": "same", "reason": "看过"}
    assert client.post(address, form).headers["Location"] == reverse("link_list")
    worker.refresh_from_db()
    assert worker.user == new


def test_an_export_is_masked_and_kept_in_the_audit(client_of):
    worker = a_roster_worker(name="欧阳丽华")
    answer_to = client_of(an_officer(Role.AUDITOR))
    got = answer_to.post(reverse("worker_export") + "?state=declared", {"kind": "csv"})
    rows = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert rows[1][:3] == [str(worker.pk), "欧***", worker.masked_id_number]
    got = answer_to.post(reverse("worker_export"), {"kind": "xlsx"})
    cells = [cell for row in load_workbook(io.BytesIO(got.content)).active.iter_rows(values_only=True) for cell in row]
    assert worker.masked_id_number in cells
    assert worker.id_number not in cells
    assert AuditEvent.objects.filter(action="workers.list.exported").count() == 2
    assert answer_to.get(reverse("worker_export")).status_code == 405


def test_what_looks_like_a_formula_leaves_as_text(client_of):
    a_roster_worker()
    Worker.objects.update(source="=1+1")
    got = client_of(an_officer()).post(reverse("worker_export"), {"kind": "csv"}).content.decode("utf-8-sig")
    assert "=1+1" not in [row[-1] for row in csv.reader(io.StringIO(got))]


def test_an_outage_is_told(client_of):
    worker = a_worker()
    answer(worker, "unknown")
    page = client_of(an_officer()).get(reverse("worker_detail", args=[worker.pk])).content.decode()
    assert "最近一次实名核验没有得到结果" in page


MONTHS = {"kind": "pension", "starts_on": "2025-11", "ends_on": "2026-02", "source": "参保缴费证明"}


def test_an_officer_enters_insured_months(client_of):
    worker = a_roster_worker()
    client = client_of(an_officer(Role.OFFICER_REVIEW))
    address = reverse("worker_insured_months", args=[worker.pk])
    assert address in client.get(reverse("worker_detail", args=[worker.pk])).content.decode()
    assert 'type="month"' in client.get(address).content.decode()
    page = client.post(address, {**MONTHS, "employer_credit_code": "91350200ma0000001w"}, follow=True).content.decode()
    assert "已登记 4 个月" in page
    assert "已缴 4 个月" in page
    assert {row.employer_credit_code for row in worker.insured_months.all()} == {"91350200MA0000001W"}
    assert (
        "没有新增"
        in client.post(address, {**MONTHS, "employer_credit_code": "91350200MA0000001W"}, follow=True).content.decode()
    )
    assert worker.insured_months.count() == 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "请选择险种"),
        ({"kind": "x"}, 'value="参保缴费证明"'),
        ({"starts_on": ""}, "请填写开始的年份和月份"),
        ({"ends_on": "2026-13"}, "请填写结束的年份和月份"),
        ({"ends_on": "2025-10"}, "结束的月份在开始的月份之前"),
        ({"ends_on": "2026-12"}, "参保月份不能在今天之后"),
        ({"starts_on": "1990-01"}, "在年满 16 周岁之前"),
        ({"source": ""}, "请填写来源"),
        ({"employer_credit_code": "91350200MA0000001A"}, "统一社会信用代码不对"),
    ],
)
def test_wrong_months_are_named_and_what_was_typed_stays(client_of, wrong, said):
    worker = a_roster_worker()
    got = client_of(an_officer()).post(reverse("worker_insured_months", args=[worker.pk]), MONTHS | wrong)
    page = got.content.decode()
    assert got.status_code == 422
    assert said in page
    assert all(f'value="{typed}"' in page for name, typed in MONTHS.items() if name not in wrong)
    assert worker.insured_months.exists() is False


def test_nobody_enters_her_own_months(client_of):
    officer = an_officer()
    worker = a_worker(user=officer)
    assert client_of(officer).post(reverse("worker_insured_months", args=[worker.pk]), MONTHS).status_code == 403
    assert worker.insured_months.exists() is False
