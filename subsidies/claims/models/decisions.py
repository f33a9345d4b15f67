"""核定: what the rule of the day said about a claim, frozen with its facts and figures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.policy.engine import Outcome
from subsidies.claims.models.claims import Claim


class ClaimDecision(models.Model):
    """One working-out. A correction leads to another; the last one counts. Rows are only added."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("申领"))
    edition = models.PositiveSmallIntegerField(_("第几次"))
    rule_version = models.CharField(_("规则版本"), max_length=80)
    on = models.DateField(_("按哪一天的政策"))
    outcome = models.CharField(_("结论"), max_length=10, choices=[(one.value, one.value) for one in Outcome])
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"), null=True, blank=True)
    content = models.TextField(
        _("全文"), help_text=_("事实、数值、逐项核查和计算过程的规范格式（foundation.policy.engine.to_json）。")
    )
    digest = models.CharField(_("摘要"), max_length=64, help_text=_("全文的 SHA-256。"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("核定时间"))

    class Meta:
        verbose_name = _("核定")
        verbose_name_plural = _("核定")
        ordering = ["claim", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "edition"], name="claim_decision_edition_is_one"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Outcome]), name="claim_decision_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.edition} {self.outcome}"
