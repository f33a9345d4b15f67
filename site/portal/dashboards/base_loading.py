"""The figure of public statistics that comes with the platform, from ``base/rules``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base" / "rules"


def dashboards_base_load(*, on: date) -> None:
    """Add what is missing: the smallest figure that the public reads."""
    base_data_load(on=on, folder=FOLDER)
