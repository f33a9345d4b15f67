"""Where the platform stands is a setting: queries ask for it, only triggers write it down."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("site", "workers", "courses", "certifications", "subsidies")
# The queries beside the trigger that links the trail of acts: they must find the same day as it does.
BESIDE_A_TRIGGER = {"site/foundation/audit/chain.py", "site/foundation/audit/services.py"}


def test_no_query_writes_the_time_zone_down():
    files = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    named = {
        str(path.relative_to(ROOT))
        for path in files
        if "Asia/Shanghai" in path.read_text("utf-8") and not {"migrations", "settings"} & set(path.parts)
    }
    assert len(files) > 500
    assert named == BESIDE_A_TRIGGER
