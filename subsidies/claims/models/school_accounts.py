"""对公账户: where money goes that is paid to a school itself."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.schools.models import School
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from subsidies.claims.states import AccountState


def private_files() -> Storage:
    """Where proofs of accounts lie: encrypted, and no web address reaches them."""
    return storages["private"]


class SchoolAccount(models.Model):
    """One account as a school gave it. Another account is another row, so the rows are the history.

    It stands with the claims and not with whoever claims for a class: a claim asks whether there is an account, freezes
    it when it is sent, and is repaired with it.
    """

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name=_("培训机构")
    )
    holder = models.CharField(_("户名"), max_length=100)
    bank = models.CharField(_("开户银行"), max_length=100)
    account = EncryptedTextField(_("账号"))
    account_index = BlindIndexField(source="account", kind="account", null=False, db_index=True)
    proof = models.FileField(_("开户证明"), storage=private_files, max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=AccountState.choices, default=AccountState.WAITING)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    entered_at = models.DateTimeField(_("填报时间"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核对人"),
    )
    answered_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    answer = models.CharField(_("核对说明"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("培训机构对公账户")
        verbose_name_plural = _("培训机构对公账户")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AccountState.values), name="school_account_state_is_known"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state=AccountState.IN_FORCE), name="school_account_in_force_is_one"
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state=AccountState.WAITING), name="school_account_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("entered_by")),
                name="school_account_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[AccountState.WAITING, AccountState.WITHDRAWN])
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="school_account_answered_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccountState.REFUSED) | ~Q(answer=""), name="school_account_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.get_state_display()}"
