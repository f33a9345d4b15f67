"""The rules of scoring that come with the platform, from ``base/rules/*.toml``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base"


def scoring_base_load(*, on: date) -> None:
    """Pass marks, days of appeal, and how the marks of several assessors become one."""
    base_data_load(on=on, folder=FOLDER / "rules")
