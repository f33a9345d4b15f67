"""An award of the demonstration: an employer filed for somebody a year ago, and her first part has come."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certifications.certificates.models import LevelCertificate
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind
from portal.journey.clock import Clock, simulated_clock
from portal.journey.demo import was_there_before
from subsidies.awards.models import AwardFiling
from subsidies.awards.services import FilingEntry, filing_accept, filing_draft, filing_send, mandate_record
from subsidies.claims.services.awarding import awards_claim_due
from subsidies.schemes.models import Scheme
from workers.demo import portrait_drawn
from workers.services import insured_months_record
from workers.states import InsuranceKind

PROGRAMME = "demonstration.award"
MONTHS = 13


@transaction.atomic
def awards_demo_load(*, on: date) -> None:
    """A filing with a first part that is claimed today, and one that still waits for an officer."""
    if AwardFiling.objects.exists():
        return
    employer = Organisation.objects.get(kind=OrganisationKind.EMPLOYER)
    clerk, officer = (User.objects.get(username=name) for name in ("employer", "intake2"))
    for person in (clerk, officer):
        was_there_before(person, on=on)
    held = LevelCertificate.objects.select_related("worker").order_by("pk")
    begins = timezone.make_aware(datetime.combine(on - timedelta(days=5), time(9)))
    with simulated_clock(begins) as clock:
        for place, certificate in enumerate(held[:2]):
            filing = _filed(certificate, employer, clerk, clock, started_on=_started(on, place))
            if place == 0:
                filing_accept(filing_id=filing.pk, actor=officer, at=clock.forward(3600))
        awards_claim_due(at=clock.put(on - timedelta(days=1), 9))


def _started(on: date, place: int) -> date:
    """The first of a month: over a year ago for the first, three months ago for the next."""
    months = MONTHS if place == 0 else 3
    number = on.year * 12 + on.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _filed(
    certificate: LevelCertificate, employer: Organisation, clerk: User, clock: Clock, *, started_on: date
) -> AwardFiling:
    worker = certificate.worker
    numbers = range(started_on.year * 12 + started_on.month - 1, clock.at.year * 12 + clock.at.month - 1)
    insured_months_record(
        worker_id=worker.pk,
        kind=InsuranceKind.PENSION,
        months=[date(number // 12, number % 12 + 1, 1) for number in numbers],
        source="演示：社保缴费记录",
        actor=None,
        at=clock.forward(300),
        employer_credit_code=employer.credit_code,
    )
    programme = Scheme.objects.get(code=PROGRAMME, city_code=settings.CITY_CODE)
    entry = FilingEntry(programme.pk, f"level{certificate.level}", "养老护理员", started_on, certificate.number)
    filing = filing_draft(
        employer_id=employer.pk,
        name=worker.name,
        id_number=worker.id_number,
        entry=entry,
        actor=clerk,
        at=clock.forward(300),
    )
    mandate_record(filing_id=filing.pk, paper=portrait_drawn(), actor=clerk, at=clock.forward(600))
    return filing_send(filing_id=filing.pk, actor=clerk, at=clock.forward(600))
