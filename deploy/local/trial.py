"""`make trial`: a whole machine as a city has it, changed under load; on servers and in a folder of its own.

with-python trial.py
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from console import command
from setup import PYTHON, ROOT, setup


def main() -> int:
    setup("trial")
    signal.signal(signal.SIGINT, lambda number, frame: None)  # the trial hears Ctrl-C itself, and stops its servers
    return subprocess.run([PYTHON, ROOT / "deploy/trial/run.py"], cwd=ROOT, env=dict(os.environ)).returncode


if __name__ == "__main__":
    sys.exit(command(main))
