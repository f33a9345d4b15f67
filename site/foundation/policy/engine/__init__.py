"""The decision engine: facts and dated figures in, checks with sources and an amount or score out.

Pure: no database and no clock. A rule is a dated function; what it decided can be stored, shown in either language
and worked out again years later.

    @rule("subsidy.training", since=date(2026, 1, 1))
    def training(work: Working) -> None:
        work.require(WHO)
        work.start("step.base", work.figure("subsidy.training.amount.level5"))
        work.pay()

    decision = decide("subsidy.training", facts=Facts({...}), parameters=parameters_on(...), on=day)
"""

from foundation.policy.engine.conditions import (
    Condition,
    all_of,
    any_of,
    at_least,
    at_most,
    between,
    dated_within,
    equals,
    holds,
    is_false,
    less_than,
    more_than,
    one_of,
    within_months,
)
from foundation.policy.engine.decisions import Check, Decision, Facts, Message, Outcome, Scalar, Source, Step
from foundation.policy.engine.rules import RULES, Rules, decide, rule
from foundation.policy.engine.storage import digest, from_json, reproduce, to_json
from foundation.policy.engine.words import register_words, words
from foundation.policy.engine.working import Policy, Working

__all__ = [
    "RULES",
    "Check",
    "Condition",
    "Decision",
    "Facts",
    "Message",
    "Outcome",
    "Policy",
    "Rules",
    "Scalar",
    "Source",
    "Step",
    "Working",
    "all_of",
    "any_of",
    "at_least",
    "at_most",
    "between",
    "dated_within",
    "decide",
    "digest",
    "equals",
    "from_json",
    "holds",
    "is_false",
    "less_than",
    "more_than",
    "one_of",
    "register_words",
    "reproduce",
    "rule",
    "to_json",
    "within_months",
    "words",
]
