"""What one scheme asks on one day, and which figures its sum is made of: made once for a set of figures."""

from collections.abc import Iterable
from functools import lru_cache

from foundation.policy.engine import Working
from foundation.policy.values import ParameterSet, ParameterValue
from subsidies.schemes.rules.names import KINDS, LEVELS, REQUIREMENTS
from subsidies.schemes.rules.requirements import (
    AtLeast,
    Below,
    Graded,
    InGroup,
    Insured,
    Known,
    OneOf,
    Requirement,
    Served,
    Stated,
    Switch,
    Window,
)


class Plan:
    """The conditions of a scheme in the order they are read, and the figures they stand on."""

    __slots__ = ("asks", "code", "figures", "used", "window")

    def __init__(self, code: str, figures: ParameterSet, rule: str) -> None:
        self.code = code
        # Of this scheme only, by the name after its code: the sum looks here.
        self.figures = {
            full.removeprefix(f"{code}."): figure for full, figure in figures.items() if full.startswith(f"{code}.")
        }
        self.used: dict[str, ParameterValue] = {}
        self.asks: tuple[Requirement, ...] = tuple(self._asks(rule))
        self.window = next((ask for ask in self.asks if isinstance(ask, Window)), None)

    def apply(self, work: Working) -> bool | None:
        """Ask everything. The figures asked by are kept with the decision."""
        work.used.update(self.used)
        return work.require(*self.asks)

    def _asks(self, rule: str) -> Iterable[Requirement]:
        asked = self._switches("requires", REQUIREMENTS)
        yield from (Switch(name, figure) for name, figure in asked.items() if name == "identity")
        yield from (Switch(name, figure) for name, figure in asked.items() if name in PERSON)
        if figure := self._figure("age.limit"):
            yield Below("age", "age", figure)
        if groups := self._switches("group", sorted(self._under("group"))):
            yield InGroup("group", groups)
        if figure := self._figure("paid.min"):
            yield Insured("insured", figure)
        yield from self._about_the_certificate(rule)
        yield from (Switch(name, figure) for name, figure in asked.items() if name in CERTIFICATE)
        yield from self._about_time_and_training(rule)
        for name, fact in (("count.max", "counted"), ("count.per_year", "counted_this_year")):
            if figure := self._figure(name):
                yield Below(name.replace(".", "_"), fact, figure)
        yield from (Switch(name, figure) for name, figure in asked.items() if name in COUNTED)
        if rule == "award" and (figure := self._figure("months_between")):
            yield Served(figure)

    def _about_the_certificate(self, rule: str) -> Iterable[Requirement]:
        if kinds := self._switches("certificate", KINDS):
            yield OneOf("certificate_kind", "certificate_kind", kinds)
        if levels := self._switches("level", LEVELS):
            yield OneOf("level", "level", levels)
        elif rule == "certificate" and (amounts := sorted(self._under("amount")) or sorted(self._under("fee"))):
            prefix = "amount" if self._under("amount") else "fee"
            yield Graded("level", self._keep(f"{prefix}.{amounts[0]}"))

    def _about_time_and_training(self, rule: str) -> Iterable[Requirement]:
        if figure := self._figure("claim_window"):
            yield Window("claim_window", figure)
        if figure := self._figure("hours.min"):
            yield AtLeast("hours", "hours", figure)
        elif rule != "certificate" and (figure := self._figure("per_hour")):
            yield Known("hours", "hours", figure)
        if rule == "living" and (figure := self._figure("per_day") or self._figure("short_course.days")):
            yield Known("days", "days", figure)
        if rule == "certificate" and not self._under("amount") and (figure := self._figure("fee.share")):
            yield Stated("fee", "fee_fen", figure)

    def _under(self, prefix: str) -> list[str]:
        return [name.removeprefix(f"{prefix}.") for name in self.figures if name.startswith(f"{prefix}.")]

    def _figure(self, name: str) -> ParameterValue | None:
        return self._keep(name) if name in self.figures else None

    def _keep(self, name: str) -> ParameterValue:
        figure = self.figures[name]
        self.used[figure.code] = figure
        return figure

    def _switches(self, prefix: str, names: Iterable[str]) -> dict[str, ParameterValue]:
        """Those that are in force and say yes."""
        found = ((name, self.figures.get(f"{prefix}.{name}")) for name in names)
        return {name: self._keep(f"{prefix}.{name}") for name, figure in found if figure is not None and figure.value}


# In what order people read the conditions: who she is, what she holds, what she had before.
PERSON = ("registered", "not_pensioner", "not_on_public_payroll", "not_student")
CERTIFICATE = ("certificate_confirmed", "certificate_valid")
COUNTED = ("once_per_level", "no_downgrade", "one_fund", "filing_accepted", "account")


@lru_cache(maxsize=512)
def plan_of(code: str, figures: ParameterSet, rule: str) -> Plan:
    """The plan of a scheme by the figures of a day."""
    return Plan(code, figures, rule)
