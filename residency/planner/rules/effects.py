"""What a certificate alone would change of a residency route: the same working twice. No database, no clock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from residency.planner.rules.benefits import Goal
from residency.routes.rules import Applicant, Pack, Record, Route, estimate

NOTHING = Decimal(0)
# What a filed body issues today; papers of the state of before are not issued any more.
PAPER = "level"


@dataclass(frozen=True, slots=True)
class Effect:
    """Conditions that would be met, that would depend on an answer nobody has yet, and that would still be missing."""

    met: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    points: Decimal = NOTHING
    verified: bool = True
    is_gap: bool = False

    @property
    def is_sure(self) -> bool:
        return bool(self.met or self.points > 0) and not self.open


def effect_of(pack: Pack, route: Route, applicant: Applicant, goal: Goal, *, on: date) -> Effect | None:
    """The difference the certificate makes on the day; nothing where it makes none.

    Certificates that nobody knows of count as none: the question is what this one would add.
    """
    if not pack.holds_on(route, on):
        return Effect(is_gap=True)
    held = cast(tuple[Record, ...], applicant.get("certificates", ()))
    more = Record(on=on, kind=f"level{goal.level}", occupation=goal.occupation_code, paper=PAPER)
    before = estimate(pack, route, applicant.but(certificates=held), on=on, with_changes=False)
    after = estimate(pack, route, applicant.but(certificates=(*held, more)), on=on, with_changes=False)
    gates = [(now, was) for now, was in zip(after.gates, before.gates, strict=True) if not now.depth and now.name]
    met = tuple(now.name for now, was in gates if now.passed and not was.passed)
    unsure = tuple(now.name for now, was in gates if now.passed is None and was.passed is False)
    points = (after.low or NOTHING) - (before.low or NOTHING)
    if not met and not unsure and points <= 0:
        return None
    advice = [line.advice for line in after.gates if line.depth and line.passed is None and line.advice]
    return Effect(
        met=met,
        open=unsure,
        left=tuple(now.name for now, _was in gates if not now.passed and now.name not in unsure),
        advice=tuple(dict.fromkeys(advice)) if unsure else (),
        points=points,
        verified=after.verified,
    )
