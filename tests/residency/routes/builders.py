"""Packs and officers for the tests of routes: only what matters is passed in."""

from datetime import UTC, date, datetime

from foundation.accounts.models import User
from foundation.accounts.states import Role
from residency.routes.models import RoutePack
from residency.routes.services import pack_draft, pack_publish
from tests.workers.builders import an_officer

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def plain_pack(**changes: object) -> dict:
    """A small sound pack of Xiamen: a condition route (四级 and a contract) and one of points, with their examples."""
    day = changes.get("since") or "2026-11-23"  # outside its days a pack answers 政策待确认
    return {
        "code": "example",
        "city_code": "350200",
        "city_name": "厦门市",
        "title": "示例落户办法",
        "edition": "2026-11",
        "since": "2026-11-23",
        "document": {"title": "示例文件", "doc_no": "示例〔2026〕1号"},
        "provenance": "F-A",
        "routes": [a_condition_route(), a_points_route()],
        "examples": [
            {
                "name": "四级有合同",
                "route": "skill",
                "on": day,
                "outcome": "met",
                "facts": {"certificates": [a_paper("level4")], "has_contract": True},
            },
            {
                "name": "缴满两年",
                "route": "points",
                "on": day,
                "outcome": "not_met",
                "total": 8,
                "by_hand": "24 个月 ÷ 12 × 4 = 8",
                "facts": {"pension": [{"first": "2023-01-01", "last": "2024-12-01"}]},
            },
        ],
    } | changes


def a_paper(level: str, *, on: str = "2020-06-30") -> dict:
    return {"on": on, "kind": level, "occupation": "4-10-01-06", "paper": "qualification"}


def a_condition_route() -> dict:
    levels = ["level4", "level3", "level2", "level1"]
    paper = {"kind": "record", "name": "四级及以上证书", "of": "certificates", "kinds": levels, "article": "第一条"}
    contract = {"kind": "yes", "name": "有劳动合同", "of": "has_contract", "article": "第二条", "provenance": "F-C"}
    return {
        "code": "skill",
        "name": "技能落户",
        "kind": "condition",
        "article": "第一条",
        "provenance": "F-A",
        "gates": {"kind": "all", "of": [paper, contract]},
    }


def a_points_route() -> dict:
    return {
        "code": "points",
        "name": "积分落户",
        "kind": "points",
        "article": "第三条",
        "provenance": "F-A",
        "passing": {"threshold": 20},
        "items": [
            {
                "code": "insurance",
                "name": "养老保险",
                "article": "第四条",
                "provenance": "F-A",
                "points": {"kind": "accrual", "measure": {"kind": "time", "of": ["pension"]}, "rate": 4, "cap": 40},
            }
        ],
    }


def a_policy_officer() -> User:
    return an_officer(Role.OFFICER_POLICY)


def a_draft(*, by: User | None = None, **changes: object) -> RoutePack:
    return pack_draft(data=plain_pack(**changes), actor=by or a_policy_officer(), at=NOW)


def a_published(**changes: object) -> RoutePack:
    """A pack in force, drafted by one officer and published by another."""
    return pack_publish(pack_id=a_draft(**changes).pk, actor=a_policy_officer(), at=NOW, reason="示例")
