"""What a published lesson holds besides its columns, read from ``Lesson.body``: the video, the text, the quiz."""

from dataclasses import dataclass

from courses.content.models import Lesson

DRAWN = 10


@dataclass(frozen=True)
class QuizRule:
    """How a lesson is checked: from which questions how many are drawn, what passes, how often it may be tried."""

    question_ids: tuple[int, ...]
    count: int
    pass_points: int | None
    attempts: int | None
    shows_feedback: bool


def video_id_of(lesson: Lesson) -> int | None:
    """The video the lesson shows."""
    found = lesson.body.get("video")
    return int(found) if found else None


def quiz_of(lesson: Lesson) -> QuizRule | None:
    """The quiz of a lesson: what a quiz is, or what a video or an article is checked by."""
    told = lesson.body.get("quiz")
    if not told or not told.get("questions"):
        return None
    return QuizRule(
        question_ids=tuple(told["questions"]),
        count=min(told.get("count") or DRAWN, len(told["questions"])),
        pass_points=told.get("pass_points"),
        attempts=told.get("attempts") or None,
        shows_feedback=bool(told.get("shows_feedback", True)),
    )


def text_of(lesson: Lesson) -> list[dict[str, str]]:
    """What an article says, piece by piece: ``type`` and ``value``."""
    return list(lesson.body.get("text") or [])
