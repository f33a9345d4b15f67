"""What studying leaves behind: viewings, beats, the clock, presence questions, progress, appeals."""

from courses.study.models.appeals import StudyAdjustment, StudyAppeal, StudyAppealEvent
from courses.study.models.attempts import QuizAttempt, QuizPaper
from courses.study.models.log import PresenceAnswer, PresenceQuestion, StudyBeat, Viewing
from courses.study.models.standing import LessonProgress, StudyClock

__all__ = [
    "LessonProgress",
    "PresenceAnswer",
    "PresenceQuestion",
    "QuizAttempt",
    "QuizPaper",
    "StudyAdjustment",
    "StudyAppeal",
    "StudyAppealEvent",
    "StudyBeat",
    "StudyClock",
    "Viewing",
]
