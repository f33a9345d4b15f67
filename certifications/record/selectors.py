"""The skill record of a worker: every line of her file, and what the lines together say of her years in the trade."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from certifications.applications.models import ConditionName
from certifications.applications.rules.conditions import squeezed
from certifications.applications.rules.periods import Span, months_within
from certifications.applications.states import EditionStatus, NameKind
from certifications.record.rules.lines import (
    AwardLine,
    CertificateLine,
    EducationLine,
    GroupLine,
    HoursLine,
    JobLine,
    SkillRecord,
)
from certifications.record.rules.service import Insured, Job, Service, years_of_service
from certifications.record.states import PAPERS, AskState
from courses.catalogue.models import Occupation, WorkType
from foundation.accounts.models import Membership, Organisation, User
from foundation.database import in_force
from workers.models import Education, Employment, InsuredMonth, SkillRecordEntry, Worker, WorkerGroup
from workers.selectors import is_unproven, last_day, overlapping_jobs
from workers.selectors import skill_record_of as skill_lines_of
from workers.states import InsuranceKind, SkillKind


def skill_record_of(worker: Worker, *, on: date, viewer: User | None = None) -> SkillRecord:
    """The record on a day, as the viewer may see it; without a viewer, all of it: for what the platform works out.

    An account that nothing has proven to be hers sees only what it entered itself (``workers.selectors.dossier_of``).
    Withdrawn lines of the file are left out; lines of the skill record stay with their state.
    """
    is_limited = viewer is not None and is_unproven(worker, viewer)
    seen = Q(withdrawn_at__isnull=True) & (Q(entered_by=viewer) if is_limited else Q())
    jobs = list(worker.employments.filter(seen).select_related("confirmed_by"))
    schools = list(worker.educations.filter(seen).select_related("confirmed_by"))
    groups = list(worker.groups.filter(seen).select_related("confirmed_by", "group"))
    skills = list(skill_lines_of(worker).filter(Q(recorded_by=viewer) if is_limited else Q()))
    insured = [] if is_limited else list(worker.insured_months.all())
    houses = _houses([*jobs, *schools, *groups, *skills])
    names, trades = trades_on(on)
    return SkillRecord(
        worker_id=worker.pk,
        on=on,
        certificates=tuple(_certificate(line, houses) for line in skills if line.kind in PAPERS),
        hours=tuple(_hours(line, houses) for line in skills if line.hours is not None),
        employment=_jobs(jobs, insured, names, houses),
        education=tuple(_education(line, houses) for line in schools),
        groups=tuple(_group(line, houses) for line in groups),
        awards=tuple(_award(line, houses) for line in skills if line.kind == SkillKind.AWARD),
        service=service_of(jobs, insured, names, on=on, born=worker.birth_on),
        insured=_months_by_kind(insured),
        trades=trades,
        is_limited=is_limited,
    )


def trades_on(day: date) -> tuple[dict[str, str], dict[str, str]]:
    """What posts are called on a day: the code of the occupation by each name, and the occupations' names by code."""
    occupations = list(Occupation.objects.order_by("order", "code"))
    trades = {one.code: one.name for one in occupations}
    names = {squeezed(name): code for code, name in WorkType.objects.values_list("occupation__code", "name")}
    posts = ConditionName.objects.filter(
        in_force(day, "edition__effective"),
        kind=NameKind.POST,
        edition__status=EditionStatus.PUBLISHED,
        edition__occupation__isnull=False,
    )
    names |= {squeezed(name): code for code, name in posts.values_list("edition__occupation__code", "name")}
    names |= {squeezed(one.name): one.code for one in occupations}
    return names, trades


def trade_named(post: str, names: Mapping[str, str]) -> str:
    """The code of the occupation a post names, by the longest name in it; empty when it names none."""
    said = squeezed(post)
    found = max((name for name in names if name and name in said), key=len, default="")
    return names.get(found, "")


def service_of(
    jobs: Iterable[Employment], insured: Iterable[InsuredMonth], names: Mapping[str, str], *, on: date, born: date
) -> Service:
    """Years in the trade from rows of the file."""
    told = [
        Job(
            span=Span(line.effective.lower, line.effective.upper),
            employer=line.employer_name,
            employer_code=line.employer_credit_code,
            trade=trade_named(line.post, names),
            is_confirmed=line.is_guaranteed,
            pk=line.pk,
        )
        for line in jobs
    ]
    months = [Insured(row.month, row.employer_credit_code, row.is_back_paid) for row in insured]
    return _employers_named(years_of_service(told, months, on=on, born=born))


def _employers_named(service: Service) -> Service:
    """Employers that only the insurance tells of have a code and no name: the name of the house, where it is known."""
    said = {employer for overlap in service.overlaps for employer in overlap.employers}
    known = dict(Organisation.objects.filter(credit_code__in=said).values_list("credit_code", "name")) if said else {}
    if not known:
        return service
    overlaps = tuple(
        replace(
            one,
            employers=(known.get(one.employers[0], one.employers[0]), known.get(one.employers[1], one.employers[1])),
        )
        for one in service.overlaps
    )
    return replace(service, overlaps=overlaps)


def _houses(lines: Iterable[Employment | Education | WorkerGroup | SkillRecordEntry]) -> dict[int, str]:
    """For which house each officer who confirmed something works: people are told the house, not the person."""
    officers = {line.confirmed_by_id for line in lines if line.confirmed_by_id}
    rows = Membership.objects.filter(user__in=officers, organisation__isnull=False).order_by("effective", "pk")
    return dict(rows.values_list("user", "organisation__name"))


def _standing(
    line: Employment | Education | WorkerGroup | SkillRecordEntry, houses: Mapping[int, str]
) -> dict[str, Any]:
    by = houses.get(line.confirmed_by_id or 0, "") if line.is_guaranteed else ""
    if line.is_guaranteed and not by and isinstance(line, SkillRecordEntry):
        by = line.issuer_name
    return {
        "pk": line.pk,
        "standing": line.standing,
        "source": line.source,
        "confirmed_on": timezone.localdate(line.confirmed_at) if line.confirmed_at else None,
        "confirmed_by": by,
    }


def _ask(line: Employment | Education) -> dict[str, Any]:
    if line.is_guaranteed:
        state = AskState.CONFIRMED
    elif line.is_waiting:
        state = AskState.WAITING
    else:
        state = AskState.ANSWERED if line.answered_at else AskState.NONE
    asked = timezone.localdate(line.asked_at) if line.asked_at else None
    answer = "" if line.is_guaranteed else line.answer
    return {"has_evidence": bool(line.evidence), "ask": state, "asked_on": asked, "answer": answer}


def _skill(line: SkillRecordEntry, houses: Mapping[int, str]) -> dict[str, Any]:
    return _standing(line, houses) | {
        "reference": line.reference,
        "title": line.title,
        "is_counted": line.is_counted,
        "state": line.state,
        "state_name": line.get_state_display(),
        "occupation_code": line.occupation_code,
        "occupation_name": line.occupation_name,
        "work_type_name": line.work_type_name,
        "level": line.level,
    }


def _certificate(line: SkillRecordEntry, houses: Mapping[int, str]) -> CertificateLine:
    return CertificateLine(
        **_skill(line, houses),
        kind=line.kind,
        kind_name=line.get_kind_display(),
        level_name=line.level_name,
        number=line.number,
        issuer_name=line.issuer_name,
        issued_on=line.issued_on,
    )


def _hours(line: SkillRecordEntry, houses: Mapping[int, str]) -> HoursLine:
    assert line.hours is not None
    return HoursLine(
        **_skill(line, houses),
        hours_kind=line.hours_kind,
        hours_name=line.get_hours_kind_display(),
        hours=line.hours,
        school_name=line.issuer_name,
        completed_on=line.issued_on,
    )


def _award(line: SkillRecordEntry, houses: Mapping[int, str]) -> AwardLine:
    return AwardLine(
        **_standing(line, houses),
        reference=line.reference,
        title=line.title,
        issuer_name=line.issuer_name,
        awarded_on=line.issued_on,
        is_counted=line.is_counted,
    )


def _jobs(
    jobs: list[Employment], insured: list[InsuredMonth], names: Mapping[str, str], houses: Mapping[int, str]
) -> tuple[JobLine, ...]:
    overlapping = overlapping_jobs(jobs)
    months: dict[str, set[date]] = {}
    for row in insured:
        if row.employer_credit_code and not row.is_back_paid:
            months.setdefault(row.employer_credit_code, set()).add(row.month)
    return tuple(
        JobLine(
            **_standing(line, houses),
            **_ask(line),
            employer_name=line.employer_name,
            employer_credit_code=line.employer_credit_code,
            post=line.post,
            contract_kind=line.contract_kind,
            contract_name=line.get_contract_kind_display(),
            starts_on=line.effective.lower,
            ends_on=last_day(line),
            trade=trade_named(line.post, names),
            insured_months=len(
                months_within(
                    Span(line.effective.lower, line.effective.upper), months.get(line.employer_credit_code, ())
                )
            ),
            is_overlapping=line.pk in overlapping,
        )
        for line in jobs
    )


def _education(line: Education, houses: Mapping[int, str]) -> EducationLine:
    return EducationLine(
        **_standing(line, houses),
        **_ask(line),
        level=line.level,
        level_name=line.get_level_display(),
        school=line.school,
        major=line.major,
        starts_on=line.effective.lower,
        ends_on=last_day(line),
    )


def _group(line: WorkerGroup, houses: Mapping[int, str]) -> GroupLine:
    return GroupLine(
        **_standing(line, houses),
        code=line.group.code,
        name=line.group.name,
        starts_on=line.effective.lower,
        ends_on=last_day(line),
    )


def _months_by_kind(insured: Iterable[InsuredMonth]) -> dict[str, int]:
    """The months of each kind of insurance, each once, by the kind's code."""
    found: dict[str, set[date]] = {}
    for row in insured:
        found.setdefault(row.kind, set()).add(row.month)
    return {kind: len(found[kind]) for kind in InsuranceKind.values if kind in found}
