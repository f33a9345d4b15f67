"""Pictures carry nothing that a page of ours may not have, and tell series apart without colour."""

import re
from xml.etree import ElementTree

import pytest

from portal.dashboards import charts
from portal.dashboards.charts import Series

TWO = [Series("报名", [30, 7], ["30", "7"]), Series("到账", [10, None], ["10", ""])]


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_a_picture_has_no_script_and_no_style(draw):
    picture = draw("example", "示例图", ["思明区", "湖里区"], TWO)
    assert not re.search(r"<style|<script|style=|onload|javascript|<!--|<desc|class=\"tooltip", picture)
    root = ElementTree.fromstring(picture)
    assert (root.get("role"), root.get("aria-label")) == ("img", "示例图")


def test_each_series_but_the_first_is_filled_with_lines_of_its_own():
    picture = charts.bars("example", "示例图", ["思明区", "湖里区"], TWO)
    assert picture.count('fill="url(#example-1)"') == 1
    assert 'id="example-1"' in picture


def test_every_bar_has_its_figure_and_what_is_not_told_has_no_bar():
    picture = charts.bars("example", "示例图", ["思明区", "湖里区"], TWO)
    assert sorted(re.findall(r'class="value">([^<]*)<', picture)) == ["10", "30", "7"]


def test_where_there_is_nothing_to_draw_there_is_no_picture():
    for draw in (charts.bars, charts.stacked, charts.columns):
        assert draw("example", "示例图", ["思明区"], [Series("报名", [0], ["0"])]) == ""
        assert draw("example", "示例图", [], [Series("报名", [], [])]) == ""


def test_words_from_outside_are_escaped():
    picture = charts.bars("example", "示例图", ["<b>&"], [Series("报名", [1], ["1"])])
    assert "<b>" not in picture
    assert "&lt;b&gt;&amp;" in picture
