"""What a claim can be for: her certificates and her trainings, told in one way whatever table they come from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypedDict

from django.db.models import QuerySet
from django.utils import timezone

from certifications.bodies.rules import holds
from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from certifications.certificates.states import CertificateState, PriorKind, PriorState
from courses.catalogue.models import TrainingPackage
from courses.catalogue.states import TrainingKind
from courses.classes.models import Enrolment
from courses.classes.states import EnrolmentState
from courses.completion.models import ClassClose
from courses.schools.models import School
from foundation.accounts.models import Organisation
from subsidies.awards.models import AwardInstalment
from subsidies.awards.selectors.filings import counted_fen
from subsidies.awards.selectors.service import service_months
from subsidies.awards.states import EndKind
from subsidies.claims.models import Claim
from subsidies.schemes.rules import LEVELS, AwardFacts
from subsidies.schemes.states import Subject
from workers.models import Worker

Field = Literal["training_certificate", "level_certificate", "prior_certificate", "enrolment", "award_instalment"]
CERTIFICATES: tuple[Field, ...] = ("training_certificate", "level_certificate", "prior_certificate")
FIELDS: tuple[Field, ...] = (*CERTIFICATES, "enrolment", "award_instalment")
SUBJECTS: dict[Field, Subject] = dict.fromkeys(CERTIFICATES, Subject.CERTIFICATE) | {
    "enrolment": Subject.ENROLMENT,
    "award_instalment": Subject.INSTALMENT,
}


@dataclass(frozen=True)
class Claimable:
    """One certificate, or one training. ``field`` is the column of a claim that names it."""

    field: Field
    pk: int
    worker: Worker
    title: str
    # As the rules call them (``CaseFacts``); for a training those of the certificate it led to.
    certificate_kind: str = ""
    certificate_valid: bool | None = None
    certificate_confirmed: bool | None = None
    level: str = ""
    level_number: int | None = None
    occupation_code: str = ""
    work_type_name: str = ""
    certificate_number: str = ""
    issued_on: date | None = None
    enrolment: Enrolment | None = None
    school: School | None = None
    # Of an instalment of an award only: by whom it was filed, on which day, and what its rule asks.
    employer: Organisation | None = None
    law_on: date | None = None
    award: AwardFacts | None = None

    @property
    def key(self) -> tuple[Field, int]:
        return self.field, self.pk

    @property
    def is_certificate(self) -> bool:
        return self.field in CERTIFICATES

    @property
    def subject(self) -> Subject:
        return SUBJECTS[self.field]


def claimables_of(worker: Worker) -> list[Claimable]:
    """Everything of hers that a claim could be for, the newest first: certificates, then classes she completed."""
    found = [
        *claimables_from("training_certificate", TrainingCertificate.objects.filter(worker=worker)),
        *claimables_from("level_certificate", LevelCertificate.objects.filter(worker=worker)),
        *claimables_from("prior_certificate", PriorCertificate.objects.filter(worker=worker)),
    ]
    found.sort(key=lambda one: one.issued_on or date.min, reverse=True)
    return found + claimables_from("enrolment", Enrolment.objects.filter(worker=worker).order_by("-pk"))


def claimable_get(field: Field, pk: int) -> Claimable | None:
    """One certificate or training by its key; nothing when it can never be claimed for."""
    return next(iter(claimables_by(field, [pk])), None)


def claimables_by(field: Field, pks: Collection[int]) -> list[Claimable]:
    """Those of the keys that can be claimed for, in the order of the keys; as many queries for many as for one."""
    rows: dict[Field, QuerySet] = {
        "training_certificate": TrainingCertificate.objects.all(),
        "level_certificate": LevelCertificate.objects.all(),
        "prior_certificate": PriorCertificate.objects.all(),
        "enrolment": Enrolment.objects.all(),
        "award_instalment": AwardInstalment.objects.all(),
    }
    return claimables_from(field, rows[field].filter(pk__in=pks).order_by("pk"))


def claimables_from(field: Field, rows: QuerySet) -> list[Claimable]:
    """The same from a query of the field's own table; certificates that others replaced are left out, and
    trainings that were not completed."""
    if field == "training_certificate":
        run = "enrolment__class_run__course_version__package_version__package"
        related = rows.select_related("worker__user", "school__organisation", f"{run}__occupation", f"{run}__work_type")
        return [_training(one) for one in related.exclude(state=CertificateState.REPLACED)]
    if field == "level_certificate":
        return [_level(one) for one in rows.select_related("worker__user", "body", "occupation", "work_type")]
    if field == "prior_certificate":
        live = rows.exclude(state__in=[PriorState.WITHDRAWN, PriorState.NOT_MATCHED])
        return [_prior(one) for one in live.select_related("worker__user", "occupation")]
    if field == "award_instalment":
        return instalments_as_cases(rows)
    return _trainings(rows.filter(state=EnrolmentState.COMPLETED))


def _training(row: TrainingCertificate) -> Claimable:
    package = _package(row.enrolment)
    return Claimable(
        field="training_certificate",
        pk=row.pk,
        worker=row.worker,
        title=package.title,
        certificate_kind="training",
        certificate_valid=row.state == CertificateState.VALID,
        certificate_confirmed=True,
        certificate_number=row.number,
        issued_on=row.issued_on,
        enrolment=row.enrolment,
        school=row.school,
        **_of_package(package),
    )


def _level(row: LevelCertificate) -> Claimable:
    is_filed = holds(row.body.filed, row.issued_on)
    return Claimable(
        field="level_certificate",
        pk=row.pk,
        worker=row.worker,
        title=str(row.work_type or row.occupation),
        certificate_kind="level",
        certificate_valid=row.state == CertificateState.VALID,
        # A body that was not on file that day: somebody has to look it up.
        certificate_confirmed=True if is_filed else None,
        level=_level_word(row.level),
        level_number=row.level,
        occupation_code=row.occupation.code,
        work_type_name=row.work_type.name if row.work_type else "",
        certificate_number=row.number,
        issued_on=row.issued_on,
    )


# What a look-up by hand found: whether the certificate stands, and whether it could be found.
_LOOKED_UP: dict[str, tuple[bool | None, bool | None]] = {
    PriorState.DECLARED: (None, None),
    PriorState.CONFIRMED: (True, True),
    PriorState.NOT_FOUND: (None, False),
}


def _prior(row: PriorCertificate) -> Claimable:
    valid, confirmed = _LOOKED_UP[row.state]
    is_special = row.kind == PriorKind.SPECIAL
    return Claimable(
        field="prior_certificate",
        pk=row.pk,
        worker=row.worker,
        title=row.title,
        certificate_kind=row.kind,
        certificate_valid=valid,
        certificate_confirmed=confirmed,
        level="special" if is_special else _level_word(row.level),
        level_number=None if is_special else row.level,
        occupation_code=row.occupation.code if row.occupation else "",
        # A special skill has no level: it is told from another by its name.
        work_type_name=row.title if is_special else "",
        certificate_number=row.number,
        issued_on=row.issued_on,
    )


def _trainings(rows: QuerySet) -> list[Claimable]:
    run = "class_run__course_version__package_version__package"
    people = list(
        rows.select_related(
            "worker__user", "class_run__school__organisation", f"{run}__occupation", f"{run}__work_type"
        )
    )
    issued = TrainingCertificate.objects.filter(enrolment__in=people).exclude(state=CertificateState.REPLACED)
    papers = {one.enrolment_id: one for one in issued.order_by("pk")}
    closes = {
        one.class_run_id: timezone.localdate(one.at)
        for one in ClassClose.objects.filter(class_run__in={one.class_run_id for one in people})
    }
    return [_enrolment(one, papers.get(one.pk), closes.get(one.class_run_id)) for one in people]


def _enrolment(row: Enrolment, paper: TrainingCertificate | None, closed_on: date | None) -> Claimable:
    return Claimable(
        field="enrolment",
        pk=row.pk,
        worker=row.worker,
        title=row.class_run.name,
        certificate_kind="training" if paper else "",
        certificate_valid=paper.state == CertificateState.VALID if paper else None,
        certificate_confirmed=True if paper else None,
        certificate_number=paper.number if paper else "",
        issued_on=paper.issued_on if paper else closed_on,
        enrolment=row,
        school=row.class_run.school,
        **_of_package(_package(row)),
    )


def instalments_as_cases(rows: QuerySet) -> list[Claimable]:
    """Parts of awards as cases. They are decided by the policy of the day of their filing, and by today's facts."""
    on = timezone.localdate()
    return [_instalment(one, on) for one in rows.select_related(*INSTALMENT_WITH)]


INSTALMENT_WITH = (
    "filing__scheme",
    "filing__employer",
    "filing__worker__user",
    "filing__level_certificate__occupation",
    "filing__level_certificate__work_type",
    "filing__level_certificate__body",
    "filing__prior_certificate__occupation",
)


def _instalment(row: AwardInstalment, on: date) -> Claimable:
    filing = row.filing
    paper = None
    if filing.level_certificate:
        paper = _level(filing.level_certificate)
    elif filing.prior_certificate:
        paper = _prior(filing.prior_certificate)
    own, others = counted_fen(row)
    case = Claimable(
        field="award_instalment",
        pk=row.pk,
        worker=filing.worker,
        title=filing.scheme.name,
        employer=filing.employer,
        law_on=filing.filed_on,
        award=AwardFacts(
            grade=filing.grade,
            instalment=row.number,
            service_months=len(service_months(filing, on=on)),
            filing_accepted=filing.decided_by_id is not None and filing.end_kind != EndKind.MISTAKE,
            award_paid_fen=own,
            award_other_fen=others,
        ),
    )
    if paper is None:
        return case
    return replace(
        case,
        certificate_kind=paper.certificate_kind,
        certificate_valid=paper.certificate_valid,
        certificate_confirmed=paper.certificate_confirmed,
        level=paper.level,
        level_number=paper.level_number,
        occupation_code=paper.occupation_code,
        work_type_name=paper.work_type_name,
        certificate_number=paper.certificate_number,
        issued_on=paper.issued_on,
    )


def _package(enrolment: Enrolment) -> TrainingPackage:
    return enrolment.class_run.course_version.package_version.package


class Trade(TypedDict):
    """What a package trains for."""

    level: str
    level_number: int | None
    occupation_code: str
    work_type_name: str


def _of_package(package: TrainingPackage) -> Trade:
    is_special = package.kind == TrainingKind.SPECIAL and package.level is None
    work_type = package.work_type.name if package.work_type else ""
    return {
        "level": "special" if is_special else _level_word(package.level),
        "level_number": package.level,
        "occupation_code": package.occupation.code,
        "work_type_name": work_type or (package.title if is_special else ""),
    }


def _level_word(level: int | None) -> str:
    word = f"level{level}"
    return word if word in LEVELS else ""


def claimables_wanted(pairs: Iterable[tuple[Field, int]]) -> dict[tuple[Field, int], Claimable]:
    """Many of several kinds by their keys; one to three queries for each kind."""
    by_field: dict[Field, list[int]] = {}
    for field, pk in pairs:
        by_field.setdefault(field, []).append(pk)
    return {one.key: one for field, pks in by_field.items() for one in claimables_by(field, pks)}


def keys_of(claims: Sequence[Claim]) -> dict[int, tuple[Field, int]]:
    """By claim, what it is for: a certificate before the training it came from; of a certificate that was corrected or
    reissued, the last of those that follow it. One query, however many claims.
    """
    named = {claim.pk: _named(claim) for claim in claims}
    trainings = {pk for field, pk in named.values() if field == "training_certificate"}
    if not trainings:
        return named
    # Certificates that follow each other are of one training.
    rows = TrainingCertificate.objects.filter(replaces__isnull=False, enrolment__training_certificates__in=trainings)
    follower = {row.replaces_id: row.pk for row in rows.only("pk", "replaces") if row.replaces_id}
    return {
        claim: (field, _last(pk, follower) if field == "training_certificate" else pk)
        for claim, (field, pk) in named.items()
    }


def _named(claim: Claim) -> tuple[Field, int]:
    """The column that names what the claim is for, and what stands in it."""
    for name in FIELDS:
        pk = getattr(claim, f"{name}_id")
        if pk is not None:
            return name, pk
    raise AssertionError(claim.pk)


def _last(pk: int, follower: dict[int, int]) -> int:
    while pk in follower:
        pk = follower[pk]
    return pk


def claimables_for(claims: Sequence[Claim]) -> dict[int, Claimable]:
    """By claim, what it is for as it stands now; what can no longer be claimed for is left out. Queries as above.

    A certificate that follows another is judged by the day the first was issued: a reissue makes nobody's year longer.
    """
    keys = keys_of(claims)
    cases = claimables_wanted(set(keys.values()))
    found: dict[int, Claimable] = {}
    for claim in claims:
        case = cases.get(keys[claim.pk])
        if case is not None:
            found[claim.pk] = case if case.key == _named(claim) else replace(case, issued_on=claim.issued_on)
    return found
