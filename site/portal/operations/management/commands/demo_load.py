"""Load the demonstration data: invented accounts, workers and news."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.operations.services import demo_load


class Command(BaseCommand):
    help = gettext_lazy("装入虚构的账户、从业人员和新闻，供试用。可以重复运行。")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_GATEWAY != "inbox":
            raise CommandError(_("演示账户的密码是公开的，只能用于开发环境。"))
        demo_load(on=timezone.localdate())
        if options["verbosity"]:
            self.stdout.write(_("演示数据已装入。"))
