"""A decision in plain words, from what was stored of it: what is met, what is missing, from when on, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.applications.rules.conditions import MONTHS_OF_A_YEAR
from certifications.applications.rules.eligibility import PARTS
from certifications.applications.states import DiplomaKind, Verdict
from courses.catalogue.states import SkillLevel
from foundation.policy.engine import Decision, Facts, Outcome

DOUBTS = {
    "work_before_graduation": gettext_lazy("第一份工作早于最高学历的毕业时间，请核对。"),
    "diploma_lost": gettext_lazy("毕业证书丢失，请用其他办法核对学历。"),
}
MOVE_WORDS = {
    "start": gettext_lazy("开始填写"),
    "submit": gettext_lazy("提交申报"),
    "return": gettext_lazy("退回修改"),
    "accept": gettext_lazy("通过，准考"),
    "refuse": gettext_lazy("不予通过"),
    "withdraw": gettext_lazy("撤回申报"),
}
TONES = {Verdict.YES: "success", Verdict.NO: "error", Verdict.UNDECIDED: "waiting"}


@dataclass(frozen=True, slots=True)
class RouteWords:
    """One route: its wording, whether it is met, and what is missing."""

    wording: str
    passed: bool | None
    missing: tuple[str, ...]
    earliest_on: date | None
    source: str
    is_verified: bool

    @property
    def tone(self) -> str:
        return {True: "success", None: "waiting", False: "neutral"}[self.passed]

    @property
    def label(self) -> str:
        return {True: _("符合"), None: _("要核对"), False: _("还不符合")}[self.passed]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer for a page: a verdict in a sentence, and every route."""

    verdict: Verdict
    summary: str
    routes: tuple[RouteWords, ...]
    edition: str
    doubts: tuple[str, ...]
    is_verified: bool

    @property
    def tone(self) -> str:
        return TONES[self.verdict]

    @property
    def label(self) -> str:
        return {
            Verdict.YES: _("符合条件"),
            Verdict.NO: _("还不符合"),
            Verdict.UNDECIDED: _("要工作人员核对"),
        }[self.verdict]


def verdict_of(decision: Decision) -> Verdict:
    return {Outcome.YES: Verdict.YES, Outcome.NO: Verdict.NO, Outcome.UNDECIDED: Verdict.UNDECIDED}[decision.outcome]


def span_words(months: int) -> str:
    """``1 年 3 个月``."""
    years, rest = divmod(months, MONTHS_OF_A_YEAR)
    if years and rest:
        return _("%(years)s 年 %(months)s 个月") % {"years": years, "months": rest}
    return _("%(years)s 年") % {"years": years} if years else _("%(months)s 个月") % {"months": rest}


def answer_words(decision: Decision) -> Answer:
    """The decision as a page says it."""
    facts = decision.facts
    routes = tuple(_route(decision, f"r{number}") for number in _numbers(facts))
    doubts = facts.get("doubts")
    return Answer(
        verdict=verdict_of(decision),
        summary=_summary(decision, routes),
        routes=routes,
        edition=str(facts.get("edition.title") or ""),
        doubts=tuple(str(DOUBTS.get(str(code), code)) for code in doubts) if isinstance(doubts, tuple) else (),
        is_verified=bool(routes) and all(route.is_verified for route in routes),
    )


def _numbers(facts: Facts) -> tuple[int, ...]:
    numbers = facts.get("routes")
    return tuple(int(str(number)) for number in numbers) if isinstance(numbers, tuple) else ()


def _summary(decision: Decision, routes: Sequence[RouteWords]) -> str:
    facts = decision.facts
    if facts.get("level_exists") is False:
        return _("这个职业没有这个等级，请选择其他等级。")
    if not routes:
        return _("申报条件还没有发布，由工作人员核对。")
    if decision.outcome == Outcome.YES:
        return _("您符合申报条件。")
    if decision.outcome == Outcome.UNDECIDED:
        said = [text for route in routes if route.passed is None for text in route.missing]
        return _("看起来可以，要工作人员核对：%(what)s") % {"what": said[0]} if said else _("要工作人员核对。")
    dated = [route for route in routes if route.earliest_on is not None]
    nearest = min(dated, key=lambda one: one.earliest_on or date.max, default=None)
    if nearest is None:
        nearest = min(routes, key=lambda one: len(one.missing))
    return "；".join(nearest.missing)


def _route(decision: Decision, key: str) -> RouteWords:
    facts = decision.facts
    checks = {check.code: check.passed for check in decision.checks}
    missing, results = [], []
    for part in PARTS:
        code = f"{key}.{part}"
        if facts.get(f"{code}.needed") is None:
            continue
        passed = checks.get(code)
        results.append(passed)
        if passed is not True:
            missing.append(_missing(facts, key, part, passed))
    earliest = facts.get(f"{key}.earliest_on")
    return RouteWords(
        wording=str(facts.get(f"{key}.wording")),
        passed=False if False in results else None if None in results else True,
        missing=tuple(missing),
        earliest_on=earliest if isinstance(earliest, date) else None,
        source="，".join(str(facts.get(f"{key}.{name}")) for name in ("document", "article")
                        if facts.get(f"{key}.{name}")),
        is_verified=bool(facts.get(f"{key}.verified")),
    )  # fmt: skip


def _missing(facts: Facts, key: str, part: str, passed: bool | None) -> str:
    """What is missing of a demand, or what has to be checked."""
    if part in {"after", "total"}:
        return _months_missing(facts, key, part, passed)
    needed = facts.get(f"{key}.{part}.needed")
    values: dict[str, object] = {"day": _day(facts, key), "age": needed}
    if part == "prior":
        values["level"] = SkillLevel(int(str(needed))).label
    elif part == "diploma":
        values["kind"] = DiplomaKind(str(needed)).label
    unmet, unsure = {
        "prior": (_("先要有%(level)s证书"), _("您填报的%(level)s证书要核对")),
        "diploma": (_("要有%(kind)s的毕业证书"), _("您填报的学历要凭毕业证书核对")),
        "major": (_("所学的专业要对口"), _("所学的专业是不是对口，要核对")),
        "apprentice": (_("学徒期满的，申报时上传证明"), _("学徒期满的证明要核对")),
        "age": (_("要年满 %(age)s 周岁，到 %(day)s 可以"), _("年龄要核对")),
        "intent": (_("要从事或者准备从事这个职业"), _("是不是从事这个职业，要核对")),
    }[part]
    return (unmet if passed is False else unsure) % values


def _months_missing(facts: Facts, key: str, part: str, passed: bool | None) -> str:
    needed, found = int(str(facts.get(f"{key}.{part}.needed"))), facts.get(f"{key}.{part}")
    if passed is None or not isinstance(found, int):
        return _("工作满 %(years)s，要凭工作证明核对") % {"years": span_words(needed)}
    values = {"count": span_words(needed - found), "years": span_words(needed), "day": _day(facts, key)}
    if not values["day"]:
        return _("工作要满 %(years)s，还差 %(count)s") % values
    if facts.get(f"{key}.earliest_assumed"):
        return _("工作要满 %(years)s，还差 %(count)s。现在开始做这一行，到 %(day)s 满足") % values
    return _("工作要满 %(years)s，还差 %(count)s，到 %(day)s 满足") % values


def _day(facts: Facts, key: str) -> str:
    day = facts.get(f"{key}.earliest_on")
    return day.isoformat() if isinstance(day, date) else ""
