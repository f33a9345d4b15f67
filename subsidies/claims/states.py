"""The words of claims, and the one table of their moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class ClaimState(TextChoices):
    DRAFT = "draft", _("未提交")
    SUBMITTED = "submitted", _("待初审")
    INTAKE_PASSED = "intake_passed", _("待复核")
    RETURNED = "returned", _("待补正")
    REVIEWED = "reviewed", _("待公示")
    PUBLISHED = "published", _("公示中")
    DISPUTED = "disputed", _("异议处理中")
    APPROVED = "approved", _("待拨付")
    IN_BATCH = "in_batch", _("拨付办理中")
    SENT = "sent", _("已送银行")
    PAYMENT_FAILED = "payment_failed", _("银行退回，待更正账户")
    PAID = "paid", _("已到账")
    REFUSED = "refused", _("不予核定")
    WITHDRAWN = "withdrawn", _("已撤回")


class Channel(TextChoices):
    """Who filled the claim in. What it is worth is the same."""

    SELF = "self", _("本人")
    SCHOOL = "school", _("培训机构代办")
    COUNTER = "counter", _("窗口代办")
    EMPLOYER = "employer", _("用人单位申报")


class Party(TextChoices):
    """In whose name a claim is moved."""

    CLAIMANT = "claimant", _("申领人")
    SCHOOL = "school", _("培训机构")
    EMPLOYER = "employer", _("用人单位")
    INTAKE = "intake", _("初审")
    REVIEW = "review", _("复核")
    FINANCE = "finance", _("拨付")
    SYSTEM = "system", _("系统")


class AppealState(TextChoices):
    OPEN = "open", _("待答复")
    UPHELD = "upheld", _("申诉成立")
    REJECTED = "rejected", _("维持原决定")
    WITHDRAWN = "withdrawn", _("本人撤回")


class AccountState(TextChoices):
    """对公账户: what a school gave counts once an officer has compared it with the paper."""

    WAITING = "waiting", _("待核对")
    IN_FORCE = "in_force", _("使用中")
    REPLACED = "replaced", _("已被新账户代替")
    REFUSED = "refused", _("核对不符")
    WITHDRAWN = "withdrawn", _("机构已撤回")


class ClassClaimState(TextChoices):
    DRAFT = "draft", _("正在准备")
    SUBMITTED = "submitted", _("已提交")
    CANCELLED = "cancelled", _("已取消")


@dataclass(frozen=True)
class Move:
    """One step of a claim: where it may start, where it ends, in whose name, and what it asks for."""

    sources: frozenset[ClaimState]
    target: ClaimState
    past: str
    parties: frozenset[Party]
    needs_reason: bool = False


_S = ClaimState
_P = Party


def _move(sources: set[ClaimState], target: ClaimState, past: str, *parties: Party, needs_reason: bool = False) -> Move:
    return Move(frozenset(sources), target, past, frozenset(parties), needs_reason)


TRANSITIONS: Mapping[str, Move] = MappingProxyType(
    {
        # What an employer filed and has fallen due the platform sends by itself.
        "submit": _move({_S.DRAFT}, _S.SUBMITTED, "submitted", _P.CLAIMANT, _P.SCHOOL, _P.EMPLOYER, _P.SYSTEM),
        "withdraw": _move(
            {_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.INTAKE_PASSED}, _S.WITHDRAWN, "withdrawn", _P.CLAIMANT, _P.SCHOOL
        ),
        "pass_intake": _move({_S.SUBMITTED}, _S.INTAKE_PASSED, "passed_intake", _P.INTAKE),
        # The legal clock stands while a correction is awaited.
        "return": _move(
            {_S.SUBMITTED, _S.INTAKE_PASSED}, _S.RETURNED, "returned", _P.INTAKE, _P.REVIEW, needs_reason=True
        ),
        "resubmit": _move({_S.RETURNED}, _S.SUBMITTED, "resubmitted", _P.CLAIMANT, _P.SCHOOL, _P.EMPLOYER),
        "refuse": _move(
            {_S.SUBMITTED, _S.INTAKE_PASSED}, _S.REFUSED, "refused", _P.INTAKE, _P.REVIEW, needs_reason=True
        ),
        "pass_review": _move({_S.INTAKE_PASSED}, _S.REVIEWED, "passed_review", _P.REVIEW),
        "publish": _move({_S.REVIEWED}, _S.PUBLISHED, "published", _P.REVIEW),
        "dispute": _move({_S.PUBLISHED}, _S.DISPUTED, "disputed", _P.SYSTEM),
        "dismiss_objection": _move({_S.DISPUTED}, _S.REVIEWED, "cleared", _P.REVIEW, needs_reason=True),
        "uphold_objection": _move({_S.DISPUTED}, _S.REFUSED, "refused", _P.REVIEW, needs_reason=True),
        "approve": _move({_S.PUBLISHED}, _S.APPROVED, "approved", _P.SYSTEM),
        # Something found after the review and before the money: back to the reviewer's table. The platform itself does
        # so when a certificate is suspended or revoked.
        "hold": _move(
            {_S.REVIEWED, _S.PUBLISHED, _S.APPROVED},
            _S.INTAKE_PASSED,
            "held",
            _P.REVIEW,
            _P.SYSTEM,
            needs_reason=True,
        ),
        "batch": _move({_S.APPROVED}, _S.IN_BATCH, "batched", _P.FINANCE),
        "unbatch": _move({_S.IN_BATCH}, _S.APPROVED, "unbatched", _P.FINANCE, needs_reason=True),
        "send": _move({_S.IN_BATCH}, _S.SENT, "sent", _P.FINANCE),
        "pay": _move({_S.SENT}, _S.PAID, "paid", _P.FINANCE),
        "bounce": _move({_S.SENT}, _S.PAYMENT_FAILED, "bounced", _P.FINANCE, needs_reason=True),
        "repair": _move({_S.PAYMENT_FAILED}, _S.APPROVED, "repaired", _P.CLAIMANT, _P.SCHOOL, _P.FINANCE),
        # An appeal that was upheld opens the case again, for other officers.
        "reopen": _move({_S.REFUSED}, _S.SUBMITTED, "reopened", _P.REVIEW, needs_reason=True),
    }
)

# A claim that still stands or was paid: nothing else may be claimed for the same certificate in its lane.
LIVE = frozenset(_S) - {_S.DRAFT, _S.REFUSED, _S.WITHDRAWN}
# What the office has to do something about.
OPEN = frozenset({_S.SUBMITTED, _S.INTAKE_PASSED, _S.RETURNED, _S.REVIEWED, _S.PUBLISHED, _S.DISPUTED})
ENDED = frozenset({_S.PAID, _S.REFUSED, _S.WITHDRAWN})
# In which account of the ledger the amount of a claim lies; in every other state in none. The database holds it.
MONEY_LIES: Mapping[ClaimState, str] = MappingProxyType(
    {
        _S.REVIEWED: "committed",
        _S.PUBLISHED: "committed",
        _S.DISPUTED: "committed",
        _S.APPROVED: "committed",
        _S.IN_BATCH: "committed",
        _S.PAYMENT_FAILED: "committed",
        _S.SENT: "in_transit",
        _S.PAID: "paid",
    }
)
ROLE_OF_PARTY: Mapping[Party, Role] = MappingProxyType(
    {
        _P.INTAKE: Role.OFFICER_INTAKE,
        _P.REVIEW: Role.OFFICER_REVIEW,
        _P.FINANCE: Role.OFFICER_FINANCE,
        _P.SCHOOL: Role.SCHOOL_STAFF,
        _P.EMPLOYER: Role.EMPLOYER_STAFF,
    }
)
CLAIM_READERS = frozenset(
    {
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.OFFICER_POLICY,
        Role.AUDITOR,
    }
)
# Who compares a school's account with the paper.
ACCOUNT_KEEPERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
ACCOUNT_TONES = {
    "waiting": "waiting",
    "in_force": "success",
    "replaced": "stopped",
    "refused": "error",
    "withdrawn": "stopped",
}
TONES: Mapping[str, str] = MappingProxyType(
    {
        _S.DRAFT: "neutral",
        _S.SUBMITTED: "waiting",
        _S.INTAKE_PASSED: "waiting",
        _S.RETURNED: "warning",
        _S.REVIEWED: "info",
        _S.PUBLISHED: "info",
        _S.DISPUTED: "warning",
        _S.APPROVED: "info",
        _S.IN_BATCH: "info",
        _S.SENT: "info",
        _S.PAYMENT_FAILED: "warning",
        _S.PAID: "success",
        _S.REFUSED: "error",
        _S.WITHDRAWN: "stopped",
    }
)
