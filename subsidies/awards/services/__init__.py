"""The writes of awards."""

from subsidies.awards.services.deciding import filing_accept, filing_refuse, filing_return
from subsidies.awards.services.filing import (
    FilingEntry,
    filing_cancel,
    filing_change,
    filing_draft,
    filing_left,
    filing_send,
    filing_withdraw,
)
from subsidies.awards.services.instalments import (
    instalment_claimed,
    instalment_follow,
    instalment_net,
    instalment_note,
    instalments_advance,
)
from subsidies.awards.services.mandates import (
    is_mandated,
    mandate_ask,
    mandate_give,
    mandate_record,
    mandate_refuse,
    mandate_withdraw,
)
from subsidies.awards.services.serving import service_decide, service_state

__all__ = [
    "FilingEntry",
    "filing_accept",
    "filing_cancel",
    "filing_change",
    "filing_draft",
    "filing_left",
    "filing_refuse",
    "filing_return",
    "filing_send",
    "filing_withdraw",
    "instalment_claimed",
    "instalment_follow",
    "instalment_net",
    "instalment_note",
    "instalments_advance",
    "is_mandated",
    "mandate_ask",
    "mandate_give",
    "mandate_record",
    "mandate_refuse",
    "mandate_withdraw",
    "service_decide",
    "service_state",
]
