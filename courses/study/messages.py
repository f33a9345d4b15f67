"""What a phone sends, read strictly: the token and the beats it has not had an answer for."""

import json
from hashlib import blake2b
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from courses.study.errors import StudyError
from courses.study.rules import Beat
from courses.study.tokens import BadTokenError, Ticket, read

MOST_BYTES = 32_768
MOST_BEATS = 120
MOST_PIECES = 40
# Positions and numbers stay far inside the columns that keep them.
LAST_POSITION_MS = 7 * 24 * 3_600_000
LAST_SEQUENCE = 10_000_000
SPEEDS = range(10, 1001)


class Message(NamedTuple):
    """A request as it came: whose, what, and the mark by which the same request is known again."""

    ticket: Ticket
    beats: tuple[Beat, ...]
    digest: int


def message_read(body: bytes) -> Message:
    """The message, or a ``StudyError``: ``malformed`` when it is none, ``bad_token`` when the token is not ours."""
    if len(body) > MOST_BYTES:
        raise _malformed()
    try:
        content = json.loads(body)
        token, told = content["token"], content["beats"]
        beats = tuple(_beat(one) for one in told)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(token, str) or not 1 <= len(beats) <= MOST_BEATS:
        raise _malformed()
    try:
        ticket = read(token)
    except BadTokenError as error:
        raise StudyError("bad_token", _("学习凭据无效，这段时间没有计入。请刷新页面，再接着学习。")) from error
    return Message(ticket, beats, int.from_bytes(blake2b(body, digest_size=8).digest(), signed=True))


def _beat(told: Any) -> Beat:
    sequence, played, speed = told["n"], told["played"], told.get("speed", 100)
    if not _is_whole(sequence, 1, LAST_SEQUENCE) or not _is_whole(speed, SPEEDS.start, SPEEDS.stop - 1):
        raise ValueError
    if len(played) > MOST_PIECES:
        raise ValueError
    return Beat(sequence, tuple(_piece(piece) for piece in played), speed)


def _piece(piece: Any) -> tuple[int, int]:
    start, end = piece
    if not _is_whole(start, 0, LAST_POSITION_MS) or not _is_whole(end, start, LAST_POSITION_MS):
        raise ValueError
    return start, end


def _is_whole(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _malformed() -> StudyError:
    return StudyError("malformed", _("收到的学习记录读不懂，没有计入。请刷新页面，再接着学习。"))
