"""An estimate as its page shows it: every line in words, each with what it needs, what was found and what helps."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.values import plain
from residency.routes.rules.changes import Change
from residency.routes.rules.conditions import Line
from residency.routes.rules.estimating import Estimate
from residency.routes.rules.facts import EDUCATION, FACTS, LEVELS, MANNERS, SECOND, Spell
from residency.routes.rules.packs import OUTCOMES, Outcome
from residency.routes.rules.words import said
from residency.routes.rules.working import ItemLine

TONES = {
    Outcome.MET: "success",
    Outcome.NOT_MET: "stopped",
    Outcome.UNKNOWN: "waiting",
    Outcome.RANKED: "info",
    Outcome.NOMINATION: "info",
    Outcome.GAP: "warning",
}
MARKS = {
    True: (gettext_lazy("符合"), "success"),
    False: (gettext_lazy("还不符合"), "stopped"),
    None: (gettext_lazy("还不知道"), "waiting"),
}
VETO_MARKS = {
    True: (gettext_lazy("有这种情况，不能申请"), "error"),
    False: (gettext_lazy("没有这种情况"), "success"),
    None: (gettext_lazy("还不知道"), "waiting"),
}
SPELLS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class LineShown:
    """A condition in words."""

    name: str
    mark: str
    tone: str
    needed: str
    found: str
    advice: str
    article: str
    verified: bool
    depth: int
    missing: tuple[str, ...]
    is_plain: bool = False  # its name says all that is asked


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An indicator in words: its points, what was counted, what was left out."""

    name: str
    points: str
    is_open: bool
    most: str
    counted: str
    left_out: tuple[str, ...]
    counts: bool
    article: str
    verified: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """What would change the answer: what, how many points, when, and what the answer is then."""

    title: str
    points: str
    outcome: str
    is_goal: bool
    on: date | None


@dataclass(frozen=True, slots=True)
class EstimateShown:
    estimate: Estimate
    tone: str
    gates: tuple[LineShown, ...]
    vetoes: tuple[LineShown, ...]
    items: tuple[ItemShown, ...]
    deductions: tuple[ItemShown, ...]
    total: str
    needed: str
    missing: tuple[str, ...]
    deeds: tuple[ChangeShown, ...]
    times: tuple[ChangeShown, ...]

    @property
    def has_points(self) -> bool:
        return bool(self.items)


def estimate_shown(made: Estimate) -> EstimateShown:
    """All of it in words."""
    return EstimateShown(
        made,
        TONES[Outcome(made.outcome)],
        tuple(line_shown(line) for line in made.gates),
        tuple(veto_shown(line) for line in made.vetoes),
        tuple(item_shown(item) for item in made.items),
        tuple(item_shown(item) for item in made.deductions),
        total_text(made),
        "" if made.needed is None else plain(made.needed),
        tuple(fact_label(name) for name in made.missing),
        tuple(change_shown(one, made) for one in made.changes if one.months is None),
        tuple(change_shown(one, made) for one in made.changes if one.months is not None),
    )


def line_shown(line: Line) -> LineShown:
    mark, tone = MARKS[line.passed]
    return LineShown(
        line.name or _names(line.missing) or said(line.needed),
        str(mark),
        tone,
        said(line.needed),
        said(line.found),
        line.advice,
        line.article,
        line.verified,
        min(line.depth, 3),
        tuple(fact_label(name) for name in line.missing),
        is_plain=line.needed.code == "needed.yes" and bool(line.name),
    )


def veto_shown(line: Line) -> LineShown:
    """A veto reads the other way round: where it applies, nobody can apply."""
    mark, tone = VETO_MARKS[line.passed]
    return replace(line_shown(line), mark=str(mark), tone=tone)


def item_shown(item: ItemLine) -> ItemShown:
    return ItemShown(
        item.name,
        _range(item.low, item.high),
        item.low != item.high,
        "" if item.cap is None else plain(item.cap),
        said(item.counted),
        tuple(said(one) for one in item.left_out),
        item.counts,
        item.article,
        item.verified,
        tuple(fact_label(name) for name in item.missing),
    )


def total_text(made: Estimate) -> str:
    return _range(made.low, made.high) if made.items else ""


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and low == high:
        return plain(low)
    if low is not None and high is not None:
        return _("%(low)s 至 %(high)s") % {"low": plain(low), "high": plain(high)}
    return _("至少 %(low)s") % {"low": plain(low)} if low is not None else _("还不知道")


def change_shown(change: Change, made: Estimate) -> ChangeShown:
    points = f"+{plain(change.points)}" if change.points > 0 else plain(change.points) if change.points else ""
    is_new = change.outcome != made.outcome
    label = str(OUTCOMES[change.outcome]) if is_new else ""
    is_goal = is_new and change.outcome in {Outcome.MET, Outcome.RANKED}
    return ChangeShown(said(change.title), points, label, is_goal, change.on if change.months is not None else None)


def fact_label(name: str) -> str:
    label = str(FACTS[name].label)
    return _("另一位申请人的%(fact)s") % {"fact": label} if name.startswith(SECOND) else label


def _names(names: Iterable[str]) -> str:
    return "、".join(fact_label(name) for name in names)


# --- what is known -------------------------------------------------------------------------------------------------


def fact_text(name: str, value: Any) -> str:
    """A fact as she would say it."""
    if isinstance(value, bool):
        return _("是") if value else _("不是")
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, tuple):
        return _many(value) if value else _("没有")
    if FACTS[name].kind == "education":
        return str(EDUCATION[value])
    if isinstance(value, Decimal | int):
        return plain(Decimal(value))
    return _("都不是") if value == "other" else str(value)


def _many(rows: tuple[Any, ...]) -> str:
    said_rows = [_spell(row) if isinstance(row, Spell) else _record(row) for row in rows[:SPELLS_SHOWN]]
    more = len(rows) - SPELLS_SHOWN
    if more > 0:
        said_rows.append(_("另外 %(count)d 段") % {"count": more})
    return "；".join(said_rows)


def _spell(row: Spell) -> str:
    last = f"{row.last:%Y-%m}" if row.last else _("现在")
    late = f"（{MANNERS[row.manner]}）" if row.manner != "on_time" else ""
    return _("%(first)s 到 %(last)s") % {"first": f"{row.first:%Y-%m}", "last": last} + late


def _record(row: Any) -> str:
    kind = str(LEVELS.get(row.kind, row.kind))
    amount = plain(row.amount) if row.amount != 1 else ""
    return " ".join(filter(None, [kind, amount, f"{row.on:%Y-%m-%d}"]))
