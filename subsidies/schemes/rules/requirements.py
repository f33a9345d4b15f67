"""The conditions of schemes. Each is made once from its own figure, and cites the article that figure stands on.

Whatever does not change from case to case is made beforehand: the checks of a switch are three finished tuples.
"""

from datetime import date
from typing import Any

from foundation.policy.engine import Check, Condition, Message, Scalar, Working
from foundation.policy.engine.conditions import UNKNOWN, months_later
from foundation.policy.engine.decisions import kleene_any
from foundation.policy.values import ParameterValue

# Which fact answers a switch, and what it must be.
SWITCHES: dict[str, tuple[str, bool]] = {
    "registered": ("registered", True),
    "not_pensioner": ("drawing_pension", False),
    "not_on_public_payroll": ("on_payroll", False),
    "not_student": ("student", False),
    "identity": ("identity_verified", True),
    "certificate_confirmed": ("certificate_confirmed", True),
    "certificate_valid": ("certificate_valid", True),
    "once_per_level": ("same_level_claimed", False),
    "no_downgrade": ("higher_level_claimed", False),
    "one_fund": ("other_fund_claimed", False),
    "filing_accepted": ("filing_accepted", True),
    "account": ("has_account", True),
}


class Requirement(Condition):
    """One condition of a scheme, with the figure that asks it."""

    __slots__ = ("advice", "figure", "name", "title")

    def __init__(self, name: str, figure: ParameterValue) -> None:
        self.name = name
        self.figure = figure
        self.title = f"check.subsidy.{name}"
        self.advice = f"advice.subsidy.{name}"

    def made(self, passed: bool | None, needed: Message, found: Message, figure: ParameterValue | None = None) -> Check:
        figure = figure or self.figure
        return Check(
            self.name,
            self.title,
            passed,
            needed,
            found,
            figure.article,
            figure.doc_no or figure.document_title,
            "" if passed else f"{self.advice}.unknown" if passed is None else self.advice,
            figure.verified,
            figure.version_id,
            "",
        )


class Switch(Requirement):
    """A fact that must be yes, or no."""

    __slots__ = ("answers", "fact")

    def __init__(self, name: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.fact, wanted = SWITCHES[name]
        needed = Message(f"needed.subsidy.{name}")
        seen = {True: Message(f"found.subsidy.{name}.yes"), False: Message(f"found.subsidy.{name}.no")}
        self.answers: dict[Any, tuple[bool | None, Check]] = {
            answer: (answer is wanted, self.made(answer is wanted, needed, seen[answer is wanted]))
            for answer in (True, False)
        }
        self.answers[None] = (None, self.made(None, needed, UNKNOWN))

    def check(self, work: Working, group: str = "") -> bool | None:
        passed, check = self.answers[work.fact(self.fact)]
        work.checks.append(check)
        return passed


class OneOf(Requirement):
    """A word that must be among those whose switches are in force. An empty word is known: there is none."""

    __slots__ = ("answers", "fact", "figures", "needed")

    def __init__(self, name: str, fact: str, figures: dict[str, ParameterValue]) -> None:
        super().__init__(name, next(iter(figures.values())))
        self.fact = fact
        self.figures = figures
        self.needed = Message(f"needed.subsidy.{name}", (("options", tuple(figures)),))
        self.answers: dict[Scalar, tuple[bool | None, Check]] = {None: (None, self.made(None, self.needed, UNKNOWN))}

    def check(self, work: Working, group: str = "") -> bool | None:
        found: Any = work.fact(self.fact)
        answer = self.answers.get(found)
        if answer is None:
            figure = self.figures.get(found)
            message = Message("found.value", (("value", found),)) if found else Message(f"found.subsidy.{self.name}.no")
            answer = figure is not None, self.made(figure is not None, self.needed, message, figure)
            if figure is not None or not found:  # what is nobody's word is not kept
                self.answers[found] = answer
        work.checks.append(answer[1])
        return answer[0]


class InGroup(Requirement):
    """She belongs to one of the groups whose switches are in force."""

    __slots__ = ("needed", "options")

    def __init__(self, name: str, figures: dict[str, ParameterValue]) -> None:
        super().__init__(name, next(iter(figures.values())))
        self.options = frozenset(figures)
        self.needed = Message(f"needed.subsidy.{name}", (("options", tuple(f"group.{one}" for one in figures)),))

    def check(self, work: Working, group: str = "") -> bool | None:
        groups: tuple[str, ...] = work.fact("groups") or ()  # type: ignore[assignment]
        met = tuple(one for one in groups if one in self.options)
        shown = tuple(f"group.{one}" for one in met or groups)
        found = Message("found.value", (("value", shown),)) if shown else Message(f"found.subsidy.{self.name}.no")
        work.checks.append(self.made(bool(met), self.needed, found))
        return bool(met)


class Below(Requirement):
    """A number that stays below the figure: age, claims so far."""

    __slots__ = ("fact", "limit", "needed")

    def __init__(self, name: str, fact: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.fact = fact
        self.limit = int(figure.value)
        self.needed = Message(f"needed.subsidy.{name}", (("value", figure.value), ("unit", figure.unit)))

    def check(self, work: Working, group: str = "") -> bool | None:
        found: Any = work.fact(self.fact)
        passed = None if found is None else found < self.limit
        seen = UNKNOWN if found is None else Message(f"found.subsidy.{self.name}", (("value", found),))
        work.checks.append(self.made(passed, self.needed, seen))
        return passed


class AtLeast(Requirement):
    """A number that reaches the figure: hours of training."""

    __slots__ = ("fact", "least", "needed")

    def __init__(self, name: str, fact: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.fact = fact
        self.least = figure.value
        self.needed = Message(f"needed.subsidy.{name}", (("value", figure.value), ("unit", figure.unit)))

    def check(self, work: Working, group: str = "") -> bool | None:
        found: Any = work.fact(self.fact)
        passed = None if found is None else found >= self.least
        seen = UNKNOWN if found is None else Message(f"found.subsidy.{self.name}", (("value", found),))
        work.checks.append(self.made(passed, self.needed, seen))
        return passed


class Insured(Requirement):
    """So many months of unemployment insurance, or drawing its benefit now."""

    __slots__ = ("least", "needed")

    def __init__(self, name: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.least = int(figure.value)
        self.needed = Message(f"needed.subsidy.{name}", (("value", figure.value), ("unit", figure.unit)))

    def check(self, work: Working, group: str = "") -> bool | None:
        months: Any = work.fact("insured_months")
        drawing: Any = work.fact("drawing_benefit")
        passed = kleene_any([None if months is None else months >= self.least, drawing])
        if drawing:
            seen = Message(f"found.subsidy.{self.name}.drawing")
        else:
            seen = UNKNOWN if months is None else Message(f"found.subsidy.{self.name}", (("value", months),))
        work.checks.append(self.made(passed, self.needed, seen))
        return passed


class Window(Requirement):
    """Claimed at most so many months after the certificate was issued, the last day included."""

    __slots__ = ("months",)

    def __init__(self, name: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.months = int(figure.value)

    def last_day(self, issued_on: date) -> date:
        return months_later(issued_on, self.months)

    def check(self, work: Working, group: str = "") -> bool | None:
        issued: Any = work.fact("issued_on")
        claimed: Any = work.fact("claimed_on")
        if issued is None or claimed is None:
            needed = Message(f"needed.subsidy.{self.name}.unknown", (("months", self.months),))
            work.checks.append(self.made(None, needed, UNKNOWN))
            return None
        last = months_later(issued, self.months)
        passed: bool = issued <= claimed <= last
        needed = Message(f"needed.subsidy.{self.name}", (("last", last), ("months", self.months)))
        seen = Message(f"found.subsidy.{self.name}", (("issued", issued), ("claimed", claimed)))
        work.checks.append(self.made(passed, needed, seen))
        return passed


class Known(Requirement):
    """A number the sum cannot do without."""

    __slots__ = ("fact", "needed")

    def __init__(self, name: str, fact: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        self.fact = fact
        self.needed = Message(f"needed.subsidy.{name}")

    def check(self, work: Working, group: str = "") -> bool | None:
        found: Any = work.fact(self.fact)
        passed = None if found is None else found > 0
        seen = UNKNOWN if found is None else Message(f"found.subsidy.{self.name}", (("value", found),))
        work.checks.append(self.made(passed, self.needed, seen))
        return passed


class Stated(Known):
    """A number the sum is made of, and that only she has said: it stays open until a person has seen the paper."""

    __slots__ = ()

    def check(self, work: Working, group: str = "") -> bool | None:
        said: Any = work.fact(self.fact)
        if said is None or said <= 0:
            return super().check(work, group)
        work.checks.append(self.made(None, self.needed, Message(f"found.subsidy.{self.name}")))
        return None


class Graded(Requirement):
    """A certificate of some level: without one the table has no line for it."""

    __slots__ = ("failed",)

    def __init__(self, name: str, figure: ParameterValue) -> None:
        super().__init__(name, figure)
        needed, found = Message(f"needed.subsidy.{name}.any"), Message(f"found.subsidy.{name}.no")
        self.failed = self.made(passed=False, needed=needed, found=found)

    def check(self, work: Working, group: str = "") -> bool | None:
        if work.fact("level"):
            return True
        work.checks.append(self.failed)
        return False


class Served(Requirement):
    """So many confirmed months of service for each instalment: the figure says how many lie between two."""

    __slots__ = ("months",)

    def __init__(self, figure: ParameterValue) -> None:
        super().__init__("service", figure)
        self.months = int(figure.value)

    def check(self, work: Working, group: str = "") -> bool | None:
        number: Any = work.fact("instalment")
        served: Any = work.fact("service_months")
        asked = self.months * int(number or 1)
        needed = Message("needed.subsidy.service", (("number", int(number or 1)), ("months", asked)))
        found = UNKNOWN if served is None else Message("found.subsidy.service", (("value", served),))
        passed = None if served is None else bool(served >= asked)
        work.checks.append(self.made(passed, needed, found))
        return passed
