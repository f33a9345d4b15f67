"""From the lines of a record to the facts that one receiver gets."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any

from residency.evidence.rules.lines import Backing, CertificateLine, InsuredLine, JobLine, Lines
from residency.evidence.rules.needs import CERTIFICATE_KINDS, NEEDS, Section

Facts = dict[str, Any]


def facts_for(receiver: str, lines: Lines, *, on: date) -> Facts:
    """What the receiver's purpose needs of these lines, as plain JSON, in an order that depends on nothing else."""
    return {section.value: _SECTIONS[section](receiver, lines, on) for section in sorted(NEEDS[receiver])}


def is_empty(facts: Facts) -> bool:
    """Whether there is nothing at all to tell."""
    return not any(
        value if isinstance(value, list) else value.get("months") or value.get("jobs") for value in facts.values()
    )


def _backed(backing: Backing) -> Facts:
    return {
        "standing": "guaranteed" if backing.is_guaranteed else "declared",
        "source": backing.source,
        "confirmed_on": backing.confirmed_on.isoformat() if backing.confirmed_on else None,
    }


def _certificate(line: CertificateLine) -> Facts:
    return {
        "kind": line.kind,
        "title": line.title,
        "occupation_code": line.occupation_code,
        "occupation_name": line.occupation_name,
        "work_type_name": line.work_type_name,
        "level": line.level,
        "level_name": line.level_name,
        "number": line.number,
        "issuer_name": line.issuer_name,
        "issued_on": line.issued_on.isoformat(),
        **_backed(line.backing),
    }


def _certificates(receiver: str, lines: Lines, on: date) -> list[Facts]:
    wanted = [one for one in lines.certificates if one.kind in CERTIFICATE_KINDS[receiver]]
    return [_certificate(one) for one in sorted(wanted, key=lambda one: (one.issued_on, one.kind, one.number))]


def _levels(receiver: str, lines: Lines, on: date) -> list[Facts]:
    """The highest level of each occupation that somebody stands for."""
    left_out = ("kind", "title", "work_type_name")
    return [
        {name: value for name, value in _certificate(one).items() if name not in left_out}
        for one in sorted(lines.levels, key=lambda one: (one.occupation_code, one.occupation_name))
    ]


def _insured(receiver: str, lines: Lines, on: date) -> Facts:
    paid = [one for one in lines.insured if one.month <= on]
    kinds: dict[str, set[date]] = {}
    for one in paid:
        kinds.setdefault(one.kind, set()).add(one.month)
    return {
        "months": len({one.month for one in paid}),
        "by_kind": [{"kind": kind, "months": len(kinds[kind])} for kind in sorted(kinds)],
        "spells": [_spell(run) for run in _runs(paid)],
    }


def _runs(paid: Iterable[InsuredLine]) -> list[list[InsuredLine]]:
    """Months that follow one another without a gap, of one kind, by one payer, from one source."""

    def whose(one: InsuredLine) -> tuple[str, str, bool, str, bool]:
        return (
            one.kind,
            one.employer_credit_code,
            one.is_back_paid,
            one.backing.source,
            one.backing.is_guaranteed,
        )

    runs: list[list[InsuredLine]] = []
    for _same, group in groupby(sorted(paid, key=lambda one: (*whose(one), one.month)), key=whose):
        for one in group:
            if runs and whose(runs[-1][-1]) == whose(one) and _number(one.month) - _number(runs[-1][-1].month) == 1:
                runs[-1].append(one)
            else:
                runs.append([one])
    return sorted(runs, key=lambda run: (run[0].month, run[0].kind, run[0].employer_credit_code))


def _spell(run: list[InsuredLine]) -> Facts:
    first, last = run[0], run[-1]
    confirmed = [one.backing.confirmed_on for one in run if one.backing.confirmed_on]
    backing = Backing(first.backing.is_guaranteed, first.backing.source, max(confirmed) if confirmed else None)
    return {
        "kind": first.kind,
        "from": f"{first.month:%Y-%m}",
        "until": f"{last.month:%Y-%m}",
        "months": len(run),
        "employer_credit_code": first.employer_credit_code,
        "is_back_paid": first.is_back_paid,
        **_backed(backing),
    }


def _number(day: date) -> int:
    return day.year * 12 + day.month


def _service(receiver: str, lines: Lines, on: date) -> Facts:
    """Months in work, as the record counts them, and the jobs they stand on."""
    jobs = sorted(lines.jobs, key=lambda one: (one.starts_on, one.employer_name, one.post))
    return {
        "months": lines.worked.total,
        "guaranteed_months": lines.worked.guaranteed,
        "trade_months": lines.worked.trade,
        "jobs": [_job(one) for one in jobs],
    }


def _job(line: JobLine) -> Facts:
    return {
        "employer_name": line.employer_name,
        "employer_credit_code": line.employer_credit_code,
        "post": line.post,
        "contract_kind": line.contract_kind,
        "from": line.starts_on.isoformat(),
        "until": line.ends_on.isoformat() if line.ends_on else None,
        **_backed(line.backing),
    }


def _training(receiver: str, lines: Lines, on: date) -> list[Facts]:
    return [
        {
            "title": one.title,
            "hours_kind": one.hours_kind,
            "hours": one.hours,
            "occupation_code": one.occupation_code,
            "occupation_name": one.occupation_name,
            "provider": one.provider,
            "completed_on": one.completed_on.isoformat(),
            **_backed(one.backing),
        }
        for one in sorted(lines.training, key=lambda one: (one.completed_on, one.title, one.provider, one.hours_kind))
    ]


def _awards(receiver: str, lines: Lines, on: date) -> list[Facts]:
    return [
        {"title": one.title, "giver": one.giver, "given_on": one.given_on.isoformat(), **_backed(one.backing)}
        for one in sorted(lines.awards, key=lambda one: (one.given_on, one.title))
    ]


_SECTIONS: Mapping[Section, Callable[[str, Lines, date], Any]] = MappingProxyType(
    {
        Section.LEVEL: _levels,
        Section.CERTIFICATES: _certificates,
        Section.INSURED_MONTHS: _insured,
        Section.SERVICE: _service,
        Section.TRAINING: _training,
        Section.AWARDS: _awards,
    }
)
