"""Two claims at one second: a rule that counts is never passed together."""

from threading import Event

import pytest
from django.db import transaction

from certifications.certificates.models import LevelCertificate
from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.claims.models import Claim, ClaimDecision, ClaimEvent
from subsidies.claims.services import claim_move, claim_submit
from subsidies.claims.services.holding import claims_hold
from subsidies.claims.states import ClaimState, Party
from subsidies.schemes.states import Family, Fund
from tests.subsidies.builders import a_claim, a_claimant, a_figure, a_level_certificate, a_scheme, an_officer_of
from tests.subsidies.ledger.test_parallel import at_once
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def claiming(certificate, scheme):
    actor = certificate.worker.user
    return lambda: claim_submit(scheme_id=scheme.pk, level_certificate_id=certificate.pk, actor=actor, at=NOW)


def test_one_certificate_sent_twice_at_once_is_one_claim():
    scheme, certificate = a_scheme(), a_level_certificate()
    given = at_once(claiming(certificate, scheme), claiming(certificate, scheme))
    assert len({one.pk for one in given}) == 1
    assert (Claim.objects.count(), ClaimEvent.objects.count(), ClaimDecision.objects.count()) == (1, 1, 1)


def test_the_third_and_the_fourth_claim_at_once_are_one():
    scheme, worker = a_scheme(), a_claimant()
    a_figure(f"{scheme.code}.count.max", 3, unit=Unit.TIMES)
    for level in (4, 3, 2):
        a_figure(f"{scheme.code}.amount.level{level}", 100_000)
    for level in (5, 4):
        claiming(a_level_certificate(worker, level=level), scheme)()
    third, fourth = (a_level_certificate(worker, level=level) for level in (3, 2))
    given = at_once(claiming(third, scheme), claiming(fourth, scheme))
    assert [one.code for one in given if isinstance(one, Exception)] == ["not_eligible"]
    assert Claim.objects.count() == 3


def test_both_funds_at_once_pay_once():
    first = a_scheme()
    other = a_scheme("example.insurance", family=Family.INSURANCE, fund=Fund.UNEMPLOYMENT)
    certificate = a_level_certificate()
    given = at_once(claiming(certificate, first), claiming(certificate, other))
    assert [one.code for one in given if isinstance(one, Exception)] == ["claimed_before"]
    assert Claim.objects.count() == 1


def test_a_certificate_falls_while_its_claim_goes_into_a_batch():
    """Whichever comes first, the certificate's own move is not refused because of the claim."""
    claim, finance = a_claim(ClaimState.APPROVED), an_officer_of(Role.OFFICER_FINANCE)
    moved = Event()

    def batching():
        with transaction.atomic():
            claim_move(claim_id=claim.pk, action="batch", party=Party.FINANCE, actor=finance, at=NOW)
            moved.set()
            Event().wait(1)

    def falling():
        moved.wait(10)
        return claims_hold(LevelCertificate, certificate=claim.level_certificate, is_valid=False, at=NOW)

    assert at_once(batching, falling) == [None, None]
    claim.refresh_from_db()
    assert claim.state == ClaimState.IN_BATCH
