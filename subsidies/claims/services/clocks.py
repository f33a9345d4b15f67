"""The legal clocks of a claim, in working days: one until it is decided, one until it is paid."""

from collections.abc import Callable, Sequence
from datetime import date

from foundation.accounts.models import User
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_state
from foundation.calendar.services import clock_finish, clock_resume, clock_start, clock_stop
from foundation.calendar.states import ClockState
from subsidies.claims.models import Claim
from subsidies.schemes.limits import Limits, limits_of

SUBJECT = "claims.claim"
DECIDE, PAY = "decide", "pay"
# What a step does to which clock. A step that is not here leaves the clocks running.
STARTS = {"submit": DECIDE, "reopen": DECIDE, "hold": DECIDE, "approve": PAY}
STOPS = {"return": DECIDE, "bounce": PAY}
RESUMES = {"resubmit": DECIDE, "repair": PAY}
FINISHES = {"pass_review": DECIDE, "refuse": DECIDE, "withdraw": DECIDE, "pay": PAY, "hold": PAY}


def clocks_follow(claims: Sequence[Claim], action: str, *, actor: User | None, on: date, reason: str) -> None:
    """Start, stop, resume or finish the clocks of these claims, and set ``due_on`` to the day the running one ends.

    The claims are changed in memory; the caller saves them.
    """
    for table, move in ((STOPS, clock_stop), (RESUMES, clock_resume), (FINISHES, clock_finish)):
        if action in table:
            _turn(claims, table[action], move, actor=actor, on=on, reason=reason or action)
    if action in STARTS:
        _start(claims, STARTS[action], actor=actor, on=on)


def _turn(
    claims: Sequence[Claim], name: str, move: Callable[..., Clock], *, actor: User | None, on: date, reason: str
) -> None:
    """Move the open clock of that name of each claim that has one."""
    clocks = Clock.objects.filter(subject_type=SUBJECT, name=name, subject_id__in=[claim.pk for claim in claims])
    running = {clock.subject_id: clock for clock in clocks.exclude(state=ClockState.FINISHED)}
    for claim in claims:
        clock = running.get(claim.pk)
        if clock is not None:
            moved = move(clock_id=clock.pk, on=on, actor=actor, reason=reason)
            claim.due_on = clock_state(moved, on=on).due_on if moved.state == ClockState.RUNNING else None


def _start(claims: Sequence[Claim], name: str, *, actor: User | None, on: date) -> None:
    limits: dict[int, Limits] = {}
    for claim in claims:
        known = limits.get(claim.scheme_id)
        if known is None:
            known = limits[claim.scheme_id] = limits_of(claim.scheme, on=claim.submitted_on or on)
        figure = known.decide if name == DECIDE else known.pay
        clock = clock_start(
            subject_type=SUBJECT,
            subject_id=claim.pk,
            name=name,
            limit_working_days=int(figure.value),
            on=on,
            actor=actor,
            basis=f"{figure.doc_no or figure.document_title} {figure.article}".strip(),
            basis_version_id=figure.version_id,
        )
        claim.due_on = clock_state(clock, on=on).due_on
