"""Hold the ledger against its entries and against the claims, to the fen."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.claims.models import Claim
from subsidies.claims.states import MONEY_LIES, ClaimState
from subsidies.ledger.verifying import Held, ledger_verify


class Command(BaseCommand):
    help = gettext_lazy("核对资金台账：按分录重算余额，再与每份申领核对，精确到分。有差异时以非零值退出。")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            # Outside of a test the whole is read as of one moment, while officers go on working.
            if len(connection.savepoint_ids) == 0:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            report = ledger_verify(_claims())
        for difference in report.differences:
            self.stderr.write(difference.sentence)
        if report.differences:
            raise CommandError(
                _("台账有 %(count)d 处差异，见上。请停止拨付，先查明原因。") % {"count": len(report.differences)}
            )
        self.stdout.write(
            _("台账相符：账户 %(accounts)d 个，凭证 %(postings)d 张，申领 %(claims)d 份，没有差异。")
            % {"accounts": report.accounts, "postings": report.postings, "claims": report.claims}
        )


def _claims() -> Iterator[Held]:
    rows = Claim.objects.order_by("pk").values_list("pk", "number", "state", "amount_fen")
    for pk, number, state, amount in rows.iterator(chunk_size=5000):
        yield Held(pk, number, MONEY_LIES.get(ClaimState(state), ""), amount)
