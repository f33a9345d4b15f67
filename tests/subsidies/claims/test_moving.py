"""The one way a claim moves: every step in every state for every party, and money that follows or nothing does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import Clock
from foundation.sms.models import SmsMessage
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimDecision, ClaimEvent
from subsidies.claims.services import claim_move, claims_move
from subsidies.claims.states import TRANSITIONS, ClaimState, Party
from subsidies.ledger.models import Account, Entry, Posting
from tests.courses.builders import a_school, school_staff
from tests.portal.people import person
from tests.subsidies.builders import (
    ACTORS,
    WAYS,
    a_budget,
    a_claim,
    a_draft,
    an_account_number,
    an_officer_of,
    another,
    claims_in,
    who_moves,
)
from tests.subsidies.claims.helpers import holds_also
from tests.workers.builders import NOW

LATER = NOW + timedelta(hours=1)


def actors_of(claim):
    """Somebody for each party who has had nothing to do with the claim."""
    school = school_staff(a_school())
    return {
        Party.CLAIMANT: claim.worker.user,
        Party.SCHOOL: school,
        Party.SYSTEM: None,
        Party.EMPLOYER: person(Role.EMPLOYER_STAFF),
        **{party: another(role) for party, role in ACTORS.items()},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(WAYS))
def test_a_step_is_taken_only_where_the_table_has_it_and_else_nothing_happens(state):
    claim = a_claim(state)
    a_budget()
    actors, before = actors_of(claim), claim.events.count()
    for action, move in TRANSITIONS.items():
        for party in Party:
            allowed = state in move.sources and party in move.parties
            with transaction.atomic():
                given = {"claim_id": claim.pk, "action": action, "party": party, "actor": actors[party], "at": LATER}
                if allowed:
                    moved = claim_move(**given, reason="原因")
                    assert moved.state == move.target, (action, party)
                    assert claim.events.count() == before + 1
                else:
                    with pytest.raises((ClaimError, PermissionDenied)), transaction.atomic():
                        claim_move(**given, reason="原因")
                    claim.refresh_from_db()
                    assert (claim.state, claim.events.count()) == (state, before), (action, party)
                transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("action", [name for name, move in TRANSITIONS.items() if move.needs_reason])
def test_a_step_that_needs_a_reason_is_refused_without_one(action):
    move = TRANSITIONS[action]
    claim = a_claim(sorted(move.sources)[0])
    party = sorted(move.parties)[0]
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action=action, party=party, actor=actors_of(claim)[party], at=LATER, reason="  ")
    assert refusal.value.code == "reason_missing"
    claim.refresh_from_db()
    assert claim.state == sorted(move.sources)[0]


@pytest.mark.django_db
def test_an_officer_of_another_desk_takes_no_step():
    claim = a_claim()
    with pytest.raises(PermissionDenied):
        claim_move(
            claim_id=claim.pk,
            action="pass_intake",
            party=Party.INTAKE,
            actor=an_officer_of(Role.OFFICER_FINANCE),
            at=NOW,
        )
    assert claim.events.count() == 1


@pytest.mark.django_db
def test_who_passed_it_first_does_not_review_it():
    claim = a_claim()
    officer = another(Role.OFFICER_INTAKE)
    holds_also(officer, Role.OFFICER_REVIEW)
    a_budget()
    claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=officer, at=NOW)
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=officer, at=NOW)
    assert refusal.value.code == "same_person"
    assert not Posting.objects.filter(kind="commit").exists()


@pytest.mark.django_db
def test_nobody_decides_her_own_claim():
    claim = a_claim()
    holds_also(claim.worker.user, Role.OFFICER_INTAKE)
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=claim.worker.user, at=NOW)
    assert refusal.value.code == "own_claim"


@pytest.mark.django_db
def test_who_had_a_hand_in_it_for_her_does_not_decide_it():
    claim = a_claim(ClaimState.RETURNED)
    helper = another(Role.OFFICER_INTAKE)
    claim_move(claim_id=claim.pk, action="resubmit", party=Party.CLAIMANT, actor=helper, at=LATER, reason="代补")
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=helper, at=LATER)
    assert refusal.value.code == "own_work"


@pytest.mark.django_db
def test_a_claim_the_rule_says_no_to_is_not_passed():
    claim = a_claim()
    ClaimDecision.objects.create(
        claim=claim,
        edition=1,
        rule_version="v",
        on=claim.submitted_on,
        outcome="no",
        content="{}",
        digest="0" * 64,
        at=NOW,
    )
    with pytest.raises(ClaimError) as refusal:
        claim_move(
            claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=another(Role.OFFICER_INTAKE), at=NOW
        )
    assert refusal.value.code == "decided_no"


@pytest.mark.django_db
def test_a_batch_moves_together_in_few_queries_and_leaves_one_line_on_the_trail(django_assert_max_num_queries):
    claims = claims_in(ClaimState.PUBLISHED, 12)
    lines = AuditEvent.objects.count()
    with django_assert_max_num_queries(25):
        claims_move(
            claim_ids=[one.pk for one in claims], action="approve", party=Party.SYSTEM, actor=None, at=LATER, key="公示"
        )
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.APPROVED}
    assert ClaimEvent.objects.filter(action="approve").count() == 12
    assert Clock.objects.filter(name="pay", state="running").count() == 12
    assert set(Claim.objects.values_list("due_on", flat=True)) != {None}
    assert SmsMessage.objects.filter(template="claim_approved").count() == 12
    # one for the claims, one for their clocks
    assert AuditEvent.objects.count() == lines + 2


@pytest.mark.django_db
def test_one_claim_that_cannot_move_stops_the_batch():
    claims = claims_in(ClaimState.SUBMITTED, 2)
    other = a_claim(ClaimState.WITHDRAWN)
    officer = another(Role.OFFICER_INTAKE)
    ids = [*(one.pk for one in claims), other.pk]
    with pytest.raises(ClaimError) as refusal:
        claims_move(claim_ids=ids, action="pass_intake", party=Party.INTAKE, actor=officer, at=LATER)
    assert refusal.value.code == "wrong_state"
    assert not ClaimEvent.objects.filter(action="pass_intake").exists()
    assert not Claim.objects.filter(intake_by=officer).exists()


@pytest.mark.django_db
def test_a_claim_that_is_not_there_stops_the_batch():
    claim = a_claim()
    with pytest.raises(ClaimError) as refusal:
        claims_move(claim_ids=[claim.pk, 0], action="withdraw", party=Party.CLAIMANT, actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "not_found"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "running", "stopped"),
    [
        (ClaimState.SUBMITTED, {"decide"}, set()),
        (ClaimState.RETURNED, {"correct"}, {"decide"}),
        (ClaimState.REFUSED, set(), set()),
        (ClaimState.WITHDRAWN, set(), set()),
        (ClaimState.REVIEWED, set(), set()),
        (ClaimState.APPROVED, {"pay"}, set()),
        (ClaimState.PAYMENT_FAILED, set(), {"pay"}),
        (ClaimState.PAID, set(), set()),
    ],
)
def test_the_legal_clocks_follow(state, running, stopped):
    claim = a_claim(state)
    clocks = Clock.objects.filter(subject_type="claims.claim", subject_id=claim.pk)
    assert set(clocks.filter(state="running").values_list("name", flat=True)) == running
    assert set(clocks.filter(state="stopped").values_list("name", flat=True)) == stopped
    assert (claim.due_on is not None) == bool(running)


@pytest.mark.django_db
def test_days_of_waiting_for_her_do_not_count_against_the_office():
    claim = a_claim(ClaimState.RETURNED)
    sent = Claim.objects.get(pk=claim.pk)
    back = NOW + timedelta(days=14)
    moved = claim_move(
        claim_id=sent.pk, action="resubmit", party=Party.CLAIMANT, actor=claim.worker.user, at=back, reason="补好了"
    )
    # Seven working days from Monday 7 December.
    assert moved.due_on.isoformat() == "2026-12-16"


@pytest.mark.django_db(transaction=True)
def test_a_state_written_by_hand_breaks_the_write_because_its_money_lies_elsewhere():
    claim = a_claim(ClaimState.INTAKE_PASSED)
    officer = another(Role.OFFICER_REVIEW)
    with pytest.raises(IntegrityError) as refusal, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_claim SET state = 'reviewed', review_by_id = %s WHERE id = %s", [officer.pk, claim.pk]
        )
    assert refusal.value.__cause__.diag.constraint_name == "claim_money_lies_where_its_state_says"
    claim.refresh_from_db()
    assert claim.state == ClaimState.INTAKE_PASSED


@pytest.mark.django_db(transaction=True)
def test_money_booked_without_a_move_breaks_the_write():
    claim = a_claim(ClaimState.REVIEWED)
    committed = Account.objects.get(kind="committed", year=2026)
    available = Account.objects.get(kind="available", year=2026)
    balance = committed.balance_fen

    @transaction.atomic
    def book():
        posting = Posting.objects.create(kind="release", reference="x", key="x", at=NOW)
        moved = ((committed, -70_000), (available, 70_000))
        Entry.objects.bulk_create(
            Entry(posting=posting, account=account, amount_fen=fen, claim_ref=claim.pk) for account, fen in moved
        )

    with pytest.raises(IntegrityError) as refusal:
        book()
    assert refusal.value.__cause__.diag.constraint_name == "claim_money_lies_where_its_state_says"
    committed.refresh_from_db()
    assert committed.balance_fen == balance


@pytest.mark.django_db(transaction=True)
def test_what_a_claim_is_for_is_not_changed_after_it_was_sent():
    claim = a_claim()
    other = a_draft()
    with pytest.raises(IntegrityError) as refusal:
        Claim.objects.filter(pk=claim.pk).update(worker=other.worker)
    assert refusal.value.__cause__.diag.constraint_name == "claim_is_frozen"


def asked_of_policy(claims, action):
    """How often the policy is asked when these claims take the step together."""
    party, actor = who_moves(claims[0], action)
    with CaptureQueriesContext(connection) as asked:
        claims_move(claim_ids=[one.pk for one in claims], action=action, party=party, actor=actor, at=LATER, key=action)
    return sum("policy_parameter" in one["sql"] for one in asked)


@pytest.mark.django_db
def test_claims_sent_on_many_days_ask_for_their_limits_as_often_as_those_of_one():
    alike = claims_in(ClaimState.PUBLISHED, 2)
    other_days = [a_claim(ClaimState.PUBLISHED, at=NOW - timedelta(days=n)) for n in range(3)]
    assert asked_of_policy(other_days, "approve") == asked_of_policy(alike, "approve") == 1
    assert len({one.submitted_on for one in other_days}) == 3


COMMITTED = ("reviewed", "published", "disputed", "approved", "in_batch", "sent", "paid")


@pytest.mark.django_db
@pytest.mark.parametrize("state", COMMITTED)
@pytest.mark.parametrize("column", ["account", "account_index"])
def test_from_the_review_on_the_account_stays_as_it_was_seen(state, column):
    claim = a_claim(state)
    other = {"account": an_account_number(), "account_index": None}[column]
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**{column: other})
    assert refusal.value.__cause__.diag.constraint_name == "claim_account_is_frozen"
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT set_config('foundation.rotating_keys', 'on', true)")
        Claim.objects.filter(pk=claim.pk).update(**{column: getattr(claim, column)})
        cursor.execute("SELECT set_config('foundation.rotating_keys', 'off', true)")
    kept = Claim.objects.get(pk=claim.pk)
    assert (kept.account, bytes(kept.account_index)) == (claim.account, bytes(claim.account_index))


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["returned", "payment_failed"])
def test_where_she_may_put_it_right_the_account_changes(state):
    claim = a_claim(state)
    claim.account = an_account_number()
    claim.save(update_fields=["account", "account_index"])
    assert Claim.objects.get(pk=claim.pk).account == claim.account


@pytest.mark.django_db(transaction=True)
def test_events_and_decisions_are_only_added():
    claim = a_claim()
    for change in (
        lambda: claim.events.update(reason="x"),
        lambda: connection.cursor().execute("DELETE FROM claims_claimevent"),
    ):
        with pytest.raises(IntegrityError):
            change()
    assert claim.events.get().reason == ""
