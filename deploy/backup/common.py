"""What making a backup and restoring one share: the folders of files, the keys' marks, PostgreSQL's programs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 1 << 20


class Refused(Exception):  # noqa: N818 - nothing is wrong with the code
    """The work cannot go on: a sentence with what to do."""


def set_up() -> None:
    """Django with the settings of this machine, as for manage.py."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    import django

    django.setup()


def bucket() -> str:
    """The bucket that holds the site's files, if one does. It is no part of a backup: its store copies it."""
    from django.conf import settings

    return str(settings.FILES_S3_BUCKET)


def folders() -> dict[str, Path]:
    """Where the site keeps files, by the name each has in a backup; none when they lie in a bucket."""
    from django.conf import settings

    if bucket():
        return {}
    return {
        "media": Path(settings.MEDIA_ROOT),
        "private": Path(settings.STORAGES["private"]["OPTIONS"]["location"]),
        "lessons": Path(settings.STORAGES["lessons"]["OPTIONS"]["location"]),
    }


def key_marks() -> dict[str, list[str]]:
    """A mark of each key at hand: enough to see which keys a backup needs, and useless for opening anything."""
    from django.conf import settings

    return {
        name: [hashlib.sha256(b"mark of a key\0" + key.encode()).hexdigest()[:16] for key in getattr(settings, name)]
        for name in ("PRIVACY_KEYS", "PRIVACY_INDEX_KEYS", "CERTIFICATE_CHECK_KEYS")
    }


def postgres(words: list[str], *, database: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs on the site's database; its password goes by the environment."""
    from django.db import connection

    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = os.environ | {theirs: str(given[ours]) for ours, theirs in names.items() if given.get(ours)}
    if database is not None:
        environment["PGDATABASE"] = database
    done = subprocess.run(words, env=environment, capture_output=True)
    if done.returncode:
        raise Refused(f"{words[0]}: {done.stderr.decode(errors='replace').strip()[-1000:]}")
    return done


TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""


def row_counts() -> dict[str, int]:
    """The rows of every table, as the open transaction sees them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        if not names:
            return {}
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))
        return dict(cursor.fetchall())


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            found.update(block)
    return found.hexdigest()


def every_file(folder: Path) -> Iterator[Path]:
    """The files below a folder in a fixed order; drafts of files that are being written are none."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".draft"):
            yield path


def command(work: object) -> int:
    """Run a script's work; what stops it is a sentence."""
    assert callable(work)
    try:
        return int(work() or 0)
    except Refused as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
    except OSError as error:
        print(f"✗ {error.filename or ''} {error.strerror}", file=sys.stderr)
    return 1
