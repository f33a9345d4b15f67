"""The one statement that says which training took which step, by a day; what stands on it counts in groups.

An enrolment counts once its place was confirmed and until it went to another class. A certificate counts while it is
valid or suspended; a level certificate belongs to the class by the candidate whose result it rests on. The last
day that is looked at is ``%(through)s``.
"""

from typing import Any

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from certifications.certificates.states import LIVE
from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.states import PlanState
from certifications.scoring.models import Result
from certifications.scoring.states import ResultOutcome
from courses.catalogue.models import PackageVersion, TrainingPackage
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import EnrolmentState
from courses.content.models import CourseVersion
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from workers.models import Worker

_MODELS = {
    "enrolment": Enrolment, "class_run": ClassRun, "course_version": CourseVersion, "package_version": PackageVersion,
    "package": TrainingPackage, "worker": Worker, "candidate": Candidate, "plan": AssessmentPlan, "result": Result,
    "training": TrainingCertificate, "level": LevelCertificate, "claim": Claim,
}  # fmt: skip
TABLES = {name: model._meta.db_table for name, model in _MODELS.items()}
PARAMETERS: dict[str, Any] = {
    "taking_part": [
        EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED, EnrolmentState.DROPPED,
    ],
    "completed": EnrolmentState.COMPLETED,
    "passed": ResultOutcome.PASSED,
    "final": PlanState.FINAL,
    "live": sorted(LIVE),
    "not_claimed": [ClaimState.DRAFT, ClaimState.WITHDRAWN],
    "paid": ClaimState.PAID,
}  # fmt: skip

STEPS = """
WITH graded AS (
    SELECT DISTINCT candidate.enrolment_id
    FROM {result} result
    JOIN {candidate} candidate ON candidate.id = result.candidate_id
    JOIN {plan} plan ON plan.id = candidate.plan_id
    WHERE result.outcome = %(passed)s AND plan.state = %(final)s AND candidate.enrolment_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM {result} later WHERE later.replaces_id = result.id)
), certificate AS (
    SELECT enrolment_id FROM {training} WHERE state = ANY(%(live)s) AND issued_on <= %(through)s
    UNION
    SELECT candidate.enrolment_id
    FROM {level} level
    JOIN {result} result ON result.id = level.result_id
    JOIN {candidate} candidate ON candidate.id = result.candidate_id
    WHERE level.state = ANY(%(live)s) AND level.issued_on <= %(through)s AND candidate.enrolment_id IS NOT NULL
), asked AS (
    SELECT enrolment_id, bool_or(state = %(paid)s AND paid_on <= %(through)s) AS is_paid,
        sum(amount_fen) FILTER (WHERE state = %(paid)s AND paid_on <= %(through)s) AS paid_fen
    FROM {claim}
    WHERE enrolment_id IS NOT NULL AND state <> ALL(%(not_claimed)s) AND submitted_on <= %(through)s
    GROUP BY enrolment_id
), place AS (
    SELECT class_run.id, date_trunc('month', class_run.starts_on)::date AS month, class_run.starts_on,
        class_run.school_id, package.occupation_id, coalesce(package.level, 0) AS level
    FROM {class_run} class_run
    JOIN {course_version} course_version ON course_version.id = class_run.course_version_id
    JOIN {package_version} package_version ON package_version.id = course_version.package_version_id
    JOIN {package} package ON package.id = package_version.package_id
), step AS (
    SELECT place.month, place.starts_on, place.school_id, worker.district_code, place.occupation_id, place.level,
        enrolment.group_code, enrolment.state = %(completed)s AS studied,
        graded.enrolment_id IS NOT NULL AS passed, certificate.enrolment_id IS NOT NULL AS certified,
        asked.enrolment_id IS NOT NULL AS claimed, coalesce(asked.is_paid, false) AS paid, asked.paid_fen
    FROM {enrolment} enrolment
    JOIN place ON place.id = enrolment.class_run_id
    JOIN {worker} worker ON worker.id = enrolment.worker_id
    LEFT JOIN graded ON graded.enrolment_id = enrolment.id
    LEFT JOIN certificate ON certificate.enrolment_id = enrolment.id
    LEFT JOIN asked ON asked.enrolment_id = enrolment.id
    WHERE enrolment.state = ANY(%(taking_part)s) AND enrolment.confirmed_at IS NOT NULL
)
""".format(**TABLES)  # noqa: S608 - names of our own tables
