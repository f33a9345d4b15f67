"""Where money lies: balances of budgets, and the budget a claim's money comes from."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from subsidies.ledger.models import Account, Entry
from subsidies.ledger.states import AccountKind
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
