"""One machine in a folder: PostgreSQL, Redis, nginx and the folders of releases, all of them the trial's own."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "site"), str(ROOT / "deploy/local")]

from services import Postgres, Redis, free_port  # noqa: E402 - deploy/local is on the path only now

HOST = "qiaoshou.example"
PATIENCE = 4


class Database(Postgres):
    """A cluster of the trial's own. The migrated database is kept under ``var/`` for the next trial."""

    folder = "postgres-trial"

    def _kept(self) -> Path:
        digest = hashlib.sha256()
        for path in sorted(path for path in ROOT.glob("[!.v]*/**/migrations/*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
        return ROOT / "var" / f"trial-{digest.hexdigest()[:16]}.dump"

    def _words(self, program: str) -> list[str]:
        return [str(self.binaries / program), "-h", str(self.sockets), "-U", "qiaoshou", "-d", "qiaoshou"]

    def recall(self) -> None:
        if self._kept().exists():
            subprocess.run([*self._words("pg_restore"), "--no-owner", "-j", "2", str(self._kept())], check=True)

    def keep(self) -> None:
        if not self._kept().exists():
            for old in (ROOT / "var").glob("trial-*.dump"):
                old.unlink()
            subprocess.run([*self._words("pg_dump"), "-Fc", "-Z", "1", "-f", str(self._kept())], check=True)


class Broker(Redis):
    def __init__(self) -> None:
        super().__init__()
        self.home = self.home.with_name("redis-trial")
        self.url_file, self.pid_file = self.home / "url", self.home / "redis.pid"
        self.log = self.home / "redis.log"


class City:
    """The folders of docs/how-to/deploy-on-one-machine.md below one of the trial's own, and what runs in them."""

    def __init__(self, home: Path) -> None:
        self.home, self.run, self.port = home, home / "run", free_port()
        self.database, self.broker = Database(), Broker()
        self.nginx: subprocess.Popen[bytes] | None = None
        for name in ("run", "state", "releases", "static", "backups", "nginx", "files/media", "files/private"):
            (home / name).mkdir(parents=True)
        (home / "files/lessons").mkdir()

    def start(self, gateway: str, key: str) -> None:
        """The servers, the settings file, and nginx with the configuration a city has."""
        for server in (self.database, self.broker):
            server.remove()  # what a trial that was killed left
        self.settings = self._settings(self.database.start()[0], self.broker.start()[0], gateway, key)
        self.database.recall()
        (self.home / "qiaoshou.env").write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))
        systemctl = self.home / "systemctl"
        systemctl.write_text(f'#!/bin/sh\nexec {sys.executable} {HERE / "systemctl.py"} "$@"\n')
        systemctl.chmod(0o755)
        self._start_nginx()

    def stop(self) -> None:
        self.systemctl("stop", *(file.stem for file in self.run.glob("*.pid")))
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(20)
        self.database.stop()
        self.broker.stop()
        self.database.remove()
        self.broker.remove()

    def _settings(self, database: str, broker: str, gateway: str, key: str) -> dict[str, str]:
        from portal.settings.local_signer import local_signer

        signing = local_signer(self.home / "signing", mark="检查")
        keys = {
            name: urlsafe_b64encode(secrets.token_bytes(32)).decode()
            for name in ("PRIVACY_KEYS", "PRIVACY_INDEX_KEYS", "CERTIFICATE_CHECK_KEYS")
        }
        return keys | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": HOST,
            "PUBLIC_BASE_URL": f"https://{HOST}",
            "CERTIFICATE_SIGNING_KEY_FILE": f"{signing}/key.pem",
            "CERTIFICATE_SIGNING_CERTIFICATE_FILE": f"{signing}/certificate.pem",
            "CERTIFICATE_TRUSTED_FOLDER": f"{signing}/trusted",
            "SMS_GATEWAY_URL": f"{gateway}/messages",
            "SMS_GATEWAY_KEY": key,
            "IDENTITY_CHECK_URL": f"{gateway}/check",
            "IDENTITY_CHECK_KEY": key,
            "DATABASE_URL": database,
            "BROKER_URL": broker,
            "TRUSTED_PROXY_COUNT": "1",
            "MEDIA_ROOT": f"{self.home}/files/media",
            "PRIVATE_FILES_ROOT": f"{self.home}/files/private",
            "LESSON_FILES_ROOT": f"{self.home}/files/lessons",
            "LESSON_FILES_ACCEL": "/lesson-files/",
            "LOG_LEVEL": "WARNING",
        }

    def surroundings(self) -> dict[str, str]:
        """All that a process of the site has from outside; the settings it reads from its `.env`."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home / "state"),
            "LANG": "C.UTF-8",
            "SITE_HOME": str(self.home),
            "SITE_SETTINGS": str(self.home / "qiaoshou.env"),
            "SITE_USER": "root" if os.geteuid() == 0 else os.environ.get("USER", ""),
            "SYSTEMCTL": str(self.home / "systemctl"),
            "RUN_FOLDER": str(self.run),
            "STATE_FOLDER": str(self.home / "state"),
            "WORKER_PROCESSES": "1",
            "WORKER_PATIENCE": str(PATIENCE),
        }

    def _start_nginx(self) -> None:
        text = (ROOT / "deploy/nginx/qiaoshou.conf").read_text("utf-8")
        text = "".join(line for line in text.splitlines(keepends=True) if "listen [::]" not in line)
        for theirs, ours in {
            "/etc/qiaoshou/tls/certificate.pem": f"{self.home}/signing/certificate.pem",
            "/etc/qiaoshou/tls/key.pem": f"{self.home}/signing/key.pem",
            "/srv/qiaoshou": str(self.home),
            "/run/qiaoshou": str(self.run),
            "/var/log/nginx": f"{self.home}/nginx",
            "listen 80 default_server": f"listen 127.0.0.1:{free_port()} default_server",
            "listen 443": f"listen 127.0.0.1:{self.port}",
        }.items():
            assert theirs in text, theirs
            text = text.replace(theirs, ours)
        (self.home / "nginx/site.conf").write_text(text, "utf-8")
        temporary = "".join(
            f"{kind}_temp_path {self.home}/nginx/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.home / "nginx/nginx.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} worker_processes 2; pid {self.home}/nginx/pid; daemon off;"
            f"error_log {self.home}/nginx/error.log; events {{}}"
            f"http {{ include /etc/nginx/mime.types; {temporary} include {self.home}/nginx/site.conf; }}",
            "utf-8",
        )
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        words = [binary, "-c", f"{self.home}/nginx/nginx.conf", "-e", f"{self.home}/nginx/error.log"]
        subprocess.run([*words, "-t", "-q"], check=True)
        self.nginx = subprocess.Popen(words, stdin=subprocess.DEVNULL)

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        """deploy/release.py, as an engineer runs it."""
        told = [sys.executable, str(ROOT / "deploy/release.py"), *words]
        return subprocess.run(told, env=self.surroundings(), capture_output=True, text=True)

    def systemctl(self, *words: str) -> int:
        return subprocess.run([str(self.home / "systemctl"), *words], env=self.surroundings()).returncode

    def probe(self, instance: int, address: str) -> tuple[int, str]:
        """What one web instance says of itself at once: the status of the command, and its words."""
        told = [str(self.home / "current/deploy/start"), "probe", str(instance), address]
        done = subprocess.run(told, env=self.surroundings() | {"PROBE_SECONDS": "0"}, capture_output=True, text=True)
        return done.returncode, done.stdout
