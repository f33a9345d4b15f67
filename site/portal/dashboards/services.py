"""Counting ahead: the summaries that the dashboards read, made anew from the rows themselves in one transaction.

Measured in docs/explanation/dashboards.md: the questions of one page cost seconds over a million claims, those over the
summaries milliseconds. Nothing is added to a summary little by little, so that none can drift from the rows.
"""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from foundation.calendar.working_days import WorkingCalendar, working_calendar
from portal.dashboards.funnel_sql import PARAMETERS, STEPS
from portal.dashboards.models import ClaimCell, DecisionCell, FunnelCell
from portal.dashboards.states import STAMP
from portal.operations.models import Stamp
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.states import ClaimState

# Any number of our own: PostgreSQL keeps one holder of it at a time.
LOCK = 7_204_001
DECIDING = ["pass_review", "refuse"]

_FUNNEL = f"""{STEPS}
INSERT INTO {FunnelCell._meta.db_table} (month, school_id, district_code, occupation_id, level, group_code,
    enrolled, studied, passed, certified, claimed, paid, paid_fen)
SELECT month, school_id, district_code, occupation_id, level, group_code, count(*),
    count(*) FILTER (WHERE studied), count(*) FILTER (WHERE studied AND passed),
    count(*) FILTER (WHERE studied AND passed AND certified),
    count(*) FILTER (WHERE studied AND passed AND certified AND claimed),
    count(*) FILTER (WHERE studied AND passed AND certified AND paid),
    coalesce(sum(paid_fen) FILTER (WHERE studied AND passed AND certified AND paid), 0)
FROM step GROUP BY month, school_id, district_code, occupation_id, level, group_code
"""  # noqa: S608 - names of our own tables
_CLAIMS = f"""
INSERT INTO {ClaimCell._meta.db_table}
    (month, scheme_id, district_code, state, refusal_id, paid_month, claims, amount_fen)
SELECT date_trunc('month', submitted_on)::date, scheme_id, district_code, state,
    CASE WHEN state = %(refused)s THEN refusal_id END, date_trunc('month', paid_on)::date, count(*), sum(amount_fen)
FROM {Claim._meta.db_table} WHERE state <> %(draft)s AND submitted_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 - names of our own tables
# The first decision counts; an appeal or a hold may lead to others.
_DECISIONS = f"""
SELECT claim.scheme_id, claim.district_code, claim.submitted_on, decided.day, count(*)
FROM (
    SELECT claim_id, (min(at) AT TIME ZONE %(zone)s)::date AS day
    FROM {ClaimEvent._meta.db_table} WHERE action = ANY(%(deciding)s) GROUP BY claim_id
) decided JOIN {Claim._meta.db_table} claim ON claim.id = decided.claim_id
WHERE claim.submitted_on IS NOT NULL GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - names of our own tables


@transaction.atomic
def summaries_refresh(*, at: datetime) -> bool:
    """Count everything anew; ``False`` when somebody else is counting. Readers see the old counts until it is done."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        for model in (FunnelCell, ClaimCell, DecisionCell):
            model.objects.all().delete()
        cursor.execute(_FUNNEL, PARAMETERS | {"through": timezone.localdate(at)})
        cursor.execute(_CLAIMS, {"refused": ClaimState.REFUSED, "draft": ClaimState.DRAFT})
        cursor.execute(_DECISIONS, {"zone": settings.TIME_ZONE, "deciding": DECIDING})
        decisions = cursor.fetchall()
    DecisionCell.objects.bulk_create(_decision_cells(decisions), batch_size=5_000)
    seconds = f"{time.monotonic() - began:.2f}"
    Stamp.objects.update_or_create(name=STAMP, defaults={"value": seconds, "at": at})
    return True


def _decision_cells(rows: Iterable[tuple[int, str, date, date, int]]) -> list[DecisionCell]:
    """Pairs of days become working days between them: the day of sending is not counted."""
    passed = _WorkingDays(working_calendar())
    found: Counter[tuple[date, int, str, int]] = Counter()
    for scheme, district, sent_on, decided_on, claims in rows:
        found[sent_on.replace(day=1), scheme, district, passed.between(sent_on, decided_on)] += claims
    return [
        DecisionCell(month=month, scheme_id=scheme, district_code=district, days=days, claims=claims)
        for (month, scheme, district, days), claims in sorted(found.items())
    ]


class _WorkingDays:
    """Working days between two days, each pair worked out once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.known: dict[tuple[date, date], int] = {}

    def between(self, first: date, last: date) -> int:
        if (first, last) not in self.known:
            self.known[first, last] = self.calendar.count(first, last)
        return self.known[first, last]
