"""A paper drawn from a bank, and its marking: pure functions, the same from the same seed for ever.

The order comes from SHA-256 and not from ``random``, whose shuffling may change with Python: an attempt that is looked
at years later shows the paper as it was. An attempt keeps the seed and ``Paper.question_ids``;
``paper_draw(<those questions>, len(ids), seed)`` is the same paper in the same order, whatever the bank holds by then.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from courses.content.media_states import QuestionKind

# An option that speaks of the others ("以上都对") stays last; one that names them by letter keeps all in place.
_OF_ALL = re.compile(r"^(?:以上|上述|前面|全部|都)")
_BY_LETTER = re.compile(r"(?:^|[^A-Za-z])[A-F]\s*(?:和|与|及|、|,|，|或)\s*[A-F](?:[^A-Za-z]|$)|选项\s*[A-F]")


class Drawable(Protocol):
    """What a paper needs of a question; ``models.Question`` has it."""

    pk: int
    kind: str
    text: str
    options: list[str]
    answers: list[int]
    explanation: str


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it stands on a paper: ``options`` in the order shown, ``correct`` as places in that order."""

    id: int
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    correct: frozenset[int]
    explanation: str

    @property
    def takes_several(self) -> bool:
        return self.kind is QuestionKind.MULTIPLE


@dataclass(frozen=True)
class Paper:
    seed: str
    questions: tuple[PaperQuestion, ...]

    @property
    def question_ids(self) -> list[int]:
        """What an attempt keeps, with the seed."""
        return [question.id for question in self.questions]


@dataclass(frozen=True)
class MarkedQuestion:
    """``chosen`` as places in the order shown; what does not exist was left out."""

    question: PaperQuestion
    chosen: frozenset[int]

    @property
    def is_right(self) -> bool:
        return self.chosen == self.question.correct

    @property
    def is_answered(self) -> bool:
        return bool(self.chosen)

    @property
    def correct_options(self) -> list[str]:
        return [self.question.options[place] for place in sorted(self.question.correct)]


@dataclass(frozen=True)
class MarkedPaper:
    questions: tuple[MarkedQuestion, ...]

    @property
    def right(self) -> int:
        return sum(question.is_right for question in self.questions)

    @property
    def total(self) -> int:
        return len(self.questions)

    @property
    def score(self) -> int:
        """Points of a hundred, rounded down: 59.9 is not 60."""
        return self.right * 100 // self.total if self.total else 0

    def reaches(self, points: int) -> bool:
        """Whether the score is at least so many points of a hundred."""
        return self.total > 0 and self.right * 100 >= points * self.total


def paper_draw(questions: Iterable[Drawable], count: int, seed: str | int) -> Paper:
    """A paper of ``count`` of the questions, or of all when there are fewer, with shuffled options."""
    seed = str(seed)
    ranked = sorted(questions, key=lambda question: _rank(seed, question.pk))
    return Paper(seed, tuple(_placed(question, seed) for question in ranked[: max(count, 0)]))


def _rank(*parts: object) -> bytes:
    return sha256(":".join(str(part) for part in parts).encode()).digest()


def _placed(question: Drawable, seed: str) -> PaperQuestion:
    order = _order(question, seed)
    right = set(question.answers)
    return PaperQuestion(
        id=question.pk,
        kind=QuestionKind(question.kind),
        text=question.text,
        options=tuple(question.options[place] for place in order),
        correct=frozenset(shown for shown, place in enumerate(order) if place in right),
        explanation=question.explanation,
    )


def _order(question: Drawable, seed: str) -> Sequence[int]:
    places = range(len(question.options))
    if question.kind == QuestionKind.TRUE_FALSE or any(_BY_LETTER.search(option) for option in question.options):
        return places
    return sorted(
        places, key=lambda place: (bool(_OF_ALL.match(question.options[place])), _rank(seed, question.pk, place))
    )


def paper_mark(paper: Paper, answers: Mapping[int, Collection[int]]) -> MarkedPaper:
    """Mark a paper. ``answers``: question id → the places chosen, in the order shown.

    A question is right when exactly the correct options were chosen. Unknown questions and places are left out.
    """
    return MarkedPaper(
        tuple(
            MarkedQuestion(question, frozenset(answers.get(question.id, ())) & frozenset(range(len(question.options))))
            for question in paper.questions
        )
    )
