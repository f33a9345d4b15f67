"""Put a release beside the one that runs, change over to it one process at a time, and back again.

    release.py upgrade SOURCE [--pause] [--packages VENV]     SOURCE: a .tar.gz of the project, or a checkout
    release.py rollback                     to the release of before
    release.py status

To be run as root. The folders (below SITE_HOME, /srv/qiaoshou):

    releases/NAME/   code, .venv and collected static files of one release; never changed once it runs
    current          link to the release that runs; `previous`: to the one before
    static/          static files of all releases, for pages that were opened before the change
    backups/         one backup before every upgrade

Standard library only. Any step that fails stops the upgrade; up to "change over" the site has noticed nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
HOME = Path(os.environ.get("SITE_HOME", "/srv/qiaoshou"))
SETTINGS = Path(os.environ.get("SITE_SETTINGS", "/etc/qiaoshou/qiaoshou.env"))
USER = os.environ.get("SITE_USER", "qiaoshou")
SYSTEMCTL = os.environ.get("SYSTEMCTL", "systemctl")
WEB = ("qiaoshou-web@1", "qiaoshou-web@2")
QUEUES = ("default", "exchange", "imports", "papers", "media")
BACKGROUND = (*(f"qiaoshou-worker@{queue}" for queue in QUEUES), "qiaoshou-beat")
BREAKS = 4  # deploy/pending.py


class Stop(Exception):  # noqa: N818 - a sentence for whoever runs it
    """The work cannot go on: what happened, and what to do."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works = asked.add_subparsers(dest="work", required=True)
    upgrading = works.add_parser("upgrade")
    upgrading.add_argument("source", type=Path)
    upgrading.add_argument("--pause", action="store_true", help="stop the site while the migrations run")
    upgrading.add_argument("--packages", type=Path, help="a virtual environment of the same lock, made beforehand")
    works.add_parser("rollback")
    works.add_parser("status")
    given = asked.parse_args()
    os.umask(0o022)  # the site's user reads what root puts there
    try:
        if given.work == "upgrade":
            upgrade(given.source, pause=given.pause, packages=given.packages)
        elif given.work == "rollback":
            rollback()
        else:
            status()
    except Stop as reason:
        print(f"✗ {reason}", file=sys.stderr)
        return 1
    return 0


# --- the three works --------------------------------------------------------------------------------------------


def upgrade(source: Path, *, pause: bool, packages: Path | None) -> None:
    before = where("current")
    release = step("unpack", lambda: unpack(source))
    step("install", lambda: install(release, packages))
    step("check", lambda: start(release, "manage", "check", "--deploy", "--fail-level", "WARNING"))
    step("static files", lambda: static_files(release))
    if before is not None:
        step("migrations", lambda: migrations_looked_at(release, pause=pause))
        step("backup", lambda: start(before, "backup", str(HOME / "backups")))
    if pause and before is not None:
        step("stop", lambda: systemctl("stop", *BACKGROUND, *WEB))
    step("prepare the database", lambda: start(release, "manage", "prepare"))
    change_over(release, before)
    print(f"✓ {release.name} runs")


def rollback() -> None:
    before, now = where("previous"), where("current")
    if before is None or now is None:
        raise Stop("There is no release to go back to.")
    change_over(before, now)
    print(f"✓ {before.name} runs again; the database is as {now.name} left it")


def status() -> None:
    for name in ("current", "previous"):
        release = where(name)
        print(f"{name:9} {release.name if release else '-'}")
    subprocess.run([SYSTEMCTL, "--no-pager", "list-units", "qiaoshou*"], check=False)


# --- the steps --------------------------------------------------------------------------------------------------


def unpack(source: Path) -> Path:
    """The release's own folder; one that was unpacked before is left as it is."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{source.name.removesuffix('.tar.gz')}"
    release, draft = HOME / "releases" / name, HOME / "releases" / f".{name}"
    if source.is_dir():
        left_out = shutil.ignore_patterns(".git", ".venv", "var", ".env", "__pycache__", ".*_cache")
        shutil.copytree(source, draft, symlinks=True, ignore=left_out)
    else:
        with tarfile.open(source) as archive:
            archive.extractall(draft, filter="data")
        inside = list(draft.iterdir())
        if len(inside) == 1:  # everything in one folder
            inside[0].rename(release)
            draft.rmdir()
            draft = release
    if not (draft / "manage.py").exists():
        raise Stop(f"{source} does not hold this project: no manage.py in it.")
    (draft / "var").mkdir(exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(draft / "var", USER, USER)
    (draft / ".env").symlink_to(SETTINGS)
    draft.rename(release)
    return release


def install(release: Path, packages: Path | None) -> None:
    """The packages of the lock, each checked against its hash, and the catalogues compiled."""
    if packages is not None:
        (release / ".venv").symlink_to(packages.resolve())
    else:
        run([sys.executable, "-m", "venv", str(release / ".venv")])
        pip = [str(release / ".venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", str(release / "requirements.lock")])
        run([str(release / ".venv/bin/python"), "-m", "compileall", "-q", "-x", r"\.venv", str(release)])
    for folder in ("locale", "locale_vendor"):
        for source in (release / folder).glob("*/LC_MESSAGES/*.po"):
            run(["msgfmt", "-o", str(source.with_suffix(".mo")), str(source)])


def static_files(release: Path) -> None:
    """The release's static files, and beside those of the releases before: their pages are still open somewhere."""
    start(release, "manage", "collectstatic", "--noinput", "-v", "0")
    collected, shared = release / "var/static", HOME / "static"
    for source in collected.rglob("*"):
        target = shared / source.relative_to(collected)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists() or target.stat().st_size != source.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.draft")
            shutil.copy2(source, draft)
            draft.chmod(0o644)
            draft.replace(target)


def migrations_looked_at(release: Path, *, pause: bool) -> None:
    done = started(release, "pending")
    print(done.stdout.rstrip())
    if done.returncode not in {0, 3, BREAKS}:
        raise Stop(done.stderr[-1000:])
    if done.returncode == BREAKS and not pause:
        raise Stop(
            "Migrations marked `breaks` do not suit the code that still runs. Run it again with --pause: the site is "
            "then away for as long as they take, and says so. Nothing was changed."
        )


def change_over(release: Path, before: Path | None) -> None:
    """One web instance after the other; when one does not get ready, the release of before comes back."""
    point("current", release)
    changed: list[str] = []
    try:
        for unit in WEB:
            changed.append(unit)
            step(f"restart {unit}", lambda unit=unit: restart_web(release, unit))
    except Stop:
        if before is not None:
            print(f"· {before.name} comes back; what the migrations did stays …", file=sys.stderr)
            point("current", before)
            systemctl("restart", *changed)
            systemctl("start", *WEB, *BACKGROUND)
        raise
    if before is not None and before != release:
        point("previous", before)
    step("restart background work", lambda: systemctl("restart", *BACKGROUND))


def restart_web(release: Path, unit: str) -> None:
    systemctl("restart", unit)
    done = started(release, "probe", unit.rpartition("@")[2], "readyz")
    if done.returncode:
        raise Stop(f"{unit} does not get ready: {done.stdout.strip()}")


# --- the tools --------------------------------------------------------------------------------------------------


def step(name: str, work: Callable[[], Result]) -> Result:
    begun = time.monotonic()
    print(f"· {name} …", flush=True)
    done = work()
    print(f"✓ {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    return done


def where(name: str) -> Path | None:
    link = HOME / name
    return link.resolve() if link.exists() else None


def point(name: str, release: Path) -> None:
    """Let a link name another release, at one stroke."""
    draft = HOME / f".{name}.draft"
    draft.unlink(missing_ok=True)
    draft.symlink_to(release)
    draft.replace(HOME / name)


def systemctl(*words: str) -> None:
    run([SYSTEMCTL, *words])


def start(release: Path, *words: str) -> None:
    """Run deploy/start of a release as the site's user."""
    done = started(release, *words)
    if done.returncode:
        raise Stop(f"deploy/start {' '.join(words)}: {(done.stderr or done.stdout)[-2000:].strip()}")


def started(release: Path, *words: str) -> subprocess.CompletedProcess[str]:
    told = [str(release / "deploy/start"), *words]
    if os.geteuid() == 0 and USER != "root":
        told = ["runuser", "-u", USER, "--", *told]
    return subprocess.run(told, check=False, capture_output=True, text=True)


def run(words: list[str]) -> None:
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"{' '.join(words)}: {(done.stderr or done.stdout)[-2000:].strip()}")


if __name__ == "__main__":
    sys.exit(main())
