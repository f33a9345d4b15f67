"""What a prepared database depends on, as one short text. Needs neither Django's set-up nor a database."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = (
    "requirements.lock",
    "site/**/migrations/*.py",
    "workers/**/migrations/*.py",
    "site/**/base*.py",
    "site/**/demo*.py",
    "workers/**/demo*.py",
    "site/**/*.toml",
)


def fingerprint() -> str:
    """Changes with any migration, any pinned package, and the base and demonstration data."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:40]
