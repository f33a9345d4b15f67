"""The rules of the residency routes: pure, dated, as data. No database, no clock.

pack = base_pack("xiamen-2018")
made = estimate(pack, "skill", Applicant({"has_contract": True, ...}), on=day)
made.outcome, made.gates, made.missing, made.changes
"""

from residency.routes.rules import words as _words  # noqa: F401 - registers what lines and changes are called
from residency.routes.rules.changes import Change, facts_of
from residency.routes.rules.checking import example_differences, pack_problems
from residency.routes.rules.conditions import CONDITIONS, Condition, Line
from residency.routes.rules.estimating import (
    Estimate,
    Place,
    digest,
    estimate,
    from_json,
    questions,
    ranked,
    reproduce,
    to_json,
)
from residency.routes.rules.facts import FACTS, Applicant, Fact, Record, Spell, applicant_plain, applicant_read
from residency.routes.rules.measures import MEASURES, Measure
from residency.routes.rules.operators import OPERATORS, Operator
from residency.routes.rules.packs import (
    OUTCOMES,
    Example,
    Outcome,
    Pack,
    Route,
    RouteKind,
    base_pack,
    base_packs,
    pack_from_toml,
    pack_plain,
    pack_read,
)
from residency.routes.rules.shapes import PackError, Problem, shaped
from residency.routes.rules.times import permit_spells
from residency.routes.rules.working import GoalLine, ItemLine, SumLine

__all__ = [
    "CONDITIONS",
    "FACTS",
    "MEASURES",
    "OPERATORS",
    "OUTCOMES",
    "Applicant",
    "Change",
    "Condition",
    "Estimate",
    "Example",
    "Fact",
    "GoalLine",
    "ItemLine",
    "Line",
    "Measure",
    "Operator",
    "Outcome",
    "Pack",
    "PackError",
    "Place",
    "Problem",
    "Record",
    "Route",
    "RouteKind",
    "Spell",
    "SumLine",
    "applicant_plain",
    "applicant_read",
    "base_pack",
    "base_packs",
    "digest",
    "estimate",
    "example_differences",
    "facts_of",
    "from_json",
    "pack_from_toml",
    "pack_plain",
    "pack_problems",
    "pack_read",
    "permit_spells",
    "questions",
    "ranked",
    "reproduce",
    "shaped",
    "to_json",
]
