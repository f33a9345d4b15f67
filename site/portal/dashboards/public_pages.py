"""An edition as the public reads it: tables with their pictures, and a mark where a figure stays hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.dashboards import charts
from portal.dashboards.charts import Series
from portal.dashboards.models import PublicEdition
from portal.dashboards.sheets import HIDDEN, HIDDEN_MARK, Column, Kind, Row, Sheet, shown
from portal.dashboards.states import Dimension, Outcome

# As people read them: what went furthest first.
SHOWN = list(Outcome)[::-1]


def edition_sheets(edition: PublicEdition) -> list[Sheet]:
    """The tables of the edition, in its order."""
    total = edition.content["total"]
    return [_sheet(table, total) for table in edition.content["tables"]]


def edition_tiles(edition: PublicEdition) -> list[dict[str, str]]:
    """The totals on top."""
    *counts, amount = _cells(edition.content["total"])
    labels = [_("报名入班"), *(str(outcome.label) for outcome in SHOWN)]
    tiles = [
        {"label": label, "value": shown(Kind.COUNT, count), "unit": _("人次"), "hint": ""}
        for label, count in zip(labels, counts, strict=True)
    ]
    return [*tiles, {"label": _("到账金额"), "value": shown(Kind.YUAN, amount), "unit": _("元"), "hint": ""}]


def _cells(line: Mapping[str, Any]) -> list[Any]:
    """All, then each outcome, then the money."""
    *counts, whole = line["counts"]
    return [HIDDEN if one is None else one for one in [whole, *counts[::-1], line["paid_fen"]]]


def _sheet(table: Mapping[str, Any], total: Mapping[str, Any]) -> Sheet:
    by = Dimension(table["dimension"])
    rows = [Row(row["label"], _cells(row)) for row in table["rows"]]
    title = _("按%(dimension)s") % {"dimension": by.label}
    blank = [""] * len(rows)
    series = [
        Series(str(outcome.label), [row["counts"][list(Outcome).index(outcome)] for row in table["rows"]], blank)
        for outcome in SHOWN
    ]
    is_whole = all(cell is not HIDDEN for row in rows for cell in row.cells)
    return Sheet(
        name=by.value,
        title=title,
        head=str(by.label),
        columns=[
            Column(_("报名入班")),
            *[Column(outcome.label) for outcome in SHOWN],
            Column(_("到账金额"), Kind.YUAN),
        ],
        rows=rows,
        total=Row(_("合计"), _cells(total)),
        chart=charts.stacked(by.value, title, [row.label for row in rows], _drawn(series)),
        legend=[one.name for one in series],
        note="" if is_whole else _("标“%(mark)s”的数字不公开；有这种数字的项，图里不画。") % {"mark": HIDDEN_MARK},
    )


def _drawn(series: Sequence[Series]) -> list[Series]:
    """Lines of which all is told: a bar that lacks a part would be taken for a short one."""
    whole = [None not in values for values in zip(*(one.values for one in series), strict=True)]
    drawn = [[value if told else 0 for value, told in zip(one.values, whole, strict=True)] for one in series]
    return [Series(one.name, values, one.texts) for one, values in zip(series, drawn, strict=True)]
