"""The first half of a class: course, plan, roster, filing, opening."""

from datetime import date, time, timedelta

from django.conf import settings
from django.utils import timezone

from courses.classes.models import ClassRun
from courses.classes.services.class_runs import (
    ClassDetails,
    assessment_plan_save,
    class_run_create,
    class_run_update,
)
from courses.classes.services.filing import class_run_move
from courses.classes.services.plan import Layout, plan_lay_out
from foundation.imports.states import Severity
from foundation.policy.selectors import parameter_on
from portal.journey.courses import (
    Authors,
    CourseText,
    bank_made,
    course_published,
    online_lessons,
    package_open,
    practicals,
    school_page_shown,
)
from portal.journey.files import file_imported, refusals_told
from portal.journey.people import cast_find
from portal.journey.state import Counts, Journey, JourneyError

WEEKDAYS = range(5)
LONGEST_DAYS = 60


def course_publish(journey: Journey) -> Counts:
    """A course on the package: written, looked over by a second person, let through by the bureau."""
    plan, clock = journey.plan, journey.clock
    at = clock.put(plan.opens_on - timedelta(days=30), 9)
    on = timezone.localdate(at)
    package = package_open(plan.package, on=on)
    if package is None:
        raise JourneyError(f"{on} 没有有效的培训包“{plan.package}”。请换一个培训包，或换一个日期。")
    seats = int(parameter_on("class.size.max", city=settings.CITY_CODE, on=on).value)
    journey.facts["seats"] = seats
    cast = journey._cast = cast_find(package, seats=seats, at=at, today=plan.today)
    bank = bank_made(cast.school, f"{package.package.title}演练题库", actor=cast.staff, at=at, on=on)
    lessons = [*online_lessons(package, bank.pk, most_hours=plan.online_hours), *practicals(package)]
    text = CourseText(
        slug=f"journey-{plan.package}-{plan.online_hours}",
        title=f"{package.package.title}（流程演练）",
        summary="线上学理论，到校练操作。",
        lessons=lessons,
        fee_fen=180000,
    )
    school_page_shown(cast.school, officer=cast.officer)
    authors = Authors(cast.staff, cast.second, cast.officer)
    version = journey._version = course_published(school=cast.school, package=package, text=text, authors=authors)
    return {"version": version.number, "lessons": version.lessons.count()}


def class_prepare(journey: Journey) -> Counts:
    """A class run with its plan: every hour of the package that is not studied online."""
    plan, clock, cast = journey.plan, journey.clock, journey.cast
    at = clock.put(plan.opens_on - timedelta(days=20), 9)
    run = class_run_create(
        course_version_id=journey.version.pk,
        details=_details(journey, plan.opens_on + timedelta(days=LONGEST_DAYS)),
        actor=cast.staff,
        at=at,
    )
    layout = Layout(
        first_on=plan.opens_on,
        until=plan.opens_on + timedelta(days=LONGEST_DAYS),
        weekdays=WEEKDAYS,
        starts=time(9),
        ends=time(15),
        teacher_id=cast.teacher.pk,
        classroom_id=cast.classroom.pk,
        workshop_id=cast.workshop.pk,
    )
    sessions = plan_lay_out(class_run_id=run.pk, layout=layout, actor=cast.staff, at=at)
    ends_on = max(timezone.localdate(session.ends_at) for session in sessions) + timedelta(days=2)
    class_run_update(class_run_id=run.pk, details=_details(journey, ends_on), actor=cast.staff, at=at)
    journey._run = ClassRun.objects.get(pk=run.pk)
    journey.note(f"班次 {run.number}，{plan.opens_on} 至 {ends_on}")
    if ends_on >= plan.today:
        journey.note("这次演练的日期排到了今天以后：以前的演练占用了更早的日子。需要时用 --on 指定，或换一个数据库。")
    return {"sessions": len(sessions), "seats": run.seats}


def _details(journey: Journey, ends_on: date) -> ClassDetails:
    return ClassDetails(
        starts_on=journey.plan.opens_on,
        ends_on=ends_on,
        seats=journey.facts["seats"],
        head_teacher_id=journey.cast.teacher.pk,
        contact_phone="19900009901",
        materials="平台示范教材",
    )


def roster_import(journey: Journey) -> Counts:
    """The school's file: every row applied, refused with its reasons, or known."""
    plan = journey.plan
    journey.clock.put(plan.opens_on - timedelta(days=18), 10)
    batch = file_imported(journey, "roster", plan.roster.read_bytes(), plan.roster.name, target=journey.run.number)
    repaired = batch.rows.filter(issues__contains=[{"severity": Severity.REPAIRED.value}]).count()
    journey._batch = batch
    journey.run.refresh_from_db()
    if not batch.rows_applied:
        raise JourneyError("名册里没有一行可以导入，流程不能继续。")
    refusals_told(journey, batch, "refusals")
    return {
        "roster_rows": batch.rows_total,
        "rows_applied": batch.rows_applied,
        "rows_refused": batch.rows_faulty,
        "rows_known": batch.rows_known,
        "rows_repaired": repaired,
    }


def class_file(journey: Journey) -> Counts:
    """Assessment plan, submission, the officer's decision, opening."""
    run, cast, clock, opens_on = journey.run, journey.cast, journey.clock, journey.plan.opens_on
    at = clock.put(opens_on - timedelta(days=15), 9)
    assessment_plan_save(
        class_run_id=run.pk,
        assessment_on=run.ends_on,
        place=cast.workshop.name,
        plan="理论和实操各占一半，由评价机构派考评员；不及格的补考一次。",
        actor=cast.staff,
        at=at,
    )
    class_run_move(class_run_id=run.pk, action="submit", actor=cast.staff, at=at)
    at = clock.put(opens_on - timedelta(days=12), 10)
    class_run_move(class_run_id=run.pk, action="file", actor=cast.officer, at=at)
    at = clock.put(opens_on, 8)
    class_run_move(class_run_id=run.pk, action="open", actor=cast.staff, at=at)
    run.refresh_from_db()
    journey.note(f"备案号 {run.filing_number}")
    return {"events": run.events.count()}
