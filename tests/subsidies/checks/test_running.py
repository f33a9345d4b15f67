"""A run keeps what it found once, forgets nothing silently, and a second one changes nothing."""

import pytest

from subsidies.checks.models import Finding
from subsidies.checks.selectors import blocks_open, findings_open
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from tests.subsidies.builders import a_claim, a_claimant, a_level_certificate
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


def test_a_run_over_a_clean_claim_finds_nothing_and_says_what_it_could_not_ask():
    claim = a_claim()
    run = checks_run(claim_ids=[claim.pk], moment=Moment.SUBMIT, actor=None, at=NOW)
    assert list(findings_open([claim.pk])) == []
    assert run.claims_count == 1
    assert run.registers["pension"] == {"missing": True}
    claim.refresh_from_db()
    assert (claim.risk, claim.screened_at) == (0, NOW)


def test_a_lower_level_after_a_higher_one_is_found_once_however_often_one_looks():
    worker = a_claimant()
    a_claim("submitted", certificate=a_level_certificate(worker, level=4))
    claim = a_claim("submitted", certificate=a_level_certificate(worker, level=5))
    for _turn in range(2):
        checks_run(claim_ids=[claim.pk], moment=Moment.REVIEW, actor=None, at=NOW)
    (finding,) = Finding.objects.filter(claim=claim)
    assert finding.check_code == "lower_level"
    assert finding.seen["higher"] == 4
    assert blocks_open([claim.pk]) == {claim.pk}
    claim.refresh_from_db()
    assert claim.risk == 100


def test_every_check_in_force_is_run_when_its_lists_and_figures_are_there(every_register):
    claim = a_claim()
    run = checks_run(claim_ids=[claim.pk], moment=Moment.SUBMIT, actor=None, at=NOW)
    assert {one["state"] for one in run.checks} == {"run"}
