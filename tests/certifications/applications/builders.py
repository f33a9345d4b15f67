"""Files with work, schooling and certificates in them: only what matters is passed in."""

from datetime import date
from itertools import count
from typing import Any

from certifications.applications.base_loading import conditions_base_load
from courses.catalogue.base_loading import catalogue_base_load
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.database import period
from tests.workers.builders import NOW, TODAY, a_worker, an_id_number
from workers.models import Education, Employment, InsuredMonth, SkillRecordEntry, Worker
from workers.states import ContractKind, InsuranceKind, SkillKind, SkillState, Standing

INFANT_CARE, ELDERLY_CARE, HOME_SERVICE, NURSERY = "4-10-01-02", "4-10-01-05", "4-10-01-06", "4-10-01-03"
CODE = "91350200MA00000001"
_numbers = count(1)


def base_loaded() -> None:
    """The catalogue and the conditions of the platform."""
    catalogue_base_load(on=TODAY)
    conditions_base_load(on=TODAY)


def an_occupation(code: str) -> Occupation:
    return Occupation.objects.get(code=code)


def somebody(*, born: date = date(1978, 5, 6)) -> Worker:
    """A worker whose identity was checked."""
    return a_worker(id_number=an_id_number(born=born, sequence=2 * next(_numbers) % 1000), verified=True)


def standing(is_guaranteed: bool) -> dict[str, Any]:
    proof = {"confirmed_at": NOW, "confirmed_reason": "劳动合同"} if is_guaranteed else {}
    return {
        "standing": Standing.GUARANTEED if is_guaranteed else Standing.DECLARED,
        "source": "单位证明" if is_guaranteed else "本人填报",
        "entered_at": NOW,
        **proof,
    }


def a_job(
    worker: Worker,
    first: str,
    last: str = "",
    *,
    post: str = "育婴员",
    employer: str = "鹭岛示例家政服务有限公司",
    code: str = "",
    sure: bool = True,
) -> Employment:
    """A job from a day to a day, both included; without a last day it goes on."""
    days = period(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    return Employment.objects.create(
        worker=worker,
        employer_name=employer,
        employer_credit_code=code,
        post=post,
        contract_kind=ContractKind.LABOUR,
        effective=days,
        **standing(sure),
    )


def insured(worker: Worker, *months: str, code: str = CODE) -> None:
    """Months in which the employer paid."""
    for month in months:
        InsuredMonth.objects.create(
            worker=worker,
            month=date.fromisoformat(f"{month}-01"),
            kind=InsuranceKind.PENSION,
            employer_credit_code=code,
            source="社保系统",
            recorded_at=NOW,
        )


def a_certificate(
    worker: Worker,
    level: int,
    issued: str,
    *,
    name: str = "育婴员",
    code: str = "",
    sure: bool = True,
    state: SkillState = SkillState.VALID,
) -> SkillRecordEntry:
    """A level certificate in her skill record."""
    n = next(_numbers)
    return SkillRecordEntry.objects.create(
        worker=worker,
        kind=SkillKind.LEVEL_CERTIFICATE,
        title=f"{name}职业技能等级证书",
        occupation_code=code,
        occupation_name=name,
        level=level,
        level_name=SkillLevel(level).label,
        number=f"S00003599000125{level}{n:06d}",
        issued_on=date.fromisoformat(issued),
        standing=Standing.GUARANTEED if sure else Standing.DECLARED,
        confirmed_at=NOW if sure else None,
        source="示例",
        state=state,
        reference=f"tests.certificate:{n}",
        recorded_at=NOW,
    )


def a_diploma(
    worker: Worker, level: str, last: str, *, school: str = "示例学校", major: str = "学前教育", sure: bool = True
) -> Education:
    """Schooling up to a day; without one it goes on."""
    ends = date.fromisoformat(last) if last else None
    begins = date(ends.year - 3, 9, 1) if ends else date(2025, 9, 1)
    return Education.objects.create(
        worker=worker, level=level, school=school, major=major, effective=period(begins, ends), **standing(sure)
    )
