"""The panel: the mean of its assessors, the chief where they lie apart, and the sheet they rate on."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from certifications.plans.states import PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PanelRuling, PartScore, Rating, RatingItem, RatingSheet
from certifications.scoring.sample_sheets import SampleItem
from certifications.scoring.selectors.panels import board_of, form_of
from certifications.scoring.services import (
    panel_close,
    panel_rule,
    room_confirm,
    score_remark,
    sheet_save,
)
from tests.certifications.builders_scoring import (
    a_candidate,
    a_clerk,
    a_plan,
    a_room,
    judges_of,
    scoring_figures,
)
from tests.certifications.scoring.rating_builders import AT, confirm_all, rate, rate_all, sums_hold

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
