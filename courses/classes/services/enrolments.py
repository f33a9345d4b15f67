"""A person's place in a class run: taken, confirmed, declined, left, moved. Each step under the locks of ``locks``."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment
from courses.classes.selectors import overlaps_of
from courses.classes.services.enrolment_moves import (
    COUNTER,
    ended_refuse,
    enrolment_locked,
    enrolment_move,
    event_add,
    is_joinable,
    party_of,
    school_required,
    seats_change,
    waiting_promote,
)
from courses.classes.services.enrolment_roster import WORKING_AGE
from courses.classes.services.enrolment_texts import place_lapsed_tell, roster_ask
from courses.classes.services.locks import class_run_lock, workers_lock
from courses.classes.states import (
    CHOSEN_REASONS,
    LIVE,
    SEATED,
    SELF_ENROL_STATES,
    ClassState,
    ConfirmedThrough,
    EndReason,
    EnrolmentSource,
    EnrolmentState,
    Party,
)
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.privacy.models import ConsentText
from foundation.privacy.services import consent_grant
from workers.identity import age_on
from workers.models import Worker
from workers.states import IdentityState

# Whoever asked for the real-name check may join while it runs; the class begins later than the answer comes.
MAY_JOIN = frozenset({IdentityState.VERIFIED, IdentityState.CHECKING})
# The state of an enrolment after which its link still answers one question: was it you?
LINKED = frozenset({ConfirmedThrough.LINK, ConfirmedThrough.PAPER})


@transaction.atomic
def enrolment_create(
    *, class_run_id: int, worker_id: int, actor: User, at: datetime, consent_text: ConsentText | None = None
) -> Enrolment:
    """Take a seat for the worker, or the next place on the waiting list, or say why there is neither.

    She acts herself, or an officer of the counter for her. ``consent_text`` is the wording she agreed to.
    """
    run = class_run_lock(class_run_id)
    workers_lock([worker_id])
    worker = Worker.objects.select_related("user").get(pk=worker_id)
    source = _source(worker, actor, at)
    on = timezone.localdate(at)
    _refuse_person(worker, run)
    if not is_joinable(run, on=on):
        raise EnrolmentError("closed", _("“%(run)s”现在不能报名。可以看看这门课的其他班。") % {"run": run.name})
    if Enrolment.objects.filter(class_run=run, worker=worker, state__in=LIVE).exists():
        raise EnrolmentError("already_in", _("您已经报过这个班，不用再报。在“我的班次”里可以看到。"))
    has_seat = run.seats_taken < run.seats and not _waiting(run).exists()
    if has_seat:
        _refuse_overlap(worker, run)
    if consent_text is not None and worker.user is not None:
        consent_grant(subject=worker.user, text=consent_text, actor=actor, at=at)
    enrolment = Enrolment.objects.create(
        class_run=run,
        worker=worker,
        state=EnrolmentState.CONFIRMED if has_seat else EnrolmentState.WAITING,
        source=source,
        enrolled_by=actor,
        enrolled_at=at,
        confirmed_at=at if has_seat else None,
        confirmed_through=_through(source) if has_seat else "",
    )
    event_add(enrolment, "enrol" if has_seat else "wait", source="", actor=actor, at=at)
    seats_change(run, int(has_seat))
    _record("classes.enrolment.created", enrolment, actor, at, {"state": enrolment.state})
    return enrolment


def _source(worker: Worker, actor: User, at: datetime) -> EnrolmentSource:
    if worker.user_id == actor.pk and actor.is_active:
        return EnrolmentSource.SELF
    if COUNTER in roles_of(actor, on=timezone.localdate(at)):
        return EnrolmentSource.COUNTER
    raise PermissionDenied(_("只能本人报名，或由窗口工作人员代办。"))


def _through(source: EnrolmentSource) -> ConfirmedThrough:
    return ConfirmedThrough.ACCOUNT if source == EnrolmentSource.SELF else ConfirmedThrough.COUNTER


def _waiting(run: ClassRun) -> Any:
    return Enrolment.objects.filter(class_run=run, state=EnrolmentState.WAITING)


def _refuse_person(worker: Worker, run: ClassRun) -> None:
    if worker.user is not None and not worker.user.is_active:
        raise EnrolmentError("account_closed", _("这个账户已停用，不能报名。请带身份证到窗口核实。"))
    if worker.identity_state not in MAY_JOIN:
        raise EnrolmentError("identity", _("报名以前要先完成实名。请到“我的”页面填写姓名和身份证号码，再回来报名。"))
    if age_on(worker.birth_on, run.starts_on) < WORKING_AGE:
        raise EnrolmentError("too_young", _("开班时未满 16 周岁，不能参加技能培训。"))


def _refuse_overlap(worker: Worker, run: ClassRun, *, but: int | None = None) -> None:
    overlaps = [row for row in overlaps_of([worker.pk], class_run=run) if row.other_run_id != but]
    if overlaps:
        raise EnrolmentError(
            "overlap",
            _("您在 %(moment)s 已有另一个班的课，同一时间不能上两个班。请先退出那个班，或换一个时间的班。")
            % {"moment": f"{timezone.localtime(overlaps[0].starts_at):%Y-%m-%d %H:%M}"},
        )


def _record(action: str, enrolment: Enrolment, actor: User | None, at: datetime, data: dict[str, Any]) -> None:
    user = enrolment.worker.user
    for_her = user if actor is not None and user is not None and user.pk != actor.pk else None
    about = {"class_run": enrolment.class_run_id} | data
    audit_record(action, enrolment, actor=actor, on_behalf_of=for_her, data=about)


@transaction.atomic
def enrolment_confirm(*, enrolment_id: int, actor: User | None, at: datetime, note: str = "") -> Enrolment:
    """She agrees to the seat kept for her: signed in, by the link, at the counter, or on paper the school keeps.

    Without an actor it is the link of a text message. A school says in ``note`` where the signed paper lies. Agreeing
    twice is agreeing once.
    """
    enrolment, run = enrolment_locked(enrolment_id)
    party = party_of(actor, enrolment, run, at=at)
    ended_refuse(run)
    if enrolment.state == EnrolmentState.CONFIRMED and party is not Party.SCHOOL:
        return enrolment
    if party is Party.SCHOOL and not note.strip():
        raise EnrolmentError("note_missing", _("请写明本人签字的确认单存放在哪里。"))
    _refuse_late(enrolment, on=timezone.localdate(at))
    if enrolment.state == EnrolmentState.INVITED:
        _refuse_overlap(enrolment.worker, run, but=run.pk)
    enrolment_move(enrolment, run, "confirm", party=party, actor=actor, at=at, reason=note)
    _record("classes.enrolment.confirmed", enrolment, actor, at, {"through": enrolment.confirmed_through})
    return enrolment


def _refuse_late(enrolment: Enrolment, *, on: date) -> None:
    if enrolment.state == EnrolmentState.INVITED and enrolment.confirm_by is not None and on > enrolment.confirm_by:
        raise EnrolmentError("late", _("为您保留的名额已过期，已让给下一位。还想学，可以重新报名。"))


@transaction.atomic
def enrolment_decline(*, enrolment_id: int, actor: User | None, at: datetime, is_not_hers: bool = False) -> Enrolment:
    """She does not want the seat, or says she never enrolled, which officers see. The seat is free at once."""
    enrolment, run = enrolment_locked(enrolment_id)
    party = party_of(actor, enrolment, run, at=at)
    ended_refuse(run)
    by_link = party is Party.LINK and enrolment.state == EnrolmentState.CONFIRMED
    if by_link and enrolment.confirmed_through not in LINKED:
        raise PermissionDenied(_("这个班已由本人登录确认，请登录后办理。"))
    if is_not_hers and enrolment.source != EnrolmentSource.ROSTER:
        raise EnrolmentError("not_by_roster", _("这个班不是学校替您报的。不想学了，可以取消报名或退班。"))
    move = "disown" if is_not_hers else "decline"
    reason = EndReason.NOT_HERS if is_not_hers else None
    enrolment_move(enrolment, run, move, party=party, actor=actor, at=at, end_reason=reason)
    waiting_promote(run, at=at)
    _record(
        "classes.enrolment.disowned" if is_not_hers else "classes.enrolment.declined",
        enrolment,
        actor,
        at,
        {"party": party.value},
    )
    return enrolment


@transaction.atomic
def enrolment_leave(*, enrolment_id: int, reason: str, actor: User, at: datetime, note: str = "") -> Enrolment:
    """She leaves: before the class begins the enrolment is withdrawn, afterwards it is a drop-out with its reason."""
    enrolment, run = enrolment_locked(enrolment_id)
    party = party_of(actor, enrolment, run, at=at)
    ended_refuse(run)
    allowed = {*CHOSEN_REASONS, EndReason.ABSENCE} if party is Party.SCHOOL else set(CHOSEN_REASONS)
    if reason not in allowed:
        raise EnrolmentError("reason_missing", _("请选择退出的原因。"))
    has_begun = timezone.localdate(at) >= run.starts_on and enrolment.state != EnrolmentState.WAITING
    move = "drop" if has_begun or party is Party.SCHOOL else "withdraw"
    end_reason = EndReason(reason)
    enrolment_move(enrolment, run, move, party=party, actor=actor, at=at, reason=note, end_reason=end_reason)
    waiting_promote(run, at=at)
    _record(
        "classes.enrolment.dropped" if move == "drop" else "classes.enrolment.withdrawn",
        enrolment,
        actor,
        at,
        {"reason": reason},
    )
    return enrolment


@transaction.atomic
def enrolment_remove(*, enrolment_id: int, reason: str, actor: User, at: datetime) -> Enrolment:
    """The school takes somebody off the roster who has not agreed yet."""
    enrolment, run = enrolment_locked(enrolment_id)
    school_required(actor, run, at=at)
    ended_refuse(run)
    enrolment_move(
        enrolment, run, "remove", party=Party.SCHOOL, actor=actor, at=at,
        reason=_reason(reason), end_reason=EndReason.REMOVED,
    )  # fmt: skip
    waiting_promote(run, at=at)
    _record("classes.enrolment.removed", enrolment, actor, at, {})
    return enrolment


def _reason(reason: str) -> str:
    if not reason.strip():
        raise EnrolmentError("reason_missing", _("请写明原因，再提交。"))
    return reason.strip()


@transaction.atomic
def enrolment_transfer(*, enrolment_id: int, class_run_id: int, actor: User, at: datetime) -> Enrolment:
    """Move her to another run of the same course, seat and all, or leave everything as it is.

    When the school moves her she is asked again, and confirms in the new class run.
    """
    source_id = Enrolment.objects.values_list("class_run_id", flat=True).get(pk=enrolment_id)
    if source_id == class_run_id:
        raise EnrolmentError("same_class", _("已经在这个班里。请选择另一个班。"))
    runs = {pk: class_run_lock(pk) for pk in sorted({source_id, class_run_id})}
    enrolment, run = enrolment_locked(enrolment_id)
    target = runs[class_run_id]
    party = party_of(actor, enrolment, run, at=at)
    ended_refuse(run)
    _refuse_target(enrolment, run, target, on=timezone.localdate(at))
    _refuse_overlap(enrolment.worker, target, but=run.pk)
    is_agreed = party is not Party.SCHOOL
    source = EnrolmentState(enrolment.state)
    copied = ("source", "group_code", "education", "address", "bank", "card", "note")
    moved = Enrolment.objects.create(
        class_run=target,
        worker=enrolment.worker,
        state=EnrolmentState.CONFIRMED if is_agreed else EnrolmentState.INVITED,
        enrolled_by=actor,
        enrolled_at=at,
        confirmed_at=at if is_agreed else None,
        confirmed_through=(ConfirmedThrough.ACCOUNT if party is Party.WORKER else ConfirmedThrough.COUNTER)
        if is_agreed
        else "",
        **{name: getattr(enrolment, name) for name in copied},
    )
    event_add(moved, "arrive", source=source, actor=actor, at=at, reason=run.number)
    enrolment_move(enrolment, run, "move", party=party, actor=actor, at=at, reason=target.number, moved_to=moved)
    seats_change(target, 1)
    if not is_agreed:
        roster_ask(moved, at=at)
    waiting_promote(run, at=at)
    _record("classes.enrolment.moved", enrolment, actor, at, {"to": moved.pk})
    return moved


def _refuse_target(enrolment: Enrolment, run: ClassRun, target: ClassRun, *, on: date) -> None:
    same_course = run.course_version.page_id == target.course_version.page_id and run.school_id == target.school_id
    if not same_course or target.state not in SELF_ENROL_STATES or on > target.starts_on:
        raise EnrolmentError("not_possible", _("只能转到同一门课、还没有开课的班。请从列表中选择。"))
    if Enrolment.objects.filter(class_run=target, worker=enrolment.worker_id, state__in=LIVE).exists():
        raise EnrolmentError("already_in", _("已经在那个班的名单里，不用再转。"))
    if target.seats_taken >= target.seats:
        raise EnrolmentError("full", _("“%(run)s”已经满了，没有转过去，原来的班不变。") % {"run": target.name})


@transaction.atomic
def enrolment_lapse(*, enrolment_id: int, at: datetime) -> bool:
    """The place kept for somebody from the waiting list goes to the next; false when she answered or has time left."""
    enrolment, run = enrolment_locked(enrolment_id)
    is_over = enrolment.confirm_by is not None and timezone.localdate(at) > enrolment.confirm_by
    if enrolment.state != EnrolmentState.INVITED or not is_over:
        return False
    no_answer = EndReason.NO_ANSWER
    enrolment_move(enrolment, run, "lapse", party=Party.SYSTEM, actor=None, at=at, end_reason=no_answer)
    place_lapsed_tell(enrolment, at=at)
    waiting_promote(run, at=at)
    _record("classes.enrolment.lapsed", enrolment, None, at, {})
    return True


@transaction.atomic
def enrolment_remind(*, enrolment_id: int, actor: User, at: datetime) -> bool:
    """Ask somebody on the roster once more; false when she has no phone. Once a day, so that nobody is pestered."""
    enrolment, run = enrolment_locked(enrolment_id)
    school_required(actor, run, at=at)
    ended_refuse(run)
    if enrolment.state != EnrolmentState.INVITED:
        raise EnrolmentError("wrong_state", _("本人已经答复，不用再发短信。"))
    if enrolment.asked_at is not None and timezone.localdate(enrolment.asked_at) == timezone.localdate(at):
        raise EnrolmentError("asked_today", _("今天已经发过一次短信。请明天再发，或给本人打电话。"))
    is_sent = roster_ask(enrolment, at=at)
    if is_sent:
        _record("classes.enrolment.reminded", enrolment, actor, at, {"count": enrolment.asked_count})
    return is_sent


@transaction.atomic
def invitations_send(*, at: datetime, limit: int = 200) -> int:
    """Ask those on rosters who were not asked yet; returns how many. May run in two processes at once."""
    waiting = (
        Enrolment.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state=EnrolmentState.INVITED, asked_at__isnull=True, source=EnrolmentSource.ROSTER)
        .exclude(class_run__state__in=[ClassState.CLOSED, ClassState.CANCELLED, ClassState.REFUSED])
        .exclude(worker__user__isnull=True, worker__contact_phone_index__isnull=True)
        .select_related("worker__user", "class_run__school__organisation", "class_run__course_version")
        .order_by("pk")[:limit]
    )
    return sum(roster_ask(enrolment, at=at) for enrolment in waiting)


def run_cancelled(*, class_run: ClassRun, action: str, actor: User | None, at: datetime, **kwargs: Any) -> None:
    """Connected to ``class_run_moved``: when a class run is called off or refused, everybody's place in it ends."""
    if action not in {"cancel", "refuse"}:
        return
    live = Enrolment.objects.select_for_update(of=("self",)).filter(class_run=class_run, state__in=LIVE)
    for enrolment in live.select_related("worker__user").order_by("pk"):
        enrolment.class_run = class_run
        source = enrolment.state
        enrolment.state, enrolment.ended_at = EnrolmentState.WITHDRAWN, at
        enrolment.end_reason = EndReason.CLASS_CANCELLED
        enrolment.save(update_fields=["state", "ended_at", "end_reason"])
        event_add(enrolment, "class_cancelled", source=source, actor=actor, at=at)
        seats_change(class_run, -int(source in SEATED))
