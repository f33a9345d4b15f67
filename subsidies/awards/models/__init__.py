"""Filings of employers for their workers, the parts that fall due, and what is known of service."""

from subsidies.awards.models.filings import AwardEvent, AwardFiling, AwardInstalment, ServiceStatement
from subsidies.awards.models.mandates import EmployerMandate, EmployerMandateEvent

__all__ = [
    "AwardEvent",
    "AwardFiling",
    "AwardInstalment",
    "EmployerMandate",
    "EmployerMandateEvent",
    "ServiceStatement",
]
