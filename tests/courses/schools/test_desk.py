"""The desks in a browser without JavaScript: what is shown, what is kept, what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import OccupationLevel
from courses.schools import services
from courses.schools.demo import demo_schools_load
from courses.schools.models import Premises, School, SchoolApplication, Teacher
from courses.schools.states import ApplicationKind, ApplicationState, SchoolState
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.database import period
from tests.courses.builders import SINCE, a_school, an_occupation, school_staff
from tests.courses.schools.builders import ANSWERS, a_body, a_draft, a_paper, filled, levels, staff_of, submitted
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, TODAY, an_id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return a_school(name="鹭岛示例学校")


@pytest.fixture
def clerk(school):
    return signed_in(school_staff(school))


@pytest.fixture
def officer():
    return signed_in(person(Role.OFFICER_REVIEW))


def text_of(answer):
    return answer.content.decode()


def url(name, *args):
    return reverse(name, args=args)


def test_a_school_that_is_not_registered_is_led_to_its_application():
    body = a_body()
    client = signed_in(staff_of(body))
    assert "还没有入库" in text_of(client.get(url("school_home")))
    answer = client.post(url("school_application_start"), {"kind": "registration"})
    draft = SchoolApplication.objects.get()
    assert answer.headers["Location"] == url("school_application", draft.pk)
    assert "还差" in text_of(client.get(answer.headers["Location"]))
    assert client.get(url("school_teacher_add")).status_code == 404


def test_everybody_reads_how_a_school_joins(client):
    answer = client.get(url("school_join"))
    assert answer.status_code == 200
    assert "办学许可证" in text_of(answer)


def test_a_draft_is_kept_field_by_field_and_shown_as_typed():
    draft = a_draft()
    client = signed_in(draft.started_by)
    page = url("school_application_section", draft.pk, "licence")
    answer = client.post(page, {"licensed_from": "明年", "action": "save"})
    assert answer.headers["Location"] == url("school_application", draft.pk)
    shown = text_of(client.get(page))
    assert 'value="明年"' in shown
    assert "不是日期" in shown
    kept = client.post(page, {"licence_number": "民办 1 号"}, headers={"HX-Request": "true"})
    assert kept.status_code == 204
    draft.refresh_from_db()
    assert draft.answers == {"licensed_from": "明年", "licence_number": "民办 1 号"}


def test_scope_lines_and_papers_are_added_and_taken_out_without_losing_the_rest():
    draft = a_draft()
    client = signed_in(draft.started_by)
    page = url("school_application_section", draft.pk, "scope")
    line = {"line-occupation": levels(5).pk, "line-work_type": "", "line-kind": "level", "line-level": "1"}
    refused = client.post(page, line | {"scope_from": "2026-12-01", "action": "add"})
    assert refused.status_code == 422
    assert "没有这个等级" in text_of(refused)
    assert 'value="2026-12-01"' in text_of(refused)
    client.post(page, line | {"line-level": "5", "action": "add"})
    scope = draft.scopes.get()
    assert str(scope) in text_of(client.get(page))
    client.post(page, {"action": f"drop-{scope.pk}"})
    assert draft.scopes.exists() is False
    page = url("school_application_section", draft.pk, "papers")
    assert client.post(page, {"kind": "licence", "action": "upload"}).status_code == 422
    client.post(page, {"kind": "licence", "file": a_paper(), "action": "upload"})
    paper = draft.papers.get()
    answer = client.get(url("school_paper", paper.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    client.post(page, {"action": f"discard-{paper.pk}"})
    paper.refresh_from_db()
    assert paper.removed_at is not None


def test_a_paper_is_shown_to_the_school_and_once_submitted_to_the_bureau(officer, clerk):
    draft = filled(a_draft())
    paper = draft.papers.first()
    assert clerk.get(url("school_paper", paper.pk)).status_code == 404
    assert officer.get(url("school_paper", paper.pk)).status_code == 404
    services.application_submit(application_id=draft.pk, actor=draft.started_by, at=NOW)
    assert officer.get(url("school_paper", paper.pk)).status_code == 200


def test_an_incomplete_application_cannot_be_submitted_and_says_what_is_missing():
    draft = a_draft()
    client = signed_in(draft.started_by)
    answer = client.post(url("school_application_submit", draft.pk), follow=True)
    assert "处要填写或修改" in text_of(answer)
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT


def test_an_officer_marks_returns_and_approves(officer):
    application = submitted()
    page = url("school_review", application.pk)
    assert ANSWERS["contact_name"] in text_of(officer.get(page))
    bare = officer.post(page, {"move": "return", "reason": "补材料"})
    assert bare.status_code == 422
    assert "补材料" in text_of(bare)
    both = officer.post(page, {"move": "approve", "remark_address": "写到门牌号"})
    assert both.status_code == 422
    assert 'value="写到门牌号"' in text_of(both)
    assert School.objects.exists() is False
    officer.post(page, {"move": "return", "remark_address": "写到门牌号"})
    school = signed_in(application.started_by)
    assert "写到门牌号" in text_of(school.get(url("school_application", application.pk)))
    section = url("school_application_section", application.pk, "facts")
    assert "写到门牌号" in text_of(school.get(section))
    school.post(section, {"address": "示例路 9 号", "action": "save"})
    school.post(url("school_application_submit", application.pk))
    again = text_of(officer.get(page))
    assert "上次意见：写到门牌号" in again
    assert "上次提交：示例路 1 号" in again
    officer.post(page, {"move": "approve"})
    registered = School.objects.get()
    assert registered.address == "示例路 9 号"
    assert "登记入库" in text_of(officer.get(url("school_detail", registered.pk)))


def test_an_auditor_reads_and_decides_nothing():
    application = submitted()
    auditor = signed_in(person(Role.AUDITOR))
    page = url("school_review", application.pk)
    assert "通过，写入登记册" not in text_of(auditor.get(page))
    assert auditor.post(page, {"move": "approve"}).status_code == 403
    assert School.objects.exists() is False


def test_a_teacher_gets_papers_and_an_account_whose_password_is_shown_once(clerk, school):
    answer = clerk.post(
        url("school_teacher_add"),
        {"name": "黄老师", "id_number": an_id_number(sequence=812), "kind": "full_time", "starts_on": "2026-01-01"},
    )
    teacher = Teacher.objects.get()
    assert answer.headers["Location"] == url("school_teacher", teacher.pk)
    clerk.post(url("school_qualification_add", teacher.pk), {"name": "讲师证", "starts_on": "2026-01-01"})
    assert "讲师证" in text_of(clerk.get(url("school_teacher", teacher.pk)))
    shown = clerk.post(url("school_teacher_account", teacher.pk), {"username": "huang.ls"})
    user = User.objects.get(username="huang.ls")
    password = text_of(shown).partition('<code class="password">')[2].partition("<")[0]
    assert user.check_password(password)
    assert password not in text_of(clerk.get(url("school_teacher", teacher.pk)))
    edit = text_of(clerk.get(url("school_teacher_change", teacher.pk)))
    assert an_id_number(sequence=812) not in edit


def test_a_wrong_number_keeps_what_was_typed(clerk):
    answer = clerk.post(url("school_teacher_add"), {"name": "黄老师", "id_number": "123", "kind": "full_time"})
    assert answer.status_code == 422
    assert 'value="黄老师"' in text_of(answer)
    assert Teacher.objects.exists() is False


def test_rows_of_another_school_do_not_exist(clerk):
    other = a_school()
    room = Premises.objects.create(
        school=other, name="别校教室", kind="classroom", address="x", district_code="350203", seats=1,
        usable=other.licensed,
    )  # fmt: skip
    draft = a_draft(other.organisation, ApplicationKind.CHANGE, school_staff(other))
    for name, pk in (("school_room", room.pk), ("school_room_end", room.pk), ("school_application", draft.pk)):
        assert clerk.get(url(name, pk)).status_code == 404
    assert "别校教室" not in text_of(clerk.get(url("school_rooms")))


@pytest.mark.parametrize("name", ["school_teachers", "school_rooms", "school_applications"])
def test_the_schools_lists_open_and_are_taken_along_as_files(clerk, name):
    assert clerk.get(url(name)).status_code == 200
    answer = clerk.post(url(f"{name}_export"), {"purpose": "存档", "format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv"


def test_the_bureaus_lists_are_narrowed_and_exported(officer, school):
    submitted()
    a_school(name="停办学校", state=SchoolState.CLOSED)
    shown = text_of(officer.get(url("school_list"), {"state": "active", "district": "350203"}))
    assert "鹭岛示例学校" in shown
    assert "停办学校" not in shown
    nothing = text_of(officer.get(url("school_list"), {"expiring": "yes"}))
    assert "鹭岛示例学校" not in nothing
    for name in ("school_list", "school_reviews"):
        answer = officer.post(url(f"{name}_export"), {"purpose": "存档", "format": "csv"})
        assert answer.headers["Content-Type"] == "text/csv"


def test_a_suspension_is_shown_to_the_school(officer, clerk, school):
    assert officer.post(url("school_move", school.pk, "suspend"), {"reason": ""}).status_code == 422
    officer.post(url("school_move", school.pk, "suspend"), {"reason": "安全整改"})
    shown = text_of(clerk.get(url("school_home")))
    assert "本校暂停开班" in shown
    assert "安全整改" in shown


def test_the_demonstration_registers_its_school_once():
    clerk, teacher = person(Role.SCHOOL_STAFF), person(Role.TEACHER)
    for code, name in (("4-10-01-06", "家政服务员"), ("4-10-01-02", "育婴员")):
        for level in (5, 4, 3):
            OccupationLevel.objects.create(
                occupation=an_occupation(code=code, name=name), level=level, effective=period(SINCE), source="示例"
            )
    officer = person(Role.OFFICER_INTAKE)
    User.objects.filter(pk=teacher.pk).update(name="黄老师")
    school = demo_schools_load(on=TODAY, officer=officer)
    assert demo_schools_load(on=TODAY, officer=officer) == school
    assert (school.scopes.count(), school.teachers.count(), school.premises.count()) == (4, 3, 3)
    assert school.teachers.get(name="黄老师").user == teacher
    assert SchoolApplication.objects.get().state == ApplicationState.SUBMITTED
    assert "快到期的事项" in text_of(signed_in(clerk).get(url("school_home")))


@pytest.mark.parametrize("name", ["school_list", "school_reviews"])
def test_a_list_of_the_bureau_asks_as_often_for_ten_rows_as_for_one(officer, name, django_assert_num_queries):
    submitted()
    a_school()
    officer.get(url(name))
    with CaptureQueriesContext(connection) as few:
        officer.get(url(name))
    for _place in range(3):
        submitted()
        a_school()
    with django_assert_num_queries(len(few)):
        officer.get(url(name))


def test_the_list_of_teachers_asks_as_often_for_ten_rows_as_for_one(clerk, school, django_assert_num_queries):
    def teachers(first, last):
        for place in range(first, last):
            Teacher.objects.create(
                school=school,
                name=f"教师{place}",
                id_number=an_id_number(sequence=place),
                kind="full_time",
                employed=school.licensed,
            )

    teachers(100, 101)
    clerk.get(url("school_teachers"))
    with CaptureQueriesContext(connection) as few:
        clerk.get(url("school_teachers"))
    teachers(101, 110)
    with django_assert_num_queries(len(few)):
        clerk.get(url("school_teachers"))
