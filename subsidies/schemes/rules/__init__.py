"""The rules of subsidies: pure, dated, on ``foundation.policy.engine``. No database, no clock."""

from subsidies.schemes.rules import words as _words  # noqa: F401 - registers what checks and steps are called
from subsidies.schemes.rules.facts import AwardFacts, CaseFacts
from subsidies.schemes.rules.law import RULES, worked_out
from subsidies.schemes.rules.names import CLASSES, GRADES, KINDS, LEVELS, SIX_GROUPS
from subsidies.schemes.rules.plans import Plan, plan_of

__all__ = [
    "CLASSES",
    "GRADES",
    "KINDS",
    "LEVELS",
    "RULES",
    "SIX_GROUPS",
    "AwardFacts",
    "CaseFacts",
    "Plan",
    "plan_of",
    "worked_out",
]
