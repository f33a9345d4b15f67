"""Load one demo account per role and print how to sign in with each."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.sign_in.demo import demo_accounts_load


class Command(BaseCommand):
    help = "Load one demo account per role (only what is missing) and print how to sign in with each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load them although DEBUG is off (never in production)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = demo_accounts_load(on=timezone.localdate(), explicit=options["demo"])
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{'role':<20} {'user name / phone':<20} {'password':<22} code")
        for account in accounts:
            code = "/development/inbox/" if account.needs_factor or account.phone else "-"
            name, password = account.phone or account.user_name, account.password or "(SMS code)"
            self.stdout.write(f"{account.role:<20} {name:<20} {password:<22} {code}")
