"""The bank's files: how one is written, and how an answer is read."""

from subsidies.payments.rules.bank_file import (
    RETURN_HEADER,
    SENT_HEADER,
    BankLine,
    amount_text,
    bank_file,
    is_writable,
)
from subsidies.payments.rules.return_file import Problem, ReturnRow, return_check, return_parse

__all__ = [
    "RETURN_HEADER",
    "SENT_HEADER",
    "BankLine",
    "Problem",
    "ReturnRow",
    "amount_text",
    "bank_file",
    "is_writable",
    "return_check",
    "return_parse",
]
