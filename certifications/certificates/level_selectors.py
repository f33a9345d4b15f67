"""Level certificates that a viewer may see, and everything on record that the checks of new ones ask for."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet

from certifications.bodies.models import AssessmentBody
from certifications.bodies.selectors import ranges_of
from certifications.bodies.states import BodyState
from certifications.certificates.level_facts import Facts, Judged, LevelEntry, Line, Person, Range, Recorded, ResultKey
from certifications.certificates.level_states import LEVEL_READERS
from certifications.certificates.models import CertificateEvent, LevelCertificate
from certifications.plans.states import PlanKind
from certifications.scoring.selectors.results import PASS_MARKS, final_results
from certifications.scoring.states import ResultOutcome
from courses.catalogue.models import Occupation, OccupationLevel, WorkType
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.crypto.cipher import blind_indexes
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from workers.identity import IdNumber
from workers.models import Worker
from workers.selectors import is_unproven


def level_certificates_visible_to(user: User, *, on: date) -> QuerySet[LevelCertificate]:
    """A body's staff see what their body gave; the bureau and its auditors see all."""
    rows = LevelCertificate.objects.select_related("worker", "body__organisation", "occupation", "work_type")
    if not user.is_authenticated:
        return rows.none()
    if LEVEL_READERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role=Role.BODY_STAFF)
    return rows.filter(body__organisation__in=held.values("organisation"))


def level_certificates_of(worker: Worker, *, viewer: User | None = None) -> QuerySet[LevelCertificate]:
    """Every level certificate recorded for her, the newest first, whatever its state.

    To a ``viewer`` whose account nothing has proven to be hers, none.
    """
    rows = worker.level_certificates.select_related("body__organisation", "occupation", "work_type")
    return rows.none() if viewer and is_unproven(worker, viewer) else rows


def level_history(certificate: LevelCertificate) -> QuerySet[CertificateEvent]:
    """What happened to a certificate, the newest first."""
    return certificate.events.select_related("actor").order_by("-at", "-pk")


def was_corrected(certificate: LevelCertificate) -> bool:
    return certificate.events.filter(action="corrected").exists()


def was_stopped_by_office(certificate: LevelCertificate) -> bool:
    """Whether the bureau, not the body, suspended it last."""
    last = certificate.events.filter(action="suspended").order_by("-at", "-pk").first()
    return bool(last and last.data.get("by") == "office")


def level_facts(
    body: AssessmentBody, entries: Sequence[LevelEntry], *, on: date, correcting: int | None = None
) -> Facts:
    """What the checks of these entries need, in the same few queries however many entries there are."""
    people = _people({entry.id_number for entry in entries})
    return Facts(
        prefix=body.prefix,
        is_active=body.state == BodyState.ACTIVE,
        filed=(body.filed.lower, body.filed.upper),
        today=on,
        people=people,
        occupations=dict(Occupation.objects.values_list("name", "pk")),
        work_types={(of, name): pk for pk, of, name in WorkType.objects.values_list("pk", "occupation_id", "name")},
        levels=_lines(OccupationLevel.objects.all()),
        scopes=_lines(body.scopes.all()),
        ranges=[Range(*row) for row in ranges_of(body).values_list("year", "level", "first", "last")],
        recorded=_recorded({entry.tidy_number for entry in entries}),
        results=_results(body, {person.worker_id for person in people.values()}),
        pass_marks=_pass_marks({entry.issued_on for entry in entries}),
        correcting=correcting,
    )


def _people(numbers: set[str]) -> dict[str, Person]:
    by_index = {index: number for number in numbers if number for index in blind_indexes("id_number", number)}
    rows = Worker.objects.filter(id_number_index__in=list(by_index)).only("pk", "name", "id_number_index")
    return {
        number: Person(worker.pk, worker.name, IdNumber(number).birth_on)
        for worker in rows
        if (number := by_index[bytes(worker.id_number_index)])
    }


def _lines(rows: QuerySet) -> list[Line]:
    return [
        Line(occupation, work_type, level, days.lower, days.upper)
        for occupation, work_type, level, days in rows.values_list(
            "occupation_id", "work_type_id", "level", "effective"
        )
    ]


def _recorded(numbers: set[str]) -> dict[str, Recorded]:
    rows = LevelCertificate.objects.filter(number__in=numbers).select_related("occupation", "work_type")
    return {
        row.number: Recorded(
            row.pk,
            row.worker_id,
            (row.occupation.name, row.work_type.name if row.work_type else "", row.level, row.issued_on),
        )
        for row in rows
    }


def _results(body: AssessmentBody, workers: set[int]) -> dict[ResultKey, list[Judged]]:
    """The final results of this body's assessments of these people, the newest first."""
    rows = list(
        final_results()
        .filter(candidate__plan__kind=PlanKind.LEVEL, candidate__plan__body=body, candidate__worker__in=workers)
        .select_related("candidate__plan")
        .order_by("-at", "-pk")
    )
    # By the candidate: a result that was judged again after a recall is still the same assessment.
    people = {row.candidate_id for row in rows}
    held = LevelCertificate.objects.filter(result__candidate__in=people)
    given = dict(held.values_list("result__candidate", "number"))
    found: dict[ResultKey, list[Judged]] = {}
    for row in rows:
        plan = row.candidate.plan
        assert plan.level is not None  # held by the database for plans of a level
        key = (row.candidate.worker_id, plan.occupation_id, plan.work_type_id, plan.level)
        judged = Judged(row.pk, row.outcome == ResultOutcome.PASSED, row.marks, given.get(row.candidate_id, ""))
        found.setdefault(key, []).append(judged)
    return found


def _pass_marks(days: Iterable[date]) -> dict[date, dict[str, Decimal]]:
    """The pass marks of each day by part; a day for which no rule is known has none, and nothing is held against it."""
    marks: dict[date, dict[str, Decimal]] = {}
    for day in days:
        for part, code in PASS_MARKS.items():
            try:
                marks.setdefault(day, {})[part.value] = parameter_on(code, city=settings.CITY_CODE, on=day).value
            except PolicyGapError:
                continue
    return marks
