"""The one place where an enrolment changes its state, and where seats are taken and freed.

Everybody locks in the order of ``locks``: the class run, then the person, then the enrolment.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment, EnrolmentEvent
from courses.classes.services.enrolment_texts import place_offer
from courses.classes.services.locks import class_run_lock, workers_lock
from courses.classes.states import (
    COUNTED,
    ENDED_STATES,
    ENROLMENT_MOVES,
    LIVE,
    SELF_ENROL_STATES,
    ConfirmedThrough,
    EndReason,
    EnrolmentState,
    Party,
)
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.database import in_force
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on

CONFIRM_DAYS = "enrolment.confirm.days"
# Where no rule says how long a place is kept: a gap in the rules must not stop the waiting list.
USUAL_DAYS = 3
COUNTER = Role.OFFICER_INTAKE
THROUGH = {
    Party.WORKER: ConfirmedThrough.ACCOUNT,
    Party.LINK: ConfirmedThrough.LINK,
    Party.SCHOOL: ConfirmedThrough.PAPER,
    Party.OFFICER: ConfirmedThrough.COUNTER,
}


def enrolment_locked(enrolment_id: int) -> tuple[Enrolment, ClassRun]:
    """An enrolment with its class run and its person, all locked."""
    run_id, worker_id = Enrolment.objects.values_list("class_run_id", "worker_id").get(pk=enrolment_id)
    run = class_run_lock(run_id)
    workers_lock([worker_id])
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("worker__user").get(pk=enrolment_id)
    enrolment.class_run = run
    return enrolment, run


def is_staff_of(actor: User, run: ClassRun, *, on: date) -> bool:
    """Whether the actor works in the office of the school whose class run it is."""
    held = Membership.objects.filter(
        in_force(on), user=actor, role=Role.SCHOOL_STAFF, organisation=run.school.organisation
    )
    return actor.is_active and held.exists()


def school_required(actor: User, run: ClassRun, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works for the school of the class run."""
    if not is_staff_of(actor, run, on=timezone.localdate(at)):
        raise PermissionDenied(_("您只能办理本校班次的学员。"))


def party_of(actor: User | None, enrolment: Enrolment, run: ClassRun, *, at: datetime) -> Party:
    """In whose name the actor moves this enrolment; nobody signed in means the link of a text message."""
    if actor is None:
        return Party.LINK
    on = timezone.localdate(at)
    if enrolment.worker.user_id == actor.pk and actor.is_active:
        return Party.WORKER
    if is_staff_of(actor, run, on=on):
        return Party.SCHOOL
    if COUNTER in roles_of(actor, on=on):
        return Party.OFFICER
    raise PermissionDenied(_("只有本人、本班的培训机构或窗口工作人员可以办理。"))


def enrolment_move(
    enrolment: Enrolment,
    run: ClassRun,
    move: str,
    *,
    party: Party,
    actor: User | None,
    at: datetime,
    reason: str = "",
    end_reason: EndReason | None = None,
    moved_to: Enrolment | None = None,
) -> None:
    """Take one step, leave its event, and keep the seats of the class run right. The caller holds all locks."""
    step, source = ENROLMENT_MOVES[move], EnrolmentState(enrolment.state)
    if party not in step.parties:
        raise PermissionDenied(_("您不能办理这一步。"))
    if source not in step.sources:
        raise EnrolmentError(
            "wrong_state", _("现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": source.label}
        )
    reason = reason.strip()
    if step.needs_reason and not reason and end_reason in (None, EndReason.OTHER):
        raise EnrolmentError("reason_missing", _("请写明原因，再提交。"))
    enrolment.state = step.target
    if step.target == EnrolmentState.CONFIRMED:
        enrolment.confirmed_at, enrolment.confirmed_through = at, THROUGH[party]
    if step.target not in LIVE:
        enrolment.ended_at = at
    enrolment.end_reason = end_reason or ""
    enrolment.moved_to = moved_to
    enrolment.save(
        update_fields=[
            "state", "confirmed_at", "confirmed_through", "confirm_by", "ended_at", "end_reason", "moved_to"
        ]
    )  # fmt: skip
    event_add(enrolment, move, source=source, actor=actor, at=at, reason=reason)
    seats_change(run, int(step.target in COUNTED) - int(source in COUNTED))


def enrolments_move(
    steps: Sequence[tuple[Enrolment, str]], run: ClassRun, move: str, *, party: Party, actor: User | None, at: datetime
) -> None:
    """``enrolment_move`` for many people of a class, each with her reason: all of them or none, in a few statements.

    For moves that end nothing by a chosen reason. The caller holds all locks.
    """
    step = ENROLMENT_MOVES[move]
    if party not in step.parties:
        raise PermissionDenied(_("您不能办理这一步。"))
    sources = {enrolment.pk: EnrolmentState(enrolment.state) for enrolment, _reason in steps}
    for source in sources.values():
        if source not in step.sources:
            raise EnrolmentError(
                "wrong_state", _("现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": source.label}
            )
    ended_at = None if step.target in LIVE else at
    Enrolment.objects.filter(pk__in=sources).update(state=step.target, ended_at=ended_at, end_reason="", moved_to=None)
    for enrolment, _reason in steps:
        enrolment.state, enrolment.ended_at, enrolment.end_reason, enrolment.moved_to = step.target, ended_at, "", None
    EnrolmentEvent.objects.bulk_create(
        EnrolmentEvent(
            enrolment=enrolment,
            action=move,
            source=sources[enrolment.pk],
            target=step.target,
            actor=actor,
            at=at,
            reason=reason.strip(),
        )
        for enrolment, reason in steps
    )
    seats_change(run, sum(int(step.target in COUNTED) - int(source in COUNTED) for source in sources.values()))


def event_add(
    enrolment: Enrolment, action: str, *, source: str, actor: User | None, at: datetime, reason: str = ""
) -> EnrolmentEvent:
    """One row of the enrolment's history."""
    return EnrolmentEvent.objects.create(
        enrolment=enrolment, action=action, source=source, target=enrolment.state, actor=actor, at=at, reason=reason
    )


def seats_change(run: ClassRun, by: int) -> None:
    """Take or free seats of a class run that is locked. The database refuses more than it has."""
    if by:
        ClassRun.objects.filter(pk=run.pk).update(seats_taken=F("seats_taken") + by)
        run.seats_taken += by


def is_joinable(run: ClassRun, *, on: date) -> bool:
    """Whether somebody may still come in by herself on a day."""
    return run.state in SELF_ENROL_STATES and run.enrols_until is not None and on <= run.enrols_until


def waiting_promote(run: ClassRun, *, at: datetime) -> list[Enrolment]:
    """Offer every free seat to the next who waits, in their order, with a text and a last day to answer.

    Call it under the lock of the class run whenever seats become free. After the last day to enrol nobody is called.
    """
    on = timezone.localdate(at)
    offered: list[Enrolment] = []
    while is_joinable(run, on=on) and run.seats_taken < run.seats:
        waiting = Enrolment.objects.select_for_update(of=("self",)).select_related("worker__user")
        following = waiting.filter(class_run=run, state=EnrolmentState.WAITING).order_by("enrolled_at", "pk").first()
        if following is None:
            break
        following.class_run = run
        following.confirm_by = on + timedelta(days=confirm_days(on=on))
        enrolment_move(following, run, "promote", party=Party.SYSTEM, actor=None, at=at)
        place_offer(following, at=at)
        offered.append(following)
    return offered


def confirm_days(*, on: date) -> int:
    """How many days a place is kept for whoever is called from the waiting list."""
    try:
        return int(parameter_on(CONFIRM_DAYS, city=settings.CITY_CODE, on=on).value)
    except PolicyGapError:
        return USUAL_DAYS


def ended_refuse(run: ClassRun) -> None:
    """Nothing moves in a class run that has ended."""
    if run.state in ENDED_STATES:
        raise EnrolmentError(
            "class_ended",
            _("这个班现在是“%(state)s”，不能再办理。有疑问请联系学校。") % {"state": run.get_state_display()},
        )
