"""A backup of the database and the files, beside people at work. The keys are NOT in it.

    .venv/bin/python deploy/backup/make.py FOLDER

Makes FOLDER/20261124T020000Z with `database.dump` (pg_dump's own form), `files.tar` and `manifest.json`. The dump shows
one moment. Files are copied before it, and those that are new once more after it: whatever the dump names is there,
also when somebody replaced it meanwhile. Files in a bucket (FILES_S3_BUCKET) are not copied: the manifest names the
bucket. A folder that has its name is whole: it gets it last.
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common import Refused, bucket, command, digest_of, every_file, folders, key_marks, postgres, row_counts, set_up


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    set_up()
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    draft, made = place / f".{name}.draft", place / name
    if made.exists():
        raise Refused(f"{made} is there already.")
    draft.mkdir(mode=0o700)
    manifest = backup(draft)
    keep(draft / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    draft.rename(made)
    told = {part: about["bytes"] for part, about in manifest["parts"].items()}
    files = f"files in the bucket {manifest['bucket']}" if manifest["bucket"] else f"{manifest['files']} files"
    print(f"✓ {made}: {told}, {files}, {sum(manifest['rows'].values())} rows")
    return 0


def backup(draft: Path) -> dict[str, Any]:
    """Both parts, and what tells afterwards whether a restored copy is the same."""
    taken_at = datetime.now(UTC)
    packed: set[str] = set()
    if bucket():
        rows, head, version = dump(draft / "database.dump")
    else:
        with tarfile.open(draft / "files.tar", "w", format=tarfile.PAX_FORMAT) as archive:
            pack(archive, packed)
            rows, head, version = dump(draft / "database.dump")
            pack(archive, packed)
    parts = {}
    for path in sorted(draft.iterdir()):
        name = path.name
        path.chmod(0o600)
        settle(path)
        parts[name] = {"sha256": digest_of(path), "bytes": path.stat().st_size}
    return {
        "form": 1,
        "taken_at": taken_at.isoformat(),
        "postgresql": version,
        "parts": parts,
        "files": len(packed),
        "bucket": bucket(),
        "rows": rows,
        "audit_head": head,
        "keys": key_marks(),
    }


def dump(path: Path) -> tuple[dict[str, int], dict[str, str] | None, int]:
    """The database as of one moment, with the rows counted and the last link of the audit trail at the same moment."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = row_counts()
        cursor.execute("SELECT day, encode(digest, 'hex') FROM audit_auditlink ORDER BY day DESC, number DESC LIMIT 1")
        last = cursor.fetchone()
        postgres(["pg_dump", "--format=custom", "--compress=6", f"--snapshot={snapshot}", f"--file={path}"])
        version = connection.pg_version
    return rows, {"day": str(last[0]), "digest": last[1]} if last else None, version


def pack(archive: tarfile.TarFile, packed: set[str]) -> None:
    """The files as they lie on the disk, but for those packed before; encrypted ones stay encrypted."""
    for name, folder in folders().items():
        for file in every_file(folder):
            place = f"{name}/{file.relative_to(folder)}"
            if place in packed:
                continue
            try:
                archive.add(file, arcname=place, recursive=False)
            except FileNotFoundError:
                continue  # removed a moment ago
            packed.add(place)


def keep(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    settle(path)


def settle(path: Path) -> None:
    """Bring a file to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if __name__ == "__main__":
    sys.exit(command(main))
