"""A form under way: begun with what is known, kept as typed, row by row. Nothing is judged before it is handed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.applications.errors import ApplicationError
from certifications.applications.models import ApplicationEvent, ApplicationPaper, LevelApplication, StudyRow, WorkRow
from certifications.applications.rules.form import (
    FIELDS,
    LONGEST_ANSWER,
    MOST_PAPERS,
    MOST_STUDIES,
    MOST_WORKS,
    YES,
    months_stated,
)
from certifications.applications.selectors import form_facts, names_on, start_refusal
from certifications.applications.services.common import lock_writable, require_hers
from certifications.applications.states import OPEN_STATES, ApplicationState, PaperKind, Trade
from certifications.plans.models import AssessmentPlan
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.models import Education, Employment, Worker
from workers.states import EducationLevel

PAPERS_FOLDER = "applications/papers"
ALL_FIELDS = frozenset(name for fields in FIELDS.values() for name in fields)


@dataclass(frozen=True)
class StudyEntry:
    """A line of schooling as it is told."""

    level: str
    school: str
    major: str = ""
    graduated_on: date | None = None


@dataclass(frozen=True)
class WorkEntry:
    """A line of work as it is told; months are first days."""

    first_month: date
    post: str
    trade: str
    employer: str
    last_month: date | None = None
    employer_credit_code: str = ""
    witness_name: str = ""
    witness_phone: str = ""


@transaction.atomic
def application_start(*, plan_id: int, worker_id: int, actor: User, at: datetime) -> LevelApplication:
    """Begin to apply, with what her file knows filled in; the one under way when there is one.

    Raises ``ApplicationError`` when the plan takes no application or she has no reason to apply.
    """
    worker = Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=worker_id)
    related = ("organisation", "occupation", "work_type")
    plan = AssessmentPlan.objects.select_related(*related).get(pk=plan_id)
    live = [*OPEN_STATES, ApplicationState.ACCEPTED]
    opened = LevelApplication.objects.filter(plan=plan, worker=worker, state__in=live).first()
    if opened is not None:
        require_hers(opened, actor)
        return opened
    on = timezone.localdate(at)
    application = LevelApplication(
        number=secrets.token_hex(10),
        plan=plan,
        worker=worker,
        applicant=actor,
        occupation=plan.occupation,
        work_type=plan.work_type,
        level=plan.level or 0,
        started_at=at,
        saved_at=at,
    )
    require_hers(application, actor)
    refusal = start_refusal(worker, plan, on=on)
    if refusal:
        raise ApplicationError("not_open_to_her", refusal)
    application.save()
    application.number = f"SB{on:%Y}-{application.pk:06d}"
    _fill_in(application, on)
    application.save()
    ApplicationEvent.objects.create(
        application=application, move="start", target=ApplicationState.DRAFT, actor=actor, at=at
    )
    audit_record("applications.application.started", application, actor=actor, data={"plan": plan.pk})
    return application


def _fill_in(application: LevelApplication, on: date) -> None:
    """Nothing is asked twice: jobs, schooling, employer and years as the file knows them."""
    names = names_on(application.occupation, on=on)
    worker = application.worker
    jobs = list(worker.employments.filter(withdrawn_at__isnull=True).order_by("-effective")[:MOST_WORKS])
    schools = list(worker.educations.filter(withdrawn_at__isnull=True).order_by("-effective")[:MOST_STUDIES])
    WorkRow.objects.bulk_create(_work_row(application, job, names.trade_of(job.post), on) for job in jobs)
    StudyRow.objects.bulk_create(_study_row(application, one) for one in schools)
    answers = {}
    now = next((job for job in jobs if _last_month(job, on) is None), None)
    if now is not None:
        answers["employer_now"] = now.employer_name
    if any(one.level in {EducationLevel.COLLEGE, EducationLevel.BACHELOR} and not _is_over(one, on) for one in schools):
        answers["is_student"] = YES
    application.answers = answers
    months = months_stated(form_facts(application, on=on).works, on=on)
    application.answers = answers | {"years": str(months // 12)}


def _work_row(application: LevelApplication, job: Employment, trade: Trade, on: date) -> WorkRow:
    return WorkRow(
        application=application,
        employment=job,
        first_month=job.effective.lower.replace(day=1),
        last_month=_last_month(job, on),
        post=job.post,
        trade=trade,
        employer=job.employer_name,
        employer_credit_code=job.employer_credit_code,
    )


def _last_month(job: Employment, on: date) -> date | None:
    upper: date | None = job.effective.upper
    return (upper - timedelta(days=1)).replace(day=1) if upper and upper <= on else None


def _study_row(application: LevelApplication, one: Education) -> StudyRow:
    last = one.effective.upper - timedelta(days=1) if one.effective.upper else None
    return StudyRow(
        application=application,
        education=one,
        level=one.level,
        school=one.school,
        major=one.major,
        graduated_on=last.replace(day=1) if last else None,
    )


def _is_over(one: Education, on: date) -> bool:
    return bool(one.effective.upper and one.effective.upper <= on)


@transaction.atomic
def application_answers_save(
    *, application_id: int, answers: Mapping[str, str], actor: User, at: datetime
) -> LevelApplication:
    """Keep these answers as typed, right or wrong; the others stay."""
    application = lock_writable(application_id, actor)
    given = {name: str(text)[:LONGEST_ANSWER] for name, text in answers.items() if name in ALL_FIELDS}
    before = application.answers
    if any(before.get(name, "") != text for name, text in given.items()):
        application.answers = before | given
        _touch(application, at)
    return application


@transaction.atomic
def study_row_set(
    *, application_id: int, entry: StudyEntry, actor: User, at: datetime, row_id: int | None = None
) -> StudyRow:
    """One line of schooling, new or put right. A line that no longer says what the file says is her word again."""
    application = lock_writable(application_id, actor)
    if row_id is None and application.studies.count() >= MOST_STUDIES:
        raise ApplicationError("rows_full", _("学习经历最多填 4 条。请先去掉一条。"))
    row = application.studies.get(pk=row_id) if row_id else StudyRow(application=application)
    told = (entry.level, entry.school, entry.major, entry.graduated_on)
    if row.pk and told != (row.level, row.school, row.major, row.graduated_on):
        row.education = None
    row.level, row.school, row.major, row.graduated_on = told
    row.save()
    _touch(application, at)
    return row


@transaction.atomic
def work_row_set(
    *, application_id: int, entry: WorkEntry, actor: User, at: datetime, row_id: int | None = None
) -> WorkRow:
    """One line of work, new or put right. A line that no longer says what the file says is her word again."""
    application = lock_writable(application_id, actor)
    if row_id is None and application.works.count() >= MOST_WORKS:
        raise ApplicationError("rows_full", _("工作经历最多填 8 条。请先去掉一条，写和申报职业有关的。"))
    row = application.works.get(pk=row_id) if row_id else WorkRow(application=application)
    told = (entry.first_month, entry.last_month, entry.post, entry.employer)
    if row.pk and told != (row.first_month, row.last_month, row.post, row.employer):
        row.employment = None
    row.first_month, row.last_month, row.post, row.employer = told
    row.trade, row.employer_credit_code = entry.trade, entry.employer_credit_code
    row.witness_name, row.witness_phone = entry.witness_name, entry.witness_phone
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ApplicationError("months_wrong", _("结束的月份早于开始的月份。请检查。")) from error
    _touch(application, at)
    return row


@transaction.atomic
def row_remove(*, application_id: int, kind: str, row_id: int, actor: User, at: datetime) -> None:
    """One line of schooling or work less; her file keeps it."""
    application = lock_writable(application_id, actor)
    rows = application.studies if kind == "study" else application.works
    rows.filter(pk=row_id).delete()
    _touch(application, at)


@transaction.atomic
def paper_add(
    *, application_id: int, kind: str, upload: File[bytes], actor: User, at: datetime, employer: str = ""
) -> ApplicationPaper:
    """Keep a paper: a picture or a PDF, judged by its content, stored encrypted."""
    application = lock_writable(application_id, actor)
    if kind not in PaperKind.values:
        raise ApplicationError("kind_unknown", _("请选择是什么材料。"))
    if kind != PaperKind.BUSINESS:
        employer = ""
    elif not application.works.filter(employer=employer).exists():
        raise ApplicationError("employer_unknown", _("请选择是哪个单位的登记信息。"))
    if application.papers.filter(removed_at__isnull=True).count() >= MOST_PAPERS:
        raise ApplicationError("papers_full", _("一份申报最多 30 张照片。请先移除不用的。"))
    try:
        content = evidence_checked(upload, folder=PAPERS_FOLDER)
    except WorkerError as refusal:
        raise ApplicationError(refusal.code, refusal.message) from refusal
    paper = ApplicationPaper.objects.create(
        application=application, kind=kind, employer=employer, file=content, size=content.size, added_by=actor,
        added_at=at,
    )  # fmt: skip
    _touch(application, at)
    data = {"paper": paper.pk, "kind": kind}
    audit_record("applications.application.paper_added", application, actor=actor, data=data)
    return paper


@transaction.atomic
def paper_remove(*, application_id: int, paper_id: int, actor: User, at: datetime) -> None:
    """Take a paper out of use. What was never handed in is gone with its file, the rest stays on record."""
    application = lock_writable(application_id, actor)
    paper = application.papers.filter(pk=paper_id, removed_at__isnull=True).first()
    if paper is None:
        return
    if application.submitted_at is None or paper.added_at > application.submitted_at:
        name, storage = str(paper.file.name), paper.file.storage
        paper.delete()
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    else:
        paper.removed_at = at
        paper.save(update_fields=["removed_at"])
    _touch(application, at)
    audit_record("applications.application.paper_removed", application, actor=actor, data={"paper": paper_id})


def _touch(application: LevelApplication, at: datetime) -> None:
    application.saved_at = at
    application.save(update_fields=["answers_text", "saved_at"])
