"""`make bench`: the measured workloads. B="G1 G2" in the environment names some of them."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

from console import command
from services import services
from setup import PYTHON, ROOT, setup


def main() -> int:
    setup("run")
    with services():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        words = [str(PYTHON), "-m", "bench", *shlex.split(os.environ.get("B", ""))]
        return subprocess.run(words, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(command(main))
