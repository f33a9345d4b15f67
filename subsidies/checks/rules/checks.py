"""The shape of a check.

The statement reads the cases of a run from the temporary table ``checks_case`` (``subsidies.checks.cases``), one row
for a claim, and answers rows of ``claim_id`` and ``seen``. What was seen holds numbers, days and the numbers of other
claims; never a name, an identity number, a phone or an account. It also never holds today's date or an age that grows
by itself: the same thing seen twice must read the same, for that is how it is kept once and stays cleared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from subsidies.checks.states import Basis, Severity
from subsidies.registers.states import RegisterKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check. Texts name values of ``seen`` as ``%(value)s``; ``basis`` and ``severity`` in it overrule its own."""

    code: str
    title: "StrPromise"
    severity: Severity
    basis: Basis
    source: str
    since: date
    sql: str
    # In words: what was seen, with what it was compared, why that is suspicious, what to do.
    seen: "StrPromise"
    compared: "StrPromise"
    why: "StrPromise"
    advice: "StrPromise"
    until: date | None = None
    version: int = 1
    register: RegisterKind | None = None
    # Platform figures the statement reads as %(name)s: name → code of foundation.policy.
    figures: Mapping[str, str] | None = None
    # Figures of the claim's own scheme it needs: columns of ``checks_figure``.
    scheme_figures: tuple[str, ...] = ()

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)
