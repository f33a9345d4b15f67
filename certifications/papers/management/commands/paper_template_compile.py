"""``manage.py paper_template_compile training-certificate/1``: lay a template out and keep the result beside it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certifications.papers.compiling import template_write
from certifications.papers.templates import FOLDER, templates_known


class Command(BaseCommand):
    help = "Lay a certificate template out and keep the printed page and the places of its slots beside it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="such as training-certificate/1")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        folder = FOLDER / name
        if not (folder / "page.html").is_file():
            raise CommandError(f"No template {name}; there are: {' '.join(templates_known())}")
        template_write(folder)
        self.stdout.write(f"{name}: {(folder / 'page.pdf').stat().st_size} bytes")
