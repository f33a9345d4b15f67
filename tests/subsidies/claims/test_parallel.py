"""Two claims at one second: a rule that counts is never passed together."""

import pytest

from foundation.policy.states import Unit
from subsidies.claims.models import Claim, ClaimDecision, ClaimEvent
from subsidies.claims.services import claim_submit
from subsidies.schemes.states import Family, Fund
from tests.subsidies.builders import a_claimant, a_figure, a_level_certificate, a_scheme
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
