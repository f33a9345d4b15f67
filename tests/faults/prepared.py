"""The migrated database with its base data: made once for what it depends on, and kept under ``var/``."""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.faults.machine import DATABASE, HOME, ROOT, Postgres

SOURCES = ("site", "residency", "subsidies", "certifications", "courses", "workers")
PATTERNS = ("**/migrations/*.py", "**/base/**/*.*", "**/*base*.py", "**/*.toml", "**/consent_texts.py")


def _mark() -> str:
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    found = {path for source in SOURCES for pattern in PATTERNS for path in (ROOT / source).glob(pattern)}
    for path in sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _kept() -> Path:
    return ROOT / "var" / f"faults-{_mark()}.dump"


def prepare(postgres: Postgres) -> None:
    """Fill the empty cluster, from what an earlier run kept where nothing has changed since."""
    words = ["-h", postgres.sockets, "-U", "qiaoshou"]
    postgres.run("createdb", *words, DATABASE)
    kept, passing = _kept(), HOME / "prepared.dump"
    if kept.exists():
        passing.write_bytes(kept.read_bytes())  # `var/` may lie where PostgreSQL's user cannot go
        passing.chmod(0o644)
        postgres.run("pg_restore", *words, "-d", DATABASE, "-j", "2", passing)
        postgres.run("vacuumdb", *words, "-d", DATABASE, "--analyze-only", "-q")
        passing.unlink()
        return
    subprocess.run([sys.executable, "-m", "tests.faults.manage", "prepare", "-v", "0"], cwd=ROOT, check=True)
    with passing.open("wb") as file:
        postgres.run("pg_dump", *words, "-Fc", "-Z", "1", DATABASE, output=file)
    for old in kept.parent.glob("faults-*.dump"):
        old.unlink()
    draft = kept.with_suffix(".draft")
    draft.write_bytes(passing.read_bytes())
    draft.replace(kept)
    passing.unlink()
