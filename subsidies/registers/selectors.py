"""Which lists are on file, and who is in them. Sets of people in, one query out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from foundation.database import period
from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue
from subsidies.registers.models import Register, RegisterRow
from subsidies.registers.rules import key_mark
from subsidies.registers.states import GROWING, ListGap, RegisterKind, RegisterState
from workers.models import Worker

DAYS_MAX = "check.register.days_max"


def register_of(kind: str) -> Register | None:
    """The list in use of a kind, if it was brought under today's index key: under another it would find nobody."""
    return Register.objects.filter(kind=kind, state=RegisterState.IN_FORCE, key_mark=key_mark()).first()


def registers_in_use() -> dict[str, Register]:
    """The usable lists by kind; one query."""
    rows = Register.objects.filter(state=RegisterState.IN_FORCE, key_mark=key_mark())
    return {register.kind: register for register in rows}


def registers_of_older_keys() -> QuerySet[Register]:
    """Lists in use that an older index key wrote. No plain number was kept, so they have to be brought again."""
    return Register.objects.filter(state=RegisterState.IN_FORCE).exclude(key_mark=key_mark())


def in_register(
    kind: str,
    workers: Iterable[Worker | int],
    *,
    on: date | None = None,
    during: tuple[date, date | None] | None = None,
) -> dict[int, bool | None]:
    """For each worker whether the list of the kind holds her on the day, or on any day of the period (both included).

    ``None`` is "nobody knows", which is neither yes nor no: for everybody when no such list is on file, and for whoever
    is not in one that proves nobody's absence on that day. Whoever is in a list is in it, however old. Three queries.
    """
    if (on is None) == (during is None):
        raise ValueError("Ask either for a day or for a period.")
    ids = [one if isinstance(one, int) else one.pk for one in workers]
    register = register_of(kind)
    if register is None:
        return dict.fromkeys(ids)
    days = Q(effective__contains=on) if on is not None else Q(effective__overlap=period(*(during or (None,))))
    persons = RegisterRow.objects.filter(days, register=register).values("person")
    found = set(Worker.objects.filter(pk__in=ids, id_number_index__in=persons).values_list("pk", flat=True))
    until = on or (during[1] if during else None) or date.max
    absent = False if _proves_absence(register, until) else None
    return {one: True if one in found else absent for one in ids}


def days_max(on: date) -> int | None:
    """How old a list may be; None where no figure is in force."""
    figure = figures_for([DAYS_MAX], city=settings.CITY_CODE, on=on)[DAYS_MAX]
    return int(figure.value) if isinstance(figure, ParameterValue) else None


def gap_of(register: Register, *, on: date, most: int | None) -> ListGap | None:
    """Why somebody who is not in the list may yet belong to it on the day; nothing when the list can be relied on.

    ``most`` is the figure of ``days_max``: the facts of a case and the checks ask in the same way.
    """
    if register.is_partial:
        return ListGap.PARTIAL
    if most is None:
        return ListGap.NO_FIGURE
    return ListGap.OLD if (on - register.as_of).days > most else None


def _proves_absence(register: Register, on: date) -> bool:
    """Whether who is not in the list is not one of them on the day."""
    if register.kind in GROWING and on > register.as_of:
        return False
    return gap_of(register, on=on, most=days_max(on)) is None


@dataclass(frozen=True)
class Shelf:
    """What is on file of a kind: the list in use, or why there is none."""

    kind: str
    label: str
    register: Register | None
    is_of_older_key: bool
    age_days: int | None
    is_old: bool


def shelves(*, on: date, days_max: int | None) -> list[Shelf]:
    """Every kind with the list in use and its age; kinds without a list too."""
    used = {register.kind: register for register in Register.objects.filter(state=RegisterState.IN_FORCE)}
    mark = key_mark()
    found = []
    for kind in RegisterKind:
        register = used.get(kind)
        age = (on - register.as_of).days if register else None
        found.append(
            Shelf(
                kind=kind.value,
                label=str(kind.label),
                register=register,
                is_of_older_key=register is not None and bytes(register.key_mark) != mark,
                age_days=age,
                is_old=age is not None and days_max is not None and age > days_max,
            )
        )
    return found


def register_history(*, kinds: Collection[str] = ()) -> QuerySet[Register]:
    """Every list that was brought, the newest first."""
    rows = Register.objects.select_related("recorded_by").order_by("-recorded_at", "-pk")
    return rows.filter(kind__in=kinds) if kinds else rows
