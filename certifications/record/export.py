"""The record as data, in the form of ``skill-record/1``: docs/reference/schemas/skill-record-1.schema.json."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from certifications.applications.rules.periods import Span
from certifications.record.rules.lines import CertificateLine, EducationLine, HoursLine, JobLine, Line, SkillRecord
from certifications.record.rules.service import Tally

FORMAT = "skill-record/1"


@dataclass(frozen=True)
class Holder:
    """Whose record it is: her name as the file is to show it, her number always masked."""

    name: str
    masked_id_number: str


def record_data(record: SkillRecord, *, holder: Holder, made_at: datetime) -> dict[str, Any]:
    """The record as plain data; days as ``YYYY-MM-DD``, hours as text with one decimal, open ends as null."""
    return {
        "format": FORMAT,
        "made_at": timezone.localtime(made_at).isoformat(timespec="seconds"),
        "as_of": record.on.isoformat(),
        "holder": {"name": holder.name, "masked_id_number": holder.masked_id_number},
        "certificates": [_certificate(line) for line in record.certificates],
        "hours": [_hours(line) for line in record.hours],
        "employment": [_job(line) for line in record.employment],
        "education": [_education(line) for line in record.education],
        "awards": [
            _standing(line) | {"title": line.title, "issuer": line.issuer_name, "awarded_on": _day(line.awarded_on)}
            for line in record.awards
        ],
        "service": _service(record),
        "insured_months": dict(record.insured),
        "top_levels": [
            {
                "occupation_code": top.occupation_code,
                "occupation": top.occupation_name,
                "guaranteed_level": top.guaranteed.level if top.guaranteed else None,
                "declared_level": top.declared.level if top.declared else None,
            }
            for top in record.top_levels.values()
        ],
    }


def _standing(line: Line) -> dict[str, Any]:
    return {
        "standing": line.standing,
        "source": line.source,
        "confirmed_on": _day(line.confirmed_on),
        "confirmed_by": line.confirmed_by,
    }


def _occupation(line: CertificateLine | HoursLine) -> dict[str, Any]:
    return {
        "occupation_code": line.occupation_code,
        "occupation": line.occupation_name,
        "work_type": line.work_type_name,
        "level": line.level,
        "state": line.state,
        "counts": line.is_counted,
    }


def _certificate(line: CertificateLine) -> dict[str, Any]:
    told = {
        "kind": line.kind,
        "title": line.title,
        "number": line.number,
        "issuer": line.issuer_name,
        "issued_on": _day(line.issued_on),
    }
    return _standing(line) | told | _occupation(line)


def _hours(line: HoursLine) -> dict[str, Any]:
    told = {
        "kind": line.hours_kind,
        "hours": f"{line.hours:.1f}",
        "title": line.title,
        "school": line.school_name,
        "completed_on": _day(line.completed_on),
    }
    return _standing(line) | told | _occupation(line)


def _job(line: JobLine) -> dict[str, Any]:
    return _standing(line) | {
        "employer": line.employer_name,
        "employer_credit_code": line.employer_credit_code,
        "post": line.post,
        "occupation_code": line.trade,
        "contract": line.contract_kind,
        "first_day": _day(line.starts_on),
        "last_day": _day(line.ends_on),
        "insured_months": line.insured_months,
        "has_evidence": line.has_evidence,
    }


def _education(line: EducationLine) -> dict[str, Any]:
    return _standing(line) | {
        "level": line.level,
        "school": line.school,
        "subject": line.major,
        "first_day": _day(line.starts_on),
        "last_day": _day(line.ends_on),
        "has_evidence": line.has_evidence,
    }


def _service(record: SkillRecord) -> dict[str, Any]:
    service = record.service
    return {
        "total": _tally(service.total),
        "trade": _tally(service.trade),
        "occupations": [
            {"occupation_code": code, "occupation": record.trades.get(code, "")} | _tally(tally)
            for code, tally in service.occupations.items()
        ],
        "gaps": [
            {"first_day": _day(gap.first), "last_day": _day(gap.last), "months": gap.months} for gap in service.gaps
        ],
        "overlaps": [
            {"first_day": _day(one.first), "last_day": _day(one.last), "employers": list(one.employers)}
            for one in service.overlaps
        ],
        "back_paid_months": service.back_paid_months,
        "unplaced_months": service.unplaced_months,
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "months": tally.months,
        "guaranteed_months": tally.guaranteed,
        "declared_months": tally.declared,
        "guaranteed_periods": [_span(span) for span in tally.guaranteed_spans],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"first_day": _day(span.first), "last_day": _day(span.end - timedelta(days=1)) if span.end else None}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
