"""Conditions of assessment as dated data, and applications."""

from certifications.applications.models.applications import (
    ApplicationDecision,
    ApplicationEvent,
    ApplicationMark,
    ApplicationPaper,
    LevelApplication,
    StudyRow,
    WorkRow,
)
from certifications.applications.models.conditions import ConditionEdition, ConditionName, ConditionRoute

__all__ = [
    "ApplicationDecision",
    "ApplicationEvent",
    "ApplicationMark",
    "ApplicationPaper",
    "ConditionEdition",
    "ConditionName",
    "ConditionRoute",
    "LevelApplication",
    "StudyRow",
    "WorkRow",
]
