"""The desks of class runs in a browser without JavaScript: the school's, and the bureau's."""

import pytest
from django.urls import reverse

from courses.classes.class_pages import since_filing
from courses.classes.models import ClassRun
from courses.classes.states import ClassState
from foundation.accounts.states import Role
from tests.courses.builders import a_school, an_enrolment, school_staff
from tests.courses.builders_filing import (
    ENDS,
    STARTS,
    a_filed_run,
    a_ready_run,
    a_school_that_files,
    a_submitted_run,
    a_teacher,
    filing_figures,
    only_session,
)
from tests.courses.classes.test_filing_changes import rescheduled
from tests.portal.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures():
    filing_figures()


@pytest.fixture
def officer():
    return signed_in(person(Role.OFFICER_INTAKE))


def text_of(answer):
    return answer.content.decode()


def test_a_school_makes_a_class_run_and_enters_its_first_session():
    school, staff, version = a_school_that_files()
    browser = signed_in(staff)
    answers = {"course_version": version.pk, "starts_on": STARTS, "ends_on": ENDS, "seats": 20}
    made = browser.post(reverse("class_run_new"), answers)
    run = ClassRun.objects.get()
    assert made["Location"] == reverse("class_run", args=[run.pk])
    page = text_of(browser.get(made["Location"]))
    for words in ("授课计划", "学员名册", "考核安排", "检查并提交备案"):
        assert words in page
    session = {
        "day": STARTS, "starts": "18:00", "ends": "21:00", "mode": "practice", "content": "洗澡",
        "practice_hours": "4", "teacher": a_teacher(school).pk,
    }  # fmt: skip
    assert browser.post(reverse("class_session_add", args=[run.pk]), session).status_code == 302
    page = text_of(browser.get(reverse("class_plan", args=[run.pk])))
    assert "12月7日 18:00–21:00 没有地点" in page
    assert "单元yy-03实操缺 4 学时" in page


def test_a_refused_form_keeps_what_was_entered():
    _school, staff, version = a_school_that_files()
    answers = {"course_version": version.pk, "starts_on": ENDS, "ends_on": STARTS, "seats": 20, "materials": "教材甲"}
    answer = signed_in(staff).post(reverse("class_run_new"), answers)
    assert answer.status_code == 422
    assert "结班日期早于开班日期" in text_of(answer)
    assert "教材甲" in text_of(answer)
    assert ClassRun.objects.exists() is False


def test_a_school_submits_and_an_officer_returns_with_marks_that_the_school_reads_at_their_places(officer):
    run, staff = a_ready_run()
    browser = signed_in(staff)
    assert "全部符合" in text_of(browser.get(reverse("class_run_checks", args=[run.pk])))
    browser.post(reverse("class_run_step", args=[run.pk, "submit"]))
    assert run.name in text_of(officer.get(reverse("filings")))
    page = text_of(officer.get(reverse("filing", args=[run.pk])))
    assert "提交审核意见" in page
    assert run.enrolments.get().worker.id_number not in page
    marks = {"decision": "return", "reason": "请补正", "mark_plan": "第二周没有课", "mark_seats": "人数太多"}
    officer.post(reverse("filing_decide", args=[run.pk]), marks)
    run.refresh_from_db()
    assert run.state == ClassState.RETURNED
    assert "授课计划：第二周没有课" in text_of(browser.get(reverse("class_run", args=[run.pk])))
    assert "第二周没有课" in text_of(browser.get(reverse("class_plan", args=[run.pk])))
    assert "审核意见：人数太多" in text_of(browser.get(reverse("class_run_edit", args=[run.pk])))


def test_a_decision_leads_to_the_next_case_and_a_refused_one_keeps_its_words(officer):
    first, _staff = a_submitted_run()
    second, _staff = a_submitted_run()
    refused = officer.post(reverse("filing_decide", args=[first.pk]), {"decision": "refuse", "mark_plan": "看计划"})
    assert refused.status_code == 422
    assert "看计划" in text_of(refused)
    decided = officer.post(reverse("filing_decide", args=[first.pk]), {"decision": "file"})
    assert decided["Location"] == reverse("filing", args=[second.pk])
    decided = officer.post(reverse("filing_decide", args=[second.pk]), {"decision": "file"})
    assert decided["Location"] == reverse("filings")


def test_another_school_finds_no_page_of_the_run_and_no_officer_edits():
    run, _staff = a_filed_run()
    session = only_session(run)
    stranger = signed_in(school_staff(a_school()))
    for name in ("class_run", "class_run_edit", "class_plan", "class_run_checks", "filing_form"):
        assert stranger.get(reverse(name, args=[run.pk])).status_code == 404
    assert stranger.post(reverse("class_session_change", args=[session.pk])).status_code == 404
    assert stranger.post(reverse("class_run_reason", args=[run.pk, "cancel"]), {"reason": "x"}).status_code == 404
    run.refresh_from_db()
    assert run.state == ClassState.FILED


def test_the_printable_form_masks_persons_and_names_what_the_bureau_fills_in(officer):
    run, staff = a_filed_run()
    page = text_of(signed_in(staff).get(reverse("filing_form", args=[run.pk])))
    worker = run.enrolments.get().worker
    for words in ("开班备案表", run.filing_number, "实训课时", "证书类型", worker.masked_id_number):
        assert words in page
    assert worker.id_number not in page
    assert officer.get(reverse("filing_form", args=[run.pk])).status_code == 200


def test_a_change_is_shown_to_the_bureau_until_it_is_read(officer):
    run, _staff = a_filed_run()
    event = rescheduled(run)
    assert "备案后的变更 1 件未阅" in text_of(officer.get(reverse("filings")))
    assert "未阅" in text_of(officer.get(reverse("filing_changes")))
    assert "2026-12-08 18:00–21:00" in text_of(officer.get(reverse("filing", args=[run.pk])))
    officer.post(reverse("filing_change_seen", args=[event.pk]))
    assert "备案后的变更 0 件未阅" in text_of(officer.get(reverse("filings")))


def test_changes_of_people_since_filing_are_named_before_the_opening():
    run, staff = a_filed_run()
    assert since_filing(run) == []
    an_enrolment(ClassRun.objects.get(pk=run.pk))
    assert since_filing(run) == ["名册新增 1 人：第 2 行"]
    assert "名册新增 1 人" in text_of(signed_in(staff).get(reverse("class_run", args=[run.pk])))


def test_lists_take_a_constant_number_of_queries(officer, django_assert_max_num_queries):
    for _number in range(3):
        a_submitted_run()
    officer.get(reverse("filings"))
    with django_assert_max_num_queries(30):
        officer.get(reverse("filings"))
    with django_assert_max_num_queries(30):
        officer.get(reverse("filing_classes"))
