"""What a workload answers, and how a server under load is measured."""

import http.client
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Result:
    """One measured workload. ``value`` is what the bar speaks of, in ``unit``; times are milliseconds."""

    value: float
    unit: str
    n: int
    median_ms: float
    p95_ms: float
    cpu_s: float
    peak_mib: float
    bar: str = ""
    met: bool | None = None
    # Of a growth run: what was measured at each size.
    by_size: dict[str, float] | None = None

    def as_line(self, name: str) -> dict[str, Any]:
        rounded = {k: round(v, 2) if isinstance(v, float) else v for k, v in self.__dict__.items() if k != "by_size"}
        sizes = {"by_size": {size: round(v, 2) for size, v in self.by_size.items()}} if self.by_size else {}
        return {"name": name, **rounded, **sizes}


def family(pid: int) -> list[int]:
    """A process and all its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting += parents.get(current, [])
    return found


def cpu_seconds(pids: list[int]) -> dict[int, float]:
    """User and system seconds that each process has used, with its ended children."""
    used = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used[pid] = sum(map(int, fields[11:15])) / TICK
    return used


def peak_mib(pids: list[int]) -> float:
    """The sum of the processes' highest resident sizes."""
    total = 0
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
    return total / 1024


@contextmanager
def server(port: int, workers: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """The portal as a city runs it: granian, two processes, the bench settings."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
         "--workers", str(workers), "--blocking-threads", "16", "--log-level", "error", "portal.wsgi:application"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_until_it_answers(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no answer on port {port} after {seconds:.0f} s")


def get(line: http.client.HTTPConnection, path: str, cookie: str = "") -> tuple[int, bytes]:
    line.request("GET", path, headers={"Host": "127.0.0.1", "Accept-Encoding": "identity", "Cookie": cookie})
    answer = line.getresponse()
    return answer.status, answer.read()


def _client(
    port: int, pages: list[tuple[str, str]], seconds: float, seed: int, out: "multiprocessing.Queue[Any]"
) -> None:
    times: list[float] = []

    def run(offset: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        position, end = offset, time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.perf_counter()
            path, cookie = pages[position % len(pages)]
            status, _ = get(line, path, cookie)
            times.append(time.perf_counter() - started)
            assert status == 200, (path, status)
            position += 7

    threads = [threading.Thread(target=run, args=(seed * 31 + i * 17,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put(times)


def _load(port: int, pages: list[tuple[str, str]], *, clients: int, seconds: float) -> list[float]:
    """The seconds each request took, the shortest first, from processes of four clients each."""
    spawn = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[Any] = spawn.Queue()
    loaders = [
        spawn.Process(target=_client, args=(port, pages, seconds, seed, queue)) for seed in range(max(1, clients // 4))
    ]
    for loader in loaders:
        loader.start()
    times = sorted(t for _ in loaders for t in queue.get(timeout=seconds + 60))
    for loader in loaders:
        loader.join()
    return times


def under_load(
    port: int, paths: list[str], *, clients: int = 8, seconds: float = 8, cookies: list[str] | None = None
) -> Result:
    """Requests per second over the paths with keep-alive clients; the server and the load share the cores.

    ``cookies``: one for each path, for pages of somebody who has signed in.
    """
    pages = list(zip(paths, cookies or [""] * len(paths), strict=True))
    from django.db import connection

    with server(port) as process, connection.cursor() as cursor:
        for path, cookie in pages[:20]:
            get(http.client.HTTPConnection("127.0.0.1", port, timeout=30), path, cookie)
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        database = [pid for (pid,) in cursor.fetchall()]
        watched = family(process.pid) + database
        before = cpu_seconds(watched)
        started = time.perf_counter()
        times = _load(port, pages, clients=clients, seconds=seconds)
        elapsed = time.perf_counter() - started
        after = cpu_seconds(watched)
        return Result(
            value=len(times) / min(elapsed, seconds),
            unit="requests/s",
            n=len(times),
            median_ms=statistics.median(times) * 1000,
            p95_ms=times[int(len(times) * 0.95)] * 1000,
            cpu_s=sum(after[pid] - before.get(pid, 0) for pid in after),
            peak_mib=peak_mib(watched),
        )
