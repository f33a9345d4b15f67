"""Training certificates: who may have one and why not, who sees which, what is on record of a class and a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.models import CertificateBatch, Revocation, TrainingCertificate
from certifications.certificates.printing import content_read, unprintable
from certifications.certificates.rules import Facts, Lack, lacks
from certifications.certificates.states import (
    CERTIFICATE_OVERSEERS,
    LIVE,
    BatchState,
    CertificateState,
    ItemState,
    RevocationState,
)
from certifications.certificates.words import lack_sentence
from certifications.plans.states import PartKind
from certifications.scoring.models import Result
from certifications.scoring.selectors import final_results_of
from certifications.scoring.states import ResultOutcome
from courses.attendance.selectors import numbers_in
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ClassState
from courses.completion.models import Completion
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from courses.schools.selectors import is_licensed
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from workers.models import IdentityRevision, Worker
from workers.selectors import is_own_file, renamed_by_themselves


@dataclass(frozen=True)
class Refusal:
    """One thing that keeps somebody from her certificate."""

    lack: Lack
    sentence: str


@dataclass(frozen=True)
class Standing:
    """Somebody of a class: her certificate, or what is missing for one."""

    number: int
    enrolment: Enrolment
    completion: Completion | None
    result: Result | None
    certificate: TrainingCertificate | None
    refusals: tuple[Refusal, ...]

    @property
    def worker(self) -> Worker:
        return self.enrolment.worker

    @property
    def is_ready(self) -> bool:
        return self.certificate is None and not self.refusals


def standings_of(
    run: ClassRun, *, issued_on: date, today: date, enrolments: Collection[int] | None = None
) -> list[Standing]:
    """Everybody the close of a class judged, or the people named: as many queries for many as for few."""
    judged = {one.enrolment_id: one for one in completions_in_force().filter(enrolment__class_run=run)}
    wanted = set(judged) if enrolments is None else set(enrolments)
    people = Enrolment.objects.filter(class_run=run, pk__in=wanted).select_related("worker__user")
    results, numbers = final_results_of(run), numbers_in(run.pk)
    held = TrainingCertificate.objects.filter(enrolment__in=wanted).defer("data").order_by("pk")
    live = {one.enrolment_id: one for one in held if one.state in LIVE}
    revoked = {one.enrolment_id for one in held if one.state == CertificateState.REVOKED} - set(live)
    renamed = renamed_by_themselves([one.worker_id for one in people])
    licensed = is_licensed(run.school, issued_on)
    found = []
    for one in people:
        completion, result = judged.get(one.pk), results.get(one.pk)
        changed = renamed.get(one.worker_id)
        facts = _facts(
            one.worker,
            completion,
            result,
            is_renamed=changed is not None and changed >= one.enrolled_at,
            is_licensed=licensed,
            is_revoked=one.pk in revoked,
        )
        refusals = _refusals(facts, completion, result, issued_on=issued_on, today=today)
        found.append(Standing(numbers[one.pk], one, completion, result, live.get(one.pk), refusals))
    return sorted(found, key=lambda standing: standing.number)


def _facts(
    worker: Worker,
    completion: Completion | None,
    result: Result | None,
    *,
    is_renamed: bool,
    is_licensed: bool,
    is_revoked: bool,
) -> Facts:
    return Facts(
        is_judged=completion is not None,
        is_completed=completion is not None and completion.outcome == Outcome.COMPLETED,
        completed_on=timezone.localdate(completion.at) if completion else None,
        has_result=result is not None,
        is_passed=result is not None and result.outcome == ResultOutcome.PASSED,
        passed_on=timezone.localdate(result.at) if result else None,
        is_verified=worker.is_verified,
        is_renamed=is_renamed,
        has_photo=bool(worker.photo),
        unprintable=unprintable(worker.name),
        is_licensed=is_licensed,
        is_revoked=is_revoked,
    )


def _refusals(
    facts: Facts, completion: Completion | None, result: Result | None, *, issued_on: date, today: date
) -> tuple[Refusal, ...]:
    details = {Lack.NOT_COMPLETED: _failed(completion), Lack.FAILED: _marks(result)}
    found = lacks(facts, issued_on=issued_on, today=today)
    return tuple(
        Refusal(lack, lack_sentence(lack, facts, issued_on=issued_on, detail=details.get(lack, ""))) for lack in found
    )


def _failed(completion: Completion | None) -> str:
    names = [str(check["name"]) for check in completion.failed] if completion else []
    return "、".join(names) or _("没有达到结业要求")


def _marks(result: Result | None) -> str:
    """The marks of a result in words: 理论知识 55 分，技能操作缺考."""
    words = {"absent": _("缺考"), "void": _("作废")}
    marks = result.marks if result else {}
    told = [
        f"{PartKind(part).label}{words[mark]}" if mark in words else f"{PartKind(part).label} {mark} {_('分')}"
        for part, mark in marks.items()
    ]
    return "，".join(told)


def certificates_seen_by(user: User, *, on: date) -> QuerySet[TrainingCertificate]:
    """The bureau and its auditors see all, a school's office those it issued, nobody else any."""
    rows = TrainingCertificate.objects.select_related("worker", "school__organisation", "enrolment__class_run")
    if CERTIFICATE_OVERSEERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return rows.filter(school__organisation__in=held.values("organisation"))


def training_certificates_of(worker: Worker) -> QuerySet[TrainingCertificate]:
    """All of hers, the newest first, whether they still count or not."""
    return TrainingCertificate.objects.filter(worker=worker).select_related("school__organisation", "replaced_by")


def certificates_of_class(run: ClassRun) -> QuerySet[TrainingCertificate]:
    """The certificates of a class that count, in the order of their numbers."""
    rows = TrainingCertificate.objects.filter(enrolment__class_run=run, state=CertificateState.VALID)
    return rows.select_related("worker", "school__organisation").order_by("number")


def classes_to_certify(user: User, *, on: date) -> QuerySet[ClassRun]:
    """Closed classes: a school's own, and all of them for the bureau."""
    runs = ClassRun.objects.filter(state=ClassState.CLOSED).select_related("school__organisation", "close")
    if CERTIFICATE_OVERSEERS & roles_of(user, on=on):
        return runs
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return runs.filter(school__organisation__in=held.values("organisation"))


@dataclass(frozen=True)
class Progress:
    """How far a batch is. A certificate is done once its file lies ready."""

    total: int
    issued: int
    refused: int
    files: int
    is_done: bool

    @property
    def done(self) -> int:
        return self.refused + self.files


def progress_of(batch: CertificateBatch) -> Progress:
    rows = list(batch.items.values_list("state", "certificate__file"))
    issued = [file for state, file in rows if state == ItemState.ISSUED]
    refused = sum(state == ItemState.REFUSED for state, _file in rows)
    return Progress(len(rows), len(issued), refused, sum(bool(file) for file in issued), batch.state == BatchState.DONE)


def last_batch_of(run: ClassRun) -> CertificateBatch | None:
    return CertificateBatch.objects.filter(class_run=run).select_related("requested_by").first()


def certificates_not_as_filed(user: User, *, on: date) -> list[TrainingCertificate]:
    """Certificates whose name or number is no longer that of the person's file: to be corrected.

    Only those are opened whose holder's identity was corrected after they were issued.
    """
    later = IdentityRevision.objects.filter(worker=OuterRef("worker"), at__gte=OuterRef("issued_at"))
    rows = certificates_seen_by(user, on=on).filter(Exists(later), state__in=sorted(LIVE)).order_by("pk")
    return [one for one in rows if not is_as_filed(one)]


def is_as_filed(certificate: TrainingCertificate) -> bool:
    """Whether name and number on the certificate are those of the person's file."""
    values, worker = content_read(certificate)["values"], certificate.worker
    return bool((values["name"], values["document_number"]) == (worker.name, worker.id_number))


def revocations_waiting() -> QuerySet[Revocation]:
    """What waits for a second officer, the oldest first."""
    rows = Revocation.objects.filter(state=RevocationState.WAITING).order_by("asked_at", "pk")
    return rows.select_related("certificate__worker", "certificate__school__organisation", "asked_by")


def is_own_certificate(viewer: User, subject: object, on: date) -> bool:
    """Whether the certificate is the viewer's own, of a file that has been proven hers."""
    return isinstance(subject, TrainingCertificate) and is_own_file(viewer, subject.worker, on)


def is_of_own_school(viewer: User, subject: object, on: date) -> bool:
    """Whether the viewer's school issued the certificate."""
    held = memberships_of(viewer, on=on).filter(role=Role.SCHOOL_STAFF)
    return (
        isinstance(subject, TrainingCertificate) and held.filter(organisation=subject.school.organisation_id).exists()
    )
