"""What a school does for its people: their mandates, and the sending of a class."""

from subsidies.school_claims.models.mandates import Mandate, MandateEvent
from subsidies.school_claims.models.sends import ClassSend, SendLine

__all__ = ["ClassSend", "Mandate", "MandateEvent", "SendLine"]
