"""我能领补贴吗： what somebody says of herself, put to the same engine that decides claims. Nothing is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from foundation.policy.engine import Check, Step, words
from foundation.policy.engine.words import check_words, step_words
from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.rules import LEVELS, CaseFacts
from subsidies.schemes.selectors import SchemeFigures, class_book, figures_of, schemes_shown
from subsidies.schemes.states import Lane, SchemeRule

UNKNOWN = "unknown"
TRUTH = {"yes": True, "no": False}
# What the platform looks at itself when she claims: taken for granted here, and said so.
LOOKED_AT_LATER = frozenset({"identity", "account", "certificate_valid", "certificate_confirmed"})
# Of several answers the one that is best for her leads.
RANK = {"yes": 0, "undecided": 1, "gap": 2, "no": 3}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, in words. ``state``: met, missing, open, or later (looked at when she claims)."""

    state: str
    title: str
    needed: str
    found: str
    advice: str
    source: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of the sum."""

    title: str
    words: str
    result_fen: int
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A scheme's answer as the page shows it."""

    scheme: Scheme
    outcome: str
    lowest_fen: int | None
    highest_fen: int | None
    # Where the level is not known: so much for each.
    by_level: tuple[tuple[str, int], ...]
    claim_until: date | None
    in_the_way: tuple[Line, ...]
    # A clear no is not made longer by what is unknown besides: that stands with what is met.
    others: tuple[Line, ...]
    steps: tuple[Sum, ...]
    is_verified: bool
    ended_on: date | None

    @property
    def is_for_school(self) -> bool:
        return self.scheme.payee == "school"


def answers_shown(said: Mapping[str, Any], *, city: str, on: date) -> list[Shown]:
    """Every scheme's answer to what she said: what she may have first, what nobody knows last."""
    shown = [_answered(scheme, said, on=on) for scheme in schemes_shown(city=city, on=on)]
    return sorted(shown, key=lambda one: (one.scheme.is_demonstration, RANK[one.outcome], one.scheme.order))


def _answered(scheme: Scheme, said: Mapping[str, Any], *, on: date) -> Shown:
    figures = figures_of(scheme, on=on)
    book = class_book(city=scheme.city_code, scheme=scheme)
    code, _slash, work_type = str(said.get("occupation") or "").partition("/")
    answers: list[tuple[CaseFacts, Answer]] = []
    for variant in _variants(facts_said(said, scheme, on=on), said, scheme, figures):
        classes = book.classes_of(
            occupation_code=code,
            work_type_name=work_type,
            level=variant.level,
            groups=variant.groups,
            issued_on=variant.issued_on,
            on=on,
        )
        facts = replace(variant, classes=tuple(sorted(classes)))
        answers.append((facts, scheme_decide(scheme, facts, on=on, figures=figures)))
    return _shown(scheme, said, answers)


def facts_said(said: Mapping[str, Any], scheme: Scheme, *, on: date) -> CaseFacts:
    """What she said as the facts of a case. Not answered is unknown; what the platform looks at itself is granted."""
    kind, level = said.get("kind") or UNKNOWN, said.get("level") or UNKNOWN
    groups = [one for one in said.get("groups") or () if one not in {"none", UNKNOWN}]
    given: dict[str, Any] = {
        "certificate_kind": {"none": "", UNKNOWN: None}.get(kind, kind),
        "level": "special" if kind == "special" else "" if level in {"none", UNKNOWN} else level,
        "occupation": str(said.get("occupation") or "").partition("/")[0],
        "issued_on": said.get("issued_on"),
        "age": said.get("age"),
        "registered": TRUTH.get(said.get("registered", "")),
        "drawing_pension": TRUTH.get(said.get("pension", "")),
        "on_payroll": TRUTH.get(said.get("payroll", "")),
        "student": TRUTH.get(said.get("student", "")),
        "insured_months": said.get("months"),
        "drawing_benefit": TRUTH.get(said.get("benefit", "")),
        "groups": tuple(groups),
    }
    granted: dict[str, Any] = dict.fromkeys(
        ("identity_verified", "certificate_valid", "certificate_confirmed", "has_account"), True
    )
    return CaseFacts(claimed_on=on, **given, **granted, **_had_before(said, scheme))


def _had_before(said: Mapping[str, Any], scheme: Scheme) -> dict[str, Any]:
    """Claims so far. She is asked about training; of other lanes nobody knows, unless she never claimed anything."""
    times, before = said.get("times") or UNKNOWN, said.get("before") or UNKNOWN
    never = times == "0"
    if never:
        return {"counted": 0, "counted_this_year": 0}
    kinds = ("same_level_claimed", "higher_level_claimed", "other_fund_claimed")
    had: dict[str, Any] = {"counted": None, "counted_this_year": None, **dict.fromkeys(kinds)}
    if scheme.lane != Lane.TRAINING:
        return had
    had["counted"] = int(times) if times.isdigit() else None
    if before == "none":
        return had | dict.fromkeys(kinds, False)
    told = {"same": "same_level_claimed", "higher": "higher_level_claimed", "fund": "other_fund_claimed"}.get(before)
    return had | ({told: True} if told else {})


def _asks_level(said: Mapping[str, Any]) -> bool:
    """Whether there is a certificate with a level that she did not say."""
    kind, level = said.get("kind") or UNKNOWN, said.get("level") or UNKNOWN
    return level == UNKNOWN and kind not in {"special", "none"}


def _asks_groups(said: Mapping[str, Any]) -> bool:
    groups = said.get("groups") or ()
    return not groups or UNKNOWN in groups


def _variants(facts: CaseFacts, said: Mapping[str, Any], scheme: Scheme, figures: SchemeFigures) -> Iterator[CaseFacts]:
    """The cases it may be: each level that is paid where she does not know hers, and in or out of the groups."""
    prefix = f"{scheme.code}."
    names = [code.removeprefix(prefix) for code in figures]
    levels = [facts.level]
    if _asks_level(said) and scheme.rule == SchemeRule.CERTIFICATE:
        special = {"special"} if said.get("kind") in {None, "", UNKNOWN} else set()
        paid = [one for one in LEVELS if one != "special" or one in special]
        levels = [one for one in paid if any(name.endswith(f".{one}") for name in names)] or levels
    groups = [facts.groups]
    if _asks_groups(said):
        asked = tuple(name.removeprefix("group.") for name in names if name.startswith("group."))
        groups = [asked, facts.groups] if asked else groups
    for level in levels:
        for one in groups:
            yield replace(facts, level=level, groups=one)


def _shown(scheme: Scheme, said: Mapping[str, Any], answers: list[tuple[CaseFacts, Answer]]) -> Shown:
    best = min((answer for _facts, answer in answers), key=lambda one: RANK[one.outcome])
    open_codes = _open_codes([facts for facts, _answer in answers])
    outcome = _outcome({answer.outcome for _facts, answer in answers}, best, level_is_open="level" in open_codes)
    paid = [(one.level, answer.amount_fen) for one, answer in answers if answer.amount_fen is not None]
    amounts = [fen for _level, fen in paid] if outcome in {"yes", "undecided"} else []
    decision = best.decision
    lines = list(_lines(best, open_codes))
    steps = decision.steps if decision and len(set(amounts)) == 1 else ()
    upper = scheme.effective.upper
    leading = {"missing"} if outcome == "no" else {"missing", "open"}
    return Shown(
        scheme=scheme,
        outcome=outcome,
        lowest_fen=min(amounts, default=None),
        highest_fen=max(amounts, default=None),
        by_level=_by_level(paid) if amounts and "level" in open_codes else (),
        claim_until=best.claim_until if outcome in {"yes", "undecided"} else None,
        in_the_way=tuple(line for line in lines if line.state in leading),
        others=tuple(line for line in lines if line.state not in leading),
        steps=tuple(Sum(words(one.title), step_words(one), int(one.result), source_of(one)) for one in steps),
        is_verified=decision.verified if decision else False,
        ended_on=upper - timedelta(days=1) if upper and upper <= _day(answers) else None,
    )


def _day(answers: list[tuple[CaseFacts, Answer]]) -> date:
    """The day all the cases were decided on."""
    return answers[0][0].claimed_on


def _outcome(outcomes: set[str], best: Answer, *, level_is_open: bool) -> str:
    """One answer for all the cases it may be. A level nobody said may be one that is not paid: never a plain yes."""
    may_be = outcomes & {"yes", "undecided"}
    if may_be and (level_is_open or len(outcomes) > 1):
        return "undecided"
    return best.outcome


def _open_codes(cases: list[CaseFacts]) -> set[str]:
    """The checks on which the cases differ, because she did not know."""
    many = {"level": len({one.level for one in cases}) > 1, "group": len({one.groups for one in cases}) > 1}
    return {code for code, is_open in many.items() if is_open}


def _by_level(paid: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The lowest amount of each level, from level five up."""
    lowest: dict[str, int] = {}
    for level, fen in paid:
        lowest[level] = min(fen, lowest.get(level, fen))
    return tuple((words(f"value.{level}"), lowest[level]) for level in LEVELS if level in lowest)


def _lines(answer: Answer, open_codes: set[str]) -> Iterator[Line]:
    """What was looked at, in words, and what she could not say."""
    checks = [check for check in (answer.decision.checks if answer.decision else ()) if not check.group]
    advice = {
        "level": _("看看证书上写的是几级，再回来改一改答案。"),
        "group": _("不清楚自己算不算这类人的，请带身份证到街道（社区）服务窗口问一问。"),
    }
    for check in checks:
        text = check_words(check)
        state = "met" if check.passed else "open" if check.passed is None else "missing"
        if check.code in LOOKED_AT_LATER:
            state, text["found"] = "later", ""
        elif check.code in open_codes:
            state, text["found"], text["advice"] = "open", words("found.unknown"), advice[check.code]
        yield Line(
            state, text["title"], text["needed"], text["found"], text["advice"], source_of(check), check.verified
        )
    if answer.decision and "level" in open_codes and not any(check.code == "level" for check in checks):
        title, needed = words("check.subsidy.level"), words("needed.subsidy.level.any")
        yield Line("open", title, needed, words("found.unknown"), advice["level"], "", is_verified=True)


def source_of(row: Check | Step) -> str:
    """Where it stands: number of the paper, and article."""
    return " ".join(part for part in (row.doc_no, row.article) if part)
