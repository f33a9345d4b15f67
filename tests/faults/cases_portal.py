"""Work for the tasks of the dashboards."""

from django.db.models import Sum

from portal.dashboards.models import ClaimCell, PublicEdition
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from tests.faults.cases import case
from tests.subsidies.builders import a_claim

CELLS = ("dashboards_funnelcell", "dashboards_claimcell", "dashboards_decisioncell", "operations_stamp")


def every_claim_is_counted_once() -> None:
    counted = ClaimCell.objects.aggregate(claims=Sum("claims"))["claims"]
    assert counted == Claim.objects.exclude(state=ClaimState.DRAFT).exclude(submitted_on=None).count()


@case("portal.dashboards.tasks.summaries_make", done=every_claim_is_counted_once, journals=CELLS)
def a_claim_not_counted_yet() -> tuple[()]:
    a_claim(ClaimState.SUBMITTED)
    return ()


def there_is_one_edition() -> None:
    assert PublicEdition.objects.count() == 1


@case("portal.dashboards.tasks.public_edition_make", done=there_is_one_edition)
def the_quarter() -> tuple[()]:
    """One row in one statement, and only once in a quarter: the runs after the first find it there."""
    return ()
