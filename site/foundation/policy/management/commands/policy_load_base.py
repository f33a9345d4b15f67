"""``manage.py policy_load_base``: the documents and values that come with the platform."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.errors import PolicyError
from foundation.policy.services import base_data_load


class Command(BaseCommand):
    help = gettext_lazy("装入基础政策数据；可以重复运行，不会改动已发布的内容。")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = base_data_load(on=timezone.localdate())
        except PolicyError as error:
            raise CommandError(error.message) from error
        for sentence, counts in (
            (_("新增：文件 %(documents)s 份，参数 %(parameters)s 个，数值 %(versions)s 项。"), report.added),
            (_("保留：文件 %(documents)s 份，参数 %(parameters)s 个，数值 %(versions)s 项。"), report.kept),
        ):
            self.stdout.write(sentence % {name: counts[name] for name in ("documents", "parameters", "versions")})
