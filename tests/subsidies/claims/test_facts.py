"""The facts of a case: what is on file, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certifications.certificates.models import PriorCertificate
from certifications.certificates.states import CertificateState, PriorKind, PriorState
from foundation.database import period
from foundation.policy.states import Unit
from subsidies.claims.models import Claim
from subsidies.claims.rules import before_of
from subsidies.claims.selectors import claimable_get, claimables_by, claimables_of, facts_many, facts_of
from subsidies.claims.selectors.cases import cases_of
from subsidies.claims.selectors.claimables import Claimable
from subsidies.claims.states import ClaimState
from subsidies.registers.models import Register
from subsidies.schemes.states import Lane, Subject
from tests.certifications.certificates.builders import a_class_of, a_graduate, issued
from tests.subsidies.builders import ISSUED, a_claim, a_claimant, a_figure, a_level_certificate, a_scheme
from tests.subsidies.claims.helpers import a_register
from tests.workers.builders import NOW, TODAY, an_id_number
from workers.models import InsuredMonth, PersonGroup, WorkerGroup

pytestmark = pytest.mark.django_db


def of(certificate, **fields):
    return facts_of(claimable_get("level_certificate", certificate.pk), a_scheme(), on=TODAY, **fields)


def in_group(worker, code, *, standing="guaranteed", since=date(2026, 1, 1), until=None, withdrawn=False):
    group, _made = PersonGroup.objects.get_or_create(
        code=code,
        defaults={"name": code, "effective": period(date(2020, 1, 1)), "source": "示例", "provenance": "official"},
    )
    WorkerGroup.objects.create(
        worker=worker,
        group=group,
        effective=period(since, until),
        standing=standing,
        source="示例",
        entered_at=NOW,
        confirmed_at=NOW if standing == "guaranteed" else None,
        withdrawn_at=NOW if withdrawn else None,
    )


def test_a_certificate_of_a_filed_body_is_told_as_it_is():
    found = of(a_level_certificate())
    assert (found.certificate_kind, found.level, found.occupation) == ("level", "level5", "4-10-01-06")
    assert (found.certificate_valid, found.certificate_confirmed, found.issued_on) == (True, True, ISSUED)
    assert (found.identity_verified, found.has_account, found.counted) == (True, True, 0)


def test_what_no_list_says_is_unknown_and_not_no():
    found = of(a_level_certificate())
    assert (found.registered, found.drawing_pension, found.on_payroll, found.student) == (None, None, None, None)
    assert (found.insured_months, found.drawing_benefit, found.hours, found.days) == (None, None, None, None)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("registration", "registered"),
        ("pension", "drawing_pension"),
        ("payroll", "on_payroll"),
        ("student", "student"),
    ],
)
def test_a_list_says_yes_of_those_in_it_and_no_of_the_others(kind, fact):
    inside, outside = a_level_certificate(), a_level_certificate()
    register = a_register(kind, inside.worker)
    if kind == "registration":
        Register.objects.filter(pk=register.pk).update(as_of=TODAY)
    assert getattr(of(inside), fact) is True
    assert getattr(of(outside), fact) is False


def test_a_student_in_her_last_year_is_none_the_rule_shuts_out():
    certificate = a_level_certificate()
    a_register("student", certificate.worker)
    in_group(certificate.worker, "graduating_student")
    assert of(certificate).student is False


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(1966, 11, 22), 60), (date(1966, 11, 23), 60), (date(1966, 11, 24), 59)],
    ids=["day before", "birthday", "day after"],
)
def test_age_is_counted_in_full_years_on_the_day_of_the_claim(born, age):
    certificate = a_level_certificate(a_claimant(id_number=an_id_number(born=born, sequence=222)))
    assert of(certificate).age == age


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"standing": "declared"}, False),
        ({"withdrawn": True}, False),
        ({"until": date(2026, 11, 22)}, False),
        ({"until": date(2026, 11, 23)}, True),
        ({"since": date(2026, 11, 24)}, False),
    ],
    ids=["confirmed", "only declared", "withdrawn", "ended yesterday", "ends today", "begins tomorrow"],
)
def test_only_groups_that_somebody_confirmed_and_that_hold_that_day_count(fields, counts):
    certificate = a_level_certificate()
    in_group(certificate.worker, "hard_to_employ", **fields)
    assert of(certificate).groups == (("hard_to_employ",) if counts else ())


def test_a_month_of_unemployment_insurance_counts_once_whoever_paid_it():
    certificate = a_level_certificate()
    for month, kind, code in (
        (date(2026, 1, 1), "unemployment", "a"),
        (date(2026, 1, 1), "unemployment", "b"),
        (date(2026, 2, 1), "unemployment", "a"),
        (date(2026, 3, 1), "pension", "a"),
        (date(2026, 12, 1), "unemployment", "a"),
    ):
        InsuredMonth.objects.create(
            worker=certificate.worker, month=month, kind=kind, employer_credit_code=code, source="示例", recorded_at=NOW
        )
    assert of(certificate).insured_months == 2


@pytest.mark.parametrize(
    ("state", "is_valid"),
    [(CertificateState.VALID, True), (CertificateState.SUSPENDED, False), (CertificateState.REVOKED, False)],
)
def test_a_certificate_that_was_stopped_is_not_valid(state, is_valid):
    assert of(a_level_certificate(state=state)).certificate_valid is is_valid


@pytest.mark.parametrize(
    ("state", "valid", "confirmed"),
    [
        (PriorState.DECLARED, None, None),
        (PriorState.CONFIRMED, True, True),
        (PriorState.NOT_FOUND, None, False),
    ],
)
@pytest.mark.parametrize(
    ("kind", "level"),
    [(PriorKind.OLD_QUALIFICATION, "level4"), (PriorKind.LEVEL, "level4"), (PriorKind.SPECIAL, "special")],
)
def test_a_certificate_from_elsewhere_counts_as_far_as_it_was_looked_up(kind, level, state, valid, confirmed):
    worker = a_claimant()
    row = PriorCertificate.objects.create(
        worker=worker, kind=kind, number="2001000000412345", title="家务服务", level=4, issuer_name="示例机构",
        issued_on=ISSUED, state=state, declared_by=worker.user, declared_at=NOW, checked_by=worker.user, checked_at=NOW,
    )  # fmt: skip
    found = facts_of(claimable_get("prior_certificate", row.pk), a_scheme(), on=TODAY)
    assert (found.certificate_kind, found.level) == (kind, level)
    assert (found.certificate_valid, found.certificate_confirmed) == (valid, confirmed)


@pytest.mark.parametrize("state", [PriorState.NOT_MATCHED, PriorState.WITHDRAWN])
def test_a_paper_that_was_not_hers_is_nothing_to_claim_for(state):
    worker = a_claimant()
    PriorCertificate.objects.create(
        worker=worker, kind=PriorKind.LEVEL, number="x", title="x", issuer_name="x", issued_on=ISSUED, state=state,
        declared_by=worker.user, declared_at=NOW, checked_by=worker.user, checked_at=NOW,
    )  # fmt: skip
    assert claimables_of(worker) == []


def test_hours_and_days_come_from_the_close_of_the_class():
    enrolment = a_graduate(worker=a_claimant())
    scheme = a_scheme("example.living", subject=Subject.ENROLMENT)
    case = claimable_get("enrolment", enrolment.pk)
    assert facts_of(case, scheme, on=TODAY).hours is None
    certificate = issued(enrolment)
    case = claimable_get("enrolment", enrolment.pk)
    assert (case.certificate_kind, case.certificate_number) == ("training", certificate.number)
    assert claimable_get("training_certificate", certificate.pk).enrolment == enrolment


# Earlier claims ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (ClaimState.SUBMITTED, 1),
        (ClaimState.RETURNED, 1),
        (ClaimState.PAID, 1),
        (ClaimState.DRAFT, 0),
        (ClaimState.REFUSED, 0),
        (ClaimState.WITHDRAWN, 0),
    ],
)
def test_claims_that_stand_or_were_paid_count(state, counts):
    worker = a_claimant()
    a_claim(state, certificate=a_level_certificate(worker))
    found = of(a_level_certificate(worker, level=4))
    assert (found.counted, found.counted_this_year) == (counts, counts)


def test_the_claim_that_is_being_decided_does_not_count_against_itself():
    claim = a_claim()
    found = facts_of(
        claimable_get("level_certificate", claim.level_certificate_id), a_scheme(), on=TODAY, besides=[claim.pk]
    )
    assert (found.counted, found.same_level_claimed) == (0, False)


def test_claims_from_before_the_count_rule_do_not_count():
    worker = a_claimant()
    scheme = a_scheme()
    a_figure(f"{scheme.code}.count.max", 3, unit=Unit.TIMES, since=date(2026, 11, 23))
    a_claim(certificate=a_level_certificate(worker))
    yesterday = a_claim(certificate=a_level_certificate(worker, level=4), level=4, at=NOW - timedelta(days=1))
    assert yesterday.submitted_on == date(2026, 11, 22)
    found = of(a_level_certificate(worker, level=3))
    assert (found.counted, found.counted_this_year) == (1, 2)


def case(**fields):
    given = {"field": "level_certificate", "pk": 1, "worker": None, "title": "x", "level_number": 5,
             "occupation_code": "4-10-01-06", "work_type_name": "母婴护理员", "certificate_number": "A"}  # fmt: skip
    return Claimable(**(given | fields))


def earlier(**fields):
    given = {"lane": "training", "fund": "employment", "occupation_code": "4-10-01-06", "work_type_name": "母婴护理员",
             "level": 5, "certificate_number": "B", "submitted_on": date(2026, 3, 1),
             "level_certificate_id": 2}  # fmt: skip
    return Claim(**(given | fields))


@pytest.mark.parametrize(
    ("claim", "now", "same", "higher", "other_fund"),
    [
        ({}, {}, True, False, False),
        ({"level": 4}, {}, False, True, False),
        ({"level": 3}, {}, False, True, False),
        ({"level": 7}, {"level_number": 1}, False, True, False),
        ({"level": 6}, {}, False, False, False),
        ({"level": 5}, {"level_number": 4}, False, False, False),
        ({"work_type_name": "家庭照护员"}, {}, False, False, False),
        ({"work_type_name": ""}, {}, True, False, False),
        ({}, {"work_type_name": ""}, True, False, False),
        ({"occupation_code": "4-10-01-05"}, {}, False, False, False),
        ({"lane": "assessment"}, {}, False, False, False),
        ({"lane": "assessment", "fund": "unemployment", "certificate_number": "A"}, {}, False, False, False),
        ({"fund": "unemployment", "certificate_number": "A", "level": None}, {}, False, False, True),
        ({"fund": "unemployment", "level_certificate_id": 1, "level": None}, {}, False, False, True),
        ({"fund": "unemployment", "occupation_code": "x"}, {}, False, False, False),
        ({"occupation_code": "", "work_type_name": "老人照护", "level": None},
         {"occupation_code": "", "work_type_name": "老人照护", "level_number": None}, True, False, False),
        ({"occupation_code": "", "work_type_name": "老人照护", "level": None},
         {"occupation_code": "", "work_type_name": "病患陪护", "level_number": None}, False, False, False),
    ],
    ids=["same level", "one level up", "two levels up", "above level one", "apprentice before", "one level down",
         "another work type", "no work type then", "no work type now", "another occupation", "another lane",
         "assessment from the other fund", "other fund, same number", "other fund, same certificate",
         "other fund, another certificate", "same special skill", "another special skill"],
)  # fmt: skip
def test_what_was_claimed_before_excludes_what_is_claimed_now(claim, now, same, higher, other_fund):
    found = before_of(
        case(**now), [earlier(**claim)], lane=Lane.TRAINING, fund="employment", since=None, on=date(2026, 11, 23)
    )
    assert (found.same_level, found.higher_level, found.other_fund) == (same, higher, other_fund)


@pytest.mark.parametrize(
    ("sent_on", "counted", "this_year"),
    [(date(2023, 12, 19), 0, 0), (date(2023, 12, 20), 1, 0), (date(2025, 12, 31), 1, 0), (date(2026, 1, 1), 1, 1)],
)
def test_claims_are_counted_from_the_first_day_of_the_rule_and_by_the_year(sent_on, counted, this_year):
    found = before_of(
        case(), [earlier(submitted_on=sent_on)], lane=Lane.TRAINING, fund="employment",
        since=date(2023, 12, 20), on=date(2026, 11, 23),
    )  # fmt: skip
    assert (found.counted, found.counted_this_year) == (counted, this_year)


def queries(act):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def test_a_class_of_many_is_read_in_as_many_queries_as_one_person():
    scheme = a_scheme("example.living", subject=Subject.ENROLMENT)
    _run, people = a_class_of(6)
    keys = [one.pk for one in people]
    few = queries(lambda: facts_many(claimables_by("enrolment", keys[:1]), scheme, on=TODAY))
    many = queries(lambda: facts_many(claimables_by("enrolment", keys), scheme, on=TODAY))
    assert many == few
    assert many <= 30


def test_your_money_is_read_in_as_many_queries_for_many_certificates():
    a_scheme()
    worker = a_claimant()
    a_level_certificate(worker)
    few = queries(lambda: cases_of(worker, on=TODAY))
    for level in (4, 3, 2):
        a_level_certificate(worker, level=level)
    assert queries(lambda: cases_of(worker, on=TODAY)) == few
