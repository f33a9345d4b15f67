"""The lines of a record as evidence tells them: each says who stands for it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Backing:
    """Who stands for a line: guaranteed with a source and a day, or declared by herself."""

    is_guaranteed: bool
    source: str
    confirmed_on: date | None = None


@dataclass(frozen=True)
class CertificateLine:
    kind: str
    title: str
    issued_on: date
    backing: Backing
    occupation_code: str = ""
    occupation_name: str = ""
    work_type_name: str = ""
    level: int | None = None
    level_name: str = ""
    number: str = ""
    issuer_name: str = ""


@dataclass(frozen=True)
class JobLine:
    employer_name: str
    employer_credit_code: str
    post: str
    contract_kind: str
    starts_on: date
    ends_on: date | None
    backing: Backing


@dataclass(frozen=True)
class InsuredLine:
    """One month of one kind of insurance, paid by one employer or by herself."""

    month: date
    kind: str
    employer_credit_code: str
    is_back_paid: bool
    backing: Backing


@dataclass(frozen=True)
class TrainingLine:
    """Credited hours of one kind; ``hours`` in digits, because what is signed holds no fractions."""

    title: str
    hours_kind: str
    hours: str
    provider: str
    completed_on: date
    backing: Backing
    occupation_code: str = ""
    occupation_name: str = ""


@dataclass(frozen=True)
class AwardLine:
    title: str
    giver: str
    given_on: date
    backing: Backing


@dataclass(frozen=True)
class Months:
    """Months of work, each counted once: all, those somebody stands for, those in a trade of the catalogue."""

    total: int = 0
    guaranteed: int = 0
    trade: int = 0


@dataclass(frozen=True)
class Lines:
    """Everything on file that may be told; what each receiver gets of it is decided by ``needs``."""

    levels: tuple[CertificateLine, ...] = ()
    certificates: tuple[CertificateLine, ...] = ()
    worked: Months = Months()
    jobs: tuple[JobLine, ...] = ()
    insured: tuple[InsuredLine, ...] = ()
    training: tuple[TrainingLine, ...] = ()
    awards: tuple[AwardLine, ...] = ()
