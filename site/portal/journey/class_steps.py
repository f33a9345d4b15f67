"""The first half of a class: course, plan, roster, filing, opening."""

from datetime import date, time, timedelta

from django.conf import settings
from django.utils import timezone

from courses.classes.services.class_runs import (
    ClassDetails,
    assessment_plan_save,
    class_run_create,
    class_run_update,
)
from courses.classes.services.filing import class_run_move
from courses.classes.services.plan import Layout, plan_lay_out
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
from portal.journey.people import MOST_CREWS, cast_find, crew_free
from portal.journey.rosters import Part, part_applied, part_brought, part_checked, rows_told
from portal.journey.state import Counts, Held, Journey, JourneyError, JourneyOver

WEEKDAYS = range(5)
LONGEST_DAYS = 60


def course_publish(journey: Journey) -> Counts:
    """A course on the package: written, looked over by a second person, let through by the bureau."""
    plan = journey.plan
    package = package_open(plan.package, on=plan.opens_on)
    if package is None:
        raise JourneyOver(
            f"政策待确认：{plan.opens_on} 没有有效的培训包“{plan.package}”，不能办班，不发补贴。请换一个日期或培训包。"
        )
    journey.rules_since = package.effective.lower
    at = journey.before(30, 9)
    on = timezone.localdate(at)
    journey.facts["seats"] = int(parameter_on("class.size.max", city=settings.CITY_CODE, on=on).value)
    cast = journey._cast = cast_find(package, today=plan.today)
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
    """A class of the course, its teacher and rooms, and sessions for all hours that are not online."""
    journey.before(20, 9)
    held = class_made(journey, seats=journey.facts["seats"])
    if held.run.ends_on >= journey.plan.today:
        journey.note("这次演练的日期在今天以后。没有用 --on 指定时，是因为以前的演练占用了更早的日子。")
    return {"sessions": held.run.sessions.count(), "seats": held.run.seats}


def class_made(journey: Journey, *, seats: int) -> Held:
    """One more class on the same days, with a teacher and rooms of its own."""
    plan, cast, at = journey.plan, journey.cast, journey.clock.at
    since, until = plan.opens_on, plan.opens_on + timedelta(days=LONGEST_DAYS)
    taken = [held.crew.teacher.pk for held in journey.classes]
    try:
        crew = crew_free(cast.school, taken, seats=journey.facts["seats"], actor=cast.staff, since=since, until=until)
    except LookupError as busy:
        raise JourneyError(f"演练学校的 {MOST_CREWS} 位教师都有课，不能再开班。请换一个日期。") from busy
    about = {"seats": seats, "teacher": crew.teacher.pk}
    run = class_run_create(
        course_version_id=journey.version.pk, details=_details(journey, until, **about), actor=cast.staff, at=at
    )
    layout = Layout(
        first_on=plan.opens_on,
        until=until,
        weekdays=WEEKDAYS,
        starts=time(9),
        ends=time(15),
        teacher_id=crew.teacher.pk,
        classroom_id=crew.classroom.pk,
        workshop_id=crew.workshop.pk,
    )
    sessions = plan_lay_out(class_run_id=run.pk, layout=layout, actor=cast.staff, at=at)
    ends_on = max(timezone.localdate(session.ends_at) for session in sessions) + timedelta(days=2)
    run = class_run_update(class_run_id=run.pk, details=_details(journey, ends_on, **about), actor=cast.staff, at=at)
    held = Held(len(journey.classes) + 1, crew, run)
    journey.classes.append(held)
    journey.note(f"班次 {run.number}，{plan.opens_on} 至 {ends_on}")
    return held


def _details(journey: Journey, ends_on: date, *, seats: int, teacher: int) -> ClassDetails:
    return ClassDetails(
        starts_on=journey.plan.opens_on,
        ends_on=ends_on,
        seats=seats,
        head_teacher_id=teacher,
        contact_phone="19900009901",
        materials="平台示范教材",
    )


def roster_import(journey: Journey) -> Counts:
    """The school's file: every row applied, refused with its reasons, or known.

    More sound rows than a class may have go to more classes of about the same size, as a school would do it: whoever
    found no seat in one class is brought to the next, in a file of those rows.
    """
    plan, first = journey.plan, journey.classes[0]
    journey.before(18, 10)
    part = part_brought(journey, first, plan.roster.read_bytes(), plan.roster.name)
    needed = -(-part.sound // journey.facts["seats"])
    if needed > 1:
        seats = -(-part.sound // needed)
        details = _details(journey, first.run.ends_on, seats=seats, teacher=first.crew.teacher.pk)
        first.run = class_run_update(
            class_run_id=first.run.pk, details=details, actor=journey.cast.staff, at=journey.clock.at
        )
        journey.note(f"名册里有 {part.sound} 人可以报名，每班最多 {journey.facts['seats']} 人，分成 {needed} 个班。")
        part = part_checked(journey, part)
        for _more in range(needed - 1):
            class_made(journey, seats=seats)
    parts = _parts_applied(journey, part)
    if not any(part.batch.rows_applied for part in parts):
        rows_told(journey, parts, "refusals")
        raise JourneyOver("名册里没有一行可以导入：每一行退回的原因见上。没有人报名，后面各步没有要办的。")
    rows_told(journey, parts, "refusals")
    return {
        "roster_rows": parts[0].batch.rows_total,
        "rows_applied": sum(part.batch.rows_applied for part in parts),
        "rows_refused": sum(part.refused for part in parts),
        "rows_known": sum(part.batch.rows_known for part in parts),
        "rows_repaired": sum(part.repaired for part in parts),
        "classes": len(journey.classes),
    }


def _parts_applied(journey: Journey, part: Part) -> list[Part]:
    """Class by class: what had no seat goes on to the next one."""
    parts = [part_applied(journey, part)]
    for held in journey.classes[1:]:
        rest = parts[-1].rest()
        if rest is None:
            break
        part = part_brought(journey, held, rest.data, f"名册-{held.place}.xlsx", lines=rest.lines)
        parts.append(part_applied(journey, part))
    return parts


def class_file(journey: Journey) -> Counts:
    """Assessment plan, submission, the officer's decision, opening; class by class."""
    events = 0
    moments = [journey.before(15, 9), journey.before(12, 10), journey.clock.put(journey.plan.opens_on, 8)]
    for held in journey.classes:
        run, cast = held.run, journey.cast
        assessment_plan_save(
            class_run_id=run.pk,
            assessment_on=run.ends_on,
            place=held.crew.workshop.name,
            plan="理论和实操各占一半，由评价机构派考评员；不及格的补考一次。",
            actor=cast.staff,
            at=moments[0],
        )
        moves = [("submit", cast.staff), ("file", cast.officer), ("open", cast.staff)]
        for (action, actor), at in zip(moves, moments, strict=True):
            journey.clock.at = at
            class_run_move(class_run_id=run.pk, action=action, actor=actor, at=at)
        run.refresh_from_db()
        events += run.events.count()
        journey.note(f"班次 {run.number}，备案号 {run.filing_number}")
    return {"classes": len(journey.classes), "events": events}
