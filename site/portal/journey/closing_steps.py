"""The second half of a class: every session held, the class closed, what is exported."""

from datetime import timedelta

from django.utils import timezone

from courses.attendance.codes import code_of
from courses.attendance.models import AttendanceReview
from courses.attendance.selectors import people_in_the_room
from courses.attendance.services import (
    register_open,
    review_settle,
    roster_enter,
    session_finish,
    sign_in,
    text_see,
)
from courses.attendance.states import AttendanceState, ReviewState
from courses.classes.models import Enrolment, Session
from courses.classes.selectors import timed_sessions
from courses.completion.families import class_document, class_sheets
from courses.completion.selectors import preview_of
from courses.completion.services import class_close, export_record, preview_digest
from courses.completion.sheets import xlsx_pieces
from foundation.imports.services import batch_export_faults
from foundation.imports.workbook import faults_workbook
from portal.journey.learner_steps import people_of
from portal.journey.state import Counts, Journey

ATTENDED_BY_QUITTERS = 3


def sessions_hold(journey: Journey) -> Counts:
    """Every session of the plan: the code on the teacher's phone or a paper roster, the head-count, the end."""
    plan, people = journey.plan, people_of(journey)
    counts: Counts = {"sessions": 0, "signed_in": 0, "on_paper": 0, "reviews_settled": 0}
    for number, session in enumerate(timed_sessions(journey.run), start=1):
        there = [one for place, one in enumerate(people, start=1) if _comes(journey, place, number)]
        journey.clock.at = session.starts_at - timedelta(minutes=5)
        register_open(session_id=session.pk, actor=journey.cast.teacher_user, at=journey.clock.at)
        if number % plan.paper_every == 0:
            counts["on_paper"] += _on_paper(journey, session, people, there)
        else:
            counts["signed_in"] += _by_code(journey, session, there)
        is_miscounted = number % plan.miscounts_every == 0
        _finish(journey, session, is_miscounted=is_miscounted)
        counts["reviews_settled"] += _settle(journey, session)
        counts["sessions"] += 1
    return counts


def _comes(journey: Journey, place: int, session: int) -> bool:
    """Who stops early is seen at the first sessions; who misses one misses the second."""
    if journey.plan.stops(place):
        return session <= ATTENDED_BY_QUITTERS
    return not (journey.plan.misses(place) and session == 2)


def _by_code(journey: Journey, session: Session, there: list[Enrolment]) -> int:
    """One after the other reads the code of the moment; whoever has no account is entered by the teacher."""
    clock = journey.clock
    without = [one for one in there if one.worker.user is None]
    for one in there:
        if one.worker.user is None:
            continue
        seen = text_see(text=code_of(session.pk, at=clock.at).text, at=clock.at)
        device = f"journey-{one.worker_id}"
        sign_in(worker=one.worker, seen=seen, device=device, actor=one.worker.user, at=clock.forward(2))
    if without:
        states = {one.pk: AttendanceState.PRESENT for one in without}
        clock.at = max(clock.at, session.starts_at + timedelta(minutes=5))
        reason = "没有手机，在纸质签到表上签名"
        actor = journey.cast.teacher_user
        roster_enter(session_id=session.pk, states=states, reason=reason, actor=actor, at=clock.at)
    return len(there) - len(without)


def _on_paper(journey: Journey, session: Session, people: list[Enrolment], there: list[Enrolment]) -> int:
    """A day without network: the whole paper roster, keyed in by the teacher."""
    here = {one.pk for one in there}
    states = {one.pk: AttendanceState.PRESENT if one.pk in here else AttendanceState.ABSENT for one in people}
    journey.clock.at = session.starts_at + timedelta(minutes=20)
    return roster_enter(
        session_id=session.pk,
        states=states,
        reason="教室没有网络，用纸质签到表",
        actor=journey.cast.teacher_user,
        at=journey.clock.at,
    )


def _finish(journey: Journey, session: Session, *, is_miscounted: bool) -> None:
    journey.clock.at = session.ends_at
    people = max(0, people_in_the_room(session.pk) - is_miscounted)
    session_finish(session_id=session.pk, people=people, actor=journey.cast.teacher_user, at=session.ends_at)


def _settle(journey: Journey, session: Session) -> int:
    """Another person of the school looks into what did not agree."""
    open_reviews = AttendanceReview.objects.filter(session=session, state=ReviewState.OPEN)
    for review in open_reviews:
        journey.clock.forward(600)
        reason = "核对监控和签名，人数点错"
        review_settle(review_id=review.pk, absent=[], reason=reason, actor=journey.cast.staff, at=journey.clock.at)
    return len(open_reviews)


def class_finish(journey: Journey) -> Counts:
    """Everybody judged and frozen, as previewed."""
    run = journey.run
    run.refresh_from_db()
    at = journey.clock.put(run.ends_on, 17)
    seen = preview_digest(preview_of(run, at=at))
    close = class_close(class_run_id=run.pk, seen=seen, actor=journey.cast.staff, at=at)
    run.refresh_from_db()
    return {"completed": close.completed, "not_completed": close.not_completed}


def files_export(journey: Journey) -> Counts:
    """The record families of the class and the workbook of the rows that were refused, into the folder."""
    out, run = journey.plan.out, journey.run
    if out is None:
        return {"files": 0}
    at = journey.clock.forward(600)
    out.mkdir(parents=True, exist_ok=True)
    document = class_document(run, names={}, at=at)
    for ending in ("json", "xlsx"):
        export_record(run=run, file_format=ending, note="流程演练", is_plain=False, actor=journey.cast.staff)
    (out / f"{run.number}.json").write_bytes(document.as_json())
    (out / f"{run.number}.xlsx").write_bytes(b"".join(xlsx_pieces(class_sheets(document))))
    batch = batch_export_faults(batch_id=journey.batch.pk, actor=journey.cast.staff, on=timezone.localdate(at))
    (out / "roster-errors.xlsx").write_bytes(faults_workbook(batch))
    return {"files": 3}
