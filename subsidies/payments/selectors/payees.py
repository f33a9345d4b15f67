"""Who is paid for a claim, and whether anything has come up against paying it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Model

from certifications.certificates.models import LevelCertificate, PriorCertificate, TrainingCertificate
from certifications.certificates.states import CertificateState, PriorState
from subsidies.awards.models import AwardFiling, AwardInstalment
from subsidies.checks.selectors import blocks_open
from subsidies.claims.models import Claim, SchoolAccount
from subsidies.claims.states import AccountState
from subsidies.payments.rules import is_writable
from subsidies.payments.states import LeftOut
from subsidies.schemes.states import Payee
from workers.models import Worker


class Receiver(NamedTuple):
    """The name and account a bank is told."""

    name: str
    account: str


def receivers_of(claims: Sequence[Claim]) -> dict[int, Receiver]:
    """By claim: the worker or the school, with the account the claim was sent or repaired with.

    A claim without one goes to the worker's card or to the account of the school that is in force.
    """
    own = [claim for claim in claims if claim.payee == Payee.WORKER]
    workers = Worker.objects.only("name", "social_security_card").in_bulk({claim.worker_id for claim in own})
    schools = _accounts_of({claim.school_id for claim in claims if claim.payee == Payee.SCHOOL and claim.school_id})
    found = {}
    for claim in claims:
        if claim.payee == Payee.WORKER:
            worker = workers[claim.worker_id]
            found[claim.pk] = Receiver(worker.name, claim.account or worker.social_security_card)
        else:
            found[claim.pk] = _of_school(claim, schools.get(claim.school_id or 0, []))
    return found


def _accounts_of(school_ids: Collection[int]) -> dict[int, list[SchoolAccount]]:
    """The accounts each school ever had, the newest first."""
    accounts: dict[int, list[SchoolAccount]] = defaultdict(list)
    for row in SchoolAccount.objects.filter(school__in=school_ids).order_by("-pk"):
        accounts[row.school_id].append(row)
    return accounts


def _of_school(claim: Claim, accounts: Sequence[SchoolAccount]) -> Receiver:
    """The account of the claim with the name it was proven with; without one, the account in force."""
    for row in accounts:
        if row.state == AccountState.IN_FORCE and claim.account in {"", row.account}:
            return Receiver(row.holder, row.account)
    named = [row for row in accounts if row.account == claim.account and row.answered_by_id]
    return Receiver(named[0].holder, named[0].account) if named else Receiver("", "")


def unpayable(claims: Sequence[Claim], receivers: Mapping[int, Receiver]) -> dict[int, LeftOut]:
    """The claims that cannot go into a batch, and why; open findings are looked at as they stand."""
    found = stopped(claims)
    for claim in claims:
        if claim.pk in found:
            continue
        receiver = receivers[claim.pk]
        if not receiver.account:
            found[claim.pk] = LeftOut.NO_ACCOUNT
        elif not (is_writable(receiver.name) and is_writable(receiver.account)):
            found[claim.pk] = LeftOut.UNWRITABLE
    return found


def stopped(claims: Sequence[Claim]) -> dict[int, LeftOut]:
    """The claims whose payment a finding or a certificate that no longer stands holds up."""
    found = dict.fromkeys(_without_certificate(claims), LeftOut.CERTIFICATE)
    found |= dict.fromkeys(blocks_open([claim.pk for claim in claims]), LeftOut.BLOCKED)
    return found


def _without_certificate(claims: Sequence[Claim]) -> set[int]:
    """Claims for a certificate that is suspended, revoked, or whose look-up was taken back."""
    # One that was corrected or reissued has a follower of the same training; what happened to that one counts.
    trainings = {one.enrolment_id for one in claims if one.enrolment_id is not None}
    standing = [CertificateState.VALID, CertificateState.REPLACED]
    fallen = TrainingCertificate.objects.filter(enrolment__in=trainings).exclude(state__in=standing)
    training = set(fallen.values_list("enrolment", flat=True))
    filings = _filings(claims)
    levels = {one.pk: one.level_certificate_id or _of(filings, one, "level_certificate_id") for one in claims}
    priors = {one.pk: one.prior_certificate_id or _of(filings, one, "prior_certificate_id") for one in claims}
    level = _fallen(LevelCertificate, levels.values(), [CertificateState.VALID])
    prior = _fallen(PriorCertificate, priors.values(), [PriorState.CONFIRMED])
    return {
        claim.pk
        for claim in claims
        if (
            claim.level_certificate_id is None and claim.prior_certificate_id is None and claim.enrolment_id in training
        )
        or levels[claim.pk] in level
        or priors[claim.pk] in prior
    }


def _filings(claims: Sequence[Claim]) -> dict[int, AwardFiling]:
    """By instalment, the filing it is of: an award stands on the certificate that was filed."""
    rows = AwardInstalment.objects.filter(pk__in={one.award_instalment_id for one in claims if one.award_instalment_id})
    return {one.pk: one.filing for one in rows.select_related("filing")}


def _of(filings: Mapping[int, AwardFiling], claim: Claim, field: str) -> int | None:
    filing = filings.get(claim.award_instalment_id or 0)
    return getattr(filing, field) if filing else None


def _fallen(model: type[Model], ids: Iterable[int | None], standing: Collection[str]) -> set[int]:
    rows = model._default_manager.filter(pk__in={one for one in ids if one}).exclude(state__in=standing)
    return set(rows.values_list("pk", flat=True))
