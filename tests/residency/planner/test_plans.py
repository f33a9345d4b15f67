"""Worked plans: an officer reads the table and says whether she would advise so."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certifications.applications.models import ConditionEdition
from foundation.database import period
from foundation.policy.models import Parameter
from residency.planner.benefits import benefits_of
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.selectors import Plan, plan_for
from residency.planner.states import BenefitKind, BenefitState, Place
from residency.routes.models import RoutePack
from subsidies.schemes.models import Scheme
from tests.certifications.applications.builders import ELDERLY_CARE, HOME_SERVICE, INFANT_CARE, NURSERY
from tests.courses.builders import an_enrolment
from tests.foundation.policy_builders import a_published_version
from tests.residency.planner.builders import (
    HULI,
    SIMING,
    Fill,
    a_class,
    a_person,
    cert,
    job,
    planned,
    rules_loaded,
    step_of,
)
from tests.subsidies.builders import a_figure, a_law, a_scheme
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db
GUIDE = "4-10-01-01"  # 婴幼儿发展引导员: no level five
ORPHANS = "4-10-01-04"  # 孤残儿童护理员


@pytest.fixture(autouse=True)
def rules():
    rules_loaded()


def told(plan: Plan) -> list[tuple[str, int, str, str, str]]:
    return [
        (
            step.goal.occupation_code,
            step.goal.level,
            step.kind.value,
            step.chance.readiness.value,
            str(step.chance.earliest_on or ""),
        )
        for step in plan.steps
    ]


# What the file holds on 2026-11-23, and the steps, the best first:
# occupation · level · why · how near · first day on which time alone would do.
# 家政服务员 goes by the general conditions of 2023 (四级: 五级 and 3 years, or 5 years; 三级: 四级 and 4, or 10),
# 育婴员 by those of 2019 (五级: 1 year; 四级: 五级 and 4 years, or 6; 三级: 四级 and 5), 养老护理员 with waits of 2.
PLANS: dict[str, tuple[tuple[Fill, ...], list[tuple[str, int, str, str, str]]]] = {
    "没有证书，没做过：开班的职业入门，本区有班的在前": (
        (),
        [
            (HOME_SERVICE, 5, "way_in", "ready", ""),
            (ELDERLY_CARE, 5, "way_in", "from_now", "2027-11-23"),
        ],
    ),
    "没有证书，做过半年月嫂：同样入门，育婴员再做半年": (
        (job("2026-05-23"),),
        [
            (HOME_SERVICE, 5, "way_in", "ready", ""),
            (ELDERLY_CARE, 5, "way_in", "later", "2027-05-23"),
            (INFANT_CARE, 5, "neighbour", "later", "2027-05-23"),
        ],
    ),
    "没有证书，做了 11 年月嫂（有凭据）：直接报四级、三级": (
        (job("2015-11-01"),),
        [
            (HOME_SERVICE, 3, "higher", "ready", ""),
            (HOME_SERVICE, 4, "higher", "ready", ""),
            (HOME_SERVICE, 5, "way_in", "ready", ""),
            (ELDERLY_CARE, 5, "way_in", "check", ""),
            (INFANT_CARE, 4, "neighbour", "check", ""),
        ],
    ),
    "家政五级刚满一年：四级还要两年；育婴员五级要核对月嫂算不算": (
        (cert(5, "2025-11-23"), job("2025-11-23")),
        [
            (INFANT_CARE, 5, "neighbour", "check", ""),
            (HOME_SERVICE, 4, "next", "later", "2028-11-23"),
        ],
    ),
    "家政五级，岗位写明家政服务员：育婴员五级现在就能报": (
        (cert(5, "2025-11-23"), job("2025-11-23", post="家政服务员")),
        [
            (INFANT_CARE, 5, "neighbour", "ready", ""),
            (HOME_SERVICE, 4, "next", "later", "2028-11-23"),
        ],
    ),
    "家政五级，差一天满三年": (
        (cert(5, "2023-11-24"), job("2023-11-24", post="家政服务员")),
        [
            (INFANT_CARE, 5, "neighbour", "ready", ""),
            (HOME_SERVICE, 4, "next", "later", "2026-11-24"),
        ],
    ),
    "家政五级，满三年：四级现在就能报": (
        (cert(5, "2023-11-23"), job("2023-11-23", post="家政服务员")),
        [
            (HOME_SERVICE, 4, "next", "ready", ""),
            (INFANT_CARE, 5, "neighbour", "ready", ""),
        ],
    ),
    "家政五级，做了四年：育婴员四级也能报（相关职业）": (
        (cert(5, "2022-11-01"), job("2022-11-01", post="家政服务员")),
        [
            (HOME_SERVICE, 4, "next", "ready", ""),
            (INFANT_CARE, 4, "neighbour", "ready", ""),
        ],
    ),
    "家政五级，没有工作：从今天做起三年": (
        (cert(5, "2023-11-23"),),
        [
            (HOME_SERVICE, 4, "next", "from_now", "2029-11-23"),
            (INFANT_CARE, 5, "neighbour", "from_now", "2027-11-23"),
        ],
    ),
    "家政五级，工作年限只是本人说的：要核对": (
        (cert(5, "2023-11-23"), job("2023-11-23", post="家政服务员", sure=False)),
        [
            (HOME_SERVICE, 4, "next", "check", ""),
            (INFANT_CARE, 5, "neighbour", "check", ""),
        ],
    ),
    "五级只是本人填报的：五级留着等核实，四级要核对": (
        (cert(5, "2020-11-01", sure=False), job("2022-11-01", post="家政服务员", sure=False)),
        [
            (HOME_SERVICE, 5, "next", "ready", ""),
            (HOME_SERVICE, 4, "higher", "check", ""),
            (INFANT_CARE, 4, "neighbour", "check", ""),
        ],
    ),
    "五级核实过，四级是填报的：四级等核实，三级也列出": (
        (cert(5, "2018-11-01"), cert(4, "2022-11-01", sure=False), job("2022-11-01", post="家政服务员")),
        [
            (HOME_SERVICE, 4, "next", "ready", ""),
            (INFANT_CARE, 4, "neighbour", "ready", ""),
            (HOME_SERVICE, 3, "higher", "check", ""),
        ],
    ),
    "育婴员三级到顶：没有二级，只有相近的职业": (
        (cert(3, "2022-11-01", INFANT_CARE),),
        [
            (HOME_SERVICE, 5, "neighbour", "ready", ""),
            (ORPHANS, 5, "neighbour", "ready", ""),
            (NURSERY, 5, "neighbour", "from_now", "2027-11-23"),
            (GUIDE, 4, "neighbour", "from_now", "2029-11-23"),
        ],
    ),
    "家政二级到顶": (
        (cert(2, "2022-11-01"),),
        [(INFANT_CARE, 5, "neighbour", "from_now", "2027-11-23")],
    ),
    "养老护理员五级，做满两年：四级（本职业两年）": (
        (cert(5, "2024-11-23", ELDERLY_CARE), job("2024-11-23", post="养老护理员")),
        [(ELDERLY_CARE, 4, "next", "ready", "")],
    ),
    "养老护理员五级，去年才考到": (
        (cert(5, "2025-11-23", ELDERLY_CARE), job("2025-11-23", post="养老护理员")),
        [(ELDERLY_CARE, 4, "next", "later", "2027-11-23")],
    ),
    "证书的职业不在目录里：先按入门排": (
        (cert(4, "2022-11-01", "", name="美容师"),),
        [
            (HOME_SERVICE, 5, "way_in", "ready", ""),
            (ELDERLY_CARE, 5, "way_in", "from_now", "2027-11-23"),
        ],
    ),
    "两个职业都有五级；家政的工作算不算养老的年限，要核对": (
        (cert(5, "2023-11-23"), cert(5, "2024-11-23", ELDERLY_CARE), job("2023-11-23", post="家政服务员")),
        [
            (HOME_SERVICE, 4, "next", "ready", ""),
            (INFANT_CARE, 5, "neighbour", "ready", ""),
            (ELDERLY_CARE, 4, "next", "check", ""),
        ],
    ),
}


@pytest.mark.parametrize(("fills", "steps"), PLANS.values(), ids=PLANS)
def test_the_plan_follows_from_the_file(fills, steps):
    a_class(HOME_SERVICE, 5, HULI)
    a_class(ELDERLY_CARE, 5, SIMING)
    assert told(planned(*fills)) == steps


def test_where_she_is_names_what_is_guaranteed_and_what_she_says():
    plan = planned(cert(5, "2018-11-01"), cert(4, "2022-11-01", sure=False), cert(3, "2022-11-01", INFANT_CARE))
    held = {one.name: (one.guaranteed_level, one.declared_level, one.top) for one in plan.held}
    assert held == {"家政服务员": (5, 4, None), "育婴员": (3, None, 3)}
    assert step_of(plan, HOME_SERVICE, 4).declared is not None
    assert plan.is_way_in is False


def test_a_declared_certificate_below_the_guaranteed_one_is_not_shown():
    plan = planned(cert(5, "2018-11-01", sure=False), cert(4, "2022-11-01"))
    assert [(one.guaranteed_level, one.declared_level) for one in plan.held] == [(4, None)]


def test_years_in_the_trade_tell_what_of_them_is_proven():
    plan = planned(job("2024-11-23", post="家政服务员"), job("2022-11-23", "2024-11-22", post="家政", sure=False))
    assert (plan.worked.months, plan.worked.guaranteed) == (48, 24)


def test_classes_come_from_her_district_first_then_online_then_elsewhere_and_full_ones_last():
    a_class(HOME_SERVICE, 4, SIMING)
    a_class(HOME_SERVICE, 4, "")
    a_class(HOME_SERVICE, 4, HULI, seats=20, seats_taken=20)
    a_class(HOME_SERVICE, 4, HULI)
    a_class(HOME_SERVICE, 5, HULI)
    a_class(HOME_SERVICE, 4, HULI, enrols_until=date(2026, 11, 22))
    choices = step_of(planned(cert(5, "2018-11-01")), HOME_SERVICE, 4).classes
    assert [(one.place, one.is_full) for one in choices] == [
        (Place.NEAR, False),
        (Place.ONLINE, False),
        (Place.ELSEWHERE, False),
        (Place.NEAR, True),
    ]


def test_a_full_class_is_no_class_near_her_when_ways_in_are_put_in_order():
    a_class(HOME_SERVICE, 5, HULI, seats=20, seats_taken=20)
    a_class(ELDERLY_CARE, 5, SIMING)
    assert [step.goal.occupation_code for step in planned().steps] == [ELDERLY_CARE, HOME_SERVICE]
    assert [step.goal.occupation_code for step in planned(district="").steps] == [ELDERLY_CARE, HOME_SERVICE]


def test_the_class_she_joined_stands_first_and_says_so():
    a_class(HOME_SERVICE, 4, HULI)
    joined = a_class(HOME_SERVICE, 4, SIMING)
    worker = a_person(cert(5, "2018-11-01"))
    an_enrolment(joined, worker)
    choices = step_of(plan_for(worker, on=TODAY), HOME_SERVICE, 4).classes
    assert [(one.run.pk == joined.pk, one.is_joined) for one in choices] == [(True, True), (False, False)]


def test_hours_come_from_the_packages_in_force_and_are_not_made_up():
    near = planned(cert(5, "2018-11-01", INFANT_CARE), job("2018-11-01", post="育婴员"))
    step = step_of(near, INFANT_CARE, 4)
    assert [(one.title, one.theory + one.practice == one.total) for one in step.hours] == [("育婴员", True)]
    assert step.hours[0].total > Decimal(0)
    none = step_of(planned(cert(3, "2018-11-01", NURSERY)), NURSERY, 2)
    assert (none.hours, none.reference_hours) == ((), None)


def benefit_of(plan: Plan, code: str, level: int, title: str) -> Benefit:
    return next(one for one in step_of(plan, code, level).benefits if one.title == title)


def titles(plan: Plan, code: str, level: int, kind: BenefitKind) -> list[str]:
    return [one.title for one in step_of(plan, code, level).benefits if one.kind == kind]


def test_a_scheme_in_force_is_worked_out_as_if_she_held_the_certificate_today():
    a_scheme()
    a_figure("example.training.amount.level4", 100_000)
    a_class(HOME_SERVICE, 4, HULI)
    plan = planned(cert(5, "2018-11-01"))
    found = benefit_of(plan, HOME_SERVICE, 4, "示例补贴 example.training")
    assert (found.state, found.amount_fen, found.verified) == (BenefitState.OPEN, 100_000, True)
    assert found.source.startswith("示例〔2024〕1号")
    cost = step_of(plan, HOME_SERVICE, 4).cost
    assert cost is not None
    assert (cost.fee_fen, cost.after_fen, cost.is_sure) == (120_000, 20_000, True)


def test_after_the_last_day_of_a_rule_no_amount_is_told():
    scheme = a_scheme()
    Scheme.objects.filter(pk=scheme.pk).update(effective=period(date(2024, 1, 1), date(2026, 11, 22)))
    a_figure("example.training.amount.level4", 100_000)
    a_class(HOME_SERVICE, 4, HULI)
    plan = planned(cert(5, "2018-11-01"))
    found = benefit_of(plan, HOME_SERVICE, 4, scheme.name)
    assert (found.state, found.amount_fen) == (BenefitState.GAP, None)
    assert "2026年11月22日" in found.text
    cost = step_of(plan, HOME_SERVICE, 4).cost
    assert cost is not None
    assert cost.after_fen is None


def test_the_real_subsidies_and_awards_of_xiamen_have_ended_and_tell_no_amount():
    """厦门 figures end on 2025-12-31 and before: 政策待确认, never the old amount."""
    plan = planned(cert(5, "2018-11-01"))
    money = [one for step in plan.steps for one in step.benefits if one.kind in {"subsidy", "award"}]
    assert money
    assert {(one.state, one.amount_fen) for one in money} == {(BenefitState.GAP, None)}


def test_a_condition_that_nobody_knows_of_is_to_be_checked_and_named():
    a_scheme()
    a_figure("example.training.amount.level4", 100_000)
    a_figure("example.training.requires.registered", 1, unit="switch")
    found = benefit_of(planned(cert(5, "2018-11-01")), HOME_SERVICE, 4, "示例补贴 example.training")
    assert found.state == BenefitState.CHECK
    assert [note.split("：")[0] for note in found.notes] == ["就业或失业登记"]


def test_what_is_not_verified_says_so():
    a_scheme()
    figure = Parameter.objects.create(
        code="example.training.amount.level4", city_code="350200", unit="fen", meaning="示例"
    )
    a_published_version(figure, 100_000, date(2024, 1, 1), document=a_law(), provenance="M-M")
    found = benefit_of(planned(cert(5, "2018-11-01")), HOME_SERVICE, 4, "示例补贴 example.training")
    assert (found.amount_fen, found.verified) == (100_000, False)


def test_the_demonstration_is_marked_and_its_award_comes_in_parts():
    rules_loaded(with_demonstration=True)
    plan = planned(cert(5, "2018-11-01"))
    shown = [one for one in step_of(plan, HOME_SERVICE, 4).benefits if one.amount_fen]
    assert shown
    assert all(one.is_demonstration and not one.verified for one in shown)
    award = next(one for one in shown if one.kind == BenefitKind.AWARD)
    assert award.amount_fen == 2_000_000
    assert award.parts
    assert [note for note in award.notes if note.startswith("第 1 期")] == ["第 1 期 10,000 元，服务满 12 个月发"]


def test_the_residency_route_is_told_as_what_it_would_change_and_never_as_a_promise():
    plan = planned(cert(5, "2018-11-01"), job("2018-11-01", post="家政服务员"))
    found = benefit_of(plan, HOME_SERVICE, 4, "技能人才落户（中级工及以上）")
    assert (found.kind, found.state, found.verified) == (BenefitKind.RESIDENCY, BenefitState.CHECK, False)
    assert found.notes[-1] == "自测，非官方。能不能落户由公安机关决定，平台不作保证。"


def test_level_five_changes_nothing_for_residency():
    a_class(HOME_SERVICE, 5, HULI)
    assert titles(planned(), HOME_SERVICE, 5, BenefitKind.RESIDENCY) == []


def test_no_other_citys_route_is_shown():
    plan = planned(cert(5, "2018-11-01"), job("2018-11-01", post="家政服务员"))
    assert RoutePack.objects.exclude(city_code="350200").exists()
    named = {one.title for step in plan.steps for one in step.benefits if one.kind == BenefitKind.RESIDENCY}
    assert named == {"技能人才落户（中级工及以上）"}


def test_a_route_that_has_ended_is_to_be_confirmed():
    pack = RoutePack.objects.get(code="xiamen-2018")
    RoutePack.objects.filter(pk=pack.pk).update(effective=period(date(2018, 10, 1), date(2026, 11, 22)))
    found = benefit_of(planned(cert(5, "2018-11-01")), HOME_SERVICE, 4, "技能人才落户（中级工及以上）")
    assert (found.state, found.amount_fen) == (BenefitState.GAP, None)


@pytest.mark.parametrize(("level", "is_high"), [(4, False), (3, True)])
def test_highly_skilled_begins_at_the_level_of_the_figure(level, is_high):
    goal = Goal(HOME_SERVICE, level)
    found = benefits_of(a_person(), [goal], on=TODAY)[goal]
    assert [one.doc_no for one in found if one.kind == BenefitKind.TALENT] == ["中办发〔2022〕58号"] * is_high


def test_conditions_that_ended_without_a_successor_are_unknown():
    ConditionEdition.objects.filter(occupation__code=INFANT_CARE).update(
        effective=period(date(2019, 1, 1), date(2026, 11, 22))
    )
    plan = planned(cert(5, "2018-11-01", INFANT_CARE), job("2018-11-01", post="育婴员"))
    assert step_of(plan, INFANT_CARE, 4).chance.readiness == "unknown"


def test_the_number_of_queries_does_not_grow():
    a_class(HOME_SERVICE, 5, HULI)
    a_class(HOME_SERVICE, 4, HULI)
    little = a_person(cert(5, "2023-11-23"))
    much = a_person(
        cert(5, "2023-11-23"),
        cert(4, "2022-11-23", ELDERLY_CARE),
        cert(5, "2020-11-23", NURSERY),
        job("2016-11-23", post="家政服务员"),
        job("2010-01-01", "2016-11-22", post="养老护理员"),
    )
    for _more in range(5):
        a_class(ELDERLY_CARE, 3, SIMING)
    counted = []
    for worker in (little, much):
        with CaptureQueriesContext(connection) as queries:
            plan = plan_for(type(worker).objects.select_related("user").get(pk=worker.pk), on=TODAY)
        counted.append((len(queries), len(plan.steps)))
    assert counted[0][1] < counted[1][1]
    assert counted[0][0] == counted[1][0]
