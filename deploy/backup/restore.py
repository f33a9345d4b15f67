"""Restore a backup into an empty database and empty folders, and check that it is whole.

    .venv/bin/python deploy/backup/restore.py FOLDER/20261124T020000Z [--check-only]

The database and the folders are those of the settings; both must be empty. The keys come from the environment, from
wherever they are kept: without those that the backup was made under, nothing is touched. Prints one line for each check
and ends with status 0 only when all of them hold. ``--check-only`` checks what was restored before.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from common import Refused, bucket, command, digest_of, every_file, folders, key_marks, postgres, row_counts, set_up


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--check-only"]
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    set_up()
    place = Path(words[0])
    manifest = manifest_of(place)
    keys_required(manifest)
    place_required(manifest)
    if "--check-only" not in sys.argv:
        parts_required(place, manifest)
        emptiness_required()
        postgres(restoring(place))
        if not bucket():
            unpack(place / "files.tar")
    return report(manifest)


def manifest_of(place: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((place / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        raise Refused(f"{place} has no manifest.json: this backup was never finished.") from None
    return found


def keys_required(manifest: dict[str, Any]) -> None:
    """Every key of the backup is at hand: else people's data would come back unreadable."""
    held = key_marks()
    for name, marks in manifest["keys"].items():
        missing = [mark for mark in marks if mark not in held[name]]
        if missing:
            raise Refused(
                f"{name}: the keys {', '.join(missing)} of this backup are not configured. Get them from where the "
                "keys are kept, and try again. Nothing was changed."
            )


def place_required(manifest: dict[str, Any]) -> None:
    """Files come back to where they were: out of the archive into folders, or they lie in a bucket all the time."""
    held = manifest.get("bucket", "")
    if held and not bucket():
        raise Refused(f"The files of this backup lie in the bucket {held}. Name it, or its copy, in FILES_S3_BUCKET.")
    if bucket() and not held:
        raise Refused(
            "This backup holds the files of folders. Restore it without FILES_S3_BUCKET, and copy the folders into the "
            "bucket afterwards."
        )


def parts_required(place: Path, manifest: dict[str, Any]) -> None:
    for name, about in manifest["parts"].items():
        if not (place / name).exists() or digest_of(place / name) != about["sha256"]:
            raise Refused(f"{place / name} is missing or damaged: use another backup. Nothing was changed.")


def emptiness_required() -> None:
    if row_counts():
        raise Refused("The database is not empty. Create an empty one, and name it in DATABASE_URL.")
    for name, folder in folders().items():
        if folder.exists() and next(every_file(folder), None) is not None:
            raise Refused(f"The folder of {name}, {folder}, is not empty. Name an empty one in the settings.")


def restoring(place: Path) -> list[str]:
    from django.db import connection

    database = str(connection.get_connection_params()["dbname"])
    connection.close()
    return [
        "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={database}", "--jobs=2",
        str(place / "database.dump"),
    ]  # fmt: skip


def unpack(path: Path) -> None:
    """Each file into its folder; a name that leads out of it is refused."""
    with tarfile.open(path) as archive:
        for member in archive:
            name, _slash, rest = member.name.partition("/")
            folder = folders().get(name)
            if folder is None or not member.isreg():
                raise Refused(f"{path}: {member.name} is no file of ours.")
            folder.mkdir(parents=True, exist_ok=True)
            member.name = rest
            archive.extract(member, folder, filter="data")


def report(manifest: dict[str, Any]) -> int:
    """One line for each check; 1 when one of them does not hold."""
    found = [check(manifest) for check in (rows_agree, head_agrees, chain_holds, ledger_holds, files_hold, keys_open)]
    for is_well, words in found:
        print(f"{'✓' if is_well else '✗'} {words}")
    return 0 if all(is_well for is_well, _words in found) else 1


def rows_agree(manifest: dict[str, Any]) -> tuple[bool, str]:
    now, then = row_counts(), manifest["rows"]
    apart = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    words = "; ".join(f"{name}: {then.get(name)} then, {now.get(name)} now" for name in apart[:10])
    return not apart, f"rows: {sum(now.values())} in {len(now)} tables" + (
        f"; {words}" if words else ", as counted then"
    )


def head_agrees(manifest: dict[str, Any]) -> tuple[bool, str]:
    from django.db import connection

    head = manifest["audit_head"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(digest, 'hex') FROM audit_auditlink ORDER BY day DESC, number DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0] if row else None) == (
        head and head["digest"]
    ), f"audit trail: ends with {row[0] if row else 'nothing'}"


def chain_holds(manifest: dict[str, Any]) -> tuple[bool, str]:
    return managed("audit_verify")


def ledger_holds(manifest: dict[str, Any]) -> tuple[bool, str]:
    return managed("ledger_verify")


def files_hold(manifest: dict[str, Any]) -> tuple[bool, str]:
    return managed("files_verify")


def keys_open(manifest: dict[str, Any]) -> tuple[bool, str]:
    from portal.operations.soundness import KeysCheck

    check = KeysCheck()
    check.run()
    words = f"keys: {check.rows} rows with encrypted columns, {len(check.faults)} that no key opens"
    return not check.faults, words


def managed(name: str) -> tuple[bool, str]:
    """One of manage.py's checks; its last line."""
    from django.core.management import CommandError, call_command

    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            call_command(name, stdout=said, stderr=said)
    except CommandError as error:
        return False, f"{name}: {said.getvalue().strip()} {error}"
    except SystemExit as end:
        return not end.code, f"{name}: {said.getvalue().strip()}"
    return True, f"{name}: {said.getvalue().strip().splitlines()[0]}"


if __name__ == "__main__":
    sys.exit(command(main))
