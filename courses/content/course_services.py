"""Publication of courses: the gate, and the version that is frozen behind it."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.content.course_checks import course_check
from courses.content.course_lessons import DraftLesson, lessons_read
from courses.content.course_selectors import current_version, units_by_code
from courses.content.errors import ContentError
from courses.content.media_selectors import question_ids_now
from courses.content.models import CoursePage, CourseVersion, Lesson
from foundation.accounts.models import User
from foundation.audit.services import audit_record


def course_refuse_unready(page: CoursePage, *, on: date) -> None:
    """Raise ``ContentError`` naming everything that keeps the course from the public on the day."""
    problems = course_check(page, on=on)
    if problems:
        raise ContentError(
            problems[0].code,
            _("课程“%(title)s”还不能提交或发布：%(problems)s")
            % {"title": page.title, "problems": " ".join(problem.message for problem in problems)},
        )


@transaction.atomic
def course_version_publish(*, page: CoursePage, revision_id: int, actor: User | None, at: datetime) -> CourseVersion:
    """Freeze what the live page says as its next version; the version that is there when nothing changed."""
    CoursePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    lessons = lessons_read(page)
    pools = {lesson.bank.pk: question_ids_now(lesson.bank.pk) for lesson in lessons if lesson.bank}
    fields = {
        "title": page.title,
        "school_id": page.school_id,
        "package_version_id": page.package_version_id,
        "mode": page.mode,
        "fee_fen": page.fee_fen,
        "is_ordered": page.is_ordered,
        "speed_max": page.speed_max,
    }
    rows = [_row(place, lesson, pools) for place, lesson in enumerate(lessons, start=1)]
    content_hash = _hash(fields, rows)
    current = current_version(page)
    if current is not None and current.content_hash == content_hash:
        return current
    version = CourseVersion.objects.create(
        page=page,
        number=current.number + 1 if current else 1,
        content_hash=content_hash,
        revision=revision_id,
        published_by=actor,
        published_at=at,
        **fields,
    )
    units = units_by_code(page.package_version_id)
    Lesson.objects.bulk_create(Lesson(version=version, unit=units.get(row.pop("unit_code")), **row) for row in rows)
    audit_record("content.course.published", version, actor=actor, data={"number": version.number})
    return version


def _row(place: int, lesson: DraftLesson, pools: dict[int, list[int]]) -> dict[str, Any]:
    """A lesson as it is frozen. The questions are those in use now: later ones do not enter old papers."""
    quiz = lesson.quiz and lesson.bank and lesson.quiz | {"questions": pools[lesson.bank.pk]}
    body = dict(lesson.body)
    if quiz:
        body |= {"quiz": quiz}
    return {
        "key": lesson.key,
        "position": place,
        "kind": lesson.kind,
        "title": lesson.title,
        "unit_code": lesson.unit_code,
        "seconds": lesson.seconds,
        "credited_minutes": lesson.worth,
        "needs_check": lesson.needs_check,
        "video_id": lesson.video.pk if lesson.video else None,
        "bank_id": lesson.bank.pk if lesson.bank else None,
        "body": body,
    }


def _hash(fields: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    said = json.dumps([fields, rows], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
