"""The pages of an application, by their real addresses: nothing lost, nothing in plain, nothing without a purpose."""

from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from certifications.applications import services
from certifications.applications.models import LevelApplication
from certifications.applications.states import Trade
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.certifications.applications.builders import (
    INFANT_CARE,
    a_job,
    an_open_plan,
    base_loaded,
    begun,
    filled,
    handed_in,
    somebody,
    the_wording,
)
from tests.certifications.builders import body_staff
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW
from tests.workers.test_files import a_picture, an_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def conditions():
    base_loaded()


@pytest.fixture
def today():
    """The builders' day is the day of the pages."""
    with time_machine.travel(NOW, tick=True):
        yield NOW


def text(answer):
    return answer.content.decode()


def test_she_reads_what_she_may_apply_for_and_what_is_missing(today):
    worker = somebody()
    a_job(worker, "2021-06-30", post="育婴员")
    an_open_plan(occupation=INFANT_CARE, level=5)
    four = an_open_plan(occupation=INFANT_CARE, level=4)
    browser = signed_in(worker.user)
    page = text(browser.get(reverse("my_applications")))
    assert "符合条件" in page
    assert "还差 8 个月，到 2027-06-30 满足" in page
    page = text(browser.get(reverse("my_apply_plan", args=[four.pk])))
    assert "待核实" in page
    assert "先填申报表" in page


def test_whoever_has_no_file_is_sent_to_the_first_step(today):
    user = person(Role.WORKER)
    browser = signed_in(user)
    assert "先完成实名" in text(browser.get(reverse("my_applications")))
    plan = an_open_plan()
    assert browser.get(reverse("my_apply_plan", args=[plan.pk])).url == reverse("my_identity")


def test_what_is_written_wrong_stays_as_written(today):
    worker = somebody()
    application = begun(worker, an_open_plan())
    browser = signed_in(worker.user)
    url = reverse("my_application_section", args=[application.pk, "person"])
    answer = browser.post(url, {"employer_now": "示例家政", "employer_phone": "不知道"})
    assert answer.status_code == 422
    assert 'value="不知道"' in text(answer)
    assert "单位电话不像一个电话号码" in text(answer)
    assert browser.post(url, {"employer_now": "示例家政", "employer_phone": "0592-0000000"}).status_code == 302
    application = LevelApplication.objects.get()
    assert application.answers["employer_phone"] == "0592-0000000"
    assert application.answers["years"] == "0"


def test_a_row_with_a_mistake_is_shown_again_with_everything_in_it(today):
    worker = somebody()
    application = begun(worker, an_open_plan())
    browser = signed_in(worker.user)
    url = reverse("my_application_work_add", args=[application.pk])
    row = {
        "first_month": "2024-03", "last_month": "2023-01", "post": "月嫂", "trade": "self", "employer": "示例家政",
        "witness_name": "王示例", "witness_phone": "19900001111",
    }  # fmt: skip
    answer = browser.post(url, row)
    assert answer.status_code == 422
    assert "结束的月份早于开始的月份" in text(answer)
    assert "示例家政" in text(answer)
    assert application.works.exists() is False
    assert browser.post(url, row | {"last_month": "2025-01"}).status_code == 302
    assert application.works.get().trade == Trade.SELF
    change = reverse("my_application_work", args=[application.pk, application.works.get().pk])
    assert browser.post(change, {"remove": "1"}).status_code == 302
    assert application.works.exists() is False


def test_overlapping_jobs_are_named(today):
    worker = somebody()
    a_job(worker, "2021-01-01", "2022-06-30", post="月嫂", employer="示例一")
    a_job(worker, "2022-05-01", post="月嫂", employer="示例二")
    application = filled(worker, an_open_plan())
    page = text(signed_in(worker.user).get(reverse("my_application", args=[application.pk])))
    assert "“示例一”和“示例二”的时间重叠了" in page
    assert "都填好了，去提交" not in page


def test_another_worker_sees_nothing(today):
    application = handed_in(somebody(), an_open_plan())
    other = signed_in(somebody().user)
    for name in ("my_application", "my_application_submit", "my_application_work_add"):
        assert other.get(reverse(name, args=[application.pk])).status_code == 404
    assert other.get(reverse("my_application_file", args=[application.papers.first().pk])).status_code == 404
    assert other.post(reverse("my_application_withdraw", args=[application.pk])).status_code == 404
    application.refresh_from_db()
    assert application.state == "submitted"


def test_what_is_no_picture_is_refused_in_words(today):
    worker = somebody()
    application = begun(worker, an_open_plan())
    url = reverse("my_application_paper", args=[application.pk, "id_front"])
    answer = signed_in(worker.user).post(url, {"file": an_upload(b"MZ not a picture")})
    assert answer.status_code == 422
    assert "请上传 JPG 或 PNG" in text(answer)
    assert application.papers.exists() is False
    assert signed_in(worker.user).post(url, {"file": an_upload(a_picture())}).status_code == 302


def test_she_agrees_to_the_wording_that_stood_above_the_button(today):
    worker = somebody()
    application = filled(worker, an_open_plan())
    browser, url = signed_in(worker.user), reverse("my_application_submit", args=[application.pk])
    wording = the_wording()
    assert "每次打开这些内容都要写明用途" in text(browser.get(url))
    assert browser.post(url, {"declared": "1", "wording": "0"}).status_code == 422
    assert browser.post(url, {"declared": "1", "wording": wording.pk}).status_code == 302
    application.refresh_from_db()
    assert application.state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_the_body_opens_papers_only_for_a_purpose(today):
    worker = somebody()
    application = handed_in(worker, an_open_plan())
    browser = signed_in(body_staff(application.plan.body))
    page = text(browser.get(reverse("body_application", args=[application.pk])))
    assert worker.name not in page
    assert worker.id_number not in page
    paper = reverse("body_application_paper", args=[application.papers.first().pk])
    look = reverse("body_application_look", args=[application.pk])
    assert browser.get(paper).url == look
    assert worker.id_number not in text(browser.get(look))
    assert AccessRecord.objects.exists() is False
    answer = browser.post(look, {"purpose": "case_handling", "note": ""})
    assert worker.id_number in text(answer)
    token = answer.context["token"]
    assert browser.get(paper, {"look": token})["Content-Type"] == "image/jpeg"
    assert AccessRecord.objects.get().fields[-1] == "level_application"
    stranger = signed_in(body_staff(an_open_plan().body))
    assert stranger.get(paper, {"look": token}).status_code == 404
    assert stranger.get(reverse("body_application", args=[application.pk])).status_code == 404
    colleague = signed_in(body_staff(application.plan.body))
    assert colleague.get(paper, {"look": token}).url == look


def test_remarks_are_not_lost_when_a_decision_is_refused(today):
    application = handed_in(somebody(), an_open_plan())
    browser = signed_in(body_staff(application.plan.body))
    url = reverse("body_application", args=[application.pk])
    answer = browser.post(url, {"move": "accept", "remark_years": "请核对"})
    assert answer.status_code == 422
    assert 'value="请核对"' in text(answer)
    assert browser.post(url, {"move": "return", "remark_years": "请核对"}).status_code == 302
    page = text(signed_in(application.worker.user).get(reverse("my_application", args=[application.pk])))
    assert "请核对" in page
    assert "有 1 条修改意见" in page


def test_the_bureau_reads_and_does_not_decide(today):
    application = handed_in(somebody(), an_open_plan())
    browser = signed_in(person(Role.OFFICER_REVIEW))
    url = reverse("body_application", args=[application.pk])
    assert "通过，准考" not in text(browser.get(url))
    assert browser.post(url, {"move": "accept"}).status_code == 403
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_batch_is_accepted_and_the_list_goes_out_masked(today):
    plan = an_open_plan()
    rows = [handed_in(somebody(), plan) for _n in range(3)]
    browser = signed_in(body_staff(plan.body))
    page = text(browser.get(reverse("body_applications_batch")))
    assert page.count('name="application"') == 3
    browser.post(reverse("body_applications_batch"), {"application": [rows[0].pk, rows[1].pk]})
    assert sorted(LevelApplication.objects.values_list("state", flat=True)) == ["accepted", "accepted", "submitted"]
    answer = browser.post(reverse("body_applications_export"), {"purpose": "报送汇总表", "format": "xlsx"})
    sheet = load_workbook(BytesIO(answer.content)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:3] == ("申报编号", "姓名", "性别")
    assert len(lines) == 4
    said = str(lines)
    assert all(row.worker.id_number not in said and row.worker.name not in said for row in rows)
    assert AuditEvent.objects.filter(action="staff.list.exported").exists()


def test_the_work_list_does_not_ask_more_for_more_rows(today, django_assert_max_num_queries):
    plan = an_open_plan()
    for _n in range(6):
        handed_in(somebody(), plan)
    browser = signed_in(body_staff(plan.body))
    with django_assert_max_num_queries(30):
        page = text(browser.get(reverse("body_applications"), {"verdict": "yes", "plan": plan.pk}))
    assert page.count("SB2026-") == 6


def test_a_withdrawn_application_can_be_begun_anew(today):
    worker, plan = somebody(), an_open_plan()
    application = handed_in(worker, plan)
    browser = signed_in(worker.user)
    assert browser.post(reverse("my_application_withdraw", args=[application.pk])).url == reverse("my_applications")
    answer = browser.post(reverse("my_apply_plan", args=[plan.pk]))
    assert answer.url == reverse("my_application", args=[LevelApplication.objects.get(state="draft").pk])
    services.application_withdraw(
        application_id=LevelApplication.objects.get(state="draft").pk, actor=worker.user, at=today
    )
    assert LevelApplication.objects.filter(state="withdrawn").count() == 2
