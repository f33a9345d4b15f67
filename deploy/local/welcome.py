"""The block that `make run` prints when the site answers: where it is, and who may sign in."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from unicodedata import east_asian_width

PATIENCE = 120
ACCOUNTS = Path(__file__).resolve().parents[2] / "var" / "demo-accounts.json"


def wait_until_ready(port: int, has_ended: Callable[[], bool]) -> str:
    """Nothing once the site is ready; else, after two minutes, what was still failing."""
    deadline = time.monotonic() + PATIENCE
    failing = ""
    while time.monotonic() < deadline and not has_ended():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return ""
        except urllib.error.HTTPError as error:
            failing = failing_parts(error.read())
        except OSError as error:
            failing = str(error)
        time.sleep(0.1)
    return failing


def failing_parts(body: bytes) -> str:
    try:
        parts = json.loads(body)["parts"]
    except (ValueError, KeyError):
        return body[:200].decode("utf-8", "replace")
    return ", ".join(name for name, part in parts.items() if part.get("ok") is False)


def welcome(port: int, seconds: float, desk_port: int) -> str:
    address = f"http://127.0.0.1:{port}/"
    lines = [
        f"巧手已启动（{seconds:.1f} 秒）  Qiaoshou is running ({seconds:.1f} s)",
        "",
        f"  网站 Site             {address}",
        f"  短信收件箱 SMS inbox  {address}development/inbox/",
        f"  管理后台 Editing      {address}cms/",
        f"  材料接收台 Receiver   http://127.0.0.1:{desk_port}/",
        "",
        *accounts(),
        "",
        "按 Ctrl-C 停止全部。  Ctrl-C stops everything.",
    ]
    return framed(lines)


ROLES = {
    "worker": "从业人员 worker",
    "school_staff": "培训机构工作人员 school",
    "teacher": "教师 teacher",
    "assessor": "考评员 assessor",
    "body_staff": "评价机构工作人员 body",
    "employer_staff": "用人单位工作人员 employer",
    "officer_intake": "受理初审人员 intake",
    "officer_review": "复核人员 review",
    "officer_finance": "资金拨付人员 finance",
    "officer_policy": "政策管理人员 policy",
    "officer_inspection": "监督检查人员 inspection",
    "auditor": "审计人员 auditor",
    "administrator": "系统管理员 administrator",
}


def accounts() -> list[str]:
    """A line for each demonstration account, in columns; the password, or how the code comes."""
    try:
        rows = json.loads(ACCOUNTS.read_text("utf-8"))
    except (OSError, ValueError):
        return ["演示账户 Demo accounts: .venv/bin/python manage.py demo_accounts"]
    lines = [
        padded("演示账户 Demo accounts", 29) + padded("账号 sign in as", 18) + "密码 password",
    ]
    for row in rows:
        way = row["password"] or "（短信验证码，见收件箱 code by SMS: see the inbox）"
        name = row["phone"] or row["user_name"]
        lines.append(padded(f"  {ROLES.get(row['role'], row['role'])}", 29) + padded(name, 18) + way)
    return [*lines, "  需要第二因素的账户，其验证码也在收件箱中。 Second-factor codes are in the inbox too."]


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def framed(lines: list[str]) -> str:
    widest = max(width(line) for line in lines)
    rule = "─" * (widest + 2)
    body = (f"│ {line}{' ' * (widest - width(line))} │" for line in lines)
    return "\n".join(["", f"┌{rule}┐", *body, f"└{rule}┘", ""])
