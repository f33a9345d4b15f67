"""Load the base data: policy documents and rates, pages, groups."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.operations.services import base_load


class Command(BaseCommand):
    help = "Load what every city starts from: policy documents and rates, pages, groups. Running it again is safe."

    def handle(self, *args: Any, **options: Any) -> None:
        base_load(on=timezone.localdate())
        if options["verbosity"]:
            self.stdout.write("The base data is loaded.")
