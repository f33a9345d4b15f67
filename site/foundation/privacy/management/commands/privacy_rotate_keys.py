"""``manage.py privacy_rotate_keys``: bring all personal data under the newest keys."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.services import audit_record
from foundation.privacy.rotation import FileRotation, TableRotation, file_rotations, left_behind, rotations
from foundation.storage import StoreAwayError


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "把全部个人信息改用最新的密钥加密，并重算查找索引。可边用边跑，中断后重跑即可；有未能更换的记录时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=2000, help=_("每批处理的行数。"))
        parser.add_argument("--dry-run", action="store_true", help=_("只清点还在使用旧密钥的记录，不改动。"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError(_("每批至少 1 行。"))
        is_dry_run = options["dry_run"]
        tables: list[TableRotation | FileRotation] = [*rotations(), *file_rotations()]
        if not is_dry_run:
            _record("privacy.key_rotation.started", {"tables": [table.table for table in tables]})
        started = time.monotonic()
        for table in tables:
            try:
                table.run(batch=options["batch"], is_dry_run=is_dry_run, progress=self._progress)
            except StoreAwayError as error:
                raise CommandError(
                    _("存放文件的系统没有回应，停在 %(table)s。已经处理的不受影响，请恢复后重新运行。（%(why)s）")
                    % {"table": table.table, "why": error}
                ) from error
            self._result(table, is_dry_run)
        failed = sum(len(table.failed) for table in tables)
        renewed = sum(table.renewed for table in tables)
        if not is_dry_run:
            rows = {table.table: table.renewed for table in tables if table.renewed}
            _record("privacy.key_rotation.finished", {"renewed": rows, "failed": failed})
        totals = {"renewed": renewed, "failed": failed, "seconds": f"{time.monotonic() - started:.1f}"}
        sentence = (
            _("共 %(renewed)s 行仍在使用旧密钥，%(failed)s 行无法读取，用时 %(seconds)s 秒。")
            if is_dry_run
            else _("共更换 %(renewed)s 行，%(failed)s 行未能更换，用时 %(seconds)s 秒。")
        )
        self.stdout.write(sentence % totals)
        for words in left_behind():
            self.stdout.write(_("不能更换，须重新导入：%(what)s。") % {"what": words})
        if failed:
            sys.exit(1)

    def _progress(self, table: TableRotation | FileRotation) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{table.table} {table.read}", ending="")
            self.stdout.flush()

    def _result(self, table: TableRotation | FileRotation, is_dry_run: bool) -> None:
        values = {"table": table.table, "read": table.read, "renewed": table.renewed}
        sentence = (
            _("%(table)s：读 %(read)s 行，旧密钥 %(renewed)s 行。")
            if is_dry_run
            else _("%(table)s：读 %(read)s 行，更换 %(renewed)s 行。")
        )
        self.stdout.write(("\r" if self.stdout.isatty() else "") + sentence % values)
        for key, why in table.failed.items():
            reason = {
                "unreadable": _("现有密钥都打不开，请核对 PRIVACY_KEYS"),
                "file_missing": _("文件不在存储里，请从备份恢复"),
            }.get(why) or _("数据库拒绝（%(why)s），可能与另一行重复，请先合并") % {"why": why}
            self.stdout.write(
                _("%(table)s 第 %(key)s 行未能更换：%(reason)s。")
                % {"table": table.table, "key": key, "reason": reason}
            )


def _record(action: str, data: dict[str, Any]) -> None:
    with transaction.atomic():
        audit_record(action, None, actor=None, data=data)
