"""Budgets at the desk: entered in yuan, shown to the fen, taken along as a file."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.claims.states import ClaimState
from subsidies.ledger.forms import fen_of
from subsidies.ledger.models import Posting
from subsidies.ledger.pages import yuan_text
from subsidies.ledger.selectors import budget_lines, budgets_low
from tests.portal.people import signed_in
from tests.subsidies.builders import CITY, a_budget, a_claim, an_officer_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1200000", 120_000_000),
        ("1,200,000.50", 120_000_050),
        ("１２００.５", 120_050),
        ("0.01", 1),
        ("0.07", 7),
        ("1234567.89", 123_456_789),
        ("￥ 8,000 元", 800_000),
        ("0.001", None),
        ("1e3", None),
        ("-5", None),
        ("1,2,3", None),
        ("12,34", None),
        ("一百", None),
        ("", None),
    ],
)
def test_yuan_as_typed_are_whole_fen_or_nothing(typed, fen):
    assert fen_of(typed) == fen


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (7, "0.07"), (123_456, "1234.56"), (-5, "-0.05")])
def test_fen_are_written_as_yuan_without_losing_any(fen, text):
    assert yuan_text(fen) == text


def entered(client=None, **given):
    data = {
        "direction": "allot",
        "fund": "employment",
        "year": timezone.localdate().year,
        "district_code": CITY,
        "amount": "1,200,000.50",
        "reference": "示例预〔2026〕1号",
    }
    client = client or signed_in(an_officer_of(Role.OFFICER_FINANCE))
    return client.post(reverse("ledger_allot"), data | given)


def test_finance_enters_a_budget_and_finds_it_in_the_list():
    answer = entered()
    assert answer.url == reverse("ledger_budgets")
    client = signed_in(an_officer_of(Role.OFFICER_FINANCE))
    assert "1,200,000.50 元" in client.get(answer.url).content.decode()
    entered(direction="withdraw", amount="200000.50", reference="示例预〔2026〕2号")
    assert "1,000,000 元" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"amount": "0"}, "请填大于 0 的金额"),
        ({"amount": "1.234"}, "请填大于 0 的金额"),
        ({"reference": ""}, "请填写文号"),
        ({"direction": "withdraw"}, "不够收回"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(given, sentence):
    answer = entered(**given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    if given.get("amount"):
        assert given["amount"] in answer.content.decode()
    assert not Posting.objects.exists()


def test_how_far_a_budget_is_used():
    a_budget(100_000)
    a_claim(ClaimState.REVIEWED)
    finance = an_officer_of(Role.OFFICER_FINANCE)
    today = timezone.localdate()
    line = budget_lines(finance, on=today, year=2026)[0]
    assert (line.allotted, line.available, line.committed, line.percent, line.is_low) == (
        100_000,
        30_000,
        70_000,
        70,
        False,
    )
    assert not budgets_low(finance, on=today).exists()
    assert budget_lines(an_officer_of(Role.OFFICER_INTAKE), on=today, year=2026) == []


def test_a_budget_of_which_less_than_a_tenth_is_left_is_told_on_the_desktop():
    a_budget(77_000)
    a_claim(ClaimState.REVIEWED)
    finance = an_officer_of(Role.OFFICER_FINANCE)
    assert budgets_low(finance, on=timezone.localdate()).count() == 1
    client = signed_in(finance)
    assert "补贴预算不足" in client.get(reverse("staff_home")).content.decode()
    assert "快用完了" in client.get(reverse("ledger_budgets")).content.decode()


def test_exactly_a_tenth_left_is_not_low_yet():
    a_budget(100_000)
    a_claim(ClaimState.REVIEWED, amount_fen=90_000)
    finance, today = an_officer_of(Role.OFFICER_FINANCE), timezone.localdate()
    line = budget_lines(finance, on=today, year=2026)[0]
    assert (line.available, line.is_low) == (10_000, False)
    assert not budgets_low(finance, on=today).exists()


def test_the_postings_of_a_budget_and_of_a_claim():
    a_budget(100_000)
    claim = a_claim(ClaimState.PAID)
    client = signed_in(an_officer_of(Role.AUDITOR))
    finance = an_officer_of(Role.OFFICER_FINANCE)
    line = budget_lines(finance, on=timezone.localdate(), year=2026)[0]
    words = client.get(reverse("ledger_budget", args=[line.account_id])).content.decode()
    for kind in ("下达预算", "核定占用", "送银行", "银行已付"):
        assert kind in words
    assert "700 元" in client.get(reverse("ledger_claim", args=[claim.pk])).content.decode()
    assert client.get(reverse("ledger_claim", args=[999_999])).status_code == 404
    assert client.get(reverse("ledger_budget", args=[999_999])).status_code == 404


def test_the_file_has_the_figures_of_the_page_and_leaves_a_record():
    a_budget(100_000)
    a_claim(ClaimState.REVIEWED)
    client = signed_in(an_officer_of(Role.OFFICER_FINANCE))
    content = b"".join(client.get(reverse("ledger_budgets_file")).streaming_content)
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1] == ("2026 就业补助资金 厦门市", "1000.00", "300.00", "700.00", "0.00", "0.00", "70%")
    assert AuditEvent.objects.get(action="ledger.budget.exported").data["rows"] == 1
    line = budget_lines(an_officer_of(Role.OFFICER_FINANCE), on=timezone.localdate(), year=2026)[0]
    content = b"".join(client.get(reverse("ledger_budget_file", args=[line.account_id])).streaming_content)
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["凭证", "核定占用", "下达预算"]


def test_an_auditor_reads_all_and_takes_no_file_away():
    a_budget(100_000)
    client = signed_in(an_officer_of(Role.AUDITOR))
    assert client.get(reverse("ledger_budgets")).status_code == 200
    assert client.get(reverse("ledger_budgets_file")).status_code == 403
    assert client.get(reverse("ledger_allot")).status_code == 403
