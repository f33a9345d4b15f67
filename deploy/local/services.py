"""A private PostgreSQL and a private Redis for this checkout, on this machine only.

PostgreSQL listens on a socket in a directory that only its owner and root can enter; Redis on a loopback port, with
a password. Standard library only: the set-up runs this before anything is installed.

    with-python services.py start     start what DATABASE_URL / BROKER_URL do not give, and leave it running
    with-python services.py stop      stop it
    with-python services.py destroy   stop it, and remove the data

The tests have a PostgreSQL of their own beside it, which does not wait for the disk: nothing in it is worth keeping.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from console import Stop, command, say, tail

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
TAG = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
DATABASE = "qiaoshou"
ENVIRONMENT = VAR / "services.env"  # settings read it, so that manage.py and pytest find the services by themselves
IN_USE = VAR / "services.lock"  # held shared by whatever uses the services
ON_DEMAND = VAR / "services.on-demand"  # they were started by a command that needed them, not by `make services`
NEEDED_MIB = 500


def main() -> int:
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action == "start":
        start()
        ON_DEMAND.unlink(missing_ok=True)
        say(
            f"数据库和消息服务已启动；地址见 {ENVIRONMENT}",
            f"The services are up; their addresses are in {ENVIRONMENT}",
        )
    elif action == "stop":
        stop()
        say("数据库和消息服务已停止", "The services are stopped")
    elif action == "destroy":
        destroy()
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


@contextmanager
def services() -> Iterator[None]:
    """The services, for as long as the block runs. Whoever leaves last stops what was started on demand."""
    lock = acquire()
    try:
        yield
    finally:
        release(lock)


def forgetful_database() -> dict[str, str]:
    """Within `services`: the tests' own PostgreSQL as a variable; nothing when the caller gives a database."""
    return {} if given("DATABASE_URL") else {"DATABASE_URL": Forgetful().start()[0]}


def acquire() -> int:
    """Start the services if need be; the lock to hand to ``release``."""
    make_var()
    lock = os.open(IN_USE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    if start():
        ON_DEMAND.touch()
    return lock


def release(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another command still uses them
    if ON_DEMAND.exists():
        stop()
    os.close(lock)


def start() -> bool:
    """Start what the caller has none of his own of; whether anything had to be started."""
    make_var()
    with (VAR / "services.starting").open("w") as turn, ThreadPoolExecutor(2) as pool:
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted = {
            name: pool.submit(kind().start)
            for name, kind in {"DATABASE_URL": Postgres, "BROKER_URL": Redis}.items()
            if not given(name)
        }
        answers_ = {name: future.result() for name, future in wanted.items()}
        draft = ENVIRONMENT.with_suffix(".tmp")
        draft.touch(mode=0o600)
        draft.write_text("".join(f"{name}={url}\n" for name, (url, _started) in answers_.items()), "utf-8")
        draft.replace(ENVIRONMENT)
    return any(started for _url, started in answers_.values())


def given(name: str) -> bool:
    """Whether the environment, or `.env`, names an address of the caller's own."""
    if os.environ.get(name):
        return True
    try:
        lines = (ROOT / ".env").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return False
    return any(line.strip().removeprefix("export ").startswith(f"{name}=") for line in lines)


def stop() -> None:
    ON_DEMAND.unlink(missing_ok=True)
    Redis().stop()
    try:
        servers = [Postgres(), Forgetful()]
    except Stop:
        return  # no binaries, so nothing of ours runs
    for server in servers:
        server.stop()


def destroy() -> None:
    stop()
    Redis().remove()
    for kind in (Forgetful, Postgres):
        try:
            kind().remove()
        except Stop:
            shutil.rmtree(VAR / kind.folder, ignore_errors=True)


def make_var() -> None:
    """Make the data folder, or say why it cannot be made."""
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=VAR) as probe:
            probe.write(b"\0" * 65536)
    except OSError as error:
        raise Stop(
            f"无法写入 {VAR}（{error.strerror}）。请腾出空间或修正文件夹权限。",
            f"Cannot write to {VAR} ({error.strerror}). Free some space or correct the folder's rights.",
        ) from None
    free = shutil.disk_usage(VAR).free // 2**20
    if free < NEEDED_MIB:
        raise Stop(
            f"{VAR} 所在磁盘只剩 {free} MiB，至少需要 {NEEDED_MIB} MiB。",
            f"Only {free} MiB are free on the disk of {VAR}; at least {NEEDED_MIB} MiB are needed.",
        )


class Postgres:
    """The server's binaries are the system's; as root it runs as the `postgres` user, who must reach the data."""

    folder = "postgres"
    options = "-c max_connections=200"

    def __init__(self) -> None:
        self.owner = "postgres" if os.geteuid() == 0 else None
        self.binaries = self._binaries()
        self.home = self._home()
        self.data = self.home / self.folder
        mark = self.folder.removeprefix("postgres")
        self.sockets = Path("/tmp") / f"qiaoshou-{TAG}{mark}"  # a socket's path must stay under 108 bytes
        self.log = self.home / f"{self.folder}.log"

    @staticmethod
    def _binaries() -> Path:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
        for folder in folders:
            if (folder / "initdb").exists() and int(folder.parent.name) >= 15:
                return folder
        found = shutil.which("initdb")
        if found:
            return Path(found).resolve().parent
        raise Stop(
            "没有安装 PostgreSQL 15 或更新版本。请运行：apt-get install postgresql",
            "PostgreSQL 15 or newer is not installed. Run: apt-get install postgresql",
        )

    def _home(self) -> Path:
        """`var/`, unless root's checkout lies where the `postgres` user cannot go."""
        if self.owner is None or self._as_owner(["test", "-x", str(VAR)], check=False).returncode == 0:
            return VAR
        return Path("/var/lib/qiaoshou") / TAG

    def _as_owner(self, words: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        if self.owner:
            words = ["runuser", "-u", self.owner, "--", *words]
        done = subprocess.run(words, capture_output=True, text=True, cwd="/", stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise self._complaint(done.stderr or done.stdout)
        return done

    def _complaint(self, said: str) -> Stop:
        last = [line for line in said.strip().splitlines() if line.strip()][-1:] or ["no message"]
        return Stop(
            f"本地数据库没有启动（{last[0].strip()}）。日志：{self.log}。如需清空并重新开始：make clean",
            f"The private database did not start ({last[0].strip()}). Its log is {self.log}. "
            "To begin anew with an empty one: make clean",
        )

    def _own(self, folder: Path) -> None:
        """A folder that only the server's user enters; one that somebody else put there is refused."""
        user = pwd.getpwnam(self.owner).pw_uid if self.owner else os.geteuid()
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {user, os.geteuid()}:
            raise Stop(
                f"{folder} 属于其他用户。请删除它，或换用原来的用户运行。",
                f"{folder} belongs to another user. Remove it, or run as the user who ran this before.",
            )
        if self.owner:
            shutil.chown(folder, self.owner, self.owner)
        folder.chmod(0o700)

    def url(self) -> str:
        return f"postgres://qiaoshou@/{self.sockets}/{DATABASE}"

    def running(self) -> bool:
        if self._control("status").returncode != 0:
            return False
        if (self.sockets / ".s.PGSQL.5432").exists():
            return True
        self._control("stop", "-m", "fast", "-w", "-s")  # something swept /tmp: nobody can reach this server any more
        return False

    def _control(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._as_owner([str(self.binaries / "pg_ctl"), action, "-D", str(self.data), *options], check=False)

    def start(self) -> tuple[str, bool]:
        """The address, and whether the server had to be started."""
        self._own(self.sockets)
        if self.data.exists() and self.owner is None and self.data.stat().st_uid != os.geteuid():
            raise Stop(
                f"{self.data} 属于其他用户（可能曾以 root 运行）。请换用原来的用户，或删除后重新开始。",
                f"{self.data} belongs to another user (it may have been run as root). Run as that user, or remove it.",
            )
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self.running():
            return self.url(), False
        self._launch()
        return self.url(), True

    def _initialise(self) -> None:
        if self.home != VAR:
            for folder in (self.home.parent, self.home):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o755)
        shutil.rmtree(self.data, ignore_errors=True)  # what a broken first start left
        self._own(self.data)
        # The socket's folder is the lock on the door: whoever may enter it is trusted.
        self._as_owner(
            [str(self.binaries / "initdb"), "-D", str(self.data), "-U", "qiaoshou", "-E", "UTF8", "--auth=trust",
             "--locale=C.UTF-8", "--no-instructions"]
        )  # fmt: skip

    def _launch(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        ours = self._as_owner([str(self.binaries / "postgres"), "--version"]).stdout.split()[2]
        if ours.partition(".")[0] != version:
            raise Stop(
                f"本地数据库由 PostgreSQL {version} 建立，本机现为 {ours}。请安装原版本，或运行 make clean 重新开始。",
                f"The private database was made by PostgreSQL {version}; this machine has {ours}. "
                "Install the old version, or begin anew: make clean",
            )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.sockets} {self.options}"
        self.log.touch(exist_ok=True)
        if self.owner:
            shutil.chown(self.log, self.owner)
        done = self._control("start", "-w", "-t", "60", "-s", "-l", str(self.log), "-o", options)
        if done.returncode:
            raise self._complaint(tail(self.log) or done.stderr)
        psql = [str(self.binaries / "psql"), "-h", str(self.sockets), "-U", "qiaoshou", "-d", "postgres", "-tAc"]
        if not self._as_owner([*psql, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"]).stdout.strip():
            self._as_owner([*psql, f"CREATE DATABASE {DATABASE}"])

    def stop(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._control("stop", "-m", "fast", "-w", "-s")

    def remove(self) -> None:
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
        if self.home != VAR:
            shutil.rmtree(self.home, ignore_errors=True)


class Forgetful(Postgres):
    """A server that survives its own end but not the machine's: a copy of a database costs a tenth of the time."""

    folder = "postgres-tests"
    options = "-c max_connections=200 -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class Redis:
    """Debian's redis-server; the broker, the cache and the rate limits use it."""

    def __init__(self) -> None:
        self.home = VAR / "redis"
        self.url_file = self.home / "url"
        self.pid_file = self.home / "redis.pid"
        self.log = self.home / "redis.log"

    def start(self) -> tuple[str, bool]:
        """The address, and whether the server had to be started."""
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        if not binary:
            raise Stop(
                "没有安装 Redis。请运行：apt-get install redis-server",
                "Redis is not installed. Run: apt-get install redis-server",
            )
        if self._pid() and self.url_file.exists():
            return self.url_file.read_text().strip(), False
        self._launch(binary)
        return self.url_file.read_text().strip(), True

    def _pid(self) -> int | None:
        """The running server's process id, if the file still tells the truth."""
        try:
            pid = int(self.pid_file.read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"redis" in words or b"valkey" in words else None

    def _launch(self, binary: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        port, password = free_port(), secrets.token_hex(16)
        settings = {
            "bind": "127.0.0.1", "port": port, "requirepass": password, "daemonize": "yes", "dir": f'"{self.home}"',
            "pidfile": f'"{self.pid_file}"', "logfile": f'"{self.log}"', "appendonly": "yes", "save": '""',
        }  # fmt: skip
        # By standard input: the password must not stand in the list of processes.
        done = subprocess.run(
            [binary, "-"], input="".join(f"{name} {value}\n" for name, value in settings.items()),
            capture_output=True, text=True,
        )  # fmt: skip
        if not done.returncode and wait_for(lambda: self._pid() is not None and answers(port, password)):
            self.url_file.touch(mode=0o600)
            self.url_file.write_text(f"redis://:{password}@127.0.0.1:{port}/0")
            return
        said = (tail(self.log, 1) or done.stderr or done.stdout).strip()
        raise Stop(
            f"本地 Redis 没有启动（{said}）。日志：{self.log}。如需清空并重新开始：make clean",
            f"The private Redis did not start ({said}). Its log is {self.log}. To begin anew: make clean",
        )

    def stop(self) -> None:
        pid = self._pid()
        if pid:
            os.kill(pid, 15)
            wait_for(lambda: self._pid() is None)

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return b"+OK" in line.recv(64)
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(command(main))
