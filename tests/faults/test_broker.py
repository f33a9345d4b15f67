"""Redis is lost, with all that it held, and comes back: pages go on, and the work is done afterwards, once."""

import time

from django.db import connections

from foundation.outbox.models import OutboxMessage
from tests.faults.conftest import Machine
from tests.faults.machine import Web, beat, site, wait_for, workers
from tests.faults.people import claimants, learners
from tests.faults.queues import forget, run

SLOWEST_SECONDS = 8


def quick(web: Web, path: str, **headers: str) -> int:
    """The status of a page that must not be held up by what is away."""
    begun = time.monotonic()
    status = web.get(path, **headers)[0]
    assert time.monotonic() - begun < SLOWEST_SECONDS, path
    return status


def test_pages_forms_and_study_go_on_without_it_and_the_work_is_done_when_it_is_back(machine: Machine) -> None:
    claiming, (learner,) = claimants(2), learners(1)
    connections.close_all()
    forget()
    with site() as web, workers() as worker, beat() as timetable:
        run("portal.operations.tasks.heartbeat")
        machine.redis.kill()
        machine.redis.forget()
        try:
            assert quick(web, "/") == 200
            assert quick(web, "/my/money/", Cookie=claiming[0].cookies) == 200
            learner.beat(web)
            for one in claiming:
                one.claim(web)
                assert one.statuses == [302]
            assert web.get("/readyz")[0] == 503
            waiting = set(OutboxMessage.objects.filter(state="waiting").values_list("pk", flat=True))
        finally:
            machine.redis.start()
        assert waiting
        assert worker.program.is_running()
        assert timetable.is_running()
        wait_for(
            "the timetable to send the texts", lambda: not OutboxMessage.objects.filter(state="waiting").exists(), 60
        )
        assert web.get("/readyz")[0] == 200
    assert set(OutboxMessage.objects.filter(pk__in=waiting).values_list("state", "attempts")) == {("delivered", 1)}
    assert [one.claims() for one in claiming] == [1, 1]
