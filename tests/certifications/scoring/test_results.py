"""Results are judged, published once, asked about in time, and become final."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.plans.errors import PlanError
from certifications.plans.states import CandidateState, PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import AppealEvent, PartScore, Result, ScoreAppeal
from certifications.scoring.selectors import result_in_force
from certifications.scoring.selectors.tables import preview_of
from certifications.scoring.services import (
    appeal_answer,
    appeal_make,
    results_finalise,
    results_judge,
    results_publish,
    results_reopen,
    score_remark,
)
from certifications.scoring.states import AppealState
from certifications.scoring.tasks import results_finalise_due
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.policy.states import Unit
from foundation.sms.models import SmsMessage
from tests.certifications.builders_scoring import (
    a_candidate,
    a_clerk,
    a_plan,
    a_score,
    moment,
    scoring_figures,
)
from tests.courses.builders import a_school
from tests.foundation.policy_builders import a_parameter, a_published_version
from tests.workers.builders import NOW, an_officer

pytestmark = pytest.mark.django_db
T, P = PartKind.THEORY, PartKind.PRACTICAL
# Monday 23 November 2026: five working days later is Monday 30.
UNTIL = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def figures():
    scoring_figures()


@pytest.fixture
def plan():
    return a_plan()


@pytest.fixture
def clerk(plan):
    return a_clerk(plan.organisation, name="陈教务")


def scored(plan, theory="78", practical="81", **fields):
    candidate = a_candidate(plan)
    a_score(candidate, T, theory, **fields)
    a_score(candidate, P, practical, **fields)
    return candidate


def publish(plan, clerk, **fields):
    return results_publish(plan_id=plan.pk, actor=clerk, at=fields.pop("at", NOW), **fields)


def nothing_published(plan):
    plan.refresh_from_db()
    assert plan.state == PlanState.HELD
    assert not Result.objects.exists()
    assert not SmsMessage.objects.filter(template__startswith="assessment_").exists()


# --- judging and publishing -------------------------------------------------------------------------------------------


def test_everybody_is_judged_and_the_criterion_frozen_with_its_version(plan, clerk):
    good, bad, absent = scored(plan), scored(plan, theory="59.5"), scored(plan, practical=None)
    results_judge(plan_id=plan.pk, actor=clerk, at=NOW)
    outcomes = {one.candidate_id: (one.outcome, one.marks) for one in Result.objects.all()}
    assert outcomes == {
        good.pk: ("passed", {"theory": "78", "practical": "81"}),
        bad.pk: ("failed", {"theory": "59.5", "practical": "81"}),
        absent.pk: ("failed", {"theory": "78", "practical": "absent"}),
    }
    kept = result_in_force(good).criterion["parts"]["theory"]
    assert (kept["least"], kept["on"], isinstance(kept["version"], int), kept["verified"]) == (
        "60", "2026-11-21", True, False,
    )  # fmt: skip


def test_judging_twice_writes_nothing_new(plan, clerk):
    scored(plan)
    results_judge(plan_id=plan.pk, actor=clerk, at=NOW)
    assert results_judge(plan_id=plan.pk, actor=clerk, at=NOW) == []
    assert Result.objects.count() == 1


@pytest.mark.parametrize(("held_on", "outcome"), [(date(2026, 11, 20), "passed"), (date(2026, 11, 21), "failed")])
def test_the_pass_mark_is_the_one_of_the_day_of_the_part(held_on, outcome):
    city = a_parameter("assessment.pass.theory", unit=Unit.POINTS, meaning="本市及格分")
    a_published_version(city, 60, date(2020, 1, 1), date(2026, 11, 20))
    a_published_version(city, 70, date(2026, 11, 21))
    plan = a_plan(held_on=held_on)
    candidate = scored(plan, theory="65")
    results_judge(plan_id=plan.pk, actor=a_clerk(plan.organisation), at=NOW)
    assert result_in_force(candidate).outcome == outcome


def test_publishing_opens_the_days_of_appeal_and_tells_each_by_text_without_marks(plan, clerk):
    scored(plan)
    scored(plan, theory="41.5")
    published = publish(plan, clerk)
    assert (published.state, published.published_at, published.appeal_until) == (PlanState.PUBLISHED, NOW, UNTIL)
    texts = list(SmsMessage.objects.filter(template="assessment_result").order_by("pk"))
    assert [("：合格。" in one.text, "：不合格。" in one.text) for one in texts] == [(True, False), (False, True)]
    assert all("11月30日" in one.text and "41.5" not in one.text and "78" not in one.text for one in texts)


def test_who_lacks_a_part_is_named_and_nothing_is_published(plan, clerk):
    scored(plan)
    other = a_candidate(plan)
    a_score(other, T, 70)
    with pytest.raises(ScoringError, match=f"{other.ticket_number} 号缺技能操作") as refusal:
        publish(plan, clerk)
    assert refusal.value.code == "missing"
    nothing_published(plan)


def test_somebody_excluded_or_withdrawn_holds_up_nothing(plan, clerk):
    scored(plan)
    a_candidate(plan, state=CandidateState.WITHDRAWN, reason="生病")
    publish(plan, clerk)
    assert Result.objects.count() == 1


def test_a_plan_without_anybody_is_not_published(plan, clerk):
    with pytest.raises(ScoringError) as refusal:
        publish(plan, clerk)
    assert refusal.value.code == "nobody"
    nothing_published(plan)


@pytest.mark.parametrize("state", [PlanState.OPEN, PlanState.ARRANGED, PlanState.CANCELLED])
def test_only_a_test_that_was_held_is_published(state):
    plan = a_plan(state=state)
    with pytest.raises(ScoringError) as refusal:
        publish(plan, a_clerk(plan.organisation))
    assert refusal.value.code == "wrong_state"


def test_publishing_twice_is_once(plan, clerk):
    scored(plan)
    publish(plan, clerk)
    publish(plan, clerk, at=NOW + timedelta(hours=1))
    plan.refresh_from_db()
    assert (plan.published_at, Result.objects.count()) == (NOW, 1)
    assert SmsMessage.objects.filter(template="assessment_result").count() == 1


def test_what_was_previewed_is_what_is_published(plan, clerk):
    candidate = scored(plan)
    seen = preview_of(plan).digest
    score_remark(candidate_id=candidate.pk, part=T, mark=Decimal(20), reason="抄错", actor=clerk, at=NOW)
    with pytest.raises(ScoringError) as refusal:
        publish(plan, clerk, seen=seen)
    assert refusal.value.code == "changed"
    nothing_published(plan)


def test_strangers_publish_nothing(plan):
    scored(plan)
    for stranger in (a_clerk(a_school().organisation), a_clerk(plan.organisation, role=Role.ASSESSOR), an_officer()):
        with pytest.raises(PermissionDenied):
            publish(plan, stranger)
    nothing_published(plan)


def test_results_are_never_changed_or_removed(plan, clerk):
    scored(plan)
    publish(plan, clerk)
    for change in (lambda: Result.objects.update(outcome="failed"), lambda: Result.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# --- appeals ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def published(plan, clerk):
    """She failed theory by half a point, in marks that somebody else entered."""
    she = scored(plan, theory="59.5", entered_by=a_clerk(plan.organisation, name="林录入"))
    publish(plan, clerk)
    return she


def ask(candidate, at=NOW, part=T, words="我觉得加错分了", actor=None):
    return appeal_make(candidate_id=candidate.pk, part=part, words=words, actor=actor or candidate.worker.user, at=at)


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [
        (moment(UNTIL - timedelta(days=1), 12), True),
        (moment(UNTIL, 23, 59), True),
        (moment(UNTIL + timedelta(days=1), 0), False),
        (moment(UNTIL + timedelta(days=9), 12), False),
    ],
)
def test_an_appeal_is_taken_up_to_the_last_minute_of_the_last_day(published, at, is_taken):
    if is_taken:
        assert ask(published, at=at).state == AppealState.OPEN
        return
    with pytest.raises(ScoringError, match="2026-11-30") as refusal:
        ask(published, at=at)
    assert refusal.value.code == "too_late"
    assert not ScoreAppeal.objects.exists()


def test_asking_twice_is_one_appeal(published):
    assert ask(published) == ask(published)
    assert (ScoreAppeal.objects.count(), AppealEvent.objects.count()) == (1, 1)


def test_before_publication_there_is_nothing_to_ask(plan):
    with pytest.raises(ScoringError) as refusal:
        ask(scored(plan))
    assert refusal.value.code == "not_public"


def test_nobody_else_asks_and_she_says_why(published):
    with pytest.raises(PermissionDenied):
        ask(published, actor=a_clerk(a_school().organisation))
    with pytest.raises(ScoringError) as refusal:
        ask(published, words="   ")
    assert refusal.value.code == "words_missing"
    assert not ScoreAppeal.objects.exists()


def test_the_office_registers_what_she_asks_on_paper_and_the_record_says_for_whom(published, clerk):
    appeal = ask(published, actor=clerk, words="书面申请：第 12 题")
    event = AuditEvent.objects.get(action="scoring.appeal.made")
    assert (appeal.made_by, event.on_behalf_of_id) == (clerk, published.worker.user_id)


def answer(appeal, actor, *, mark=None, at=NOW, **fields):
    given = {"is_upheld": mark is not None, "answer": "核对试卷，第 12 题漏加分"}
    return appeal_answer(
        appeal_id=appeal.pk, mark=None if mark is None else Decimal(mark), actor=actor, at=at, **(given | fields)
    )


def test_a_corrected_mark_makes_a_new_result_by_the_same_criterion_and_she_is_told(published, clerk):
    first = result_in_force(published)
    appeal = answer(ask(published), clerk, mark="62")
    second = result_in_force(published)
    assert (appeal.state, appeal.answered_by) == (AppealState.CHANGED, clerk)
    assert (second.outcome, second.replaces, second.criterion) == ("passed", first, first.criterion)
    assert second.reason == "核对试卷，第 12 题漏加分"
    assert SmsMessage.objects.get(template="assessment_result_changed").text.count("62") == 0
    assert [event.action for event in appeal.events.all()] == ["make", "change"]


def test_a_kept_mark_changes_nothing_and_she_is_told(published, clerk):
    first = result_in_force(published)
    appeal = answer(ask(published), clerk)
    assert (appeal.state, result_in_force(published)) == (AppealState.KEPT, first)
    assert SmsMessage.objects.filter(template="assessment_appeal_kept").count() == 1


def test_nobody_answers_for_a_mark_she_entered(published):
    appeal = ask(published)
    entered_by = appeal.score.entered_by
    with pytest.raises(ScoringError) as refusal:
        answer(appeal, entered_by, mark="62")
    assert refusal.value.code == "own_mark"
    appeal.refresh_from_db()
    assert (appeal.state, PartScore.objects.count()) == (AppealState.OPEN, 2)


def test_the_database_too_refuses_her_own_answer(published):
    appeal = ask(published)
    row = ScoreAppeal.objects.filter(pk=appeal.pk)
    with pytest.raises(IntegrityError, match="did not give the mark"), transaction.atomic():
        row.update(state="kept", answer="不变", answered_by=appeal.score.entered_by, answered_at=NOW)


def test_an_answer_is_given_once(published, clerk):
    appeal = answer(ask(published), clerk)
    with pytest.raises(ScoringError) as refusal:
        answer(appeal, clerk, mark="62")
    assert refusal.value.code == "answered"
    with pytest.raises(IntegrityError, match="answered once"), transaction.atomic():
        ScoreAppeal.objects.filter(pk=appeal.pk).update(answer="改口")


def test_a_kept_mark_is_not_asked_about_again_and_a_corrected_one_may_be(published, clerk, plan):
    answer(ask(published), clerk)
    with pytest.raises(ScoringError) as refusal:
        ask(published)
    assert refusal.value.code == "answered"
    answer(ask(published, part=P), clerk, mark="50")
    assert ask(published, part=P).state == AppealState.OPEN


# --- final ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_final"), [(-1, False), (0, False), (1, True), (30, True)])
def test_results_become_final_on_the_day_after_the_last_day(published, plan, days, is_final):
    at = moment(UNTIL + timedelta(days=days), 9)
    if is_final:
        assert results_finalise(plan_id=plan.pk, actor=None, at=at).state == PlanState.FINAL
        return
    with pytest.raises(PlanError):
        results_finalise(plan_id=plan.pk, actor=None, at=at)
    plan.refresh_from_db()
    assert plan.state == PlanState.PUBLISHED


def test_an_open_appeal_holds_up_the_end_until_it_is_answered(published, plan, clerk):
    appeal, later = ask(published), moment(UNTIL + timedelta(days=3), 9)
    with pytest.raises(ScoringError) as refusal:
        results_finalise(plan_id=plan.pk, actor=clerk, at=later)
    assert refusal.value.code == "appeals_open"
    answer(appeal, clerk, at=later)
    assert results_finalise(plan_id=plan.pk, actor=clerk, at=later).state == PlanState.FINAL
    assert results_finalise(plan_id=plan.pk, actor=clerk, at=later).state == PlanState.FINAL


def test_the_timetable_makes_final_what_is_due_and_leaves_the_rest(published, plan, monkeypatch):
    waiting = a_plan()
    asked = scored(waiting)
    publish(waiting, a_clerk(waiting.organisation))
    ask(asked)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment(UNTIL + timedelta(days=1), 9))
    assert (results_finalise_due(), results_finalise_due()) == (1, 0)
    plan.refresh_from_db()
    waiting.refresh_from_db()
    assert (plan.state, waiting.state) == (PlanState.FINAL, PlanState.PUBLISHED)


# --- taken back -------------------------------------------------------------------------------------------------------


def test_an_officer_takes_results_back_and_a_corrected_publication_replaces_them(published, plan, clerk):
    officer = an_officer(Role.OFFICER_REVIEW)
    results_reopen(plan_id=plan.pk, reason="整场登分表错行", actor=officer, at=NOW)
    plan.refresh_from_db()
    assert plan.state == PlanState.HELD
    score_remark(candidate_id=published.pk, part=T, mark=Decimal(66), reason="登分错行", actor=clerk, at=NOW)
    publish(plan, clerk)
    result = result_in_force(published)
    assert (result.outcome, result.reason, Result.objects.count()) == ("passed", "登分错行", 2)


def test_a_school_takes_nothing_back_and_a_reason_is_needed(published, plan, clerk):
    with pytest.raises(PermissionDenied):
        results_reopen(plan_id=plan.pk, reason="想改", actor=clerk, at=NOW)
    with pytest.raises(ScoringError) as refusal:
        results_reopen(plan_id=plan.pk, reason=" ", actor=an_officer(Role.OFFICER_REVIEW), at=NOW)
    assert refusal.value.code == "reason_missing"
    plan.refresh_from_db()
    assert plan.state == PlanState.PUBLISHED


def test_published_marks_are_not_put_right_behind_an_appeal(published, clerk):
    with pytest.raises(ScoringError) as refusal:
        score_remark(candidate_id=published.pk, part=T, mark=Decimal(66), reason="抄错", actor=clerk, at=NOW)
    assert refusal.value.code == "published"
    assert PartScore.objects.count() == 2
