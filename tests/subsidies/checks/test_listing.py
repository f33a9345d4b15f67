"""How findings are listed: the gravest first, and in as many queries for many as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.states import Role
from subsidies.checks.models import CheckRun, Finding
from subsidies.checks.resources import FindingResource
from subsidies.checks.rules import check_named
from subsidies.checks.states import ORDER, Severity
from subsidies.claims.models import Claim
from subsidies.review.selectors.case import findings_of
from subsidies.review.selectors.desk import finding_names
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claim, an_officer_of
from tests.subsidies.checks.builders import run_over

pytestmark = pytest.mark.django_db


def found(claim: Claim, code: str, severity: str) -> Finding:
    run = CheckRun.objects.first() or run_over(claim)
    return Finding.objects.create(
        claim=claim, run=run, check_code=code, severity=severity, basis="rule", source="示例", digest=code,
        seen={"group": "hard_to_employ"},
    )  # fmt: skip


def test_the_gravest_finding_comes_first_whatever_its_word():
    claim = a_claim()
    for code, severity in (("same_phone", "note"), ("group_dated_later", "warn"), ("pension", "block")):
        found(claim, code, severity)
    assert sorted(ORDER, key=ORDER.__getitem__) == [Severity.BLOCK, Severity.WARN, Severity.NOTE]
    assert finding_names([claim.pk])[claim.pk] == [
        str(check_named(code).title) for code in ("pension", "group_dated_later", "same_phone")
    ]
    assert [one["finding"].severity for one in findings_of(claim)["open"]] == ["block", "warn", "note"]


def test_many_findings_that_speak_of_a_group_take_no_more_queries_than_one():
    claim = a_claim()
    found(claim, "group_dated_later", "warn")
    browser = signed_in(an_officer_of(Role.OFFICER_INTAKE))
    browser.get(reverse("check_findings"))  # what is read once for a session
    seen = []
    for codes in ((), ("insured_at_start", "insured_during")):
        for code in codes:
            found(claim, code, "warn")
        taken = []
        for act in (
            lambda: browser.get(reverse("check_findings")),
            lambda: FindingResource().export(Finding.objects.select_related("claim", "run", "cleared_by")),
            lambda: findings_of(claim),
        ):
            with CaptureQueriesContext(connection) as queries:
                act()
            taken.append(len(queries))
        seen.append(taken)
    assert seen[0] == seen[1]
