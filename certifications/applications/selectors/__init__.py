"""What is in force, what a file says, what somebody may see."""

from certifications.applications.selectors.conditions import conditions_on, editions
from certifications.applications.selectors.eligibility import dossier_of, eligibilities_of, eligibility_of

__all__ = ["conditions_on", "dossier_of", "editions", "eligibilities_of", "eligibility_of"]
