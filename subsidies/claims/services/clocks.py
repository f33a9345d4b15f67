"""The legal clocks of a claim, in working days: until it is decided, until she has corrected it, until it is paid."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from foundation.accounts.models import User
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_states
from foundation.calendar.services import clock_move_many, clock_start_many
from foundation.calendar.states import ClockMove, ClockState
from foundation.calendar.working_days import working_calendar
from foundation.policy.values import ParameterValue
from subsidies.claims.models import Claim
from subsidies.schemes.limits import Limits, limits_over

SUBJECT = "claims.claim"
DECIDE, CORRECT, PAY = "decide", "correct", "pay"
# What a step does to which clocks. A step that is not here leaves the clocks running.
STARTS: Mapping[str, str] = {"submit": DECIDE, "reopen": DECIDE, "hold": DECIDE, "return": CORRECT, "approve": PAY}
STOPS: Mapping[str, tuple[str, ...]] = {"return": (DECIDE,), "bounce": (PAY,)}
RESUMES: Mapping[str, tuple[str, ...]] = {"resubmit": (DECIDE,), "repair": (PAY,)}
FINISHES: Mapping[str, tuple[str, ...]] = {
    "resubmit": (CORRECT,),
    "pass_review": (DECIDE,),
    "refuse": (DECIDE,),
    "withdraw": (DECIDE, CORRECT),
    "hold": (PAY,),
    "pay": (PAY,),
}


def clocks_follow(
    claims: Sequence[Claim], action: str, *, actor: User | None, on: date, reason: str
) -> dict[int, date | None]:
    """Move the clocks of these claims as the step says. Gives, for each claim whose clocks moved, the day on which the
    running one ends; nothing while none runs."""
    due: dict[int, date | None] = {}
    clocks = _open_clocks(claims) if any(action in table for table in (STOPS, RESUMES, FINISHES)) else {}
    for table, move in ((STOPS, ClockMove.STOP), (FINISHES, ClockMove.FINISH), (RESUMES, ClockMove.RESUME)):
        for name in table.get(action, ()):
            named = clocks.get(name, [])
            clock_move_many(clock_ids=[one.pk for one in named], move=move, on=on, actor=actor, reason=reason or action)
            ends = _ends(named, on=on) if move == ClockMove.RESUME else {}
            due |= {one.subject_id: ends.get(one.pk) for one in named}
    if action in STARTS:
        due |= _start(claims, STARTS[action], actor=actor, on=on)
    return due


def _open_clocks(claims: Sequence[Claim]) -> dict[str, list[Clock]]:
    rows = Clock.objects.filter(subject_type=SUBJECT, subject_id__in=[claim.pk for claim in claims])
    found: dict[str, list[Clock]] = defaultdict(list)
    for clock in rows.exclude(state=ClockState.FINISHED).order_by("pk"):
        found[clock.name].append(clock)
    return found


def _ends(clocks: Sequence[Clock], *, on: date) -> dict[int, date | None]:
    rows = Clock.objects.filter(pk__in=[one.pk for one in clocks])
    return {clock.pk: reading.due_on for clock, reading in clock_states(rows, on=on)}


def _start(claims: Sequence[Claim], name: str, *, actor: User | None, on: date) -> dict[int, date | None]:
    """Claims whose limit is the same figure start together."""
    limits = limits_over((claim.scheme, claim.submitted_on or on) for claim in claims)
    alike: dict[int, list[int]] = defaultdict(list)
    figures: dict[int, ParameterValue] = {}
    for claim in claims:
        figure = _figure(limits[claim.scheme_id, claim.submitted_on or on], name)
        figures[figure.version_id] = figure
        alike[figure.version_id].append(claim.pk)
    calendar = working_calendar()
    due: dict[int, date | None] = {}
    for version, ids in alike.items():
        figure = figures[version]
        clock_start_many(
            subject_type=SUBJECT,
            subject_ids=ids,
            name=name,
            limit_working_days=int(figure.value),
            on=on,
            actor=actor,
            basis=figure.basis,
            basis_version_id=figure.version_id,
        )
        due |= dict.fromkeys(ids, calendar.add(on, int(figure.value)).on)
    return due


def _figure(limits: Limits, name: str) -> ParameterValue:
    return {DECIDE: limits.decide, CORRECT: limits.correct, PAY: limits.pay}[name]
