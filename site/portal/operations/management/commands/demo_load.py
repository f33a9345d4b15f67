"""Load the demonstration data: invented accounts, workers and news; on request a city that has worked for a year."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.operations.services import demo_load


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "装入虚构的账户、从业人员和新闻，供试用；加 --year 时一并装入已经运转一年的城市。可以重复运行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", action="store_true", help=_("一并装入已经运转一年的城市（只装入一次）"))
        parser.add_argument("--workers", type=int, help=_("这座城市大约有多少从业人员；人越多，装入越久"))

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_GATEWAY != "inbox":
            raise CommandError(_("演示账户的密码是公开的，只能用于开发环境。"))
        demo_load(on=timezone.localdate(), with_year=options["year"], workers=options["workers"])
        if options["verbosity"]:
            self.stdout.write(_("演示数据已装入。"))
