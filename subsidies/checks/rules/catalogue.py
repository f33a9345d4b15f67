"""Every check there is, and those in force on a day."""

from datetime import date

from subsidies.checks.rules import certificates, lists, people, repeats, training
from subsidies.checks.rules.checks import Check

CHECKS: tuple[Check, ...] = (
    *repeats.CHECKS,
    *lists.CHECKS,
    *training.CHECKS,
    *people.CHECKS,
    *certificates.CHECKS,
)
_BY_CODE = {check.code: check for check in CHECKS}
if len(_BY_CODE) != len(CHECKS):
    raise ValueError("Two checks have the same code.")


def checks_in_force(on: date) -> tuple[Check, ...]:
    """The checks that are run on a day."""
    return tuple(check for check in CHECKS if check.is_in_force(on))


def check_named(code: str) -> Check | None:
    """The check of a code; None for one that has been given up, whose findings stay."""
    return _BY_CODE.get(code)
