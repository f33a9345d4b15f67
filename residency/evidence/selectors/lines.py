"""The one place where evidence reads the record of a person."""

from datetime import date

from django.utils import timezone

from certifications.record.rules import lines as record
from certifications.record.selectors import skill_record_of
from residency.evidence.rules.lines import (
    AwardLine,
    Backing,
    CertificateLine,
    InsuredLine,
    JobLine,
    Lines,
    Months,
    TrainingLine,
)
from workers.models import InsuredMonth, Worker


def record_lines_of(worker: Worker, *, on: date) -> Lines:
    """Every line of her record that counts on a day, with who stands for it."""
    held = skill_record_of(worker, on=on)
    tops = [one.guaranteed for one in held.top_levels.values() if one.guaranteed and one.guaranteed.issued_on <= on]
    service = held.service
    return Lines(
        levels=tuple(_certificate(one) for one in tops),
        certificates=tuple(_certificate(one) for one in held.certificates if one.is_counted and one.issued_on <= on),
        worked=Months(service.total.months, service.total.guaranteed, service.trade.months),
        jobs=tuple(_job(one) for one in held.employment if one.starts_on <= on),
        insured=tuple(_insured(one) for one in worker.insured_months.filter(month__lte=on)),
        training=tuple(_training(one) for one in held.hours if one.is_counted and one.completed_on <= on),
        awards=tuple(
            AwardLine(one.title, one.issuer_name, one.awarded_on, _backing(one))
            for one in held.awards
            if one.is_counted and one.awarded_on <= on
        ),
    )


def _backing(line: record.Line) -> Backing:
    """A house that confirmed it is named; the officer who did never is."""
    source = f"{line.source}（{line.confirmed_by}）" if line.confirmed_by else line.source
    return Backing(line.is_guaranteed, (source or line.standing)[:200], line.confirmed_on)


def _certificate(line: record.CertificateLine) -> CertificateLine:
    return CertificateLine(
        kind=line.kind,
        title=line.title,
        issued_on=line.issued_on,
        backing=_backing(line),
        occupation_code=line.occupation_code,
        occupation_name=line.occupation_name,
        work_type_name=line.work_type_name,
        level=line.level,
        level_name=line.level_name,
        number=line.number,
        issuer_name=line.issuer_name,
    )


def _job(line: record.JobLine) -> JobLine:
    return JobLine(
        employer_name=line.employer_name,
        employer_credit_code=line.employer_credit_code,
        post=line.post,
        contract_kind=line.contract_kind,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        backing=_backing(line),
    )


def _training(line: record.HoursLine) -> TrainingLine:
    return TrainingLine(
        title=line.title,
        hours_kind=line.hours_kind,
        hours=f"{line.hours.normalize():f}",
        provider=line.school_name,
        completed_on=line.completed_on,
        backing=_backing(line),
        occupation_code=line.occupation_code,
        occupation_name=line.occupation_name,
    )


def _insured(month: InsuredMonth) -> InsuredLine:
    backing = Backing(True, month.source, timezone.localdate(month.recorded_at))  # noqa: FBT003 - as the field is called
    return InsuredLine(month.month, month.kind, month.employer_credit_code, month.is_back_paid, backing)
