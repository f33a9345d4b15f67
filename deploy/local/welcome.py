"""The block that `make run` prints when the site answers: where it is, and who may sign in."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from unicodedata import east_asian_width

PATIENCE = 120


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


def welcome(port: int, seconds: float) -> str:
    address = f"http://127.0.0.1:{port}/"
    lines = [
        f"巧手已启动({seconds:.1f} 秒)  Qiaoshou is running ({seconds:.1f} s)",
        "",
        f"  网站 Site             {address}",
        f"  短信收件箱 SMS inbox  {address}development/inbox/",
        f"  管理后台 Editing      {address}cms/",
        "",
        *accounts(),
        "",
        "按 Ctrl-C 停止全部。  Ctrl-C stops everything.",
    ]
    return framed(lines)


def accounts() -> list[str]:
    return []


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def framed(lines: list[str]) -> str:
    widest = max(width(line) for line in lines)
    rule = "─" * (widest + 2)
    body = (f"│ {line}{' ' * (widest - width(line))} │" for line in lines)
    return "\n".join(["", f"┌{rule}┐", *body, f"└{rule}┘", ""])
