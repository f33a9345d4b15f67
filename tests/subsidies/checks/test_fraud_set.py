"""Every kind of cheat that audits have found is seen, and nobody honest is stopped."""

import sys

import pytest

from tests.subsidies.checks.fraud_set import fraud_report

pytestmark = pytest.mark.django_db


def test_every_seeded_cheat_is_found_and_nobody_honest_is_blocked(thresholds):
    report = fraud_report()
    sys.stdout.write("\n".join(["", *report.lines(), ""]))  # pytest -s shows it
    assert {code: pair for code, pair in report.found.items() if pair[0] != pair[1]} == {}
    assert report.recall == 1
    assert report.cheats == 60
    assert (report.honest, report.blocked, report.by_check) == (400, 0, {})
