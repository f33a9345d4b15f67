"""Rating on the phone: sent again it is one rating, and nobody rates whom she trained or what is not before her."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from certifications.plans.states import Duty, PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import ItemMark, PanelRuling, PartScore, Rating, RatingItem, RatingSheet
from certifications.scoring.sample_sheets import SampleItem
from certifications.scoring.selectors.panels import board_of, form_of, my_room
from certifications.scoring.services import (
    RatingEntry,
    panel_close,
    panel_rule,
    rating_submit,
    room_confirm,
    score_remark,
    sheet_save,
)
from certifications.scoring.states import RatingState
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
from tests.courses.builders_filing import a_teacher

pytestmark = pytest.mark.django_db
P = PartKind.PRACTICAL
# The practical part is from 11:00 to 12:30.
AT = moment(HELD_ON, 11, 20)
POINTS = (10, 10, 40, 20, 10, 10)


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


def points(total):
    """Points that add up to a total, filled from the first line."""
    given, left = {}, Decimal(total)
    for place, most in enumerate(POINTS, start=1):
        given[place] = min(Decimal(most), left)
        left -= given[place]
    return given


def entry(candidate, total=80, **fields):
    given = {"key": uuid4(), "candidate_id": candidate.pk, "edition": 0, "points": points(total)}
    return RatingEntry(**(given | fields))


def rate(room, judge, candidate, total=80, *, at=AT, **fields):
    one = entry(candidate, is_absent=True, points={}) if total is None else entry(candidate, total, **fields)
    return rating_submit(room_id=room.pk, entry=one, actor=judge, at=at)


def confirm_all(room, at=AT):
    for judge in judges_of(room):
        room_confirm(room_id=room.pk, actor=judge, at=at)


def sums_hold():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


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


# --- the panel --------------------------------------------------------------------------------------------------------


def rate_all(room, people, totals):
    for candidate, given in zip(people, totals, strict=True):
        for judge, total in zip(judges_of(room), given, strict=True):
            sheet = RatingSheet.objects.first()
            rate(room, judge, candidate, total, **({"edition": sheet.edition} if sheet and total is not None else {}))


def test_the_mark_is_the_mean_of_the_panel_and_she_who_was_absent_is_absent(plan, room, people):
    rate_all(room, people, [(80, 81, 83), (None, None, None)])
    confirm_all(room)
    scores = panel_close(room_id=room.pk, actor=judges_of(room)[0], at=AT)
    assert [(one.state, one.mark, one.source) for one in scores] == [
        ("marked", Decimal("81.33"), "phone"),
        ("absent", None, "phone"),
    ]
    assert panel_close(room_id=room.pk, actor=judges_of(room)[1], at=AT) == scores
    assert PartScore.objects.count() == 2


def test_nobody_confirms_with_somebody_missing(room, people):
    judge = judges_of(room)[0]
    rate(room, judge, people[0])
    with pytest.raises(ScoringError, match="2 号位") as refusal:
        room_confirm(room_id=room.pk, actor=judge, at=AT)
    assert refusal.value.code == "missing"


def test_a_panel_is_closed_when_all_have_confirmed(plan, room, people):
    rate_all(room, people, [(80, 81, 83), (70, 70, 70)])
    judges = judges_of(room)
    room_confirm(room_id=room.pk, actor=judges[0], at=AT)
    with pytest.raises(ScoringError) as refusal:
        panel_close(room_id=room.pk, actor=judges[0], at=AT)
    assert refusal.value.code == "not_confirmed"
    assert not PartScore.objects.exists()


@pytest.mark.parametrize(
    ("given", "is_dispute"),
    [
        ((70, 85, 80), False),
        ((70, "85.5", 80), True),
        ((50, 80, 80), True),
        ((80, None, 80), True),
        ((None, None, None), False),
    ],
)
def test_too_far_apart_or_not_agreed_whether_she_came_goes_to_the_chief(room, people, given, is_dispute):
    rate_all(room, people, [given, (70, 70, 70)])
    assert [line.candidate for line in board_of(room).disputes] == ([people[0]] if is_dispute else [])


def test_the_chief_settles_a_dispute_and_her_word_counts(plan, room, people):
    rate_all(room, people, [(50, 80, 80), (70, 70, 70)])
    confirm_all(room)
    clerk, chief = a_clerk(plan.organisation), room.duties.order_by("pk")[1].assessor
    with pytest.raises(ScoringError, match="1 号位"):
        panel_close(room_id=room.pk, actor=clerk, at=AT)
    ruled = {"room_id": room.pk, "candidate_id": people[0].pk, "mark": Decimal(72), "reason": "看录像后商定"}
    panel_rule(**ruled, assessor_id=chief.pk, actor=clerk, at=AT)
    with pytest.raises(ScoringError) as refusal:
        panel_rule(**ruled, assessor_id=chief.pk, actor=clerk, at=AT)
    assert refusal.value.code == "no_dispute"
    scores = panel_close(room_id=room.pk, actor=clerk, at=AT)
    assert [(one.mark, one.assessor) for one in scores] == [(72, chief), (70, None)]


def test_a_chief_is_one_of_the_room(plan, room, people):
    rate_all(room, people, [(50, 80, 80), (70, 70, 70)])
    stranger = a_room(plan, [a_candidate(plan)]).duties.first().assessor
    with pytest.raises(ScoringError) as refusal:
        panel_rule(
            room_id=room.pk, candidate_id=people[0].pk, assessor_id=stranger.pk, mark=Decimal(72), reason="商定",
            actor=a_clerk(plan.organisation), at=AT,
        )  # fmt: skip
    assert refusal.value.code == "not_chief"
    assert not PanelRuling.objects.exists()


def test_five_assessors_leave_out_the_highest_and_the_lowest(plan, people):
    room = a_room(plan, people[:1], judges=5)
    rate_all(room, people[:1], [(72, 80, 81, 82, 86)])
    confirm_all(room)
    assert panel_close(room_id=room.pk, actor=judges_of(room)[0], at=AT)[0].mark == 81


def test_who_rated_her_does_not_put_the_mark_right(plan, room, people):
    rate_all(room, people, [(80, 81, 83), (70, 70, 70)])
    confirm_all(room)
    clerk = a_clerk(plan.organisation)
    panel_close(room_id=room.pk, actor=clerk, at=AT)
    asked = {"candidate_id": people[0].pk, "part": P, "mark": Decimal(90), "reason": "算错", "at": AT}
    with pytest.raises(ScoringError) as refusal:
        score_remark(actor=clerk, **asked)
    assert refusal.value.code == "own_mark"
    assert score_remark(actor=a_clerk(plan.organisation), **asked).mark == 90


# --- the sheet --------------------------------------------------------------------------------------------------------


def items(*given):
    return [SampleItem(f"第{place}项", value) for place, value in enumerate(given, start=1)]


def test_a_sheet_adds_up_to_a_hundred(plan, room):
    clerk = a_clerk(plan.organisation)
    asked = {"part_id": room.part_id, "title": "本校评分表", "actor": clerk, "at": AT}
    for wrong in (items(50, 40), items(), items(60, 60)):
        with pytest.raises(ScoringError) as refusal:
            sheet_save(items=wrong, **asked)
        assert refusal.value.code == "not_a_hundred"
    assert not RatingSheet.objects.exists()
    sheet_save(items=items(60, 40), **asked)
    sheet_save(items=items(50, 30, 20), **asked)
    sums_hold()
    assert (form_of(room.part).edition, [item.points for item in form_of(room.part).items]) == (2, [50, 30, 20])


def test_the_database_too_counts_to_a_hundred(plan, room):
    with pytest.raises(IntegrityError, match="add up to a hundred"), transaction.atomic():
        a_sheet_of_99(room.part, a_clerk(plan.organisation))


def a_sheet_of_99(part, clerk):
    sheet = RatingSheet.objects.create(part=part, edition=1, title="少了", made_by=clerk, at=AT)
    RatingItem.objects.create(sheet=sheet, position=1, title="全部", points=99)
    sums_hold()


def test_a_sheet_somebody_rated_on_stays(plan, room, people):
    rate(room, judges_of(room)[0], people[0])
    with pytest.raises(ScoringError) as refusal:
        sheet_save(part_id=room.part_id, title="改", items=items(60, 40), actor=a_clerk(plan.organisation), at=AT)
    assert refusal.value.code == "in_use"


def test_a_rating_on_an_older_sheet_is_asked_for_again(plan, room, people):
    clerk = a_clerk(plan.organisation)
    sheet_save(part_id=room.part_id, title="新", items=items(60, 40), actor=clerk, at=AT)
    with pytest.raises(ScoringError) as refusal:
        rate(room, judges_of(room)[0], people[0])
    assert refusal.value.code == "sheet_changed"
    assert not Rating.objects.exists()
