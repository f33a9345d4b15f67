"""B5: decisions with their full explanation, on one core. 100,000 invented cases over the schemes of every pack.

Yes, no and undecided come up; what ends in 政策待确认 is no decision and is left out. Nothing is read from a database:
figures are read once a day and scheme, as for a class of many.
"""

import os
import random
import statistics
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench.measure import Result, peak_mib

CASES = 100_000
ROUNDS = 5
BAR = "≥ 10,000 decisions/s on one core, explained"
BAR_WITH_TEXT = "none: the same with the text that is stored"


def decisions() -> Result:
    """Cases decided in a second, each with every check and step."""
    return _measured(with_text=False)


def decisions_with_text() -> Result:
    """The same, and each decision written as it is stored."""
    return _measured(with_text=True)


def _measured(*, with_text: bool) -> Result:
    from foundation.policy.engine import to_json
    from subsidies.schemes.deciding import scheme_decide

    cases = invented()
    rates, spent, times = [], 0.0, []
    outcomes: Counter[str] = Counter()
    for _round in range(ROUNDS):
        started, cpu = time.perf_counter(), time.process_time()
        for scheme, facts, figures, on in cases:
            answer = scheme_decide(scheme, facts, on=on, figures=figures)
            assert answer.decision is not None
            if with_text:
                to_json(answer.decision)
            outcomes[answer.outcome] += 1
        elapsed = time.perf_counter() - started
        spent += time.process_time() - cpu
        rates.append(len(cases) / elapsed)
        times.append(elapsed / len(cases) * 1000)
    print(f"outcomes: {dict(outcomes)}", file=sys.stderr)
    rate = statistics.median(rates)
    return Result(
        value=rate, unit="decisions/s", n=len(cases) * ROUNDS, median_ms=statistics.median(times), p95_ms=max(times),
        cpu_s=spent, peak_mib=peak_mib([os.getpid()]), bar=BAR_WITH_TEXT if with_text else BAR,
        met=None if with_text else rate >= 10_000,
    )  # fmt: skip


def invented() -> list[tuple[Any, Any, Any, date]]:
    """Scheme, facts and figures of each case, from the files of the packs."""
    from subsidies.schemes.deciding import scheme_decide
    from tests.subsidies.schemes.packs_at_hand import figures_at_hand, schemes_at_hand

    source = random.Random(5)
    places = []
    for scheme in schemes_at_hand():
        first, last = scheme.effective.lower, scheme.effective.upper or date(2026, 12, 31)
        for _day in range(3):
            on = first + timedelta(days=source.randrange((last - first).days))
            places.append((scheme, figures_at_hand(scheme, on=on), on))
    cases: list[tuple[Any, Any, Any, date]] = []
    while len(cases) < CASES:
        scheme, figures, on = source.choice(places)
        facts = _facts(source, on)
        if scheme_decide(scheme, facts, on=on, figures=figures).outcome != "gap":
            cases.append((scheme, facts, figures, on))
    return cases


def _facts(source: random.Random, on: date) -> Any:
    """Somebody, more often in order than not."""
    from tests.subsidies.schemes.cases import in_order

    levels = ["level5", "level5", "level4", "level3", "level2", "special"]
    facts = replace(
        in_order(on.isoformat()),
        level=source.choice(levels),
        groups=source.choice([(), ("rural_transfer",), ("hard_to_employ",), ("disabled",), ("poverty_monitored",)]),
        classes=source.choice([(), (), ("six_groups",), ("shortage", "key_occupation"), ("shortage_services",)]),
        issued_on=on - timedelta(days=source.randrange(240)),
        age=source.randrange(20, 62),
        counted=source.randrange(4),
        hours=Decimal(source.randrange(10, 120)),
        days=source.randrange(1, 40),
        fee_fen=20400,
        certificate_kind=source.choice(["level", "level", "special", "training"]),
    )
    if source.random() < 0.5:
        unknown = source.choice(["registered", "drawing_pension", "student", "on_payroll", "certificate_confirmed"])
        facts = replace(facts, **{unknown: source.choice([None, True, False])})
    return facts
