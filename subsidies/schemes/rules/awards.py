"""The sum of an award: so much in equal parts, and nothing of it twice."""

from collections.abc import Container
from decimal import Decimal
from typing import Any

from foundation.policy.engine import Working
from subsidies.schemes.rules.plans import Plan


def award_code(code: str, grade: str, names: Container[str]) -> str:
    """Where the amount of a grade stands: under ``amount.``, or under the grade itself as figures did that were
    published before awards were schemes.
    """
    return f"{code}.{grade}" if grade in names else f"{code}.amount.{grade}"


def award_sum(work: Working, plan: Plan) -> None:
    """What is owed up to this instalment, less what was paid before: for it, and where only the highest counts, for
    lower levels too.
    """
    grade: Any = work.fact("grade")
    number: Any = work.fact("instalment")
    code = plan.code
    if grade is None or number is None:
        return
    work.start("step.subsidy.award", work.figure(award_code(code, str(grade), plan.figures)))
    parts = work.figure(f"{code}.instalments")
    if int(number) > int(parts.value):
        return
    if int(parts.value) > 1:
        work.times("step.subsidy.instalment", Decimal(int(number)), unit="period")
        work.divide("step.subsidy.instalments", parts)
    paid: Any = work.fact("award_paid_fen")
    if paid:
        work.subtract("step.subsidy.award_paid", Decimal(int(paid)), unit="fen")
    lower: Any = work.fact("award_other_fen")
    if lower and plan.figures.get("highest_only") is not None and work.figure(f"{code}.highest_only").value:
        work.subtract("step.subsidy.award_other", Decimal(int(lower)), unit="fen")
        work.at_least("step.subsidy.award_nothing", Decimal(0), unit="fen")
    work.pay()
