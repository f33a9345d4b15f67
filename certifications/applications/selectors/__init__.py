"""What is in force, what a file says, what somebody may see."""

from certifications.applications.selectors.applications import (
    Offer,
    application_doubts,
    application_problems,
    applications_of,
    applications_visible_to,
    form_facts,
    has_applied_here,
    has_trained,
    is_decider,
    is_level_held,
    offer_of,
    offers_for,
    plan_refusal,
    seats_left,
    start_refusal,
)
from certifications.applications.selectors.conditions import conditions_on, editions, names_on
from certifications.applications.selectors.eligibility import (
    application_eligibility,
    dossier_of,
    eligibilities_of,
    eligibility_of,
)

__all__ = [
    "Offer",
    "application_doubts",
    "application_eligibility",
    "application_problems",
    "applications_of",
    "applications_visible_to",
    "conditions_on",
    "dossier_of",
    "editions",
    "eligibilities_of",
    "eligibility_of",
    "form_facts",
    "has_applied_here",
    "has_trained",
    "is_decider",
    "is_level_held",
    "names_on",
    "offer_of",
    "offers_for",
    "plan_refusal",
    "seats_left",
    "start_refusal",
]
