"""What is looked at before money moves: each check is a name, a rule it stands on, its days, and one SQL statement."""

from subsidies.checks.rules.catalogue import CHECKS, check_named, checks_in_force
from subsidies.checks.rules.checks import Check

__all__ = ["CHECKS", "Check", "check_named", "checks_in_force"]
