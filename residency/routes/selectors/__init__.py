"""What is known of packs of routes, of an applicant, and of her estimates."""

from residency.routes.selectors.answers import Answers, answers_of
from residency.routes.selectors.applicants import Known, applicant_of, known_of
from residency.routes.selectors.estimates import PackEstimates, estimates_for, saved_of
from residency.routes.selectors.packs import edition_before, pack_on, packs_last, packs_on, packs_to_read, packs_waiting

__all__ = [
    "Answers",
    "Known",
    "PackEstimates",
    "answers_of",
    "applicant_of",
    "edition_before",
    "estimates_for",
    "known_of",
    "pack_on",
    "packs_last",
    "packs_on",
    "packs_to_read",
    "packs_waiting",
    "saved_of",
]
