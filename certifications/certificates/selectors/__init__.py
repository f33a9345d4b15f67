"""What can be asked about certificates."""

from certifications.certificates.codes import check_code, check_code_grouped, check_code_matches
from certifications.certificates.selectors.training import (
    certificates_of_class,
    certificates_seen_by,
    standings_of,
    training_certificates_of,
)

__all__ = [
    "certificates_of_class",
    "certificates_seen_by",
    "check_code",
    "check_code_grouped",
    "check_code_matches",
    "standings_of",
    "training_certificates_of",
]
