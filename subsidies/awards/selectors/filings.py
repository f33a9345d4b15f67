"""Whose filings somebody may see, what waits for whom, and what a worker reads of hers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from subsidies.awards.models import AwardFiling, AwardInstalment, EmployerMandate, ServiceStatement
from subsidies.awards.rules import Due
from subsidies.awards.selectors.service import ServiceMonth, dues_for, service_months_many
from subsidies.awards.states import COUNTED, DECIDERS, READERS, FilingState, InstalmentState, ServiceState
from subsidies.mandates.states import MandateState
from workers.models import Worker

WITH = ("scheme__document", "employer", "worker__user", "level_certificate", "prior_certificate", "education")
# What an employer never reads of those it files for.
NOT_FOR_EMPLOYERS = (
    "worker__social_security_card",
    "worker__social_security_card_index",
    "worker__contact_phone",
    "worker__contact_phone_index",
)


def filings_visible_to(user: User, *, on: date) -> QuerySet[AwardFiling]:
    """An employer sees what it filed, the bureau and its auditors all that was sent.

    An employer's rows come without the card and the phone of the worker: they are never read from the database for it.
    """
    rows = AwardFiling.objects.select_related(*WITH)
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if READERS & roles_of(user, on=on):
        return rows.filter(filed_on__isnull=False)
    offices = memberships_of(user, on=on).filter(role=Role.EMPLOYER_STAFF).values("organisation")
    return rows.filter(employer__in=offices).defer(*NOT_FOR_EMPLOYERS)


def filings_to_decide(user: User, *, on: date) -> QuerySet[AwardFiling]:
    """What waits to be accepted, among what she may decide: nothing of an employer she works for."""
    if not DECIDERS & roles_of(user, on=on):
        return AwardFiling.objects.none()
    own = memberships_of(user, on=on).values("organisation")
    rows = AwardFiling.objects.filter(state=FilingState.FILED).exclude(employer__in=own)
    return rows.exclude(worker__user=user).exclude(filed_by=user).order_by("filed_on", "pk")


def statements_to_decide(user: User, *, on: date) -> QuerySet[ServiceStatement]:
    """Months that employers stated and nobody has compared with the papers yet."""
    if not DECIDERS & roles_of(user, on=on):
        return ServiceStatement.objects.none()
    own = memberships_of(user, on=on).values("organisation")
    rows = ServiceStatement.objects.filter(state=ServiceState.STATED).exclude(filing__employer__in=own)
    return rows.exclude(filing__worker__user=user).select_related("filing").order_by("stated_at", "pk")


def filings_running() -> QuerySet[AwardFiling]:
    """Filings of which something may still come."""
    open_states = [InstalmentState.WAITING, InstalmentState.DUE, InstalmentState.NETTED]
    rows = AwardFiling.objects.filter(state__in=[FilingState.ACCEPTED, FilingState.ENDED])
    return rows.filter(instalments__state__in=open_states).distinct().order_by("pk")


def counted_fen(part: AwardInstalment) -> tuple[int, int]:
    """What was paid or is on its way before this part: of its own filing, and of filings of hers for the same programme
    that were accepted earlier. What comes later counts against the later.
    """
    filing = part.filing
    rows = AwardInstalment.objects.filter(state__in=sorted(COUNTED))
    own = rows.filter(filing=filing, number__lt=part.number).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    # Parts are made when a filing is accepted: the earlier filing has the earlier keys.
    first = AwardInstalment.objects.filter(filing=filing).order_by("pk").values("pk")[:1]
    others = rows.filter(
        pk__lt=first,
        filing__worker=filing.worker_id,
        filing__scheme__code=filing.scheme.code,
        filing__scheme__city_code=filing.scheme.city_code,
    )
    return own, others.aggregate(sum=Sum("amount_fen"))["sum"] or 0


def mandates_of(user: User) -> QuerySet[EmployerMandate]:
    """What employers asked her, those that wait first."""
    rows = EmployerMandate.objects.filter(worker__user=user).select_related("employer", "worker", "text")
    return rows.order_by("-asked_at", "-pk")


def mandates_asked(user: User) -> bool:
    """Whether an employer waits for her answer."""
    return EmployerMandate.objects.filter(worker__user=user, state=MandateState.ASKED).exists()


@dataclass(frozen=True)
class Part:
    """One part of hers, with what it still wants."""

    instalment: AwardInstalment
    due: Due | None


@dataclass(frozen=True)
class AwardLine:
    """One filing for her, and what comes of it when."""

    filing: AwardFiling
    parts: tuple[Part, ...]
    months: tuple[ServiceMonth, ...]


def award_lines_of(worker: Worker, *, on: date) -> list[AwardLine]:
    """What was filed for her, the newest first; drafts are the employer's own."""
    rows = AwardFiling.objects.filter(worker=worker, filed_on__isnull=False).select_related("scheme", "employer")
    return award_lines(list(rows.order_by("-pk")), on=on)


def award_lines(filings: list[AwardFiling], *, on: date) -> list[AwardLine]:
    """Filings with their parts, in a constant number of queries."""
    served = service_months_many(filings, on=on) if filings else {}
    parts: dict[int, list[AwardInstalment]] = {}
    for row in AwardInstalment.objects.filter(filing__in=filings).order_by("number"):
        parts.setdefault(row.filing_id, []).append(row)
    lines = []
    for filing in filings:
        dues = {one.number: one for one in dues_for(filing, on=on, months=served[filing.pk])}
        found = tuple(Part(row, dues.get(row.number)) for row in parts.get(filing.pk, ()))
        lines.append(AwardLine(filing, found, tuple(served[filing.pk])))
    return lines
