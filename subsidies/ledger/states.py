"""The words of the ledger: what an account holds and what a posting does."""

from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class AccountKind(TextChoices):
    """Five accounts for each fund, year and district. Money moves from one to the next and is never made."""

    SOURCE = "source", _("下达来源")
    AVAILABLE = "available", _("可用预算")
    COMMITTED = "committed", _("已核定待拨")
    IN_TRANSIT = "in_transit", _("已送银行")
    PAID = "paid", _("已到账")


class PostingKind(TextChoices):
    ALLOCATE = "allocate", _("下达预算")
    WITHDRAW = "withdraw", _("收回预算")
    COMMIT = "commit", _("核定占用")
    RELEASE = "release", _("释放占用")
    SEND = "send", _("送银行")
    SETTLE = "settle", _("银行已付")
    BOUNCE = "bounce", _("银行退回")


_A = AccountKind
# From which account to which the money goes.
ROUTES = MappingProxyType(
    {
        PostingKind.ALLOCATE: (_A.SOURCE, _A.AVAILABLE),
        PostingKind.WITHDRAW: (_A.AVAILABLE, _A.SOURCE),
        PostingKind.COMMIT: (_A.AVAILABLE, _A.COMMITTED),
        PostingKind.RELEASE: (_A.COMMITTED, _A.AVAILABLE),
        PostingKind.SEND: (_A.COMMITTED, _A.IN_TRANSIT),
        PostingKind.SETTLE: (_A.IN_TRANSIT, _A.PAID),
        PostingKind.BOUNCE: (_A.IN_TRANSIT, _A.COMMITTED),
    }
)
BUDGET_KEEPERS = frozenset({Role.OFFICER_FINANCE})
LEDGER_READERS = frozenset({Role.OFFICER_FINANCE, Role.OFFICER_POLICY, Role.OFFICER_REVIEW, Role.AUDITOR})
