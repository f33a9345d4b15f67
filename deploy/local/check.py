"""`make check`: style, types, floors, migrations, catalogues, deployment settings, data dictionary.

Every failure is shown at once.

with-python check.py [NAME…]        NAME narrows it to some of the checks
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from secrets import token_bytes, token_urlsafe

from console import command, say
from services import services
from setup import PYTHON, ROOT, VAR, setup

CODE = (
    "site",
    "residency",
    "subsidies",
    "certifications",
    "courses",
    "workers",
    "tests",
    "bench",
    "deploy",
    "manage.py",
)
PACKAGES = ("portal", "exchange", "foundation", "courses", "certifications", "subsidies", "residency", "workers")
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "ALLOWED_HOSTS": "qiaoshou.example",
    "PUBLIC_BASE_URL": "https://qiaoshou.example",
    "LOG_LEVEL": "WARNING",
    "SMS_GATEWAY_URL": "https://sms.example/send",
    "IDENTITY_CHECK_URL": "https://register.example/check",
}


@dataclass(frozen=True)
class Check:
    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """The slow ones first, so that two at a time end together."""
    python = str(PYTHON)
    lint_imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return [
        Check("types", (python, "-m", "mypy", *(word for package in PACKAGES for word in ("-p", package)))),
        Check("catalogues", (python, "deploy/local/catalogues.py", "--check")),
        Check("floors", (python, "-c", lint_imports)),
        Check("migrations", (python, "manage.py", "makemigrations", "--check", "--dry-run")),
        Check(
            "deployment",
            (python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            PRODUCTION
            | {name: token_urlsafe(50) for name in ("SECRET_KEY", "SMS_GATEWAY_KEY", "IDENTITY_CHECK_KEY")}
            | {
                name: urlsafe_b64encode(token_bytes(32)).decode()
                for name in ("PRIVACY_KEYS", "PRIVACY_INDEX_KEYS", "CERTIFICATE_CHECK_KEYS")
            }
            | signing_files(),
        ),
        Check("data dictionary", (python, "deploy/local/data_dictionary.py", "--check")),
        Check("library messages", (python, "deploy/local/vendor_catalogue.py", "--check")),
        Check("files", (python, "deploy/local/files.py")),
        Check("style", (python, "-m", "ruff", "check", *CODE)),
        Check("format", (python, "-m", "ruff", "format", "--check", *CODE)),
    ]


def signing_files() -> dict[str, str]:
    """A signing key such as a city has: production refuses that of the rehearsal."""
    folder = VAR / "signing-check"
    words = (
        "import sys; from pathlib import Path; from portal.settings.local_signer import local_signer; "
        "local_signer(Path(sys.argv[1]), mark='检查')"
    )
    subprocess.run([PYTHON, "-c", words, folder], check=True)
    return {
        "CERTIFICATE_SIGNING_KEY_FILE": str(folder / "key.pem"),
        "CERTIFICATE_SIGNING_CERTIFICATE_FILE": str(folder / "certificate.pem"),
        "CERTIFICATE_TRUSTED_FOLDER": str(folder / "trusted"),
    }


def run(check: Check) -> tuple[Check, float, subprocess.CompletedProcess[str]]:
    begun = time.monotonic()
    done = subprocess.run(
        check.words,
        cwd=ROOT,
        env=os.environ | check.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return check, time.monotonic() - begun, done


def main() -> int:
    setup("run")
    wanted = [check for check in checks() if not sys.argv[1:] or check.name in sys.argv[1:]]
    failed = []
    with services(), ThreadPoolExecutor(2) as pool:
        for check, seconds, done in pool.map(run, wanted):
            mark = "✗" if done.returncode else "✓"
            print(f"{mark} {check.name} ({seconds:.1f} s)", flush=True)
            if done.returncode:
                failed.append(check.name)
                print(done.stdout.rstrip(), flush=True)
    if failed:
        say(f"未通过：{'、'.join(failed)}", f"Failed: {', '.join(failed)}")
        return 1
    say("全部检查通过", "All checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(command(main))
