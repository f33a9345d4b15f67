"""The English catalogue of our own messages, whose source language is Simplified Chinese.

python deploy/local/catalogues.py             bring the entries up to date with the code; new ones are empty
python deploy/local/catalogues.py --check     exit 1 when entries are missing, left over, empty or doubtful
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("site", "residency", "subsidies", "certifications", "courses", "workers", "templates")
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
OPTIONS = (
    "--locale=en", "--domain=django", "--extension=html,txt,py", "--add-location=file", "--no-obsolete", "--no-wrap",
)  # fmt: skip


def extracted(folder: Path) -> Path:
    """The catalogue as the code has it now, made in a folder of its own from a copy of the sources."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    draft = folder / CATALOGUE
    draft.parent.mkdir(parents=True)
    if (ROOT / CATALOGUE).exists():
        shutil.copy(ROOT / CATALOGUE, draft)
    # Without settings, so that LOCALE_PATHS does not lead back to the checkout.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", *OPTIONS],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    return draft


def faults(kept: polib.POFile, fresh: polib.POFile) -> list[str]:
    def keys(file: polib.POFile) -> dict[tuple[str | None, str, str], polib.POEntry]:
        return {(entry.msgctxt, entry.msgid, entry.msgid_plural): entry for entry in file if not entry.obsolete}

    ours, theirs = keys(kept), keys(fresh)
    found = [f"missing: {key[1]}" for key in theirs.keys() - ours.keys()]
    found += [f"no longer used: {key[1]}" for key in ours.keys() - theirs.keys()]
    found += [f"marked fuzzy: {entry.msgid}" for entry in ours.values() if entry.fuzzy]
    found += [f"empty: {entry.msgid}" for entry in ours.values() if not entry.fuzzy and not entry.translated()]
    return sorted(found)


def main() -> int:
    is_check = sys.argv[1:] == ["--check"]
    with tempfile.TemporaryDirectory() as folder:
        draft = extracted(Path(folder))
        if not is_check:
            (ROOT / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(draft, ROOT / CATALOGUE)
            return 0
        kept = polib.pofile(str(ROOT / CATALOGUE)) if (ROOT / CATALOGUE).exists() else polib.POFile()
        found = faults(kept, polib.pofile(str(draft)))
    for fault in found:
        print(fault)
    if found:
        print(f"{len(found)} faults in {CATALOGUE}. Run: make messages, and fill in the English.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
