"""What can be asked of payments."""

from subsidies.payments.selectors.files import bank_text, bank_workbook, lines_of

__all__ = ["bank_text", "bank_workbook", "lines_of"]
