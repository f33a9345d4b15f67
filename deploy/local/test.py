"""`make test`: set up, start the services, run the tests (the browser tests too), and leave as found.

with-python test.py             T="tests/foundation -k audit" in the environment narrows the run
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

from console import command
from services import forgetful_database, services
from setup import PYTHON, ROOT, setup


def main() -> int:
    setup("test")
    wanted = shlex.split(os.environ.get("T", ""))
    # Browser tests run by themselves: a process that drives a browser cannot be forked, as the tests of crashes do.
    runs = [wanted] if wanted else [["-q", "-m", "not browser"], ["-q", "-m", "browser"]]
    with services():
        surroundings = os.environ | forgetful_database()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # pytest hears Ctrl-C itself, and reports before it ends
        for run in runs:
            several = [] if any(word.startswith("-n") for word in run) else ["-n", "2", "--dist", "loadgroup"]
            words = [str(PYTHON), "-m", "pytest", *run, *several]
            status = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, env=surroundings).returncode
            if status:
                return status
        return 0


if __name__ == "__main__":
    sys.exit(command(main))
