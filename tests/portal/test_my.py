"""A worker's own pages: plain words for every state, nothing typed is lost, nobody else's file opens."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.privacy.models import AccessRecord
from tests.portal.people import signed_in
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_account, an_id_number, an_officer, answer
from tests.workers.test_files import A_PDF, a_picture
from workers.models import IdentityCheck, LinkRequest, Worker
from workers.services import JobEntry, employment_add, identity_check_input, link_refuse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
NUMBER = an_id_number()


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def enter():
    return signed_in


def _declare(client, name="李梅", id_number=NUMBER, step="confirm"):
    return client.post(reverse("my_identity"), {"name": name, "id_number": id_number, "step": step})


def test_the_start_page_says_what_to_do_first(enter):
    page = enter(an_account("19900003344")).get(reverse("my_home")).content.decode()
    assert "<h1>您好</h1>" in page
    assert "先完成实名" in page
    assert page.count("实名以后填") == 3


def test_name_and_number_are_looked_over_before_they_are_sent(enter):
    client = enter(an_account())
    page = _declare(client, id_number=f" {NUMBER.lower()}", step="").content.decode()
    assert "和身份证上一样吗" in page
    assert "去掉了空格" in page
    assert Worker.objects.exists() is False
    page = _declare(client, step="edit").content.decode()
    assert f'value="{NUMBER}"' in page
    assert _declare(client).headers["Location"] == reverse("my_identity_result")
    assert Worker.objects.get().name == "李梅"
    assert "正在核验您的身份" in client.get(reverse("my_identity_result")).content.decode()


@pytest.mark.parametrize(("name", "number", "said"), [("李梅", NUMBER[:17], "应为 18 位"), ("", NUMBER, "请填写姓名")])
def test_nothing_typed_is_lost_on_an_error(enter, name, number, said):
    answer_ = _declare(enter(an_account()), name=name, id_number=number, step="")
    page = answer_.content.decode()
    assert answer_.status_code == 422
    assert said in page
    assert f'value="{number}"' in page
    assert Worker.objects.exists() is False


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("match", "您已通过实名"),
        ("mismatch", "姓名和身份证号码对不上"),
        ("unknown", "核验系统没有给出结果"),
    ],
)
def test_each_result_is_said_in_plain_words(enter, outcome, said):
    worker = a_worker()
    answer(worker, outcome)
    assert said in enter(worker.user).get(reverse("my_identity_result")).content.decode()


def test_a_busy_service_is_said_too(enter):
    worker = a_worker()
    for _n in range(2):
        identity_check_input(check_id=IdentityCheck.objects.get().pk)
    assert "核验系统现在很忙" in enter(worker.user).get(reverse("my_identity_result")).content.decode()


def test_a_file_that_exists_is_not_shown_to_another_phone(enter):
    worker = a_worker(name="李梅", verified=True)
    client = enter(an_account())
    _declare(client, id_number=worker.id_number)
    page = client.get(reverse("my_identity_result")).content.decode()
    assert "需要工作人员当面核对" in page
    assert worker.masked_phone not in page
    for name in ("my_data", "my_jobs", "my_card", "my_photo", "my_photo_file", "my_district"):
        assert client.get(reverse(name)).headers["Location"] == reverse("my_identity_result")
    link_refuse(request_id=LinkRequest.objects.get().pk, reason="请本人到场", actor=an_officer(), at=NOW)
    assert "请本人到场" in client.get(reverse("my_identity_result")).content.decode()


def test_a_roster_file_opens_after_the_check(enter):
    worker = a_roster_worker(phone="19900007001")
    client = enter(an_account("19900007001"))
    _declare(client, id_number=worker.id_number)
    assert "正在核验" in client.get(reverse("my_identity_result")).content.decode()
    answer(worker, "match")
    assert client.get(reverse("my_data")).status_code == 200


def test_what_she_keeps_up_to_date(enter):
    worker = a_worker(verified=True)
    client = enter(worker.user)
    assert client.post(reverse("my_district"), {"district_code": "350212"}).status_code == 302
    assert client.post(reverse("my_card"), {"account": "9900003170669074394"}).status_code == 422
    assert client.post(reverse("my_card"), {"account": "9900 0031 7066 9074395"}).status_code == 302
    photo = SimpleUploadedFile("me.jpg", a_picture(), content_type="image/jpeg")
    assert client.post(reverse("my_photo"), {"camera": photo}).status_code == 302
    assert client.post(reverse("my_photo"), {}).status_code == 422
    worker.refresh_from_db()
    assert (worker.district_code, worker.social_security_card) == ("350212", "9900003170669074395")
    got = client.get(reverse("my_photo_file"))
    assert got.headers["Content-Type"] == "image/jpeg"
    page = client.get(reverse("my_card")).content.decode()
    assert "***************4395" in page
    assert "9900003170669074395" not in page
    assert client.get(reverse("my_home")).content.decode().count("已填") == 3


def _day(prefix, year, month, day):
    return {f"{prefix}_year": str(year), f"{prefix}_month": str(month), f"{prefix}_day": str(day)}


def test_jobs_are_added_changed_and_taken_out(enter):
    worker = a_worker(verified=True)
    client = enter(worker.user)
    job = {"employer_name": "家庭雇主", "post": "月嫂", "contract_kind": "household"}
    refused = client.post(reverse("my_job_add"), job | _day("starts_on", 1985, 1, 1))
    assert refused.status_code == 422
    assert "16 周岁之前" in refused.content.decode()
    assert 'value="月嫂"' in refused.content.decode()
    assert client.post(reverse("my_job_add"), job | _day("starts_on", 2020, 2, 30)).status_code == 422
    assert client.post(reverse("my_job_add"), job | _day("starts_on", 2020, 3, 1)).status_code == 302
    line = worker.employments.get()
    address = reverse("my_job_change", args=[line.pk])
    assert 'value="2020"' in client.get(address).content.decode()
    changed = job | {"post": "育婴员"} | _day("starts_on", 2020, 3, 1) | _day("ends_on", 2021, 3, 1)
    assert client.post(address, changed).status_code == 302
    page = client.get(reverse("my_jobs")).content.decode()
    assert "育婴员" in page
    assert "2021年3月1日" in page
    assert client.post(reverse("my_job_remove", args=[line.pk])).status_code == 302
    assert "还没有填写工作经历" in client.get(reverse("my_jobs")).content.decode()


def test_groups_with_a_paper_and_schooling(enter):
    worker = a_worker(verified=True)
    client = enter(worker.user)
    group = {"group_code": "rural_transfer"} | _day("starts_on", 2024, 1, 1)
    false_paper = SimpleUploadedFile("x.pdf", b"nothing")
    assert client.post(reverse("my_group_add"), group | {"evidence": false_paper}).status_code == 422
    assert worker.groups.exists() is False
    paper = SimpleUploadedFile("x.pdf", A_PDF)
    assert client.post(reverse("my_group_add"), group | {"evidence": paper}).status_code == 302
    line = worker.groups.get()
    got = client.get(reverse("my_group_paper", args=[line.pk]))
    assert got.headers["Content-Type"] == "application/pdf"
    assert client.post(reverse("my_group_end", args=[line.pk]), _day("ends_on", 2025, 1, 1)).status_code == 302
    school = {"level": "junior", "school": "同安一中"} | _day("starts_on", 1991, 9, 1) | _day("ends_on", 1994, 7, 1)
    assert client.post(reverse("my_schooling_add"), school).status_code == 302
    assert "同安一中" in client.get(reverse("my_schooling")).content.decode()


def test_nobody_elses_line_exists_for_her(enter):
    other, worker = a_worker(verified=True), a_worker(verified=True)
    job = employment_add(
        worker_id=other.pk,
        entry=JobEntry("家庭雇主", "月嫂", "household", date(2020, 1, 1)),
        actor=other.user,
        at=NOW,
    )
    client = enter(worker.user)
    for name in ("my_job_change", "my_job_remove"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.withdrawn_at is None


def test_her_data_is_masked_and_shown_by_one_tap_on_record(enter):
    worker = a_worker(verified=True)
    client = enter(worker.user)
    assert worker.id_number not in client.get(reverse("my_data")).content.decode()
    page = client.post(reverse("my_data_show"), {"field": "id_number"}).content.decode()
    assert worker.id_number in page
    assert worker.user.phone in client.post(reverse("my_data_show"), {"field": "phone"}).content.decode()
    assert set(AccessRecord.objects.values_list("purpose", flat=True)) == {"own_data"}
    assert "您本人查看了登录手机号码" in client.get(reverse("my_data")).content.decode()
    assert client.post(reverse("my_data_show"), {"field": "password"}).status_code == 404
    assert client.get(reverse("my_data_show")).status_code == 405


def test_she_reads_who_looked_and_why(enter):
    worker = a_worker(verified=True)
    officer = enter(an_officer())
    officer.post(reverse("worker_reveal", args=[worker.pk, "id_number"]), {"purpose": "contact", "note": "开班通知"})
    page = enter(worker.user).get(reverse("my_looks")).content.decode()
    assert "受理初审人员查看了身份证号码" in page
    assert "电话联系" in page
    assert "开班通知" in page


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.SCHOOL_STAFF, Role.AUDITOR])
def test_staff_have_no_pages_here(enter, role):
    assert enter(an_officer(role)).get(reverse("my_home")).status_code == 403
