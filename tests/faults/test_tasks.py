"""Every task of the project, its worker killed with SIGKILL at steps chosen by a seed: done once, and nothing half."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from portal.celery import app
from tests.faults import cases_courses, cases_ground, cases_money, cases_portal, clock, fuse, queues, truth
from tests.faults.cases import CASES, Case, unheard
from tests.faults.machine import Workers, wait_for, workers
from tests.faults.queues import forget, is_idle

assert cases_courses
assert cases_ground
assert cases_money
assert cases_portal
SEED = 20261123
ROUNDS = 3
STEPS: dict[str, int] = {}
DONE_SECONDS = 60
SILENCE_SECONDS = 240  # longer than any work may be silent


def every_task() -> list[str]:
    """What the project has registered, but for Celery's own housekeeping; the one that needs new days comes last."""
    app.loader.import_default_modules()
    names = [name for name in app.tasks if not name.startswith("celery.")]
    return sorted(names, key=lambda name: (name == "foundation.audit.tasks.day_seal", name))


@pytest.fixture(scope="module")
def broker() -> Any:
    forget()
    return queues.broker()


@pytest.fixture(scope="module")
def hand(broker: Any) -> Iterator[list[Workers]]:
    """One worker for all queues; a list, because a killed one is replaced."""
    with workers() as worker:
        held = [worker]
        yield held
        held[0].stop()


def do(task: str, arguments: tuple[Any, ...], broker: Any) -> None:
    """Send the task and wait until it has ended, once more where it was killed, and nothing is left to do."""
    app.send_task(task, args=arguments)
    wait_for(f"{task} to end", (fuse.folder() / f"{task}.ended").exists, DONE_SECONDS)
    wait_for(f"what {task} woke to end", lambda: is_idle(broker), DONE_SECONDS)


def taken_up(case: Case, broker: Any) -> None:
    """The silence is over, and the timetable looks after what was left lying."""
    clock.jump(SILENCE_SECONDS, settled=0.3)
    order(case.resumed_by)
    do(case.resumed_by, (), broker)


def arranged(case: Case) -> tuple[Any, ...]:
    with unheard():
        return case.arrange()


def order(task: str, *, at: int = 0, victims: str = "child") -> None:
    """Have the steps of the task's next run counted, and the process killed at one of them."""
    for old in fuse.folder().glob(f"{task}.*"):
        old.unlink()
    draft = fuse.folder() / f"{task}.order"
    draft.write_text(json.dumps({"at": at, "victims": victims}))
    draft.rename(draft.with_suffix(".json"))


def was_killed(case: Case) -> bool:
    return (fuse.folder() / f"{case.task}.burnt").exists()


def grown(case: Case, before: dict[str, int]) -> dict[str, int]:
    found = truth.growth(before, truth.row_counts())
    return {name: rows for name, rows in found.items() if name not in case.journals}


def undisturbed(case: Case, broker: Any) -> tuple[int, dict[str, int]]:
    """How many steps the task takes when nobody disturbs it, and what it leaves behind."""
    for _time in range(2):  # the first run of all also makes what is made once
        given, before = arranged(case), truth.row_counts()
        order(case.task)
        do(case.task, given[: case.arguments], broker)
        case.done(*given)
        steps = int((fuse.folder() / f"{case.task}.ended").read_text())
        left = grown(case, before)
    return steps, left


@pytest.mark.parametrize("task", every_task())
def test_killed_at_any_step_it_is_done_once_and_wholly(task: str, hand: list[Workers], broker: Any) -> None:
    assert task in CASES, f"{task} is new: arrange work for it in tests/faults/cases_….py"
    case = CASES[task]
    steps, left = undisturbed(case, broker)
    chance = random.Random(f"{SEED} {task}")
    chosen = {steps, *(chance.randint(1, steps) for _n in range(ROUNDS - 1))}
    killed = 0
    for at in sorted(chosen):
        given, before = arranged(case), truth.row_counts()
        order(case.task, at=at)
        do(case.task, given[: case.arguments], broker)
        if was_killed(case):
            killed += 1
            if case.is_silent:
                taken_up(case, broker)
        case.done(*given)
        assert grown(case, before) == left, f"killed at step {at} of {steps}"
    assert killed * 2 >= len(chosen)
    STEPS[task] = steps


RESUMED = sorted(task for task, case in CASES.items() if case.arguments)


@pytest.mark.parametrize("task", RESUMED)
def test_killed_with_its_whole_worker_and_lost_by_the_broker_it_is_taken_up_again(
    task: str, hand: list[Workers], broker: Any
) -> None:
    case = CASES[task]
    given = arranged(case)
    order(task, at=random.Random(f"{SEED} {task}").randint(2, STEPS.get(task, 8)), victims="worker")
    app.send_task(case.task, args=given[: case.arguments])
    wait_for("the worker to die", lambda: was_killed(case) and not hand[0].program.is_running())
    hand[0].stop()
    broker.flushdb()
    hand[0] = Workers()
    taken_up(case, broker)
    case.done(*given)


def test_after_all_of_it_the_books_the_chain_and_the_files_are_whole() -> None:
    connection.close()
    truth.holds()
