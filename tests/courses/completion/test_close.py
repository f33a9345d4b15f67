"""The close of a class: everybody judged and frozen, once; nothing while something is unsettled."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from courses.attendance.services import attendance_correct, review_settle, session_finish
from courses.attendance.states import AttendanceState
from courses.classes.models import ClassRun, EnrolmentEvent
from courses.classes.states import ClassState, EnrolmentState
from courses.completion import services
from courses.completion.errors import CompletionError
from courses.completion.models import ClassClose, Completion
from courses.completion.selectors import completions_in_force, preview_of
from courses.completion.services import class_close, completion_judge_again, preview_digest
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.courses.attendance.builders import STARTS, people, scan, the_figures
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.courses.completion.builders import a_practical_session, hold, study
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db
LATER = STARTS + timedelta(days=1)


@pytest.fixture
def run():
    the_figures()
    return a_class_run()


@pytest.fixture
def staff(run):
    return school_staff(run.school)


def close(run, staff, *, seen=""):
    seen = seen or preview_digest(preview_of(run, at=LATER))
    return class_close(class_run_id=run.pk, seen=seen, actor=staff, at=LATER)


def nothing_happened(run):
    run.refresh_from_db()
    return (
        run.state == ClassState.OPEN
        and not Completion.objects.exists()
        and not ClassClose.objects.exists()
        and not SmsMessage.objects.filter(template__startswith="class_").exists()
        and not AuditEvent.objects.filter(action__startswith="completion").exists()
    )


def a_class_of_two(run):
    """One who did everything, and one who missed the practice."""
    well, lacking = people(run, 2)
    session = a_practical_session(run)
    for she in (well, lacking):
        study(she)
    hold(session, [well])
    return well, lacking, session


def test_the_close_says_of_each_completed_or_not_because(run, staff):
    well, lacking, _session = a_class_of_two(run)
    made = close(run, staff)
    assert (made.completed, made.not_completed) == (1, 1)
    run.refresh_from_db()
    assert run.state == ClassState.CLOSED
    for she in (well, lacking):
        she.refresh_from_db()
    assert (well.state, lacking.state) == (EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)
    of_her = Completion.objects.get(enrolment=lacking)
    assert [check["code"] for check in of_her.failed] == ["practice", "rate"]
    assert Decimal(of_her.criterion["rate_min"]) == Decimal(80)
    assert of_her.criterion["basis"]["parameters"].keys() == {"attendance.rate.min", "completion.presence.min"}
    assert of_her.facts["theory_hours"] == "4"
    assert EnrolmentEvent.objects.get(enrolment=lacking, action="not_complete").reason == "实操学时、出勤率"
    texts = dict(SmsMessage.objects.filter(template__startswith="class_").values_list("template", "dedupe_key"))
    assert texts.keys() == {"class_completed", "class_not_completed"}
    assert AuditEvent.objects.filter(action="completion.class_close.made").count() == 1
    assert AuditEvent.objects.filter(action="classes.class_run.closed").count() == 1


def test_closing_twice_is_closing_once(run, staff):
    a_class_of_two(run)
    seen = preview_digest(preview_of(run, at=LATER))
    assert close(run, staff, seen=seen).pk == close(run, staff, seen=seen).pk
    assert Completion.objects.count() == 2
    assert SmsMessage.objects.filter(template__startswith="class_").count() == 2


def test_a_preview_changes_nothing(run, staff):
    a_class_of_two(run)
    preview = preview_of(run, at=LATER)
    assert (preview.completed, preview.not_completed, preview.blocks) == (1, 1, [])
    assert "备案的结班日期" in preview.warnings[0]
    assert nothing_happened(run)


def test_what_was_not_in_the_preview_is_not_closed(run, staff):
    _well, lacking, session = a_class_of_two(run)
    seen = preview_digest(preview_of(run, at=LATER))
    attendance_correct(
        session_id=session.pk,
        enrolment_id=lacking.pk,
        state=AttendanceState.PRESENT,
        reason="手机没电",
        actor=session.teacher.user,
        at=LATER,
    )
    with pytest.raises(CompletionError) as refusal:
        close(run, staff, seen=seen)
    assert refusal.value.code == "changed"
    assert nothing_happened(run)


def test_a_session_that_was_not_held_stands_in_the_way_by_name(run, staff):
    people(run, 1)
    a_practical_session(run)
    with pytest.raises(CompletionError) as refusal:
        close(run, staff)
    assert refusal.value.code == "unsettled"
    assert "新生儿洗澡" in refusal.value.message
    assert nothing_happened(run)


def test_an_open_review_stands_in_the_way_until_it_is_settled(run, staff):
    (she,) = people(run, 1)
    session = a_practical_session(run)
    study(she)
    scan(session, she)
    session_finish(session_id=session.pk, people=0, actor=session.teacher.user, at=session.ends_at)
    with pytest.raises(CompletionError) as refusal:
        close(run, staff)
    assert refusal.value.code == "unsettled"
    assert nothing_happened(run)
    review = session.attendance_reviews.get()
    review_settle(review_id=review.pk, absent=[], reason="数错了，录像里在", actor=staff, at=LATER)
    assert close(run, staff).completed == 1


def test_whoever_never_confirmed_is_not_completed(run, staff):
    she = an_enrolment(run, state=EnrolmentState.INVITED, confirmed_at=None)
    study(she)
    hold(a_practical_session(run), [she])
    close(run, staff)
    assert [check["code"] for check in Completion.objects.get().failed] == ["confirmed"]


@pytest.mark.parametrize("part", [0.95, 0.5])
def test_a_lesson_studied_to_its_end_counts_whole_and_half_a_lesson_half(run, staff, part):
    (she,) = people(run, 1)
    study(she, part=part)
    hold(a_practical_session(run), [she])
    close(run, staff)
    found = Completion.objects.get()
    assert (found.outcome, found.facts["theory_hours"]) == (
        ("completed", "4") if part == 0.95 else ("not_completed", "2")
    )


def test_nobody_else_closes_a_class(run, staff):
    a_class_of_two(run)
    for stranger in (school_staff(a_class_run().school), an_officer(Role.OFFICER_REVIEW)):
        with pytest.raises(PermissionDenied):
            close(run, stranger)
    assert nothing_happened(run)


def test_a_crash_in_the_middle_leaves_nothing(run, staff, monkeypatch):
    a_class_of_two(run)

    def broken(**_facts):
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(services, "class_run_move", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        close(run, staff)
    assert nothing_happened(run)


def test_a_correction_is_judged_again_by_the_criterion_of_the_close_and_the_old_one_is_kept(run, staff):
    _well, lacking, session = a_class_of_two(run)
    close(run, staff)
    officer = an_officer(Role.OFFICER_REVIEW)
    facts = {"enrolment_id": lacking.pk, "actor": officer, "at": LATER}
    with pytest.raises(CompletionError) as refusal:
        completion_judge_again(reason="再看一次", **facts)
    assert refusal.value.code == "same"
    attendance_correct(
        session_id=session.pk,
        enrolment_id=lacking.pk,
        state=AttendanceState.PRESENT,
        reason="查看录像",
        actor=officer,
        at=LATER,
    )
    again = completion_judge_again(reason="录像证明到课", **facts)
    lacking.refresh_from_db()
    assert (again.outcome, lacking.state) == ("completed", EnrolmentState.COMPLETED)
    first = Completion.objects.get(enrolment=lacking, replaces__isnull=True)
    assert (first.outcome, again.replaces, again.criterion) == ("not_completed", first, first.criterion)
    assert completions_in_force().get(enrolment=lacking) == again


def test_judging_again_needs_a_reason_and_an_officer(run, staff):
    _well, lacking, _session = a_class_of_two(run)
    close(run, staff)
    with pytest.raises(CompletionError):
        completion_judge_again(enrolment_id=lacking.pk, reason=" ", actor=an_officer(Role.OFFICER_REVIEW), at=LATER)
    with pytest.raises(PermissionDenied):
        completion_judge_again(enrolment_id=lacking.pk, reason="帮个忙", actor=staff, at=LATER)
    assert Completion.objects.filter(replaces__isnull=False).exists() is False


def test_a_judgement_cannot_be_changed_or_removed(run, staff):
    a_class_of_two(run)
    close(run, staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        Completion.objects.update(outcome="completed")
    with pytest.raises(DatabaseError), transaction.atomic():
        ClassClose.objects.all().delete()


def test_the_preview_asks_as_often_for_many_as_for_few(run, django_assert_max_num_queries):
    everybody = people(run, 8)
    for she in everybody:
        study(she)
    hold(a_practical_session(run), everybody)
    run = ClassRun.objects.select_related("course_version__package_version").get(pk=run.pk)
    with django_assert_max_num_queries(22):
        assert len(preview_of(run, at=LATER).rows) == 8
