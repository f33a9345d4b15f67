"""``manage.py policy_load_base``: the documents and values that come with the platform."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from foundation.policy.errors import PolicyError
from foundation.policy.services import base_data_load


class Command(BaseCommand):
    help = "Load the base policy data; safe to run again, never changes what is published."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = base_data_load(on=timezone.localdate())
        except PolicyError as error:
            raise CommandError(error.message) from error
        for word, counts in (("added", report.added), ("kept", report.kept)):
            listed = ", ".join(f"{count} {name}" for name, count in sorted((+counts).items()))
            self.stdout.write(f"{word}: {listed or 'nothing'}")
