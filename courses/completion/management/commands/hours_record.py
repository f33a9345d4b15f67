"""Put the hours of classes closed before into the skill records."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.completion.records import hours_record_all


class Command(BaseCommand):
    """``manage.py hours_record``: once after the version that keeps hours came; again does nothing."""

    help = "Put the credited hours of every closed class into the skill records of those who completed it."

    def handle(self, *args: Any, **options: Any) -> None:
        count = hours_record_all(at=timezone.now())
        self.stdout.write(f"{count} lines of hours stand.")
