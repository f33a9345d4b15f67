"""The occupations of the catalogue on a day: their ladders, what they are called, which are neighbours."""

from collections.abc import Iterable
from datetime import date

from certifications.applications.rules.conditions import squeezed
from certifications.applications.selectors import ConditionBook
from courses.catalogue.models import Occupation
from courses.catalogue.selectors import occupations
from foundation.policy.values import Period
from residency.planner.rules.benefits import Goal


class Catalogue:
    """Read once for a plan: four queries, however many occupations."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self.by_code = {one.code: one for one in occupations()}

    def ladder(self, occupation: Occupation) -> frozenset[int]:
        """The levels that exist on the day, whether split by work type or not."""
        return frozenset(
            row.level for row in occupation.levels.all()
            if self.on in Period.of(row.effective.lower, row.effective.upper)
        )  # fmt: skip

    def reference_hours(self, goal: Goal) -> int | None:
        """The hours the standard gives a level; the longest where work types differ, nothing where it gives none."""
        rows = self.by_code[goal.occupation_code].levels.all()
        given = [
            row.reference_hours
            for row in rows
            if row.level == goal.level
            and row.reference_hours
            and self.on in Period.of(row.effective.lower, row.effective.upper)
        ]
        return max(given, default=None)

    def find(self, code: str, name: str) -> Occupation | None:
        """An occupation by its code, else by its name or that of one of its work types."""
        if code in self.by_code:
            return self.by_code[code]
        said = squeezed(name)
        return next((one for one in self.by_code.values() if said and said in called(one)), None)

    def neighbours(self, own: Iterable[Occupation], book: ConditionBook) -> list[Occupation]:
        """Occupations whose conditions name one of hers as related, or that the conditions of hers name."""
        mine = {one.code: one for one in own}
        names = frozenset(name for one in mine.values() for name in called(one))
        named = frozenset(name for one in mine.values() for name in book.names(one).related)
        return [
            one
            for code, one in self.by_code.items()
            if code not in mine and (names & book.names(one).related or named & called(one))
        ]


def called(occupation: Occupation) -> frozenset[str]:
    """Its name and those of its work types, as lists of related occupations write them."""
    return frozenset(squeezed(name) for name in (occupation.name, *(one.name for one in occupation.work_types.all())))
