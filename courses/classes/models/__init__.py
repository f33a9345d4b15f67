"""Class runs with their sessions, and who is in them."""

from courses.classes.models.class_runs import ClassEvent, ClassRun, Session
from courses.classes.models.enrolments import Enrolment, EnrolmentEvent

__all__ = ["ClassEvent", "ClassRun", "Enrolment", "EnrolmentEvent", "Session"]
