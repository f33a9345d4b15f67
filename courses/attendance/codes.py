"""The code on the teacher's screen: derived from the session and the clock, so that nothing is written to show it.

Every 15 seconds there is another one. A code of the step before is taken for two more seconds, for a phone that was
just reading it. It says which session it is of and proves when it was seen; who may use it is decided elsewhere.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

STEP_SECONDS = 15
MARGIN_SECONDS = 2
_SALT = "courses.attendance.codes"
_SHAPE = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class Code:
    """What is on the screen: the text in the address, six digits to type, and for how long it is new."""

    text: str
    digits: str
    seconds_left: int


def code_of(session_id: int, *, at: datetime) -> Code:
    """The code of a session at a moment."""
    seconds = int(at.timestamp())
    digest = _digest(session_id, seconds // STEP_SECONDS)
    return Code(
        text=f"{session_id}-{digest[:16]}",
        digits=_digits(digest),
        seconds_left=STEP_SECONDS - seconds % STEP_SECONDS,
    )


def session_of(text: str, *, at: datetime) -> int | None:
    """The session whose code this is at the moment; None for an old, invented or mistyped one."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    session_id = int(match[1])
    fits = [hmac.compare_digest(_digest(session_id, step)[:16], match[2]) for step in _steps(at)]
    return session_id if any(fits) else None


def digits_fit(session_id: int, digits: str, *, at: datetime) -> bool:
    """Whether these six digits are the session's at the moment."""
    fits = [hmac.compare_digest(_digits(_digest(session_id, step)), digits) for step in _steps(at)]
    return any(fits)


def _steps(at: datetime) -> list[int]:
    """The step of the moment, and the one before while its margin runs."""
    now = at.timestamp()
    return list(dict.fromkeys([int(now) // STEP_SECONDS, int(now - MARGIN_SECONDS) // STEP_SECONDS]))


def _digest(session_id: int, step: int) -> str:
    return salted_hmac(_SALT, f"{session_id}:{step}", algorithm="sha256").hexdigest()


def _digits(digest: str) -> str:
    """From other parts of the digest than the text: whoever has read the one does not know the other's source."""
    return f"{int(digest[32:48], 16) % 1_000_000:06d}"
