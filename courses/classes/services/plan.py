"""The plan of sessions of a class run in preparation: one by one, laid out over weeks, or brought as a file."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.models import PackageUnit
from courses.classes.errors import ClassError
from courses.classes.filing_facts import meeting_of, units_of
from courses.classes.models import ClassRun, Session
from courses.classes.rules.layout import days_between, lay_out, needs_of
from courses.classes.selectors import sessions_of
from courses.classes.services.class_runs import class_run_editable
from courses.classes.states import ONSITE, SessionMode, SessionState
from courses.schools.models import Premises, Teacher
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.calendar.working_days import SATURDAY, working_calendar

EVENING = time(17, 30)
MOST_SESSIONS = 400
LONGEST_LAYOUT = 400


@dataclass(frozen=True)
class SessionEntry:
    """A session as a school enters it."""

    mode: SessionMode
    starts_at: datetime
    ends_at: datetime
    content: str
    teacher_id: int | None = None
    premises_id: int | None = None
    unit_id: int | None = None
    theory_hours: Decimal = Decimal(0)
    practice_hours: Decimal = Decimal(0)


@transaction.atomic
def session_save(
    *, class_run_id: int, entry: SessionEntry, actor: User, at: datetime, session_id: int | None = None
) -> Session:
    """Add a session to a plan, or change one, which keeps its number."""
    run = class_run_editable(class_run_id, actor, at=at)
    session = run.sessions.get(pk=session_id) if session_id else Session(class_run=run, number=_next(run))
    entry_check(entry, Known.of(run))
    for field, value in asdict(entry).items():
        setattr(session, field, value)
    session.save()
    plan_summarise(run)
    action = "classes.session.changed" if session_id else "classes.session.added"
    audit_record(action, session, actor=actor, data={"class_run": run.pk})
    return session


@transaction.atomic
def sessions_add(*, class_run_id: int, entries: Sequence[SessionEntry], actor: User, at: datetime) -> list[Session]:
    """Add many sessions at once; none of them when one is refused."""
    run = class_run_editable(class_run_id, actor, at=at)
    first = _next(run)
    if first + len(entries) > MOST_SESSIONS:
        raise ClassError("too_many", _("一个班最多 %(most)d 次课。请核对文件或日期。") % {"most": MOST_SESSIONS})
    known = Known.of(run)
    for entry in entries:
        entry_check(entry, known)
    made = Session.objects.bulk_create(
        Session(class_run=run, number=number, **asdict(entry)) for number, entry in enumerate(entries, start=first)
    )
    plan_summarise(run)
    audit_record("classes.sessions.added", run, actor=actor, data={"sessions": len(made)})
    return made


@transaction.atomic
def session_remove(*, session_id: int, actor: User, at: datetime) -> None:
    """Take a session out of a plan that was never filed."""
    run = class_run_editable(Session.objects.values_list("class_run_id", flat=True).get(pk=session_id), actor, at=at)
    session = run.sessions.get(pk=session_id)
    audit_record("classes.session.removed", session, actor=actor, data={"class_run": run.pk})
    session.delete()
    plan_summarise(run)


@transaction.atomic
def plan_clear(*, class_run_id: int, actor: User, at: datetime) -> int:
    """Take every session out of the plan; how many there were."""
    run = class_run_editable(class_run_id, actor, at=at)
    removed, _rows = run.sessions.all().delete()
    plan_summarise(run)
    audit_record("classes.plan.cleared", run, actor=actor, data={"sessions": removed})
    return removed


@dataclass(frozen=True)
class Layout:
    """Which days and hours the missing hours of the package are laid over, with whom and where."""

    first_on: date
    until: date
    weekdays: Collection[int]  # Monday is 0
    starts: time
    ends: time
    teacher_id: int | None = None
    classroom_id: int | None = None
    workshop_id: int | None = None
    is_holiday_taught: bool = False


@transaction.atomic
def plan_lay_out(*, class_run_id: int, layout: Layout, actor: User, at: datetime) -> list[Session]:
    """Sessions for all hours that lessons and sessions do not cover yet, in the order of the package."""
    run = class_run_editable(class_run_id, actor, at=at)
    if not 0 <= (layout.until - layout.first_on).days <= LONGEST_LAYOUT:
        raise ClassError("layout_days", _("结束日期早于开始日期，或相隔超过一年。请核对。"))
    meetings = [meeting_of(session) for session in sessions_of(run).exclude(state=SessionState.CANCELLED)]
    needs = needs_of(units_of(run), meetings)
    if not needs:
        raise ClassError("nothing_missing", _("培训包的学时已经排足，没有要补排的课次。"))
    taken = {meeting.day for meeting in meetings if meeting.mode != SessionMode.ONLINE}
    days = days_between(layout.first_on, layout.until, weekdays=layout.weekdays, left_out=taken | _holidays(layout))
    blocks = lay_out(needs, days, starts=layout.starts, ends=layout.ends, zone=timezone.get_default_timezone())
    if not blocks:
        raise ClassError("no_room", _("选定的日子里没有能排课的时间。请多选几天，或延长上课时间。"))
    entries = [
        SessionEntry(
            mode=block.mode,
            starts_at=block.starts_at,
            ends_at=block.ends_at,
            content=block.title,
            unit_id=block.unit,
            teacher_id=layout.teacher_id,
            premises_id=layout.workshop_id if block.mode == SessionMode.PRACTICE else layout.classroom_id,
            theory_hours=block.theory,
            practice_hours=block.practice,
        )
        for block in blocks
    ]
    return sessions_add(class_run_id=run.pk, entries=entries, actor=actor, at=at)


def _holidays(layout: Layout) -> set[date]:
    """Weekdays on which nobody works; weekends are for the school to choose."""
    if layout.is_holiday_taught:
        return set()
    calendar = working_calendar()
    weekdays = days_between(layout.first_on, layout.until, weekdays=range(SATURDAY))
    return {day for day in weekdays if not calendar.answer(day).working}


@dataclass(frozen=True)
class Known:
    """Who, where and what the sessions of a class run may name."""

    teachers: frozenset[int]
    premises: frozenset[int]
    units: frozenset[int]

    @classmethod
    def of(cls, run: ClassRun) -> "Known":
        version = run.course_version.package_version_id
        return cls(
            frozenset(Teacher.objects.filter(school=run.school_id).values_list("pk", flat=True)),
            frozenset(Premises.objects.filter(school=run.school_id).values_list("pk", flat=True)),
            frozenset(PackageUnit.objects.filter(module__version=version).values_list("pk", flat=True)),
        )


def entry_check(entry: SessionEntry, known: Known) -> None:
    """Refuse what can be no session of the class run. What only a whole plan can tell is left to the checks."""
    if entry.ends_at <= entry.starts_at:
        raise ClassError("ends_before_start", _("结束时间早于开始时间。请核对上课时间。"))
    if timezone.localdate(entry.ends_at) != timezone.localdate(entry.starts_at):
        raise ClassError("over_midnight", _("一次课不能跨过零点。请分成两次。"))
    if not entry.content.strip():
        raise ClassError("content_missing", _("请填写授课内容。"))
    if entry.theory_hours < 0 or entry.practice_hours < 0:
        raise ClassError("hours_negative", _("学时不能是负数。"))
    if entry.practice_hours and entry.mode in {SessionMode.LIVE, SessionMode.ONLINE}:
        raise ClassError("practice_online", _("线上课不能计实操学时。请改授课方式，或把实操学时改为 0。"))
    if entry.premises_id and entry.mode not in ONSITE:
        raise ClassError("place_online", _("线上课没有地点。请改授课方式，或不选地点。"))
    if entry.teacher_id and entry.teacher_id not in known.teachers:
        raise ClassError("teacher_unknown", _("教师不是本校登记的教师。请从本校教师中选择。"))
    if entry.premises_id and entry.premises_id not in known.premises:
        raise ClassError("premises_unknown", _("地点不是本校登记的教学场所。请从本校场所中选择。"))
    if entry.unit_id and entry.unit_id not in known.units:
        raise ClassError("unit_unknown", _("学习单元不属于本班的培训包。请重新选择。"))


def _next(run: ClassRun) -> int:
    return (run.sessions.aggregate(last=Max("number"))["last"] or 0) + 1


def plan_summarise(run: ClassRun) -> None:
    """Say of the class run what finders ask: is it in the evening or at the weekend, and in which district."""
    sessions = list(
        run.sessions.exclude(state=SessionState.CANCELLED)
        .exclude(mode=SessionMode.ONLINE)
        .select_related("premises")
        .order_by("starts_at")
    )
    starts = [timezone.localtime(session.starts_at) for session in sessions]
    run.is_evening = bool(starts) and all(start.time() >= EVENING or start.weekday() >= SATURDAY for start in starts)
    places = [session.premises.district_code for session in sessions if session.premises]
    run.district_code = max(places, key=places.count) if places else ""
    run.save(update_fields=["is_evening", "district_code"])
