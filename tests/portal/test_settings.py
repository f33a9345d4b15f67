"""The settings: every variable is described, nothing secret has a default, production refuses to start without."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.settings.local_keys import local_keys

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]*)["']""")
PAGE = (ROOT / "docs/reference/settings.md").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")


def variables() -> set[str]:
    return {name for path in (ROOT / "site/portal/settings").glob("*.py") for name in READ.findall(path.read_text())}


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_variable_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_page_describes_no_variable_that_nothing_reads() -> None:
    described = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", PAGE, re.M))
    scripts = "".join(path.read_text("utf-8", "ignore") for path in (ROOT / "deploy").rglob("*") if path.is_file())
    conftest = (ROOT / "Makefile").read_text("utf-8")
    unread = {name for name in described - variables() if name not in scripts and name not in conftest}
    assert unread == set()


def test_the_example_names_known_variables_and_no_secret() -> None:
    lines = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.M)
    assert lines
    assert {name for name, _value in lines} <= variables()
    for name, value in lines:
        if re.search(r"KEY|SECRET|PASSWORD", name):
            assert value == ""


PRODUCTION = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "qiaoshou.example",
    "PUBLIC_BASE_URL": "https://qiaoshou.example",
    "PRIVACY_KEYS": f"{'QUFB' * 10}QUE=",
    "PRIVACY_INDEX_KEYS": f"{'QkJC' * 10}QkI=",
    "CERTIFICATE_CHECK_KEYS": f"{'Q0ND' * 10}Q0M=",
    "SMS_GATEWAY_URL": "https://sms.example/send",
    "SMS_GATEWAY_KEY": "sms-key",
    "IDENTITY_CHECK_URL": "https://register.example/check",
    "IDENTITY_CHECK_KEY": "register-key",
}


def imports_production(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return subprocess.run(
        [sys.executable, "-c", "import portal.settings.production"],
        env=clean | environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_its_variables_given() -> None:
    assert imports_production(PRODUCTION).stderr == ""


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_does_not_start_without(name: str) -> None:
    done = imports_production({other: value for other, value in PRODUCTION.items() if other != name})
    assert done.returncode == 1
    assert name in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("PRIVACY_KEYS", ""),
        ("PRIVACY_KEYS", "changeme"),
        ("PRIVACY_INDEX_KEYS", "a2V5"),
        ("PRIVACY_INDEX_KEYS", "!!!!"),  # decodes to nothing: anybody could work the index out
        ("PRIVACY_INDEX_KEYS", f"{PRODUCTION['PRIVACY_INDEX_KEYS']},a2V5"),
        ("ALLOWED_HOSTS", "*"),
        ("SMS_GATEWAY", "inbox"),
        ("SMS_GATEWAY_URL", ""),
        ("SMS_GATEWAY_KEY", ""),
        ("IDENTITY_CHECK_URL", " "),
        ("IDENTITY_CHECK_KEY", ""),
        ("IDENTITY_CHECK", "rehearsal"),
    ],
)
def test_production_does_not_start_with_what_protects_nobody(name: str, value: str) -> None:
    done = imports_production(PRODUCTION | {name: value})
    assert done.returncode == 1
    assert f"{name}" in done.stderr.splitlines()[-1]


BUCKET = {
    "FILES_S3_BUCKET": "qiaoshou",
    "FILES_S3_ENDPOINT": "https://s3.example",
    "FILES_S3_KEY": "key",
    "FILES_S3_SECRET": "secret",
}


def test_naming_a_bucket_puts_every_file_into_it_and_the_private_ones_encrypted() -> None:
    words = "import portal.settings.production as s; print(*[s.STORAGES[n] for n in ('default', 'private', 'lessons')])"
    done = subprocess.run(
        [sys.executable, "-c", words],
        env=os.environ | PRODUCTION | BUCKET | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r"'BACKEND': '([\w.]+)'|'prefix': '([\w/]+)'", done.stdout) == [
        ("foundation.bucket.BucketStorage", ""),
        ("", "media/"),
        ("foundation.crypto.bucket.EncryptedBucketStorage", ""),
        ("", "private/"),
        ("foundation.bucket.BucketStorage", ""),
        ("", "lessons/"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FILES_S3_ENDPOINT", ""),
        ("FILES_S3_ENDPOINT", "s3.example"),
        ("FILES_S3_KEY", " "),
        ("FILES_S3_SECRET", ""),
        ("FILES_S3_ADDRESSING", "dns"),
    ],
)
def test_a_bucket_without_what_it_needs_stops_the_start(name: str, value: str) -> None:
    done = imports_production(PRODUCTION | BUCKET | {name: value})
    assert done.returncode == 1
    assert name in done.stderr.splitlines()[-1]


def test_background_work_is_production_unless_told_otherwise() -> None:
    """With the settings of development it would keep every text message to itself."""
    words = "import os; os.environ.pop('DJANGO_SETTINGS_MODULE', None); import portal.celery as c; print(os.environ"
    done = subprocess.run(
        [sys.executable, "-c", f"{words}['DJANGO_SETTINGS_MODULE'])"],
        env=os.environ | PRODUCTION | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "portal.settings.production\n"


def test_keys_of_this_machine_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    keys = local_keys(path)
    assert local_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600
    assert len({keys.secret, keys.encryption, keys.index}) == 3
