"""Which levels stand in a plan, in which order, what a class costs, what a certificate changes: without a database."""

from datetime import date
from itertools import count

import pytest

from foundation.policy.engine import Outcome
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.rules.costs import cost_of
from residency.planner.rules.effects import effect_of
from residency.planner.rules.steps import (
    Chance,
    Standing,
    chance_of,
    levels_above,
    neighbour_level,
    own_levels,
    step_order,
)
from residency.planner.states import BenefitKind, BenefitState, Readiness, StepKind
from residency.routes.rules import Applicant, Record, base_pack, base_packs

R = Readiness
INFANT, HOME = (5, 4, 3), (5, 4, 3, 2)
DAY = date(2026, 11, 23)
SOON, LATER = date(2027, 1, 1), date(2028, 1, 1)
_orders = count()


@pytest.mark.parametrize(
    ("ladder", "held", "above"),
    [
        (HOME, None, (5, 4, 3, 2)),
        (HOME, 5, (4, 3, 2)),
        (HOME, 3, (2,)),
        (HOME, 2, ()),
        (INFANT, 3, ()),
        (INFANT, 6, (5, 4, 3)),  # 学徒工 stands below level five
        ((4, 3, 2, 1), None, (4, 3, 2, 1)),  # 婴幼儿发展引导员 has no level five
        (HOME, 7, ()),  # 特级技师: nothing above is applied for
    ],
)
def test_the_levels_above_are_those_the_standard_has(ladder, held, above):
    assert levels_above(ladder, held) == above


@pytest.mark.parametrize(
    ("outcome", "known", "day", "assumed", "readiness"),
    [
        (Outcome.YES, True, DAY, False, R.READY),
        (Outcome.UNDECIDED, True, DAY, False, R.CHECK),
        (Outcome.NO, True, SOON, False, R.LATER),
        (Outcome.NO, True, SOON, True, R.FROM_NOW),
        (Outcome.NO, True, None, False, R.FAR),
        (Outcome.UNDECIDED, False, None, False, R.UNKNOWN),
    ],
)
def test_how_near_she_is_follows_the_answer_of_the_conditions(outcome, known, day, assumed, readiness):
    assert chance_of(outcome, is_known=known, earliest_on=day, is_assumed=assumed).readiness == readiness


def chances(**levels: Readiness) -> dict[int, Chance]:
    return {int(name[1:]): Chance(readiness) for name, readiness in levels.items()}


@pytest.mark.parametrize(
    ("guaranteed", "declared", "told", "shown"),
    [
        # only the next one, when nothing higher is open
        (5, None, chances(l5=R.READY, l4=R.LATER, l3=R.FAR, l2=R.FAR), (4,)),
        # a higher one that ten years of work open
        (5, None, chances(l5=R.READY, l4=R.READY, l3=R.READY, l2=R.FAR), (4, 3)),
        # what she says is not taken for hers: level four stays, and what would follow it is shown too
        (5, 4, chances(l5=R.READY, l4=R.LATER, l3=R.FAR, l2=R.FAR), (4, 3)),
        (None, 5, chances(l5=R.READY, l4=R.CHECK, l3=R.FAR, l2=R.FAR), (5, 4)),
        (2, None, chances(l5=R.READY, l4=R.READY, l3=R.READY, l2=R.READY), ()),
    ],
)
def test_own_levels_are_the_next_and_those_open_already(guaranteed, declared, told, shown):
    assert own_levels(HOME, guaranteed=guaranteed, declared=declared, chances=told) == shown


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (chances(l5=R.READY, l4=R.READY, l3=R.FAR), 4),
        (chances(l5=R.CHECK, l4=R.CHECK, l3=R.FAR), 4),
        (chances(l5=R.LATER, l4=R.FAR, l3=R.FAR), 5),
        (chances(l5=R.FAR, l4=R.FAR, l3=R.FAR), 5),
    ],
)
def test_of_a_neighbouring_occupation_one_level_is_shown(told, level):
    assert neighbour_level(INFANT, told) == level


def a_standing(kind=StepKind.NEXT, readiness=R.READY, day=None, near=0, elsewhere=0, level=5) -> Standing:
    chance = Chance(readiness, day)
    return Standing(kind=kind, chance=chance, near=near, elsewhere=elsewhere, level=level, order=next(_orders))


def test_the_best_comes_first():
    in_order = [
        a_standing(StepKind.HIGHER, level=3, near=1),
        a_standing(level=4, near=1),
        a_standing(level=4, elsewhere=2),
        a_standing(level=4),
        a_standing(StepKind.NEIGHBOUR, near=3),
        a_standing(StepKind.WAY_IN, R.FROM_NOW, LATER, near=2),
        a_standing(StepKind.WAY_IN, R.READY, near=1, elsewhere=4),
        a_standing(StepKind.WAY_IN, R.READY, elsewhere=4),
        a_standing(StepKind.HIGHER, R.CHECK, level=4),
        a_standing(StepKind.NEXT, R.LATER, SOON),
        a_standing(StepKind.NEXT, R.LATER, LATER),
        a_standing(StepKind.NEIGHBOUR, R.LATER, SOON),
        a_standing(StepKind.NEXT, R.FROM_NOW, SOON),
        a_standing(StepKind.NEXT, R.FAR),
        a_standing(StepKind.NEXT, R.UNKNOWN),
    ]
    mixed = [*in_order[1::2], *in_order[::2]]
    assert sorted(mixed, key=step_order) == in_order


def a_subsidy(amount: int, state=BenefitState.OPEN, demo=False, against=True, verified=True) -> Benefit:
    return Benefit(
        kind=BenefitKind.SUBSIDY,
        title="示例",
        state=state,
        amount_fen=amount,
        verified=verified,
        is_demonstration=demo,
        is_against_fee=against,
    )


GAP, CHECK, NO = BenefitState.GAP, BenefitState.CHECK, BenefitState.NO
# fee · benefits · after · sure
COSTS = {
    "没有补贴": (120_000, [], None, False),
    "一项补贴": (120_000, [a_subsidy(70_000)], 50_000, True),
    "补贴比学费多，不会变成负数": (50_000, [a_subsidy(70_000)], 0, True),
    "两项互斥，只算多的一项": (120_000, [a_subsidy(70_000), a_subsidy(100_000)], 20_000, True),
    "真实的在演示的前面": (120_000, [a_subsidy(100_000, demo=True), a_subsidy(70_000)], 50_000, True),
    "只有演示": (120_000, [a_subsidy(70_000, demo=True)], 50_000, False),
    "确定的在要核对的前面": (120_000, [a_subsidy(100_000, CHECK), a_subsidy(70_000)], 50_000, True),
    "待核实的说明待核实": (120_000, [a_subsidy(70_000, verified=False)], 50_000, False),
    "不合条件的不算": (120_000, [a_subsidy(70_000, NO)], None, False),
    "评价补贴不抵学费": (120_000, [a_subsidy(20_000, against=False)], None, False),
}


@pytest.mark.parametrize(("fee", "benefits", "after", "sure"), COSTS.values(), ids=COSTS)
def test_what_a_class_costs_after_the_subsidy(fee, benefits, after, sure):
    cost = cost_of(fee, benefits)
    assert (cost.after_fen, cost.is_sure) == (after, sure)


OLD = Record(on=date(2016, 6, 30), kind="level4", occupation="4-10-01-06", paper="qualification")
QUESTION = "四级（中级工）及以上证书"
WORK = "劳动合同或营业执照"


# what is on file · level wanted · met · open · left
EFFECTS = {
    "五级不改变什么": ({"has_contract": True}, 5, None),
    "四级：原文没写算不算，合同已有": ({"has_contract": True}, 4, ((), (QUESTION,), ())),
    "四级：还差合同": ({"has_contract": False, "has_licence": False}, 4, ((), (QUESTION,), (WORK,))),
    "四级：不知道有没有合同": ({}, 4, ((), (QUESTION,), (WORK,))),
    "已经有老的资格证书，四级不再添什么": ({"certificates": (OLD,), "has_contract": True}, 3, None),
}


@pytest.mark.parametrize(("facts", "level", "expected"), EFFECTS.values(), ids=EFFECTS)
def test_what_a_certificate_changes_of_the_route_of_xiamen(facts, level, expected):
    pack = base_pack("xiamen-2018")
    effect = effect_of(pack, pack.route("skill"), Applicant(facts), Goal("4-10-01-06", level), on=DAY)
    assert (effect and (effect.met, effect.open, effect.left)) == expected
    assert effect is None or (effect.is_sure is False and effect.verified is False)


def test_before_the_route_begins_nothing_is_said():
    pack = base_pack("xiamen-2018")
    effect = effect_of(
        pack, pack.route("skill"), Applicant({"has_contract": True}), Goal("4-10-01-06", 4), on=date(2018, 9, 30)
    )
    assert effect is not None
    assert effect.is_gap
    assert not effect.is_sure


def test_reference_packs_answer_for_nobody():
    assert {pack.code for pack in base_packs() if pack.may_answer_for("350200")} == {"xiamen-2018"}
