"""What a training certificate asks for: pure, over the facts of one person on one day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Lack(StrEnum):
    """What may be missing, in the order in which it is put right."""

    REVOKED = "revoked_before"
    NOT_JUDGED = "not_judged"
    NOT_COMPLETED = "not_completed"
    NO_RESULT = "no_result"
    FAILED = "test_failed"
    NOT_VERIFIED = "not_verified"
    RENAMED = "identity_changed_since"
    NO_PHOTO = "no_photo"
    NAME_UNPRINTABLE = "name_unprintable"
    UNLICENSED = "unlicensed"
    TOO_EARLY = "issued_too_early"
    IN_FUTURE = "issued_in_future"


@dataclass(frozen=True)
class Facts:
    """What is known of somebody. ``completed_on`` and ``passed_on`` are the days of the judgement and of the result."""

    is_judged: bool
    is_completed: bool
    completed_on: date | None
    has_result: bool
    is_passed: bool
    passed_on: date | None
    is_verified: bool
    is_renamed: bool
    has_photo: bool
    unprintable: str
    is_licensed: bool
    is_revoked: bool

    @property
    def earliest(self) -> date | None:
        """The first day that may be printed: not before she had completed and passed."""
        days = [day for day in (self.completed_on, self.passed_on) if day]
        return max(days, default=None)


def lacks(facts: Facts, *, issued_on: date, today: date) -> list[Lack]:
    """Everything that keeps the certificate from being issued with this day; nothing when it may be issued."""
    found = {
        Lack.REVOKED: facts.is_revoked,
        Lack.NOT_JUDGED: not facts.is_judged,
        Lack.NOT_COMPLETED: facts.is_judged and not facts.is_completed,
        Lack.NO_RESULT: facts.is_completed and not facts.has_result,
        Lack.FAILED: facts.has_result and not facts.is_passed,
        Lack.NOT_VERIFIED: not facts.is_verified,
        Lack.RENAMED: facts.is_renamed,
        Lack.NO_PHOTO: not facts.has_photo,
        Lack.NAME_UNPRINTABLE: bool(facts.unprintable),
        Lack.UNLICENSED: not facts.is_licensed,
        Lack.TOO_EARLY: facts.earliest is not None and issued_on < facts.earliest,
        Lack.IN_FUTURE: issued_on > today,
    }
    return [lack for lack in Lack if found[lack]]
