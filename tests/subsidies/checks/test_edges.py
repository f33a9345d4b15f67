"""Each check at its edge: the day before, on and after; one below, at and above the threshold."""

from datetime import date, timedelta

import pytest

from courses.attendance.models import HeadCount
from foundation.accounts.states import Role
from subsidies.registers.states import RegisterKind
from tests.subsidies.builders import a_claim, a_claimant, a_figure, a_level_certificate, an_officer_of
from tests.subsidies.checks.builders import (
    FIRST,
    LAST,
    a_class,
    a_class_claim_of,
    a_session,
    listed,
    seen_of,
    trained,
    was_there,
)
from tests.workers.builders import NOW, TODAY
from workers.models import PersonGroup, WorkerGroup

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "code", "since", "until", "is_found"),
    [
        (RegisterKind.PENSION, "pension", TODAY, None, True),
        (RegisterKind.PENSION, "pension", TODAY + DAY, None, False),
        (RegisterKind.PENSION, "pension", None, FIRST - DAY, False),
        (RegisterKind.PENSION, "pension", None, FIRST, True),
        (RegisterKind.PAYROLL, "payroll", LAST, LAST, True),
        (RegisterKind.PAYROLL, "payroll", LAST + DAY, LAST + DAY, False),
        (RegisterKind.STUDENT, "student", None, FIRST - DAY, False),
        (RegisterKind.STUDENT, "student", None, FIRST, True),
        (RegisterKind.CUSTODY, "custody", FIRST - DAY, FIRST - DAY, False),
        (RegisterKind.CUSTODY, "custody", FIRST - DAY, FIRST, True),
        (RegisterKind.CUSTODY, "custody", LAST + DAY, TODAY - DAY, False),
        (RegisterKind.CUSTODY, "custody", LAST + DAY, TODAY, True),
        (RegisterKind.DEATH, "dead", TODAY - DAY, None, True),
        (RegisterKind.DEATH, "dead", TODAY, None, False),
    ],
)
def test_a_list_speaks_against_a_claim_on_the_days_of_class_and_claim(kind, code, since, until, is_found):
    enrolment = trained()
    listed(kind, enrolment.worker, since, until)
    assert (seen_of(a_class_claim_of(enrolment), code) is not None) is is_found


@pytest.mark.parametrize(
    ("group", "since", "code"),
    [
        ("registered_unemployed", FIRST, "insured_at_start"),
        ("registered_unemployed", FIRST + DAY, "insured_during"),
        ("registered_unemployed", LAST, "insured_during"),
        ("registered_unemployed", LAST + DAY, None),
        ("enterprise_employee", FIRST, None),
    ],
)
def test_a_job_during_a_class_taken_as_unemployed(group, since, code):
    enrolment = trained(group=group)
    listed(RegisterKind.INSURED, enrolment.worker, since, None, "91350200MA00000000")
    claim = a_class_claim_of(enrolment)
    found = {one: seen_of(claim, one) is not None for one in ("insured_at_start", "insured_during")}
    assert found == {one: one == code for one in found}


@pytest.mark.parametrize(("since", "is_found"), [(FIRST - DAY, False), (FIRST, False), (FIRST + DAY, True)])
def test_a_disability_paper_dated_after_the_class_began(since, is_found):
    enrolment = trained(group="disabled")
    WorkerGroup.objects.create(
        worker=enrolment.worker,
        group=PersonGroup.objects.get(code="disabled"),
        effective=(since, None),
        source="示例",
        entered_at=NOW,
    )
    assert (seen_of(a_class_claim_of(enrolment), "group_dated_later") is not None) is is_found


@pytest.mark.parametrize(("others", "is_found"), [(2, False), (3, True)])
def test_the_fourth_claim_is_one_too_many(others, is_found):
    a_claimed = a_claimant()
    a_claim("draft")
    a_figure("example.training.count.max", 3, unit="times")
    for place in range(others):
        a_claim("submitted", certificate=a_level_certificate(a_claimed), occupation_code=f"1-0{place}")
    seen = seen_of(a_claim("submitted", certificate=a_level_certificate(a_claimed, level=4)), "count_total")
    assert (seen is not None) is is_found
    assert seen is None or (seen["found"], seen["limit"]) == (3, 3)


@pytest.mark.parametrize(
    ("issued_on", "is_found"), [(date(2025, 11, 22), True), (date(2025, 11, 23), False), (date(2025, 11, 24), False)]
)
def test_the_last_day_of_the_window_is_in_it(issued_on, is_found):
    a_claim("draft")
    a_figure("example.training.claim_window", 12, unit="month")
    claim = a_claim("submitted", certificate=a_level_certificate(issued_on=issued_on))
    assert (seen_of(claim, "too_late") is not None) is is_found


@pytest.mark.parametrize(("attended", "is_found"), [(3, True), (4, False), (5, False)])
def test_eighty_percent_of_attendance_is_enough(thresholds, attended, is_found):
    enrolment = trained()
    for place in range(5):
        session = a_session(enrolment.class_run, FIRST + place * DAY)
        was_there(enrolment, session, "present" if place < attended else "absent")
    seen = seen_of(a_class_claim_of(enrolment), "attendance_low")
    assert (seen is not None) is is_found


@pytest.mark.parametrize(("hour", "is_found"), [(8, True), (12, False), (11, True), (6, False)])
def test_two_classes_at_one_hour(hour, is_found):
    """From nine to twelve here; elsewhere three hours from then: one ends as the other begins."""
    enrolment = trained()
    was_there(enrolment, a_session(enrolment.class_run, FIRST))
    other = trained(enrolment.worker, run=a_class())
    was_there(other, a_session(other.class_run, FIRST, hour=hour))
    assert (seen_of(a_class_claim_of(enrolment), "two_places") is not None) is is_found


@pytest.mark.parametrize(("people", "is_found"), [(45, False), (44, True)])
def test_a_tenth_fewer_in_the_room_than_signed_in_is_let_pass(thresholds, people, is_found):
    enrolment = trained()
    session = a_session(enrolment.class_run, FIRST)
    HeadCount.objects.create(
        session=session, people=people, registered=50, counted_by=an_officer_of(Role.OFFICER_INSPECTION), at=NOW
    )
    assert (seen_of(a_class_claim_of(enrolment), "head_count") is not None) is is_found


@pytest.mark.parametrize(("people", "is_found"), [(2, False), (3, True)])
def test_two_may_share_a_phone_to_sign_in(thresholds, people, is_found):
    run = a_class()
    session = a_session(run, FIRST)
    enrolments = [trained(run=run) for _n in range(people)]
    for one in enrolments:
        was_there(one, session, device="0123456789abcdef")
    assert (seen_of(a_class_claim_of(enrolments[0]), "device") is not None) is is_found


@pytest.mark.parametrize(("state", "is_found"), [("valid", False), ("suspended", True), ("revoked", True)])
def test_a_certificate_that_does_not_stand(state, is_found):
    claim = a_claim()
    type(claim.level_certificate).objects.filter(pk=claim.level_certificate_id).update(state=state)
    assert (seen_of(claim, "certificate_state") is not None) is is_found


def test_what_was_seen_names_nobody(thresholds):
    enrolment = trained()
    listed(RegisterKind.PENSION, enrolment.worker, date(2025, 1, 1))
    seen = seen_of(a_class_claim_of(enrolment), "pension")
    assert seen == {
        "from": "2025-01-01",
        "to": None,
        "claimed_on": "2026-11-23",
        "class_from": "2026-10-12",
        "class_to": "2026-10-30",
        "at_class": True,
        "at_claim": True,
    }
