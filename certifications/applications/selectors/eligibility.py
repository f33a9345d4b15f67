"""What a worker's file says, and whether it is enough on a day.

``eligibility_of`` answers what a career planner asks: the decision, and from when on it would be yes.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings

from certifications.applications.models import LevelApplication, StudyRow, WorkRow
from certifications.applications.rules.conditions import Conditions
from certifications.applications.rules.dossier import Dossier, Held, Job, Schooling
from certifications.applications.rules.eligibility import Eligibility, judge
from certifications.applications.rules.form import held_of, is_yes
from certifications.applications.rules.periods import Span, months_later, months_within
from certifications.applications.selectors.conditions import ConditionBook, conditions_on
from certifications.applications.states import Trade
from certifications.plans.models import AssessmentPlan
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.selectors import level_exists
from workers.models import Education, Employment, Worker
from workers.selectors import skill_record_of
from workers.states import SKILL_COUNTS, SkillKind

CERTIFICATES = (SkillKind.LEVEL_CERTIFICATE, SkillKind.OLD_QUALIFICATION)


def dossier_of(worker: Worker, *, application: LevelApplication | None = None) -> Dossier:
    """The file as conditions see it. For an application: what stands on the form, weighed by the file behind it."""
    insured = _insured_months(worker)
    if application is None:
        jobs = tuple(_job(one, insured) for one in worker.employments.filter(withdrawn_at__isnull=True))
        schoolings = tuple(_schooling(one) for one in worker.educations.filter(withdrawn_at__isnull=True))
        return Dossier(worker.birth_on, jobs, tuple(_held(worker)), schoolings)
    works = application.works.select_related("employment")
    studies = application.studies.select_related("education")
    told = held_of(application.answers)
    return Dossier(
        born=worker.birth_on,
        jobs=tuple(_told_job(row, insured) for row in works),
        certificates=(*_held(worker), *([told] if told else [])),
        schoolings=tuple(_told_schooling(row) for row in studies),
        is_apprentice=None if is_yes(application.answers, "is_apprentice") else False,
    )


class Target(NamedTuple):
    """What she wants to be assessed for."""

    occupation: Occupation
    work_type: WorkType | None
    level: int


def eligibility_of(
    worker: Worker, *, occupation: Occupation, work_type: WorkType | None, level: int, on: date
) -> Eligibility:
    """Whether the file makes her eligible on a day, and from when on it would."""
    target = Target(occupation, work_type, level)
    return _judged(dossier_of(worker), target, conditions_on(occupation, level, on=on), on=on)


def eligibilities_of(worker: Worker, plans: Iterable[AssessmentPlan], *, on: date) -> list[Eligibility]:
    """The same for many plans: the file is read once, and each set of conditions once."""
    dossier = dossier_of(worker)
    known: dict[tuple[int, int], Conditions | None] = {}
    answers = []
    for plan in plans:
        target = Target(plan.occupation, plan.work_type, plan.level or 0)
        key = (plan.occupation_id, target.level)
        if key not in known:
            known[key] = conditions_on(plan.occupation, target.level, on=on)
        answers.append(_judged(dossier, target, known[key], on=on))
    return answers


def eligibilities_for(
    worker: Worker, targets: Iterable[Target], *, book: ConditionBook, on: date
) -> dict[Target, Eligibility]:
    """The same for levels that nobody may have planned an assessment for; as many queries for many as for one.

    The caller asks for levels that exist on the day.
    """
    dossier = dossier_of(worker)
    return {
        target: _judged(
            dossier, target, book.conditions(target.occupation, target.level), on=on, is_known_to_exist=True
        )
        for target in targets
    }


def application_eligibility(application: LevelApplication, *, on: date, doubts: Sequence[str] = ()) -> Eligibility:
    """The same for what stands on a form; doubts are what only a person can settle."""
    target = Target(application.occupation, application.work_type, application.level)
    dossier = dossier_of(application.worker, application=application)
    conditions = conditions_on(application.occupation, application.level, on=on)
    return _judged(dossier, target, conditions, on=on, doubts=doubts)


def _judged(
    dossier: Dossier,
    target: Target,
    conditions: Conditions | None,
    *,
    on: date,
    doubts: Sequence[str] = (),
    is_known_to_exist: bool = False,
) -> Eligibility:
    work_type = target.work_type
    exists = is_known_to_exist or level_exists(
        target.occupation.pk, work_type.pk if work_type else None, target.level, on=on
    )
    return judge(
        dossier,
        conditions,
        level_exists=exists,
        on=on,
        city=settings.CITY_CODE,
        doubts=doubts,
        basis={
            "occupation": target.occupation.code,
            "work_type": work_type.name if work_type else "",
            "level": target.level,
            "jobs": tuple(job.pk for job in dossier.jobs),
            "certificates": tuple(held.pk for held in dossier.certificates),
        },
    )


def _insured_months(worker: Worker) -> dict[str, set[date]]:
    """The months an employer paid insurance for her, by the employer's code."""
    found: dict[str, set[date]] = {}
    rows = worker.insured_months.exclude(employer_credit_code="").values_list("employer_credit_code", "month")
    for code, month in rows:
        found.setdefault(code, set()).add(month)
    return found


def _span(line: Employment) -> Span:
    return Span(line.effective.lower, line.effective.upper)


def _job(line: Employment, insured: dict[str, set[date]], stated: Trade | None = None) -> Job:
    span = _span(line)
    if line.is_guaranteed:
        return Job(line.pk, span, line.post, (span,), stated)
    months = insured.get(line.employer_credit_code, set()) if line.employer_credit_code else set()
    return Job(line.pk, span, line.post, months_within(span, months), stated)


def _told_job(row: WorkRow, insured: dict[str, set[date]]) -> Job:
    """A line of the form: of the file where it comes from there, else her word."""
    stated = Trade(row.trade)
    if row.employment is not None and row.employment.withdrawn_at is None:
        return _job(row.employment, insured, stated)
    return Job(None, Span(row.first_month, months_later(row.last_month, 1) if row.last_month else None),
               row.post, (), stated)  # fmt: skip


def _schooling(line: Education) -> Schooling:
    return Schooling(line.pk, line.level, line.school, line.major, line.effective.upper, line.is_guaranteed)


def _told_schooling(row: StudyRow) -> Schooling:
    if row.education is not None and row.education.withdrawn_at is None:
        return _schooling(row.education)
    return Schooling(None, row.level, row.school, row.major, row.graduated_on, is_guaranteed=False)


def _held(worker: Worker) -> list[Held]:
    """Her certificates of a skill level that count today, declared ones too."""
    lines = skill_record_of(worker).filter(kind__in=CERTIFICATES, state__in=SKILL_COUNTS)
    return [
        Held(
            line.pk,
            line.occupation_code,
            f"{line.occupation_name}{line.work_type_name}" or line.title,
            line.level,
            line.issued_on,
            line.is_guaranteed,
        )
        for line in lines
    ]
