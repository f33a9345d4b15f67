"""For whoever makes policy: what each scheme is asked for and pays, why it is refused, how long it takes."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from portal.dashboards import charts
from portal.dashboards.charts import Series
from portal.dashboards.models import ClaimCell, DecisionCell
from portal.dashboards.selectors import spread_of, spreads_by_scheme
from portal.dashboards.sheets import Column, Kind, Row, Sheet
from subsidies.claims.states import MONEY_LIES, ClaimState
from subsidies.schemes.models import Scheme

AGREED = frozenset(MONEY_LIES)


def scheme_sheets(cells: QuerySet[ClaimCell], decisions: QuerySet[DecisionCell]) -> list[Sheet]:
    """Claims and money by scheme, reasons of refusal, time to a decision: four questions to the database."""
    spreads = spreads_by_scheme(decisions)
    states = cells.order_by("scheme").values_list("scheme", "state")
    rows = list(states.annotate(n=Sum("claims"), fen=Sum("amount_fen")))
    names = dict(Scheme.objects.filter(pk__in={row[0] for row in rows} | set(spreads)).values_list("pk", "name"))
    return [_schemes(rows, names), _refusals(cells), _times(spreads, names)]


def _schemes(rows: list[tuple[int, str, int, int]], names: Mapping[int, str]) -> Sheet:
    found: dict[int, Counter[str]] = {}
    for scheme, state, claims, fen in rows:
        found.setdefault(scheme, Counter()).update(_counted(state, claims, fen))
    ordered = sorted(found.items(), key=lambda pair: (-pair[1]["claims"], names[pair[0]]))
    labels = [names[scheme] for scheme, _counts in ordered]
    series = [
        Series(label, [counts[key] for _s, counts in ordered], [f"{counts[key]:,}" for _s, counts in ordered])
        for label, key in ((_("申领"), "claims"), (_("到账"), "paid"))
    ]
    total: Counter[str] = sum(found.values(), Counter())
    return Sheet(
        name="schemes",
        title=_("各项补贴的申领和金额"),
        head=_("补贴项目"),
        columns=[
            Column(_("申领份数")),
            Column(_("在办")),
            Column(_("核定通过")),
            Column(_("不予核定")),
            Column(_("不予核定占已定"), Kind.SHARE),
            Column(_("到账份数")),
            Column(_("核定金额"), Kind.YUAN),
            Column(_("到账金额"), Kind.YUAN),
        ],
        rows=[Row(names[scheme], _scheme_cells(counts)) for scheme, counts in ordered],
        total=Row(_("合计"), _scheme_cells(total)) if found else None,
        chart=charts.bars("schemes", _("各项补贴的申领和到账份数"), labels, series),
        legend=[one.name for one in series],
        note=_("按提交月份统计，不含未提交的。撤回的只计入申领份数。核定金额含已到账。"),
    )


def _counted(state: str, claims: int, fen: int) -> dict[str, int]:
    found = {"claims": claims}
    if state in AGREED:
        found |= {"agreed": claims, "agreed_fen": fen}
    elif state == ClaimState.REFUSED:
        found["refused"] = claims
    elif state != ClaimState.WITHDRAWN:
        found["open"] = claims
    if state == ClaimState.PAID:
        found |= {"paid": claims, "paid_fen": fen}
    return found


def _scheme_cells(counts: Counter[str]) -> list[object]:
    decided = counts["agreed"] + counts["refused"]
    return [
        counts["claims"],
        counts["open"],
        counts["agreed"],
        counts["refused"],
        (counts["refused"], decided),
        counts["paid"],
        counts["agreed_fen"],
        counts["paid_fen"],
    ]


def _refusals(cells: QuerySet[ClaimCell]) -> Sheet:
    refused = cells.filter(state=ClaimState.REFUSED).order_by("refusal__title")
    rows = list(refused.values_list("refusal__title").annotate(n=Sum("claims")))
    rows = sorted(((title or _("没有记明情形"), number) for title, number in rows), key=lambda row: -row[1])
    total = sum(number for _title, number in rows)
    texts = [f"{number:,}" for _title, number in rows]
    return Sheet(
        name="refusals",
        title=_("不予核定的情形"),
        head=_("情形"),
        columns=[Column(_("份数")), Column(_("占不予核定"), Kind.SHARE)],
        rows=[Row(title, [number, (number, total)]) for title, number in rows],
        total=Row(_("合计"), [total, (total, total)]) if rows else None,
        chart=charts.bars(
            "refusals",
            _("不予核定的情形和份数"),
            [title for title, _number in rows][:10],
            [Series("", [number for _title, number in rows][:10], texts[:10])],
        ),
    )


def _times(spreads: Mapping[int, Mapping[int, int]], names: Mapping[int, str]) -> Sheet:
    found = [(names[scheme], spread_of(days)) for scheme, days in spreads.items()]
    rows = sorted(((name, spread) for name, spread in found if spread), key=lambda row: (-row[1].ninetieth, row[0]))
    together: Counter[int] = Counter()
    for days in spreads.values():
        together.update(days)
    whole = spread_of(together)
    series = [
        Series(label, [getattr(one, key) for _n, one in rows], [f"{getattr(one, key)}" for _n, one in rows])
        for label, key in ((_("中位数"), "median"), (_("九成以内"), "ninetieth"))
    ]
    return Sheet(
        name="times",
        title=_("从提交到作出决定"),
        head=_("补贴项目"),
        columns=[Column(_("已决定份数")), Column(_("中位数（工作日）")), Column(_("九成以内（工作日）"))],
        rows=[Row(name, [one.claims, one.median, one.ninetieth]) for name, one in rows],
        total=Row(_("合计"), [whole.claims, whole.median, whole.ninetieth]) if whole else None,
        chart=charts.bars("times", _("从提交到作出决定的工作日"), [name for name, _one in rows], series),
        legend=[one.name for one in series],
        note=_("从提交的次日数到第一次核定通过或不予核定，只数工作日；等待补正的日子也在内。"),
    )
