"""What a school does with an application: start, write, attach, submit, withdraw."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.catalogue.states import TrainingKind
from courses.schools.errors import SchoolError
from courses.schools.files import paper_checked
from courses.schools.models import ApplicationPaper, ApplicationScope, School, SchoolApplication
from courses.schools.rules import FACTS, day_read, fields_of
from courses.schools.selectors import application_problems, scopes_of
from courses.schools.services.common import require_staff_of, save_or_refuse
from courses.schools.services.moves import application_move, lock_application, require_movable
from courses.schools.services.register import ScopeLine, scope_line_check
from courses.schools.states import OPEN_STATES, WRITABLE_STATES, ApplicationKind, PaperKind, SchoolState
from foundation.accounts.models import Organisation, User
from foundation.audit.services import audit_record

LONGEST_ANSWER = 2000
MOST_PAPERS = 30


@transaction.atomic
def application_start(*, organisation_id: int, kind: ApplicationKind, actor: User, at: datetime) -> SchoolApplication:
    """A draft of the kind, filled with what the register knows already; the open one when there is one."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    require_staff_of(actor, organisation, at=at)
    opened = SchoolApplication.objects.filter(organisation=organisation, kind=kind, state__in=OPEN_STATES).first()
    if opened is not None:
        return opened
    school = School.objects.filter(organisation=organisation).exclude(state=SchoolState.CLOSED).first()
    if kind == ApplicationKind.REGISTRATION and school is not None:
        raise SchoolError(
            "registered", _("本校已经在登记册中，不用再申请入库。要增加范围、续期或变更的，请选择相应事项。")
        )
    if kind != ApplicationKind.REGISTRATION and school is None:
        raise SchoolError("not_registered", _("本校还没有入库。请先提交入库登记申请。"))
    application = SchoolApplication.objects.create(
        organisation=organisation,
        number=secrets.token_hex(10),
        kind=kind,
        answers=_known(school, kind) if school else {},
        started_by=actor,
        started_at=at,
        saved_at=at,
    )
    application.number = f"JX{timezone.localdate(at):%Y}-{application.pk:05d}"
    application.save(update_fields=["number"])
    if school and kind == ApplicationKind.RENEWAL:
        ApplicationScope.objects.bulk_create(
            ApplicationScope(
                application=application,
                occupation=one.occupation,
                work_type=one.work_type,
                level=one.level,
                kind=one.kind,
            )
            for one in scopes_of(school, timezone.localdate(at))
        )
    audit_record("schools.application.started", application, actor=actor, data={"kind": kind.value})
    return application


@transaction.atomic
def application_answers_save(
    *, application_id: int, answers: Mapping[str, str], actor: User, at: datetime
) -> SchoolApplication:
    """Keep these answers as typed, right or wrong; the others stay. Nothing is judged before it is submitted."""
    application = _writable(application_id, actor, at)
    known = set(fields_of(application.kind))
    given = {field: str(text)[:LONGEST_ANSWER] for field, text in answers.items() if field in known}
    if any(application.answers.get(field, "") != text for field, text in given.items()):
        application.answers = application.answers | given
        application.saved_at = at
        application.save(update_fields=["answers", "saved_at"])
    return application


@transaction.atomic
def application_scope_add(*, application_id: int, line: ScopeLine, actor: User, at: datetime) -> ApplicationScope:
    """Ask for one more line. Refuses a level that does not exist and the same line twice."""
    application = _writable(application_id, actor, at)
    day = day_read(str(application.answers.get("scope_from", ""))) or timezone.localdate(at)
    scope_line_check(line, on=day)
    row = ApplicationScope(
        application=application,
        occupation_id=line.occupation_id,
        work_type_id=line.work_type_id,
        level=line.level if line.kind != TrainingKind.SPECIAL else None,
        kind=line.kind,
    )
    save_or_refuse(row.save, "scope_asked", _("这一项已经在申请里。"))
    _touch(application, at)
    return row


@transaction.atomic
def application_scope_remove(*, application_id: int, scope_id: int, actor: User, at: datetime) -> None:
    """Ask for one line less."""
    application = _writable(application_id, actor, at)
    application.scopes.filter(pk=scope_id).delete()
    _touch(application, at)


@transaction.atomic
def application_paper_add(
    *, application_id: int, kind: str, upload: File[bytes], actor: User, at: datetime
) -> ApplicationPaper:
    """Keep a paper: a PDF or a picture, judged by its content, stored encrypted."""
    application = _writable(application_id, actor, at)
    if kind not in PaperKind.values:
        raise SchoolError("kind_unknown", _("请选择材料类别。"))
    if application.papers.filter(removed_at__isnull=True).count() >= MOST_PAPERS:
        raise SchoolError("papers_full", _("一份申请最多 30 个文件。请先移除不用的，或把几页合成一个 PDF。"))
    content = paper_checked(upload)
    paper = ApplicationPaper.objects.create(
        application=application,
        kind=kind,
        file=content,
        title=(upload.name or "")[-120:],
        size=content.size,
        added_by=actor,
        added_at=at,
    )
    _touch(application, at)
    audit_record("schools.application.paper_added", application, actor=actor, data={"paper": paper.pk, "kind": kind})
    return paper


@transaction.atomic
def application_paper_remove(*, application_id: int, paper_id: int, actor: User, at: datetime) -> None:
    """Take a paper out of the application. What was submitted once stays in the archive."""
    application = _writable(application_id, actor, at)
    if application.papers.filter(pk=paper_id, removed_at__isnull=True).update(removed_at=at):
        _touch(application, at)
        audit_record("schools.application.paper_removed", application, actor=actor, data={"paper": paper_id})


@transaction.atomic
def application_submit(*, application_id: int, actor: User, at: datetime) -> SchoolApplication:
    """Hand it in; the event keeps all that was handed in. Refuses while something is missing or wrong."""
    application = lock_application(application_id)
    require_movable(application, "submit", actor=actor, at=at)
    problems = application_problems(application)
    if problems:
        first = problems[0].text
        raise SchoolError(
            "incomplete",
            _("还有 %(count)s 处要填写或修改，第一处：%(first)s") % {"count": len(problems), "first": first},
        )
    application.round += 1
    application.submitted_by, application.submitted_at = actor, at
    application.decided_by = application.decided_at = None
    application_move(application, "submit", actor=actor, at=at, data=_handed_in(application))
    return application


@transaction.atomic
def application_withdraw(*, application_id: int, actor: User, at: datetime) -> SchoolApplication:
    """The school no longer asks for it. What was written stays to be read."""
    application = lock_application(application_id)
    require_movable(application, "withdraw", actor=actor, at=at)
    application_move(application, "withdraw", actor=actor, at=at)
    return application


def _writable(application_id: int, actor: User, at: datetime) -> SchoolApplication:
    application = lock_application(application_id)
    require_staff_of(actor, application.organisation, at=at)
    if application.state not in WRITABLE_STATES:
        raise SchoolError(
            "not_writable",
            _("这份申请现在是“%(state)s”，不能修改。要改的，请等审核人员退回，或撤回后重新申请。")
            % {"state": application.get_state_display()},
        )
    return application


def _touch(application: SchoolApplication, at: datetime) -> None:
    application.saved_at = at
    application.save(update_fields=["saved_at"])


def _known(school: School, kind: str) -> dict[str, str]:
    """Nothing is asked twice: what the register says, as answers."""
    known = {name: str(getattr(school, name)) for name in (*FACTS, "licence_number")}
    known["licensed_from"] = school.licensed.lower.isoformat() if school.licensed.lower else ""
    known["licensed_until"] = _last(school.licensed)
    return {field: text for field, text in known.items() if field in fields_of(kind)}


def _last(days: Any) -> str:
    return (days.upper - timedelta(days=1)).isoformat() if days.upper else ""


def _handed_in(application: SchoolApplication) -> dict[str, Any]:
    scopes = application.scopes.select_related("occupation", "work_type")
    papers = application.papers.filter(removed_at__isnull=True)
    return {
        "answers": dict(application.answers),
        "scopes": [str(one) for one in scopes],
        "papers": {str(one.pk): f"{one.get_kind_display()} {one.title}" for one in papers},
    }
