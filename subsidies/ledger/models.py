"""Double entry in whole fen. Postings are only added; the database keeps each of them balanced."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subsidies.ledger.states import AccountKind, PostingKind
from subsidies.schemes.states import Fund


class Account(models.Model):
    """What a fund has of a kind for a district in a year. The balance is kept by the entries themselves."""

    fund = models.CharField(_("资金来源"), max_length=12, choices=Fund.choices)
    year = models.PositiveSmallIntegerField(_("预算年度"))
    district_code = models.CharField(_("区划"), max_length=6, help_text=_("市本级用城市代码。"))
    kind = models.CharField(_("科目"), max_length=10, choices=AccountKind.choices)
    balance_fen = models.BigIntegerField(_("余额（分）"), default=0)

    class Meta:
        verbose_name = _("资金账户")
        verbose_name_plural = _("资金账户")
        ordering = ["-year", "fund", "district_code", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="ledger_account_fund_is_known"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind_is_known"),
            models.UniqueConstraint(fields=["fund", "year", "district_code", "kind"], name="ledger_account_is_one"),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.SOURCE, balance_fen__lte=0)
                | (~Q(kind=AccountKind.SOURCE) & Q(balance_fen__gte=0)),
                name="ledger_account_is_never_overdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_fund_display()} {self.district_code} {self.get_kind_display()}"


class Posting(models.Model):
    """凭证: one move of money with its two or more entries. Rows are only added."""

    kind = models.CharField(_("凭证种类"), max_length=10, choices=PostingKind.choices)
    reference = models.CharField(_("凭据"), max_length=80, help_text=_("预算文号、申领编号或拨付批次号。"))
    key = models.CharField(_("幂等标识"), max_length=100, unique=True, help_text=_("同一件事只记一次。"))
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("记账时间"))

    class Meta:
        verbose_name = _("凭证")
        verbose_name_plural = _("凭证")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["reference"], name="ledger_posting_by_reference")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PostingKind.values), name="ledger_posting_kind_is_known"),
            models.CheckConstraint(condition=~Q(reference=""), name="ledger_posting_says_by_what"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class Entry(models.Model):
    """分录: so much into an account (positive) or out of it (negative). Rows are only added."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries", verbose_name=_("凭证"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", verbose_name=_("账户"))
    amount_fen = models.BigIntegerField(_("金额（分）"))
    claim_ref = models.PositiveBigIntegerField(
        _("申领编号"), null=True, blank=True, help_text=_("这笔钱属于哪一份申领；预算的下达和收回没有。")
    )

    class Meta:
        verbose_name = _("分录")
        verbose_name_plural = _("分录")
        ordering = ["posting", "pk"]
        indexes = [
            models.Index(
                fields=["claim_ref"],
                include=["account", "amount_fen"],
                condition=Q(claim_ref__isnull=False),
                name="ledger_entry_by_claim",
            )
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount_fen=0), name="ledger_entry_moves_something")]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.amount_fen}"
