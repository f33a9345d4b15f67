"""The trial of a whole machine: two web instances, five workers and the timetable behind nginx, changed under load.

    make trial                     (deploy/local/trial.py sets up what it needs)

People study, look and claim through nginx while deploy/release.py brings a second release, goes back to the first, and
is given a broken one. Then a worker is stopped in the middle of slow tasks, and PostgreSQL is taken away. Prints one
JSON document, and ends with 0 only when no request failed, nothing acknowledged was lost and every text reached the
gateway.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from city import HERE, HOST, PATIENCE, ROOT, City
from people import claimants, learners, lost

CLIENTS = 4
LEARNERS, CLAIMANTS = 16, 24
CLAIM_SECONDS = 10
KEY = "key-of-the-trial"


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended first
    home = Path(tempfile.mkdtemp(prefix="qiaoshou-trial-", dir="/tmp"))
    home.chmod(0o755)  # PostgreSQL's user has to come through
    try:
        found = trial(home)
    finally:
        if os.environ.get("TRIAL_KEEP"):
            print(home, file=sys.stderr)
        else:
            shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["is_well"] else 1


def trial(home: Path) -> dict[str, Any]:
    from tests.exchange.other_system import OtherSystem, running

    gateway, city = OtherSystem(KEY), City(home)
    with running(gateway) as address:
        try:
            city.start(address, KEY)
            first = timed(lambda: required(city.release("upgrade", str(ROOT), *packages())))
            city.database.keep()
            begin(city)
            found = {"first_release_s": first[1], **under_load(city, gateway)}
            say(json.dumps(found, ensure_ascii=False))
            found |= without(city)
        finally:
            city.stop()
    checks = [value for name, value in found.items() if name.startswith("all_")]
    return {"is_well": all(checks) and not found["failed"] and not found["lost"], **found}


def packages() -> list[str]:
    return ["--packages", str(ROOT / ".venv")]


def required(done: subprocess.CompletedProcess[str]) -> str:
    say(done.stdout.rstrip())
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.monotonic()
    done = work()
    return done, round(time.monotonic() - begun, 1)


def begin(city: City) -> None:
    """Django in this process too, on the city's settings: to make people, and to look afterwards what is there."""
    os.environ |= city.settings | {"DJANGO_SETTINGS_MODULE": "portal.settings.production"}
    import django

    django.setup()
    import portal.celery  # noqa: F401 - what is arranged here wakes the city's workers


# --- under load -------------------------------------------------------------------------------------------------


def under_load(city: City, gateway: Any) -> dict[str, Any]:
    plan = {
        "host": HOST, "port": city.port, "clients": CLIENTS, "claim_seconds": CLAIM_SECONDS,
        "learners": learners(LEARNERS), "claimants": claimants(CLAIMANTS),
    }  # fmt: skip
    files = [city.home / name for name in ("plan.json", "result.json", "stop")]
    files[0].write_text(json.dumps(plan))
    load = subprocess.Popen([sys.executable, str(HERE / "load.py"), *map(str, files)])
    try:
        since = datetime.now(UTC)
        say("people are at work")
        time.sleep(10)
        begun_at, steps = time.time(), changed(city)
        time.sleep(3)
        files[2].touch()
        assert load.wait(90) == 0
    finally:
        load.kill()
    result = json.loads(files[1].read_text())
    steps |= handed_back(city, gateway, since=since)
    return told(result, begun_at) | steps | {"lost": lost(result)}


def changed(city: City) -> dict[str, Any]:
    """A second release, back to the first, and one that is broken."""
    before = pids(city)
    said, upgrade = timed(lambda: required(city.release("upgrade", str(ROOT), *packages())))
    after = pids(city)
    _said, back = timed(lambda: required(city.release("rollback")))
    steps = [
        line[2:].rstrip(" s)").partition(" (") for line in said.splitlines() if line.startswith("✓ ") and "(" in line
    ]
    return {
        "upgrade_s": upgrade,
        "of_that": {name: float(seconds) for name, _bracket, seconds in steps},
        "rollback_s": back,
        "all_web_processes_are_new": not set(before) & set(after),
        "all_broken_releases_are_put_back": broken_release(city),
    }


def pids(city: City) -> list[str]:
    return [(city.run / f"qiaoshou-web@{n}.pid").read_text() for n in (1, 2)]


def broken_release(city: City) -> bool:
    """A release whose pages do not even load is put back before the second instance is touched."""
    now, second = (city.home / "current").resolve(), pids(city)[1]
    broken = city.home / "releases/broken"
    shutil.copytree(now, broken, symlinks=True)
    (broken / "site/portal/wsgi.py").write_text("raise RuntimeError('a release that is broken')\n")
    (city.home / "previous").unlink()
    (city.home / "previous").symlink_to(broken)
    done = city.release("rollback")
    say(done.stdout + done.stderr)
    is_as_before = (city.home / "current").resolve() == now and pids(city)[1] == second
    return done.returncode == 1 and is_as_before and city.probe(1, "readyz")[0] == 0


def handed_back(city: City, gateway: Any, *, since: datetime) -> dict[str, Any]:
    """A worker stopped while the SMS gateway is slow: what takes longer than its patience is handed back at once."""
    import redis
    from django.conf import settings

    from foundation.outbox.models import OutboxMessage
    from tests.exchange.other_system import Trouble

    line = redis.Redis.from_url(settings.BROKER_URL)
    undone = OutboxMessage.objects.filter(state__in=("waiting", "in_flight"))
    settled = waited(lambda: not undone.exists())
    gateway.troubles += [Trouble(delay=PATIENCE + 0.5) for _n in range(3)]
    begun = len(gateway.calls)
    texts(6)
    is_sending = waited(lambda: len(gateway.calls) > begun)
    _status, seconds = timed(lambda: city.systemctl("stop", "qiaoshou-beat", "qiaoshou-worker@exchange"))
    held, waiting = line.hlen("unacked"), undone.count()
    city.systemctl("start", "qiaoshou-beat", "qiaoshou-worker@exchange")
    done = waited(lambda: not undone.exists(), 150)
    keys = OutboxMessage.objects.filter(topic="sms/1", created_at__gte=since).values_list("key", flat=True)
    unsent = {str(key) for key in keys} - set(gateway.taken)
    return {
        "worker_stop_s": seconds,
        "messages_waiting_after_the_stop": waiting,
        "all_tasks_of_the_load_were_done": settled,
        "all_tasks_were_handed_back": is_sending and held == 0 and waiting > 0,
        "all_messages_were_delivered": done and not OutboxMessage.objects.exclude(state="delivered").exists(),
        "all_workers_ended_by_themselves": not (city.run / "killed").exists(),
        "texts": len(keys),
        "all_texts_reached_the_gateway": not unsent,
    }


def texts(number: int) -> None:
    """So many texts to people, as the site sends them."""
    from foundation.sms.services import sms_send
    from foundation.sms.templates import CASE_PROGRESS

    for n in range(number):
        said = {"matter": "培训补贴", "progress": "已受理"}
        sms_send(phone=f"199000090{n:02}", template=CASE_PROGRESS, context=said, dedupe_key=f"trial:{n}")


def waited(condition: Callable[[], bool], seconds: float = 60) -> bool:
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if condition():
            return True
        time.sleep(0.1)
    return False


def told(result: dict[str, Any], changed_at: float) -> dict[str, Any]:
    met = result["met"]
    failures = [one for one in met if one[4]]
    kinds = sorted({one[1] for one in met})

    def figures(rows: list[Any]) -> dict[str, float]:
        times = sorted(one[3] for one in rows)
        return {
            "requests": len(times),
            "median_ms": round(statistics.median(times), 1),
            "p95_ms": round(times[int(len(times) * 0.95)], 1),
            "longest_ms": round(times[-1], 1),
        }

    return {
        **figures(met),
        "failed": len(failures),
        "first_failures": failures[:5],
        "seconds": round(met[-1][0] - met[0][0], 1),
        "before": figures([one for one in met if one[0] < changed_at]),
        "during": figures([one for one in met if one[0] >= changed_at]),
        "kinds": {kind: figures([one for one in met if one[1] == kind]) for kind in kinds},
    }


# --- without the database, and without anybody -----------------------------------------------------------------


def without(city: City) -> dict[str, Any]:
    healthy = city.probe(1, "readyz")[0] == 0
    city.database.stop()
    alive, (status, said) = city.probe(1, "healthz")[0] == 0, city.probe(1, "readyz")
    page, text = asked(city)
    city.database.start()
    back = waited(lambda: city.probe(1, "readyz")[0] == 0, 30)
    outside, _text = asked(city, "/readyz")
    city.systemctl("stop", "qiaoshou-web@1", "qiaoshou-web@2")
    away, sentence = asked(city)
    return {
        "all_probes_tell_the_truth": healthy and alive and status == 1 and '"database": {"ok": false' in said and back,
        "all_pages_say_that_the_database_is_away": page == 503 and "您" in text,
        "all_pages_of_nginx_say_what_to_do": away == 503 and "系统正在恢复" in sentence,
        "readyz_through_nginx_from_this_machine": outside,
    }


def asked(city: City, path: str = "/") -> tuple[int, str]:
    import httpx

    with httpx.Client(verify=False, timeout=30) as client:
        asking = {"headers": {"Host": HOST}, "extensions": {"sni_hostname": HOST}}
        answer = client.get(f"https://127.0.0.1:{city.port}{path}", **asking)
    return answer.status_code, answer.text


if __name__ == "__main__":
    sys.exit(main())
