"""PostgreSQL dies under load and comes back: what was acknowledged is there, nothing twice, and nobody restarts a web
process."""

import threading
import time
from functools import partial

from django.db import connection, connections

from tests.faults import truth
from tests.faults.conftest import Machine
from tests.faults.machine import Web, site, wait_for
from tests.faults.people import Claimant, Learner, claimants, learners, together

LEARNERS, CLAIMANTS, KILLS = 8, 12, 2
SENTENCE = "系统正在恢复，请稍等一会儿"


def outage(machine: Machine, web: Web) -> tuple[int, dict[str, str], str]:
    """The server dies and is away for a while; a page asked for meanwhile."""
    machine.postgres.kill()
    page = web.get("/")
    time.sleep(1)
    machine.postgres.start()
    wait_for("the site to be well again", lambda: web.get("/readyz")[0] == 200, 20)
    return page


def nothing_is_lost_or_double(everybody: list[Learner], claiming: list[Claimant]) -> None:
    for one in everybody:
        assert one.answered == one.sent
        assert one.standing() == (one.sent, one.accepted_ms)
        assert sorted(set(one.logged())) == list(range(1, one.sent + 1))
    assert [one.claims() for one in claiming] == [1] * len(claiming)


def test_killed_under_load_nothing_acknowledged_is_lost_and_nothing_is_there_twice(machine: Machine) -> None:
    everybody, claiming = learners(LEARNERS), claimants(CLAIMANTS)
    ends = threading.Event()
    connections.close_all()
    with site() as web:
        before = web.program.pid
        studying = together([partial(one.study, web, ends) for one in everybody])
        pages = []
        for part in range(KILLS):
            time.sleep(1)
            share = claiming[part::KILLS]
            sending = together([partial(one.claim, web) for one in share])
            pages.append(outage(machine, web))
            for thread in sending:
                thread.join(60)
            assert not any(thread.is_alive() for thread in sending)
        time.sleep(1)
        ends.set()
        for thread in studying:
            thread.join(60)
        assert not any(thread.is_alive() for thread in studying)
        assert (web.program.pid, web.program.is_running()) == (before, True)
    connection.close()
    nothing_is_lost_or_double(everybody, claiming)
    truth.holds()
    for status, headers, text in pages:
        assert (status, headers["retry-after"]) == (503, "15")
        assert SENTENCE in text
    said = set().union(*(one.sentences for one in everybody))
    assert said <= {"学习记录暂时存不上，已经看过的时间留在手机里，稍后会自动再传。"}
    assert set().union(*(one.statuses for one in everybody)) == {200, 503}


def test_a_form_sent_into_the_outage_is_still_on_the_page_and_is_sent_from_there(machine: Machine) -> None:
    (one,) = claimants(1)
    connections.close_all()
    with site() as web:
        web.get("/")
        machine.postgres.kill()
        try:
            ends = together([partial(one.claim, web)])
            wait_for("an answer", lambda: one.pages)
        finally:
            machine.postgres.start()
        ends[0].join(30)
        status, headers, text = next(page for page in one.pages if page[0])
        assert (status, headers["retry-after"]) == (503, "15")
        assert f'action="{one.path}"' in text
        assert '<input type="hidden" name="agree" value="on">' in text
        assert "再试一次" in text
    connection.close()
    assert one.claims() == 1
