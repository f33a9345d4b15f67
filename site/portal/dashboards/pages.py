"""What the pages show: the tables with their pictures, made from the counts somebody may see."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.dashboards import charts
from portal.dashboards.charts import Series
from portal.dashboards.forms import FunnelForm, month_name, months_between
from portal.dashboards.models import FunnelCell
from portal.dashboards.selectors import Funnel, funnel_by, funnel_of
from portal.dashboards.sheets import Column, Kind, Row, Sheet, share_text, shown
from portal.dashboards.states import Dimension, Step

# More lines than these are in the table, not in the picture.
MOST_BARS = 10
MOST_MONTHS = 12


def step_columns(*, with_money: bool) -> list[Column]:
    """A column for each step with its share of the one before; money last, for those who may read it."""
    found = [Column(Step.ENROLLED.label)]
    for step in list(Step)[1:]:
        found += [Column(step.label), Column(_("占上一步"), Kind.SHARE, is_beside=True)]
    return [*found, Column(_("到账金额"), Kind.YUAN)] if with_money else found


def step_cells(funnel: Funnel, *, with_money: bool) -> list[Any]:
    cells: list[Any] = [funnel[Step.ENROLLED]]
    for step in list(Step)[1:]:
        cells += [funnel[step], funnel.share(step)]
    return [*cells, funnel.paid_fen] if with_money else cells


def tiles_of(funnel: Funnel, *, with_money: bool) -> list[dict[str, str]]:
    """The figures on top of the page."""
    enrolled, completed, paid = funnel[Step.ENROLLED], funnel[Step.STUDIED], funnel[Step.PAID]
    tiles = [
        {"label": _("报名入班"), "value": f"{enrolled:,}", "unit": _("人次"), "hint": ""},
        {"label": _("学完结业"), "value": f"{completed:,}", "unit": _("人次"), "hint": _rate(completed, enrolled)},
        {
            "label": _("取得证书"),
            "value": f"{funnel[Step.CERTIFIED]:,}",
            "unit": _("人次"),
            "hint": _rate(funnel[Step.CERTIFIED], enrolled),
        },
        {"label": _("补贴到账"), "value": f"{paid:,}", "unit": _("人次"), "hint": _rate(paid, enrolled)},
    ]
    if with_money:
        amount = shown(Kind.YUAN, funnel.paid_fen)
        tiles.append({"label": _("到账金额"), "value": amount, "unit": _("元"), "hint": ""})
    return tiles


def _rate(part: int, whole: int) -> str:
    return _("占报名 %(share)s") % {"share": share_text(part, whole)} if whole else ""


def funnel_sheet(funnel: Funnel) -> Sheet:
    """The funnel itself: a line for each step."""
    texts = []
    for step in Step:
        part, whole = funnel.share(step)
        share = "" if step is Step.ENROLLED else f"（{share_text(part, whole)}）"
        texts.append(f"{part:,}{share if whole else ''}")
    labels = [str(step.label) for step in Step]
    rows = [
        Row(str(step.label), [part, None if step is Step.ENROLLED else (part, before), (part, funnel[Step.ENROLLED])])
        for step, (part, before) in ((step, funnel.share(step)) for step in Step)
    ]
    return Sheet(
        name="funnel",
        title=_("从报名到补贴到账"),
        head=_("环节"),
        columns=[Column(_("人次")), Column(_("占上一步"), Kind.SHARE), Column(_("占报名"), Kind.SHARE)],
        rows=rows,
        chart=charts.bars("funnel", _("从报名到补贴到账的人次"), labels, [Series("", funnel.counts, texts)]),
        note=_("每一步只数走完前面各步的人次；同一个人上两个班，算两人次。"),
    )


def months_sheet(cells: QuerySet[FunnelCell], period: tuple[date, date], *, with_money: bool) -> Sheet:
    """The funnel of each month in which classes began; months without any are there too."""
    found = funnel_by(cells, Dimension.MONTH)
    nothing = Funnel((0,) * len(Step), 0)
    rows = [(month, found.get(month, nothing)) for month in months_between(*period)]
    drawn = rows[-MOST_MONTHS:]
    labels = [str(month.month) for month, _funnel in drawn]
    blank = [""] * len(drawn)
    series = [
        Series(str(step.label), [funnel[step] for _month, funnel in drawn], blank)
        for step in (Step.ENROLLED, Step.PAID)
    ]
    return Sheet(
        name="months",
        title=_("按开班月份"),
        head=_("开班月份"),
        columns=step_columns(with_money=with_money),
        rows=[Row(month_name(month), step_cells(funnel, with_money=with_money)) for month, funnel in rows],
        total=Row(_("合计"), step_cells(_together([funnel for _month, funnel in rows]), with_money=with_money)),
        chart=charts.columns("months", _("各月开班的报名和到账人次"), labels, series),
        legend=[one.name for one in series],
        note=_("图的横轴是月份，只画最近十二个月。最近开的班多数还在上课，后面几步会随着结业、发证和拨付补上。"),
    )


def breakdown_sheet(cells: QuerySet[FunnelCell], by: Dimension, form: FunnelForm, *, with_money: bool) -> Sheet:
    """The funnel of each value of a dimension, the largest first."""
    found = sorted(funnel_by(cells, by).items(), key=lambda pair: (-pair[1][Step.ENROLLED], str(pair[0])))
    named = _namer(by, form.words.get(by.value, {}))
    rows = [Row(named(value), step_cells(funnel, with_money=with_money)) for value, funnel in found]
    drawn = found[:MOST_BARS]
    series = [
        Series(str(step.label), [funnel[step] for _v, funnel in drawn], [f"{funnel[step]:,}" for _v, funnel in drawn])
        for step in (Step.ENROLLED, Step.PAID)
    ]
    title = _("按%(dimension)s") % {"dimension": by.label}
    labels = [named(value) for value, _funnel in drawn]
    return Sheet(
        name=by.value,
        title=title,
        head=str(by.label),
        columns=step_columns(with_money=with_money),
        rows=rows,
        total=Row(_("合计"), step_cells(_together([funnel for _value, funnel in found]), with_money=with_money)),
        chart=charts.bars("breakdown", _("%(title)s的报名和到账人次") % {"title": title}, labels, series),
        legend=[one.name for one in series],
        note=_("小字是占上一步的比例。") + _more_than_drawn(len(found)),
    )


def _more_than_drawn(number: int) -> str:
    if number <= MOST_BARS:
        return ""
    return _("图里只画人次最多的 %(drawn)d 项，表里是全部 %(number)d 项。") % {"drawn": MOST_BARS, "number": number}


def _namer(by: Dimension, words: Mapping[Any, str]) -> Callable[[object], str]:
    blank = {Dimension.GROUP: _("没有填报类别"), Dimension.DISTRICT: _("没有填居住区")}.get(by, _("其他"))
    return lambda value: (words.get(value) or str(value)) if value not in ("", None) else blank


def _together(funnels: Sequence[Funnel]) -> Funnel:
    counts = tuple(sum(funnel.counts[place] for funnel in funnels) for place in range(len(Step)))
    return Funnel(counts, sum(funnel.paid_fen for funnel in funnels))


def funnel_sheets(
    cells: QuerySet[FunnelCell], form: FunnelForm, by: Dimension, *, with_money: bool
) -> tuple[Funnel, list[Sheet]]:
    """All the tables of the page, three questions to the database."""
    funnel = funnel_of(cells)
    return funnel, [
        funnel_sheet(funnel),
        breakdown_sheet(cells, by, form, with_money=with_money),
        months_sheet(cells, form.period, with_money=with_money),
    ]
