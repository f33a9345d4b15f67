"""What can be done with payments."""

from subsidies.payments.services.building import batch_build
from subsidies.payments.services.jobs import job_ask, job_work, jobs_silent
from subsidies.payments.services.repairing import account_repair
from subsidies.payments.services.returning import bank_return_read, file_of
from subsidies.payments.services.screening import batch_screen, batch_tidy
from subsidies.payments.services.signing import batch_cancel, batch_send, batch_sign
from subsidies.payments.services.taking import batch_file_take

__all__ = [
    "account_repair",
    "bank_return_read",
    "batch_build",
    "batch_cancel",
    "batch_file_take",
    "batch_screen",
    "batch_send",
    "batch_sign",
    "batch_tidy",
    "file_of",
    "job_ask",
    "job_work",
    "jobs_silent",
]
