"""Money against budget: what was allotted, where it has got to, what is free; what arrived month by month."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from portal.dashboards import charts
from portal.dashboards.charts import Series
from portal.dashboards.models import ClaimCell
from portal.dashboards.selectors import claim_cells
from portal.dashboards.sheets import Column, Kind, Row, Sheet, share_text
from subsidies.claims.states import ClaimState
from subsidies.ledger.selectors import BudgetLine, budget_places
from subsidies.schemes.states import Fund

PARTS = ("paid", "in_transit", "committed", "available")


def money_sheets(user: User, lines: Sequence[BudgetLine], *, on: date, year: int, district: str) -> list[Sheet]:
    """By fund, by place, and what arrived in each month."""
    places = budget_places()
    cells = claim_cells(user, on=on)
    return [
        _budgets("funds", _("按资金来源"), _("资金来源"), lines, lambda one: str(Fund(one.budget.fund).label)),
        _budgets(
            "places",
            _("按区划"),
            _("区划"),
            lines,
            lambda one: places.get(one.budget.district_code, one.budget.district_code),
        ),
        _arrivals(cells.filter(district_code=district) if district else cells, year),
    ]


def _budgets(name: str, title: str, head: str, lines: Iterable[BudgetLine], key: Callable[[BudgetLine], str]) -> Sheet:
    found: dict[str, dict[str, int]] = {}
    for line in lines:
        sums = found.setdefault(key(line), dict.fromkeys(("allotted", *PARTS), 0))
        for part in sums:
            sums[part] += getattr(line, part)
    labels = list(found)
    names = {"paid": _("已到账"), "in_transit": _("已送银行"), "committed": _("已核定待拨"), "available": _("可用")}
    blank = [""] * len(labels)
    series = [Series(names[part], [found[label][part] // 100 for label in labels], blank) for part in PARTS]
    totals = {part: sum(sums[part] for sums in found.values()) for part in ("allotted", *PARTS)}
    return Sheet(
        name=name,
        title=title,
        head=head,
        columns=[
            Column(_("下达"), Kind.YUAN),
            *[Column(names[part], Kind.YUAN) for part in PARTS],
            Column(_("已用占下达"), Kind.SHARE),
        ],
        rows=[Row(label, _cells(found[label])) for label in labels],
        total=Row(_("合计"), _cells(totals)) if found else None,
        chart=charts.stacked(name, _("%(title)s的预算执行") % {"title": title}, labels, series),
        legend=[one.name for one in series],
        note=_("下达 = 已到账 + 已送银行 + 已核定待拨 + 可用，由资金台账逐笔相加，精确到分。"),
    )


def _cells(sums: dict[str, int]) -> list[object]:
    return [sums["allotted"], *(sums[part] for part in PARTS), (sums["allotted"] - sums["available"], sums["allotted"])]


def _arrivals(cells: QuerySet[ClaimCell], year: int) -> Sheet:
    """What was paid in each month of the year."""
    paid = cells.filter(state=ClaimState.PAID, paid_month__year=year)
    rows = paid.order_by("paid_month").values_list("paid_month").annotate(n=Sum("claims"), fen=Sum("amount_fen"))
    found = {month.month: (claims, fen) for month, claims, fen in rows}
    months = range(1, 13)
    labels = [_("%(month)s月") % {"month": month} for month in months]
    fens = [found.get(month, (0, 0))[1] for month in months]
    claims = [found.get(month, (0, 0))[0] for month in months]
    return Sheet(
        name="arrivals",
        title=_("各月到账"),
        head=_("到账月份"),
        columns=[Column(_("份数")), Column(_("金额"), Kind.YUAN)],
        rows=[Row(label, [number, fen]) for label, number, fen in zip(labels, claims, fens, strict=True)],
        total=Row(_("合计"), [sum(claims), sum(fens)]),
        chart=charts.columns(
            "arrivals",
            _("各月到账金额（元）"),
            [str(month) for month in months],
            [Series("", [fen // 100 for fen in fens], [""] * 12)],
        ),
        note=_("图的横轴是月份，单位是元。按银行付款的日期算月份。"),
    )


def money_tiles(lines: Sequence[BudgetLine]) -> list[dict[str, str]]:
    """The year at a glance, in units of ten thousand yuan where it is long."""
    sums = {part: sum(getattr(one, part) for one in lines) for part in ("allotted", *PARTS)}
    used = sums["allotted"] - sums["available"]
    hint = _("占下达 %(share)s")
    return [
        {"label": _("下达"), "value": f"{sums['allotted'] // 100:,}", "unit": _("元"), "hint": settings.CITY_NAME},
        *[
            {
                "label": label,
                "value": f"{amount // 100:,}",
                "unit": _("元"),
                "hint": hint % {"share": share_text(amount, sums["allotted"])},
            }
            for label, amount in (
                (_("已到账"), sums["paid"]),
                (_("已占用（含到账）"), used),
                (_("可用"), sums["available"]),
            )
        ],
    ]
