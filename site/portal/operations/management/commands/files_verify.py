"""``manage.py files_verify``: every file that the database names, read and held against its digest."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.storage import StoreAwayError
from portal.operations.soundness import FilesCheck


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "逐个读出数据库里登记的文件，与登记的摘要核对；缺失、打不开或内容不同的逐条指出，有问题时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 对象。"))

    def handle(self, *args: Any, **options: Any) -> None:
        check = FilesCheck()
        faults = []
        try:
            for fault in check.faults():
                faults.append(fault)
                if not options["json"]:
                    self.stderr.write(f"{fault.place} #{fault.key}: {WORDS[fault.code]}")
        except StoreAwayError as error:
            raise CommandError(
                _("读了 %(files)d 个之后，存放文件的系统没有回应，其余的没有核对。请恢复后重新运行。（%(why)s）")
                % {"files": check.files - 1, "why": error}
            ) from error
        if options["json"]:
            counts = {"files": check.files, "compared": check.compared, "bytes": check.bytes}
            self.stdout.write(json.dumps(counts | {"faults": [asdict(one) for one in faults]}, default=str))
        if faults:
            raise CommandError(
                _("%(files)d 个文件里有 %(count)d 个不能用，见上。请从备份中找回。")
                % {"files": check.files, "count": len(faults)}
            )
        if not options["json"]:
            self.stdout.write(
                _("文件完好：读出 %(files)d 个，其中 %(compared)d 个与登记的摘要一致。")
                % {"files": check.files, "compared": check.compared}
            )


WORDS = {
    "missing": gettext_lazy("文件不在"),
    "unreadable": gettext_lazy("文件打不开：没有对应的密钥，或内容已损坏"),
    "empty": gettext_lazy("文件是空的"),
    "other_content": gettext_lazy("内容与登记的摘要不同"),
}
