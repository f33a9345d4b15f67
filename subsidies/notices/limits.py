"""How often somebody may object, ask for an answer, or have a file made; counted as when certificates are checked."""

from certifications.verification.limits import Limit, address_of, any_reached

OBJECTIONS = Limit("objections", most=5, seconds=3600)
"""Objections from one address: whole houses share one, and nobody has five in an hour."""
OBJECTIONS_TO_A_NOTICE = Limit("objections-notice", most=10, seconds=60 * 24 * 3600)
"""Objections to one notice from one address, as long as any notice lasts. Not policy: each costs an officer an answer
within days, and one person could bury all the others'. The telephone and the counter stay open."""
WRONG_RECEIPTS = Limit("receipts", most=20, seconds=600)
"""Receipt numbers that are not right, from one address."""
FILES = Limit("notice-files", most=10, seconds=600)
"""Files made for one address: drawing one costs seconds."""

__all__ = ["FILES", "OBJECTIONS", "OBJECTIONS_TO_A_NOTICE", "WRONG_RECEIPTS", "Limit", "address_of", "any_reached"]
