"""How many people a room needs: invigilators, assessors in an odd number, a review panel in an odd number."""

from collections.abc import Iterable
from math import ceil

from django.utils.translation import gettext as _

from certifications.plans.rules.facts import (
    ASSESSORS_MIN,
    ASSESSORS_PER,
    INVIGILATORS_MIN,
    INVIGILATORS_PER,
    REVIEWERS_MIN,
    Check,
    PartFact,
    PlanFacts,
)
from certifications.plans.rules.words import answer, unknown
from certifications.plans.states import JUDGES_OF, Duty, PartKind


def odd(count: int) -> int:
    """The number itself, or the next one that is odd."""
    return count if count % 2 else count + 1


def invigilators_needed(candidates: int, *, per: int, least: int) -> int:
    return max(least, ceil(candidates / per))


def assessors_needed(candidates: int, *, per: int, least: int) -> int:
    """Enough for the candidates, at least so many, and odd."""
    return odd(max(least, ceil(candidates / per)))


def _part(facts: PlanFacts, kind: PartKind) -> PartFact | None:
    return next((part for part in facts.parts if part.kind == kind and part.rooms), None)


def _shortage(name: str, found: int, needed: int) -> str:
    words = {"room": name, "found": found, "needed": needed}
    return _("%(room)s有 %(found)d 名，需要 %(needed)d 名") % words


def invigilators(facts: PlanFacts) -> Check | None:
    part = _part(facts, PartKind.THEORY)
    if part is None:
        return None
    name = _("监考员人数")
    per, least = facts.figure(INVIGILATORS_PER), facts.figure(INVIGILATORS_MIN)
    if not per.value or least.value is None:
        return unknown("invigilators", name, "panels", name)
    wrong: list[str] = []
    for room in part.rooms:
        needed = invigilators_needed(room.expected, per=per.value, least=least.value)
        found = room.on_duty.get(Duty.INVIGILATOR, 0)
        if found < needed:
            wrong.append(_shortage(room.name, found, needed))
    words = {"per": per.value, "least": least.value}
    return answer(
        "invigilators",
        "panels",
        name=name,
        needed=_("每 %(per)d 名考生至少 1 名，每个考场不少于 %(least)d 名") % words,
        wrong=wrong,
        advice=_("请在考场上增加监考员。"),
        is_advice=_holds_nothing_up(facts),
        is_unverified=not (per.is_verified and least.is_verified),
    )


def judges_present(facts: PlanFacts) -> Check | None:
    """What not even a school's own test goes without: somebody in each room who did not teach the class."""
    rooms = [
        room.name
        for part in facts.parts
        if part.kind in JUDGES_OF
        for room in part.rooms
        if not room.on_duty.get(JUDGES_OF[part.kind], 0)
    ]
    if not any(part.kind in JUDGES_OF and part.rooms for part in facts.parts):
        return None
    return answer(
        "judges_present",
        "panels",
        name=_("每个技能考场有考评员"),
        needed=_("至少 1 名没有给考生上过课的考评员"),
        wrong=[_("%(room)s没有") % {"room": name} for name in rooms],
        advice=_("请安排考评员。给本班上过课的老师不能考本班，可以请其他班的老师或外聘考评员。"),
        is_advice=facts.stage == "open",
    )


def assessors(facts: PlanFacts) -> Check | None:
    part = _part(facts, PartKind.PRACTICAL)
    if part is None:
        return None
    name = _("考评员人数")
    per, least = facts.figure(ASSESSORS_PER), facts.figure(ASSESSORS_MIN)
    if not per.value or least.value is None:
        return unknown("assessors", name, "panels", name)
    wrong: list[str] = []
    for room in part.rooms:
        needed = assessors_needed(room.expected, per=per.value, least=least.value)
        wrong += _panel(room.name, room.on_duty.get(Duty.ASSESSOR, 0), needed)
    words = {"per": per.value, "least": least.value}
    return answer(
        "assessors",
        "panels",
        name=name,
        needed=_("每 %(per)d 名考生至少 1 名，每个考场不少于 %(least)d 名，且为单数") % words,
        wrong=wrong,
        advice=_("请在考场上增加考评员，或把考生分到更多考场。"),
        is_advice=_holds_nothing_up(facts),
        is_unverified=not (per.is_verified and least.is_verified),
    )


def reviewers(facts: PlanFacts) -> Check | None:
    part = _part(facts, PartKind.REVIEW)
    if part is None:
        return None
    name = _("评审专家人数")
    least = facts.figure(REVIEWERS_MIN)
    if least.value is None:
        return unknown("reviewers", name, "panels", name)
    wrong = [
        problem
        for room in part.rooms
        for problem in _panel(room.name, room.on_duty.get(Duty.REVIEWER, 0), odd(least.value))
    ]
    return answer(
        "reviewers",
        "panels",
        name=name,
        needed=_("每个考场不少于 %(least)d 名，且为单数") % {"least": least.value},
        wrong=wrong,
        advice=_("请在考场上增加或减少评审专家。"),
        is_advice=_holds_nothing_up(facts),
        is_unverified=not least.is_verified,
    )


def _panel(room: str, found: int, needed: int) -> Iterable[str]:
    if found < needed:
        yield _shortage(room, found, needed)
    elif found % 2 == 0:
        yield _("%(room)s有 %(found)d 名，不是单数") % {"room": room, "found": found}


def _holds_nothing_up(facts: PlanFacts) -> bool:
    """Panels may still be found while applications come in; a school's test is only advised."""
    return facts.is_test or facts.stage == "open"
