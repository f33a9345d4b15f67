"""What the desk thinks of a pack."""

from __future__ import annotations

from typing import Any

from receiver.config import Behaviour

REHEARSAL_AREA = "350201"
LEVELS = {5: "五级/初级工", 4: "四级/中级工", 3: "三级/高级工", 2: "二级/技师", 1: "一级/高级技师"}
# From the lowest rung to the highest; 6 is the apprentice, 7 and 8 stand above the first level.
LADDER = (6, 5, 4, 3, 2, 1, 7, 8)


def reasons_against(pack: dict[str, Any], behaviour: Behaviour) -> list[dict[str, str]]:
    """Why the desk sends the pack back, each a code and a sentence; empty when it takes it."""
    facts, subject = pack["facts"], pack["subject"]
    found = []
    mark = behaviour.refused_name
    if mark and mark in subject["name"] and subject["id_number"].startswith(REHEARSAL_AREA):
        found.append(_reason("identity_mismatch", "姓名和身份证号码与户籍资料核对不一致。"))
    if behaviour.level_at_least and "level" in facts:
        found += _level(facts["level"], behaviour.level_at_least)
    if behaviour.insured_months and "insured_months" in facts:
        found += _insured(facts["insured_months"], behaviour.insured_months)
    return found


def _level(levels: list[dict[str, Any]], wanted: int) -> list[dict[str, str]]:
    held = [LADDER.index(one["level"]) for one in levels if one["standing"] == "guaranteed"]
    if not held:
        return [_reason("level_missing", f"没有已核实的技能等级，需要{LEVELS[wanted]}或者更高。")]
    if max(held) < LADDER.index(wanted):
        return [_reason("level_too_low", f"技能等级不够，需要{LEVELS[wanted]}或者更高。")]
    return []


def _insured(insured: dict[str, Any], wanted: int) -> list[dict[str, str]]:
    if insured["months"] >= wanted:
        return []
    return [_reason("insured_months_few", f"参保满 {wanted} 个月才能办，材料里是 {insured['months']} 个月。")]


def _reason(code: str, text: str) -> dict[str, str]:
    return {"code": code, "text": text}
