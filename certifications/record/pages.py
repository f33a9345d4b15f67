"""What the pages and the paper of a record share: its lines in words, section by section, and its picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from certifications.applications.rules.periods import Span, span_of
from certifications.applications.words import span_words
from certifications.record.rules.lines import (
    AwardLine,
    CertificateLine,
    EducationLine,
    HoursLine,
    JobLine,
    Line,
    SkillRecord,
    rank,
)
from certifications.record.rules.service import Tally
from certifications.record.rules.timeline import Picture, Stretch, picture_of
from certifications.record.states import AskState
from courses.completion.words import number
from workers.states import HoursKind, InsuranceKind

STATE_TONES = {"suspended": "warning", "revoked": "stopped", "replaced": "stopped", "withdrawn": "stopped",
               "corrected": "success", "valid": "success"}  # fmt: skip
ASK_TONES = {AskState.WAITING: "waiting", AskState.ANSWERED: "warning"}


@dataclass(frozen=True)
class Row:
    """A line in words. ``ask_url`` is where she asks for confirmation, ``answer`` what was answered."""

    title: str
    when: str
    is_guaranteed: bool
    who: str
    details: tuple[str, ...] = ()
    state: str = ""
    state_tone: str = ""
    ask: str = ""
    ask_tone: str = ""
    answer: str = ""
    ask_url: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one kind under their heading, and what is said where there are none."""

    code: str
    title: str
    rows: tuple[Row, ...]
    empty: str


def record_context(record: SkillRecord, *, is_hers: bool = False) -> dict[str, Any]:
    """All that a page or a paper shows of a record."""
    return {
        "record": record,
        "service": service_rows(record),
        "levels": level_rows(record),
        "hours": hours_rows(record),
        "insured": [(InsuranceKind(kind).label, count) for kind, count in record.insured.items()],
        "sections": sections_of(record, is_hers=is_hers),
        "picture": picture(record),
        "table": table_rows(record),
        "gaps": record.service.gaps,
        "overlaps": record.service.overlaps,
        "back_paid": record.service.back_paid_months,
        "unplaced": record.service.unplaced_months,
    }


def service_rows(record: SkillRecord) -> list[dict[str, str]]:
    """Time worked: in the trade, in each occupation, in all where that is more; with what of it is guaranteed."""
    found = []
    if record.service.trade.months:
        found.append(_tally(_("本行业（家政、养老、育婴等）"), record.service.trade))
    for code, tally in record.service.occupations.items():
        found.append(_tally(record.trades.get(code, code), tally))
    if record.service.total.months > record.service.trade.months:
        found.append(_tally(_("全部工作"), record.service.total))
    return found


def _tally(label: str, tally: Tally) -> dict[str, str]:
    return {
        "label": label,
        "total": span_words(tally.months),
        "guaranteed": span_words(tally.guaranteed),
        "declared": span_words(tally.declared),
    }


def level_rows(record: SkillRecord) -> list[dict[str, Any]]:
    """The highest level of each occupation; a higher one that only she tells of is said beside it."""
    rows = []
    for top in record.top_levels.values():
        hers = top.declared if top.guaranteed and top.declared and _is_higher(top.declared, top.guaranteed) else None
        rows.append(
            {
                "occupation": top.occupation_name or top.shown.title,
                "level": top.shown.level_name,
                "is_guaranteed": top.shown.is_guaranteed,
                "declared": hers.level_name if hers else "",
            }
        )
    return rows


def _is_higher(one: CertificateLine, other: CertificateLine) -> bool:
    return one.level is not None and other.level is not None and rank(one.level) > rank(other.level)


def hours_rows(record: SkillRecord) -> list[tuple[str, str]]:
    """The hours of each kind that count today; kinds without any are left out."""
    sums: list[tuple[str, Decimal]] = [(str(kind.label), record.hours_of(kind)) for kind in HoursKind]
    return [(label, number(hours)) for label, hours in sums if hours]


def sections_of(record: SkillRecord, *, is_hers: bool = False) -> list[Section]:
    """Every line of the record in words."""
    return [
        Section(
            "certificates",
            _("证书"),
            tuple(_certificate(line) for line in record.certificates),
            _("还没有证书。考到以后会自动记在这里；以前考的，可以自己添加。"),
        ),
        _hours("hours", _("理论学时"), record.theory, _("还没有理论学时。上完课结业以后，会自动记在这里。")),
        _hours("practice", _("实操和岗位实践"), record.practice, _("还没有实操学时。上完课结业以后，会自动记在这里。")),
        Section(
            "employment",
            _("工作经历"),
            tuple(_job(line, is_hers) for line in record.employment),
            _("还没有工作经历。做过的工作写上去，升级考核会用到。"),
        ),
        Section(
            "education", _("学历"), tuple(_schooling(line, is_hers) for line in record.education), _("还没有学历。")
        ),
        Section("awards", _("奖励和竞赛"), tuple(_award(line) for line in record.awards), _("还没有奖励和竞赛记录。")),
    ]


def _certificate(line: CertificateLine) -> Row:
    return _row(
        line,
        title=line.title,
        when=_day(line.issued_on),
        details=(
            line.kind_name,
            _("编号 %(number)s") % {"number": line.number} if line.number else "",
            line.issuer_name,
        ),
        # A line that nobody stands for is not called valid.
        state=line.state_name if line.is_guaranteed or not line.is_counted else "",
        state_tone=STATE_TONES[line.state],
    )


def _job(line: JobLine, is_hers: bool) -> Row:
    insured = _("单位参保 %(count)s 个月") % {"count": line.insured_months} if line.insured_months else ""
    shared = _("与另一份工作时间有重叠，重叠的月份只算一次") if line.is_overlapping else ""
    return _row(
        line,
        title=f"{line.post} · {line.employer_name}",
        when=days(line.starts_on, line.ends_on),
        details=(line.contract_name, insured, shared),
        **_asked(line, "my_job_ask", is_hers),
    )


def _schooling(line: EducationLine, is_hers: bool) -> Row:
    return _row(
        line,
        title=f"{line.level_name} · {line.school}",
        when=days(line.starts_on, line.ends_on),
        details=(line.major,),
        **_asked(line, "my_schooling_ask", is_hers),
    )


def _award(line: AwardLine) -> Row:
    return _row(line, title=line.title, when=_day(line.awarded_on), details=(line.issuer_name,))


def picture(record: SkillRecord) -> Picture | None:
    """Jobs as bars, certificates and completed classes as marks."""
    proven = record.service.total.guaranteed_spans
    stretches = []
    for job in record.employment:
        span = span_of(job.starts_on, job.ends_on)
        sure = (span,) if job.is_guaranteed else _common(span, proven, record.on) if job.insured_months else ()
        stretches.append(Stretch(f"{job.post} · {job.employer_name}", span, sure))
    marks = [(_("证书"), one.issued_on, one.is_guaranteed) for one in record.certificates if one.is_counted]
    classes = {(one.completed_on, one.title) for one in record.hours if one.is_counted}
    marks += [(_("上完的培训班"), day, True) for day, _title in sorted(classes)]
    return picture_of(stretches, marks, on=record.on)


def _common(span: Span, proven: Iterable[Span], on: date) -> tuple[Span, ...]:
    cut = (
        Span(max(span.first, one.first), min(span.end or on, one.end or on))
        for one in proven
        if one.first < (span.end or on) and (one.end or on) > span.first
    )
    return tuple(cut)


def table_rows(record: SkillRecord) -> list[dict[str, Any]]:
    """The picture as a table: everything it draws, the newest first."""
    rows: list[tuple[date, dict[str, Any]]] = []
    for job in record.employment:
        text = f"{job.post} · {job.employer_name}"
        rows.append((job.starts_on, _told(text, days(job.starts_on, job.ends_on), job)))
    for one in record.certificates:
        if one.is_counted:
            rows.append((one.issued_on, _told(one.title, _day(one.issued_on), one)))
    for day, title in {(line.completed_on, line.title) for line in record.hours if line.is_counted}:
        text = _("上完培训班：%(title)s") % {"title": title}
        rows.append((day, {"text": text, "when": _day(day), "is_guaranteed": True}))
    return [row for _day_of, row in sorted(rows, key=lambda pair: (pair[0], pair[1]["text"]), reverse=True)]


def _told(text: str, when: str, line: Line) -> dict[str, Any]:
    return {"text": text, "when": when, "is_guaranteed": line.is_guaranteed}


def _hours(code: str, title: str, lines: Iterable[HoursLine], empty: str) -> Section:
    rows = tuple(
        _row(
            line,
            title=line.title,
            when=_day(line.completed_on),
            details=(
                _("%(kind)s %(hours)s 学时") % {"kind": line.hours_name, "hours": number(line.hours)},
                line.school_name,
            ),
            state="" if line.is_counted and line.state == "valid" else line.state_name,
            state_tone=STATE_TONES[line.state],
        )
        for line in lines
    )
    return Section(code, title, rows, empty)


def _row(line: Line, *, title: str, when: str, details: Iterable[str], **more: Any) -> Row:
    return Row(title, when, line.is_guaranteed, who(line), tuple(part for part in details if part), **more)


def who(line: Line) -> str:
    """Where a line comes from, who confirmed it and when."""
    if not line.is_guaranteed:
        return line.source
    facts = {"source": line.source, "by": line.confirmed_by, "day": _day(line.confirmed_on)}
    if line.confirmed_by:
        return _("%(source)s；%(by)s %(day)s 确认") % facts
    return _("%(source)s；%(day)s 确认") % facts


def _asked(line: JobLine | EducationLine, ask_name: str, is_hers: bool) -> dict[str, str]:
    can_ask = is_hers and line.ask in {AskState.NONE, AskState.ANSWERED}
    return {
        "ask": str(line.ask.label) if line.ask in ASK_TONES else "",
        "ask_tone": ASK_TONES.get(line.ask, ""),
        "answer": line.answer,
        "ask_url": reverse(ask_name, args=[line.pk]) if can_ask else "",
    }


def days(first: date, last: date | None) -> str:
    """``2021-05-01 至今``."""
    return f"{_day(first)} {_('至')} {_day(last) if last else _('现在')}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
