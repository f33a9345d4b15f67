"""公开数据: once a quarter the year's figures so far are counted, what is small is hidden, and the rest is kept.

An edition is about one year and one last day, and asks for nothing else: no filters, no other periods, because tables
that overlap give away by subtraction what each of them hides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.policy.selectors import parameter_on
from portal.dashboards.funnel_sql import PARAMETERS, STEPS
from portal.dashboards.models import PublicEdition
from portal.dashboards.states import SMALLEST_SHOWN, Dimension, Outcome
from portal.dashboards.suppression import hidden_in_all
from workers.districts import district_name
from workers.models import PersonGroup

DIMENSIONS = (Dimension.DISTRICT, Dimension.GROUP, Dimension.OCCUPATION, Dimension.LEVEL)
ALL = "all"
PAID = list(Outcome).index(Outcome.PAID)
_COUNTS = (
    STEPS
    + """
SELECT district_code, group_code, occupation_id, level,
    count(*) FILTER (WHERE NOT certified), count(*) FILTER (WHERE certified AND NOT paid),
    count(*) FILTER (WHERE certified AND paid), coalesce(sum(paid_fen) FILTER (WHERE certified AND paid), 0)::bigint
FROM step WHERE starts_on BETWEEN %(since)s AND %(through)s GROUP BY 1, 2, 3, 4
"""
)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many trainings that are alike in everything the tables ask for."""

    values: Mapping[str, Any]
    counts: tuple[int, ...]
    paid_fen: int


def quarter_ended(on: date) -> date:
    """The last day of the last quarter that is over."""
    return date(on.year, 1 + 3 * ((on.month - 1) // 3), 1) - timedelta(days=1)


@transaction.atomic
def edition_make(*, at: datetime) -> bool:
    """Keep the edition of the last quarter; ``False`` when it is there. ``PolicyGapError`` when no figure holds."""
    on = timezone.localdate(at)
    through = quarter_ended(on)
    if PublicEdition.objects.filter(through=through).exists():
        return False
    least = parameter_on(SMALLEST_SHOWN, city=settings.CITY_CODE, on=on)
    with override(settings.LANGUAGE_CODE):
        content = edition_content(cells_until(through), least=int(least.value))
    found = PublicEdition(
        through=through, least=int(least.value), least_version_id=least.version_id, content=content, made_at=at
    )
    return bool(PublicEdition.objects.bulk_create([found], ignore_conflicts=True))


def cells_until(through: date) -> list[Cell]:
    """What began in the year and where it stood on its last day."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, PARAMETERS | {"through": through, "since": date(through.year, 1, 1)})
        rows = cursor.fetchall()
    keys = (Dimension.DISTRICT, Dimension.GROUP, Dimension.OCCUPATION, Dimension.LEVEL)
    return [Cell(dict(zip(keys, row[:4], strict=True)), tuple(row[4:7]), row[7]) for row in rows]


def edition_content(cells: Sequence[Cell], *, least: int) -> dict[str, Any]:
    """The tables, with nothing in the place of what is hidden. A dimension with one value says nothing: left out."""
    lines = {by.value: _lines(cells, by) for by in DIMENSIONS}
    told = {name: found for name, found in lines.items() if len(found) > 1}
    inner = {name: [counts for _label, counts, _fen in found] for name, found in told.items()}
    hidden = hidden_in_all(inner or {ALL: [_together(cells)]}, least=least)
    name, places = next(iter(hidden.items()))
    last = len(inner.get(name, [ALL]))
    sums = [*_together(cells), sum(_together(cells))]
    shown = [None if (last, column) in places else count for column, count in enumerate(sums)]
    fen = sum(cell.paid_fen for cell in cells)
    return {
        "total": {"counts": shown, "paid_fen": fen if shown[PAID] is not None else None},
        "tables": [
            {"dimension": name, "rows": [_row(line, row, hidden[name]) for row, line in enumerate(found)]}
            for name, found in told.items()
        ],
    }


def _row(line: tuple[str, tuple[int, ...], int], row: int, hidden: frozenset[tuple[int, int]]) -> dict[str, Any]:
    label, counts, fen = line
    whole = [*counts, sum(counts)]
    shown = [None if (row, column) in hidden else count for column, count in enumerate(whole)]
    # The rates are public: an amount would give the number of people away.
    return {"label": label, "counts": shown, "paid_fen": fen if shown[PAID] is not None else None}


def _together(cells: Sequence[Cell]) -> tuple[int, ...]:
    return tuple(sum(cell.counts[place] for cell in cells) for place in range(len(Outcome)))


def _lines(cells: Sequence[Cell], by: Dimension) -> list[tuple[str, tuple[int, ...], int]]:
    """For each value of the dimension its name, its counts and what was paid; the largest first."""
    alike: dict[Any, list[Cell]] = {}
    for cell in cells:
        alike.setdefault(cell.values[by], []).append(cell)
    named = _namer(by)
    found = [(named(value), _together(some), sum(one.paid_fen for one in some)) for value, some in alike.items()]
    return sorted(found, key=lambda line: (-sum(line[1]), line[0]))


def _namer(by: Dimension) -> Callable[[Any], str]:
    if by is Dimension.DISTRICT:
        return lambda code: district_name(code) if code else _("没有填居住区")
    if by is Dimension.GROUP:
        groups = dict(PersonGroup.objects.values_list("code", "name"))
        return lambda code: groups.get(code) or (str(code) if code else _("没有填报类别"))
    if by is Dimension.OCCUPATION:
        occupations = dict(Occupation.objects.values_list("pk", "name"))
        return lambda pk: occupations[pk]
    levels = {value: str(label) for value, label in SkillLevel.choices}
    return lambda level: levels.get(level, _("不分等级"))
