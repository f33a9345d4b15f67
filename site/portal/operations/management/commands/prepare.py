"""Bring a database up to date in one step: migrations, base data, and on request the demonstration data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import DomainError
from portal.operations.fingerprint import fingerprint
from portal.operations.services import stamp_put

LOCK = 20220600  # any number, as long as every preparation uses the same


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "更新数据库结构并装入基础数据；加 --demo 时一并装入演示数据。可以重复运行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help=_("一并装入演示数据"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until this process ends
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            call_command("base_load", verbosity=options["verbosity"])
            if options["demo"]:
                call_command("demo_load", year=True, verbosity=options["verbosity"])
                stamp_put(name="prepared", value=fingerprint(), at=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            said = str(error).strip().splitlines()
            raise CommandError(said[0] if said else type(error).__name__) from error
