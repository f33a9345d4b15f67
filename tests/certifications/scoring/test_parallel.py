"""Two at one second: one publication, one rating, one appeal."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from certifications.plans.models import PlanEvent
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.models import PartScore, Rating, RatingSheet, Result, ScoreAppeal
from certifications.scoring.services import (
    RatingEntry,
    appeal_make,
    rating_submit,
    results_publish,
    score_enter,
)
from certifications.scoring.states import ScoreSource
from foundation.sms.models import SmsMessage
from tests.certifications.builders_scoring import (
    a_candidate,
    a_clerk,
    a_plan,
    a_room,
    a_score,
    judges_of,
    scoring_figures,
)
from tests.certifications.scoring.rating_builders import AT, points
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps):
    """What each step gave, or the code of its refusal; all begin together."""
    barrier = Barrier(len(steps))

    def run(step):
        try:
            barrier.wait(20)
            return step()
        except Exception as refusal:  # noqa: BLE001 - the test looks at it
            return getattr(refusal, "code", repr(refusal))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_two_clerks_publish_once_and_each_is_told_once():
    scoring_figures()
    plan = a_plan()
    people = [a_candidate(plan) for _n in range(3)]
    for candidate in people:
        a_score(candidate, PartKind.THEORY, 70)
        a_score(candidate, PartKind.PRACTICAL, 70)
    clerks = [a_clerk(plan.organisation) for _n in range(4)]
    told = at_once(*(lambda who=who: results_publish(plan_id=plan.pk, actor=who, at=NOW).state for who in clerks))
    assert told == [PlanState.PUBLISHED] * 4
    assert (Result.objects.count(), PlanEvent.objects.filter(action="publish").count()) == (3, 1)
    assert SmsMessage.objects.filter(template="assessment_result").count() == 3
    she = people[0]
    asked = at_once(
        *(
            lambda: (
                appeal_make(
                    candidate_id=she.pk, part=PartKind.THEORY, words="请再看看", actor=she.worker.user, at=NOW
                ).pk
            )
            for _n in range(4)
        )
    )
    assert (len(set(asked)), ScoreAppeal.objects.count()) == (1, 1)


def test_a_rating_sent_on_four_lines_is_one_and_the_first_ratings_make_one_sheet():
    scoring_figures()
    plan = a_plan(state=PlanState.ARRANGED)
    she = a_candidate(plan)
    room = a_room(plan, [she])
    judges = judges_of(room)
    entries = [RatingEntry(uuid4(), she.pk, 0, points(80)) for _judge in judges]
    steps = [
        lambda judge=judge, entry=entry: rating_submit(room_id=room.pk, entry=entry, actor=judge, at=AT).pk
        for judge, entry in zip(judges, entries, strict=True)
        for _again in range(2)
    ]
    told = at_once(*steps)
    assert all(isinstance(one, int) for one in told), told
    assert (Rating.objects.count(), RatingSheet.objects.count()) == (3, 1)


def test_two_clerks_enter_another_mark_and_one_stands():
    plan = a_plan()
    she = a_candidate(plan)
    clerks = [a_clerk(plan.organisation) for _n in range(2)]
    marks = [61, 62]
    told = at_once(
        *(
            lambda who=who, mark=mark: (
                score_enter(
                    candidate_id=she.pk, part=PartKind.THEORY, mark=mark, source=ScoreSource.DESK, actor=who, at=NOW
                ).pk
            )
            for who, mark in zip(clerks, map(Decimal, marks), strict=True)
        )
    )
    assert sorted(map(str, told))[-1] == "exists"
    assert PartScore.objects.count() == 1
