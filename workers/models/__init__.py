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
    "Worker",
    "WorkerEvent",
    "WorkerGroup",
]
