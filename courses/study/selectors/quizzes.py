"""Papers and attempts as they are shown: always the paper she had, whatever the bank holds by now."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from courses.classes.models import Enrolment
from courses.content.media_selectors import questions_by_ids
from courses.content.models import Lesson
from courses.content.papers import MarkedPaper, Paper, paper_draw, paper_mark
from courses.study.models import QuizAttempt, QuizPaper
from foundation.policy.selectors import parameter_on

PASSES_AT = "assessment.pass_mark"


@dataclass(frozen=True)
class QuizStanding:
    """What was tried so far, the newest first."""

    attempts: tuple[QuizAttempt, ...]

    @property
    def is_passed(self) -> bool:
        return any(attempt.is_passed for attempt in self.attempts)


def quiz_standing(enrolment: Enrolment, lesson: Lesson) -> QuizStanding:
    """The attempts at a lesson's quiz."""
    made = QuizAttempt.objects.filter(paper__enrolment=enrolment, paper__lesson=lesson).select_related("paper")
    return QuizStanding(tuple(made.order_by("-paper__number")))


def pass_points_on(on: date) -> int:
    """What passes a quiz whose lesson does not say."""
    return int(parameter_on(PASSES_AT, city=settings.CITY_CODE, on=on).value)


def paper_of(row: QuizPaper) -> Paper:
    """The paper as it was drawn, in the order shown."""
    return paper_draw(questions_by_ids(row.question_ids), len(row.question_ids), row.seed)


def marked_of(attempt: QuizAttempt) -> MarkedPaper:
    """The paper as it was handed in, with what was right."""
    return paper_mark(paper_of(attempt.paper), {int(key): places for key, places in attempt.answers.items()})
