"""Appoint the very first administrator of a new platform; everybody after that is appointed in the platform."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import Organisation
from foundation.accounts.services import organisation_create, password_issue, staff_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period


class Command(BaseCommand):
    help = gettext_lazy("任命第一位系统管理员，并打印首次登录密码；首次登录后须更改。")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("登录用的用户名"))
        parser.add_argument("--name", required=True, help=_("姓名"))
        parser.add_argument("--bureau", required=True, help=_("主管部门名称"))
        parser.add_argument("--credit-code", required=True, help=_("主管部门的 18 位统一社会信用代码"))

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
            raise CommandError(_("已有系统管理员，其他管理员由其在平台中任命。")) from None
        self.stdout.write(f"{user.username}  {password}")
