"""Appoint the very first administrator of a new platform; everybody after that is appointed in the platform."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import Organisation
from foundation.accounts.services import organisation_create, password_issue, staff_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period


class Command(BaseCommand):
    help = "Appoint the first administrator and print a first password, to be changed at the first sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--bureau", required=True, help="the bureau's name")
        parser.add_argument("--credit-code", required=True, help="the bureau's 18-character credit code")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        on = timezone.localdate()
        code = options["credit_code"]
        try:
            bureau = Organisation.objects.filter(credit_code=code).first() or organisation_create(
                name=options["bureau"], kind=OrganisationKind.BUREAU, credit_code=code, actor=None
            )
            user = staff_account_open(
                username=options["username"],
                name=options["name"],
                organisation=bureau,
                role=Role.ADMINISTRATOR,
                effective=period(on),
                actor=None,
                on=on,
            )
            password = password_issue(user=user, actor=None, on=on)
        except AccountsError as refusal:
            raise CommandError(refusal.message) from refusal
        except PermissionDenied:
            raise CommandError("There is an administrator already; further ones are appointed by her.") from None
        self.stdout.write(f"{user.username}  {password}")
