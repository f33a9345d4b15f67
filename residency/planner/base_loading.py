"""Figures that only the planner asks, from ``base/rules``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base" / "rules"


def planner_base_load(*, on: date) -> None:
    """Add what is missing."""
    base_data_load(on=on, folder=FOLDER)
