"""A backup is made beside people at work, restored into a fresh cluster and fresh folders, and checked; one that is
damaged, or whose keys are not at hand, is refused before anything is touched."""

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from certifications.certificates.services.batches import batch_work
from tests.faults.cases import unheard
from tests.faults.cases_courses import a_batch
from tests.faults.conftest import Machine
from tests.faults.machine import HOME, ROOT, Postgres, site
from tests.faults.people import learners, together

CHECKS = ("rows:", "audit trail:", "audit_verify:", "ledger_verify:", "files_verify:", "keys:")


def script(name: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script of deploy/backup as somebody at the keyboard runs it."""
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "PYTHONPATH": ""} | environment
    told = [sys.executable, f"deploy/backup/{name}.py", *map(str, words)]
    return subprocess.run(told, check=False, cwd=ROOT, env=given, capture_output=True, text=True)


def backup_beside_people_at_work(place: Path) -> Path:
    """The backup's folder; meanwhile people study."""
    everybody, ends = learners(2), threading.Event()
    connections.close_all()
    with site() as web:
        studying = together([partial(one.study, web, ends) for one in everybody])
        done = script("make", place)
        ends.set()
        for thread in studying:
            thread.join(30)
    assert done.returncode == 0, done.stderr
    (made,) = place.iterdir()
    return made


@pytest.fixture(scope="module")
def made(machine: Machine) -> Path:
    with unheard():
        (batch,) = a_batch()
        batch_work(batch_id=batch, at=timezone.now())
    return backup_beside_people_at_work(HOME / "backups")


@pytest.fixture
def elsewhere() -> dict[str, str]:
    """A fresh cluster and fresh folders; the cluster is ended afterwards."""
    fresh = Postgres(name="restored")
    fresh.make()
    fresh.start()
    fresh.run("createdb", "-h", fresh.sockets, "-U", "qiaoshou", "qiaoshou")
    folder = HOME / "restored-files"
    yield {
        "DATABASE_URL": fresh.url(),
        **{f"{name}_ROOT": str(folder / name) for name in ("MEDIA", "PRIVATE_FILES", "LESSON_FILES")},
    }
    fresh.stop()
    for place in (fresh.data, fresh.sockets, folder):
        shutil.rmtree(place, ignore_errors=True)


def test_restored_elsewhere_it_is_the_same_to_the_last_row_and_file(made: Path, elsewhere: dict[str, str]) -> None:
    done = script("restore", made, **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines] == [name.split()[0] for name in CHECKS]
    assert all(line.startswith("✓") for line in lines)
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["files"] > 5
    again = script("restore", made, **elsewhere)
    assert (again.returncode, "not empty" in again.stderr) == (1, True)
    lost = next(path for path in sorted(Path(elsewhere["PRIVATE_FILES_ROOT"]).rglob("*")) if path.is_file())
    lost.write_bytes(b"x")
    checked = script("restore", made, "--check-only", **elsewhere)
    assert (checked.returncode, "✗ files_verify" in checked.stdout) == (1, True)


def test_keys_are_not_in_it_and_without_them_nothing_is_touched(made: Path, elsewhere: dict[str, str]) -> None:
    keys = json.loads((ROOT / "var" / "local-keys.json").read_text())
    for path in made.iterdir():
        content = path.read_bytes()
        assert not any(str(key).encode() in content for key in keys.values()), path
    stranger = base64.urlsafe_b64encode(bytes(32)).decode()
    refused = script("restore", made, FAULTS_KEY=stranger, **elsewhere)
    assert (refused.returncode, "PRIVACY_KEYS" in refused.stderr) == (1, True)
    assert not Path(elsewhere["PRIVATE_FILES_ROOT"]).exists()


def test_one_that_is_damaged_or_unfinished_is_refused(made: Path, tmp_path: Path, elsewhere: dict[str, str]) -> None:
    broken = shutil.copytree(made, tmp_path / "broken")
    with (broken / "files.tar").open("r+b") as file:
        file.seek(600)
        file.write(b"!")
    refused = script("restore", broken, **elsewhere)
    assert (refused.returncode, "damaged" in refused.stderr) == (1, True)
    (broken / "manifest.json").unlink()
    unfinished = script("restore", broken, **elsewhere)
    assert (unfinished.returncode, "never finished" in unfinished.stderr) == (1, True)
