"""The second half of a class: every session held, the class closed, what is exported."""

from dataclasses import dataclass
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
from foundation.accounts.models import User
from foundation.imports.services import batch_export_faults
from foundation.imports.workbook import faults_workbook
from portal.journey.learner_steps import people_of
from portal.journey.rosters import without_moved
from portal.journey.state import Counts, Journey

ATTENDED_BY_QUITTERS = 3


def sessions_hold(journey: Journey) -> Counts:
    """Every session of the plan: the code on the teacher's phone or a paper roster, the head-count, the end."""
    counts: Counts = {"sessions": 0, "signed_in": 0, "on_paper": 0, "reviews_settled": 0}
    places = {one.pk: place for place, one in enumerate(people_of(journey), start=1)}
    for held in journey.classes:
        people = [one for one in people_of(journey) if one.class_run_id == held.run.pk]
        for number, session in enumerate(timed_sessions(held.run), start=1):
            there = [one for one in people if _comes(journey, places[one.pk], number)]
            for name, count in _held(journey, Meeting(session, number, held.crew.user), people, there).items():
                counts[name] += count
    return counts


@dataclass(frozen=True)
class Meeting:
    """A session with its number in the plan and who teaches it."""

    session: Session
    number: int
    teacher: User


def _held(journey: Journey, meeting: Meeting, people: list[Enrolment], there: list[Enrolment]) -> Counts:
    plan, session = journey.plan, meeting.session
    journey.clock.at = session.starts_at - timedelta(minutes=5)
    register_open(session_id=session.pk, actor=meeting.teacher, at=journey.clock.at)
    if meeting.number % plan.paper_every == 0:
        counts = {"on_paper": _on_paper(journey, meeting, people, there)}
    else:
        counts = {"signed_in": _by_code(journey, meeting, there)}
    _finish(journey, meeting, is_miscounted=meeting.number % plan.miscounts_every == 0)
    return counts | {"reviews_settled": _settle(journey, session), "sessions": 1}


def _comes(journey: Journey, place: int, session: int) -> bool:
    """Who stops early is seen at the first sessions; who misses one misses the second."""
    if journey.plan.stops(place):
        return session <= ATTENDED_BY_QUITTERS
    return not (journey.plan.misses(place) and session == 2)


def _by_code(journey: Journey, meeting: Meeting, there: list[Enrolment]) -> int:
    """One after the other reads the code of the moment; whoever has no account is entered by the teacher."""
    clock, session = journey.clock, meeting.session
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
        roster_enter(session_id=session.pk, states=states, reason=reason, actor=meeting.teacher, at=clock.at)
    return len(there) - len(without)


def _on_paper(journey: Journey, meeting: Meeting, people: list[Enrolment], there: list[Enrolment]) -> int:
    """A day without network: the whole paper roster, keyed in by the teacher."""
    session = meeting.session
    here = {one.pk for one in there}
    states = {one.pk: AttendanceState.PRESENT if one.pk in here else AttendanceState.ABSENT for one in people}
    journey.clock.at = session.starts_at + timedelta(minutes=20)
    return roster_enter(
        session_id=session.pk,
        states=states,
        reason="教室没有网络，用纸质签到表",
        actor=meeting.teacher,
        at=journey.clock.at,
    )


def _finish(journey: Journey, meeting: Meeting, *, is_miscounted: bool) -> None:
    session = meeting.session
    journey.clock.at = session.ends_at
    people = max(0, people_in_the_room(session.pk) - is_miscounted)
    session_finish(session_id=session.pk, people=people, actor=meeting.teacher, at=session.ends_at)


def _settle(journey: Journey, session: Session) -> int:
    """Another person of the school looks into what did not agree."""
    open_reviews = AttendanceReview.objects.filter(session=session, state=ReviewState.OPEN)
    for review in open_reviews:
        journey.clock.forward(600)
        reason = "核对监控和签名，人数点错"
        review_settle(review_id=review.pk, absent=[], reason=reason, actor=journey.cast.staff, at=journey.clock.at)
    return len(open_reviews)


def class_finish(journey: Journey) -> Counts:
    """Everybody judged and frozen, as previewed; class by class."""
    completed = not_completed = 0
    for held in journey.classes:
        held.run.refresh_from_db()
        at = journey.clock.put(held.run.ends_on, 17)
        seen = preview_digest(preview_of(held.run, at=at))
        close = class_close(class_run_id=held.run.pk, seen=seen, actor=journey.cast.staff, at=at)
        held.run.refresh_from_db()
        completed += close.completed
        not_completed += close.not_completed
    return {"completed": completed, "not_completed": not_completed}


def files_export(journey: Journey) -> Counts:
    """The record families of each class and the workbook of the rows that were refused, into the folder."""
    if journey.plan.out is None:
        return {"files": 0}
    at, staff = journey.clock.forward(600), journey.cast.staff
    for run in journey.runs:
        document = class_document(run, names={}, at=at)
        for ending in ("json", "xlsx"):
            export_record(run=run, file_format=ending, note="流程演练", is_plain=False, actor=staff)
        journey.keep(f"{run.number}.json", document.as_json())
        journey.keep(f"{run.number}.xlsx", b"".join(xlsx_pieces(class_sheets(document))))
    first = journey.classes[0].batch
    assert first is not None
    batch = batch_export_faults(batch_id=first.pk, actor=staff, on=timezone.localdate(at))
    journey.keep("roster-errors.xlsx", without_moved(batch, faults_workbook(batch)))
    return {"files": len(journey.files)}
