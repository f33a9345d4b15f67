"""Lists of other offices, and claims that come from a class: only what matters is passed in."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from courses.attendance.models import Attendance
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import ClassState, EnrolmentState
from foundation.crypto.cipher import blind_index
from foundation.database import period
from subsidies.checks.models import CheckRun, Finding
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.registers.models import Register, RegisterRow
from subsidies.registers.rules import key_mark
from subsidies.registers.states import RegisterState
from tests.courses.builders import a_class_run, an_enrolment
from tests.subsidies.builders import a_claim, a_claimant, a_level_certificate
from tests.workers.builders import NOW, an_officer
from workers.models import Worker

BEIJING = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 10, 12), date(2026, 10, 30)
_numbers = count(1)


def a_register(kind: str, *, as_of: date = date(2026, 11, 20)) -> Register:
    """A list in use with nobody in it."""
    return Register.objects.create(
        kind=kind,
        as_of=as_of,
        source="示例单位",
        key_mark=key_mark(),
        state=RegisterState.IN_FORCE,
        recorded_by=an_officer(),
        recorded_at=NOW,
    )


def listed(
    kind: str, worker: Worker, since: date | None = None, until: date | None = None, detail: str = ""
) -> RegisterRow:
    """The person stands in the list of the kind in those days; the list is made when there is none."""
    register = Register.objects.filter(kind=kind, state=RegisterState.IN_FORCE).first() or a_register(kind)
    person = blind_index("id_number", worker.id_number)
    return RegisterRow.objects.create(register=register, person=person, effective=period(since, until), detail=detail)


def a_class(*, starts_on: date = FIRST, ends_on: date = LAST, **fields: Any) -> ClassRun:
    given = {"state": ClassState.CLOSED, "starts_on": starts_on, "ends_on": ends_on, "seats": 50}
    return a_class_run(**(given | fields))


def a_session(run: ClassRun, day: date, *, hour: int = 9, hours: int = 4, **fields: Any) -> Session:
    """A session that was held, of four credited hours from nine o'clock."""
    starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
    given: dict[str, Any] = {
        "number": next(_numbers),
        "mode": "classroom",
        "state": "held",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=45 * hours),
        "content": "示例",
        "theory_hours": hours,
    }
    return Session.objects.create(class_run=run, **(given | fields))


def was_there(enrolment: Enrolment, session: Session, state: str = "present", *, device: str = "") -> Attendance:
    return Attendance.objects.create(
        session=session,
        enrolment=enrolment,
        state=state,
        channel="qr" if device else "teacher",
        signed_in_at=session.starts_at if device else None,
        device=device,
        changed_at=session.starts_at,
    )


def trained(worker: Worker | None = None, *, run: ClassRun | None = None, group: str = "") -> Enrolment:
    """Somebody who completed a class."""
    return an_enrolment(
        run or a_class(), worker or a_claimant(), state=EnrolmentState.COMPLETED, group_code=group, enrolled_at=NOW
    )


def a_class_claim_of(enrolment: Enrolment, **fields: Any) -> Claim:
    """Her claim for the level certificate that followed the class."""
    certificate = fields.pop("certificate", None) or a_level_certificate(enrolment.worker)
    return a_claim("submitted", certificate=certificate, enrolment=enrolment, **fields)


def run_over(*claims: Claim, at: datetime = NOW) -> CheckRun:
    return checks_run(claim_ids=[one.pk for one in claims], moment=Moment.REVIEW, actor=None, at=at)


def seen_of(claim: Claim, code: str, *, at: datetime = NOW) -> dict[str, Any] | None:
    """What the check of that code sees of the claim; None where it finds nothing."""
    run_over(claim, at=at)
    finding = Finding.objects.filter(claim=claim, check_code=code, state="open").first()
    return finding.seen if finding else None
