"""A declared line with its paper: she asks, an officer confirms it or says why not, and she reads what became of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, TODAY, a_roster_worker, a_worker, an_account, an_officer
from tests.workers.test_files import a_picture, an_upload
from workers.errors import WorkerError
from workers.models import Employment
from workers.selectors import lines_waiting, lines_waiting_count
from workers.services import (
    JobEntry,
    SchoolEntry,
    education_add,
    employment_add,
    line_ask,
    line_confirm,
    line_decline,
    line_evidence_add,
    line_withdraw,
)

pytestmark = pytest.mark.django_db
JOB = JobEntry("家庭雇主", "月嫂", "household", TODAY - timedelta(days=400))
SCHOOL = SchoolEntry("college", "示例学院", TODAY - timedelta(days=4000), TODAY - timedelta(days=3000))


@pytest.fixture
def worker():
    return a_worker(verified=True)


def a_job(worker, *, with_paper=True):
    paper = an_upload(a_picture()) if with_paper else None
    return employment_add(worker_id=worker.pk, entry=JOB, evidence=paper, actor=worker.user, at=NOW)


def ask(line, actor, at=NOW):
    return line_ask(kind="employment", line_id=line.pk, actor=actor, at=at)


def test_a_job_keeps_its_paper_in_the_private_store(worker):
    line = a_job(worker)
    assert line.evidence.name.startswith("workers/evidence/")
    assert line.evidence.storage.exists(line.evidence.name)


def test_schooling_keeps_its_paper_too(worker):
    line = education_add(worker_id=worker.pk, entry=SCHOOL, evidence=an_upload(a_picture()), actor=worker.user, at=NOW)
    assert line.evidence.name.endswith(".jpg")


def test_she_asks_and_it_waits_for_an_officer(worker):
    line = a_job(worker)
    ask(line, worker.user)
    assert [one.pk for one in lines_waiting()] == [line.pk]
    assert lines_waiting_count() == 1
    assert ask(line, worker.user, NOW + timedelta(hours=1)).asked_at == NOW
    assert AuditEvent.objects.filter(action="workers.employment.asked").count() == 1


def test_without_a_paper_there_is_nothing_to_look_at(worker):
    line = a_job(worker, with_paper=False)
    with pytest.raises(WorkerError) as refusal:
        ask(line, worker.user)
    assert refusal.value.code == "evidence_missing"
    assert lines_waiting_count() == 0
    line_evidence_add(kind="employment", line_id=line.pk, evidence=an_upload(a_picture()), actor=worker.user, at=NOW)
    ask(line, worker.user)
    assert lines_waiting_count() == 1


def test_a_stranger_asks_for_nothing(worker):
    line = a_job(worker)
    with pytest.raises(PermissionDenied):
        ask(line, an_account())
    assert lines_waiting_count() == 0


def test_what_was_confirmed_no_longer_waits_and_takes_no_other_paper(worker):
    line = a_job(worker)
    ask(line, worker.user)
    line_confirm(kind="employment", line_id=line.pk, reason="看过劳动合同原件", actor=an_officer(), at=NOW)
    assert lines_waiting_count() == 0
    with pytest.raises(WorkerError) as refusal:
        line_evidence_add(
            kind="employment", line_id=line.pk, evidence=an_upload(a_picture()), actor=worker.user, at=NOW
        )
    assert refusal.value.code == "guaranteed"


def test_an_officer_says_what_is_lacking_and_she_may_ask_again(worker):
    line, officer = a_job(worker), an_officer()
    ask(line, worker.user)
    line_decline(kind="employment", line_id=line.pk, reason="照片看不清日期，请重拍", actor=officer, at=NOW)
    line.refresh_from_db()
    assert (line.answer, line.answered_by, line.is_guaranteed) == ("照片看不清日期，请重拍", officer, False)
    assert lines_waiting_count() == 0
    ask(line, worker.user, NOW + timedelta(days=1))
    line.refresh_from_db()
    assert (line.answer, line.answered_at, line.is_waiting) == ("", None, True)


def test_nobody_answers_twice_without_a_reason_or_for_herself(worker):
    line, officer = a_job(worker), an_officer()
    with pytest.raises(WorkerError) as refusal:
        line_decline(kind="employment", line_id=line.pk, reason="看不清", actor=officer, at=NOW)
    assert refusal.value.code == "not_waiting"
    ask(line, worker.user)
    with pytest.raises(WorkerError) as refusal:
        line_decline(kind="employment", line_id=line.pk, reason=" ", actor=officer, at=NOW)
    assert refusal.value.code == "reason_missing"
    with pytest.raises(PermissionDenied):
        line_decline(kind="employment", line_id=line.pk, reason="看不清", actor=worker.user, at=NOW)
    assert lines_waiting_count() == 1


def told():
    return list(SmsMessage.objects.filter(template__startswith="record_line_").order_by("pk").values_list("template"))


def test_she_is_told_by_text_what_became_of_a_line_and_not_which_or_why():
    worker = a_worker(verified=True, user=an_account("19900000071"))
    line, officer = a_job(worker), an_officer()
    ask(line, worker.user)
    assert told() == []
    line_decline(kind="employment", line_id=line.pk, reason="照片看不清日期，请重拍", actor=officer, at=NOW)
    ask(line, worker.user, NOW + timedelta(days=1))
    line_confirm(kind="employment", line_id=line.pk, reason="看过劳动合同原件", actor=officer, at=NOW)
    assert told() == [("record_line_declined",), ("record_line_confirmed",)]
    for sms in SmsMessage.objects.filter(template__startswith="record_line_"):
        assert (sms.phone, "工作经历" in sms.text, reverse("my_record") in sms.text) == ("19900000071", True, True)
        assert not any(secret in sms.text for secret in ("家庭雇主", "看不清", "合同", worker.name))


def test_where_no_phone_is_known_nothing_is_sent_and_the_line_is_confirmed_all_the_same():
    worker = a_roster_worker(phone="")
    line = employment_add(worker_id=worker.pk, entry=JOB, actor=an_officer(), at=NOW)
    line_confirm(kind="employment", line_id=line.pk, reason="看过劳动合同原件", actor=an_officer(), at=NOW)
    line.refresh_from_db()
    assert (line.is_guaranteed, told()) == (True, [])


def test_a_line_taken_out_no_longer_waits(worker):
    line = a_job(worker)
    ask(line, worker.user)
    line_withdraw(kind="employment", line_id=line.pk, reason="写错了", actor=worker.user, at=NOW)
    assert lines_waiting_count() == 0


def test_the_database_takes_no_answer_without_who_and_why(worker):
    line = a_job(worker)
    with pytest.raises(IntegrityError, match="employment_answer_says_who_and_why"), transaction.atomic():
        Employment.objects.filter(pk=line.pk).update(answered_at=NOW)


def test_she_asks_on_her_page_and_reads_what_became_of_it(worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    line = a_job(worker, with_paper=False)
    hers = signed_in(worker.user)
    address = reverse("my_job_ask", args=[line.pk])
    assert "请先拍一张证明材料" in hers.post(address, {}).content.decode()
    assert hers.post(address, {"evidence": an_upload(a_picture())}).status_code == 302
    assert "等待工作人员核实" in hers.get(reverse("my_jobs")).content.decode()
    assert "等待工作人员核实" in hers.get(reverse("my_record")).content.decode()
    assert hers.get(reverse("my_job_paper", args=[line.pk])).status_code == 200
    officer = signed_in(person(Role.OFFICER_INTAKE))
    desk = officer.get(reverse("line_list")).content.decode()
    assert worker.masked_name in desk
    assert worker.name not in desk
    assert officer.get(reverse("worker_paper", args=["employment", line.pk])).status_code == 200
    assert "请求核实的档案内容" in officer.get(reverse("staff_home")).content.decode()
    officer.post(reverse("line_decline", args=["employment", line.pk]), {"reason": "照片看不清日期，请重拍"})
    for name in ("my_jobs", "my_record"):
        assert "照片看不清日期，请重拍" in hers.get(reverse(name)).content.decode()
    assert hers.post(address, {}).status_code == 302
    officer.post(reverse("line_confirm", args=["employment", line.pk]), {"reason": "看过原件"})
    page = hers.get(reverse("my_record")).content.decode()
    assert "已核实" in page
    assert "请工作人员核实" not in page


def test_another_workers_line_does_not_exist_for_her(worker):
    line = a_job(worker)
    stranger = signed_in(a_worker(verified=True).user)
    assert stranger.post(reverse("my_job_ask", args=[line.pk]), {}).status_code == 404
    assert stranger.get(reverse("my_job_paper", args=[line.pk])).status_code == 404
    assert lines_waiting_count() == 0


def test_a_change_without_another_paper_leaves_the_paper(worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    line = a_job(worker)
    before = line.evidence.name
    form = {"employer_name": "家庭雇主", "employer_credit_code": "", "post": "育婴员", "contract_kind": "household",
            "starts_on_year": "2025", "starts_on_month": "3", "starts_on_day": "1"}  # fmt: skip
    answer = signed_in(worker.user).post(reverse("my_job_change", args=[line.pk]), form)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    line.refresh_from_db()
    assert (line.post, line.evidence.name) == ("育婴员", before)
