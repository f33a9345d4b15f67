"""A batch from its building to its settlement, with exact figures."""

import pytest

from subsidies.claims.models import Claim
from subsidies.ledger.models import Account, Posting
from subsidies.payments.models import PaymentBatch, PaymentLine
from tests.subsidies.payments.builders import answer, read, sent

pytestmark = pytest.mark.django_db


def balances():
    return dict(Account.objects.exclude(kind="source").values_list("kind", "balance_fen"))


def test_a_batch_of_three_with_one_failure_is_settled_to_the_fen():
    batch = sent(3)
    assert (batch.state, batch.lines_count, batch.total_fen) == ("sent", 3, 210_000)
    assert balances()["in_transit"] == 210_000
    given = read(answer(batch, {2: "账户已销户"}))
    assert (given.state, given.paid_count, given.failed_count, given.problems) == ("read", 2, 1, [])
    batch = PaymentBatch.objects.get()
    assert batch.state == "settled"
    assert list(PaymentLine.objects.values_list("serial", "state", "reason")) == [
        (1, "paid", ""), (2, "failed", "账户已销户"), (3, "paid", ""),
    ]  # fmt: skip
    assert list(Claim.objects.order_by("pk").values_list("state", flat=True)) == ["paid", "payment_failed", "paid"]
    assert balances() == {"available": 100_000_000 - 210_000, "committed": 70_000, "in_transit": 0, "paid": 140_000}
    assert list(Posting.objects.filter(reference=batch.number).order_by("pk").values_list("kind", flat=True)) == [
        "send", "settle", "bounce",
    ]  # fmt: skip
