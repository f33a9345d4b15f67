"""The person's file."""

from workers.models.dossier import (
    DossierLine,
    Education,
    Employment,
    InsuredMonth,
    PersonGroup,
    PersonGroupAlias,
    WorkerGroup,
)
from workers.models.identity import (
    IdentityCheck,
    IdentityCheckOutcome,
    IdentityRevision,
    LinkRequest,
    Worker,
    WorkerEvent,
)
from workers.models.skill import SkillRecordEntry, SkillRecordEvent

__all__ = [
    "DossierLine",
    "Education",
    "Employment",
    "IdentityCheck",
    "IdentityCheckOutcome",
    "IdentityRevision",
    "InsuredMonth",
    "LinkRequest",
    "PersonGroup",
    "PersonGroupAlias",
    "SkillRecordEntry",
    "SkillRecordEvent",
    "Worker",
    "WorkerEvent",
    "WorkerGroup",
]
