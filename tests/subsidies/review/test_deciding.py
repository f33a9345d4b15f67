"""One claim decided: who may, what stands in the way, and what is told to the second officer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.classes.models import Session
from courses.schools.models import Teacher
from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from foundation.calendar.models import Clock
from foundation.calendar.states import ClockState
from foundation.database import period
from foundation.policy.states import Unit
from subsidies.checks.models import CheckRun, Finding
from subsidies.checks.services import checks_run, finding_clear
from subsidies.claims.models import Claim, ClaimEvent, RefusalReason
from subsidies.claims.states import ClaimState
from subsidies.ledger.errors import LedgerError
from subsidies.ledger.models import Account
from subsidies.review.errors import ReviewError
from subsidies.review.services import (
    claim_hold,
    claim_pass_intake,
    claim_pass_review,
    claim_refuse,
    claim_return,
)
from tests.courses.builders import a_class_run, a_school, an_enrolment
from tests.courses.builders_filing import a_teacher
from tests.subsidies.builders import SINCE, a_budget, a_claim, a_claimant, a_figure, a_scheme, an_officer_of, another
from tests.subsidies.claims.helpers import a_register
from tests.subsidies.review.builders import a_decision
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def intake(claim: Claim, **fields: object) -> Claim:
    given = {"claim_id": claim.pk, "actor": an_officer_of(Role.OFFICER_INTAKE), "at": LATER}
    return claim_pass_intake(**(given | fields))


def review(claim: Claim, **fields: object) -> Claim:
    given = {"claim_id": claim.pk, "actor": an_officer_of(Role.OFFICER_REVIEW), "at": LATER}
    return claim_pass_review(**(given | fields))


def a_finding(claim: Claim, *, severity: str = "block", code: str = "same_level") -> Finding:
    run = CheckRun.objects.create(
        moment="review", on=TODAY, claims_count=1, started_at=NOW, milliseconds=1, checks=[], registers={}
    )
    Claim.objects.filter(pk=claim.pk).update(risk=100 if severity == "block" else 10, screened_at=NOW)
    return Finding.objects.create(
        run=run, claim=claim, check_code=code, severity=severity, basis="rule", digest="d", seen={"claims": ["S1"]}
    )


def a_refusal_reason(**fields: object) -> RefusalReason:
    given = {"code": "not-eligible", "title": "不符合申领条件", "advice": "可以申诉。", "effective": period(SINCE)}
    return RefusalReason.objects.create(**(given | fields))


def nothing_happened(claim: Claim) -> bool:
    """Its state, its history and its officers are what they were."""
    now = Claim.objects.get(pk=claim.pk)
    same = (now.state, now.intake_by_id, now.review_by_id, now.amount_fen)
    return same == (claim.state, claim.intake_by_id, claim.review_by_id, claim.amount_fen) and (
        ClaimEvent.objects.filter(claim=claim, at__gte=LATER).exists() is False
    )


def test_a_claim_is_passed_by_one_and_reviewed_by_another_and_its_money_is_committed():
    a_budget(1_000_000)
    claim = intake(a_claim())
    assert claim.state == ClaimState.INTAKE_PASSED
    assert claim.intake_by == an_officer_of(Role.OFFICER_INTAKE)
    claim = review(claim)
    assert claim.state == ClaimState.REVIEWED
    assert Account.objects.get(kind="committed").balance_fen == 70_000
    assert list(claim.events.values_list("action", flat=True)) == ["submit", "pass_intake", "pass_review"]


def test_passing_runs_the_checks_of_the_day_first_and_only_once():
    claim = a_claim()
    intake(claim)
    assert CheckRun.objects.count() == 1
    a_budget()
    review(Claim.objects.get(pk=claim.pk))
    assert CheckRun.objects.count() == 1
    assert Claim.objects.get(pk=claim.pk).screened_at == LATER


def test_a_claim_with_something_that_must_be_dealt_with_is_not_passed():
    claim = a_claim()
    checks_run(claim_ids=[claim.pk], moment="review", actor=None, at=NOW)
    a_finding(claim)
    with pytest.raises(ReviewError) as refusal:
        intake(claim)
    assert refusal.value.code == "blocked"
    assert "同一职业同一等级已经申领" in refusal.value.message
    assert nothing_happened(claim)


def test_what_the_rule_says_otherwise_today_is_not_silently_paid():
    claim = a_claim(amount_fen=80_000)
    with pytest.raises(ReviewError) as refusal:
        intake(claim)
    assert refusal.value.code == "changed"
    assert "800 元" in refusal.value.message
    assert "700 元" in refusal.value.message
    assert nothing_happened(claim)


def test_a_certificate_that_was_stopped_since_stops_the_claim():
    claim = a_claim()
    certificate = claim.level_certificate
    type(certificate).objects.filter(pk=certificate.pk).update(state="suspended")
    with pytest.raises(ReviewError) as refusal:
        intake(claim)
    assert refusal.value.code == "blocked"
    assert nothing_happened(claim)


@pytest.mark.parametrize("role", [Role.OFFICER_FINANCE, Role.OFFICER_POLICY, Role.OFFICER_INSPECTION])
def test_other_officers_decide_nothing(role):
    claim = a_claim()
    with pytest.raises(PermissionDenied):
        intake(claim, actor=an_officer_of(role))
    assert nothing_happened(claim)


def test_an_intake_officer_reviews_nothing_and_a_reviewer_takes_nothing_in():
    fresh, passed = a_claim(), a_claim(ClaimState.INTAKE_PASSED)
    with pytest.raises(PermissionDenied):
        intake(fresh, actor=an_officer_of(Role.OFFICER_REVIEW))
    with pytest.raises(PermissionDenied):
        review(passed, actor=an_officer_of(Role.OFFICER_INTAKE))
    assert nothing_happened(fresh)
    assert nothing_happened(passed)


def with_role(user: User, role: Role) -> User:
    bureau = user.memberships.first().organisation
    Membership.objects.create(user=user, organisation=bureau, role=role, effective=period(SINCE))
    return user


@pytest.mark.parametrize("act", ["pass", "return", "refuse"])
def test_nobody_decides_at_both_steps_even_with_both_roles(act):
    both = with_role(another(Role.OFFICER_INTAKE), Role.OFFICER_REVIEW)
    claim = intake(a_claim(), actor=both)
    at = LATER + timedelta(minutes=1)
    acts = {
        "pass": lambda: review(claim, actor=both, at=at),
        "return": lambda: claim_return(claim_id=claim.pk, marks={}, text="改", actor=both, at=at),
        "refuse": lambda: claim_refuse(
            claim_id=claim.pk, refusal_id=a_refusal_reason().pk, text="不行", actor=both, at=at
        ),
    }
    with pytest.raises(ReviewError) as refusal:
        acts[act]()
    assert refusal.value.code == "same_person"
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.INTAKE_PASSED


def test_nobody_decides_her_own_claim():
    claim = a_claim()
    officer = with_role_of_bureau(claim.worker.user, Role.OFFICER_INTAKE)
    with pytest.raises(ReviewError) as refusal:
        intake(claim, actor=officer)
    assert refusal.value.code == "own_claim"
    assert nothing_happened(claim)


def with_role_of_bureau(user: User, role: Role) -> User:
    bureau = an_officer_of(role).memberships.get(role=role).organisation
    Membership.objects.create(user=user, organisation=bureau, role=role, effective=period(SINCE))
    return user


def test_nobody_decides_a_claim_she_filled_in_at_the_counter():
    officer = another(Role.OFFICER_INTAKE)
    claim = a_claim(created_by=officer, channel="counter")
    with pytest.raises(ReviewError) as refusal:
        intake(claim, actor=officer)
    assert refusal.value.code == "own_work"


def test_nobody_decides_for_a_school_she_works_at():
    school = a_school()
    officer = another(Role.OFFICER_INTAKE)
    Membership.objects.create(
        user=officer, organisation=school.organisation, role=Role.SCHOOL_STAFF, effective=period(SINCE)
    )
    claim = a_claim(school=school)
    with pytest.raises(ReviewError) as refusal:
        intake(claim, actor=officer)
    assert refusal.value.code == "own_place"
    assert nothing_happened(claim)


def test_nobody_decides_for_a_class_she_teaches():
    worker, run = a_claimant(), a_class_run()
    officer = another(Role.OFFICER_INTAKE)
    teacher = a_teacher(run.school)
    Teacher.objects.filter(pk=teacher.pk).update(user=officer)
    Session.objects.create(
        class_run=run, number=1, mode="practice", teacher=teacher, starts_at=NOW, ends_at=LATER, content="实操"
    )
    claim = a_claim(worker=worker, enrolment=an_enrolment(run, worker))
    with pytest.raises(ReviewError) as refusal:
        intake(claim, actor=officer)
    assert refusal.value.code == "own_class"


def test_the_second_officer_reads_who_was_first_when_and_what_she_did():
    claim = a_claim()
    first = another(Role.OFFICER_INTAKE)
    User.objects.filter(pk=first.pk).update(name="周科员")
    first.refresh_from_db()
    intake(claim, actor=first)
    with pytest.raises(ReviewError) as refusal:
        intake(claim, actor=another(Role.OFFICER_INTAKE))
    assert refusal.value.code == "taken"
    assert "周科员" in refusal.value.message
    assert "初审通过" in refusal.value.message
    assert "2026-11-23 11:00" in refusal.value.message
    assert claim.events.filter(action="pass_intake").count() == 1


def test_a_return_names_the_items_and_stops_the_legal_clock():
    claim = a_claim()
    claim_return(
        claim_id=claim.pk,
        marks={"收款账号": "卡号少一位", "证书": ""},
        text="请在手机上改。",
        actor=an_officer_of(Role.OFFICER_INTAKE),
        at=LATER,
    )
    claim.refresh_from_db()
    assert claim.state == ClaimState.RETURNED
    clocks = Clock.objects.filter(subject_type="claims.claim", subject_id=claim.pk)
    assert clocks.get(name="decide").state == ClockState.STOPPED
    event = claim.events.get(action="return")
    assert event.reason == "收款账号：卡号少一位；请在手机上改。"
    assert event.data == {"marks": "收款账号：卡号少一位"}


def test_a_return_without_a_word_is_refused():
    claim = a_claim()
    with pytest.raises(ReviewError) as refusal:
        claim_return(
            claim_id=claim.pk, marks={"证书": " "}, text="", actor=an_officer_of(Role.OFFICER_INTAKE), at=LATER
        )
    assert refusal.value.code == "marks_missing"
    assert nothing_happened(claim)


def test_a_refusal_names_its_reason_of_the_list():
    claim, reason = a_claim(), a_refusal_reason()
    claim_refuse(
        claim_id=claim.pk,
        refusal_id=reason.pk,
        text="已领取养老金。",
        actor=an_officer_of(Role.OFFICER_INTAKE),
        at=LATER,
    )
    claim.refresh_from_db()
    assert claim.state == ClaimState.REFUSED
    assert claim.refusal == reason
    assert claim.events.get(action="refuse").reason == "已领取养老金。"


def test_a_reason_that_is_not_in_force_today_refuses_nothing():
    claim = a_claim()
    ended = a_refusal_reason(effective=period(SINCE, TODAY - timedelta(days=1)))
    with pytest.raises(ReviewError) as refusal:
        claim_refuse(
            claim_id=claim.pk,
            refusal_id=ended.pk,
            text="不行",
            actor=an_officer_of(Role.OFFICER_INTAKE),
            at=LATER,
        )
    assert refusal.value.code == "refusal_unknown"
    assert nothing_happened(claim)


def test_a_budget_that_is_too_short_is_said_in_words_and_nothing_is_committed():
    a_budget(50_000)
    claim = intake(a_claim())
    with pytest.raises(LedgerError) as refusal:
        review(claim)
    assert refusal.value.code == "budget_short"
    assert "不够" in refusal.value.message
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.INTAKE_PASSED
    assert Account.objects.get(kind="available").balance_fen == 50_000


def test_what_is_found_later_brings_the_claim_back_and_releases_its_money():
    claim = a_claim(ClaimState.PUBLISHED)
    claim_hold(claim_id=claim.pk, reason="有人来电反映", actor=an_officer_of(Role.OFFICER_REVIEW), at=LATER)
    claim.refresh_from_db()
    assert claim.state == ClaimState.INTAKE_PASSED
    assert claim.review_by is None
    assert Account.objects.get(kind="committed").balance_fen == 0


def test_paid_money_is_not_held_back():
    claim = a_claim(ClaimState.PAID)
    with pytest.raises(ReviewError) as refusal:
        claim_hold(claim_id=claim.pk, reason="晚了", actor=an_officer_of(Role.OFFICER_REVIEW), at=LATER)
    assert refusal.value.code == "taken"
    assert nothing_happened(claim)


def test_what_nobody_knows_is_looked_up_and_told_before_a_claim_is_passed():
    scheme = a_scheme("example.registered")
    a_figure("example.registered.requires.registered", 1, unit=Unit.SWITCH)
    claim = a_claim(scheme=scheme)
    a_decision(claim, outcome="undecided")
    with pytest.raises(ReviewError) as refusal:
        intake(claim)
    assert refusal.value.code == "unknown_facts"
    assert nothing_happened(claim)
    passed = intake(claim, note="已在就业系统查到登记。")
    assert passed.state == ClaimState.INTAKE_PASSED
    assert passed.events.get(action="pass_intake").reason == "已在就业系统查到登记。"


def test_who_cleared_what_blocked_a_claim_does_not_pass_it_too():
    """Two pairs of eyes stay two: taking the obstacle away and passing are two people's acts."""
    a_budget()
    claim = a_claim(ClaimState.INTAKE_PASSED)
    a_decision(claim)
    a_register("custody", claim.worker)
    checks_run(claim_ids=[claim.pk], moment="review", actor=None, at=NOW)
    finding = Finding.objects.get(claim=claim, severity="block")
    reviewer = an_officer_of(Role.OFFICER_REVIEW)
    finding_clear(finding_id=finding.pk, reason="名册有误，已电话核实", actor=reviewer, at=NOW)
    with pytest.raises(ReviewError) as refusal:
        claim_pass_review(claim_id=claim.pk, actor=reviewer, at=NOW)
    claim.refresh_from_db()
    assert (refusal.value.code, claim.state) == ("cleared_herself", ClaimState.INTAKE_PASSED)
    colleague = another(Role.OFFICER_REVIEW)
    assert claim_pass_review(claim_id=claim.pk, actor=colleague, at=NOW).review_by == colleague
