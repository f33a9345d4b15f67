"""Plans are made, laid out, opened, arranged, held, published and cancelled; and each refusal changes nothing."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan, Candidate, PlanEvent, PlanRoom, RoomDuty, Seat
from certifications.plans.selectors import plan_problems, plans_visible_to, tickets_of
from certifications.plans.services import (
    candidate_admit,
    candidate_end,
    candidates_from_class,
    part_set,
    plan_arrange,
    plan_change,
    plan_create,
    plan_move,
    room_add,
    room_change,
)
from certifications.plans.states import CandidateState, PartKind, PlanKind, PlanState
from courses.catalogue.states import SkillLevel
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.certifications.builders import a_body, a_body_scope, body_staff
from tests.certifications.builders_plans import (
    APPLIES,
    EXAM,
    a_closed_class,
    a_level_assessment,
    a_plan,
    a_school_test,
    assessment_figures,
    hours_of,
    laid_out,
)
from tests.courses.builders import an_occupation, school_staff
from tests.workers.builders import NOW, TODAY, a_worker, an_officer

pytestmark = pytest.mark.django_db
EVENING = datetime.combine(EXAM, time(20), timezone.get_default_timezone())


def names(checks):
    return {check.code for check in checks if check.blocks}


def test_a_schools_test_takes_its_occupation_from_the_class_and_a_number_of_its_own():
    run = a_closed_class()
    staff = school_staff(run.school)
    plan = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=run.school.organisation,
        class_run_id=run.pk,
        seats=40,
        actor=staff,
        at=NOW,
    )
    package = run.course_version.package_version.package
    assert (plan.occupation, plan.work_type, plan.level) == (package.occupation, package.work_type, package.level)
    assert plan.number.startswith("KH2026")
    assert plan.title == f"{run.name}结业考核"
    assert [event.action for event in plan.events.all()] == ["created"]
    assert AuditEvent.objects.filter(action="plans.plan.created").count() == 1


def test_nobody_makes_a_plan_for_another_organisation():
    run, body = a_closed_class(), a_body()
    with pytest.raises(PermissionDenied):
        plan_create(
            kind=PlanKind.SCHOOL_TEST,
            organisation=run.school.organisation,
            class_run_id=run.pk,
            seats=40,
            actor=body_staff(body),
            at=NOW,
        )
    with pytest.raises(PermissionDenied):
        plan_create(
            kind=PlanKind.LEVEL,
            organisation=body.organisation,
            body=body,
            occupation=an_occupation(),
            level=5,
            seats=40,
            actor=school_staff(run.school),
            at=NOW,
        )
    assert not AssessmentPlan.objects.exists()


def test_another_schools_class_is_not_found():
    run, other = a_closed_class(), a_closed_class()
    staff = school_staff(run.school)
    with pytest.raises(PlanError) as refusal:
        plan_create(
            kind=PlanKind.SCHOOL_TEST,
            organisation=run.school.organisation,
            class_run_id=other.pk,
            seats=40,
            actor=staff,
            at=NOW,
        )
    assert refusal.value.code == "class_unknown"
    assert not AssessmentPlan.objects.exists()


def test_a_level_is_opened_arranged_held_published_and_final_with_an_event_for_each():
    assessment_figures()
    plan, staff = a_level_assessment(2, state=PlanState.HELD)
    until = EXAM + timedelta(days=7)
    plan_move(plan_id=plan.pk, action="publish", actor=staff, at=EVENING, data={"appeal_until": until})
    plan.refresh_from_db()
    assert (plan.state, plan.published_at, plan.appeal_until) == (PlanState.PUBLISHED, EVENING, until)
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action="finalise", actor=staff, at=EVENING + timedelta(days=7))
    assert refusal.value.code == "appeals_run"
    plan_move(plan_id=plan.pk, action="finalise", actor=None, at=EVENING + timedelta(days=8))
    moves = PlanEvent.objects.filter(plan=plan).exclude(target="").values_list("action", "source", "target")
    assert list(moves) == [
        ("created", "", "draft"),
        ("open", "draft", "open"),
        ("arrange", "open", "arranged"),
        ("hold", "arranged", "held"),
        ("publish", "held", "published"),
        ("finalise", "published", "final"),
    ]


def test_events_of_a_plan_never_change():
    plan, _staff = a_school_test()
    with pytest.raises(DatabaseError), transaction.atomic():
        plan.events.update(action="other")


@pytest.mark.parametrize(
    ("action", "state"), [("open", PlanState.ARRANGED), ("hold", PlanState.DRAFT), ("publish", PlanState.ARRANGED)]
)
def test_a_move_out_of_turn_is_refused(action, state):
    plan, staff = a_school_test(state=state)
    before = plan.events.count()
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action=action, actor=staff, at=EVENING)
    assert refusal.value.code == "wrong_state"
    plan.refresh_from_db()
    assert (plan.state, plan.events.count()) == (state, before)


def test_an_assessment_is_not_held_before_its_last_part_begins():
    plan, staff = a_school_test()
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action="hold", actor=staff, at=hours_of(PartKind.THEORY)[1])
    assert refusal.value.code == "too_early"


def test_publishing_needs_the_last_day_of_appeals():
    plan, staff = a_school_test(state=PlanState.HELD)
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action="publish", actor=staff, at=EVENING)
    assert refusal.value.code == "appeal_missing"


def test_what_stands_in_the_way_of_opening_is_named_and_nothing_opens():
    assessment_figures()
    body = a_body()
    staff = body_staff(body)
    plan = plan_create(
        kind=PlanKind.LEVEL,
        organisation=body.organisation,
        body=body,
        occupation=an_occupation(),
        level=SkillLevel.FIVE,
        seats=30,
        actor=staff,
        at=NOW,
    )
    assert names(plan_problems(plan, on=TODAY)) == {"permission", "parts", "applies"}
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action="open", actor=staff, at=NOW)
    assert refusal.value.code == "checks_failed"
    assert "评价范围和备案" in refusal.value.message
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_a_suspended_or_out_of_scope_body_opens_nothing():
    plan, staff = a_level_assessment(1, state=PlanState.DRAFT)
    assert names(plan_problems(plan, on=TODAY, stage="open")) == set()
    plan.body.state = "suspended"
    plan.body.save()
    assert names(plan_problems(plan, on=TODAY, stage="open")) == {"permission"}
    with pytest.raises(PlanError):
        plan_move(plan_id=plan.pk, action="open", actor=staff, at=NOW)


def test_small_rooms_and_short_panels_hold_up_a_level_and_only_advise_a_school():
    assessment_figures()
    level, _staff = a_level_assessment(2, state=PlanState.OPEN, on_duty=1)
    found = {check.code: check for check in plan_problems(level, on=TODAY)}
    assert found["invigilators"].blocks
    assert found["invigilators"].found == "一号考场有 1 名，需要 2 名"
    assert found["assessors"].found == "二号考场有 1 名，需要 3 名"
    assert found["assessors"].is_unverified
    test, staff = a_school_test(on_duty=1, state=PlanState.DRAFT)
    found = {check.code: check for check in plan_problems(test, on=TODAY)}
    assert {check.code for check in found.values() if check.is_advice} == {"invigilators", "assessors"}
    plan_move(plan_id=test.pk, action="arrange", actor=staff, at=NOW)


def test_a_schools_test_needs_somebody_in_the_practical_room():
    run = a_closed_class()
    staff = school_staff(run.school)
    plan, _staff = a_school_test(run, state=PlanState.DRAFT, on_duty=0)
    assert names(plan_problems(plan, on=TODAY)) == {"judges_present"}
    with pytest.raises(PlanError):
        plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=NOW)


def test_arranging_tells_everybody_her_place_and_cancelling_tells_her_not_to_come():
    plan, staff = a_school_test()
    texts = [sms.text for sms in SmsMessage.objects.filter(template="assessment_ticket_ready").order_by("pk")]
    assert len(texts) == 2
    assert "12月07日 09:00" in texts[0]
    assert "准考证号 20260001" in texts[0]
    plan_move(plan_id=plan.pk, action="cancel", actor=staff, at=NOW, reason="停电")
    cancelled = [sms.text for sms in SmsMessage.objects.filter(template="assessment_cancelled")]
    assert ["停电" in text for text in cancelled] == [True, True]


def test_cancelling_needs_a_reason_and_an_officer_may_do_it_but_nobody_else():
    plan, staff = a_school_test()
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action="cancel", actor=staff, at=NOW)
    assert refusal.value.code == "reason_missing"
    for stranger in (school_staff(a_closed_class().school), an_officer(Role.OFFICER_FINANCE), a_worker().user):
        with pytest.raises(PermissionDenied):
            plan_move(plan_id=plan.pk, action="cancel", actor=stranger, at=NOW, reason="不行")
    plan_move(plan_id=plan.pk, action="cancel", actor=an_officer(Role.OFFICER_INSPECTION), at=NOW, reason="场地不合格")
    plan.refresh_from_db()
    assert plan.state == PlanState.CANCELLED


def test_an_officer_cancels_and_does_nothing_else():
    plan, _staff = a_school_test()
    with pytest.raises(PermissionDenied):
        plan_move(plan_id=plan.pk, action="hold", actor=an_officer(Role.OFFICER_REVIEW), at=EVENING)


def test_arranged_again_only_those_whose_place_changed_are_told_again():
    plan, staff = a_school_test()
    plan_move(plan_id=plan.pk, action="reopen", actor=staff, at=NOW, reason="换考场")
    plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=NOW)
    assert SmsMessage.objects.filter(template="assessment_ticket_ready").count() == 2
    plan_move(plan_id=plan.pk, action="reopen", actor=staff, at=NOW, reason="换时间")
    starts_at, ends_at = hours_of(PartKind.THEORY)
    hour = timedelta(hours=1)
    part_set(plan_id=plan.pk, kind="theory", starts_at=starts_at - hour, ends_at=ends_at - hour, actor=staff, at=NOW)
    plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=NOW)
    assert SmsMessage.objects.filter(template="assessment_ticket_ready").count() == 4


def test_nothing_is_changed_once_it_is_arranged():
    plan, staff = a_school_test()
    room = PlanRoom.objects.filter(part__plan=plan).first()
    starts_at, ends_at = hours_of(PartKind.THEORY)
    told = {"actor": staff, "at": NOW}
    attempts = [
        lambda: plan_change(plan_id=plan.pk, title="新", seats=9, notice="", **told),
        lambda: part_set(plan_id=plan.pk, kind="theory", starts_at=starts_at, ends_at=ends_at, **told),
        lambda: room_add(plan_id=plan.pk, part="theory", name="三", address="厦门", capacity=3, **told),
        lambda: room_change(room_id=room.pk, name="三", address="厦门", capacity=3, has_camera=True, **told),
        lambda: plan_arrange(plan_id=plan.pk, **told),
        lambda: candidate_admit(plan_id=plan.pk, worker_id=a_worker().pk, **told),
    ]
    before = plan.events.count()
    for attempt in attempts:
        with pytest.raises(PlanError) as refusal:
            attempt()
        assert refusal.value.code == "not_editable"
    assert plan.events.count() == before


def test_a_review_is_for_levels_two_and_one_only():
    plan = a_plan()
    staff = body_staff(plan.body)
    starts_at, ends_at = hours_of(PartKind.REVIEW)
    with pytest.raises(PlanError) as refusal:
        part_set(plan_id=plan.pk, kind="review", starts_at=starts_at, ends_at=ends_at, actor=staff, at=NOW)
    assert refusal.value.code == "no_review"
    higher = a_plan(level=SkillLevel.TWO)
    laid_out(higher, body_staff(higher.body))
    assert "缺少综合评审" in {check.found for check in plan_problems(higher, on=TODAY)}


def test_candidates_of_a_test_are_those_who_completed_and_keep_their_number_in_the_class():
    run = a_closed_class(3, not_completed=1)
    plan, staff = a_school_test(run, state=PlanState.DRAFT)
    assert list(plan.candidates.values_list("ticket_number", flat=True)) == ["20260001", "20260002", "20260003"]
    assert candidates_from_class(plan_id=plan.pk, actor=staff, at=NOW) == 0
    lacking = run.enrolments.get(state="not_completed")
    with pytest.raises(PlanError) as refusal:
        candidate_admit(plan_id=plan.pk, worker_id=lacking.worker_id, enrolment_id=lacking.pk, actor=staff, at=NOW)
    assert refusal.value.code == "not_completed"


def test_a_resit_takes_whom_the_school_names_and_nobody_by_itself():
    run = a_closed_class(2)
    a_school_test(run, state=PlanState.HELD)
    staff = school_staff(run.school)
    resit = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=run.school.organisation,
        class_run_id=run.pk,
        seats=9,
        actor=staff,
        at=NOW,
    )
    assert candidates_from_class(plan_id=resit.pk, actor=staff, at=NOW) == 0
    one = run.enrolments.first()
    assert candidates_from_class(plan_id=resit.pk, actor=staff, at=NOW, enrolment_ids=[one.pk]) == 1


def test_admitting_twice_is_once_and_a_full_plan_admits_nobody():
    plan, staff = a_level_assessment(1, state=PlanState.OPEN)
    she = plan.candidates.get()
    assert candidate_admit(plan_id=plan.pk, worker_id=she.worker_id, actor=staff, at=NOW) == she
    plan_change(plan_id=plan.pk, title="", seats=1, notice="", applies=APPLIES, actor=staff, at=NOW)
    with pytest.raises(PlanError) as refusal:
        candidate_admit(plan_id=plan.pk, worker_id=a_worker().pk, actor=staff, at=NOW)
    assert refusal.value.code == "full"
    assert Candidate.objects.filter(plan=plan).count() == 1


def test_whoever_withdraws_gives_up_her_seats_and_is_taken_back_under_her_number():
    plan, staff = a_level_assessment(2, state=PlanState.OPEN)
    she = plan.candidates.first()
    candidate_end(candidate_id=she.pk, state=CandidateState.WITHDRAWN, reason="本人来电", actor=staff, at=NOW)
    she.refresh_from_db()
    assert (she.state, she.reason, she.places.count()) == (CandidateState.WITHDRAWN, "本人来电", 0)
    back = candidate_admit(plan_id=plan.pk, worker_id=she.worker_id, actor=staff, at=NOW)
    assert (back.pk, back.ticket_number, back.state, back.reason) == (she.pk, she.ticket_number, "admitted", "")


def test_tickets_name_every_part_and_end_with_the_cancellation():
    plan, staff = a_school_test()
    tickets = tickets_of(plan)
    assert [len(ticket.seats) for ticket in tickets] == [2, 2]
    assert tickets[0].code == f"{plan.number}-20260001"
    plan_move(plan_id=plan.pk, action="cancel", actor=staff, at=NOW, reason="停电")
    plan.refresh_from_db()
    assert tickets_of(plan) == []


def test_a_cancelled_plan_frees_everybody():
    plan, staff = a_school_test()
    held = RoomDuty.objects.filter(room__part__plan=plan), Seat.objects.filter(part__plan=plan)
    assert all(rows.filter(during__isnull=True).count() == 0 for rows in held)
    plan_move(plan_id=plan.pk, action="cancel", actor=staff, at=NOW, reason="停电")
    assert all(rows.filter(during__isnull=False).count() == 0 for rows in held)


def test_the_bureau_sees_all_but_drafts_and_each_organisation_its_own():
    draft, staff = a_school_test(state=PlanState.DRAFT)
    arranged, _other = a_level_assessment(1)
    assert set(plans_visible_to(staff, on=TODAY)) == {draft}
    assert set(plans_visible_to(an_officer(Role.OFFICER_INSPECTION), on=TODAY)) == {arranged}
    assert set(plans_visible_to(an_officer(Role.OFFICER_FINANCE), on=TODAY)) == set()
    assert set(plans_visible_to(a_worker().user, on=TODAY)) == set()


def test_a_body_with_scope_reads_open_only_after_applying_days_are_sound():
    body = a_body()
    a_body_scope(body)
    staff = body_staff(body)
    with pytest.raises(PlanError) as refusal:
        plan_create(
            kind=PlanKind.LEVEL,
            organisation=body.organisation,
            body=body,
            occupation=an_occupation(),
            level=5,
            seats=9,
            applies=(TODAY, TODAY - timedelta(days=1)),
            actor=staff,
            at=NOW,
        )
    assert refusal.value.code == "applies_backwards"
