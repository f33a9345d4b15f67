"""What the file says about a worker, as far as conditions ask; nothing here says who she is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from certifications.applications.rules.conditions import Names
from certifications.applications.rules.periods import Span, months_worked
from certifications.applications.states import DiplomaKind, Trade, TradeScope
from workers.states import EducationLevel

HIGHEST, LOWEST = 1, 5
ABOVE_SCHOOL = frozenset({EducationLevel.COLLEGE, EducationLevel.BACHELOR, EducationLevel.MASTER})
ADVANCED_SCHOOLS = ("技师学院", "高级技工", "高级技校", "高职")
LAST_YEAR_DAYS = 366
IN_SCOPE = {
    TradeScope.SELF: frozenset({Trade.SELF}),
    TradeScope.RELATED: frozenset({Trade.SELF, Trade.RELATED}),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A job. ``proven`` is what of it somebody stands for: all of a guaranteed one, the insured months of another."""

    pk: int | None
    span: Span
    post: str
    proven: tuple[Span, ...] = ()
    # What she herself says it was, on the form.
    stated: Trade | None = None

    def trade(self, names: Names) -> Trade:
        """What it was. Her word takes a job out; it makes one unsure that would not count, and never more than that."""
        if self.stated == Trade.OTHER:
            return Trade.OTHER
        found = names.trade_of(self.post)
        is_claimed = self.stated in {Trade.SELF, Trade.RELATED}
        return Trade.UNSURE if found == Trade.OTHER and is_claimed else found


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of a skill level."""

    pk: int | None
    code: str
    words: str
    level: int | None
    issued_on: date
    is_guaranteed: bool

    def trade(self, names: Names) -> Trade:
        if self.code and self.code == names.own_code:
            return Trade.SELF
        found = names.trade_of(self.words)
        # A certificate names its occupation exactly: what is not on the list is another one.
        return Trade.OTHER if found == Trade.UNSURE and self.words and names.related else found


@dataclass(frozen=True, slots=True)
class Schooling:
    """Schooling, perhaps not finished."""

    pk: int | None
    level: str
    school: str
    major: str
    end: date | None
    is_guaranteed: bool

    def reaches(self, kind: DiplomaKind) -> bool | None:
        """Whether it is a diploma of that kind or above; whether a school is an advanced one is not always told."""
        if self.level in ABOVE_SCHOOL:
            return True
        if self.level != EducationLevel.VOCATIONAL or kind == DiplomaKind.COLLEGE:
            return False
        if kind == DiplomaKind.VOCATIONAL or any(word in self.school for word in ADVANCED_SCHOOLS):
            return True
        return None

    def is_done(self, on: date, *, counts_last_year: bool) -> bool | None:
        """Finished by a day, or in its last year where that is enough. With no end told, nobody knows."""
        if self.end is None:
            return None if counts_last_year else False
        if self.end <= on:
            return True
        return counts_last_year and (self.end - on).days <= LAST_YEAR_DAYS


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that conditions look at."""

    born: date
    jobs: tuple[Job, ...] = ()
    certificates: tuple[Held, ...] = ()
    schoolings: tuple[Schooling, ...] = ()
    # None: she says so and somebody has to see the paper.
    is_apprentice: bool | None = False


@dataclass(frozen=True, slots=True)
class Prior:
    """Whether the certificate that a route asks for is there, and since when it can be counted from."""

    is_held: bool | None
    since: date | None
    since_perhaps: date | None


def prior_of(dossier: Dossier, names: Names, level: int, scope: TradeScope, *, on: date) -> Prior:
    """The certificates of the level or a higher one, before the day: the earliest of those that count."""
    fitting = [
        (one, one.trade(names))
        for one in dossier.certificates
        if one.level is not None and HIGHEST <= one.level <= level <= LOWEST and one.issued_on <= on
    ]
    sure = [one.issued_on for one, trade in fitting if one.is_guaranteed and trade in IN_SCOPE[scope]]
    perhaps = [one.issued_on for one, trade in fitting if trade in IN_SCOPE[scope] or trade == Trade.UNSURE]
    return Prior(
        True if sure else None if perhaps else False, min(sure, default=None), min([*sure, *perhaps], default=None)
    )


def sure_spans(jobs: Iterable[Job], names: Names, scope: TradeScope) -> list[Span]:
    """The time in the trade that somebody stands for."""
    return [span for job in jobs if job.trade(names) in IN_SCOPE[scope] for span in job.proven]


def possible_spans(jobs: Iterable[Job], names: Names, scope: TradeScope) -> list[Span]:
    """All the time that may turn out to have been in the trade."""
    wanted = IN_SCOPE[scope] | {Trade.UNSURE}
    return [job.span for job in jobs if job.trade(names) in wanted]


def months_found(
    sure: list[Span], possible: list[Span], needed: int, *, on: date, since: date, since_perhaps: date
) -> int | None:
    """Months that count; None when they are enough only if what she says proves true."""
    certain = months_worked(sure, on=on, since=since)
    if certain >= needed:
        return certain
    most = months_worked(possible, on=on, since=since_perhaps)
    return None if most >= needed else most


def diploma_of(dossier: Dossier, kind: DiplomaKind, *, counts_last_year: bool, on: date) -> list[Schooling]:
    """The schoolings that are, or may be, such a diploma."""
    return [
        one
        for one in dossier.schoolings
        if one.reaches(kind) is not False and one.is_done(on, counts_last_year=counts_last_year) is not False
    ]


def diploma_found(found: list[Schooling], kind: DiplomaKind, *, counts_last_year: bool, on: date) -> bool | None:
    """Yes when one is guaranteed and surely of that kind, no when there is none, else somebody has to see it."""
    sure = (
        one.is_guaranteed and one.reaches(kind) is True and one.is_done(on, counts_last_year=counts_last_year) is True
        for one in found
    )
    return any(sure) or (None if found else False)


def major_found(found: list[Schooling], names: Names) -> bool | None:
    """Whether one of the diplomas is in the field."""
    answers = [names.is_major(one.major) for one in found]
    return True if True in answers else None if answers else False
