"""The figures of public notices that come with the platform, from ``base/rules``; loading twice is safe."""

from datetime import date
from pathlib import Path

from foundation.policy.services import base_data_load

FOLDER = Path(__file__).parent / "base" / "rules"


def notices_base_load(*, on: date) -> None:
    """Add what is missing: how long names stay on the public page."""
    base_data_load(on=on, folder=FOLDER)
