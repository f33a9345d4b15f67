"""What the file says of an applicant. What no row says stays unknown: it is asked, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from certifications.record.rules.lines import CertificateLine, EducationLine, JobLine, SkillRecord
from certifications.record.selectors import skill_record_of
from residency.routes.rules.facts import EDUCATION, Applicant, Record, Spell
from residency.routes.selectors.answers import Answers, answers_of
from workers.models import InsuredMonth, Worker
from workers.states import ContractKind, EducationLevel, InsuranceKind, SkillKind

# 硕士及以上 counts as 硕士: the file cannot tell a doctor from a master, so the lesser of the two.
SCHOOLING = {
    EducationLevel.PRIMARY: "primary",
    EducationLevel.JUNIOR: "junior",
    EducationLevel.SENIOR: "senior",
    EducationLevel.VOCATIONAL: "senior",
    EducationLevel.COLLEGE: "college",
    EducationLevel.BACHELOR: "bachelor",
    EducationLevel.MASTER: "master",
}
# A qualification of the state of before, and what a filed body issues today: texts treat the two apart.
PAPER_OF_KIND = {SkillKind.OLD_QUALIFICATION: "qualification", SkillKind.LEVEL_CERTIFICATE: "level"}
INSURANCE = {
    InsuranceKind.PENSION: "pension",
    InsuranceKind.MEDICAL: "medical",
    InsuranceKind.UNEMPLOYMENT: "unemployment",
    InsuranceKind.INJURY: "injury",
    InsuranceKind.MATERNITY: "maternity",
}
ON_FILE, SAID = "file", "said"


@dataclass(frozen=True)
class Known:
    """What is known of a worker: the facts, which of them are on file, her answers, and what waits to be confirmed."""

    applicant: Applicant
    on_file: frozenset[str]
    answers: Answers
    unconfirmed: tuple[str, ...] = ()

    def source_of(self, name: str) -> str:
        """``file``, ``said``, or nothing where it is not known."""
        if name in self.on_file:
            return ON_FILE
        return SAID if name in self.applicant else ""


def applicant_of(worker: Worker, *, on: date) -> Applicant:
    """What is known of her on a day: her file, and her own answers where the file is silent."""
    return known_of(worker, on=on).applicant


def known_of(worker: Worker, *, on: date) -> Known:
    """The same with where each fact comes from. The file goes before an answer given when it was still silent."""
    record = skill_record_of(worker, on=on)
    filed = {name: value for name, value in _filed(worker, record, on).items() if value is not None}
    answers = answers_of(worker)
    waiting = [line.title for line in record.certificates if _is_counted(line) and not line.is_guaranteed]
    return Known(Applicant(dict(answers.facts) | filed), frozenset(filed), answers, tuple(waiting))


def _filed(worker: Worker, record: SkillRecord, on: date) -> dict[str, Any]:
    return (
        {
            "birth_on": worker.birth_on,
            "education": _education(record.education, on),
            "study": _study(record.education),
            "certificates": _certificates(record.certificates),
            "training": _training(record.certificates),
            "honours": tuple(Record(on=line.awarded_on, kind=line.title) for line in record.awards if _stands(line))
            or None,
        }
        | _work(record.employment, on)
        | _insurance(worker.insured_months.all())
    )


def _education(lines: Iterable[EducationLine], on: date) -> str | None:
    """The highest schooling she finished; unknown without a line, because everybody went to some school."""
    done = [SCHOOLING[EducationLevel(line.level)] for line in lines if line.ends_on and line.ends_on <= on]
    return max(done, key=list(EDUCATION).index, default=None)


def _study(lines: Iterable[EducationLine]) -> tuple[Spell, ...] | None:
    return tuple(Spell(first=line.starts_on, last=line.ends_on) for line in lines) or None


def _certificates(lines: Iterable[CertificateLine]) -> tuple[Record, ...] | None:
    """Level papers that somebody stands for. Without any the question stays open: she may hold one we never saw."""
    return (
        tuple(
            Record(
                on=line.issued_on,
                kind=f"level{line.level}",
                occupation=line.occupation_code or line.occupation_name,
                paper=PAPER_OF_KIND[SkillKind(line.kind)],
            )
            for line in lines
            if _is_counted(line) and line.is_guaranteed
        )
        or None
    )


def _is_counted(line: CertificateLine) -> bool:
    return line.is_counted and line.kind in PAPER_OF_KIND and line.level in {1, 2, 3, 4, 5}


def _training(lines: Iterable[CertificateLine]) -> tuple[Record, ...] | None:
    return (
        tuple(
            Record(on=line.issued_on, kind=line.title, occupation=line.occupation_code)
            for line in lines
            if line.kind == SkillKind.TRAINING_CERTIFICATE and _stands(line)
        )
        or None
    )


def _stands(line: Any) -> bool:
    return bool(line.is_counted and line.is_guaranteed)


def _work(jobs: tuple[JobLine, ...], on: date) -> dict[str, Any]:
    """Jobs and labour contracts. A contract that ended leaves open whether there is one today."""
    if not jobs:
        return {}
    contracts = [line for line in jobs if line.contract_kind == ContractKind.LABOUR]
    now = [line for line in jobs if line.starts_on <= on and (line.ends_on is None or on <= line.ends_on)]
    longest = min((line.starts_on for line in now), default=None)
    under = any(line in contracts for line in now)
    return {
        "jobs": tuple(_spell(line) for line in jobs),
        "contracts": tuple(_spell(line) for line in contracts) or None,
        "has_contract": True if under else None,
        "post_occupation": next((line.trade for line in now if line.trade), None),
        "employer_years": _years(longest, on) if longest else None,
    }


def _spell(line: JobLine) -> Spell:
    return Spell(first=line.starts_on, last=line.ends_on, employer=line.employer_credit_code or line.employer_name)


def _years(first: date, on: date) -> int:
    return on.year - first.year - ((on.month, on.day) < (first.month, first.day))


def _insurance(rows: Iterable[InsuredMonth]) -> dict[str, Any]:
    """The insured months on file, kind by kind, in stretches. A kind without a row is unknown, not nought.

    Rows tell what was paid late; they cannot tell what was transferred in from elsewhere, nor the base.
    """
    by_kind: dict[str, dict[tuple[str, str], set[date]]] = {}
    for row in rows:
        manner = "late" if row.is_back_paid else "on_time"
        months = by_kind.setdefault(INSURANCE[InsuranceKind(row.kind)], {})
        months.setdefault((manner, row.employer_credit_code), set()).add(row.month)
    return {
        name: tuple(
            Spell(first=first, last=last, manner=manner, employer=employer)
            for (manner, employer), months in sorted(stretches.items())
            for first, last in runs(months)
        )
        for name, stretches in by_kind.items()
    }


def runs(months: Iterable[date]) -> list[tuple[date, date]]:
    """Months one after another put together, as first and last month of each run."""
    found: list[tuple[date, date]] = []
    for month in sorted(months):
        if found and _number(month) == _number(found[-1][1]) + 1:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found


def _number(month: date) -> int:
    return month.year * 12 + month.month
