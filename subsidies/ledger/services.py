"""Booking: the only way money moves. Every posting balances, is made once, and never overdraws an account."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.policy.values import fen_text
from subsidies.ledger.errors import LedgerError
from subsidies.ledger.models import Account, Entry, Posting
from subsidies.ledger.selectors import Budget, budget_places, budgets_of_claims
from subsidies.ledger.states import BUDGET_KEEPERS, ROUTES, AccountKind, PostingKind
from subsidies.schemes.states import Fund

LONGEST_REFERENCE = 60
MOST_FEN = 10**13  # a hundred thousand million yuan: more is a slip of the hand
BRACKETS = str.maketrans(dict.fromkeys("[［(（【", "〔") | dict.fromkeys("]］)）】", "〕"))


@dataclass(frozen=True, slots=True)
class ClaimMoney:
    """A claim's amount in fen, and from whose budget it is to come while it has none yet."""

    claim_id: int
    amount_fen: int
    fund: str
    district_code: str


@transaction.atomic
def budget_allot(
    *, fund: str, year: int, district_code: str, amount_fen: int, reference: str, actor: User, at: datetime
) -> Posting:
    """Enter a budget (下达), or take part of it back with a negative amount; ``reference`` is the 文号 of the paper.

    The same paper for the same budget is entered once. What is committed already cannot be taken back.
    """
    on = timezone.localdate(at)
    if not BUDGET_KEEPERS & roles_of(actor, on=on):
        raise PermissionDenied(_("预算由资金拨付人员登记。"))
    budget, reference = Budget(fund, year, district_code), reference.strip()
    _entry_checked(budget, reference, amount_fen, this_year=on.year)
    kind = PostingKind.ALLOCATE if amount_fen > 0 else PostingKind.WITHDRAW
    key = f"{kind}:{fund}:{year}:{district_code}:{_bare(reference)}"
    posting = _post(kind, reference=reference, key=key, reason="", actor=actor, at=at)
    if posting is None:
        raise LedgerError("already_entered", _("文号“%(no)s”已经登记过这笔预算。请核对文号。") % {"no": reference})
    _accounts_open(budget)
    _book(posting, kind, [(budget, abs(amount_fen), None)])
    audit_record(
        "ledger.budget.allotted",
        posting,
        actor=actor,
        data={"fund": fund, "year": year, "district": district_code, "amount_fen": amount_fen},
    )
    return posting


@transaction.atomic
def money_move(
    kind: PostingKind,
    *,
    claims: Sequence[ClaimMoney],
    reference: str,
    key: str,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> Posting:
    """Move the money of these claims one step along ``ROUTES``, in one posting.

    To commit, the budget of the year of ``at`` is taken: the district's own where there is one, else the city's. Every
    later step stays in the budget that committed it. ``key`` names the thing done: booking it again raises
    ``LedgerError("already_booked")``. ``LedgerError("budget_short")`` names the budget that has too little.
    """
    posting = _post(kind, reference=reference, key=key, reason=reason, actor=actor, at=at)
    if posting is None:
        raise LedgerError("already_booked", _("这笔资金已经记过账，没有重复记账。请刷新页面。"))
    if kind == PostingKind.COMMIT:
        budgets = _budgets_to_commit(claims, year=timezone.localdate(at).year)
    else:
        budgets = budgets_of_claims([one.claim_id for one in claims])
    _book(posting, kind, [(budgets[one.claim_id], one.amount_fen, one.claim_id) for one in claims])
    return posting


def _entry_checked(budget: Budget, reference: str, amount_fen: int, *, this_year: int) -> None:
    """What is typed of a budget makes sense."""
    if not reference:
        raise LedgerError("reference_missing", _("请填写下达或收回预算的文号。"))
    if len(reference) > LONGEST_REFERENCE:
        raise LedgerError(
            "reference_long", _("文号最多 %(most)d 个字。请只写文号，不写标题。") % {"most": LONGEST_REFERENCE}
        )
    if amount_fen == 0:
        raise LedgerError("amount_missing", _("请填写金额。"))
    if abs(amount_fen) > MOST_FEN:
        raise LedgerError("amount_large", _("金额太大，请核对是不是多写了几位。单位是元。"))
    if budget.fund not in Fund.values or budget.district_code not in budget_places():
        raise LedgerError("budget_unknown", _("没有这样的资金来源或区划。请从列表中选择。"))
    if abs(budget.year - this_year) > 1:
        raise LedgerError("year_odd", _("只能登记去年、今年和明年的预算。请核对年度。"))


def _bare(reference: str) -> str:
    """A 文号 as it is compared: however its brackets and blanks were typed."""
    return "".join(reference.split()).translate(BRACKETS)


def _post(
    kind: PostingKind, *, reference: str, key: str, reason: str, actor: User | None, at: datetime
) -> Posting | None:
    """The head of a posting; nothing when the key was used, even at this very moment by somebody else."""
    posting, is_new = Posting.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "reference": reference, "reason": reason[:300], "actor": actor, "at": at},
    )
    return posting if is_new else None


def _budgets_to_commit(claims: Sequence[ClaimMoney], *, year: int) -> dict[int, Budget]:
    """The district's own budget, or the city's; the whole year has none: ``LedgerError``."""
    known = {
        Budget(account.fund, account.year, account.district_code)
        for account in Account.objects.filter(year=year, kind=AccountKind.AVAILABLE)
    }
    chosen = {}
    for one in claims:
        own = Budget(one.fund, year, one.district_code)
        budget = own if own in known else Budget(one.fund, year, settings.CITY_CODE)
        if budget not in known:
            raise _short(budget, one.amount_fen, 0, PostingKind.COMMIT)
        chosen[one.claim_id] = budget
    return chosen


def _book(posting: Posting, kind: PostingKind, lines: Sequence[tuple[Budget, int, int | None]]) -> None:
    """The entries of a posting, in one statement, with the accounts locked in the order of their keys."""
    out_of, into = ROUTES[kind]
    accounts = _accounts({budget for budget, _amount, _claim in lines}, out_of, into)
    totals: dict[Budget, int] = defaultdict(int)
    for budget, amount, _claim in lines:
        totals[budget] += amount
    if out_of != AccountKind.SOURCE:
        for budget, total in totals.items():
            if accounts[budget, out_of].balance_fen < total:
                raise _short(budget, total, accounts[budget, out_of].balance_fen, kind)
    entries = []
    for budget, amount, claim_id in lines:
        for account, signed in ((accounts[budget, out_of], -amount), (accounts[budget, into], amount)):
            entries.append(Entry(posting=posting, account=account, amount_fen=signed, claim_ref=claim_id))
    Entry.objects.bulk_create(entries)


def _accounts_open(budget: Budget) -> None:
    """The five accounts of a budget, if it has none yet."""
    Account.objects.bulk_create(
        [
            Account(fund=budget.fund, year=budget.year, district_code=budget.district_code, kind=kind)
            for kind in AccountKind
        ],
        ignore_conflicts=True,
    )


def _accounts(
    budgets: set[Budget], out_of: AccountKind, into: AccountKind
) -> dict[tuple[Budget, AccountKind], Account]:
    wanted = {(budget, kind) for budget in budgets for kind in (out_of, into)}
    locked = (
        Account.objects.select_for_update()
        .filter(
            fund__in={budget.fund for budget in budgets},
            year__in={budget.year for budget in budgets},
            district_code__in={budget.district_code for budget in budgets},
            kind__in=[out_of, into],
        )
        .order_by("pk")
    )
    found = {
        (Budget(account.fund, account.year, account.district_code), AccountKind(account.kind)): account
        for account in locked
    }
    return {place: found[place] for place in wanted}


def _short(budget: Budget, needed: int, found: int, kind: PostingKind) -> LedgerError:
    words = {
        "budget": budget.title,
        "found": fen_text(found),
        "needed": fen_text(needed),
    }
    if kind == PostingKind.WITHDRAW:
        sentence = _("%(budget)s 可用 %(found)s，不够收回 %(needed)s：已经核定占用和付出的不能收回。请核对金额。")
    else:
        sentence = _("%(budget)s 可用 %(found)s，这次需要 %(needed)s，不够。请先登记追加的预算，或减少这次办理的份数。")
    return LedgerError("budget_short", sentence % words)
