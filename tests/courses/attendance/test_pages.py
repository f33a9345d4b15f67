"""The pages: scan and press, the teacher's phone, the desk; everything masked."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.attendance.codes import code_of
from courses.attendance.models import Attendance, AttendanceEvent, AttendanceReview
from courses.attendance.services import head_count_enter, session_finish
from courses.attendance.states import AttendanceState
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.courses.attendance.builders import STARTS, a_session, people, scan, the_figures
from tests.courses.builders import a_class_run, school_staff
from tests.portal.people import signed_in
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db
END = STARTS + timedelta(hours=3)


@pytest.fixture
def session(time_machine):
    time_machine.move_to(STARTS, tick=False)
    the_figures()
    return a_session()


@pytest.fixture
def teacher(session):
    return signed_in(session.teacher.user)


def scanned(session, client):
    return client.get(reverse("attendance_scan", args=[code_of(session.pk, at=STARTS).text]), follow=True)


def test_a_scan_and_one_button_put_her_in_the_register(session):
    (she,) = people(session.class_run, 1)
    client = signed_in(she.worker.user)
    page = scanned(session, client)
    assert page.status_code == 200
    assert "我到了，签到" in page.content.decode()
    assert not Attendance.objects.exists()
    page = client.post(reverse("attendance_sign_in"), follow=True)
    assert "签到成功" in page.content.decode()
    row = Attendance.objects.get()
    assert (row.state, len(row.device)) == (AttendanceState.PRESENT, 16)


def test_whoever_scans_before_she_signed_in_comes_back_to_the_button(session):
    (she,) = people(session.class_run, 1)
    client = Client()
    answer = scanned(session, client)
    assert answer.redirect_chain[-1][0].startswith("/sign-in/")
    client.force_login(she.worker.user)
    assert "我到了，签到" in client.get(reverse("attendance_sign_in")).content.decode()


def test_an_old_address_says_scan_again_and_names_the_paper(session):
    text = code_of(session.pk, at=STARTS - timedelta(minutes=1)).text
    answer = Client().get(reverse("attendance_scan", args=[text]))
    assert answer.status_code == 410
    assert "纸质签到表" in answer.content.decode()


def test_the_address_of_somebody_who_scanned_is_of_no_use_to_another(session):
    one, other = people(session.class_run, 2)
    scanned(session, signed_in(one.worker.user))
    page = signed_in(other.worker.user).get(reverse("attendance_sign_in")).content.decode()
    assert "我到了，签到" not in page


def test_six_digits_sign_her_in(session):
    (she,) = people(session.class_run, 1)
    digits = code_of(session.pk, at=STARTS).digits
    page = signed_in(she.worker.user).post(
        reverse("attendance_sign_in"), {"digits": f"{digits[:3]} {digits[3:]}"}, follow=True
    )
    assert "签到成功" in page.content.decode()


def test_one_browser_for_two_people_is_found_and_nobody_is_refused(session):
    client = Client()
    for she in people(session.class_run, 2):
        client.force_login(she.worker.user)
        scanned(session, client)
        assert "签到成功" in client.post(reverse("attendance_sign_in"), follow=True).content.decode()
    assert AttendanceReview.objects.get().kind == "device"


def test_the_screen_shows_a_square_and_digits_and_how_many_came(session, teacher):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    for name in ("attendance_code", "attendance_code_now"):
        page = teacher.get(reverse(name, args=[session.pk])).content.decode()
        digits = code_of(session.pk, at=STARTS).digits
        assert "<svg" in page
        assert f"{digits[:3]} {digits[3:]}" in page
        assert re.search(r"已到课 <strong>1</strong> 人", page)


def test_the_list_is_masked_and_stays_cheap(session, teacher, django_assert_max_num_queries):
    everybody = people(session.class_run, 12)
    with django_assert_max_num_queries(24):
        page = teacher.get(reverse("attendance_session", args=[session.pk])).content.decode()
    assert everybody[0].worker.masked_name in page
    assert everybody[0].worker.name not in page


def test_the_teacher_counts_and_ends_the_session(session, teacher):
    one, other = people(session.class_run, 2)
    scan(session, one)
    address = reverse("attendance_session", args=[session.pk])
    page = teacher.post(address, {"people": "0", "count": "1"}, follow=True).content.decode()
    assert "已转学校核查" in page
    page = teacher.post(address, {"people": "1", "finish": "1"}, follow=True).content.decode()
    assert "已登记下课" in page
    assert Attendance.objects.get(enrolment=other).state == AttendanceState.ABSENT


def test_the_paper_roster_needs_its_reason_and_keeps_what_was_ticked(session, teacher):
    one, other = people(session.class_run, 2)
    address = reverse("attendance_roster", args=[session.pk])
    answers = {f"state-{one.pk}": "present", f"state-{other.pk}": "leave", "reason": ""}
    page = teacher.post(address, answers)
    assert page.status_code == 422
    assert re.search(rf'name="state-{other.pk}" value="leave"[^>]*checked', page.content.decode())
    teacher.post(address, answers | {"reason": "没有信号"})
    assert dict(Attendance.objects.values_list("enrolment", "state")) == {one.pk: "present", other.pk: "leave"}


def test_a_correction_shows_its_history(session, teacher):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    address = reverse("attendance_person", args=[session.pk, she.pk])
    assert teacher.post(address, {"state": "absent", "reason": ""}).status_code == 422
    teacher.post(address, {"state": "absent", "reason": "签到后离开"})
    page = teacher.get(address).content.decode()
    assert "到课 → 缺课" in page
    assert "签到后离开" in page
    assert AttendanceEvent.objects.count() == 2


def test_the_sheet_shows_names_only_for_a_purpose_on_record(session, teacher):
    (she,) = people(session.class_run, 1)
    address = reverse("attendance_sheet", args=[session.pk])
    assert she.worker.name not in teacher.get(address).content.decode()
    assert not AccessRecord.objects.exists()
    assert she.worker.name in teacher.post(address, {"purpose": "case_handling", "note": "签名"}).content.decode()
    record = AccessRecord.objects.get()
    assert (record.subject_id, record.fields, record.is_granted) == (str(she.worker.pk), ["name"], True)
    assert AuditEvent.objects.filter(action="attendance.sheet.printed").count() == 1


def test_another_schools_session_does_not_exist(session):
    stranger = signed_in(school_staff(a_class_run().school))
    for name in ("session", "people", "code", "code_now", "roster", "sheet"):
        assert stranger.get(reverse(f"attendance_{name}", args=[session.pk])).status_code == 404


def test_the_desk_settles_a_review(session):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    head_count_enter(session_id=session.pk, people=0, actor=session.teacher.user, at=STARTS)
    staff = signed_in(school_staff(session.class_run.school))
    assert session.class_run.name in staff.get(reverse("attendance_reviews")).content.decode()
    address = reverse("attendance_review", args=[AttendanceReview.objects.get().pk])
    assert she.worker.masked_name in staff.get(address).content.decode()
    assert staff.post(address, {"absent": [she.pk], "reason": ""}).status_code == 422
    staff.post(address, {"absent": [she.pk], "reason": "不在教室"})
    assert Attendance.objects.get().state == AttendanceState.ABSENT
    assert AttendanceReview.objects.get().state == "settled"


def test_overseers_read_reviews_and_other_schools_do_not(session):
    (she,) = people(session.class_run, 1)
    scan(session, she)
    head_count_enter(session_id=session.pk, people=0, actor=session.teacher.user, at=STARTS)
    address = reverse("attendance_review", args=[AttendanceReview.objects.get().pk])
    assert signed_in(an_officer(Role.OFFICER_INSPECTION)).get(address).status_code == 200
    assert signed_in(an_officer(Role.OFFICER_REVIEW)).post(address, {"reason": "x"}).status_code == 403
    assert signed_in(school_staff(a_class_run().school)).get(address).status_code == 404
    assert AttendanceReview.objects.get().state == "open"


def test_the_class_page_warns_of_whoever_is_under_the_rate(session):
    one, other = people(session.class_run, 2)
    scan(session, one)
    staff = school_staff(session.class_run.school)
    session_finish(session_id=session.pk, people=1, actor=staff, at=STARTS)
    page = signed_in(staff).get(reverse("attendance_class", args=[session.class_run_id])).content.decode()
    assert page.count("低于要求，请安排补课") == 1
    assert page.index(other.worker.masked_name) >= 0
