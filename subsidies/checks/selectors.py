"""What was found, and the catalogue of what is looked at."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from subsidies.checks.models import Finding
from subsidies.checks.rules import Check, checks_in_force
from subsidies.checks.states import FindingState, Severity


def findings_open(claim_ids: Iterable[int]) -> QuerySet[Finding]:
    """What still speaks against these claims, claim by claim."""
    return Finding.objects.filter(claim__in=list(claim_ids), state=FindingState.OPEN).order_by("claim", "pk")


def blocks_open(claim_ids: Iterable[int]) -> set[int]:
    """Those of the claims that may not go on: something that must be dealt with is open."""
    rows = Finding.objects.filter(claim__in=list(claim_ids), state=FindingState.OPEN, severity=Severity.BLOCK)
    return set(rows.values_list("claim_id", flat=True))


def checks_catalogue(on: date) -> tuple[Check, ...]:
    """The checks in force on a day."""
    return checks_in_force(on)
