"""Rehearse the whole chain for a roster through the real services, and tell whether everything adds up."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.journey.account import account_data, account_text
from portal.journey.running import day_to_open, journey_run, working_day_from
from portal.journey.state import Plan


class Command(BaseCommand):
    help = gettext_lazy("按一份名册把从课程到补贴到账的全流程走一遍（虚构数据），核对每一项合计。只能用于开发环境。")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--roster", required=True, type=Path, help=_("名册文件"))
        parser.add_argument("--scores", type=Path, help=_("成绩单；没有就编一份"))
        parser.add_argument("--bank-return", type=Path, help=_("银行回盘文件；没有就编一份"))
        parser.add_argument("--out", type=Path, help=_("导出的文件和报告 report.html 放到这个文件夹"))
        parser.add_argument("--on", type=date.fromisoformat, help=_("开班日期，例如 2026-09-24；休息日顺延到工作日"))
        parser.add_argument("--package", default="mother-baby-care-5", help=_("培训包代码"))
        parser.add_argument("--json", action="store_true", help=_("标准输出只有一份 JSON，给人看的写到标准错误"))

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_GATEWAY != "inbox":
            raise CommandError(_("演练会写入虚构的人员，只能用于开发环境。"))
        for path in filter(None, (options["roster"], options["scores"], options["bank_return"])):
            if not path.is_file():
                raise CommandError(_("找不到文件：%(path)s") % {"path": path})
        today = timezone.localdate()
        asked: date | None = options["on"]
        opens_on = working_day_from(asked) if asked else day_to_open(today=today)
        if asked and opens_on != asked:
            self.stderr.write(_("%(asked)s 不是工作日，改为 %(day)s 开班。") % {"asked": asked, "day": opens_on})
        plan = Plan(
            roster=options["roster"],
            opens_on=opens_on,
            today=today,
            out=options["out"],
            package=options["package"],
            scores=options["scores"],
            bank_return=options["bank_return"],
            # Whoever stands in a score sheet sat the test, so nobody stops before it or misses too much.
            **({"stops_every": 0, "misses_every": 0} if options["scores"] else {}),
        )
        journey = journey_run(plan)
        told = self.stderr if options["json"] else self.stdout
        if options["json"]:
            self.stdout.write(json.dumps(account_data(journey), ensure_ascii=False, indent=1))
        told.write(account_text(journey), style_func=str)
        if options["out"]:
            told.write(_("报告：%(path)s") % {"path": options["out"] / "report.html"}, style_func=str)
        if not journey.is_balanced:
            raise CommandError(_("没有走完，或有合计对不上：%(first)s") % {"first": "；".join(journey.failures)})
