"""What a class is judged by, what its people have, and what was judged."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.figures import RATE_MIN
from courses.attendance.rules import Standing
from courses.attendance.selectors import numbers_in, reviews_open_in, sessions_not_held, standings_of
from courses.attendance.states import OVERSEERS
from courses.catalogue.models import PackageUnit
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import COUNTED, SEATED, ClassState, EnrolmentState, SessionMode
from courses.completion.models import Completion
from courses.completion.rules import Criterion, Facts, Judgement, Share, UnitHours, judge
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress, StudyAppeal
from courses.study.states import AppealState
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.policy.selectors import parameters_on

PRESENCE_MIN = "completion.presence.min"
HOUR_MINUTES = 45
MINUTE_MS = 60_000
NONE = Decimal(0)

# Each moment of asking once: after a wrong answer another question takes the place of the first, with its deadline.
_PRESENCE = """
SELECT v.enrolment_id, count(*), count(*) FILTER (WHERE moment.is_answered)
  FROM (SELECT q.viewing_id, q.asked_at, bool_or(coalesce(a.is_right AND NOT a.is_late, FALSE)) AS is_answered,
               max(q.due_at) AS due_at
          FROM study_presencequestion q
          LEFT JOIN study_presenceanswer a ON a.question_id = q.id
         WHERE q.viewing_id IN (SELECT id FROM study_viewing WHERE enrolment_id = ANY(%(enrolments)s))
         GROUP BY q.viewing_id, q.asked_at) moment
  JOIN study_viewing v ON v.id = moment.viewing_id
 WHERE moment.is_answered OR moment.due_at <= %(at)s
 GROUP BY v.enrolment_id
"""


def criterion_on(run: ClassRun, *, on: date) -> Criterion:
    """What the class is judged by on a day; ``PolicyGapError`` when a rule is missing."""
    version = run.course_version.package_version
    units = list(PackageUnit.objects.filter(module__version=version))
    figures = parameters_on([RATE_MIN, PRESENCE_MIN], city=settings.CITY_CODE, on=on)
    rate, presence = figures[RATE_MIN], figures[PRESENCE_MIN]
    return Criterion(
        theory=sum((unit.theory_hours for unit in units), NONE),
        practice=sum((unit.practice_hours for unit in units), NONE),
        rate_min=rate.value,
        presence_min=presence.value,
        units={unit.pk: UnitHours(unit.theory_hours, unit.practice_hours) for unit in units},
        basis={
            "on": on.isoformat(),
            "package_version": version.pk,
            "course_version": run.course_version_id,
            "parameters": {figure.code: figure.version_id for figure in (rate, presence)},
        },
    )


def facts_of(run: ClassRun, *, at: datetime, enrolments: Collection[int] | None = None) -> dict[int, Facts]:
    """What everybody who counts in the class has, by enrolment; as many queries for many people as for few."""
    people = Enrolment.objects.filter(class_run=run)
    people = people.filter(state__in=sorted(COUNTED)) if enrolments is None else people.filter(pk__in=enrolments)
    states = dict(people.values_list("pk", "state"))
    lessons = {lesson.pk: lesson for lesson in Lesson.objects.filter(version=run.course_version_id)}
    progress: defaultdict[int, list[LessonProgress]] = defaultdict(list)
    for row in LessonProgress.objects.filter(enrolment__in=states, lesson__in=lessons):
        progress[row.enrolment_id].append(row)
    standings = standings_of(run, on=timezone.localdate(at), enrolments=states)
    units, workplaces = {}, set()
    for session, unit, mode in Session.objects.filter(class_run=run).values_list("pk", "unit", "mode"):
        units[session] = unit
        if mode == SessionMode.WORKPLACE:
            workplaces.add(session)
    asked = _presence(list(states), at=at)
    return {
        pk: _facts(
            state=EnrolmentState(state),
            lessons=lessons,
            progress=progress[pk],
            standing=standings[pk],
            units=units,
            workplaces=workplaces,
            asked=asked.get(pk, (0, 0)),
        )
        for pk, state in states.items()
    }


def _facts(
    *,
    state: EnrolmentState,
    lessons: dict[int, Lesson],
    progress: list[LessonProgress],
    standing: Standing,
    units: Mapping[int, int | None],
    workplaces: Collection[int],
    asked: tuple[int, int],
) -> Facts:
    needed = {pk: lesson for pk, lesson in lessons.items() if lesson.kind == LessonKind.QUIZ or lesson.needs_check}
    passed = {row.lesson_id for row in progress if row.check_passed_at is not None}
    missing = sorted((lesson for pk, lesson in needed.items() if pk not in passed), key=lambda one: one.position)
    return Facts(
        is_confirmed=state != EnrolmentState.INVITED,
        studied=tuple(_studied(row, lessons[row.lesson_id]) for row in progress),
        attended=tuple(
            Share(units.get(line.meeting), line.theory, line.practice, line.meeting in workplaces)
            for line in standing.lines
        ),
        hours_planned=standing.planned_hours,
        hours_held=standing.held_hours,
        hours_attended=standing.attended_hours,
        questions_asked=asked[0],
        questions_answered=asked[1],
        quizzes_missing=tuple(lesson.title for lesson in missing),
        quizzes_needed=len(needed),
        credited_minutes=Decimal(sum(row.credited_ms for row in progress)) / MINUTE_MS,
    )


def _studied(row: LessonProgress, lesson: Lesson) -> Share:
    ms = row.worth_ms if row.completed_at is not None else row.credited_ms
    return Share(lesson.unit_id, theory=Decimal(ms) / MINUTE_MS / HOUR_MINUTES)


def _presence(enrolments: list[int], *, at: datetime) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_PRESENCE, {"enrolments": enrolments, "at": at})
        return {pk: (asked, answered) for pk, asked, answered in cursor.fetchall()}


@dataclass(frozen=True)
class PreviewRow:
    """One person and what the close would say of her."""

    number: int
    enrolment: Enrolment
    facts: Facts
    judgement: Judgement


@dataclass(frozen=True)
class Preview:
    """What would happen if the class were closed now, and what stands in the way."""

    criterion: Criterion
    rows: list[PreviewRow]
    blocks: list[str]
    warnings: list[str]

    @property
    def completed(self) -> int:
        return sum(row.judgement.outcome == "completed" for row in self.rows)

    @property
    def not_completed(self) -> int:
        return len(self.rows) - self.completed


def preview_of(run: ClassRun, *, at: datetime) -> Preview:
    """The judgement of everybody seated, as it would be frozen now."""
    on = timezone.localdate(at)
    criterion = criterion_on(run, on=on)
    facts, numbers = facts_of(run, at=at), numbers_in(run.pk)
    people = Enrolment.objects.filter(class_run=run, state__in=sorted(SEATED)).select_related("worker__user")
    rows = [PreviewRow(numbers[one.pk], one, facts[one.pk], judge(facts[one.pk], criterion)) for one in people]
    return Preview(
        criterion=criterion,
        rows=sorted(rows, key=lambda row: row.number),
        blocks=_blocks(run),
        warnings=_warnings(run, rows, on=on),
    )


def _blocks(run: ClassRun) -> list[str]:
    """What must be settled first, each by its name."""
    blocks = [
        _("课次“%(session)s”（%(day)s）还没有登记下课，也没有取消。")
        % {"session": one.content, "day": timezone.localtime(one.starts_at).strftime("%Y-%m-%d")}
        for one in sessions_not_held(run)
    ]
    blocks += [
        _("课次“%(session)s”的考勤核查（%(kind)s）还没有办结。")
        % {"session": review.session.content, "kind": review.get_kind_display()}
        for review in reviews_open_in(run)
    ]
    appeals = StudyAppeal.objects.filter(enrolment__class_run=run, state=AppealState.WAITING)
    numbers = numbers_in(run.pk)
    blocks += [
        _("%(number)s 号 %(name)s的学习时间申诉还没有答复。")
        % {"number": numbers[one.enrolment_id], "name": one.worker.masked_name}
        for one in appeals.select_related("worker")
    ]
    return blocks


def _warnings(run: ClassRun, rows: list[PreviewRow], *, on: date) -> list[str]:
    warnings = []
    if on < run.ends_on:
        warnings.append(
            _("备案的结班日期是 %(day)s，还没有到。现在结班，以后不能再学、再补课。") % {"day": run.ends_on.isoformat()}
        )
    invited = sum(row.enrolment.state == EnrolmentState.INVITED for row in rows)
    if invited:
        warnings.append(_("有 %(count)d 人没有确认报名，将记为未结业。") % {"count": invited})
    return warnings


def class_runs_to_close(user: User, *, on: date) -> QuerySet[ClassRun]:
    """Open and closed classes: the bureau's overseers see all, a school's staff their own."""
    runs = ClassRun.objects.filter(state__in=[ClassState.OPEN, ClassState.CLOSED]).select_related(
        "school__organisation", "course_version__package_version", "close"
    )
    if OVERSEERS & roles_of(user, on=on):
        return runs
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return runs.filter(school__organisation__in=held.values("organisation"))


def completions_in_force() -> QuerySet[Completion]:
    """The judgements that nothing has replaced."""
    return Completion.objects.filter(replaced_by__isnull=True)


def completions_seen_by(user: User, *, on: date) -> QuerySet[Completion]:
    """Judgements somebody may read: of the classes she sees, and her own."""
    runs = class_runs_to_close(user, on=on)
    rows = Completion.objects.select_related("enrolment__class_run", "enrolment__worker", "judged_by")
    return rows.filter(Q(enrolment__class_run__in=runs) | Q(enrolment__worker__user=user))
