"""A course page written by a school and let through by its second person and the bureau, as in the editor."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from wagtail.models import Page

from courses.catalogue.models import PackageUnit, PackageVersion, TrainingPackage
from courses.catalogue.selectors import editions_open
from courses.content.course_selectors import current_version
from courses.content.models import CoursePage, CourseVersion, QuestionBank
from courses.content.question_services import bank_create, question_add
from courses.schools.models import School
from foundation.accounts.models import User
from portal.cms.base import school_page_open
from portal.journey.texts import questions, reading

HOUR = 45
# No article is longer: who reads on a phone puts it down now and then.
LONGEST = 45


@dataclass(frozen=True)
class Authors:
    """Who writes a course, who of the same school looks it over, and who of the bureau lets the public see it."""

    writer: User
    second: User
    officer: User


@dataclass(frozen=True)
class CourseText:
    """What a course page says."""

    slug: str
    title: str
    summary: str
    lessons: list[dict[str, Any]]
    fee_fen: int = 0
    is_ordered: bool = True
    fields: dict[str, Any] = field(default_factory=dict)


def package_open(code: str, *, on: date) -> PackageVersion | None:
    """The edition of a training package in force on a day."""
    package = TrainingPackage.objects.filter(code=code).first()
    return editions_open(on=on).filter(package=package).order_by("-number").first() if package else None


def units_of(package: PackageVersion) -> list[PackageUnit]:
    return list(PackageUnit.objects.filter(module__version=package).order_by("module__position", "position"))


def bank_made(school: School, title: str, *, actor: User, at: datetime, on: date) -> QuestionBank:
    """A bank with the rehearsal's questions; the one there is when it was made before."""
    known = QuestionBank.objects.filter(organisation=school.organisation, title=title).first()
    if known is not None:
        return known
    bank = bank_create(organisation=school.organisation, title=title, actor=actor, at=at, on=on)
    for draft in questions():
        question_add(bank_id=bank.pk, draft=draft, actor=actor, at=at, on=on)
    return bank


def block(kind: str, **value: Any) -> dict[str, Any]:
    """A lesson as the editor stores it."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def article(unit: str, title: str, minutes: int, *, check: int | None = None) -> dict[str, Any]:
    """A text that counts for so many minutes; ``check`` is the bank of the quiz that must be passed first."""
    body = [{"type": "paragraph", "value": reading(minutes), "id": str(uuid.uuid4())}]
    asked = {"bank": check, "count": 3, "pass_points": 60, "attempts": None}
    return block(
        "article", unit=unit, title=title, body=body, seconds=minutes * 60, credited_minutes=minutes, check=asked
    )


def quiz(unit: str, title: str, bank: int) -> dict[str, Any]:
    return block(
        "quiz", unit=unit, title=title, bank=bank, count=5, pass_points=60, attempts=None, shows_feedback=True,
        credited_minutes=0,
    )  # fmt: skip


def practicals(package: PackageVersion) -> list[dict[str, Any]]:
    """A practical lesson for every unit that has practice: the publication asks for all of it."""
    return [
        block(
            "practical", unit=unit.code, title=f"{unit.title}实操", hours=str(unit.practice_hours), content="分组练习"
        )
        for unit in units_of(package)
        if unit.practice_hours
    ]


def online_lessons(package: PackageVersion, bank: int, *, most_hours: int) -> list[dict[str, Any]]:
    """Articles for the theory that may be studied online, then a quiz; the last article needs a quiz of its own."""
    pieces = [
        (unit, number)
        for unit in units_of(package)
        if unit.is_online_allowed
        for number in range(1, int(unit.theory_hours * HOUR) // LONGEST + 1)
    ][:most_hours]
    lessons = [
        article(unit.code, f"{unit.title}（{number}）", LONGEST, check=bank if place == len(pieces) else None)
        for place, (unit, number) in enumerate(pieces, start=1)
    ]
    return [*lessons, quiz(pieces[-1][0].code, "线上学习小测验", bank)] if pieces else []


def course_published(*, school: School, package: PackageVersion, text: CourseText, authors: Authors) -> CourseVersion:
    """The course as it is public; written, submitted, looked over and let through when it is not there yet."""
    parent = school_page_open(organisation=school.organisation)
    page = CoursePage.objects.child_of(parent).filter(slug=text.slug).first()
    if page is None:
        page = CoursePage(
            title=text.title,
            slug=text.slug,
            summary=text.summary,
            school=school,
            package_version=package,
            fee_fen=text.fee_fen,
            is_ordered=text.is_ordered,
            live=False,
            owner=authors.writer,
            **text.fields,
        )
        page.lessons = page._meta.get_field("lessons").stream_block.to_python(text.lessons)
        parent.add_child(instance=page)
    version = current_version(page)
    if version is None:
        moderated(page, writer=authors.writer, approvers=[authors.second, authors.officer])
        version = current_version(page)
    assert version is not None
    return version


def moderated(page: Page, *, writer: User, approvers: list[User]) -> None:
    """Submit a page and let each step's person approve, as the editor's buttons do."""
    page.save_revision(user=writer)
    workflow = page.get_workflow()
    workflow.start(page, writer)
    for approver in approvers:
        page = type(page).objects.get(pk=page.pk)
        state = page.current_workflow_task_state
        allowed = {name for name, *_rest in state.task.specific.get_actions(page, approver)}
        if "approve" not in allowed:
            raise PermissionError(f"{approver.username} may not approve {page.slug}")
        state.specific.approve(user=approver)


def school_page_shown(school: School, *, officer: User) -> None:
    """The school's own page must be public before anybody finds its courses."""
    page = school_page_open(organisation=school.organisation)
    if not page.live:
        page.summary = page.summary or "家政、母婴护理、养老照护培训"
        page.save_revision(user=officer).publish(user=officer)
