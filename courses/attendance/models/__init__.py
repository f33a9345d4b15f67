"""Who was at which session: the register of a session, each one's state with its history, and reviews."""

from courses.attendance.models.attendances import Attendance, AttendanceEvent
from courses.attendance.models.registers import HeadCount, SessionRegister
from courses.attendance.models.reviews import AttendanceReview, AttendanceReviewEvent

__all__ = [
    "Attendance",
    "AttendanceEvent",
    "AttendanceReview",
    "AttendanceReviewEvent",
    "HeadCount",
    "SessionRegister",
]
