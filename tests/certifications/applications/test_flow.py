"""An application from its first line to the ticket, and every way in which it does not get there."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from certifications.applications import services
from certifications.applications.errors import ApplicationError
from certifications.applications.models import ApplicationDecision, ApplicationEvent, LevelApplication
from certifications.applications.rules.form import is_yes
from certifications.applications.selectors import applications_visible_to, has_trained, offers_for
from certifications.applications.states import ApplicationState, PaperKind, Trade
from certifications.plans.errors import PlanError
from certifications.plans.models import Candidate
from certifications.plans.states import PlanState
from courses.classes.states import EnrolmentState
from foundation.accounts.states import Role
from foundation.policy.engine import reproduce
from foundation.privacy.models import AccessRecord, Consent
from foundation.privacy.services import consent_withdraw
from foundation.privacy.states import Purpose
from foundation.sms.models import SmsMessage
from tests.certifications.applications.builders import (
    ELDERLY_CARE,
    INFANT_CARE,
    a_certificate,
    a_diploma,
    a_job,
    an_occupation,
    an_open_plan,
    base_loaded,
    begun,
    filled,
    handed_in,
    somebody,
    submitted,
    the_wording,
)
from tests.certifications.builders import body_staff
from tests.courses.builders import a_class_run, an_enrolment
from tests.courses.builders_filing import a_teacher
from tests.workers.builders import NOW, TODAY, a_worker, an_officer
from tests.workers.test_files import a_picture, an_upload

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def conditions():
    base_loaded()


def texts(worker):
    return list(SmsMessage.objects.filter(template__startswith="level_application").values_list("template", flat=True))


def accept(application, **more):
    given = {"application_id": application.pk, "actor": body_staff(application.plan.body), "at": LATER}
    return services.application_accept(**(given | more))


def refused_with(code, act):
    with pytest.raises(ApplicationError) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value.message


# --- the whole way ------------------------------------------------------------------------------------------------


def test_whoever_is_eligible_is_a_candidate_after_one_click():
    worker, plan = somebody(), an_open_plan()
    application = handed_in(worker, plan)
    assert (application.state, application.verdict, application.round) == ("submitted", "yes", 1)
    accept(application)
    application.refresh_from_db()
    assert (application.state, application.candidate.worker, application.candidate.plan) == ("accepted", worker, plan)
    assert application.candidate.ticket_number == "20260001"
    assert [event.move for event in application.events.all()] == ["start", "submit", "accept"]
    assert texts(worker) == ["level_application_submitted", "level_application_accepted"]
    assert Consent.objects.get(subject=worker.user).receiver == "assessment_body"


def test_the_finding_is_frozen_and_can_be_worked_out_again():
    application = handed_in(somebody(), an_open_plan())
    kept = ApplicationDecision.objects.get(application=application)
    assert reproduce(kept.content).outcome.value == kept.verdict == "yes"
    assert kept.on == TODAY
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationDecision.objects.filter(pk=kept.pk).update(verdict="no")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationEvent.objects.filter(application=application).delete()


def test_what_her_file_knows_is_filled_in():
    worker = somebody()
    a_job(worker, "2021-03-15", "2023-05-31", post="育婴员", employer="示例托育园")
    a_job(worker, "2024-01-01", post="月嫂", employer="鹭岛示例家政服务有限公司")
    a_diploma(worker, "vocational", "2010-06-30")
    application = begun(worker, an_open_plan(occupation=INFANT_CARE))
    works = list(application.works.all())
    assert [(row.first_month, row.last_month, row.trade) for row in works] == [
        (date(2021, 3, 1), date(2023, 5, 1), Trade.SELF),
        (date(2024, 1, 1), None, Trade.UNSURE),
    ]
    assert [row.school for row in application.studies.all()] == ["示例学校"]
    assert application.answers["employer_now"] == "鹭岛示例家政服务有限公司"
    assert application.answers["years"] == "2"
    assert is_yes(application.answers, "is_student") is False
    assert begun(worker, application.plan) == application


def test_a_row_that_was_changed_is_her_word_again():
    worker = somebody()
    a_job(worker, "2021-03-15", post="育婴员")
    application = filled(worker, an_open_plan(occupation=INFANT_CARE))
    assert submitted(application).verdict == "yes"
    services.application_return(
        application_id=application.pk, remarks={"works": "请核对开始时间"}, reason="", at=LATER,
        actor=body_staff(application.plan.body),
    )  # fmt: skip
    row = application.works.get()
    entry = services.WorkEntry(date(2020, 1, 1), "育婴员", Trade.SELF, row.employer, None, "", "王示例", "19900001111")
    services.work_row_set(application_id=application.pk, entry=entry, row_id=row.pk, actor=worker.user, at=LATER)
    row.refresh_from_db()
    assert row.employment is None
    services.application_answers_save(
        application_id=application.pk, answers={"years": "6"}, actor=worker.user, at=LATER
    )
    assert submitted(LevelApplication.objects.get(pk=application.pk), at=LATER).verdict == "undecided"


# --- what keeps it from beginning or being handed in ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": PlanState.DRAFT}, "还没有开放申报"),
        ({"state": PlanState.ARRANGED}, "已经停止申报"),
        ({"state": PlanState.CANCELLED}, "已经取消"),
    ],
)
def test_a_plan_that_takes_no_applications_says_why(fields, words):
    worker = somebody()
    plan = an_open_plan(**fields)
    assert words in refused_with("not_open_to_her", lambda: begun(worker, plan))
    assert LevelApplication.objects.exists() is False


@pytest.mark.parametrize(("days", "words"), [(-1, "才开始申报"), (8, "已经过了")])
def test_before_and_after_the_days_of_application(days, words):
    worker, plan = somebody(), an_open_plan()
    assert words in refused_with("not_open_to_her", lambda: begun(worker, plan, at=NOW + timedelta(days=days)))
    assert begun(worker, plan, at=NOW + timedelta(days=7)).state == "draft"


def test_a_full_plan_takes_nobody():
    plan = an_open_plan(seats=1)
    accept(handed_in(somebody(), plan))
    assert "名额已经满了" in refused_with("not_open_to_her", lambda: begun(somebody(), plan))


def test_whoever_is_not_verified_comes_back_later():
    worker = a_worker()
    assert "实名" in refused_with("not_open_to_her", lambda: begun(worker, an_open_plan()))


def test_a_level_that_is_held_is_not_applied_for():
    worker = somebody()
    a_certificate(worker, 4, "2020-01-01", name="家政服务员", code="4-10-01-06")
    assert "已经有这个等级" in refused_with("not_open_to_her", lambda: begun(worker, an_open_plan(level=5)))


def test_one_application_for_a_level_at_a_time():
    worker = somebody()
    first = begun(worker, an_open_plan())
    other = an_open_plan()
    assert first.number in refused_with("not_open_to_her", lambda: begun(worker, other))
    services.application_withdraw(application_id=first.pk, actor=worker.user, at=NOW)
    assert begun(worker, other).state == "draft"


def test_the_database_holds_one_open_application_of_a_level():
    first = begun(somebody(), an_open_plan())
    values = {field.attname: getattr(first, field.attname) for field in LevelApplication._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelApplication.objects.create(**(values | {"id": None, "number": "SB-2", "plan_id": an_open_plan().pk}))


def test_an_accepted_candidate_does_not_apply_again_for_the_same_plan():
    worker, plan = somebody(), an_open_plan()
    application = accept(handed_in(worker, plan))
    assert begun(worker, plan).pk == application.pk


def test_an_incomplete_form_is_not_handed_in_and_loses_nothing():
    worker = somebody()
    application = begun(worker, an_open_plan())
    services.application_answers_save(
        application_id=application.pk, answers={"employer_phone": "不知道", "years": "三"}, actor=worker.user, at=NOW
    )
    assert "第一处" in refused_with("incomplete", lambda: submitted(application))
    application.refresh_from_db()
    assert (application.state, application.answers["years"], application.answers["employer_phone"]) == (
        "draft", "三", "不知道",
    )  # fmt: skip
    assert (texts(worker), Consent.objects.count(), ApplicationDecision.objects.count()) == ([], 0, 0)


def test_whoever_is_certainly_not_eligible_reads_how_long_it_takes():
    worker = somebody()
    a_job(worker, "2026-06-01", post="育婴员")
    application = filled(worker, an_open_plan(occupation=INFANT_CARE))
    words = refused_with("not_eligible", lambda: submitted(application))
    assert "还差 7 个月，到 2027-06-01 满足" in words
    application.refresh_from_db()
    assert (application.state, application.round, Consent.objects.count()) == ("draft", 0, 0)


def test_the_declaration_and_the_pledge_are_needed():
    worker = somebody()
    a_job(worker, "2021-03-01", "2022-03-31", post="月嫂", employer="示例一")
    a_job(worker, "2023-03-01", post="月嫂", employer="示例二")
    application = filled(worker, an_open_plan())
    refused_with("not_declared", lambda: submitted(application, has_pledged=False))
    refused_with("not_declared", lambda: submitted(application, has_declared=False))
    refused_with("consent_missing", lambda: submitted(application, consent_text=None))
    assert submitted(application).state == "submitted"


def test_nobody_applies_in_anothers_name():
    worker, other = somebody(), somebody()
    plan = an_open_plan()
    with pytest.raises(PermissionDenied):
        services.application_start(plan_id=plan.pk, worker_id=worker.pk, actor=other.user, at=NOW)
    application = filled(worker, plan)
    with pytest.raises(PermissionDenied):
        services.application_submit(
            application_id=application.pk, actor=other.user, at=NOW, has_declared=True, has_pledged=True,
            consent_text=the_wording(),
        )  # fmt: skip
    assert LevelApplication.objects.get().state == "draft"


# --- the body decides -----------------------------------------------------------------------------------------------


def uncertain():
    worker = somebody()
    a_job(worker, "2020-01-01", post="育婴员", sure=False)
    return handed_in(worker, an_open_plan(occupation=INFANT_CARE))


def test_what_is_uncertain_is_decided_by_a_person_with_a_reason():
    application = uncertain()
    assert application.verdict == "undecided"
    refused_with("reason_missing", lambda: accept(application))
    assert Candidate.objects.exists() is False
    accept(application, reason="核对了工作证明原件")
    assert application.events.order_by("-pk").first().reason == "核对了工作证明原件"


def test_what_comes_back_is_marked_and_can_be_handed_in_again():
    worker, plan = somebody(), an_open_plan()
    application = handed_in(worker, plan)
    actor = body_staff(plan.body)
    refused_with(
        "nothing_marked",
        lambda: services.application_return(
            application_id=application.pk, remarks={"years": " "}, reason="看不清", actor=actor, at=LATER
        ),
    )
    services.application_return(
        application_id=application.pk, remarks={"paper_id_front": "照片看不清"}, reason="", actor=actor, at=LATER
    )
    application.refresh_from_db()
    assert (application.state, application.reason) == ("returned", "身份证人像面")
    # The days of application are over by then: what was handed in in time may still be put right.
    again = submitted(application, at=NOW + timedelta(days=10))
    assert (again.state, again.round, again.decisions.count()) == ("submitted", 2, 2)
    assert texts(worker) == ["level_application_submitted", "level_application_returned", "level_application_submitted"]


def test_a_refusal_says_why():
    application = uncertain()
    staff = body_staff(application.plan.body)
    act = {"application_id": application.pk, "actor": staff, "at": LATER}
    refused_with("reason_missing", lambda: services.application_refuse(reason=" ", **act))
    services.application_refuse(reason="工作证明与社保记录不符，请补充后再报", **act)
    application.refresh_from_db()
    assert (application.state, application.reason) == ("refused", "工作证明与社保记录不符，请补充后再报")
    assert begun(application.worker, application.plan).pk != application.pk


def test_only_the_plans_own_body_decides():
    application = handed_in(somebody(), an_open_plan())
    for actor in (body_staff(an_open_plan().body), an_officer(Role.OFFICER_REVIEW), application.worker.user):
        with pytest.raises(PermissionDenied):
            accept(application, actor=actor)
    assert Candidate.objects.exists() is False


def test_nobody_decides_her_own_application():
    worker, plan = somebody(), an_open_plan()
    staff = body_staff(plan.body)
    staff.memberships.update(user=worker.user)
    application = handed_in(worker, plan)
    refused_with("own_application", lambda: accept(application, actor=worker.user))
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelApplication.objects.filter(pk=application.pk).update(decided_by=worker.user)


def test_nothing_is_decided_twice():
    application = accept(handed_in(somebody(), an_open_plan()))
    refused_with("wrong_state", lambda: accept(application))
    refused_with(
        "wrong_state",
        lambda: services.application_withdraw(application_id=application.pk, actor=application.worker.user, at=LATER),
    )


def test_clean_ones_are_accepted_together_and_the_rest_is_said():
    plan = an_open_plan(seats=2)
    clean = [handed_in(somebody(), plan, at=NOW + timedelta(minutes=n)) for n in range(3)]
    unsure = uncertain()
    report = services.applications_accept(
        application_ids=[unsure.pk, *(one.pk for one in reversed(clean))], actor=body_staff(plan.body), at=LATER
    )
    assert report.accepted == 2
    states = [LevelApplication.objects.get(pk=one.pk).state for one in clean]
    assert states == ["accepted", "accepted", "submitted"]
    assert set(report.refused) == {clean[2].number, unsure.number}
    assert "已经满了" in report.refused[clean[2].number]


def test_taking_back_the_consent_stops_what_is_open():
    application = handed_in(somebody(), an_open_plan())
    consent = Consent.objects.get()
    consent_withdraw(consent_id=consent.pk, actor=application.worker.user, at=LATER)
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert applications_visible_to(body_staff(application.plan.body), on=TODAY).get().state == "withdrawn"


# --- who sees what --------------------------------------------------------------------------------------------------


def test_a_draft_is_nobodys_business():
    application = begun(somebody(), an_open_plan())
    assert applications_visible_to(body_staff(application.plan.body), on=TODAY).exists() is False
    assert applications_visible_to(an_officer(Role.OFFICER_REVIEW), on=TODAY).exists() is False
    mine = handed_in(somebody(), application.plan)
    assert applications_visible_to(body_staff(application.plan.body), on=TODAY).get() == mine
    assert applications_visible_to(body_staff(an_open_plan().body), on=TODAY).exists() is False
    assert applications_visible_to(an_officer(Role.AUDITOR), on=TODAY).get() == mine


@pytest.mark.django_db(transaction=True)
def test_every_look_is_on_record_and_a_stranger_is_refused():
    application = handed_in(somebody(), an_open_plan())
    look = {"application": application, "purpose": Purpose.CASE_HANDLING, "note": "", "on": TODAY}
    staff, stranger = body_staff(application.plan.body), body_staff(an_open_plan().body)
    services.dossier_open(viewer=staff, **look)
    with pytest.raises(PermissionDenied):
        services.dossier_open(viewer=stranger, **look)
    rows = AccessRecord.objects.order_by("at").values_list("viewer", "is_granted", "subject_id")
    assert list(rows) == [
        (staff.pk, True, str(application.worker_id)),
        (stranger.pk, False, str(application.worker_id)),
    ]


def test_witnesses_and_answers_are_encrypted():
    worker = somebody()
    a_job(worker, "2021-03-01", post="月嫂")
    application = filled(worker, an_open_plan())
    with connection.cursor() as cursor:
        cursor.execute("SELECT witness_name, witness_phone FROM applications_workrow")
        kept = b"".join(bytes(value) for value in cursor.fetchone())
        cursor.execute("SELECT answers_text FROM applications_levelapplication WHERE id = %s", [application.pk])
        kept += bytes(cursor.fetchone()[0])
    assert "王示例".encode() not in kept
    assert b"19900001111" not in kept
    assert "鹭岛".encode() not in kept


def test_a_teacher_of_hers_is_told_before_she_decides():
    worker, plan = somebody(), an_open_plan()
    staff = body_staff(plan.body)
    run = a_class_run()
    run.head_teacher = a_teacher(run.school)
    run.head_teacher.user = staff
    run.head_teacher.save()
    run.save()
    an_enrolment(run, worker, state=EnrolmentState.COMPLETED)
    assert has_trained(staff, worker) is True
    assert has_trained(body_staff(plan.body), worker) is False


# --- papers ---------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_the_papers_that_its_answers_need():
    worker = somebody()
    a_job(worker, "2021-03-01", post="月嫂", employer="家庭雇主")
    application = filled(worker, an_open_plan())
    kinds = set(application.papers.values_list("kind", flat=True))
    assert kinds == {PaperKind.PHOTO, PaperKind.ID_FRONT, PaperKind.ID_BACK, PaperKind.DIPLOMA}
    other = somebody()
    a_job(other, "2021-03-01", post="月嫂", employer="示例家政")
    a_diploma(other, "college", "2015-06-30")
    more = set(filled(other, an_open_plan()).papers.values_list("kind", "employer"))
    assert {("business", "示例家政"), ("work_proof", ""), ("diploma_proof", "")} <= more


def test_a_paper_that_was_handed_in_is_only_taken_out_of_use():
    application = handed_in(somebody(), an_open_plan())
    paper = application.papers.first()
    services.application_return(
        application_id=application.pk, remarks={"paper_photo": "重拍"}, reason="", at=LATER,
        actor=body_staff(application.plan.body),
    )  # fmt: skip
    doing = {"application_id": application.pk, "actor": application.worker.user, "at": LATER}
    services.paper_remove(paper_id=paper.pk, **doing)
    paper.refresh_from_db()
    assert paper.removed_at == LATER
    fresh = services.paper_add(kind="photo", upload=an_upload(a_picture()), **doing)
    services.paper_remove(paper_id=fresh.pk, **doing)
    assert application.papers.filter(pk=fresh.pk).exists() is False


# --- what she is offered ----------------------------------------------------------------------------------------------


def test_the_offers_say_what_she_may_apply_for(django_assert_max_num_queries):
    worker = somebody()
    a_job(worker, "2021-06-30", post="育婴员")
    for level in (5, 4):
        an_open_plan(occupation=INFANT_CARE, level=level)
        an_open_plan(occupation=ELDERLY_CARE, level=level)
    an_open_plan(state=PlanState.DRAFT)
    with django_assert_max_num_queries(60):
        offers = offers_for(worker, on=TODAY)
    found = [(one.plan.occupation.name, one.plan.level, one.eligibility.decision.outcome.value) for one in offers]
    assert found[0] == ("育婴员", 5, "yes")
    # Nobody has listed what is related to 养老护理员: whether her work counts there, a person says.
    assert found[1] == ("养老护理员", 5, "undecided")
    assert sorted(found[2:]) == [("养老护理员", 4, "no"), ("育婴员", 4, "no")]


# --- many at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_are_accepted_at_once_for_the_last_seat_one_gets_it():
    plan = an_open_plan(seats=1)
    applications = [handed_in(somebody(), plan) for _n in range(8)]
    staff = body_staff(plan.body)
    start, refusals, failures = threading.Barrier(8), [], []

    def take(pk):
        try:
            start.wait()
            services.application_accept(application_id=pk, actor=staff, at=LATER)
        except PlanError as refusal:
            refusals.append(refusal.code)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(one.pk,)) for one in applications]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert refusals == ["full"] * 7
    assert Candidate.objects.filter(plan=plan).count() == 1
    states = list(LevelApplication.objects.values_list("state", flat=True))
    assert (states.count(ApplicationState.ACCEPTED), states.count(ApplicationState.SUBMITTED)) == (1, 7)


def test_the_day_is_the_day_in_the_city():
    """Half past midnight in Xiamen is still the day before by Greenwich; the day of the city counts."""
    worker = somebody()
    a_job(worker, "2025-11-24", post="育婴员")
    plan = an_open_plan(occupation=INFANT_CARE)
    application = filled(worker, plan, at=NOW)
    midnight = datetime.fromisoformat("2026-11-24T00:30:00+08:00")
    assert submitted(application, at=midnight).verdict == "yes"
    assert an_occupation(INFANT_CARE) == application.occupation
