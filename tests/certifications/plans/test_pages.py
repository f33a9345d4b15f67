"""The pages of plans: what a desk sees is missing next, what is printed, what a candidate and an assessor see."""

import io

import openpyxl
import pikepdf
import pytest
from django.urls import reverse

from certifications.plans.models import AssessmentPlan, PlanRoom, RoomDuty, Seat
from certifications.plans.printing import tickets_paper
from certifications.plans.selectors import tickets_of
from certifications.plans.services import plan_arrange, plan_move
from certifications.plans.states import PlanKind, PlanState
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.certifications.builders import (
    a_body,
    a_body_scope,
    an_assessor,
    assessor_account,
    body_staff,
)
from tests.certifications.builders_plans import (
    EXAM,
    a_candidate,
    a_closed_class,
    a_duty,
    a_level_assessment,
    a_part,
    a_plan,
    a_room,
    a_school_test,
    assessment_figures,
)
from tests.courses.builders import school_staff
from tests.courses.builders_filing import a_teacher
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, a_worker, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(freeze_today):
    """Every page is read on the day the builders live on."""


@pytest.fixture
def freeze_today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def text(answer):
    return answer.content.decode()


def test_a_school_is_led_from_a_closed_class_to_a_plan_step_by_step():
    run = a_closed_class(2)
    school = run.school.organisation
    client = signed_in(school_staff(run.school))
    listed = text(client.get(reverse("plans")))
    assert f"{reverse('plan_new_test')}?class={run.pk}" in listed
    form = text(client.get(f"{reverse('plan_new_test')}?class={run.pk}"))
    assert 'value="2"' in form
    made = client.post(reverse("plan_new_test"), {"class_run": run.pk, "seats": 2})
    plan = AssessmentPlan.objects.get()
    assert made.url == reverse("plan", args=[plan.pk])
    page = text(client.get(made.url))
    assert "要处理" in page
    assert "确认编排" not in page
    when = {"day": EXAM.isoformat(), "starts": "09:00", "ends": "10:30"}
    client.post(reverse("plan_part", args=[plan.pk, "theory"]), when)
    client.post(reverse("plan_part", args=[plan.pk, "practical"]), when | {"starts": "13:30", "ends": "16:30"})
    where = {"name": "一号", "address": "厦门市思明区示例路 9 号", "capacity": 15, "has_camera": "on"}
    for kind in ("theory", "practical"):
        client.post(reverse("plan_room_add", args=[plan.pk, kind]), where)
    for room in PlanRoom.objects.all():
        judge = an_assessor(school)
        duty = "invigilator" if room.part.kind == "theory" else "assessor"
        client.post(reverse("plan_duty_add", args=[room.pk]), {"assessor": judge.pk, "duty": duty})
    chosen = list(run.enrolments.values_list("pk", flat=True))
    client.post(reverse("plan_candidates_add", args=[plan.pk]), {"enrolments": chosen})
    arranged = client.post(reverse("plan_arrange", args=[plan.pk]), follow=True)
    assert "已排好 4 个座位" in text(arranged)
    assert "确认编排，发出准考证" in text(client.get(made.url))
    client.post(reverse("plan_move", args=[plan.pk, "arrange"]))
    plan.refresh_from_db()
    assert plan.state == PlanState.ARRANGED
    assert Seat.objects.count() == 4
    assert f"?class={run.pk}" not in text(client.get(reverse("plans")))


def test_a_body_makes_a_plan_within_its_scope_only():
    body = a_body()
    a_body_scope(body)
    client = signed_in(body_staff(body))
    form = client.get(reverse("plan_new_level")).context["form"]
    key = next(iter(form.subjects))
    answers = {"scope": key, "seats": 20, "applies_from": "2026-11-24", "applies_until": "2026-11-30"}
    refused = client.post(reverse("plan_new_level"), answers | {"scope": "1-0-1"})
    assert refused.status_code == 422
    assert not AssessmentPlan.objects.exists()
    client.post(reverse("plan_new_level"), answers)
    plan = AssessmentPlan.objects.get()
    assert (plan.kind, plan.body, plan.level) == (PlanKind.LEVEL, body, 5)
    assert str(plan.applies.upper) == "2026-12-01"


def test_a_body_without_scope_is_told_whom_to_ask():
    client = signed_in(body_staff(a_body()))
    assert "还没有登记评价范围" in text(client.get(reverse("plan_new_level")))


def test_what_is_wrong_stands_on_the_plan_with_what_to_do_and_that_the_figure_is_unverified():
    assessment_figures()
    plan, staff = a_level_assessment(1, state=PlanState.OPEN, on_duty=1)
    page = text(signed_in(staff).get(reverse("plan", args=[plan.pk])))
    assert "一号考场有 1 名，需要 2 名" in page
    assert "请在考场上增加监考员。" in page
    assert "标准待核实" in page


def test_a_judge_who_taught_the_class_is_refused_on_the_form_with_her_name_and_the_class():
    run = a_closed_class(1)
    run.head_teacher = a_teacher(run.school)
    run.save()
    plan, staff = a_school_test(run, state=PlanState.DRAFT)
    room = PlanRoom.objects.get(part__plan=plan, part__kind="practical")
    judge = an_assessor(plan.organisation, name="周老师", id_number=run.head_teacher.id_number)
    before = RoomDuty.objects.count()
    answer = signed_in(staff).post(reverse("plan_duty_add", args=[room.pk]), {"assessor": judge.pk, "duty": "assessor"})
    assert answer.status_code == 422
    assert f"周老师在“{run.name}”教过" in text(answer)
    assert RoomDuty.objects.count() == before


def test_whoever_cannot_be_seated_is_named_with_the_reason():
    plan, staff = a_level_assessment(2, state=PlanState.OPEN)
    room = PlanRoom.objects.get(part__plan=plan, part__kind="practical")
    room.capacity = 1
    Seat.objects.all().delete()
    room.save()
    client = signed_in(staff)
    page = client.post(reverse("plan_arrange", args=[plan.pk]), follow=True)
    assert "没有排上座位的考生" in text(page)
    assert "考场坐满了" in text(page)


def test_seats_are_cleared_so_that_panels_can_be_laid_out_anew():
    plan, staff = a_school_test(state=PlanState.DRAFT)
    client = signed_in(staff)
    client.post(reverse("plan_clear", args=[plan.pk]))
    assert not Seat.objects.exists()
    assert "清空座位" in text(client.get(reverse("plan", args=[plan.pk])))


def test_another_organisations_plan_does_not_exist():
    plan, _staff = a_school_test()
    stranger = signed_in(school_staff(a_closed_class().school))
    room = PlanRoom.objects.filter(part__plan=plan).first()
    assert stranger.get(reverse("plan", args=[plan.pk])).status_code == 404
    assert stranger.post(reverse("plan_tickets", args=[plan.pk])).status_code == 404
    assert stranger.post(reverse("plan_room_remove", args=[room.pk])).status_code == 404
    assert stranger.post(reverse("plan_arrange", args=[plan.pk])).status_code == 404
    assert PlanRoom.objects.filter(pk=room.pk).exists()
    assert not AccessRecord.objects.exists()


def test_an_officer_reads_everything_and_cancels_with_a_reason():
    plan, _staff = a_school_test()
    client = signed_in(an_officer(Role.OFFICER_INSPECTION))
    assert client.get(reverse("plan_layout", args=[plan.pk])).status_code == 200
    assert client.get(reverse("plan_candidates", args=[plan.pk])).status_code == 200
    assert client.post(reverse("plan_tickets", args=[plan.pk])).status_code == 403
    url = reverse("plan_move_reason", args=[plan.pk, "cancel"])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "场地不合格"})
    plan.refresh_from_db()
    assert plan.state == PlanState.CANCELLED
    assert client.get(reverse("plan_move_reason", args=[plan.pk, "reopen"])).status_code == 404


def test_tickets_are_one_page_for_each_with_the_full_name_and_each_look_on_record():
    plan, staff = a_school_test(a_closed_class(3))
    answer = signed_in(staff).post(reverse("plan_tickets", args=[plan.pk]))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as paper:
        assert len(paper.pages) == 3
    assert AccessRecord.objects.filter(viewer=staff, note="打印准考证", is_granted=True).count() == 3


def test_the_tickets_of_a_room_are_those_who_sit_there():
    plan, staff = a_school_test(a_closed_class(3))
    room = PlanRoom.objects.get(part__plan=plan, part__kind="theory")
    numbers = [one.candidate.ticket_number for one in tickets_of(plan, room=room)]
    by_place = Seat.objects.filter(room=room).order_by("number").values_list("candidate__ticket_number", flat=True)
    assert numbers == list(by_place)
    assert signed_in(staff).post(reverse("plan_room_tickets", args=[room.pk])).status_code == 200


def test_a_ticket_without_photo_leaves_room_for_one_and_its_code_says_nothing_of_her():
    plan, _staff = a_school_test(a_closed_class(1))
    ticket = tickets_of(plan)[0]
    assert ticket.code == f"{plan.number}-20260001"
    assert tickets_paper([ticket]).startswith(b"%PDF")


def test_the_door_list_comes_as_paper_and_as_workbook_and_formulas_stay_text():
    plan, staff = a_school_test(a_closed_class(2))
    room = PlanRoom.objects.get(part__plan=plan, part__kind="practical")
    client = signed_in(staff)
    assert client.post(reverse("plan_door", args=[room.pk, "pdf"])).content.startswith(b"%PDF")
    book = b"".join(client.post(reverse("plan_door", args=[room.pk, "xlsx"])).streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[4:]] == ["1", "2"]
    assert {row[1] for row in rows[4:]} == {"20260001", "20260002"}
    assert {row[2] for row in rows[4:]} == {"李梅"}


def test_she_sees_where_and_when_only_once_it_is_arranged_and_opens_her_ticket():
    worker = a_worker(verified=True)
    plan, staff = a_level_assessment([worker], state=PlanState.OPEN)
    client = signed_in(worker.user)
    exam = plan.candidates.get()
    url = reverse("my_exam", args=[exam.pk])
    assert "还在安排" in text(client.get(url))
    assert client.get(reverse("my_exam_ticket", args=[exam.pk])).status_code == 404
    plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=NOW)
    page = text(client.get(url))
    assert "厦门市思明区示例路 9 号 3 楼" in page
    assert "身份证原件" in page
    assert "2026年12月7日" in page
    assert client.get(reverse("my_exam_ticket", args=[exam.pk]))["Content-Type"] == "application/pdf"
    assert plan.title in text(client.get(reverse("my_exams")))


def test_another_workers_exam_does_not_exist():
    plan, _staff = a_level_assessment(1)
    exam = plan.candidates.get()
    client = signed_in(a_worker().user)
    assert client.get(reverse("my_exam", args=[exam.pk])).status_code == 404
    assert client.get(reverse("my_exam_ticket", args=[exam.pk])).status_code == 404


def test_a_cancelled_exam_tells_her_not_to_come():
    plan, staff = a_level_assessment(1)
    exam = plan.candidates.get()
    plan_move(plan_id=plan.pk, action="cancel", actor=staff, at=NOW, reason="场地停电")
    page = text(signed_in(exam.worker.user).get(reverse("my_exam", args=[exam.pk])))
    assert "请不要去考场" in page
    assert "场地停电" in page


def test_an_assessor_sees_her_rooms_with_masked_names_and_nobody_elses():
    plan, _staff = a_level_assessment(2)
    room = PlanRoom.objects.get(part__plan=plan, part__kind="practical")
    duty = room.duties.first()
    client = signed_in(assessor_account(duty.assessor))
    assert reverse("duty_room", args=[room.pk]) in text(client.get(reverse("duty_rooms")))
    page = text(client.get(reverse("duty_room", args=[room.pk])))
    assert "20260001" in page
    assert "李梅" not in page
    other = PlanRoom.objects.get(part__plan=plan, part__kind="theory")
    assert client.get(reverse("duty_room", args=[other.pk])).status_code == 404


def test_the_pages_need_as_many_queries_for_many_candidates_as_for_few(django_assert_max_num_queries):
    plan = a_plan(state=PlanState.OPEN)
    room = a_room(a_part(plan), capacity=60)
    a_duty(room)
    for _n in range(30):
        a_candidate(plan)
    staff = body_staff(plan.body)
    plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    client = signed_in(staff)
    for name in ("plan", "plan_candidates", "plan_layout"):
        with django_assert_max_num_queries(45):
            assert client.get(reverse(name, args=[plan.pk])).status_code == 200
    with django_assert_max_num_queries(25):
        client.get(reverse("plans"))


def test_nobody_prints_names_of_another_plan_and_refusals_leave_no_file():
    plan, _staff = a_school_test()
    client = signed_in(person(Role.SCHOOL_STAFF))
    assert client.post(reverse("plan_tickets", args=[plan.pk])).status_code == 404
    assert not AuditEvent.objects.filter(action__startswith="privacy").exists()
