"""What is in force where, on which day."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from foundation.policy import selectors
from foundation.policy.errors import PolicyGapError
from foundation.policy.states import Unit
from foundation.policy.values import ParameterSet
from tests.foundation.policy_builders import a_document, a_parameter, a_published_version

pytestmark = pytest.mark.django_db
XIAMEN, FUJIAN, QUANZHOU = "350200", "350000", "350500"
LEVEL5 = "subsidy.training.amount.level5"


@pytest.fixture
def two_years():
    parameter = a_parameter()
    document = a_document(doc_no="测人社〔2025〕1号", title="测试补贴办法")
    a_published_version(parameter, 70000, date(2025, 1, 1), date(2025, 12, 31), document=document)
    a_published_version(parameter, 80000, date(2026, 1, 1), date(2026, 6, 30), document=document, provenance="F-C")
    return parameter


@pytest.mark.parametrize(
    ("day", "fen"), [("2025-01-01", 70000), ("2025-12-31", 70000), ("2026-01-01", 80000), ("2026-06-30", 80000)]
)
def test_the_figure_is_that_of_the_day(two_years, day, fen):
    figure = selectors.parameter_on(LEVEL5, city=XIAMEN, on=date.fromisoformat(day))
    assert figure.amount_fen == fen


@pytest.mark.parametrize("day", ["2024-12-31", "2026-07-01"])
def test_before_the_first_and_after_the_last_day_nothing_answers(two_years, day):
    with pytest.raises(PolicyGapError) as gap:
        selectors.parameter_on(LEVEL5, city=XIAMEN, on=date.fromisoformat(day))
    assert gap.value.code == "policy_gap"
    assert "政策待确认" in gap.value.message
    assert LEVEL5 in gap.value.message
    assert day in gap.value.message


def test_a_figure_carries_its_source_and_its_days(two_years):
    figure = selectors.parameter_on(LEVEL5, city=XIAMEN, on=date(2025, 5, 1))
    assert (figure.doc_no, figure.document_title, figure.article) == ("测人社〔2025〕1号", "测试补贴办法", "第五条")
    assert (figure.effective.first, figure.effective.last) == (date(2025, 1, 1), date(2025, 12, 31))
    assert figure.text == "700 元"
    assert figure.verified is True
    assert selectors.parameter_on(LEVEL5, city=XIAMEN, on=date(2026, 5, 1)).verified is False


def test_a_city_without_the_parameter_takes_the_provinces(two_years):
    assert figure_of(QUANZHOU, date(2025, 5, 1)) is None
    a_published_version(a_parameter(city=FUJIAN), 60000, date(2020, 1, 1))
    assert figure_of(QUANZHOU, date(2025, 5, 1)) == 60000


def test_an_ended_figure_of_the_city_is_not_replaced_by_the_provinces(two_years):
    a_published_version(a_parameter(city=FUJIAN), 60000, date(2020, 1, 1))
    assert figure_of(XIAMEN, date(2025, 5, 1)) == 70000
    assert figure_of(XIAMEN, date(2026, 7, 1)) is None


def test_another_citys_figure_never_answers(two_years):
    a_published_version(a_parameter("only.quanzhou", city=QUANZHOU), 1, date(2020, 1, 1))
    assert isinstance(
        selectors.figures_for(["only.quanzhou"], city=XIAMEN, on=date(2025, 5, 1))["only.quanzhou"], PolicyGapError
    )


def test_several_days_are_one_query_and_say_what_each_day_says(two_years, django_assert_num_queries):
    a_published_version(a_parameter(city=FUJIAN), 60000, date(2020, 1, 1))
    codes = [LEVEL5, "nobody.knows"]
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1)]
    for city in (XIAMEN, QUANZHOU):
        with django_assert_num_queries(1):
            found = selectors.figures_over(codes, city=city, days=days)
        for day in days:
            alone = selectors.figures_for(codes, city=city, on=day)
            assert [str(found[day][code]) for code in codes] == [str(alone[code]) for code in codes]
            assert isinstance(found[day][LEVEL5], PolicyGapError) is isinstance(alone[LEVEL5], PolicyGapError)


def figure_of(city, on):
    answer = selectors.figures_for([LEVEL5], city=city, on=on)[LEVEL5]
    return None if isinstance(answer, PolicyGapError) else answer.amount_fen


def test_many_figures_are_one_query(two_years, django_assert_num_queries):
    a_published_version(a_parameter("subsidy.training.count", unit=Unit.TIMES), 3, date(2024, 1, 1))
    with django_assert_num_queries(1):
        figures = selectors.parameters_on(prefixes=["subsidy.training"], city=XIAMEN, on=date(2025, 5, 1))
    assert isinstance(figures, ParameterSet)
    assert sorted(figures) == [LEVEL5, "subsidy.training.count"]
    assert figures["subsidy.training.count"].value == Decimal(3)
    with pytest.raises(PolicyGapError):
        figures["subsidy.training.other"]
    with django_assert_num_queries(1):
        answers = selectors.figures_for([LEVEL5, "nothing.here"], city=XIAMEN, on=date(2026, 8, 1))
    assert {type(answer) for answer in answers.values()} == {PolicyGapError}


def test_in_force_lists_exactly_one_place(two_years):
    a_published_version(a_parameter(city=FUJIAN), 60000, date(2020, 1, 1))
    assert [version.value for version in selectors.in_force(date(2026, 1, 1), city=XIAMEN)] == [80000]
    assert [version.value for version in selectors.history_of(two_years)] == [80000, 70000]


def test_a_difference_names_each_changed_field(two_years):
    after, before = selectors.history_of(two_years)
    changes = {change.field: (change.before, change.after) for change in selectors.diff(before, after)}
    assert changes == {
        "value": ("700 元", "800 元"),
        "effective": ("2025-01-01 — 2025-12-31", "2026-01-01 — 2026-06-30"),
        "provenance": ("政府网站或规范性文件全文", "第三方网页转述"),
    }
    assert selectors.version_before(after) == before


@pytest.mark.parametrize(
    ("day", "seen", "unseen"),
    [
        ("2025-05-01", ["700 元", "已核实", "测人社〔2025〕1号", "第五条"], ["待核实", "政策待确认"]),
        ("2026-05-01", ["800 元", "待核实"], ["已核实", "700"]),
        ("2026-07-01", ["政策待确认"], ["700", "800", "元"]),
    ],
)
def test_the_tag_shows_todays_figure_or_says_that_there_is_none(two_years, time_machine, day, seen, unseen):
    time_machine.move_to(f"{day}T10:00:00+08:00")
    page = Template('{% load policy %}{% policy_figure "subsidy.training.amount.level5" %}').render(Context())
    assert [text for text in seen if text not in page] == []
    assert [text for text in unseen if text in page] == []
