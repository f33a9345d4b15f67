"""Load the base data: policy documents and rates, pages, groups."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.operations.services import base_load


class Command(BaseCommand):
    help = gettext_lazy("装入基础数据：政策文件和标准、网页、用户组。可以重复运行。")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        base_load(on=timezone.localdate())
        if options["verbosity"]:
            self.stdout.write(_("基础数据已装入。"))
