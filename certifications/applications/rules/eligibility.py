"""The decision: conditions and a dossier become facts, a dated rule of the engine judges the facts.

The conditions themselves are among the facts, so that a stored decision is worked out again without any table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from certifications.applications.rules.conditions import MONTHS_OF_A_YEAR, Conditions, Names, Route
from certifications.applications.rules.dossier import (
    Dossier,
    diploma_found,
    diploma_of,
    major_found,
    months_found,
    possible_spans,
    prior_of,
    sure_spans,
)
from certifications.applications.rules.periods import Span, birthday, first_day_with
from certifications.applications.states import TradeScope
from foundation.policy.engine import (
    Condition,
    Decision,
    Facts,
    Scalar,
    Source,
    Working,
    all_of,
    any_of,
    at_least,
    decide,
    holds,
    register_words,
    rule,
)
from foundation.policy.values import ParameterSet

RULE = "assessment.eligibility"
WORKING_AGE = 16
PARTS = ("prior", "after", "total", "diploma", "major", "apprentice", "age", "intent")

register_words(
    {
        "check.eligibility.level_exists": _("职业标准中有这个等级"),
        "check.eligibility.conditions_known": _("申报条件已发布"),
        "check.eligibility.form_clear": _("填写的内容前后一致"),
        "check.eligibility.routes": _("申报条件（符合其中一条）"),
        "check.eligibility.prior": _("已取得下一级证书"),
        "check.eligibility.after": _("取得证书后的工作年限"),
        "check.eligibility.total": _("累计工作年限"),
        "check.eligibility.diploma": _("学历"),
        "check.eligibility.major": _("所学专业对口"),
        "check.eligibility.apprentice": _("学徒期满"),
        "check.eligibility.age": _("年龄"),
        "check.eligibility.intent": _("从事或者准备从事本职业"),
        "advice.eligibility.level_exists": _("这个职业没有这个等级，请选择其他等级。"),
        "advice.eligibility.conditions_known": _("申报条件还没有发布，由工作人员核对。"),
        "advice.eligibility.form_clear": _("有几处要工作人员核对。"),
        "advice.eligibility.routes": _("看看离哪一条最近，差在哪里。"),
    }
)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer: the decision, the first day she is eligible as far as time alone decides, and whether that
    takes for granted that she begins to work in the trade now.
    """

    decision: Decision
    earliest_on: date | None
    is_assumed: bool = False


@rule(RULE, since=date(2018, 1, 1))
def eligibility(work: Working) -> None:
    """The level must exist; of the routes one must be met; what is unclear on the form goes to a person."""
    work.require(_leaf_yes("level_exists"))
    if work.fact("level_exists") is False:
        return
    work.require(_leaf_yes("conditions_known"), _leaf_yes("form_clear"))
    numbers = work.fact("routes")
    if isinstance(numbers, tuple) and numbers:
        routes = [_route(work, f"r{number}") for number in numbers]
        work.require(any_of("routes", *routes, title="check.eligibility.routes", advice="advice.eligibility.routes"))


def _leaf_yes(fact: str) -> Condition:
    return holds(fact, title=f"check.eligibility.{fact}", advice=f"advice.eligibility.{fact}")


def _route(work: Working, key: str) -> Condition:
    source = Source(str(work.fact(f"{key}.article")), str(work.fact(f"{key}.document")), None,
                    bool(work.fact(f"{key}.verified")))  # fmt: skip
    leaves = []
    for part in PARTS:
        needed = work.fact(f"{key}.{part}.needed")
        if needed is None:
            continue
        more = {"title": f"check.eligibility.{part}", "source": source}
        if part in {"after", "total"}:
            leaves.append(at_least(f"{key}.{part}", needed, unit="month", **more))
        elif part == "age":
            leaves.append(at_least("age", needed, code=f"{key}.age", unit="age", **more))
        else:
            leaves.append(holds(f"{key}.{part}", **more))
    return all_of(*leaves)


def judge(
    dossier: Dossier,
    conditions: Conditions | None,
    *,
    level_exists: bool,
    on: date,
    city: str,
    doubts: Iterable[str] = (),
    basis: dict[str, Scalar] | None = None,
) -> Eligibility:
    """Judge a dossier by the conditions of the day. No conditions known: a person decides."""
    doubts = tuple(doubts)
    facts: dict[str, Scalar] = dict(basis or {})
    facts |= {
        "level_exists": level_exists,
        "conditions_known": True if conditions and conditions.routes else None,
        "form_clear": None if doubts else True,
        "doubts": doubts,
        "age": _age(dossier.born, on),
    }
    days: list[tuple[date, bool]] = []
    if conditions is not None and level_exists:
        facts |= {
            "edition": conditions.edition_id,
            "edition.title": conditions.title,
            "edition.since": conditions.since,
            "routes": tuple(route.number for route in conditions.routes),
        }
        for route in conditions.routes:
            found, day = _route_facts(route, dossier, conditions.names, on)
            facts |= found
            days += [day] if day else []
    first, is_assumed = min(days, default=(None, False))
    facts["earliest_on"], facts["earliest_assumed"] = first, is_assumed
    decision = decide(RULE, facts=Facts(facts), parameters=ParameterSet({}, city=city, on=on), on=on)
    return Eligibility(decision, first, is_assumed)


def _age(born: date, on: date) -> int:
    return on.year - born.year - (birthday(born, on.year - born.year) > on)


def _route_facts(
    route: Route, dossier: Dossier, names: Names, on: date
) -> tuple[dict[str, Scalar], tuple[date, bool] | None]:
    """The facts of one route, and the first day on which time alone would have met it, if it can."""
    key = f"r{route.number}"
    facts: dict[str, Scalar] = {
        f"{key}.wording": route.wording,
        f"{key}.article": route.article,
        f"{key}.document": route.document,
        f"{key}.verified": route.verified,
    }
    waits: list[tuple[date, bool]] = [(on, False)]
    is_dated = True
    for found, wait in _parts(route, key, dossier, names, on):
        facts |= found
        is_dated = is_dated and wait is not None
        waits += [wait] if wait else []
    last = max(day for day, _assumed in waits)
    day = (last, any(assumed for _day, assumed in waits)) if is_dated else None
    facts[f"{key}.earliest_on"] = last if day else None
    facts[f"{key}.earliest_assumed"] = bool(day and day[1])
    return facts, day


Part = tuple[dict[str, Scalar], tuple[date, bool] | None]


def _parts(route: Route, key: str, dossier: Dossier, names: Names, on: date) -> Iterable[Part]:
    """What the route asks for, each with what is found; and when waiting alone will do, the day, else None."""
    working = birthday(dossier.born, WORKING_AGE)
    now = (on, False)
    if route.prior_level is not None:
        prior = prior_of(dossier, names, route.prior_level, route.prior_scope, on=on)
        wait = None if prior.is_held is False else now
        yield {f"{key}.prior.needed": route.prior_level, f"{key}.prior": prior.is_held,
               f"{key}.prior.scope": route.prior_scope.value}, wait  # fmt: skip
        if route.years_after:
            after = max(working, prior.since or on), max(working, prior.since_perhaps or on)
            yield _months(f"{key}.after", route.years_after, dossier, names, scope=route.work_scope, on=on, since=after)
    if route.total_years:
        always = working, working
        yield _months(f"{key}.total", route.total_years, dossier, names, scope=route.work_scope, on=on, since=always)
    if route.diploma is not None:
        last_year = route.is_final_year_counted
        found = diploma_of(dossier, route.diploma, counts_last_year=last_year, on=on)
        answer = diploma_found(found, route.diploma, counts_last_year=last_year, on=on)
        yield {f"{key}.diploma.needed": route.diploma.value, f"{key}.diploma": answer}, now if found else None
        if route.is_major_needed:
            major = major_found(found, names)
            yield {f"{key}.major.needed": True, f"{key}.major": major}, now if found else None
    if route.is_apprenticeship:
        answer = dossier.is_apprentice
        yield {f"{key}.apprentice.needed": True, f"{key}.apprentice": answer}, None if answer is False else now
    if route.min_age is not None:
        yield {f"{key}.age.needed": route.min_age}, (max(on, birthday(dossier.born, route.min_age)), False)
    if route.is_intent_enough:
        # Whoever applies says so; it stands in the declaration she signs.
        yield {f"{key}.intent.needed": True, f"{key}.intent": True}, now


def _months(
    name: str, years: int, dossier: Dossier, names: Names, *, scope: TradeScope, on: date, since: tuple[date, date]
) -> Part:
    """``since`` is from when on work counts: surely, and if what she says proves true."""
    surely, perhaps = since
    needed = years * MONTHS_OF_A_YEAR
    sure = sure_spans(dossier.jobs, names, scope)
    possible = possible_spans(dossier.jobs, names, scope)
    found = months_found(sure, possible, needed, on=on, since=surely, since_perhaps=perhaps)
    day = first_day_with(possible, needed, on=on, since=perhaps)
    return {f"{name}.needed": needed, f"{name}": found, f"{name}.scope": scope.value}, (
        day,
        day > on and not _goes_on(possible, on),
    )


def _goes_on(spans: Iterable[Span], on: date) -> bool:
    return any(span.end is None or span.end > on for span in spans)
