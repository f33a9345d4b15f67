"""Results as they are kept: one file for each workload, with what they were measured on."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "wagtail", "granian", "psycopg", "celery", "weasyprint", "pikepdf", "openpyxl")


def keep(line: dict[str, Any]) -> None:
    """The newest result of a workload takes the place of the one before; their history is the repository's."""
    RESULTS.mkdir(exist_ok=True)
    about = {
        **line,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M UTC}",
        "machine": machine(),
        "versions": versions(),
    }
    text = json.dumps(about, ensure_ascii=False, indent=2)
    (RESULTS / f"{line['name']}.json").write_text(f"{text}\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What it ran on, and how busy that was in the minute before it ended: the workload itself is in this."""
    processors = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    memory = next(line for line in Path("/proc/meminfo").read_text("utf-8").splitlines() if line.startswith("MemTotal"))
    model = next((line.split(":", 1)[1].strip() for line in processors if line.startswith("model name")), "")
    return {
        "processor": model or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory.split()[1]) / 2**20, 1),
        "load": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    from bench.data import server_line

    with server_line() as line:
        database = line.info.parameter_status("server_version") or ""
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True).strip()
    own = {"commit": commit, "python": platform.python_version(), "postgresql": database.split(maxsplit=1)[0]}
    return own | {name: version(name) for name in PACKAGES}
