"""What is wrong with a pack beyond its shape, and whether its own worked examples come out as they say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from foundation.policy.values import plain
from residency.routes.rules.estimating import estimate
from residency.routes.rules.operators import Accrual, Deduction, Ladder, PerUnit, Tier
from residency.routes.rules.packs import OUTCOMES, Example, Item, Pack, Route, RouteKind
from residency.routes.rules.shapes import Problem


def pack_problems(pack: Pack) -> list[Problem]:
    """Everything to put right before the pack is published; an empty list when nothing is."""
    return [*(problem for route in pack.routes for problem in route_problems(route)), *example_problems(pack)]


def route_problems(route: Route) -> Iterator[Problem]:
    for item in route.items:
        path = f"{route.code}.items.{item.code}"
        if isinstance(item.points, Deduction):
            yield Problem(path, _("扣分要写在“扣分”里，不能写在指标里。"))
        elif reachable(item) == 0:
            yield Problem(path, _("这个指标怎么算都是 0 分。"))
        group = next((one for one in route.groups if one.code == item.group), None)
        cap = getattr(item.points, "cap", None)
        if group is not None and group.cap is not None and cap is not None and cap > group.cap:
            yield Problem(path, _("最高分比所属分组的最高分还高，永远得不到。"))
    for item in route.deductions:
        if not isinstance(item.points, Deduction):
            yield Problem(f"{route.code}.deductions.{item.code}", _("扣分项只能用“按记录扣分”。"))
    used = {item.group for item in route.items} | {group.within for group in route.groups}
    for group in route.groups:
        if group.code not in used:
            yield Problem(f"{route.code}.groups.{group.code}", _("这个分组里没有指标。"))


def reachable(item: Item) -> int:
    """Nought where no applicant could ever have a point from it."""
    points = item.points
    if isinstance(points, Tier):
        return int(any(step.points for step in points.steps))
    if isinstance(points, Accrual):
        return int(bool(points.rate or points.rates) and points.cap != 0)
    if isinstance(points, PerUnit):
        return int(bool(points.rate) and points.cap != 0 and points.year_cap != 0)
    if isinstance(points, Ladder):
        return int(any(band.points or band.each for band in points.bands) and points.cap != 0)
    return 1


def example_problems(pack: Pack) -> Iterator[Problem]:
    """Run each worked example; a pack without any for a route cannot be checked by whoever publishes it."""
    shown = {example.route for example in pack.examples}
    for route in pack.routes:
        if route.code not in shown and route.kind != RouteKind.QUOTA:
            yield Problem(route.code, _("这条通道没有算例，请至少写一个手工算好的例子。"))
    for number, example in enumerate(pack.examples):
        for sentence in example_differences(pack, example):
            yield Problem(f"examples[{number}]", f"{example.name}：{sentence}")


def example_differences(pack: Pack, example: Example) -> Iterator[str]:
    """Where the engine's answer differs from the one the example gives."""
    made = estimate(pack, example.route, example.facts, on=example.on, with_changes=False)
    if made.outcome != example.outcome:
        yield _("应得“%(wanted)s”，算出来是“%(got)s”。") % {
            "wanted": OUTCOMES[example.outcome],
            "got": OUTCOMES[made.outcome],
        }
    if example.total is not None and made.total != example.total:
        got = _("算不出来") if made.total is None else plain(made.total)
        yield _("应得 %(wanted)s 分，算出来是 %(got)s 分。") % {"wanted": plain(example.total), "got": got}
    lines = {line.code: line.points for line in (*made.items, *made.deductions)}
    for code, wanted in example.points:
        points = lines.get(code)
        if points != wanted:
            got = _("算不出来") if points is None else plain(points)
            yield _("“%(item)s”应得 %(wanted)s 分，算出来是 %(got)s 分。") % {
                "item": code,
                "wanted": plain(wanted),
                "got": got,
            }
