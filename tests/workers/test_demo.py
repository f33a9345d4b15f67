"""The invented people of a demonstration."""

import pytest

from tests.workers.builders import TODAY, an_officer
from workers.demo import COUNT, WORKER_PHONE, demo_workers_load
from workers.models import Employment, Worker, WorkerEvent

pytestmark = pytest.mark.django_db


def test_forty_people_and_loading_twice_changes_nothing():
    officer = an_officer()
    first = demo_workers_load(on=TODAY, actor=officer)
    counts = [model.objects.count() for model in (Worker, Employment, WorkerEvent)]
    assert counts[0] == len(first) == COUNT
    assert demo_workers_load(on=TODAY, actor=officer) == first
    assert [model.objects.count() for model in (Worker, Employment, WorkerEvent)] == counts


def test_the_demonstration_account_has_a_verified_file_and_everybody_is_invented():
    people = demo_workers_load(on=TODAY, actor=an_officer())
    assert people[0].user.phone == WORKER_PHONE
    assert people[0].is_verified
    assert all(person.id_number.startswith("350201") for person in people)
    assert all(person.phone.startswith("1990000") for person in people)
    assert {person.identity_state for person in people} == {"verified", "mismatch", "declared"}
