"""What deploy/release.py asks of systemd, on a machine that does not run it: start, stop and restart of our units.

    systemctl.py start|stop|restart UNIT...      RUN_FOLDER keeps the process ids; SITE_HOME names the release

A unit runs what its file in deploy/systemd says, with TERM to the main process, as `KillMode=mixed` does.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from configparser import RawConfigParser
from pathlib import Path

HOME = Path(os.environ["SITE_HOME"])
RUN = Path(os.environ["RUN_FOLDER"])
PLACE = "/srv/qiaoshou"


def service(unit: str) -> dict[str, str]:
    """The [Service] part of a unit's file, with the instance put in."""
    name, _at, instance = unit.removesuffix(".service").partition("@")
    file = HOME / "current/deploy/systemd" / f"{name}{'@' if instance else ''}.service"
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(file)
    return {key: value.replace("%i", instance).replace(PLACE, str(HOME)) for key, value in parser["Service"].items()}


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def pid_of(unit: str) -> int:
    try:
        return int((RUN / f"{unit}.pid").read_text())
    except OSError:
        return 0


def start(units: list[str]) -> int:
    """Begin all of them, then wait as `ExecStartPost` does; 1 when one of them does not come up."""
    begun = {}
    for unit in units:
        if pid_of(unit) and is_running(pid_of(unit)):
            continue
        about = service(unit)
        lighter = int(about.get("CPUWeight", 100)) < 100
        words = (["nice", "-n", "10"] if lighter else []) + shlex.split(about["ExecStart"])
        with (RUN / f"{unit}.log").open("a") as said:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
        (RUN / f"{unit}.pid").write_text(str(process.pid))
        begun[process] = about
    for process, about in begun.items():
        if not came_up(process, about):
            return 1
    return 0


def came_up(process: subprocess.Popen[bytes], about: dict[str, str]) -> bool:
    after = about.get("ExecStartPost")
    if after is None:
        return True
    asking = subprocess.Popen(shlex.split(after), stdout=subprocess.DEVNULL)
    while asking.poll() is None:
        if process.poll() is not None:
            asking.kill()
            asking.wait()
            return False
        time.sleep(0.1)
    return asking.returncode == 0


def stop(units: list[str]) -> None:
    """TERM to all of them, and the patience their files name; then what `TimeoutStopSec` does."""
    pids = {unit: pid for unit in units if (pid := pid_of(unit)) and is_running(pid)}
    for pid in pids.values():
        os.kill(pid, signal.SIGTERM)
    for unit, pid in pids.items():
        ends_at = time.monotonic() + float(service(unit).get("TimeoutStopSec", "90"))
        while is_running(pid):
            if time.monotonic() > ends_at:
                os.killpg(pid, signal.SIGKILL)
                (RUN / "killed").open("a").write(f"{unit}\n")
            time.sleep(0.05)
    for unit in units:
        (RUN / f"{unit}.pid").unlink(missing_ok=True)


def main() -> int:
    work, units = sys.argv[1], sys.argv[2:]
    if work in {"stop", "restart"}:
        stop(units)
    return start(units) if work in {"start", "restart"} else 0


if __name__ == "__main__":
    sys.exit(main())
