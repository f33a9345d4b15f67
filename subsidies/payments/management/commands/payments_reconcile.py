"""``manage.py payments_reconcile``: hold batches, files, ledger and claims against each other, to the fen."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.payments.selectors.reconciling import reconciliation_of


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "核对拨付批次、银行文件、账目和申领，逐条指出不一致；有不一致时退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help=_("从哪一天送银行的批次开始（含）。"))
        parser.add_argument("--until", type=date.fromisoformat, help=_("到哪一天为止（含）。"))

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconciliation_of(since=options["since"], until=options["until"], with_files=True)
        for sentence in found.differences:
            self.stdout.write(sentence)
        total = found.total
        assert total is not None
        self.stdout.write(
            _("%(batches)d 批，送出 %(exported)d 笔 %(fen)d 分，成功 %(paid)d 笔 %(paid_fen)d 分，不一致 %(odd)d 处。")
            % {
                "batches": len(found.batches),
                "exported": total.exported.count,
                "fen": total.exported.fen,
                "paid": total.paid.count,
                "paid_fen": total.paid.fen,
                "odd": len(found.differences),
            }
        )
        if found.differences:
            sys.exit(1)
