"""The self-estimate: everything it says, what it was made of, kept as text and worked out again years later.

The platform never decides residency: this is 自测,非官方; 公安 decides.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from residency.routes.rules.changes import Change, changes_of, facts_of
from residency.routes.rules.conditions import Line
from residency.routes.rules.facts import FACTS, Applicant, FactTable
from residency.routes.rules.packs import OUTCOMES, Outcome, Pack, Route
from residency.routes.rules.shapes import (
    Choice,
    Day,
    Many,
    Number,
    PackError,
    Part,
    Problem,
    Reading,
    Text,
    YesNo,
    json_ready,
    part,
    part_plain,
    part_read,
)
from residency.routes.rules.working import GoalLine, ItemLine, SumLine, work_out

SCHEMA = "residency-estimate/1"
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a route comes to for an applicant on a day, and what would change it."""

    pack: str = part(Text())
    pack_digest: str = part(Text())
    city_code: str = part(Text())
    city_name: str = part(Text())
    is_reference: bool = part(YesNo(), default=False)
    route: str = part(Text())
    route_name: str = part(Text())
    kind: str = part(Text())
    on: date = part(Day())
    facts: Applicant = part(FactTable())
    outcome: str = part(Choice(OUTCOMES))
    gates: tuple[Line, ...] = part(Many(Part(Line)), default=())
    vetoes: tuple[Line, ...] = part(Many(Part(Line)), default=())
    items: tuple[ItemLine, ...] = part(Many(Part(ItemLine)), default=())
    deductions: tuple[ItemLine, ...] = part(Many(Part(ItemLine)), default=())
    sums: tuple[SumLine, ...] = part(Many(Part(SumLine)), default=())
    low: Decimal | None = part(Number(), default=None)
    high: Decimal | None = part(Number(), default=None)
    needed: Decimal | None = part(Number(), default=None)
    goals: tuple[GoalLine, ...] = part(Many(Part(GoalLine)), default=())
    ranking: tuple[Decimal, ...] = part(Many(Number()), default=())
    missing: tuple[str, ...] = part(Many(Text()), default=())
    verified: bool = part(YesNo())
    changes: tuple[Change, ...] = part(Many(Part(Change)), default=())

    @property
    def total(self) -> Decimal | None:
        """The score, or None while a missing fact could change it."""
        return self.low if self.low == self.high else None

    @property
    def outcome_label(self) -> str:
        return str(OUTCOMES[self.outcome])


def estimate(pack: Pack, route: str | Route, applicant: Applicant, *, on: date, with_changes: bool = True) -> Estimate:
    """The estimate by one route of the pack. It keeps only the facts that the route asks."""
    chosen = pack.route(route) if isinstance(route, str) else route
    asked = facts_of(chosen)
    facts = Applicant({name: value for name, value in applicant.items() if name in asked})
    worked = work_out(pack, chosen, facts, on=on)
    made = Estimate(
        pack=pack.code,
        pack_digest=pack.digest,
        city_code=pack.city_code,
        city_name=pack.city_name,
        is_reference=pack.is_reference,
        route=chosen.code,
        route_name=chosen.name,
        kind=chosen.kind,
        on=on,
        facts=facts,
        outcome=worked.outcome.value,
        gates=worked.gates,
        vetoes=worked.vetoes,
        items=worked.items,
        deductions=worked.deductions,
        sums=worked.sums,
        low=worked.low,
        high=worked.high,
        needed=worked.needed,
        goals=worked.goals,
        ranking=tuple(value for value in worked.ranking if value is not None),
        missing=worked.missing,
        verified=pack.verified and chosen.verified and all(line.verified for line in worked.lines),
    )
    if not with_changes:
        return made
    return replace(made, changes=changes_of(pack, chosen, facts, on=on, before=worked))


def questions(route: Route, applicant: Applicant) -> tuple[str, ...]:
    """The facts a route asks and nobody knows yet, in the order of the catalogue."""
    asked = facts_of(route)
    return tuple(name for name in FACTS if name in asked and name not in applicant)


def to_json(made: Estimate) -> str:
    """The estimate as text: one way to write it, so that equal estimates have equal digests."""
    content = {"schema": SCHEMA} | json_ready(part_plain(made))
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Estimate:
    """The estimate that ``to_json`` wrote; ``PackError`` when it is something else."""
    content: dict[str, Any] = json.loads(text)
    if content.pop("schema", None) != SCHEMA:
        raise PackError([Problem("", _("无法读取这份自测：格式不是 %(schema)s。") % {"schema": SCHEMA})])
    at = Reading()
    made = part_read(Estimate, content, at)
    if at.problems or not isinstance(made, Estimate):
        raise PackError(at.problems)
    return made


def digest(made: Estimate) -> str:
    """SHA-256 of the estimate as stored."""
    return hashlib.sha256(to_json(made).encode()).hexdigest()


def reproduce(text: str, pack: Pack) -> Estimate:
    """Work a stored estimate out again by the same pack; ``PackError`` when the answer is not the same."""
    before = from_json(text)
    if pack.digest != before.pack_digest:
        raise PackError([Problem("pack_digest", _("这不是当时用的那份政策包，不能用它重新计算。"))])
    again = estimate(pack, before.route, before.facts, on=before.on, with_changes=bool(before.changes))
    if digest(again) != hashlib.sha256(text.encode()).hexdigest():
        raise PackError([Problem("", _("重新计算的结果和当时不一样，请报告系统管理员。"))])
    return again


class Place(NamedTuple, Generic[Key]):
    """A place in the ranking; ``is_inside`` is None where lots are drawn."""

    key: Key
    place: int
    is_inside: bool | None


def ranked(route: Route, made: Iterable[tuple[Key, Estimate]]) -> list[Place[Key]]:
    """Those whose conditions are met, in order. Who is equal in everything the text compares shares a place.

    广州 2015: by months of medical insurance, then of unemployment insurance; still equal, all get in.
    """
    if route.passing is None or route.passing.quota is None:
        return []
    quota, ties = route.passing.quota, route.passing.ties
    entered = [(key, one) for key, one in made if one.outcome == Outcome.RANKED]
    entered.sort(key=lambda pair: pair[1].ranking, reverse=True)
    places: list[Place[Key]] = []
    for key, one in entered:
        before = sum(1 for _key, other in entered if other.ranking > one.ranking)
        equal = sum(1 for _key, other in entered if other.ranking == one.ranking)
        if before + equal <= quota:
            is_inside: bool | None = True
        elif before >= quota:
            is_inside = False
        else:
            is_inside = {"all": True, "none": False}.get(ties)
        places.append(Place(key, before + 1, is_inside))
    return places
