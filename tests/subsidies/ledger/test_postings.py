"""The ledger in fen: what the services refuse, what the database refuses, and what always adds up."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.services import claim_move, claims_move
from subsidies.claims.states import TRANSITIONS, ClaimState, Party
from subsidies.ledger.errors import LedgerError
from subsidies.ledger.models import Account, Entry, Posting
from subsidies.ledger.selectors import Budget, balances_of, budgets_of_claims
from subsidies.ledger.services import ClaimMoney, budget_allot, money_move
from subsidies.ledger.states import AccountKind, PostingKind
from subsidies.ledger.verifying import Held, ledger_verify
from tests.subsidies.builders import CITY, a_budget, a_claim, a_draft, an_officer_of, claims_in, who_moves
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db
HULI = "350206"
EMPLOYMENT, UNEMPLOYMENT = "employment", "unemployment"


def allot(amount_fen=1_000_000, **given):
    known = {
        "fund": EMPLOYMENT,
        "year": 2026,
        "district_code": CITY,
        "amount_fen": amount_fen,
        "reference": "示例预〔2026〕1号",
        "actor": an_officer_of(Role.OFFICER_FINANCE),
        "at": NOW,
    }
    return budget_allot(**(known | given))


def balances(fund=EMPLOYMENT, district=CITY, year=2026):
    return balances_of(year=year).get(Budget(fund, year, district), {})


def check_now():
    """Let the triggers that wait for the end of the transaction look now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused_by(name, sql):
    """The database refuses the statement by a constraint of that name, or in these words."""
    with connection.cursor() as cursor:
        refused_at_the_end(name, lambda: cursor.execute(sql))


def refused_at_the_end(name, act):
    """The database refuses what was done, at once or when the transaction ends; nothing of it stays."""

    def done():
        with transaction.atomic():
            act()
            check_now()

    with pytest.raises(IntegrityError) as refusal:
        done()
    found = refusal.value.__cause__.diag
    assert name in (found.constraint_name or found.message_primary), found.message_primary


def account(kind, fund=EMPLOYMENT, district=CITY, year=2026):
    return Account.objects.get(fund=fund, year=year, district_code=district, kind=kind)


# Budgets


def test_a_budget_that_is_entered_can_be_used_and_is_owed_to_its_source():
    posting = allot(123_456)
    assert balances() == {"source": -123_456, "available": 123_456, "committed": 0, "in_transit": 0, "paid": 0}
    assert (posting.kind, posting.reference, posting.at) == (PostingKind.ALLOCATE, "示例预〔2026〕1号", NOW)
    event = AuditEvent.objects.get(action="ledger.budget.allotted")
    assert event.data == {"fund": "employment", "year": 2026, "district": CITY, "amount_fen": 123_456}


def test_part_of_a_budget_is_taken_back_by_another_paper():
    allot(100_000)
    taken = allot(-40_000, reference="示例预〔2026〕2号")
    assert taken.kind == PostingKind.WITHDRAW
    assert balances()["available"] == 60_000


@pytest.mark.parametrize(
    "again", ["示例预〔2026〕1号", " 示例预[2026] 1号 ", "示例预（2026）1号", "示例预【2026】1 号"]
)
def test_the_same_paper_is_entered_once_however_its_brackets_are_typed(again):
    allot(100_000)
    with pytest.raises(LedgerError) as refusal:
        allot(100_000, reference=again)
    assert refusal.value.code == "already_entered"
    assert balances()["available"] == 100_000
    assert Posting.objects.count() == 1


def test_the_same_paper_may_give_to_two_districts_and_two_funds():
    allot(1)
    allot(2, district_code=HULI)
    allot(3, fund=UNEMPLOYMENT)
    assert [balances()["available"], balances(district=HULI)["available"], balances(UNEMPLOYMENT)["available"]] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("reference_missing", {"reference": "  "}),
        ("reference_long", {"reference": "号" * 61}),
        ("amount_missing", {"amount_fen": 0}),
        ("amount_large", {"amount_fen": 10**13 + 1}),
        ("budget_unknown", {"fund": "charity"}),
        ("budget_unknown", {"district_code": "350599"}),
        ("year_odd", {"year": 2024}),
        ("year_odd", {"year": 2028}),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(code, given):
    with pytest.raises(LedgerError) as refusal:
        allot(**({"amount_fen": 100} | given))
    assert refusal.value.code == code
    assert not Posting.objects.exists()
    assert not Account.objects.exists()
    assert not AuditEvent.objects.filter(action="ledger.budget.allotted").exists()


@pytest.mark.parametrize("role", [Role.OFFICER_REVIEW, Role.OFFICER_INTAKE, Role.OFFICER_POLICY])
def test_only_finance_enters_budgets(role):
    with pytest.raises(PermissionDenied):
        allot(actor=an_officer_of(role))
    assert not Posting.objects.exists()


def test_what_is_committed_cannot_be_taken_back():
    allot(100_000)
    a_claim(ClaimState.REVIEWED)
    with pytest.raises(LedgerError) as refusal:
        allot(-30_001, reference="示例预〔2026〕2号")
    assert refusal.value.code == "budget_short"
    assert refusal.value.message == (
        "2026 就业补助资金 厦门市 可用 300 元，不够收回 300.01 元：已经核定占用和付出的不能收回。请核对金额。"
    )
    allot(-30_000, reference="示例预〔2026〕2号")
    assert balances()["available"] == 0


# Commitments


def test_too_little_money_is_told_and_the_claim_stays_where_it_was():
    allot(69_999)
    claim = a_claim(ClaimState.INTAKE_PASSED)
    with pytest.raises(LedgerError) as refusal:
        claim_move(
            claim_id=claim.pk,
            action="pass_review",
            party=Party.REVIEW,
            actor=an_officer_of(Role.OFFICER_REVIEW),
            at=NOW,
        )
    assert refusal.value.code == "budget_short"
    assert refusal.value.message == (
        "2026 就业补助资金 厦门市 可用 699.99 元，这次需要 700 元，不够。请先登记追加的预算，或减少这次办理的份数。"
    )
    claim.refresh_from_db()
    assert (claim.state, claim.review_by) == (ClaimState.INTAKE_PASSED, None)
    assert not Entry.objects.filter(claim_ref=claim.pk).exists()


def test_the_last_fen_can_be_committed():
    allot(70_000)
    a_claim(ClaimState.REVIEWED)
    assert balances() == {"source": -70_000, "available": 0, "committed": 70_000, "in_transit": 0, "paid": 0}


def test_many_claims_are_short_together_though_each_alone_would_do():
    allot(209_999)
    claims = claims_in(ClaimState.INTAKE_PASSED, 3)
    with pytest.raises(LedgerError) as refusal:
        claims_move(
            claim_ids=[one.pk for one in claims],
            action="pass_review",
            party=Party.REVIEW,
            actor=an_officer_of(Role.OFFICER_REVIEW),
            at=NOW,
            key="示例批次",
        )
    assert refusal.value.code == "budget_short"
    assert balances()["available"] == 209_999
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.INTAKE_PASSED}


def test_a_district_with_a_budget_of_its_own_pays_for_its_people_and_the_city_for_the_others():
    allot(1_000_000)
    allot(100_000, district_code=HULI)
    hers, others = a_draft(district_code=HULI), a_draft(district_code="350203")
    for claim in (hers, others):
        for action in ("submit", "pass_intake", "pass_review"):
            party, actor = who_moves(claim, action)
            claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=NOW)
    assert balances(district=HULI)["committed"] == 70_000
    assert balances()["committed"] == 70_000
    assert budgets_of_claims([hers.pk, others.pk]) == {
        hers.pk: Budget(EMPLOYMENT, 2026, HULI),
        others.pk: Budget(EMPLOYMENT, 2026, CITY),
    }


def test_another_citys_districts_have_budgets_of_their_own(settings):
    settings.CITY_CODE, settings.CITY_NAME = "350500", "泉州市"
    budget_allot(
        fund=EMPLOYMENT,
        year=2026,
        district_code="350582",
        amount_fen=500_000,
        reference="示例预〔2026〕1号",
        actor=an_officer_of(Role.OFFICER_FINANCE),
        at=NOW,
    )
    budget = Budget(EMPLOYMENT, 2026, "350582")
    assert budget.title == "2026 就业补助资金 晋江市"
    assert balances_of(year=2026)[budget][AccountKind.AVAILABLE] == 500_000


def test_a_districts_own_budget_is_not_helped_out_by_the_city():
    allot(1_000_000)
    allot(69_999, district_code=HULI)
    with pytest.raises(LedgerError, match=r"湖里区 可用 699\.99 元"):
        a_claim(ClaimState.REVIEWED, district_code=HULI)
    assert balances()["available"] == 1_000_000


def test_next_year_takes_next_years_money_and_this_years_claim_stays_in_its_own():
    allot(1_000_000)
    claim = a_claim(ClaimState.INTAKE_PASSED)
    in_january = NOW.replace(year=2027, month=1, day=4)
    reviewer = an_officer_of(Role.OFFICER_REVIEW)
    with pytest.raises(LedgerError, match=r"2027 就业补助资金 厦门市 可用 0 元"):
        claim_move(claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=reviewer, at=in_january)
    allot(70_000, year=2027, reference="示例预〔2027〕1号")
    claim_move(claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=reviewer, at=in_january)
    assert (balances()["committed"], balances(year=2027)["committed"]) == (0, 70_000)


def test_money_committed_in_december_is_released_in_january_to_the_year_it_came_from():
    allot(100_000)
    claim = a_claim(ClaimState.REVIEWED)
    allot(500_000, year=2027, reference="示例预〔2027〕1号")
    claim_move(
        claim_id=claim.pk,
        action="hold",
        party=Party.REVIEW,
        actor=an_officer_of(Role.OFFICER_REVIEW),
        at=NOW.replace(year=2027, month=1, day=4),
        reason="发现问题",
    )
    assert (balances()["available"], balances(year=2027)["available"]) == (100_000, 500_000)


def test_the_same_key_books_once():
    allot(1_000_000)
    claim = a_claim(ClaimState.REVIEWED)
    money = [ClaimMoney(claim.pk, 70_000, EMPLOYMENT, CITY)]
    with transaction.atomic():
        money_move(PostingKind.SEND, claims=money, reference="P1", key="一批", actor=None, at=NOW)
        with pytest.raises(LedgerError) as refusal:
            money_move(PostingKind.SEND, claims=money, reference="P1", key="一批", actor=None, at=NOW)
        assert refusal.value.code == "already_booked"
        assert balances()["in_transit"] == 70_000
        transaction.set_rollback(True)


# What the database itself refuses


def raw(posting, *lines):
    """One statement that writes these entries."""
    rows = ", ".join(f"({posting}, {account}, {amount}, {ref or 'NULL'})" for account, amount, ref in lines)
    return f"INSERT INTO ledger_entry (posting_id, account_id, amount_fen, claim_ref) VALUES {rows}"


def a_head(kind=PostingKind.ALLOCATE):
    return Posting.objects.create(kind=kind, reference="示例", key=f"示例 {Posting.objects.count()}", at=NOW).pk


def test_a_statement_that_does_not_balance_is_refused():
    allot(1_000)
    source, available = account(AccountKind.SOURCE).pk, account(AccountKind.AVAILABLE).pk
    with transaction.atomic():
        refused_by("ledger_posting_balances", raw(a_head(), (source, -100, None), (available, 99, None)))
        refused_by("ledger_posting_balances", raw(a_head(), (available, 100, None)))
        transaction.set_rollback(True)
    assert balances()["available"] == 1_000


def test_one_districts_money_does_not_balance_anothers():
    allot(1_000)
    allot(1_000, district_code=HULI)
    there = account(AccountKind.AVAILABLE, district=HULI).pk
    with transaction.atomic():
        sql = raw(a_head(), (account(AccountKind.SOURCE).pk, -100, None), (there, 100, None))
        refused_by("ledger_posting_balances", sql)
        transaction.set_rollback(True)


def test_one_claims_money_does_not_balance_anothers():
    allot(1_000_000)
    one, other = claims_in(ClaimState.REVIEWED, 2)
    committed, sent = account(AccountKind.COMMITTED).pk, account(AccountKind.IN_TRANSIT).pk
    with transaction.atomic():
        sql = raw(a_head(PostingKind.SEND), (committed, -100, one.pk), (sent, 100, other.pk))
        refused_by("ledger_posting_balances", sql)
        transaction.set_rollback(True)


def test_money_goes_only_the_way_of_its_kind():
    allot(1_000)
    available, committed, paid = (account(kind).pk for kind in ("available", "committed", "paid"))
    source = account("source").pk
    with transaction.atomic():
        for lines in (
            [(available, -100, None), (paid, 100, None)],
            [(available, -100, None), (source, 100, None)],
            [(source, -100, 7), (available, 100, 7)],
        ):
            refused_by("ledger_money_goes_its_way", raw(a_head(), *lines))
        nobodys = raw(a_head(PostingKind.COMMIT), (available, -100, None), (committed, 100, None))
        refused_by("ledger_money_goes_its_way", nobodys)
        transaction.set_rollback(True)


def test_nothing_is_added_to_a_posting_later():
    posting = allot(1_000)
    source, available = account("source").pk, account("available").pk
    refused_by("ledger_posting_is_written_at_once", raw(posting.pk, (source, -100, None), (available, 100, None)))


def test_a_posting_without_entries_does_not_last():
    refused_at_the_end("ledger_posting_has_entries", a_head)
    assert not Posting.objects.exists()


def test_an_account_is_never_overdrawn():
    allot(1_000)
    claim = a_claim(ClaimState.INTAKE_PASSED)
    available, committed = account("available").pk, account("committed").pk
    with transaction.atomic():
        sql = raw(a_head(PostingKind.COMMIT), (available, -1_001, claim.pk), (committed, 1_001, claim.pk))
        refused_by("ledger_account_is_never_overdrawn", sql)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("ledger_balance_is_the_sum_of_entries", "UPDATE ledger_account SET balance_fen = balance_fen + 1"),
        ("an account is not changed", "UPDATE ledger_account SET year = 2027"),
        ("an account is not changed", "DELETE FROM ledger_account"),
        ("an account begins at nothing", "INSERT INTO ledger_account (fund, year, district_code, kind, balance_fen) "
         "VALUES ('employment', 2027, '350200', 'available', 1)"),
        ("cannot be changed or removed", "UPDATE ledger_entry SET amount_fen = amount_fen * 2"),
        ("cannot be changed or removed", "DELETE FROM ledger_entry"),
        ("cannot be changed or removed", "TRUNCATE ledger_account CASCADE"),
        ("cannot be changed or removed", "UPDATE ledger_posting SET key = 'x'"),
        ("cannot be changed or removed", "DELETE FROM ledger_posting"),
    ],
)  # fmt: skip
def test_nothing_in_the_ledger_is_changed_or_removed(name, sql):
    allot(1_000)
    check_now()
    refused_by(name, sql)
    assert balances()["available"] == 1_000


def test_money_without_its_claim_or_a_claim_without_its_money_does_not_last():
    allot(1_000_000)
    claim = a_claim(ClaimState.REVIEWED)
    committed, sent = account("committed").pk, account("in_transit").pk

    def sent_without_a_word():
        posting = a_head(PostingKind.SEND)
        Entry.objects.bulk_create(
            Entry(posting_id=posting, account_id=place, amount_fen=amount, claim_ref=claim.pk)
            for place, amount in ((committed, -70_000), (sent, 70_000))
        )

    lies = "claim_money_lies_where_its_state_says"
    refused_at_the_end(lies, sent_without_a_word)
    refused_at_the_end(lies, lambda: Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SENT))
    claim.refresh_from_db()
    assert (claim.state, balances()["committed"]) == (ClaimState.REVIEWED, 70_000)


# What always holds


MONEY_STEPS = ("submit", "pass_intake", "pass_review", "publish", "dispute", "dismiss_objection", "uphold_objection",
               "approve", "hold", "batch", "unbatch", "send", "pay", "bounce", "repair", "reopen", "refuse", "return",
               "resubmit", "withdraw")  # fmt: skip


@tried(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 11)), min_size=5, max_size=25),
    st.integers(60_000, 300_000),
)
def test_whatever_happens_to_claims_all_accounts_add_up_to_nothing(db, steps, allotted):
    with transaction.atomic():
        allot(allotted)
        claims = [a_draft() for _n in range(3)]
        for number, (which, choice) in enumerate(steps):
            _one_step(claims[which], choice, NOW + timedelta(minutes=number))
            check_now()
            assert Account.objects.aggregate(total=Sum("balance_fen"))["total"] == 0
        assert -account("source").balance_fen == allotted
        call_command("ledger_verify", verbosity=0, stdout=_Nowhere())
        transaction.set_rollback(True)


class _Nowhere:
    def write(self, text):
        """The words are looked at by another test."""


def _one_step(claim, choice, at):
    """Some step the claim may take now; money that is not there is refused and nothing has changed."""
    claim.refresh_from_db()
    possible = [action for action in MONEY_STEPS if claim.state in TRANSITIONS[action].sources]
    if not possible:
        return
    action = possible[choice % len(possible)]
    party, actor = who_moves(claim, action)
    before = (claim.state, ClaimEvent.objects.filter(claim=claim).count())
    refusal = None
    try:
        with transaction.atomic():
            claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=at, reason="示例")
    except LedgerError as found:
        refusal = found
    if refusal is not None:
        claim.refresh_from_db()
        assert (claim.state, ClaimEvent.objects.filter(claim=claim).count()) == before
        assert refusal.code == "budget_short"


# Holding the ledger against entries and claims


def test_a_ledger_in_order_is_said_to_be_so(capsys):
    allot(1_000_000)
    for state in (ClaimState.REVIEWED, ClaimState.SENT, ClaimState.PAID, ClaimState.SUBMITTED):
        a_claim(state)
    call_command("ledger_verify")
    assert capsys.readouterr().out.startswith("台账相符：账户 5 个，凭证 7 张，申领 4 份，没有差异。")


def test_a_balance_that_was_tampered_with_is_reported_to_the_fen(capsys):
    allot(1_000_000)
    a_claim(ClaimState.REVIEWED)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_is_kept")
        cursor.execute("UPDATE ledger_account SET balance_fen = balance_fen + 1 WHERE kind = 'available'")
        cursor.execute("ALTER TABLE ledger_account ENABLE TRIGGER ledger_account_is_kept")
    with pytest.raises(CommandError, match="2 处差异"):
        call_command("ledger_verify")
    assert capsys.readouterr().err.splitlines() == [
        "2026 就业补助资金 厦门市“可用预算”的余额：应为 9,300 元，实为 9,300.01 元，相差 0.01 元。",
        "全部账户相加：应为 0 元，实为 0.01 元，相差 0.01 元。",
    ]


def test_claims_whose_money_lies_elsewhere_and_money_of_no_claim_are_reported():
    allot(1_000_000)
    one, other, third = claims_in(ClaimState.REVIEWED, 3)
    wrong = [Held(one.pk, one.number, "in_transit", 70_000), Held(other.pk, other.number, "committed", 69_999)]
    report = ledger_verify(wrong)
    assert [(diff.expected_fen, diff.found_fen) for diff in report.differences] == [
        (0, 70_000),
        (70_000, 0),
        (69_999, 70_000),
        (0, 70_000),
    ]
    assert report.differences[0].sentence == f"申领 {one.number} 在“已核定待拨”：应为 0 元，实为 700 元，相差 700 元。"
    assert str(third.pk) in report.differences[3].what


def test_the_day_of_the_builders_is_this_year():
    assert TODAY.year == 2026
    a_budget()
    assert balances()["available"] == 100_000_000
