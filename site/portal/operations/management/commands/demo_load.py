"""Load the demonstration data: invented accounts, workers and news."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.operations.services import demo_load


class Command(BaseCommand):
    help = "Load invented accounts, workers and news, for trying the portal out. Running it again is safe."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_GATEWAY != "inbox":
            raise CommandError("Demonstration accounts have known passwords: they are for development only.")
        demo_load(on=timezone.localdate())
        if options["verbosity"]:
            self.stdout.write("The demonstration data is loaded.")
