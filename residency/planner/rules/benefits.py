"""A goal, and what it would bring."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from residency.planner.states import BenefitKind, BenefitState


class Goal(NamedTuple):
    """A level of an occupation, by the occupation's code."""

    occupation_code: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """One thing a certificate would bring by the rules of a day. It is never a promise.

    ``amount_fen`` is nothing where today's answer is 政策待确认, or where no money is meant. ``amounts`` are its parts,
    each with its share and the months after which it comes.
    """

    kind: BenefitKind
    title: str
    state: BenefitState
    text: str = ""
    amount_fen: int | None = None
    parts: int | None = None
    months_between: int | None = None
    on: date | None = None
    verified: bool
    is_demonstration: bool = False
    # Whether it is money for her that may be counted against the fee of a class.
    is_against_fee: bool = False
    doc_no: str = ""
    article: str = ""
    # What is in the way, what to do, where to ask; each a sentence.
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return " ".join(part for part in (self.doc_no, self.article) if part)
