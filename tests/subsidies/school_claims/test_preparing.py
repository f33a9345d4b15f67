"""A class is prepared row by row: amounts, consent, the bureau's checks, and the fix of each row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certifications.certificates.models import LevelCertificate
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.checks.models import CheckRun
from subsidies.claims.models import Claim, ClassClaim
from subsidies.claims.services import claim_submit
from subsidies.claims.states import ClaimState, ClassClaimState
from subsidies.schemes.states import SchemeState
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.selectors.rows import table_of
from subsidies.school_claims.services.mandates import mandate_refuse, mandates_ask
from subsidies.school_claims.services.preparing import class_claim_cancel, class_claim_prepare
from tests.certifications.certificates.builders import a_closed_run, a_graduate, staff_of
from tests.courses.builders import a_school, school_staff
from tests.portal.people import person
from tests.subsidies.builders import a_claimant, a_level_certificate
from tests.subsidies.school_claims.builders import (
    a_certified,
    a_certified_class,
    a_class_scheme,
    agreed,
    asks,
    prepared,
)
from tests.workers.builders import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def _rows(class_claim):
    return table_of(ClassClaim.objects.get(pk=class_claim.pk), on=TODAY).rows


def _codes(row):
    return [fix.code for fix in row.fixes if fix.is_block]


def test_everybody_of_the_class_gets_a_draft_with_its_amount_and_is_checked():
    run, people = a_certified_class(3)
    agreed(*people)
    made = prepared(run)
    drafts = Claim.objects.filter(class_claim=made)
    assert [(one.state, one.amount_fen) for one in drafts] == [(ClaimState.DRAFT, 70_000)] * 3
    assert CheckRun.objects.get().moment == "lint"
    rows = _rows(made)
    assert [(row.is_ready, row.amount_fen, row.has_account) for row in rows] == [(True, 70_000, True)] * 3


def test_prepared_again_it_is_the_same_class_claim_and_the_same_drafts():
    run, people = a_certified_class(2)
    agreed(*people)
    first = prepared(run)
    numbers = set(Claim.objects.values_list("number", flat=True))
    assert prepared(run) == first
    assert set(Claim.objects.values_list("number", flat=True)) == numbers


def test_without_consent_the_school_sees_neither_amount_nor_personal_reason():
    run, people = a_certified_class(1)
    asks("registered")
    row = _rows(prepared(run))[0]
    assert (row.amount_fen, row.hides_amount, row.is_ready) == (None, True, False)
    assert [fix.code for fix in row.fixes] == ["mandate", "unknown"]
    agreed(*people)
    row = _rows(prepared(run))[0]
    assert (row.amount_fen, row.is_ready) == (70_000, True)
    assert [fix.code for fix in row.fixes] == ["registered"]


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("no certificate", ["no_certificate", "mandate"]),
        ("no account", ["account", "mandate"]),
        ("refused", ["mandate"]),
    ],
)
def test_each_row_names_what_keeps_it_back(what, codes):
    run = a_closed_run()
    if what == "no certificate":
        a_graduate(run, worker=a_claimant())
    else:
        one = a_certified(run, with_card=what != "no account")
        if what == "refused":
            mandates_ask(class_run_id=run.pk, enrolment_ids=[one.pk], actor=staff_of(run), at=NOW)
            mandate_refuse(mandate_id=Mandate.objects.get().pk, actor=one.worker.user, at=NOW)
    made = prepared(run)
    row = _rows(made)[0]
    assert _codes(row) == codes
    assert not row.is_ready
    assert Claim.objects.filter(class_claim=made).exists() is (what == "no account")


def test_whoever_claimed_by_herself_appears_as_such_and_gets_no_draft():
    run, (one, other) = a_certified_class(2)
    agreed(one, other)
    scheme = a_class_scheme()
    prepared(run)
    certificate = one.training_certificates.get()
    claim_submit(scheme_id=scheme.pk, training_certificate_id=certificate.pk, actor=one.worker.user, at=NOW)
    made = prepared(run)
    hers, others = _rows(made)
    assert (hers.other is not None, hers.draft, hers.needs_fixing) == (True, None, False)
    assert others.is_ready
    assert Claim.objects.filter(class_claim=made, state=ClaimState.DRAFT).count() == 1
    assert Claim.objects.filter(worker=one.worker).order_by("pk").first().state == ClaimState.WITHDRAWN


def test_as_many_queries_for_twelve_people_as_for_three():
    counted = []
    for number in (3, 12):
        run, people = a_certified_class(number)
        agreed(*people)
        scheme = a_class_scheme()
        with CaptureQueriesContext(
            connection,
        ) as first:
            made = class_claim_prepare(class_run_id=run.pk, scheme_id=scheme.pk, actor=staff_of(run), at=NOW)
        with CaptureQueriesContext(connection) as second:
            assert len(table_of(made, on=TODAY).ready) == number
        counted.append((len(first), len(second)))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("who", ["another school", "a teacher", "an officer"])
def test_only_the_schools_own_office_prepares(who):
    run, _people = a_certified_class(1)
    scheme = a_class_scheme()
    actor = {
        "another school": lambda: school_staff(a_school()),
        "a teacher": lambda: person(Role.TEACHER),
        "an officer": lambda: person(Role.OFFICER_INTAKE),
    }[who]()
    with pytest.raises(PermissionDenied):
        class_claim_prepare(class_run_id=run.pk, scheme_id=scheme.pk, actor=actor, at=NOW)
    assert not Claim.objects.exists()
    assert not ClassClaim.objects.exists()


def test_a_scheme_that_is_not_in_force_is_not_prepared():
    run, _people = a_certified_class(1)
    scheme = a_class_scheme(state=SchemeState.DRAFT)
    with pytest.raises(SchoolClaimError) as refusal:
        class_claim_prepare(class_run_id=run.pk, scheme_id=scheme.pk, actor=staff_of(run), at=NOW)
    assert refusal.value.code == "policy_gap"
    assert not ClassClaim.objects.exists()


def test_cancelled_nothing_of_it_is_left_to_send():
    run, people = a_certified_class(2)
    agreed(*people)
    made = prepared(run)
    class_claim_cancel(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    made.refresh_from_db()
    assert made.state == ClassClaimState.CANCELLED
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.WITHDRAWN}
    assert AuditEvent.objects.filter(action="school_claims.class_claim.cancelled").count() == 1


def test_another_bodys_certificate_is_named_to_the_school_only_where_she_agreed():
    run, (one,) = a_certified_class(1)
    scheme = a_class_scheme()
    package = run.course_version.package_version.package
    held = a_level_certificate(one.worker)
    LevelCertificate.objects.filter(pk=held.pk).update(
        occupation=package.occupation, work_type=package.work_type, issued_on=TODAY
    )
    row = _rows(prepared(run, scheme))[0]
    assert (row.case.field, row.certificate_number) == ("level_certificate", "")
    agreed(one)
    assert _rows(prepared(run, scheme))[0].certificate_number == held.number
