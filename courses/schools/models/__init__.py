"""The register of schools, and the applications that change it."""

from courses.schools.models.applications import (
    ApplicationEvent,
    ApplicationMark,
    ApplicationPaper,
    ApplicationScope,
    SchoolApplication,
)
from courses.schools.models.register import (
    Premises,
    School,
    SchoolEvent,
    SchoolScope,
    Teacher,
    TeacherQualification,
)

__all__ = [
    "ApplicationEvent",
    "ApplicationMark",
    "ApplicationPaper",
    "ApplicationScope",
    "Premises",
    "School",
    "SchoolApplication",
    "SchoolEvent",
    "SchoolScope",
    "Teacher",
    "TeacherQualification",
]
