"""Issuing training certificates. The only place where their rows are written."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, TrainingCertificate
from certifications.certificates.printing import (
    SAMPLE_NUMBER,
    Content,
    Holder,
    content_of,
    digest_of,
    fits,
    frozen,
    holder_of,
    numbered,
    sheet_of,
    template_now,
)
from certifications.certificates.selectors.training import Standing, standings_of
from certifications.certificates.services.photos import photo_keep, photo_read
from certifications.certificates.services.records import records_write
from certifications.certificates.services.series import numbers_take
from certifications.certificates.texts import CERTIFICATE_ISSUED
from certifications.papers.photos import photo_make
from certifications.papers.sheets import Photo
from courses.classes.models import ClassRun, Enrolment
from courses.classes.services.parties import school_staff_required
from courses.schools.models import School
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.sms.services import NewSms, sms_send_many
from workers.models import Worker

Outcomes = dict[int, TrainingCertificate | CertificateError]


@dataclass(frozen=True)
class Paper:
    """A certificate ready to be numbered: whose, of what, and what it replaces."""

    enrolment: Enrolment
    completion_id: int
    result_id: int
    holder: Holder
    content: Content
    photo_name: str
    note: str = ""
    replaces: TrainingCertificate | None = None


@transaction.atomic
def certificate_issue(*, enrolment_id: int, issued_on: date, actor: User, at: datetime) -> TrainingCertificate:
    """Her training certificate, issued now or given back when she has one.

    Raises ``PermissionDenied`` for another school and ``CertificateError`` naming the first thing that is missing.
    """
    run_id = Enrolment.objects.values_list("class_run", flat=True).get(pk=enrolment_id)
    outcome = certificates_issue(
        class_run_id=run_id, enrolment_ids=[enrolment_id], issued_on=issued_on, actor=actor, at=at
    )[enrolment_id]
    if isinstance(outcome, CertificateError):
        raise outcome
    return outcome


@transaction.atomic
def certificates_issue(
    *, class_run_id: int, enrolment_ids: Collection[int], issued_on: date, actor: User, at: datetime
) -> Outcomes:
    """For each of these people of a class her certificate, or why she has none; one person's lack stops nobody else.

    Issuing twice is issuing once. The files are made afterwards, from what is written here.
    """
    run = class_of(class_run_id)
    school_staff_required(actor, run.school, at=at)
    if Enrolment.objects.filter(pk__in=enrolment_ids, worker__user=actor).exists():
        raise PermissionDenied(_("这里有您本人的证书，请由另一位同事办理。"))
    results_hold(run)
    workers_hold(Enrolment.objects.filter(pk__in=enrolment_ids).values_list("worker", flat=True))
    template_name, today = template_now(), timezone.localdate(at)
    outcomes: Outcomes = {}
    papers: list[Paper] = []
    # A picture that comes twice, as at a second try, is made ready for print once.
    printed = cache(photo_make)
    for standing in standings_of(run, issued_on=issued_on, today=today, enrolments=enrolment_ids):
        if standing.certificate is not None:
            outcomes[standing.enrolment.pk] = standing.certificate
            continue
        try:
            papers.append(_paper_of(run, standing, template_name, printed, issued_on=issued_on, at=at))
        except CertificateError as refusal:
            outcomes[standing.enrolment.pk] = refusal
    issued = papers_number(run.school, papers, template_name, issued_on=issued_on, actor=actor, at=at)
    records_write(issued, run, actor=actor, at=at)
    for certificate in issued:
        outcomes[certificate.enrolment_id] = certificate
    sms_send_many([text for certificate in issued if (text := _text(certificate)) is not None])
    for certificate in issued:
        audit_record(
            "certificates.training_certificate.issued",
            certificate,
            actor=actor,
            data={"class_run": run.pk, "issued_on": issued_on.isoformat()},
        )
    return outcomes


def class_of(class_run_id: int) -> ClassRun:
    """The class with everything that is printed of it."""
    return ClassRun.objects.select_related(
        "school__organisation",
        "course_version__package_version__package__occupation",
        "course_version__package_version__package__work_type",
    ).get(pk=class_run_id)


def results_hold(run: ClassRun) -> None:
    """Let nobody move the class's assessment plans meanwhile; others may issue at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM plans_assessmentplan WHERE class_run_id = %s ORDER BY id FOR SHARE", [run.pk])


def workers_hold(worker_ids: Collection[int]) -> None:
    """Lock the persons, in the order everybody keeps to: plans, persons, the school's year, skill records."""
    list(Worker.objects.select_for_update().filter(pk__in=worker_ids).order_by("pk").values_list("pk", flat=True))


def _paper_of(
    run: ClassRun,
    standing: Standing,
    template_name: str,
    printed: Callable[[bytes], Photo],
    *,
    issued_on: date,
    at: datetime,
) -> Paper:
    """The paper of somebody with nothing missing, tried for its fit; else the refusal."""
    if standing.refusals:
        first = standing.refusals[0]
        raise CertificateError(first.lack.value, first.sentence)
    assert standing.completion is not None
    assert standing.result is not None
    holder = holder_of(standing.worker, photo_read(standing.worker), printed=printed)
    content = content_of(
        run=run,
        completion=standing.completion,
        result=standing.result,
        holder=holder,
        number=SAMPLE_NUMBER,
        issued_on=issued_on,
    )
    fits(sheet_of(content, template_name=template_name, issued_at=at))
    return Paper(
        standing.enrolment, standing.completion.pk, standing.result.pk, holder, content, photo_keep(holder.photo)
    )


def papers_number(
    school: School, papers: Sequence[Paper], template_name: str, *, issued_on: date, actor: User, at: datetime
) -> list[TrainingCertificate]:
    """Give each paper its number and write it down, all in the transaction of the caller."""
    if not papers:
        return []
    rows = []
    taken = numbers_take(school, year=issued_on.year, count=len(papers))
    for paper, (year, serial, number) in zip(papers, taken, strict=True):
        content = numbered(paper.content, holder=paper.holder, number=number, issued_on=issued_on, note=paper.note)
        kept = frozen(content)
        rows.append(
            TrainingCertificate(
                number=number,
                serial=serial,
                series_year=year,
                worker=paper.enrolment.worker,
                enrolment=paper.enrolment,
                completion_id=paper.completion_id,
                result_id=paper.result_id,
                school=school,
                template=template_name,
                data=kept,
                data_digest=digest_of(kept),
                photo=paper.photo_name,
                issued_on=issued_on,
                issued_at=at,
                issued_by=actor,
                replaces=paper.replaces,
            )
        )
    TrainingCertificate.objects.bulk_create(rows)
    CertificateEvent.objects.bulk_create(
        CertificateEvent(training=row, action="issued", target=row.state, actor=actor, at=at) for row in rows
    )
    return rows


def _text(certificate: TrainingCertificate) -> NewSms | None:
    """What she is told, where there is a phone to tell her by."""
    phone = certificate.worker.phone
    if not phone:
        return None
    context: dict[str, object] = {"school": str(certificate.school), "number": certificate.number}
    key = f"training-certificate:{certificate.pk}"
    return NewSms(phone=phone, template=CERTIFICATE_ISSUED, context=context, dedupe_key=key)
