"""Redis is lost, with all that it held, and comes back: pages go on, and the work is done afterwards, once."""

import time

from django.db import connections

from foundation.outbox.models import OutboxMessage
from portal.celery import app
from tests.faults.conftest import Machine
from tests.faults.machine import Web, site, wait_for, workers
from tests.faults.people import claimants, learners

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
    with site() as web, workers() as worker:
        wait_for("the worker", lambda: app.control.inspect(timeout=1).ping(), 60)
        machine.redis.kill()
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
        app.send_task("exchange.tasks.messages_send")
        wait_for("the texts to go out", lambda: not OutboxMessage.objects.filter(state="waiting").exists(), 60)
        assert web.get("/readyz")[0] == 200
    assert set(OutboxMessage.objects.filter(pk__in=waiting).values_list("state", "attempts")) == {("delivered", 1)}
    assert [one.claims() for one in claiming] == [1, 1]
