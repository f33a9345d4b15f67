"""A small world in which every figure is known by hand."""

from dataclasses import dataclass
from datetime import date

from courses.classes.states import EndReason, EnrolmentState
from courses.schools.models import School
from foundation.accounts.models import User
from portal.dashboards.services import summaries_refresh
from subsidies.claims.states import ClaimState
from tests.certifications.certificates.builders import a_closed_run, a_graduate, issued
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.subsidies.builders import a_claim
from tests.workers.builders import NOW
from workers.models import Worker


@dataclass
class World:
    """Two schools: one whose class is over, one that has just begun."""

    over: School
    begun: School
    staff: User


def live_in(district: str, *workers: Worker) -> None:
    Worker.objects.filter(pk__in=[worker.pk for worker in workers]).update(district_code=district)


def a_world() -> World:
    """In October six began at one school: all steps 6, 5, 4, 3, 2, 1. In November two began at the other."""
    run = a_closed_run(starts_on=date(2026, 10, 12))
    paid, claimed, certified, passed = (a_graduate(run) for _n in range(4))
    failed = a_graduate(run, passed=False)
    left = an_enrolment(run, state=EnrolmentState.DROPPED, end_reason=EndReason.HEALTH, ended_at=NOW)
    an_enrolment(run, state=EnrolmentState.INVITED, confirmed_at=None)
    an_enrolment(run, state=EnrolmentState.WITHDRAWN)
    for enrolment in (paid, claimed, certified):
        issued(enrolment)
    live_in("350203", paid.worker, claimed.worker, certified.worker)
    live_in("350206", passed.worker, failed.worker, left.worker)
    a_claim(ClaimState.PAID, paid.worker, enrolment=paid)
    a_claim(ClaimState.SUBMITTED, claimed.worker, enrolment=claimed)
    a_claim(ClaimState.WITHDRAWN, certified.worker, enrolment=certified)
    begun = a_class_run(starts_on=date(2026, 11, 16))
    for _n in range(2):
        live_in("350203", an_enrolment(begun, group_code="rural").worker)
    summaries_refresh(at=NOW)
    return World(run.school, begun.school, school_staff(begun.school))
