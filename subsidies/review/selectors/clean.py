"""Which claims could be passed together: nothing found today, and decided as "yes" when they were sent."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from foundation.policy.engine import Outcome
from subsidies.checks.selectors import Unchecked, blocks_not_run
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.review.selectors.desk import BY_DEADLINE, clean, unscreened
from subsidies.review.states import MOST


@dataclass(frozen=True, slots=True)
class Batch:
    """So many claims for so much money, in the order of the desk; and those no check has looked at today.

    ``unchecked`` would be among them, had every check that could stop them been run: how many, and what is missing.
    """

    ids: tuple[int, ...]
    amount_fen: int
    unscreened: tuple[int, ...]
    unchecked: int = 0
    missing: tuple[Unchecked, ...] = ()


def batch_of(waiting: QuerySet[Claim], *, on: date) -> Batch:
    """The clean ones of what waits for an officer, at most a thousand at once; five queries."""
    last = ClaimDecision.objects.filter(claim=OuterRef("pk")).order_by("-edition").values("outcome")[:1]
    decided = clean(waiting, on=on).annotate(outcome=Subquery(last)).filter(outcome=Outcome.YES)
    rows = list(decided.order_by(*BY_DEADLINE).values_list("pk", "amount_fen")[:MOST])
    gaps = blocks_not_run([pk for pk, _fen in rows])
    rows = [(pk, fen) for pk, fen in rows if pk not in gaps]
    missing = tuple(dict.fromkeys(one for told in gaps.values() for one in told))
    unseen = unscreened(waiting, on=on).order_by(*BY_DEADLINE).values_list("pk", flat=True)[:MOST]
    keys, amount_fen = tuple(pk for pk, _fen in rows), sum(fen for _pk, fen in rows)
    return Batch(keys, amount_fen, tuple(unseen), len(gaps), missing)
