"""The months somebody served an employer, as far as they are confirmed, and when the parts of a filing come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from subsidies.awards.models import AwardFiling, ServiceStatement
from subsidies.awards.rules import Due, dues_of, month_of, months_between
from subsidies.awards.states import ServiceState
from workers.models import InsuredMonth


@dataclass(frozen=True)
class ServiceMonth:
    """One month that is confirmed, and by what."""

    month: date
    # "insured" or "stated".
    by: str


def service_months(filing: AwardFiling, *, on: date) -> list[ServiceMonth]:
    """The confirmed months of a filing up to a day, each once: months insured by the employer, and months it stated
    that an officer found right.
    """
    return service_months_many([filing], on=on)[filing.pk]


def service_months_many(filings: Sequence[AwardFiling], *, on: date) -> dict[int, list[ServiceMonth]]:
    """The same for many filings, in two queries."""
    codes = {filing.employer.credit_code for filing in filings}
    insured: dict[tuple[int, str], set[date]] = {}
    rows = InsuredMonth.objects.filter(
        worker__in={filing.worker_id for filing in filings}, employer_credit_code__in=codes, month__lte=on
    )
    for worker, code, month in rows.values_list("worker", "employer_credit_code", "month"):
        insured.setdefault((worker, code), set()).add(month_of(month))
    stated: dict[int, set[date]] = {}
    accepted = ServiceStatement.objects.filter(filing__in=filings, state=ServiceState.ACCEPTED)
    for filing_id, first, last in accepted.values_list("filing", "first", "last"):
        stated.setdefault(filing_id, set()).update(one for one in months_between(first, last) if one <= on)
    found = {}
    for filing in filings:
        first = month_of(filing.started_on)
        by = dict.fromkeys(stated.get(filing.pk, ()), "stated")
        by |= dict.fromkeys(insured.get((filing.worker_id, filing.employer.credit_code), ()), "insured")
        until = filing.left_on or date.max
        found[filing.pk] = [ServiceMonth(month, by[month]) for month in sorted(by) if first <= month <= until]
    return found


def dues_for(filing: AwardFiling, *, on: date, months: Sequence[ServiceMonth] | None = None) -> tuple[Due, ...]:
    """When each part of an accepted filing comes, by what is confirmed on the day."""
    if filing.parts is None or filing.months_between is None:
        return ()
    served = service_months(filing, on=on) if months is None else months
    return dues_of(
        started_on=filing.started_on,
        months=[one.month for one in served],
        left_on=filing.left_on,
        between=filing.months_between,
        count=filing.parts,
    )
