"""Short ways to write an applicant, an operator and a pack in plain data."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from residency.routes.rules import Applicant, Pack, applicant_read, base_packs, pack_from_toml, pack_read
from residency.routes.rules.measures import Case
from residency.routes.rules.operators import OPERATORS, Points
from residency.routes.rules.shapes import Reading, Variant

PACKS = Path(__file__).parent / "packs"


def every_pack() -> list[Pack]:
    """Those that come with the platform and those only the tests have."""
    return [*base_packs(), *(pack_from_toml(path.read_text("utf-8")) for path in sorted(PACKS.glob("*.toml")))]


def pack_of(code: str) -> Pack:
    return next(pack for pack in every_pack() if pack.code == code)


def applicant(**facts: Any) -> Applicant:
    """Plain data by the names of the catalogue; ``second__pension`` is the second applicant's."""
    return applicant_read({name.replace("__", "."): value for name, value in facts.items()})


def operator(**plain: Any) -> Any:
    at = Reading()
    made = Variant(lambda: OPERATORS).read(plain, at)
    assert at.problems == []
    return made


def points(made: Any, facts: Applicant, on: str = "2020-01-01") -> Points:
    return made.points(Case(facts, date.fromisoformat(on)))


def scored(made: Any, facts: Applicant, on: str = "2020-01-01") -> Decimal:
    """The points where everything is known."""
    given = points(made, facts, on)
    assert given.low == given.high
    return given.low


def months(count: int, *, until: str = "2020-01-01", **more: Any) -> dict[str, Any]:
    """So many insured months running up to (and without) the month of a day."""
    end = date.fromisoformat(until)
    number = end.year * 12 + end.month - 1 - count
    first = date(number // 12, number % 12 + 1, 1)
    number = end.year * 12 + end.month - 2
    return {"first": first, "last": date(number // 12, number % 12 + 1, 1)} | more


def simple_pack(**changes: Any) -> dict[str, Any]:
    """A small points pack in plain data: 五级 15, 四级 30, threshold 30."""
    steps = [{"value": "level5", "points": 15}, {"value": "level4", "points": 30}]
    skill = {
        "code": "skill",
        "name": "技能",
        "article": "第一条",
        "provenance": "F-A",
        "points": {"kind": "tier", "of": "certificates", "steps": steps},
    }
    route = {
        "code": "points",
        "name": "积分",
        "kind": "points",
        "article": "第一条",
        "provenance": "F-A",
        "items": [skill],
        "passing": {"threshold": 30},
    }
    example = {
        "name": "四级",
        "route": "points",
        "on": "2020-01-01",
        "facts": {"certificates": [{"on": "2019-01-01", "kind": "level4"}]},
        "outcome": "met",
        "total": 30,
    }
    return {
        "code": "simple",
        "city_code": "350200",
        "city_name": "厦门市",
        "title": "简单的",
        "edition": "1",
        "since": "2019-01-01",
        "until": "2021-12-31",
        "document": {"title": "文件"},
        "provenance": "F-A",
        "routes": [route],
        "examples": [example],
    } | changes


def simple(**changes: Any) -> Pack:
    return pack_read(simple_pack(**changes))
