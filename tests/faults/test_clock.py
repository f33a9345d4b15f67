"""The machine's clock jumps by an hour and by a day, forward and back, while people study and days are counted."""

import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from foundation.audit.models import AuditEvent
from foundation.audit.services import audit_record, days_seal
from tests.faults import clock, truth
from tests.faults.cases import unheard
from tests.faults.cases_courses import a_place_kept_too_long, a_published_plan, plan_is_final, the_place_went_on
from tests.faults.cases_money import (
    a_correction_nearly_due,
    a_notice_whose_days_are_over,
    an_instalment_that_is_due,
    it_was_claimed_once,
    she_was_reminded_once,
    the_notice_is_closed_once,
)
from tests.faults.machine import site, workers
from tests.faults.people import learners
from tests.faults.queues import forget, run

HOUR, DAY = 3600, 24 * 3600
# What tells of every run of a task, not of what it did.
JOURNAL_ACTIONS = {"checks.run.made"}
JOURNALS = {"checks_checkrun", "checks_screened"}


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    stood = clock.offset()
    yield
    clock.put(stood)


@pytest.mark.parametrize("seconds", [HOUR, -HOUR, DAY, -DAY])
def test_the_time_that_is_counted_is_what_went_by_and_never_more(seconds: int) -> None:
    """Her phone claims a minute again and again; the clock jumps between two beats, and back again."""
    begun = time.monotonic()
    (learner,) = learners(1)
    connections.close_all()
    with site() as web:
        for jump in (0, seconds, 0, -seconds, 0):
            if jump:
                clock.jump(jump)
            time.sleep(0.6)
            learner.beat(web, played_ms=60_000)
        went_by = (time.monotonic() - begun) * 1000
    sequence, accepted = learner.standing()
    assert sequence == learner.sent == 5
    assert accepted == learner.accepted_ms
    # Two jumps take the clock's settling each; five beats six tenths of a second each.
    assert 1000 * 2 * clock.SETTLED_SECONDS <= accepted <= went_by


def every_periodic_task() -> None:
    """What the timetable would send in a day, all of it now."""
    run(*(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()))


def test_days_that_come_twice_bring_everything_once() -> None:
    forget()
    with unheard():
        (plan,), places = a_published_plan(), a_place_kept_too_long()
        (notice,), (reminded,), award = (
            a_notice_whose_days_are_over(), a_correction_nearly_due(), an_instalment_that_is_due()
        )  # fmt: skip
    connections.close_all()
    with workers():
        for jump in (0, DAY, -DAY, HOUR, -HOUR):
            clock.jump(jump)
            every_periodic_task()
        before = truth.row_counts()
        for jump in (DAY, -HOUR, -DAY, HOUR):
            clock.jump(jump)
            with transaction.atomic():
                audit_record("faults.clock.jumped", None, actor=None, data={"seconds": jump})
            every_periodic_task()
        grown = truth.growth(before, truth.row_counts())
    assert {name for name in grown if name not in JOURNALS} == {"audit_auditevent", "audit_auditlink"}
    assert grown["audit_auditevent"] == grown["audit_auditlink"]
    recorded = AuditEvent.objects.order_by("-pk")[: grown["audit_auditevent"]]
    assert {event.action for event in recorded} <= {"faults.clock.jumped", *JOURNAL_ACTIONS}
    plan_is_final(plan)
    the_place_went_on(*places)
    the_notice_is_closed_once(notice)
    she_was_reminded_once(reminded)
    it_was_claimed_once(*award)
    connection.close()
    truth.holds()


def test_a_clock_set_back_over_midnight_puts_nothing_under_a_seal() -> None:
    def record() -> None:
        with transaction.atomic():
            audit_record("faults.clock.jumped", None, actor=None)

    record()
    clock.jump(3 * DAY)  # past whatever day another test has been to
    assert days_seal(on=timezone.localdate())
    clock.jump(-3 * DAY)
    record()
    truth.holds()
