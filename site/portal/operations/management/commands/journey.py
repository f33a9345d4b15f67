"""Rehearse a class from the course to its close through the real services, and tell whether everything adds up."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.journey.running import account_data, account_text, day_to_open, journey_run
from portal.journey.state import Plan


class Command(BaseCommand):
    help = gettext_lazy("按一份名册把从课程到补贴到账的全流程走一遍（虚构数据），核对每一项合计。只能用于开发环境。")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--roster", required=True, type=Path, help=_("名册文件"))
        parser.add_argument("--scores", type=Path, help=_("成绩单；没有就编一份"))
        parser.add_argument("--bank-return", type=Path, help=_("银行回盘文件；没有就编一份"))
        parser.add_argument("--out", type=Path, help=_("导出的文件放到这个文件夹"))
        parser.add_argument("--on", type=date.fromisoformat, help=_("开班日期，例如 2026-09-24"))
        parser.add_argument("--package", default="mother-baby-care-5", help=_("培训包代码"))
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_GATEWAY != "inbox":
            raise CommandError(_("演练会写入虚构的人员，只能用于开发环境。"))
        for path in filter(None, (options["roster"], options["scores"], options["bank_return"])):
            if not path.is_file():
                raise CommandError(_("找不到文件：%(path)s") % {"path": path})
        today = timezone.localdate()
        plan = Plan(
            roster=options["roster"],
            opens_on=options["on"] or day_to_open(today=today),
            today=today,
            out=options["out"],
            package=options["package"],
            scores=options["scores"],
            bank_return=options["bank_return"],
            # Whoever stands in a score sheet sat the test, so nobody stops before it or misses too much.
            **({"stops_every": 0, "misses_every": 0} if options["scores"] else {}),
        )
        journey = journey_run(plan)
        if options["json"]:
            self.stdout.write(json.dumps(account_data(journey), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(account_text(journey))
        if not journey.is_balanced:
            raise CommandError(_("没有走完，或有合计对不上。"))
