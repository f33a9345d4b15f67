"""What the checks of filing look at, read from the database in a number of queries that no roster makes grow."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.models import PackageUnit
from courses.catalogue.states import PackageStatus, SkillNature
from courses.classes.models import ClassRun, Session
from courses.classes.rules.checks import judge
from courses.classes.rules.facts import (
    Busy,
    Check,
    FilingFacts,
    Limits,
    Meeting,
    PlaceFact,
    SeatedTwice,
    Span,
    Stage,
    TeacherFact,
    UnitFact,
)
from courses.classes.rules.slots import clashes
from courses.classes.selectors import overlaps_of, roster_of, training_name
from courses.classes.states import BINDING, ClassState, SessionMode, SessionState
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.schools.models import Premises, Teacher, TeacherQualification
from courses.schools.selectors import scope_covers
from courses.schools.states import SchoolState
from foundation.calendar.working_days import working_calendar
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import figures_for

CLASS_SIZE = "class.size.max"
ONLINE_SHARE = "class.online_share.max"
DAYS_BEFORE = "class.filing.before"
DAYS_TO_DECIDE = "class.filing.decide"
DAY_HOURS = "class.day_hours.max"
CREDITED_MINUTES = 45
ONLINE_LESSONS = (LessonKind.VIDEO, LessonKind.ARTICLE, LessonKind.QUIZ)


def checks_of(class_run: ClassRun, *, on: date, stage: Stage) -> list[Check]:
    """Every check of the stage with its answer on the day."""
    return judge(facts_of(class_run, on=on, stage=stage))


def facts_of(class_run: ClassRun, *, on: date, stage: Stage) -> FilingFacts:
    """A class run as the checks see it. It needs its school, course version, package and occupation at hand."""
    version = class_run.course_version.package_version
    sessions = list(
        class_run.sessions.exclude(state=SessionState.CANCELLED)
        .select_related("teacher", "premises", "unit")
        .order_by("starts_at", "pk")
    )
    return FilingFacts(
        on=on,
        stage=stage,
        starts_on=class_run.starts_on,
        ends_on=class_run.ends_on,
        seats=class_run.seats,
        training=training_name(version.package),
        package=str(version),
        package_is_published=version.status == PackageStatus.PUBLISHED,
        package_effective=span_of(version.effective),
        is_practical=version.package.occupation.nature == SkillNature.PRACTICAL,
        package_online_share=version.online_share_max,
        units=units_of(class_run),
        meetings=tuple(meeting_of(session) for session in sessions),
        takes_applications=class_run.enrols_until is not None and class_run.enrols_until >= on,
        twins=_twins(class_run, sessions),
        working_days_left=_working_days_left(class_run, on),
        assessment_on=class_run.assessment_on,
        assessment_missing=_assessment_missing(class_run),
        limits=limits_on(on),
        **_school_facts(class_run),
        **_plan_facts(class_run, sessions),
        **_roster_facts(class_run),
    )


def _working_days_left(class_run: ClassRun, on: date) -> int:
    """Working days from the day the filing was submitted, or is about to be, to the first day of the class."""
    submitted = class_run.events.filter(action="submit").order_by("-at", "-pk").first()
    if class_run.state == ClassState.SUBMITTED and submitted is not None:
        on = timezone.localdate(submitted.at)
    return working_calendar().count(on, class_run.starts_on) if class_run.starts_on > on else 0


def span_of(days: Any) -> Span:
    """A dated range of the database, whose upper end is the day after the last."""
    return Span(days.lower, days.upper - timedelta(days=1) if days.upper else None)


def meeting_of(session: Session) -> Meeting:
    return Meeting(
        number=session.number,
        mode=session.mode,
        starts_at=timezone.localtime(session.starts_at),
        ends_at=timezone.localtime(session.ends_at),
        theory=session.theory_hours,
        practice=session.practice_hours,
        unit=session.unit_id,
        teacher=session.teacher_id,
        premises=session.premises_id,
    )


def limits_on(on: date) -> Limits:
    """The figures in force on the day; a gap is none, and the check says so."""
    figures = figures_for([CLASS_SIZE, ONLINE_SHARE, DAYS_BEFORE, DAY_HOURS], city=settings.CITY_CODE, on=on)

    def value(code: str) -> Decimal | None:
        figure = figures[code]
        return None if isinstance(figure, PolicyGapError) else figure.value

    size, before = value(CLASS_SIZE), value(DAYS_BEFORE)
    return Limits(
        class_size=None if size is None else int(size),
        online_share=value(ONLINE_SHARE),
        days_before=None if before is None else int(before),
        day_hours=value(DAY_HOURS),
    )


def units_of(class_run: ClassRun) -> tuple[UnitFact, ...]:
    """The units of the package with the hours of the course's online lessons, in their order."""
    version = class_run.course_version
    minutes = dict(
        Lesson.objects.filter(version=version, kind__in=ONLINE_LESSONS, unit__isnull=False)
        .values_list("unit")
        .annotate(Sum("credited_minutes"))
    )
    units = PackageUnit.objects.filter(module__version=version.package_version_id)
    return tuple(
        UnitFact(
            unit.pk,
            unit.title,
            unit.theory_hours,
            unit.practice_hours,
            unit.is_online_allowed,
            Decimal(minutes.get(unit.pk, 0)) / CREDITED_MINUTES,
        )
        for unit in units.order_by("module__position", "position")
    )


def _school_facts(class_run: ClassRun) -> dict[str, Any]:
    school, package = class_run.school, class_run.course_version.package_version.package
    days = dict.fromkeys((class_run.starts_on, class_run.ends_on))
    return {
        "school_is_active": school.state == SchoolState.ACTIVE,
        "school_state": school.get_state_display(),
        "licensed": span_of(school.licensed),
        "days_without_scope": tuple(
            day
            for day in days
            if scope_covers(
                school,
                occupation_id=package.occupation_id,
                work_type_id=package.work_type_id,
                level=package.level,
                kind=package.kind,
                on=day,
            )
            is None
        ),
    }


def _plan_facts(class_run: ClassRun, sessions: Sequence[Session]) -> dict[str, Any]:
    occupation = class_run.course_version.package_version.package.occupation_id
    teachers = {session.teacher_id: session.teacher for session in sessions if session.teacher}
    premises = {session.premises_id: session.premises for session in sessions if session.premises}
    return {
        "teachers": _teachers(list(teachers.values()), occupation),
        "places": {place.pk: PlaceFact(place.name, place.seats, span_of(place.usable)) for place in premises.values()},
        "teachers_busy": _teachers_busy(class_run, sessions, teachers.values()),
        "places_busy": _places_busy(class_run, sessions, premises.values()),
    }


def _teachers(teachers: Sequence[Teacher], occupation_id: int) -> dict[int, TeacherFact]:
    papers: defaultdict[int, list[Span]] = defaultdict(list)
    held = TeacherQualification.objects.filter(teacher__in=teachers, withdrawn_at__isnull=True)
    for paper in held.filter(Q(occupation__isnull=True) | Q(occupation=occupation_id)):
        papers[paper.teacher_id].append(span_of(paper.valid))
    return {
        teacher.pk: TeacherFact(teacher.name, span_of(teacher.employed), tuple(papers[teacher.pk]))
        for teacher in teachers
    }


def _bound_elsewhere(class_run: ClassRun, sessions: Sequence[Session]) -> Any:
    """Sessions of filed class runs at the time of ours."""
    if not sessions:
        return Session.objects.none()
    return (
        Session.objects.filter(
            is_binding=True,
            starts_at__lt=max(session.ends_at for session in sessions),
            ends_at__gt=min(session.starts_at for session in sessions),
        )
        .exclude(class_run=class_run)
        .exclude(state=SessionState.CANCELLED)
        .select_related("class_run", "teacher", "premises")
    )


def _teachers_busy(class_run: ClassRun, sessions: Sequence[Session], teachers: Collection[Teacher]) -> tuple[Busy, ...]:
    """A teacher is one person whatever schools she teaches at: her identity number tells."""
    persons = {teacher.id_number_index for teacher in teachers}
    ours = [session for session in sessions if session.teacher and session.mode != SessionMode.ONLINE]
    found = _bound_elsewhere(class_run, ours).filter(teacher__id_number_index__in=persons)
    return tuple(
        _busy(class_run, one.teacher.name, one, other)
        for one, other in clashes(ours, list(found))
        if one.teacher and other.teacher and one.teacher.id_number_index == other.teacher.id_number_index
    )


def _places_busy(class_run: ClassRun, sessions: Sequence[Session], premises: Collection[Premises]) -> tuple[Busy, ...]:
    ours = [session for session in sessions if session.premises and session.mode != SessionMode.ONLINE]
    found = _bound_elsewhere(class_run, ours).filter(premises__in=[place.pk for place in premises])
    return tuple(
        _busy(class_run, one.premises.name, one, other)
        for one, other in clashes(ours, list(found))
        if one.premises and one.premises_id == other.premises_id
    )


def _busy(class_run: ClassRun, name: str, one: Session, other: Session) -> Busy:
    """A school reads the names of its own class runs only."""
    is_own = other.class_run.school_id == class_run.school_id
    holder = _("“%(class)s”") % {"class": other.class_run.name} if is_own else ""
    return Busy(name, timezone.localtime(one.starts_at), timezone.localtime(one.ends_at), holder)


def _roster_facts(class_run: ClassRun) -> dict[str, Any]:
    roster = [(row, enrolment.worker_id) for row, enrolment in roster_of(class_run)]
    rows: dict[int, int] = {}
    twice = tuple(row for row, worker in roster if rows.setdefault(worker, row) != row)
    overlaps = [
        SeatedTwice(
            rows[found.worker_id],
            timezone.localtime(found.starts_at),
            timezone.localtime(found.ends_at),
            is_pending=states is not BINDING,
        )
        for states in (BINDING, frozenset({ClassState.SUBMITTED}))
        for found in overlaps_of(list(rows), class_run=class_run, states=states)
    ]
    return {"roster": len(roster), "rows_of_one_person": twice, "seated_twice": tuple(overlaps)}


def _twins(class_run: ClassRun, sessions: Sequence[Session]) -> tuple[str, ...]:
    """Other class runs of the school that say the same: package, days and every hour."""
    if not sessions:
        return ()
    others = ClassRun.objects.filter(
        school=class_run.school_id,
        course_version__package_version=class_run.course_version.package_version_id,
        starts_on=class_run.starts_on,
        ends_on=class_run.ends_on,
        state__in=BINDING | {ClassState.SUBMITTED},
    ).exclude(pk=class_run.pk)
    hours = {(session.starts_at, session.ends_at) for session in sessions}
    return tuple(
        f"{other.number} {other.name}"
        for other in others.prefetch_related("sessions")
        if {(session.starts_at, session.ends_at) for session in other.sessions.all()} == hours
    )


def _assessment_missing(class_run: ClassRun) -> tuple[str, ...]:
    fields = {
        _("拟考核日期"): class_run.assessment_on,
        _("拟考核地点"): class_run.assessment_place.strip(),
        _("考核安排"): class_run.assessment_plan.strip(),
    }
    return tuple(label for label, value in fields.items() if not value)
