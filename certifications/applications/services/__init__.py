"""Every write to applications and to the conditions they are judged by."""

from certifications.applications.services.deciding import (
    BatchReport,
    application_accept,
    application_refuse,
    application_return,
    applications_accept,
)
from certifications.applications.services.drafts import (
    StudyEntry,
    WorkEntry,
    application_answers_save,
    application_start,
    paper_add,
    paper_remove,
    row_remove,
    study_row_set,
    work_row_set,
)
from certifications.applications.services.editions import (
    EditionEntry,
    RouteEntry,
    edition_discard,
    edition_draft,
    edition_publish,
    edition_verify,
)
from certifications.applications.services.looking import dossier_open
from certifications.applications.services.submitting import (
    application_submit,
    application_withdraw,
    applications_stop,
)

__all__ = [
    "BatchReport",
    "EditionEntry",
    "RouteEntry",
    "StudyEntry",
    "WorkEntry",
    "application_accept",
    "application_answers_save",
    "application_refuse",
    "application_return",
    "application_start",
    "application_submit",
    "application_withdraw",
    "applications_accept",
    "applications_stop",
    "dossier_open",
    "edition_discard",
    "edition_draft",
    "edition_publish",
    "edition_verify",
    "paper_add",
    "paper_remove",
    "row_remove",
    "study_row_set",
    "work_row_set",
]
