"""``manage.py audit_verify``: walk the chain of events and name every row that does not hold."""

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.chain import ChainCheck


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "核对操作记录的链条，逐条指出被改动、删除或绕过触发器写入的记录；有问题时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help=_("从哪一天开始（含），如 2026-03-01。"))
        parser.add_argument("--until", type=date.fromisoformat, help=_("到哪一天为止（含）。"))
        parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 对象。"))
        parser.add_argument("--heads", type=Path, help=_("库外留存的每日末条摘要：每行“日期 摘要”。"))

    def handle(self, *args: Any, **options: Any) -> None:
        check = ChainCheck(options["since"], options["until"], kept_heads(options["heads"]))
        started = time.monotonic()
        faults = []
        for fault in check.faults():
            faults.append(fault)
            if not options["json"]:
                self.stdout.write(fault.sentence)
        seconds = time.monotonic() - started
        last = max(check.heads, default=None)
        head = check.heads[last][1].hex() if last else ""
        if options["json"]:
            report = {
                "count": check.count,
                "seconds": round(seconds, 3),
                "head": {"day": str(last), "digest": head} if last else None,
                "faults": [asdict(fault) for fault in faults],
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False, default=str))
        elif faults:
            self.stdout.write(
                _("核对 %(count)s 条，发现 %(faults)s 处问题。") % {"count": check.count, "faults": len(faults)}
            )
        else:
            self.stdout.write(_("核对 %(count)s 条，链条完整。") % {"count": check.count})
            if last:
                self.stdout.write(f"{last} {head}")
        if faults:
            sys.exit(1)


def kept_heads(path: Path | None) -> dict[date, bytes]:
    """The digests kept outside: the day first and the digest last on each line; empty lines and # are skipped."""
    kept: dict[date, bytes] = {}
    if path is None:
        return kept
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_("无法读取 %(path)s：%(error)s") % {"path": path, "error": error}) from error
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            kept[date.fromisoformat(words[0])] = _digest(words[-1])
        except ValueError as error:
            sentence = _("%(path)s 第 %(line)s 行应为“日期 摘要”，摘要是 64 位十六进制数。")
            raise CommandError(sentence % {"path": path, "line": number}) from error
    return kept


def _digest(text: str) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != 32:
        raise ValueError(text)
    return digest
