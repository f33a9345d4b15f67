"""The one way to write about studying."""

from courses.study.services.appeals import appeal_decide, appeal_make
from courses.study.services.beats import BeatAnswer, RefusedShare, beats_record
from courses.study.services.checks import lesson_check_pass
from courses.study.services.presence import presence_answer
from courses.study.services.viewings import Opened, viewing_start

__all__ = [
    "BeatAnswer",
    "Opened",
    "RefusedShare",
    "appeal_decide",
    "appeal_make",
    "beats_record",
    "lesson_check_pass",
    "presence_answer",
    "viewing_start",
]
