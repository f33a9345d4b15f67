"""Everything the project needs on this machine: system packages, virtual environment, locked packages, catalogues.

    with-python setup.py [run|test|faults|trial]

Standard library only. Running it again does nothing and takes a moment. All but ``run`` add what only they need.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from glob import glob
from importlib.util import find_spec
from pathlib import Path

from console import Stop, command, say, tail

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "qiaoshou-stamp"
LOCK = ROOT / "requirements-dev.lock"
INSTALLER_LOCK = HERE / "installer.lock"
NEEDED_MIB = 2048
# Sections of debian-packages.txt.
SECTIONS = {"run": ["run"], "test": ["run", "test"], "faults": ["run", "faults"], "trial": ["run", "trial"]}


def setup(purpose: str = "run") -> None:
    """Make ready for one of them; raises ``Stop`` with what the person must do when it cannot."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` at once: the second waits
        system_packages(SECTIONS[purpose])
        python_packages()
        catalogues()


def system_packages(sections: list[str]) -> None:
    """Install what is missing when root; otherwise name the command that does."""
    missing = missing_packages(sections)
    if not missing:
        return
    names = " ".join(missing)
    install = f"apt-get install -y --no-install-recommends {names}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise Stop(
            f"本机缺少软件包：{names}。请运行：{sudo}{install}",
            f"This machine lacks: {names}. Run: {sudo}{install}",
        )
    say(f"安装系统软件包：{names}", f"Installing system packages: {names}")
    log = VAR / "log" / "apt.log"
    quiet_run(["apt-get", "update"], log, is_fatal=False)
    quiet_run([*install.split()], log)
    still = missing_packages(sections)
    if still:
        raise Stop(
            f"安装之后仍缺少：{' '.join(still)}。记录见 {log}。",
            f"Still missing after the installation: {' '.join(still)}. See {log}.",
        )


def missing_packages(sections: list[str]) -> list[str]:
    missing = []
    section = ""
    for line in (HERE / "debian-packages.txt").read_text("utf-8").splitlines():
        words = line.split("#")[0].split()
        if line.startswith("["):
            section = line.strip("[] ")
        elif words and section in sections and not any(is_there(proof) for proof in words[1:]):
            missing.append(words[0])
    return missing


def is_there(proof: str) -> bool:
    if proof.startswith("import:"):
        return find_spec(proof.removeprefix("import:")) is not None
    if proof.startswith("/"):
        return bool(glob(proof))
    return shutil.which(proof) is not None


def python_packages() -> None:
    """The virtual environment with exactly the locked packages, each checked against its hash."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and works(PYTHON):
        return
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < NEEDED_MIB:
        raise Stop(
            f"磁盘只剩 {free} MiB，至少需要 {NEEDED_MIB} MiB。请腾出空间后重试。",
            f"Only {free} MiB are free on the disk; at least {NEEDED_MIB} MiB are needed. Free some and try again.",
        )
    say("安装 Python 软件包（第一次需要一会儿）", "Installing Python packages (a while the first time)")
    log = VAR / "log" / "packages.log"
    begun = time.monotonic()
    if VENV.exists() and not works(PYTHON):
        shutil.rmtree(VENV)
    uv = shutil.which("uv")
    if not VENV.exists():
        if uv:
            quiet_run([uv, "venv", "--python", sys.executable, str(VENV)], log)
        else:
            quiet_run([sys.executable, "-m", "venv", str(VENV)], log)
    install(uv or own_uv(log), log)
    link_source_roots()
    STAMP.write_text(wanted)
    seconds = time.monotonic() - begun
    say(f"软件包就绪（{seconds:.0f} 秒）", f"Packages are ready ({seconds:.0f} s)")


def fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, INSTALLER_LOCK, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import encodings"], capture_output=True).returncode == 0
    except OSError:
        return False


def own_uv(log: Path) -> str | None:
    """uv installed into the virtual environment: many times faster than pip. ``None`` when it is not to be had."""
    own = VENV / "bin" / "uv"
    if not own.exists():
        if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
            quiet_run([PYTHON, "-m", "ensurepip"], log)
        quiet_run([*PIP, "--require-hashes", "-r", INSTALLER_LOCK], log, is_fatal=False)
    return str(own) if own.exists() else None


PIP = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]


def install(uv: str | None, log: Path) -> None:
    done = None
    if uv:
        # uv does not read pip's configuration: a mirror configured there must serve here too.
        environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"} | pip_mirror()
        options = ["--python", PYTHON, "--require-hashes", "-r", LOCK]
        done = quiet_run([uv, "pip", "install", *options], log, environment=environment, is_fatal=False)
    if done is None or done.returncode:
        if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
            quiet_run([PYTHON, "-m", "ensurepip"], log)
        quiet_run([*PIP, "--require-hashes", "-r", LOCK], log)


def pip_mirror() -> dict[str, str]:
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return {}
    asked = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    for line in asked.stdout.splitlines():
        name, _, value = line.partition("=")
        if name.endswith(".index-url"):
            return {"UV_DEFAULT_INDEX": value.strip("'\"")}
    return {}


def link_source_roots() -> None:
    """Both source roots on the path of this environment's Python, relative, so that the checkout may move."""
    asked = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True
    )
    packages = Path(asked.stdout.strip())
    up = os.path.relpath(ROOT, packages)
    (packages / "qiaoshou.pth").write_text(f"{up}\n{up}/site\n", "utf-8")


def catalogues() -> None:
    """Compile the message catalogues that are newer than their compiled form."""
    for source in sorted([*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("locale_vendor/*/LC_MESSAGES/*.po")]):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = compiled.with_suffix(f".{os.getpid()}.tmp")
        done = subprocess.run(["msgfmt", "--check-format", "-o", draft, source], capture_output=True, text=True)
        if done.returncode:
            draft.unlink(missing_ok=True)
            raise Stop(
                f"译文目录 {source.relative_to(ROOT)} 有错误：{done.stderr.strip()}",
                f"The catalogue {source.relative_to(ROOT)} has errors: {done.stderr.strip()}",
            )
        draft.replace(compiled)


def quiet_run(
    words: list[object] | list[str], log: Path, *, environment: dict[str, str] | None = None, is_fatal: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run a command with its output in a log; when it fails and must not, stop with the last of it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = (environment or dict(os.environ)) | {"DEBIAN_FRONTEND": "noninteractive"}
    words = [str(word) for word in words]
    with log.open("a", encoding="utf-8") as output:
        print("$", json.dumps(words, ensure_ascii=False), file=output, flush=True)
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False
        )
    if done.returncode and is_fatal:
        print(tail(log), file=sys.stderr)
        raise Stop(
            f"命令失败：{' '.join(words[:4])} …。全部输出见 {log}。",
            f"A command failed: {' '.join(words[:4])} …. Its whole output is in {log}.",
        )
    return done


def main() -> int:
    setup(sys.argv[1] if len(sys.argv) > 1 else "run")
    return 0


if __name__ == "__main__":
    sys.exit(command(main))
