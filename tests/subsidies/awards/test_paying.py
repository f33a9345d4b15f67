"""A part that has come becomes a claim, once, and goes the way of every claim to the bank."""

from datetime import date, timedelta

import pytest

from certifications.certificates.models import LevelCertificate
from certifications.certificates.services.level_life import level_certificate_move
from foundation.accounts.states import Role
from foundation.policy.models import ParameterVersion
from subsidies.awards.models import AwardInstalment
from subsidies.awards.selectors import award_lines_of
from subsidies.checks.selectors import blocks_not_run
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move, claim_withdraw
from subsidies.claims.services.awarding import awards_claim_due
from subsidies.claims.states import ClaimState, Party
from subsidies.ledger.models import Account
from subsidies.notices.services import notice_close, notice_publish
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.review.services import claim_pass_intake, claim_pass_review
from subsidies.schemes.states import Fund
from tests.subsidies.awards.builders import a_served, an_accepted, an_employer, insured
from tests.subsidies.builders import a_budget, a_claimant, an_officer_of
from tests.subsidies.ledger.test_parallel import at_once
from tests.subsidies.payments.builders import answer
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)
STARTED = date(2025, 11, 10)


def test_what_has_come_is_claimed_by_itself_and_once():
    filing = a_served()
    first = awards_claim_due(at=NOW)
    assert (first.claimed, awards_claim_due(at=NOW).claimed) == (1, 0)
    claim = Claim.objects.get()
    assert (claim.channel, claim.amount_fen, claim.fund, claim.state) == ("employer", 500_000, "talent", "submitted")
    assert claim.created_by == filing.filed_by
    part = filing.instalments.get(number=1)
    assert (part.state, part.claim_number, part.amount_fen) == ("claimed", claim.number, 500_000)
    assert filing.instalments.get(number=2).state == "waiting"


def test_two_runs_at_one_moment_make_one_claim():
    a_served()
    given = at_once(lambda: awards_claim_due(at=NOW), lambda: awards_claim_due(at=NOW))
    assert not [one for one in given if isinstance(one, Exception)], given
    assert Claim.objects.count() == 1


def test_the_day_before_nothing_is_claimed():
    worker, employer = a_claimant(), an_employer()
    insured(worker, employer, date(2025, 11, 1), 12)
    an_accepted(worker, employer=employer, started_on=TODAY.replace(year=2025) + timedelta(days=1))
    assert awards_claim_due(at=NOW).claimed == 0
    assert not Claim.objects.exists()
    assert awards_claim_due(at=NOW + timedelta(days=1)).claimed == 1


def brought_to_the_bank(claim):
    """初审, 复核, 公示, 拨付: each by the one whose turn it is."""
    intake, review, finance = (
        an_officer_of(role) for role in (Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_FINANCE)
    )
    checks_run(claim_ids=[claim.pk], moment=Moment.REVIEW, actor=intake, at=NOW)
    known = [one.code for one in blocks_not_run([claim.pk]).get(claim.pk, ())]
    claim_pass_intake(claim_id=claim.pk, actor=intake, at=NOW, unchecked=known)
    claim_pass_review(claim_id=claim.pk, actor=review, at=NOW, unchecked=known)
    notice = notice_publish(claim_ids=[claim.pk], title="奖励公示", actor=review, at=NOW).notice
    notice_close(notice_id=notice.pk, at=NOW + (notice.ends_on - TODAY) + timedelta(days=1))
    later = NOW + timedelta(days=20)
    batch = batch_build(fund=Fund.TALENT, claim_ids=[claim.pk], actor=finance, at=later)
    batch_sign(batch_id=batch.pk, actor=finance, at=later)
    batch = batch_send(batch_id=batch.pk, actor=finance, at=later)
    bank_return_read(content=answer(batch), filename="r.txt", actor=finance, at=later + timedelta(days=1))


def test_the_whole_way_to_the_bank_and_back_to_the_part():
    a_budget(fund=Fund.TALENT)
    filing = a_served()
    awards_claim_due(at=NOW)
    claim = Claim.objects.get()
    brought_to_the_bank(claim)
    claim.refresh_from_db()
    part = filing.instalments.get(number=1)
    assert (claim.state, part.state, part.paid_on, part.amount_fen) == ("paid", "paid", claim.paid_on, 500_000)
    kinds = dict(Account.objects.filter(fund=Fund.TALENT).values_list("kind", "balance_fen"))
    assert sum(kinds.values()) == 0
    assert (kinds["paid"], kinds["committed"], kinds["in_transit"]) == (500_000, 0, 0)
    line = award_lines_of(filing.worker, on=TODAY)[0]
    assert [one.instalment.state for one in line.parts] == ["paid", "waiting"]


def test_a_rise_of_level_takes_off_what_the_lower_brought():
    worker, employer = a_claimant(), an_employer()
    lower = a_served(worker, employer=employer)
    awards_claim_due(at=NOW)
    higher = an_accepted(worker, employer=employer, level=4, started_on=STARTED)
    awards_claim_due(at=NOW)
    assert list(Claim.objects.order_by("pk").values_list("amount_fen", flat=True)) == [500_000, 500_000]
    lower.refresh_from_db()
    assert (lower.state, higher.instalments.get(number=1).amount_fen) == ("ended", 500_000)


def test_what_a_lower_level_covers_is_not_paid_again():
    worker, employer = a_claimant(), an_employer()
    insured(worker, employer, date(2024, 10, 1), 26)
    an_accepted(worker, employer=employer, started_on=date(2024, 10, 10))
    assert awards_claim_due(at=NOW).claimed == 2
    higher = an_accepted(worker, employer=employer, level=4, started_on=STARTED)
    done = awards_claim_due(at=NOW)
    assert (done.claimed, done.netted) == (0, 1)
    part = higher.instalments.get(number=1)
    assert (part.state, Claim.objects.count()) == ("netted", 2)
    assert "抵扣" in part.note


def test_without_a_card_the_part_says_why_and_comes_later():
    worker = a_claimant(with_card=False)
    filing = a_served(worker)
    assert awards_claim_due(at=NOW).refused == 1
    part = filing.instalments.get(number=1)
    assert part.state == "due"
    assert "账户" in part.note
    assert not Claim.objects.exists()


def test_the_policy_that_ended_since_does_not_take_back_what_was_promised():
    a_served()
    ParameterVersion.objects.filter(parameter__code="example.award.amount.level5").update(
        effective=(date(2024, 1, 1), TODAY + timedelta(days=1))
    )
    assert awards_claim_due(at=NOW + timedelta(days=30)).claimed == 1
    assert Claim.objects.get().amount_fen == 500_000


def test_a_refused_claim_closes_the_part_and_the_next_run_leaves_it():
    filing = a_served()
    awards_claim_due(at=NOW)
    claim = Claim.objects.get()
    claim_move(
        claim_id=claim.pk, action="refuse", party=Party.INTAKE, actor=an_officer_of(Role.OFFICER_INTAKE), at=NOW,
        reason="合同不真实",
    )  # fmt: skip
    part = filing.instalments.get(number=1)
    assert (part.state, part.note) == ("refused", "合同不真实")
    assert awards_claim_due(at=NOW).claimed == 0
    assert Claim.objects.count() == 1


def test_a_withdrawn_claim_is_not_made_again_by_itself():
    filing = a_served()
    awards_claim_due(at=NOW)
    claim_withdraw(claim_id=Claim.objects.get().pk, actor=filing.worker.user, at=NOW)
    assert awards_claim_due(at=NOW).claimed == 0
    assert filing.instalments.get(number=1).state == "withdrawn"


def test_a_certificate_that_falls_stops_the_money():
    a_budget(fund=Fund.TALENT)
    filing = a_served()
    awards_claim_due(at=NOW)
    claim = Claim.objects.get()
    for action, role, party in (
        ("pass_intake", Role.OFFICER_INTAKE, Party.INTAKE),
        ("pass_review", Role.OFFICER_REVIEW, Party.REVIEW),
    ):
        claim_move(claim_id=claim.pk, action=action, party=party, actor=an_officer_of(role), at=NOW)
    level_certificate_move(
        certificate_id=filing.level_certificate_id, move="suspend", reason="核查", category="other",
        actor=an_officer_of(Role.OFFICER_REVIEW), at=NOW,
    )  # fmt: skip
    claim.refresh_from_db()
    assert LevelCertificate.objects.get(pk=filing.level_certificate_id).state == "suspended"
    assert claim.state == ClaimState.INTAKE_PASSED
    assert AwardInstalment.objects.get(filing=filing, number=1).state == "claimed"
