"""What is done with attendance. Import from here."""

from courses.attendance.services.correcting import attendance_correct, roster_enter
from courses.attendance.services.names import names_reveal
from courses.attendance.services.reviewing import review_settle
from courses.attendance.services.running import head_count_enter, register_open, session_finish
from courses.attendance.services.signing_in import Seen, digits_see, sign_in, text_see
from courses.attendance.services.together import registers_enter

__all__ = [
    "Seen",
    "attendance_correct",
    "digits_see",
    "head_count_enter",
    "names_reveal",
    "register_open",
    "registers_enter",
    "review_settle",
    "roster_enter",
    "session_finish",
    "sign_in",
    "text_see",
]
