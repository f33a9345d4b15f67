"""Where money lies: balances of budgets, and the budget a claim's money comes from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from subsidies.ledger.models import Account, Entry, Posting
from subsidies.ledger.states import LEDGER_READERS, AccountKind
from subsidies.schemes.states import Fund
from workers.districts import DISTRICTS, district_name


@dataclass(frozen=True, slots=True, order=True)
class Budget:
    """A fund's money of a year for a district; the city's own has the city's code."""

    fund: str
    year: int
    district_code: str

    @property
    def title(self) -> str:
        own = self.district_code == settings.CITY_CODE
        place = settings.CITY_NAME if own else district_name(self.district_code)
        return f"{self.year} {Fund(self.fund).label} {place}"


def budget_places() -> dict[str, str]:
    """Where budgets can be: the city itself, then its districts."""
    districts = {code: str(name) for code, name in DISTRICTS.get(settings.CITY_CODE, [])}
    return {settings.CITY_CODE: f"{settings.CITY_NAME}{_('（市本级）')}"} | districts


def budgets_of_claims(claim_ids: Collection[int]) -> dict[int, Budget]:
    """For each claim the budget that committed its money."""
    rows = (
        Entry.objects.filter(claim_ref__in=list(claim_ids), account__kind=AccountKind.COMMITTED, amount_fen__gt=0)
        .order_by("pk")
        .values_list("claim_ref", "account__fund", "account__year", "account__district_code")
    )
    return {claim: Budget(fund, year, district) for claim, fund, year, district in rows if claim is not None}


def balances_of(*, year: int) -> dict[Budget, dict[str, int]]:
    """For each budget of a year what every account of it holds, in fen."""
    found: dict[Budget, dict[str, int]] = {}
    for account in Account.objects.filter(year=year).order_by("fund", "district_code"):
        budget = Budget(account.fund, account.year, account.district_code)
        found.setdefault(budget, {})[account.kind] = account.balance_fen
    return found


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A budget with what was allotted and where it has got to, in fen."""

    budget: Budget
    account_id: int
    allotted: int
    available: int
    committed: int
    in_transit: int
    paid: int

    @property
    def used(self) -> int:
        return self.committed + self.in_transit + self.paid

    @property
    def percent(self) -> int:
        """How much of it is used, rounded down: 100 only when nothing is left."""
        return self.used * 100 // self.allotted if self.allotted else 0

    @property
    def is_low(self) -> bool:
        return self.allotted > 0 and self.available * 100 < self.allotted * LOW_PERCENT


# Below this share of what was allotted the desk is warned. Not policy, so no dated figure: nothing is decided by it,
# only how early somebody thinks of asking for more.
LOW_PERCENT = 10


def budget_lines(user: User, *, on: date, year: int, fund: str = "", district: str = "") -> list[BudgetLine]:
    """The budgets of a year that the user may see, the city's own first."""
    if not _reads(user, on):
        return []
    accounts = Account.objects.filter(year=year)
    if fund:
        accounts = accounts.filter(fund=fund)
    if district:
        accounts = accounts.filter(district_code=district)
    found: dict[Budget, dict[str, Account]] = {}
    for account in accounts.order_by("fund", "district_code"):
        budget = Budget(account.fund, account.year, account.district_code)
        found.setdefault(budget, {})[account.kind] = account
    return [_line(budget, kinds) for budget, kinds in found.items()]


def _line(budget: Budget, kinds: dict[str, Account]) -> BudgetLine:
    held = {kind: account.balance_fen for kind, account in kinds.items()}
    return BudgetLine(
        budget,
        kinds[AccountKind.AVAILABLE].pk,
        -held[AccountKind.SOURCE],
        held[AccountKind.AVAILABLE],
        held[AccountKind.COMMITTED],
        held[AccountKind.IN_TRANSIT],
        held[AccountKind.PAID],
    )


def years_known(*, on: date) -> list[int]:
    """This year and every year that has a budget, the latest first."""
    return sorted({on.year, *Account.objects.values_list("year", flat=True)}, reverse=True)


def budget_line(user: User, account_id: int, *, on: date) -> BudgetLine | None:
    """One budget, by the key of its account of available money."""
    account = Account.objects.filter(pk=account_id, kind=AccountKind.AVAILABLE).first()
    if account is None:
        return None
    lines = budget_lines(user, on=on, year=account.year, fund=account.fund, district=account.district_code)
    return lines[0] if lines else None


def postings_of_budget(budget: Budget) -> QuerySet[Posting]:
    """The postings of a budget, the latest first, each with what it moved in this budget and for how many claims."""
    inside = Q(
        entries__account__fund=budget.fund,
        entries__account__year=budget.year,
        entries__account__district_code=budget.district_code,
        entries__amount_fen__gt=0,
    )
    moved = Posting.objects.filter(inside).annotate(
        amount_fen=Sum("entries__amount_fen"), claims=Count("entries__claim_ref", distinct=True)
    )
    return moved.select_related("actor").order_by("-at", "-pk")


def entries_of_claim(claim_id: int) -> QuerySet[Entry]:
    """How the money of a claim went, step by step."""
    return Entry.objects.filter(claim_ref=claim_id).select_related("posting__actor", "account").order_by("pk")


def budgets_low(user: User, *, on: date) -> QuerySet[Account]:
    """Budgets of the year of which less than a tenth is left."""
    source = Account.objects.filter(
        fund=OuterRef("fund"), year=OuterRef("year"), district_code=OuterRef("district_code"), kind=AccountKind.SOURCE
    )
    low = Account.objects.filter(year=on.year, kind=AccountKind.AVAILABLE).annotate(
        owed=Subquery(source.values("balance_fen")[:1])
    )
    low = low.filter(owed__lt=0, balance_fen__lt=F("owed") * -LOW_PERCENT / 100)
    return low if _reads(user, on) else low.none()


def _reads(user: User, on: date) -> bool:
    return bool(LEDGER_READERS & roles_of(user, on=on))
