"""Claims of the demonstration: one paid, one shown to the public, three with the officers; hers is still to be made."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from foundation.accounts.models import User
from foundation.accounts.selectors import user_by_phone
from portal.journey.bank_files import return_made
from portal.journey.claim_steps import next_morning
from portal.journey.clock import Clock, simulated_clock
from portal.journey.demo import was_there_before
from portal.journey.registers import registers_bring
from portal.sign_in.demo import WORKER_PHONE
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_submit
from subsidies.claims.states import Channel
from subsidies.ledger.services import budget_allot
from subsidies.notices.services import notice_close, notice_publish
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.review.services import claim_pass_intake, claim_pass_review, claim_return
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Fund
from workers.models import Worker

SCHEME = "demonstration.training"
BUDGETS = ((Fund.EMPLOYMENT, 500_000_00), (Fund.UNEMPLOYMENT, 200_000_00), (Fund.TALENT, 500_000_00))
DAYS_BACK = 25


@dataclass(frozen=True)
class Office:
    """Who acts for the bureau: whoever files at the counter passes it on to a colleague."""

    counter: User
    intake: User
    review: User
    finance: User


@transaction.atomic
def subsidies_demo_load(*, on: date) -> None:
    """A budget, the lists of other offices, and claims at every stage. Loading again changes nothing."""
    if Claim.objects.exists():
        return
    office = Office(*(User.objects.get(username=name) for name in ("intake", "intake2", "review", "finance")))
    for officer in (office.counter, office.intake, office.review, office.finance):
        was_there_before(officer, on=on)
    begins = timezone.make_aware(datetime.combine(on - timedelta(days=DAYS_BACK), time(9)))
    with simulated_clock(begins) as clock:
        _budgets(office, clock, on)
        numbers = [worker.id_number for worker in Worker.objects.all()]
        since = on - timedelta(days=500)
        registers_bring(numbers, source="演示名册", officer=office.counter, clock=clock, since=since)
        _paid(office, clock, on)
        _under_way(office, clock, on)


def _budgets(office: Office, clock: Clock, on: date) -> None:
    """Money for the year, and for the one before while its last days are shown."""
    for year in sorted({timezone.localdate(clock.at).year, on.year}):
        for fund, amount_fen in BUDGETS:
            budget_allot(
                fund=fund,
                year=year,
                district_code=settings.CITY_CODE,
                amount_fen=amount_fen,
                reference=f"演示预算〔{year}〕1号",
                actor=office.finance,
                at=clock.at,
            )


def _paid(office: Office, clock: Clock, on: date) -> None:
    """The first level certificate's claim went all the way; the second's is before the public."""
    first, second = LevelCertificate.objects.order_by("pk")[:2]
    claim = _reviewed(office, clock, first)
    notice = notice_publish(
        claim_ids=[claim.pk], title="演示：培训补贴公示", actor=office.review, at=next_morning(clock)
    ).notice
    notice_close(notice_id=notice.pk, at=clock.put(notice.ends_on + timedelta(days=1), 9))
    at = next_morning(clock)
    batch = batch_build(fund=Fund.EMPLOYMENT, claim_ids=[claim.pk], actor=office.finance, at=at)
    batch_sign(batch_id=batch.pk, actor=office.finance, at=clock.forward(600))
    batch = batch_send(batch_id=batch.pk, actor=office.finance, at=clock.forward(600))
    bank_return_read(
        content=return_made(batch, all_paid=True),
        filename="bank-return.txt",
        actor=office.finance,
        at=next_morning(clock),
    )
    clock.put(on - timedelta(days=3), 9)
    claim = _reviewed(office, clock, second)
    notice_publish(
        claim_ids=[claim.pk], title="演示：培训补贴公示（第二批）", actor=office.review, at=clock.forward(3600)
    )


def _under_way(office: Office, clock: Clock, on: date) -> None:
    """The class has claimed at the counter: one waits, one has to put something right, the rest are half through."""
    others = TrainingCertificate.objects.exclude(worker__user=user_by_phone(WORKER_PHONE)).order_by("serial")
    claims = [_filed(office, clock, certificate) for certificate in others]
    if len(claims) > 1:
        claim_return(
            claim_id=claims[1].pk,
            marks={"account": "户名与身份证不一致"},
            text="请核对社保卡账号，改正后再提交。",
            actor=office.intake,
            at=clock.forward(1800),
        )
    for claim in claims[2:]:
        claim_pass_intake(claim_id=claim.pk, actor=office.intake, at=clock.forward(600))


def _filed(office: Office, clock: Clock, certificate: TrainingCertificate | LevelCertificate) -> Claim:
    scheme = Scheme.objects.get(code=SCHEME, city_code=settings.CITY_CODE)
    is_level = isinstance(certificate, LevelCertificate)
    return claim_submit(
        scheme_id=scheme.pk,
        level_certificate_id=certificate.pk if is_level else None,
        training_certificate_id=None if is_level else certificate.pk,
        actor=office.counter,
        channel=Channel.COUNTER,
        at=clock.forward(300),
    )


def _reviewed(office: Office, clock: Clock, certificate: LevelCertificate) -> Claim:
    claim = _filed(office, clock, certificate)
    claim_pass_intake(claim_id=claim.pk, actor=office.intake, at=clock.forward(600))
    return claim_pass_review(claim_id=claim.pk, actor=office.review, at=clock.forward(600))
