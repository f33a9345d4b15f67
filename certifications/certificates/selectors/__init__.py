"""What can be asked about certificates."""

from certifications.certificates.codes import check_code, check_code_grouped, check_code_matches

__all__ = ["check_code", "check_code_grouped", "check_code_matches"]
