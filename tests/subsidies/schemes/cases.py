"""A person for whom everything is in order, and how a case of hers is decided on a day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.rules import CaseFacts
from subsidies.schemes.selectors import classes_of, figures_of
from subsidies.schemes.states import SchemeState

XIAMEN, QUANZHOU = "350200", "350500"
NURSERY, HOUSEKEEPER = "4-10-01-03", "4-10-01-06"


def day(text: str) -> date:
    return date.fromisoformat(text)


def in_order(claimed_on: str, **changes: Any) -> CaseFacts:
    """A registered woman of 45 with a confirmed certificate of level five, issued a month before she claims."""
    on = day(claimed_on)
    facts = CaseFacts(
        claimed_on=on,
        identity_verified=True,
        registered=True,
        drawing_pension=False,
        on_payroll=False,
        student=False,
        age=45,
        certificate_kind="level",
        certificate_valid=True,
        certificate_confirmed=True,
        level="level5",
        occupation=HOUSEKEEPER,
        issued_on=date.fromordinal(on.toordinal() - 30),
        insured_months=48,
        drawing_benefit=False,
        hours=Decimal(60),
        days=15,
        has_account=True,
    )
    if isinstance(changes.get("issued_on"), str):
        changes["issued_on"] = day(changes["issued_on"])
    if changes.get("level") == "special" and "certificate_kind" not in changes:
        changes["certificate_kind"] = "special"
    return replace(facts, **changes)


def edition_of(code: str, city: str, on: date) -> Scheme:
    """The edition of the day, or the last one before."""
    editions = Scheme.objects.filter(code=code, city_code=city, state=SchemeState.PUBLISHED)
    begun = [one for one in editions.order_by("effective") if one.effective.lower <= on]
    return begun[-1] if begun else editions.earliest("effective")


def decided(code: str, claimed_on: str, city: str = XIAMEN, **changes: Any) -> Answer:
    """What the scheme says; classes come from groups and catalogue unless they are given."""
    on = day(claimed_on)
    scheme = edition_of(code, city, on)
    facts = in_order(claimed_on, **changes)
    if "classes" not in changes:
        found = classes_of(
            city=city,
            occupation_code=facts.occupation,
            work_type_name="",
            level=facts.level,
            groups=facts.groups,
            issued_on=facts.issued_on,
            on=on,
            scheme=scheme,
        )
        facts = replace(facts, classes=tuple(sorted(found)))
    return scheme_decide(scheme, facts, on=on, figures=figures_of(scheme, on=on))


def seen(answer: Answer) -> str:
    """The answer in a word an officer writes: ``700``, ``？700``, ``不``, ``待确认``."""
    if answer.outcome == "gap":
        return "待确认"
    if answer.outcome == "no":
        return "不"
    amount = "" if answer.amount_fen is None else f"{Decimal(answer.amount_fen) / 100:.2f}".removesuffix(".00")
    return amount if answer.outcome == "yes" else f"？{amount}"


def failed(answer: Answer) -> list[str]:
    """Which conditions said no."""
    assert answer.decision is not None
    return [check.code for check in answer.decision.checks if check.passed is False]
