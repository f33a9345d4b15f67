"""What is known of awards."""

from subsidies.awards.selectors.filings import (
    AwardLine,
    award_lines_of,
    filings_running,
    filings_to_decide,
    filings_visible_to,
    mandates_asked,
    mandates_of,
    statements_to_decide,
)
from subsidies.awards.selectors.programmes import Programme, award_offers, programmes, total_of
from subsidies.awards.selectors.service import ServiceMonth, dues_for, service_months

__all__ = [
    "AwardLine",
    "Programme",
    "ServiceMonth",
    "award_lines_of",
    "award_offers",
    "dues_for",
    "filings_running",
    "filings_to_decide",
    "filings_visible_to",
    "mandates_asked",
    "mandates_of",
    "programmes",
    "service_months",
    "statements_to_decide",
    "total_of",
]
