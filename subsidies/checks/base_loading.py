"""The thresholds of checks that come with the platform, from ``base/rules/*.toml``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base"


def checks_base_load(*, on: date) -> None:
    """How many people may share a phone, how many certificates a day are worth a look, how old a list may be."""
    base_data_load(on=on, folder=FOLDER / "rules")
