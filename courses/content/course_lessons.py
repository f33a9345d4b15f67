"""The lessons of a course page as plain facts: what is checked before publication, and what is frozen by it."""

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courses.content.models import CoursePage, QuestionBank, Video
from courses.content.reading import characters, longest_seconds, reading_seconds
from courses.content.states import HOUR_MINUTES, LessonKind


@dataclass(frozen=True)
class DraftLesson:
    """One lesson of a page. ``worth`` is what it counts for at most, in minutes."""

    key: uuid.UUID
    kind: LessonKind
    title: str
    unit_code: str
    worth: int
    seconds: int = 0
    longest: int | None = None
    hours: Decimal = Decimal(0)
    video: Video | None = None
    bank: QuestionBank | None = None
    quiz: dict[str, Any] | None = None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def is_practical(self) -> bool:
        return self.kind == LessonKind.PRACTICAL

    @property
    def needs_check(self) -> bool:
        """Whether a quiz must be passed before it counts; a quiz itself counts for being passed."""
        return self.bank is not None


def lessons_read(page: CoursePage) -> list[DraftLesson]:
    """The lessons of a page, live or draft, in their order."""
    return [_READERS[LessonKind(block.block_type)](block) for block in page.lessons]


def _common(block: Any, kind: LessonKind) -> dict[str, Any]:
    return {
        "key": uuid.UUID(block.id) if block.id else uuid.uuid4(),
        "kind": kind,
        "title": (block.value.get("title") or "").strip(),
        "unit_code": block.value.get("unit") or "",
    }


def _worth(value: Any, seconds: int) -> int:
    said = value.get("credited_minutes")
    return seconds // 60 if said is None else int(said)


def _quiz(value: Any) -> dict[str, Any] | None:
    """How a quiz is drawn and passed, for ``Lesson.body``; the questions are added when the version is frozen."""
    bank = value.get("bank")
    if bank is None:
        return None
    return {
        "bank": bank.pk,
        "count": value.get("count") or 1,
        "pass_points": value.get("pass_points"),
        "attempts": value.get("attempts"),
        "shows_feedback": bool(value.get("shows_feedback", True)),
    }


def _video(block: Any) -> DraftLesson:
    value, video = block.value, block.value.get("video")
    seconds = video.duration_seconds if video else 0
    return DraftLesson(
        **_common(block, LessonKind.VIDEO),
        worth=_worth(value, seconds),
        seconds=seconds,
        longest=seconds,
        video=video,
        bank=value["check"].get("bank"),
        quiz=_quiz(value["check"]),
        body={"video": video.pk, "sha256": video.sha256} if video else {},
    )


def _article(block: Any) -> DraftLesson:
    value = block.value
    text = [
        {"type": part.block_type, "value": str(getattr(part.value, "source", part.value))} for part in value["body"]
    ]
    count = characters(part["value"] for part in text)
    seconds = value.get("seconds") or reading_seconds(count)
    return DraftLesson(
        **_common(block, LessonKind.ARTICLE),
        worth=_worth(value, seconds),
        seconds=seconds,
        longest=longest_seconds(count),
        bank=value["check"].get("bank"),
        quiz=_quiz(value["check"]),
        body={"text": text, "characters": count},
    )


def _quiz_lesson(block: Any) -> DraftLesson:
    return DraftLesson(
        **_common(block, LessonKind.QUIZ),
        worth=int(block.value.get("credited_minutes") or 0),
        bank=block.value.get("bank"),
        quiz=_quiz(block.value),
    )


def _practical(block: Any) -> DraftLesson:
    hours = Decimal(block.value.get("hours") or 0)
    return DraftLesson(
        **_common(block, LessonKind.PRACTICAL),
        worth=int(hours * HOUR_MINUTES),
        hours=hours,
        body={"hours": str(hours.normalize()), "content": block.value.get("content") or ""},
    )


_READERS = {
    LessonKind.VIDEO: _video,
    LessonKind.ARTICLE: _article,
    LessonKind.QUIZ: _quiz_lesson,
    LessonKind.PRACTICAL: _practical,
}
