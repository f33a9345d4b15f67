"""Reading a pack: every problem at once, each with its path and a sentence; nothing is guessed."""

import copy
from decimal import Decimal

import pytest

from residency.routes.rules import PackError, pack_from_toml, pack_problems, pack_read
from residency.routes.rules.shapes import Number, Reading
from tests.residency.routes.rules.builders import simple, simple_pack


def refused(data):
    with pytest.raises(PackError) as refusal:
        pack_read(data)
    return {problem.path: problem.sentence for problem in refusal.value.problems}


def broken(*path, value):
    data = copy.deepcopy(simple_pack())
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


def test_every_problem_is_told_at_once_with_its_path():
    data = simple_pack(since="2019年", surprise=1, is_reference="no", document={})
    data["routes"][0]["items"][0]["points"]["of"] = "shoe_size"
    data["routes"][0]["items"][0]["points"]["steps"][1]["points"] = "many"
    data["examples"][0]["facts"]["shoe_size"] = 38
    del data["title"]
    assert refused(data) == {
        "surprise": "没有这一项，请检查写法。",
        "title": "必须填写。",
        "since": "日期要写成 2018-10-01 这样。",
        "document.title": "必须填写。",
        "is_reference": "这里只能填“是”（true）或“否”（false）。",
        "routes[0].items[0].points.of": "事实目录里没有“shoe_size”。",
        "routes[0].items[0].points.steps[1].points": "这里要填数字。",
        "examples[0].facts.shoe_size": "事实目录里没有“shoe_size”。",
    }


ITEM = ("routes", 0, "items", 0)


@pytest.mark.parametrize(
    ("data", "path", "word"),
    [
        (broken("until", value="2018-12-31"), "until", "早于"),
        (broken("routes", value=[]), "routes", "至少"),
        (broken("routes", 0, "kind", value="lottery"), "routes[0].kind", "只能是"),
        (broken("routes", 0, "kind", value="condition"), "routes[0]", "条件落户"),
        (broken("routes", 0, "passing", value={}), "routes[0].passing", "至少填一样"),
        (broken("provenance", value="certain"), "provenance", "只能是"),
        (broken(*ITEM, "points", value={"kind": "magic"}), "routes[0].items[0].points.kind", "种类只能是"),
        (broken(*ITEM, "points", "of", value="pension"), "routes[0].items[0].points.of", "不能用在这里"),
        (broken(*ITEM, "group", value="nowhere"), "routes[0].items.skill", "没有“nowhere”这个分组"),
        (broken("examples", 0, "route", value="other"), "examples[0].route", "没有“other”这条通道"),
        (broken(*ITEM, "points", "steps", 0, "points", value=0.1), "routes[0].items[0].points.steps[0].points", "数字"),
        (
            broken(*ITEM, "points", "steps", 0, "points", value=True),
            "routes[0].items[0].points.steps[0].points",
            "数字",
        ),
        (
            broken(*ITEM, "points", value={"kind": "tier", "of": "education", "steps": [{"value": "x", "points": 1}]}),
            "routes[0].items[0].points.steps",
            "学历选项",
        ),
        (
            broken(
                *ITEM,
                "points",
                value={
                    "kind": "ladder",
                    "measure": {"kind": "age"},
                    "bands": [{"at_most": 45, "points": 1}, {"at_least": 45, "points": 2}],
                },
            ),
            "routes[0].items[0].points.bands",
            "重叠",
        ),
        (
            broken(*ITEM, "when", value={"kind": "measure", "measure": {"kind": "age"}, "at_least": 45, "at_most": 20}),
            "routes[0].items[0].when.at_most",
            "谁也达不到",
        ),
        (
            broken(*ITEM, "when", value={"kind": "same_employer", "of": ["contracts"]}),
            "routes[0].items[0].when.of",
            "至少选两项",
        ),
        (
            broken(
                *ITEM,
                "points",
                value={"kind": "accrual", "rate": 1, "measure": {"kind": "time", "of": ["pension", "jobs"]}},
            ),
            "routes[0].items[0].points.measure.of",
            "至少选一项",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(data, path, word):
    problems = refused(data)
    assert path in problems
    assert word in problems[path]


def test_groups_that_hold_each_other_are_refused():
    groups = [
        {"code": "a", "name": "甲", "within": "b"},
        {"code": "b", "name": "乙", "within": "a"},
    ]
    assert "互相套住" in refused(broken("routes", 0, "groups", value=groups))["routes[0].groups.a"]


def test_a_file_that_is_no_toml_is_refused_in_words():
    with pytest.raises(PackError, match="TOML"):
        pack_from_toml("code = ")


@pytest.mark.parametrize(("given", "read"), [(1, 1), ("0.1", Decimal("0.1")), (Decimal("0.10"), Decimal("0.1"))])
def test_a_number_is_read_exactly(given, read):
    at = Reading()
    assert Number().read(given, at) == read
    assert at.problems == []


def problems_of(data):
    return {problem.path: problem.sentence for problem in pack_problems(pack_read(data))}


def test_a_good_pack_has_no_problems():
    assert pack_problems(simple()) == []


@pytest.mark.parametrize(
    ("data", "path", "word"),
    [
        (broken("examples", value=[]), "points", "没有算例"),
        (broken("examples", 0, "total", value=15), "examples[0]", "应得 15 分，算出来是 30 分"),
        (broken("examples", 0, "outcome", value="not_met"), "examples[0]", "应得“现在还不符合”"),
        (broken("examples", 0, "points", value={"skill": 15}), "examples[0]", "“skill”应得 15 分，算出来是 30 分"),
        (broken("examples", 0, "points", value={"ghost": 15}), "examples[0]", "算不出来"),
        (broken("routes", 0, "groups", value=[{"code": "g", "name": "空"}]), "points.groups.g", "没有指标"),
        (
            broken(*ITEM, "points", value={"kind": "per_unit", "of": "blood", "rate": 2, "cap": 0}),
            "points.items.skill",
            "怎么算都是 0 分",
        ),
        (broken(*ITEM, "points", value={"kind": "deduction", "each": 5}), "points.items.skill", "扣分要写在"),
    ],
)
def test_a_pack_that_cannot_be_published_says_why(data, path, word):
    problems = problems_of(data)
    assert path in problems
    assert word in problems[path]


def test_an_item_that_can_never_reach_its_cap_is_told():
    data = simple_pack()
    item = data["routes"][0]["items"][0]
    item["group"] = "good"
    item["points"] = {"kind": "per_unit", "of": "blood", "rate": 2, "cap": 10}
    data["routes"][0]["groups"] = [{"code": "good", "name": "公益", "cap": 6}]
    assert "永远得不到" in problems_of(data)["points.items.skill"]
