"""`make audit`: are there known weaknesses in the packages of the lock?

Asks the advisory database (PyPI's, or OSV with AUDIT_SERVICE=osv) through pip-audit, in an environment of its own, so
that the portal depends on none of it. Fails on a known weakness. Without the database nothing is known: that is said
as "skipped", never as "none found", and does not fail, so that a machine without the network can run it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from console import command, say
from setup import ROOT, VAR

TOOL = "pip-audit==2.10.1"
HOME = VAR / "audit"
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Asked about first, alone, because weaknesses of it are known: a database without them says nothing of others either.
PROBE = "django==5.2"
SECONDS = 600


class OutOfReachError(Exception):
    """The tool or the database is not to be had."""


def tool() -> Path:
    """pip-audit in its own environment; the first call installs it."""
    program = HOME / "bin" / "pip-audit"
    if not program.exists():
        made = subprocess.run([sys.executable, "-m", "venv", HOME], capture_output=True)
        done = made.returncode == 0 and subprocess.run(
            [HOME / "bin" / "python", "-m", "pip", "install", "--quiet", TOOL], capture_output=True
        )
        if not done or done.returncode:
            raise OutOfReachError(f"{TOOL} cannot be installed")
    return program


def asked(program: Path, requirements: Path, *options: str) -> list[dict[str, Any]]:
    """What the database says of each package of a file."""
    service = os.environ.get("AUDIT_SERVICE", "pypi")
    words = [program, "-r", requirements, "-s", service, "-f", "json", "--progress-spinner", "off", "--disable-pip"]
    try:
        done = subprocess.run([*words, *options], capture_output=True, text=True, timeout=SECONDS)
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        raise OutOfReachError(f"the database ({service}) did not answer") from error
    return found


def audited(program: Path) -> list[dict[str, Any]]:
    """Every package of the locks, once the database has shown that it answers."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "requirements.txt"
        probe.write_text(f"{PROBE}\n", "utf-8")
        if not any(one.get("vulns") for one in asked(program, probe, "--no-deps")):
            raise OutOfReachError(f"the database knows nothing even of {PROBE}: a mirror without advisories")
    rows = [one for lock in LOCKS for one in asked(program, ROOT / lock, "--require-hashes")]
    return list({one["name"]: one for one in rows}.values())


def main() -> int:
    try:
        rows = audited(tool())
    except OutOfReachError as reason:
        say(f"未检查（不等于没有问题）：{reason}", f"SKIPPED, nothing is known: {reason}")
        return 0
    weak = [one for one in rows if one.get("vulns")]
    unknown = sorted(one["name"] for one in rows if "skip_reason" in one)
    for one in weak:
        for known in one["vulns"]:
            print(f"✗ {one['name']} {one['version']}: {known['id']} → {', '.join(known['fix_versions']) or '?'}")
    if unknown:
        say(f"未检查：{'、'.join(unknown)}", f"Not audited: {', '.join(unknown)}")
    say(
        f"已检查 {len(rows) - len(unknown)} 个软件包，{len(weak)} 个有已知漏洞",
        f"{len(rows) - len(unknown)} packages audited, {len(weak)} with known weaknesses",
    )
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(command(main))
