"""What a city installs agrees with the code: settings, queues, commands, addresses, sockets."""

import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.is_file())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NGINX = (DEPLOY / "nginx/qiaoshou.conf").read_text("utf-8")
QUEUES = {settings.CELERY_TASK_DEFAULT_QUEUE} | {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}


class Unit(RawConfigParser):
    """A unit's file; of a key that is there several times, all values."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False)
        self.optionxform = str  # type: ignore[assignment, method-assign]
        self.read(path)
        self.lines = path.read_text("utf-8").splitlines()

    def all(self, key: str) -> list[str]:
        values = [line.partition("=")[2] for line in self.lines if line.startswith(f"{key}=")]
        return " ".join(values).split()


def unit(name: str) -> Unit:
    return Unit(DEPLOY / "systemd" / name)


def test_the_target_brings_up_two_web_instances_the_timetable_the_backup_and_nothing_else_than_a_worker_each() -> None:
    wanted = set(unit("qiaoshou.target").all("Wants"))
    workers = {name for name in wanted if name.startswith("qiaoshou-worker@")}
    assert wanted - workers == {
        "qiaoshou-web@1.service",
        "qiaoshou-web@2.service",
        "qiaoshou-beat.service",
        "qiaoshou-backup.timer",
    }


def test_every_queue_is_served_by_exactly_one_unit() -> None:
    wanted = unit("qiaoshou.target").all("Wants")
    served = [name.removeprefix("qiaoshou-worker@").removesuffix(".service") for name in wanted if "worker@" in name]
    assert sorted(served) == sorted(QUEUES)


def commands() -> list[list[str]]:
    """What the services of compose are told to run."""
    return [service["command"] for service in SERVICES.values() if service.get("command")]


def test_every_queue_is_served_by_exactly_one_service_of_compose() -> None:
    served = [queue for words in commands() if words[0] == "worker" for queue in words[1].split(",")]
    assert sorted(served) == sorted(QUEUES)


def test_an_upgrade_restarts_all_that_the_target_wants() -> None:
    from deploy import release

    restarted = {f"{name}.service" for name in (*release.WEB, *release.BACKGROUND)} | {"qiaoshou-backup.timer"}
    assert restarted == set(unit("qiaoshou.target").all("Wants"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_deploy_start_knows(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("Exec"):
            program, work = line.partition("=")[2].split()[:2]
            assert program == "/srv/qiaoshou/current/deploy/start"
            assert work in works()


def works() -> set[str]:
    """What deploy/start can do, by its own cases."""
    found = re.findall(r"^([a-z]+)\)", (DEPLOY / "start").read_text("utf-8"), flags=re.MULTILINE)
    assert {"web", "worker", "beat", "manage", "backup", "probe", "pending"} == set(found)
    return set(found)


def test_a_service_of_compose_starts_what_deploy_start_knows() -> None:
    for name, service in SERVICES.items():
        if service["image"].startswith("qiaoshou:") and "entrypoint" not in service:
            assert service["command"][0] in works(), name


def test_every_command_of_manage_that_is_called_is_there() -> None:
    texts = [path.read_text("utf-8") for path in (DEPLOY / "release.py", DEPLOY / "compose/Containerfile")]
    called = {word for text in texts for word in re.findall(r'(?:"manage", "|start manage )([a-z_]+)', text)}
    called |= {words[1] for words in commands() if words[0] == "manage"}
    assert {"check", "prepare", "collectstatic"} <= called
    assert called <= set(get_commands())


# Of the shell, of Python and of Docker; what a person may set stands in docs/reference/settings.md.
NOT_OURS = {
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
    "XDG_CACHE_HOME",
    "DJANGO_SETTINGS_MODULE",
    "POSTGRES_USER",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD_FILE",
}


def test_every_variable_that_is_named_is_described() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8"), re.M))
    named = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "start").read_text("utf-8")))
    named |= set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose/compose.yaml").read_text("utf-8")))
    for source in ("release.py", "probe.py"):
        named |= set(re.findall(r'environ\.get\("([A-Z_]+)"', (DEPLOY / source).read_text("utf-8")))
    named |= set(re.findall(r"\b([A-Z_]{4,})=", (DEPLOY / "compose/Containerfile").read_text("utf-8")))
    named |= {key for service in SERVICES.values() for key in service.get("environment", {})}
    named |= set(re.findall(r"\b([A-Z]+_[A-Z_]+)=", NGINX))
    for path in [*UNITS, *DEPLOY.glob("systemd/*.d/*.conf")]:
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("Environment="):
                named |= {word.partition("=")[0] for word in line.removeprefix("Environment=").split()}
    assert named - NOT_OURS - described == set()


def test_every_variable_of_the_example_settings_is_described() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8"), re.M))
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M)
    assert set(named) <= described


@pytest.mark.django_db
def test_the_probes_ask_addresses_that_answer() -> None:
    asked = set(re.findall(r"probe %i (\w+)", "\n".join(p.read_text("utf-8") for p in UNITS)))
    asked |= {service["healthcheck"]["test"][-1] for name, service in SERVICES.items() if name.startswith("web-")}
    assert asked == {"healthz"}
    assert '"readyz"' in (DEPLOY / "release.py").read_text("utf-8")
    assert Client().get("/healthz").json() == {"ok": True}
    assert set(Client().get("/readyz").json()) == {"ok", "parts", "background"}


def test_nginx_asks_the_sockets_that_the_instances_make() -> None:
    sockets = set(re.findall(r"server unix:(\S+)", NGINX))
    assert sockets == {"/run/qiaoshou/web-1.sock", "/run/qiaoshou/web-2.sock"}
    assert 'socket="$run/web-$2.sock"' in (DEPLOY / "start").read_text("utf-8")
    instances = {words[1] for words in commands() if words[0] == "web"}
    assert {f"/run/qiaoshou/web-{n}.sock" for n in instances} == sockets


def test_a_form_that_was_sent_is_never_sent_to_the_other_instance_again() -> None:
    (rule,) = re.findall(r"^\s*proxy_next_upstream (.+);", NGINX, re.M)
    assert rule == "error"
    upstream = NGINX.partition("upstream qiaoshou_web {")[2].partition("}")[0]
    assert not re.search(r"^\s*keepalive ", upstream, re.M)
    assert upstream.count("max_fails=0") == 2


def test_nginx_takes_what_the_site_takes_and_shows_only_what_is_public() -> None:
    largest = int(re.findall(r"client_max_body_size (\d+)m;", NGINX.partition("upload/ {")[2])[0])
    assert largest * 1024**2 > settings.VIDEO_LARGEST_BYTES
    for address in ("/lesson-files/", "/pages/"):
        assert re.search(rf"location {address} {{\s+internal;", NGINX), address
    probes = NGINX.partition("location ~ ^/(healthz|readyz)$ {")[2].partition("}")[0]
    assert probes.index("deny all;") < probes.index("proxy_pass")
    assert "/private" not in NGINX


@pytest.mark.parametrize("name", re.findall(r"/pages/(\d+)\.html", NGINX))
def test_what_nginx_itself_says_is_there_and_loads_nothing(name: str) -> None:
    page = (DEPLOY / f"nginx/pages/{name}.html").read_text("utf-8")
    assert 'lang="zh-Hans"' in page
    assert not re.search(r"<(script|link|img)|https?://", page)


def test_no_secret_stands_in_what_a_city_installs() -> None:
    assert "env_file" not in (DEPLOY / "compose/compose.yaml").read_text("utf-8")
    ignored = (DEPLOY / "compose/Containerfile.dockerignore").read_text("utf-8").split()
    assert {".env", "var", ".git"} <= set(ignored)
    final = (DEPLOY / "compose/Containerfile").read_text("utf-8").rpartition("FROM ")[2]
    assert not re.search(r"SECRET|_KEYS?=|PASSWORD", final)


def test_every_process_has_limits_and_what_of_the_machine_it_may_write_is_named() -> None:
    for name, service in SERVICES.items():
        assert "mem_limit" in service, name
        if service["image"].startswith("qiaoshou:"):
            assert service["read_only"], name
            assert (service["user"], service["cap_drop"]) == ("10001:10001", ["ALL"]), name
    shared = unit("qiaoshou-.service.d/site.conf")
    assert shared["Service"]["User"] == "qiaoshou"
    assert shared["Service"]["ProtectSystem"] == "strict"
    assert shared["Service"]["NoNewPrivileges"] == "yes"
    for path in UNITS:
        if path.suffix == ".service":
            assert "MemoryMax" in unit(path.name)["Service"], path.name


def test_a_worker_has_longer_to_end_than_it_is_patient_with_its_tasks() -> None:
    patience = int(re.findall(r"WORKER_PATIENCE:-(\d+)", (DEPLOY / "start").read_text("utf-8"))[0])
    longest = int(re.findall(r"--workers-kill-timeout (\d+)", (DEPLOY / "start").read_text("utf-8"))[0])
    assert int(unit("qiaoshou-worker@.service")["Service"]["TimeoutStopSec"]) > patience + 30
    assert int(unit("qiaoshou-web@.service")["Service"]["TimeoutStopSec"]) > longest + 10
    for name, service in SERVICES.items():
        grace = int(service.get("stop_grace_period", "0s").removesuffix("s"))
        if name.startswith("worker-"):
            assert grace > patience + 30, name
        if name.startswith("web-"):
            assert grace > longest + 10, name


def test_the_start_script_is_plain_shell_and_says_how_it_is_used() -> None:
    subprocess.run(["sh", "-n", DEPLOY / "start"], check=True)
    done = subprocess.run([DEPLOY / "start"], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "deploy/start web 1" in done.stderr
