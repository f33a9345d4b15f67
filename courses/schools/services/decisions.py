"""What an officer does with an application: return it with remarks, approve it into the register, refuse it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.schools.errors import SchoolError
from courses.schools.models import ApplicationMark, School, SchoolApplication
from courses.schools.rules import (
    FACTS,
    SECTIONS,
    SchoolFacts,
    day_read,
    facts_read,
    markable_fields,
    required_day,
)
from courses.schools.selectors import application_problems
from courses.schools.services.common import days
from courses.schools.services.moves import application_move, lock_application, require_movable
from courses.schools.services.register import ScopeLine, school_change, school_register, scope_grant
from courses.schools.states import ApplicationKind
from foundation.accounts.models import User


@transaction.atomic
def application_return(
    *, application_id: int, remarks: Mapping[str, str], reason: str, actor: User, at: datetime
) -> SchoolApplication:
    """Give it back with what has to be put right, field by field; the clock stands still until it comes back."""
    application = lock_application(application_id)
    require_movable(application, "return", actor=actor, at=at)
    known = set(markable_fields(application.kind))
    marks = {field: text.strip() for field, text in remarks.items() if field in known and text.strip()}
    if not marks:
        raise SchoolError("nothing_marked", _("请至少在一栏写明要改什么，学校才知道怎么改。"))
    ApplicationMark.objects.bulk_create(
        ApplicationMark(
            application=application,
            round=application.round,
            field=field,
            remark=text[:300],
            marked_by=actor,
            marked_at=at,
        )
        for field, text in marks.items()
    )
    application.decided_by, application.decided_at = actor, at
    reason = reason.strip() or _("有 %(count)s 处要修改。") % {"count": len(marks)}
    application_move(application, "return", actor=actor, at=at, reason=reason, data={"fields": sorted(marks)})
    return application


@transaction.atomic
def application_refuse(*, application_id: int, reason: str, actor: User, at: datetime) -> SchoolApplication:
    """Say no, with the reason. The school may apply again."""
    application = lock_application(application_id)
    require_movable(application, "refuse", actor=actor, at=at)
    application.decided_by, application.decided_at = actor, at
    application_move(application, "refuse", actor=actor, at=at, reason=reason)
    return application


@transaction.atomic
def application_approve(*, application_id: int, actor: User, at: datetime) -> School:
    """Write what was asked for into the register, with the application's number as its basis."""
    application = lock_application(application_id)
    require_movable(application, "approve", actor=actor, at=at)
    if problems := application_problems(application):
        raise SchoolError("incomplete", _("这份申请现在不齐全：%(first)s请退回修改。") % {"first": problems[0].text})
    school = _written(application, actor, at)
    starts_on = day_read(str(application.answers.get("scope_from", "")))
    if starts_on and "scope" in SECTIONS[application.kind]:
        _grant_lines(application, school, starts_on, actor, at)
    application.decided_by, application.decided_at = actor, at
    application_move(application, "approve", actor=actor, at=at, data={"school": school.pk})
    return school


def _written(application: SchoolApplication, actor: User, at: datetime) -> School:
    """The register's entry after the approval, without the scope."""
    answers = application.answers
    if application.kind == ApplicationKind.REGISTRATION:
        facts = SchoolFacts(
            **facts_read(answers),
            licensed_from=required_day(answers, "licensed_from"),
            licensed_until=day_read(str(answers.get("licensed_until", ""))),
        )
        return school_register(
            organisation_id=application.organisation_id, facts=facts, basis=application.number, actor=actor, at=at
        )
    school = School.objects.get(organisation=application.organisation)
    values: dict[str, Any] = {}
    texts = facts_read(answers)
    if "facts" in SECTIONS[application.kind]:
        values |= {field: texts[field] for field in FACTS}
    if "licence" in SECTIONS[application.kind]:
        values["licence_number"] = texts["licence_number"]
        last = day_read(str(answers.get("licensed_until", "")))
        values["licensed"] = days(required_day(answers, "licensed_from"), last)
    return school_change(school_id=school.pk, values=values, basis=application.number, actor=actor, at=at)


def _grant_lines(application: SchoolApplication, school: School, starts_on: date, actor: User, at: datetime) -> None:
    ends_on = day_read(str(application.answers.get("scope_until", "")))
    for line in application.scopes.all():
        scope_grant(
            school_id=school.pk,
            line=ScopeLine(line.occupation_id, line.work_type_id, line.level, line.kind),
            starts_on=starts_on,
            ends_on=ends_on,
            basis=application.number,
            actor=actor,
            at=at,
        )
