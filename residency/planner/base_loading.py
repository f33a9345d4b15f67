"""Figures that only the planner asks, from ``base/*.toml``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base"


def planner_base_load(*, on: date) -> None:
    """Add what is missing."""
    base_data_load(on=on, folder=FOLDER)
