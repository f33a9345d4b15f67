"""The dated rules, one for each way an amount comes about. Everything that is the law's to set is a figure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.policy.engine import Decision, Facts, Working, decide, rule
from foundation.policy.values import ParameterSet, ParameterValue
from subsidies.schemes.rules.awards import award_sum
from subsidies.schemes.rules.names import CLASSES
from subsidies.schemes.rules.plans import Plan, plan_of
from subsidies.schemes.states import SchemeRule

RULES = {one: f"subsidies.{one.value}" for one in SchemeRule}
# The earliest day any figure of a scheme is known for.
SINCE = date(2017, 1, 1)


@rule(RULES[SchemeRule.CERTIFICATE], since=SINCE)
def by_certificate(work: Working) -> None:
    """So much for a certificate of that level, or a share of what the assessment cost."""
    _work_out(work, SchemeRule.CERTIFICATE, _certificate_sum)


@rule(RULES[SchemeRule.HOURS], since=SINCE)
def by_hours(work: Working) -> None:
    """So much for each credited hour, up to a number of hours."""
    _work_out(work, SchemeRule.HOURS, _hours_sum)


@rule(RULES[SchemeRule.LIVING], since=SINCE)
def living(work: Working) -> None:
    """While she learns: by the day, by the hour, once, or a share of a reference; less for a short course."""
    _work_out(work, SchemeRule.LIVING, _living_sum)


@rule(RULES[SchemeRule.AWARD], since=SINCE)
def by_instalments(work: Working) -> None:
    """So much for a level or schooling, in equal parts after each full year of service."""
    _work_out(work, SchemeRule.AWARD, award_sum)


def worked_out(kind: SchemeRule, *, facts: Facts, figures: ParameterSet, on: date) -> Decision:
    """The decision by the rule and figures of the day; ``PolicyGapError`` where a figure it needs is not in force."""
    return decide(RULES[kind], facts=facts, parameters=figures, on=on)


def _work_out(work: Working, kind: SchemeRule, add_up: Callable[[Working, Plan], None]) -> None:
    """A clear no needs no sum; what is still open is added up, so that she sees what it would be."""
    plan = plan_of(str(work.fact("scheme")), work.parameters, kind.value)
    if plan.apply(work) is not False:
        add_up(work, plan)


def _certificate_sum(work: Working, plan: Plan) -> None:
    level: Any = work.fact("level")
    figures = plan.figures
    classes: tuple[str, ...] = work.fact("classes") or ()  # type: ignore[assignment]
    tables = [f"amount.{one}.{level}" for one in CLASSES if one in classes and f"amount.{one}.{level}" in figures]
    base = f"amount.{level}"
    if tables:
        names = [*tables, base] if base in figures else tables
        best = max((_used(work, figures[name]) for name in names), key=_value)
        work.start("step.subsidy.base", best)
    elif base not in figures and "fee.share" in figures:
        if not _by_the_fee(work, figures):
            return
    else:
        work.start("step.subsidy.base", work.figure(f"{plan.code}.{base}"))
        _uplift(work, figures, classes)
    for ceiling in (f"ceiling.{level}", "ceiling"):
        if ceiling in figures:
            work.at_most("step.subsidy.ceiling", figures[ceiling])
            break
    work.pay()


def _uplift(work: Working, figures: dict[str, ParameterValue], classes: tuple[str, ...]) -> None:
    """The highest single one counts, never the sum."""
    known = [_used(work, figures[f"uplift.{one}"]) for one in CLASSES if one in classes and f"uplift.{one}" in figures]
    if known:
        best = max(known, key=_value)
        if best.value:
            work.uplift(f"step.subsidy.{best.code.rsplit('.', 1)[1]}", best)


def _by_the_fee(work: Working, figures: dict[str, ParameterValue]) -> bool:
    fee: Any = work.fact("fee_fen")
    if fee is None:
        return False
    work.start("step.subsidy.fee", Decimal(fee), unit="fen")
    work.share("step.subsidy.fee_share", figures["fee.share"])
    return True


def _hours_sum(work: Working, plan: Plan) -> None:
    if work.fact("hours") is None:
        return
    work.start("step.subsidy.per_hour", work.figure(f"{plan.code}.per_hour"))
    _times(work, plan.figures, "hours")
    _ceiling(work, plan.figures)
    work.pay()


def _living_sum(work: Working, plan: Plan) -> None:
    figures = plan.figures
    method = next((one for one in ("per_day", "per_hour", "share") if one in figures), "amount")
    counted = {"per_day": "days", "per_hour": "hours"}.get(method)
    if counted and work.fact(counted) is None:
        return
    if method == "share":
        work.start("step.subsidy.reference", work.figure(f"{plan.code}.reference"))
        work.share("step.subsidy.share", figures["share"])
    else:
        work.start(f"step.subsidy.{method}", work.figure(f"{plan.code}.{method}"))
    if counted:
        _times(work, figures, counted)
    _short_course(work, plan.code, figures)
    _ceiling(work, figures)
    work.pay()


def _times(work: Working, figures: dict[str, ParameterValue], fact: str) -> None:
    """Times the hours or days she had, or as many as are paid at most."""
    had: Any = work.fact(fact)
    most = figures.get(f"{fact}.max")
    unit = "credited_hour" if fact == "hours" else "day"
    if most is not None and _used(work, most).value < had:
        work.times(f"step.subsidy.{fact}_at_most", most)
    else:
        work.times(f"step.subsidy.{fact}", Decimal(had), unit=unit)


def _short_course(work: Working, code: str, figures: dict[str, ParameterValue]) -> None:
    days: Any = work.fact("days")
    limit = figures.get("short_course.days")
    if limit is not None and days is not None and days < _used(work, limit).value:
        work.share("step.subsidy.short_course", work.figure(f"{code}.short_course.share"))


def _ceiling(work: Working, figures: dict[str, ParameterValue]) -> None:
    if "ceiling" in figures:
        work.at_most("step.subsidy.ceiling", figures["ceiling"])


def _used(work: Working, figure: ParameterValue) -> ParameterValue:
    work.used[figure.code] = figure
    return figure


def _value(figure: ParameterValue) -> Decimal:
    return figure.value
