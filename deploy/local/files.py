"""Faults seen by looking at files: migrations without a name, styles and scripts inside pages, hosts in locks.

python deploy/local/files.py        prints a line for each, and exits 1 when there are any
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("site", "residency", "subsidies", "certifications", "courses", "workers")
# The policy of the pages forbids these; a browser would silently ignore them.
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\b(?:src=|nonce=|type="application/json"))""",
    re.I,
)
HOST = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host")


def unnamed_migrations() -> Iterator[str]:
    for source in SOURCES:
        for path in ROOT.glob(f"{source}/**/migrations/*.py"):
            if "_auto_" in path.name:
                yield f"{path.relative_to(ROOT)}: name it for what it does"


def inline_styles_and_scripts() -> Iterator[str]:
    for path in sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("site/**/templates/**/*.html")]):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if INLINE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"


def hosts_in_locks() -> Iterator[str]:
    for path in sorted([*ROOT.glob("*.lock"), *ROOT.glob("deploy/**/*.lock")]):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if HOST.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"


def main() -> int:
    faults = [*unnamed_migrations(), *inline_styles_and_scripts(), *hosts_in_locks()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
