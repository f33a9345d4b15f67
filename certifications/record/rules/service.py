"""Years in the trade: which months count, which of them somebody stands for, where the gaps and the overlaps are.

A month counts once, however many jobs or kinds of insurance speak of it. It is guaranteed by a job that an officer has
confirmed, or by insurance that the job's employer paid in time; a month paid for afterwards shows that money was
paid and not that she worked, and what she paid by herself shows no employer. Nothing before her sixteenth birthday
counts. Insurance of an employer she has told nothing of counts as work, but of no trade: nobody knows as what.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise

from certifications.applications.rules.periods import Span, birthday, months_of, months_within, union

WORKING_AGE = 16


@dataclass(frozen=True, slots=True)
class Job:
    """A job. ``trade`` is the code of the occupation its post names, empty where it names none."""

    span: Span
    employer: str
    employer_code: str = ""
    trade: str = ""
    is_confirmed: bool = False
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Insured:
    """A month of one kind of insurance; without a code she paid it herself."""

    month: date
    employer_code: str = ""
    is_back_paid: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Time put together: all of it, and what of it somebody stands for. Spans are in order and apart."""

    spans: tuple[Span, ...] = ()
    guaranteed_spans: tuple[Span, ...] = ()

    @property
    def months(self) -> int:
        return months_of(self.spans)

    @property
    def guaranteed(self) -> int:
        return months_of(self.guaranteed_spans)

    @property
    def declared(self) -> int:
        """What only she says: the rest, so that both make up the whole."""
        return self.months - self.guaranteed

    @property
    def since(self) -> date | None:
        return self.spans[0].first if self.spans else None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without work between two jobs, first and last included; at least a whole month."""

    first: date
    last: date
    months: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days at two employers at once, first and last included: allowed, counted once, worth a look."""

    first: date
    last: date
    employers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """``total`` is all work, ``trade`` that in any occupation of the catalogue, ``occupations`` each by its code."""

    total: Tally
    trade: Tally
    occupations: Mapping[str, Tally] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    back_paid_months: int = 0
    # Insured months of employers that no job of the file names.
    unplaced_months: int = 0


def years_of_service(jobs: Sequence[Job], insured: Iterable[Insured], *, on: date, born: date | None = None) -> Service:
    """The time somebody has worked before a day, as the file has it."""
    rows = list(insured)
    in_time = _in_time(rows)
    strays = _strays(jobs, in_time)
    told = [*jobs, *strays]
    since = birthday(born, WORKING_AGE) if born else date.min
    proofs = {place: proven(job, in_time.get(job.employer_code, frozenset())) for place, job in enumerate(told)}

    def tally(trades: frozenset[str] | None) -> Tally:
        chosen = [place for place, job in enumerate(told) if trades is None or job.trade in trades]
        every = union((told[place].span for place in chosen), before=on, since=since)
        sure = union((span for place in chosen for span in proofs[place]), before=on, since=since)
        return Tally(tuple(every), tuple(sure))

    codes = sorted({job.trade for job in told if job.trade})
    total = tally(None)
    late = {row.month for row in rows if row.is_back_paid and row.month not in in_time.get(row.employer_code, ())}
    return Service(
        total=total,
        trade=tally(frozenset(codes)),
        occupations={code: tally(frozenset({code})) for code in codes},
        gaps=gaps_of(total.spans),
        overlaps=overlaps_of(told, on=on, since=since),
        back_paid_months=len(late),
        unplaced_months=months_of(union((job.span for job in strays), before=on, since=since)),
    )


def proven(job: Job, months: Iterable[date]) -> tuple[Span, ...]:
    """What of a job somebody stands for: all of a confirmed one, the insured months of another."""
    if job.is_confirmed:
        return (job.span,)
    return months_within(job.span, months) if job.employer_code else ()


def gaps_of(spans: Sequence[Span]) -> tuple[Gap, ...]:
    """The holes of a month and more between spans that are in order and apart."""
    holes = [Span(one.end, other.first) for one, other in pairwise(spans) if one.end is not None]
    return tuple(
        Gap(hole.first, hole.end - timedelta(days=1), months)
        for hole in holes
        if hole.end is not None and (months := months_of([hole]))
    )


def overlaps_of(jobs: Sequence[Job], *, on: date, since: date = date.min) -> tuple[Overlap, ...]:
    """The days that two employers share, pair by pair, the earliest first."""
    found = []
    for one, other in combinations(jobs, 2):
        first = max(one.span.first, other.span.first, since)
        end = min(one.span.end or on, other.span.end or on, on)
        if first < end:
            found.append(Overlap(first, end - timedelta(days=1), (one.employer, other.employer)))
    return tuple(sorted(found, key=lambda overlap: (overlap.first, overlap.last, overlap.employers)))


def _in_time(rows: Iterable[Insured]) -> dict[str, frozenset[date]]:
    """The months an employer paid in time, by its code, whatever the kind of insurance."""
    found: dict[str, set[date]] = {}
    for row in rows:
        if row.employer_code and not row.is_back_paid:
            found.setdefault(row.employer_code, set()).add(row.month)
    return {code: frozenset(months) for code, months in found.items()}


def _strays(jobs: Sequence[Job], in_time: Mapping[str, frozenset[date]]) -> list[Job]:
    """Insured months of which no job tells, as jobs of an employer known by its code only."""
    strays = []
    for code in sorted(in_time):
        spans = [job.span for job in jobs if job.employer_code == code]
        alone = [month for month in in_time[code] if not any(months_within(span, [month]) for span in spans)]
        whole = union(months_within(Span(date.min), alone), before=date.max)
        strays += [Job(span, code, code, is_confirmed=True) for span in whole]
    return strays
