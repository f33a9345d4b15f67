"""Running the checks, and saying that a finding is no obstacle."""

from subsidies.checks.services.clearing import finding_clear
from subsidies.checks.services.running import checks_run

__all__ = ["checks_run", "finding_clear"]
