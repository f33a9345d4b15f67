"""From the bytes of a request to the bytes of its answer, the same on the fast way and on Django's."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from courses.study.errors import StudyError
from courses.study.gathering import Gathering
from courses.study.messages import Message, message_read
from courses.study.models import PresenceQuestion
from courses.study.questions import option_text, question_text
from courses.study.services.beats import BeatAnswer, beats_record
from courses.study.services.clocks import to_ms
from courses.study.states import ADVICE, Reason
from foundation.policy.errors import PolicyGapError
from foundation.steady import steady_now

logger = structlog.get_logger(__name__)
STATUSES = {"malformed": 400, "bad_token": 403, "no_such_lesson": 404}
TRIES = 2


def reply(body: bytes, language: str = "") -> tuple[int, bytes]:
    """Status and JSON for a request with beats. 503 asks the phone to send the same request again."""
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        status, content = _reply(body)
        return status, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _reply(body: bytes) -> tuple[int, dict[str, Any]]:
    try:
        answer = _gathering.submit(message_read(body))
    except StudyError as error:
        answer = error
    except PolicyGapError as error:
        return 503, {"code": error.code, "message": error.message, "again": True}
    except Exception:
        logger.exception("study_beats_not_recorded")
        sentence = _("学习记录暂时存不上，已经看过的时间留在手机里，稍后会自动再传。")
        return 503, {"code": "unavailable", "message": sentence, "again": True}
    if isinstance(answer, StudyError):
        return STATUSES[answer.code], {"code": answer.code, "message": answer.message, "again": False}
    return 200, answer_content(answer)


def _record(messages: Sequence[Message]) -> list[BeatAnswer | StudyError]:
    """One transaction. When the database went away it is tried once more: a request that was committed after all
    gets its first answer again."""
    for left in reversed(range(TRIES)):
        try:
            return beats_record(messages=messages, at=steady_now())
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block or not left:
                raise
            connection.close()
    raise AssertionError


_gathering: Gathering[Message, BeatAnswer | StudyError] = Gathering(_record)


def answer_content(answer: BeatAnswer) -> dict[str, Any]:
    """The answer as the phone reads it: milliseconds, and sentences for what was refused."""
    return {
        "acknowledged": answer.acknowledged,
        "accepted_ms": answer.accepted_ms,
        "refused": [
            {
                "reason": share.reason,
                "ms": share.ms,
                "words": str(Reason(share.reason).label),
                "advice": str(ADVICE[Reason(share.reason)]),
            }
            for share in answer.refused
        ],
        "lesson": {
            "accepted_ms": answer.lesson_accepted_ms,
            "worth_ms": answer.lesson_worth_ms,
            "is_watched": answer.is_watched,
            "is_completed": answer.is_completed,
        },
        "today": {"accepted_ms": answer.day_ms, "max_ms": answer.day_max_ms},
        "is_current": answer.is_current,
        "question": question_content(answer.question) if answer.question else None,
    }


def question_content(question: PresenceQuestion) -> dict[str, Any]:
    """A presence question as the phone shows it. The right option stays here."""
    return {
        "id": question.pk,
        "text": question_text(question.code),
        "options": [{"value": option, "text": option_text(option)} for option in question.options],
        "due_at_ms": to_ms(question.due_at),
    }
