"""After the sending: corrected, taken back, paid to another account, appealed, held."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from certifications.certificates.services.level_life import level_certificate_move
from foundation.accounts.states import Role
from foundation.sms.models import SmsMessage
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import ClaimAppeal
from subsidies.claims.services import (
    NewPaper,
    appeal_make,
    appeal_withdraw,
    claim_account_repair,
    claim_resubmit,
    claim_submit,
    claim_withdraw,
)
from subsidies.claims.services.papers import papers_keep
from subsidies.claims.states import AppealState, ClaimState
from subsidies.ledger.models import Entry
from subsidies.schemes.models import SchemePaper
from tests.certifications.certificates.builders import a_portrait
from tests.subsidies.builders import a_claim, a_claimant, an_account_number, another
from tests.subsidies.claims.helpers import a_register, requires
from tests.workers.builders import NOW
from workers.services import card_set

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def stands(claim, state):
    """The claim is where it was, and nothing was added."""
    events = claim.events.count()

    def check():
        claim.refresh_from_db()
        return (claim.state, claim.events.count()) == (state, events)

    return check


# Correcting ---------------------------------------------------------------------------------------------------------


def test_a_correction_is_worked_out_anew_with_her_answer_and_the_account_of_now():
    claim = a_claim(ClaimState.RETURNED)
    account = an_account_number()
    card_set(worker_id=claim.worker_id, account=account, actor=claim.worker.user, at=NOW)
    moved = claim_resubmit(claim_id=claim.pk, answer="补好了", actor=claim.worker.user, at=LATER)
    assert (moved.state, moved.intake_by) == (ClaimState.SUBMITTED, None)
    claim.refresh_from_db()
    assert claim.account == account
    assert claim.decisions.get().on == claim.submitted_on
    assert claim.events.last().reason == "补好了"


def test_a_correction_without_a_word_is_refused():
    claim = a_claim(ClaimState.RETURNED)
    is_same = stands(claim, ClaimState.RETURNED)
    with pytest.raises(ClaimError) as refusal:
        claim_resubmit(claim_id=claim.pk, answer=" ", actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "answer_missing"
    assert is_same()


def test_a_newer_paper_takes_the_place_of_the_older_which_stays_on_record():
    claim = a_claim(ClaimState.RETURNED)
    SchemePaper.objects.create(scheme=claim.scheme, title="票据")
    for n in range(2):
        papers_keep(claim, [NewPaper("票据", a_portrait(n))], actor=claim.worker.user, at=NOW)
    assert list(claim.papers.order_by("pk").values_list("is_current", flat=True)) == [False, True]
    assert all(name.startswith("claims/papers/") for name in claim.papers.values_list("file", flat=True))


def test_what_has_become_a_no_goes_to_an_officer_so_that_she_can_appeal():
    claim = a_claim(ClaimState.RETURNED)
    requires(claim.scheme, "not_pensioner")
    a_register("pension", claim.worker)
    moved = claim_resubmit(claim_id=claim.pk, answer="我没有领养老金", actor=claim.worker.user, at=LATER)
    assert (moved.state, moved.amount_fen) == (ClaimState.SUBMITTED, 70_000)
    assert claim.decisions.get().outcome == "no"


@pytest.mark.parametrize("act", ["resubmit", "withdraw"])
def test_another_worker_moves_nothing_of_hers(act):
    claim = a_claim(ClaimState.RETURNED)
    is_same = stands(claim, ClaimState.RETURNED)
    stranger = a_claimant(name="王芳").user
    step, given = (claim_resubmit, {"answer": "x"}) if act == "resubmit" else (claim_withdraw, {})
    with pytest.raises(PermissionDenied):
        step(claim_id=claim.pk, actor=stranger, at=LATER, **given)
    assert is_same()


# Taking back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.INTAKE_PASSED])
def test_she_takes_a_claim_back_before_it_is_approved_and_twice_is_once(state):
    claim = a_claim(state)
    claim_withdraw(claim_id=claim.pk, actor=claim.worker.user, at=LATER)
    again = claim_withdraw(claim_id=claim.pk, actor=claim.worker.user, at=LATER)
    assert again.state == ClaimState.WITHDRAWN
    assert claim.events.filter(action="withdraw").count() == 1


@pytest.mark.parametrize("state", [ClaimState.REVIEWED, ClaimState.PAID, ClaimState.REFUSED])
def test_what_was_decided_is_not_taken_back(state):
    claim = a_claim(state)
    is_same = stands(claim, state)
    with pytest.raises(ClaimError) as refusal:
        claim_withdraw(claim_id=claim.pk, actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "wrong_state"
    assert is_same()


# The account --------------------------------------------------------------------------------------------------------


def test_another_account_is_kept_on_her_file_and_the_money_stays_put_aside():
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    account = an_account_number()
    moved = claim_account_repair(claim_id=claim.pk, account=account, actor=claim.worker.user, at=LATER)
    assert moved.state == ClaimState.APPROVED
    claim.refresh_from_db()
    claim.worker.refresh_from_db()
    assert (claim.account, claim.worker.social_security_card) == (account, account)
    assert claim.due_on is not None
    assert (
        sum(Entry.objects.filter(claim_ref=claim.pk, account__kind="committed").values_list("amount_fen", flat=True))
        == 70_000
    )


def test_the_account_the_bank_refused_is_not_sent_again():
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    is_same = stands(claim, ClaimState.PAYMENT_FAILED)
    with pytest.raises(ClaimError) as refusal:
        claim_account_repair(claim_id=claim.pk, account=claim.account, actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "same_account"
    assert is_same()


def test_finance_may_say_to_try_the_same_account_again():
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    moved = claim_account_repair(claim_id=claim.pk, actor=another(Role.OFFICER_FINANCE), at=LATER)
    assert moved.state == ClaimState.APPROVED


# Appeals ------------------------------------------------------------------------------------------------------------


def test_she_appeals_once_with_a_paper_and_is_told():
    claim = a_claim(ClaimState.REFUSED)
    appeal = appeal_make(
        claim_id=claim.pk, words="我没有领养老金。", evidence=a_portrait(), actor=claim.worker.user, at=LATER
    )
    assert (appeal.state, bool(appeal.evidence)) == (AppealState.OPEN, True)
    assert SmsMessage.objects.filter(template="claim_appeal_made").count() == 1
    with pytest.raises(ClaimError) as refusal:
        appeal_make(claim_id=claim.pk, words="再说一次", actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "appealed_before"
    assert ClaimAppeal.objects.count() == 1


def test_an_appeal_taken_back_may_be_made_again_and_one_that_was_answered_may_not():
    claim = a_claim(ClaimState.REFUSED)
    first = appeal_make(claim_id=claim.pk, words="不对", actor=claim.worker.user, at=LATER)
    appeal_withdraw(appeal_id=first.pk, actor=claim.worker.user, at=LATER)
    second = appeal_make(claim_id=claim.pk, words="不对", actor=claim.worker.user, at=LATER)
    officer = another(Role.OFFICER_REVIEW)
    ClaimAppeal.objects.filter(pk=second.pk).update(
        state=AppealState.REJECTED, answer="维持", answered_by=officer, answered_at=LATER
    )
    with pytest.raises(ClaimError) as refusal:
        appeal_make(claim_id=claim.pk, words="还是不对", actor=claim.worker.user, at=LATER)
    assert refusal.value.code == "answered_before"
    assert "行政复议" in refusal.value.message


@pytest.mark.parametrize(
    ("state", "words", "code"),
    [(ClaimState.SUBMITTED, "不对", "not_refused"), (ClaimState.REFUSED, "  ", "words_missing"),
     (ClaimState.REFUSED, "长" * 501, "words_long")],
)  # fmt: skip
def test_an_appeal_needs_a_refusal_and_a_few_words(state, words, code):
    claim = a_claim(state)
    with pytest.raises(ClaimError) as refusal:
        appeal_make(claim_id=claim.pk, words=words, actor=claim.worker.user, at=LATER)
    assert refusal.value.code == code
    assert not ClaimAppeal.objects.exists()


def test_nobody_appeals_for_her_but_the_counter():
    claim = a_claim(ClaimState.REFUSED)
    with pytest.raises(PermissionDenied):
        appeal_make(claim_id=claim.pk, words="x", actor=a_claimant(name="王芳").user, at=LATER)
    assert appeal_make(claim_id=claim.pk, words="x", actor=another(Role.OFFICER_INTAKE), at=LATER).state == "open"


# Holding ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (ClaimState.REVIEWED, ClaimState.INTAKE_PASSED),
        (ClaimState.APPROVED, ClaimState.INTAKE_PASSED),
        (ClaimState.SUBMITTED, ClaimState.SUBMITTED),
        (ClaimState.PAID, ClaimState.PAID),
    ],
)
def test_a_certificate_that_is_suspended_holds_what_was_approved_for_it(state, after):
    claim = a_claim(state)
    level_certificate_move(
        certificate_id=claim.level_certificate_id, move="suspend", category="checking", reason="核查",
        actor=another(Role.OFFICER_INSPECTION), at=LATER,
    )  # fmt: skip
    claim.refresh_from_db()
    assert claim.state == after
    lying = Entry.objects.filter(claim_ref=claim.pk, account__kind="committed").values_list("amount_fen", flat=True)
    assert sum(lying) == 0
    if state != after:
        assert (claim.events.last().party, claim.review_by) == ("system", None)


def test_a_suspended_certificate_is_not_claimed_for():
    claim = a_claim(ClaimState.WITHDRAWN)
    requires(claim.scheme, "certificate_valid")
    level_certificate_move(
        certificate_id=claim.level_certificate_id, move="suspend", category="checking", reason="核查",
        actor=another(Role.OFFICER_INSPECTION), at=LATER,
    )  # fmt: skip
    with pytest.raises(ClaimError) as refusal:
        claim_submit(
            scheme_id=claim.scheme_id,
            level_certificate_id=claim.level_certificate_id,
            actor=claim.worker.user,
            at=LATER,
        )
    assert refusal.value.code == "not_eligible"
    assert "已撤销或暂停" in refusal.value.message
