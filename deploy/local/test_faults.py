"""`make test-faults`: what happens when servers die, disks fill and clocks jump; on a machine in a temporary folder.

with-python test_faults.py      T="-k broker" in the environment narrows the run

PostgreSQL, Redis, the site, Celery and their files are the run's own: those of `make services` are never touched.
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from console import command
from services import free_port
from setup import PYTHON, ROOT, setup


def main() -> int:
    setup("faults")
    home = Path(tempfile.mkdtemp(prefix="qiaoshou-faults-", dir="/tmp"))
    home.chmod(0o755)  # PostgreSQL's user has to come through
    try:
        return run(home)
    finally:
        if os.environ.get("FAULTS_KEEP"):
            print(home)
        else:
            shutil.rmtree(home, ignore_errors=True)


def run(home: Path) -> int:
    environment = os.environ | {
        "FAULTS_HOME": str(home),
        "DATABASE_URL": f"postgres://qiaoshou@/{home / 'postgres-sockets'}/qiaoshou",
        "BROKER_URL": f"redis://:{secrets.token_hex(16)}@127.0.0.1:{free_port()}/0",
        "MEDIA_ROOT": str(home / "files" / "media"),
        "PRIVATE_FILES_ROOT": str(home / "files" / "private"),
        "LESSON_FILES_ROOT": str(home / "files" / "lessons"),
        "TMPDIR": str(home / "tmp"),
    }
    for folder in ("fuse", "tmp", "files/media", "files/private", "files/lessons"):
        (home / folder).mkdir(parents=True)
    begin = "from tests.faults import clock; clock.begin()"
    subprocess.run([PYTHON, "-c", begin], cwd=ROOT, env=environment, check=True)
    # pytest hears Ctrl-C itself, and ends what it started. Not ignored: that would be inherited.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    words = [str(PYTHON), "-m", "pytest", "tests/faults", "--ds=tests.faults.settings", "-q", "--durations=12"]
    words += ["-p", "no:randomly", "-x", *shlex.split(os.environ.get("T", ""))]
    return subprocess.run(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(command(main))
