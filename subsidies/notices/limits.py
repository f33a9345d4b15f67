"""How often somebody may object, ask for an answer, or have a file made; counted as when certificates are checked."""

from certifications.verification.limits import Limit, address_of

OBJECTIONS = Limit("objections", most=5, seconds=3600)
"""Objections from one address: whole houses share one, and nobody has five in an hour."""
WRONG_RECEIPTS = Limit("receipts", most=20, seconds=600)
"""Receipt numbers that are not right, from one address."""
FILES = Limit("notice-files", most=10, seconds=600)
"""Files made for one address: drawing one costs seconds."""

__all__ = ["FILES", "OBJECTIONS", "WRONG_RECEIPTS", "Limit", "address_of"]
