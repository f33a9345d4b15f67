"""Files with work, schooling and certificates in them: only what matters is passed in."""

from datetime import date, datetime
from itertools import count
from typing import Any

from django.utils import timezone

from certifications.applications import services
from certifications.applications.base_loading import conditions_base_load
from certifications.applications.models import LevelApplication
from certifications.applications.rules.form import months_stated, papers_needed
from certifications.applications.selectors import form_facts
from certifications.applications.states import CONSENT_RECEIVER, Trade
from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PlanState
from courses.catalogue.base_loading import catalogue_base_load
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.database import period
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import ConsentText
from tests.certifications.builders_plans import APPLIES, a_plan
from tests.workers.builders import NOW, TODAY, a_worker, an_id_number
from tests.workers.test_files import a_picture, an_upload
from workers.models import Education, Employment, InsuredMonth, SkillRecordEntry, Worker
from workers.states import ContractKind, EducationLevel, InsuranceKind, SkillKind, SkillState, Standing

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


def an_open_plan(*, level: int = 5, occupation: str = HOME_SERVICE, seats: int = 10, **fields: Any) -> AssessmentPlan:
    """A plan of a body that takes applications today."""
    given = {
        "state": PlanState.OPEN,
        "applies": period(*APPLIES),
        "seats": seats,
        "occupation": an_occupation(occupation),
        "level": level,
    }
    return a_plan(**(given | fields))


def the_wording() -> ConsentText:
    """What she agrees to."""
    consent_texts_load()
    return ConsentText.objects.get(receiver=CONSENT_RECEIVER)


def begun(worker: Worker, plan: AssessmentPlan, *, at: datetime = NOW) -> LevelApplication:
    """An application just begun."""
    return services.application_start(plan_id=plan.pk, worker_id=worker.pk, actor=worker.user, at=at)


def filled(worker: Worker, plan: AssessmentPlan, *, at: datetime = NOW) -> LevelApplication:
    """An application with everything in it that it asks for."""
    application = begun(worker, plan, at=at)
    doing = {"application_id": application.pk, "actor": worker.user, "at": at}
    if not application.studies.exists():
        entry = services.StudyEntry(EducationLevel.JUNIOR, "示例中学", graduated_on=date(1994, 7, 1))
        services.study_row_set(entry=entry, **doing)
    for row in application.works.all():
        trade = row.trade if row.trade != Trade.UNSURE else Trade.OTHER
        entry = services.WorkEntry(
            row.first_month, row.post, trade, row.employer, row.last_month, row.employer_credit_code, "王示例",
            "19900001111",
        )  # fmt: skip
        services.work_row_set(entry=entry, row_id=row.pk, **doing)
    application.refresh_from_db()
    months = months_stated(form_facts(application, on=timezone.localdate(at)).works, on=timezone.localdate(at))
    services.application_answers_save(answers={"years": str(months // 12)}, **doing)
    application.refresh_from_db()
    for kind, employer in papers_needed(form_facts(application, on=timezone.localdate(at))):
        services.paper_add(kind=kind, employer=employer, upload=an_upload(a_picture()), **doing)
    return application


def handed_in(worker: Worker, plan: AssessmentPlan, *, at: datetime = NOW) -> LevelApplication:
    """An application that was submitted."""
    application = filled(worker, plan, at=at)
    return submitted(application, at=at)


def submitted(application: LevelApplication, *, at: datetime = NOW, **more: Any) -> LevelApplication:
    given = {"has_declared": True, "has_pledged": True, "consent_text": the_wording()}
    return services.application_submit(
        application_id=application.pk, actor=application.worker.user, at=at, **(given | more)
    )
