"""Rating on the phone: sent again it is one rating, and nobody rates whom she trained or what is not before her."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.plans.states import Duty, PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import ItemMark, PartScore, Rating, RatingSheet
from certifications.scoring.selectors.panels import form_of, my_room
from certifications.scoring.services import (
    rating_submit,
    room_confirm,
    score_enter,
)
from certifications.scoring.states import RatingState, ScoreSource
from tests.certifications.builders_scoring import (
    HELD_ON,
    a_candidate,
    a_clerk,
    a_plan,
    a_room,
    judges_of,
    moment,
    scoring_figures,
)
from tests.certifications.scoring.rating_builders import AT, entry, points, rate, sums_hold
from tests.courses.builders_filing import a_teacher

pytestmark = pytest.mark.django_db
P = PartKind.PRACTICAL


@pytest.fixture(autouse=True)
def figures():
    scoring_figures()


@pytest.fixture
def plan():
    return a_plan(state=PlanState.ARRANGED)


@pytest.fixture
def people(plan):
    return [a_candidate(plan) for _n in range(2)]


@pytest.fixture
def room(plan, people):
    return a_room(plan, people)


# --- one rating -------------------------------------------------------------------------------------------------------


def test_a_rating_has_a_mark_for_each_line_and_their_sum(room, people):
    rating = rate(room, judges_of(room)[0], people[0], "86.5")
    sums_hold()
    assert (rating.total, rating.state, rating.marks.count()) == (Decimal("86.5"), RatingState.RATED, 6)


def test_the_first_rating_takes_the_sample_over_as_the_parts_own_sheet(room, people):
    assert form_of(room.part).edition == 0
    rate(room, judges_of(room)[0], people[0])
    rate(room, judges_of(room)[1], people[0])
    sheet = RatingSheet.objects.get()
    assert (sheet.edition, sheet.source, sheet.items.count()) == (1, "practical-4-10-01-06", 6)


def test_sent_again_it_is_the_same_rating(room, people):
    judge, one = judges_of(room)[0], entry(people[0])
    first = rating_submit(room_id=room.pk, entry=one, actor=judge, at=AT)
    again = rating_submit(room_id=room.pk, entry=one, actor=judge, at=AT + timedelta(minutes=9))
    assert (first, Rating.objects.count(), ItemMark.objects.count()) == (again, 1, 6)


def test_what_was_sent_in_time_may_be_sent_again_after_the_hours(room, people):
    judge, one = judges_of(room)[0], entry(people[0])
    first = rating_submit(room_id=room.pk, entry=one, actor=judge, at=AT)
    confirmed_later = AT + timedelta(hours=20)
    assert rating_submit(room_id=room.pk, entry=one, actor=judge, at=confirmed_later) == first


def test_a_page_opened_anew_and_sent_unchanged_adds_nothing(room, people):
    judge = judges_of(room)[0]
    assert rate(room, judge, people[0]) == rate(room, judge, people[0], edition=1)
    assert Rating.objects.count() == 1


def test_she_may_change_her_mind_until_she_confirms(room, people):
    judge = judges_of(room)[0]
    first = rate(room, judge, people[0], 70)
    later = rate(room, judge, people[0], 75, edition=1)
    rate(room, judge, people[1], 75, edition=1)
    assert later.replaces == first
    room_confirm(room_id=room.pk, actor=judge, at=AT)
    with pytest.raises(ScoringError) as refusal:
        rate(room, judge, people[0], 90, edition=1)
    assert refusal.value.code == "confirmed"
    assert Rating.objects.count() == 3


def test_the_key_of_one_rating_is_not_anothers(room, people):
    judge, one = judges_of(room)[0], entry(people[0])
    rating_submit(room_id=room.pk, entry=one, actor=judge, at=AT)
    stolen = entry(people[1], key=one.key, edition=1)
    with pytest.raises(ScoringError) as refusal:
        rating_submit(room_id=room.pk, entry=stolen, actor=judge, at=AT)
    assert refusal.value.code == "key_taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({3: Decimal(41)}, "line_impossible"),
        ({3: Decimal(-1)}, "line_impossible"),
        ({3: Decimal("0.25")}, "line_impossible"),
        ({3: Decimal("NaN")}, "line_impossible"),
    ],
)
def test_points_lie_within_their_line_in_halves(room, people, change, code):
    with pytest.raises(ScoringError) as refusal:
        rate(room, judges_of(room)[0], people[0], points=points(80) | change)
    assert refusal.value.code == code
    assert not Rating.objects.exists()


def test_a_line_without_points_is_asked_for(room, people):
    given = points(80)
    del given[4]
    with pytest.raises(ScoringError, match="安全与卫生") as refusal:
        rate(room, judges_of(room)[0], people[0], points=given)
    assert refusal.value.code == "line_missing"
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (moment(HELD_ON, 10, 29), "too_early"),
        (moment(HELD_ON, 10, 30), ""),
        (moment(HELD_ON + timedelta(days=1), 0, 30), ""),
        (moment(HELD_ON + timedelta(days=1), 0, 31), "too_late"),
    ],
)
def test_a_part_is_rated_around_its_hours(room, people, at, code):
    if not code:
        assert rate(room, judges_of(room)[0], people[0], at=at).pk
        return
    with pytest.raises(ScoringError) as refusal:
        rate(room, judges_of(room)[0], people[0], at=at)
    assert refusal.value.code == code
    assert not Rating.objects.exists()


# --- who rates whom ---------------------------------------------------------------------------------------------------


def test_only_the_judges_of_the_room_rate_whom_it_seats(plan, room, people):
    elsewhere = a_room(plan, [a_candidate(plan)])
    with pytest.raises(PermissionDenied):
        rate(room, judges_of(elsewhere)[0], people[0])
    with pytest.raises(ScoringError) as refusal:
        rate(elsewhere, judges_of(elsewhere)[0], people[0])
    assert refusal.value.code == "not_here"
    assert not Rating.objects.exists()


def test_an_invigilator_rates_nobody(room, people):
    duty = room.duties.first()
    room.duties.filter(pk=duty.pk).update(duty=Duty.INVIGILATOR)
    with pytest.raises(PermissionDenied):
        rate(room, duty.assessor.user, people[0])
    assert not Rating.objects.exists()


def test_whom_she_has_trained_she_does_not_rate_though_the_room_was_laid_out_before(plan, room, people):
    judge = room.duties.first().assessor
    run = plan.class_run
    run.head_teacher = a_teacher(run.school, id_number=judge.id_number)
    run.save(update_fields=["head_teacher"])
    with pytest.raises(ScoringError, match="回避") as refusal:
        rate(room, judge.user, people[0])
    assert refusal.value.code == "trained_her"
    assert not Rating.objects.exists()


def test_the_database_holds_the_independence_of_every_rating(plan, room, people):
    rate(room, judges_of(room)[0], people[0])
    first = Rating.objects.get()
    other = room.duties.order_by("pk")[1].assessor
    run = plan.class_run
    run.head_teacher = a_teacher(run.school, id_number=other.id_number)
    run.save(update_fields=["head_teacher"])
    row = {
        "key": uuid4(), "candidate": people[0], "part": room.part, "sheet": first.sheet, "state": "absent",
        "entered_by": other.user, "at": AT,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="a person she trained"), transaction.atomic():
        Rating.objects.create(assessor=other, **row)


def test_the_database_refuses_a_judge_from_another_room(plan, room, people):
    rate(room, judges_of(room)[0], people[0])
    stranger = a_room(plan, [a_candidate(plan)]).duties.first().assessor
    with pytest.raises(IntegrityError, match="judges of the room"), transaction.atomic():
        Rating.objects.create(
            key=uuid4(), candidate=people[0], part=room.part, sheet=RatingSheet.objects.get(), assessor=stranger,
            state="absent", entered_by=stranger.user, at=AT,
        )  # fmt: skip


def test_ratings_are_never_changed_and_a_total_is_the_sum_of_its_lines(room, people):
    rating = rate(room, judges_of(room)[0], people[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(total=100)
    with pytest.raises(IntegrityError, match="sum of a mark"), transaction.atomic():
        a_rating_without_lines(people[1], rating)


def a_rating_without_lines(candidate, like):
    Rating.objects.create(
        key=uuid4(), candidate=candidate, part=like.part, sheet=like.sheet, assessor=like.assessor, state="rated",
        total=90, entered_by=like.entered_by, at=AT,
    )  # fmt: skip
    sums_hold()


def test_an_assessor_sees_no_marks_but_her_own(room, people):
    one, other, _third = judges_of(room)
    rate(room, one, people[0], 90)
    duty = room.duties.get(assessor__user=other)
    assert [line.rating for line in my_room(duty).lines] == [None, None]


def test_where_judges_have_begun_to_rate_the_desk_enters_nothing(plan, room, people):
    rate(room, judges_of(room)[0], people[0])
    desk = {"source": ScoreSource.DESK, "actor": a_clerk(plan.organisation), "at": AT}
    with pytest.raises(ScoringError) as refusal:
        score_enter(candidate_id=people[0].pk, part=PartKind.PRACTICAL, mark=Decimal(99), **desk)
    assert refusal.value.code == "rated"
    assert not PartScore.objects.exists()
    assert score_enter(candidate_id=people[0].pk, part=PartKind.THEORY, mark=Decimal(78), **desk).mark == 78
