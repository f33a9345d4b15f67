"""Employers, programmes and filings in every state: only what matters is passed in."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Unit
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import ConsentText
from subsidies.awards.models import AwardFiling, AwardInstalment, EmployerMandate
from subsidies.awards.rules import months_between
from subsidies.awards.services import FilingEntry, filing_accept, filing_draft, filing_send, mandate_ask, mandate_give
from subsidies.awards.states import PURPOSE, RECEIVER
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move, claim_withdraw
from subsidies.claims.services.awarding import awards_claim_due
from subsidies.claims.states import Party
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Family, Fund, SchemeRule, Subject
from tests.subsidies.builders import a_claimant, a_figure, a_level_certificate, a_scheme, an_officer_of
from tests.workers.builders import NOW
from workers.models import InsuredMonth, Worker

STARTED = date(2025, 11, 1)
AMOUNTS = {"level5": 1_000_000, "level4": 2_000_000, "level3": 4_000_000}
CREDIT_CODES = [f"91350200MA0TE{n:04d}X" for n in range(200, 400)]
_numbers = count(1)


def a_programme(code: str = "example.award", **fields: Any) -> Scheme:
    """五级 1 万、四级 2 万、三级 4 万 in two yearly parts, only the highest counting."""
    known = Scheme.objects.filter(code=code).first()
    if known is not None:
        return known
    for grade, fen in AMOUNTS.items():
        a_figure(f"{code}.amount.{grade}", fen)
    given = {"rule": SchemeRule.AWARD, "family": Family.AWARD, "fund": Fund.TALENT, "subject": Subject.INSTALMENT}
    scheme = a_scheme(code, **(given | fields))
    a_figure(f"{code}.instalments", 2, unit=Unit.PERIOD)
    a_figure(f"{code}.months_between", 12, unit=Unit.MONTH)
    for name in ("highest_only", "requires.certificate_valid", "requires.filing_accepted", "requires.account"):
        a_figure(f"{code}.{name}", 1, unit=Unit.SWITCH)
    return scheme


def an_employer(name: str = "") -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(
        name=name or f"示例养老服务中心{n}", kind=OrganisationKind.EMPLOYER, credit_code=CREDIT_CODES[n]
    )


def staff_of(employer: Organisation) -> User:
    """Somebody of the employer; the same one when asked again."""
    held = Membership.objects.filter(organisation=employer, role=Role.EMPLOYER_STAFF).select_related("user").first()
    if held is not None:
        return held.user
    user = User.objects.create(username=f"employer-{next(_numbers)}", name="曾人事")
    since = period(date(2020, 1, 1))
    Membership.objects.create(user=user, organisation=employer, role=Role.EMPLOYER_STAFF, effective=since)
    return user


def wording() -> ConsentText:
    consent_texts_load()
    return ConsentText.objects.get(receiver=RECEIVER, purpose=PURPOSE)


def insured(worker: Worker, employer: Organisation, first: date, number: int, *, without: tuple[int, ...] = ()) -> None:
    """So many months of insurance paid by the employer, but for those at these places."""
    months = list(months_between(first, first + timedelta(days=31 * number)))[:number]
    InsuredMonth.objects.bulk_create(
        InsuredMonth(
            worker=worker, month=month, kind="pension", employer_credit_code=employer.credit_code, source="社保",
            recorded_at=NOW,
        )
        for place, month in enumerate(months)
        if place not in without
    )  # fmt: skip


def a_draft(
    worker: Worker | None = None,
    *,
    employer: Organisation | None = None,
    level: int = 5,
    started_on: date = STARTED,
    at: datetime = NOW,
    programme: Scheme | None = None,
) -> AwardFiling:
    """A filing that has not been sent, of a worker who holds the certificate."""
    programme = programme or a_programme()
    employer = employer or an_employer()
    worker = worker or a_claimant()
    certificate = a_level_certificate(worker, level=level)
    entry = FilingEntry(programme.pk, f"level{level}", "养老护理员", started_on, certificate.number)
    return filing_draft(
        employer_id=employer.pk,
        name=worker.name,
        id_number=worker.id_number,
        entry=entry,
        actor=staff_of(employer),
        at=at,
    )


def agreed(filing: AwardFiling, *, at: datetime = NOW) -> EmployerMandate:
    """She was asked, and said yes by herself."""
    text = wording()
    mandate_ask(filing_id=filing.pk, actor=staff_of(filing.employer), at=at)
    mandate = EmployerMandate.objects.get(worker=filing.worker_id, employer=filing.employer_id)
    return mandate_give(mandate_id=mandate.pk, text=text, actor=filing.worker.user, at=at)


def a_filed(worker: Worker | None = None, *, at: datetime = NOW, **fields: Any) -> AwardFiling:
    filing = a_draft(worker, at=at, **fields)
    agreed(filing, at=at)
    return filing_send(filing_id=filing.pk, actor=staff_of(filing.employer), at=at)


def an_accepted(worker: Worker | None = None, *, at: datetime = NOW, **fields: Any) -> AwardFiling:
    filing = a_filed(worker, at=at, **fields)
    return filing_accept(filing_id=filing.pk, actor=an_officer_of(Role.OFFICER_INTAKE), at=at)


def a_served(worker: Worker | None = None, *, number: int = 13, **fields: Any) -> AwardFiling:
    """An accepted filing of somebody whose first year is full."""
    worker, employer = worker or a_claimant(), fields.pop("employer", None) or an_employer()
    insured(worker, employer, date(2025, 11, 1), number)
    return an_accepted(worker, employer=employer, started_on=date(2025, 11, 10), **fields)


def a_claimed(worker: Worker | None = None, **fields: Any) -> Claim:
    """The claim of a first part that has come."""
    filing = a_served(worker, **fields)
    awards_claim_due(at=NOW, filing_ids=[filing.pk])
    return Claim.objects.get(award_instalment__filing=filing)


def a_returned_claim(worker: Worker | None = None, **fields: Any) -> Claim:
    claim = a_claimed(worker, **fields)
    return claim_move(
        claim_id=claim.pk, action="return", party=Party.INTAKE, actor=an_officer_of(Role.OFFICER_INTAKE), at=NOW,
        reason="合同照片看不清", data={"marks": "合同照片看不清"},
    )  # fmt: skip


def a_withdrawn_part(worker: Worker | None = None, **fields: Any) -> AwardInstalment:
    """A part that had come, and whose claim she took back."""
    claim = a_claimed(worker, **fields)
    claim_withdraw(claim_id=claim.pk, actor=claim.worker.user, at=NOW)
    return AwardInstalment.objects.get(pk=claim.award_instalment_id)
