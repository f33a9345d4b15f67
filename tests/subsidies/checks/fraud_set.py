"""400 honest people and some sixty cheats, every kind of cheat that audits have found: what do the checks see?

Honest people here are not easy ones: some share a phone with a sister, some took a job after the class, some missed as
much as they may, some claim on the last day. A cheat is an honest case with one thing changed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from certifications.certificates.models import LevelCertificate
from courses.attendance.models import Attendance, HeadCount
from courses.classes.models import ClassRun, Enrolment, Session
from courses.content.models import Lesson
from courses.schools.models import Teacher
from courses.study.models import StudyBeat, Viewing
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.states import Unit
from subsidies.checks.models import Finding
from subsidies.claims.models import Claim
from subsidies.registers.models import Register
from subsidies.registers.states import RegisterKind
from tests.subsidies.builders import a_draft, a_figure, a_level_certificate, a_scheme, an_account_number, an_officer_of
from tests.subsidies.checks.builders import BEIJING, a_class, a_register, a_session, listed, run_over
from tests.workers.builders import NOW, TODAY, an_id_number
from workers.models import IdentityRevision, PersonGroup, Worker, WorkerGroup
from workers.states import Sex

HONEST, CLASS_SIZE, DAYS = 400, 50, 5
FIRST, LAST = date(2026, 8, 3), date(2026, 8, 28)
ISSUED, CLAIMED = date(2026, 9, 10), date(2026, 11, 16)
SCHEME = "fraud.training"
_numbers = count(1)


@dataclass
class Case:
    """One person with her class and her claim."""

    worker: Worker
    enrolment: Enrolment
    certificate: LevelCertificate
    claim: Claim


@dataclass
class World:
    """The classes and what everything hangs on."""

    run: ClassRun
    sessions: list[Session]
    lesson: Lesson
    cases: list[Case] = field(default_factory=list)


def a_world() -> World:
    """One class of fifty with five mornings, and a lesson to study in the evening."""
    from tests.courses.builders import a_course_version

    version = a_course_version()
    run = a_class(starts_on=FIRST, ends_on=LAST, course_version=version)
    sessions = [a_session(run, FIRST + timedelta(days=2 * place)) for place in range(DAYS)]
    lesson = Lesson.objects.filter(version=version).order_by("pk")[0]
    return World(run, sessions, lesson)


def scheme() -> None:
    a_scheme(SCHEME)
    a_figure(f"{SCHEME}.count.max", 3, unit=Unit.TIMES)
    a_figure(f"{SCHEME}.claim_window", 12, unit=Unit.MONTH)


def joined(world: World, *, group: str = "", attended: int = DAYS, claimed_on: date = CLAIMED, **fields: Any) -> Case:
    """Somebody who came to so many mornings, studied in the evenings, and claims."""
    n = next(_numbers)
    worker = Worker.objects.create(
        name=f"李梅{n}",
        id_number=an_id_number(born=date(1975, 1, 1) + timedelta(days=n), sequence=2 * n % 1000),
        sex=Sex.FEMALE,
        birth_year=1975,
        contact_phone=f"1990000{n:04d}",
        identity_state="verified",
        verified_at=NOW,
        social_security_card=an_account_number(),
        district_code="350203",
        source="示例",
        created_at=NOW,
        user=None,
    )
    enrolment = Enrolment.objects.create(
        class_run=world.run, worker=worker, state="completed", source="roster", group_code=group, enrolled_at=NOW,
        confirmed_at=datetime(2026, 8, 1, tzinfo=BEIJING),
    )  # fmt: skip
    for place, session in enumerate(world.sessions):
        came(enrolment, session, "present" if place < attended else "absent")
    studied(world, enrolment, world.sessions[0].starts_at + timedelta(hours=11), minutes=45)
    certificate = a_level_certificate(worker, issued_on=fields.pop("issued_on", ISSUED))
    claim = claims(worker, certificate, enrolment, claimed_on=claimed_on, **fields)
    case = Case(worker, enrolment, certificate, claim)
    world.cases.append(case)
    return case


def claims(
    worker: Worker, certificate: LevelCertificate, enrolment: Enrolment | None, *, claimed_on: date, **fields: Any
) -> Claim:
    given = {"created_by": an_officer_of(Role.OFFICER_INTAKE), "state": "submitted", "submitted_on": claimed_on}
    return a_draft(worker, scheme=a_scheme(SCHEME), certificate=certificate, enrolment=enrolment, **(given | fields))


def came(enrolment: Enrolment, session: Session, state: str = "present", device: str = "") -> None:
    Attendance.objects.update_or_create(
        session=session,
        enrolment=enrolment,
        defaults={
            "state": state,
            "channel": "qr" if device else "teacher",
            "signed_in_at": session.starts_at if device else None,
            "device": device,
            "changed_at": session.starts_at,
        },
    )


def studied(world: World, enrolment: Enrolment, at: datetime, *, minutes: int) -> None:
    """One row of the study log, as if it had been written by the rules."""
    n = next(_numbers)
    viewing = Viewing.objects.create(
        worker=enrolment.worker, enrolment=enrolment, lesson=world.lesson, nonce=n.to_bytes(16, "big"), started_at=at
    )
    StudyBeat.objects.create(
        at=at, worker=enrolment.worker, enrolment=enrolment, lesson=world.lesson, viewing=viewing, sequence=1,
        played=[0, minutes * 60_000], speed=100, reported_ms=minutes * 60_000, accepted_ms=minutes * 60_000,
        refused_ms=0,
    )  # fmt: skip


def with_account(case: Case) -> Case:
    """She signs in herself, so there is an account that may hold roles or change names."""
    from foundation.accounts.models import User

    case.worker.user = User.objects.create(username=f"fraud-{case.worker.pk}")
    case.worker.save(update_fields=["user"])
    return case


def other_level(case: Case, level: int, *, occupation: str = "", issued_on: date = ISSUED, **fields: Any) -> Claim:
    """Another claim of the same person."""
    certificate = a_level_certificate(case.worker, level=level, issued_on=issued_on)
    more = {"occupation_code": occupation} if occupation else {}
    given = {"claimed_on": CLAIMED - timedelta(days=30)}
    return claims(case.worker, certificate, None, **(given | more | fields))


# --- the cheats: each changes one thing ------------------------------------------------------------------------------


def fourth(case: Case, world: World) -> None:
    for place in range(3):
        other_level(case, 5, occupation=f"4-10-01-0{place + 1}", claimed_on=CLAIMED - timedelta(days=40 - place))


def same_level(case: Case, world: World) -> None:
    other_level(case, 5, work_type_name="")


def lower_level(case: Case, world: World) -> None:
    other_level(case, 3)


def two_funds(case: Case, world: World) -> None:
    other_level(case, 4, fund="unemployment", certificate_number=case.certificate.number)


def pensioner(case: Case, world: World) -> None:
    listed(RegisterKind.PENSION, case.worker, date(2025, 1, 1))


def payroll(case: Case, world: World) -> None:
    listed(RegisterKind.PAYROLL, case.worker, date(2010, 1, 1), None, "示例机关")


def student(case: Case, world: World) -> None:
    listed(RegisterKind.STUDENT, case.worker, date(2024, 9, 1), date(2027, 7, 1), "示例学院")


def dead(case: Case, world: World) -> None:
    listed(RegisterKind.DEATH, case.worker, FIRST + timedelta(days=3))


def prisoner(case: Case, world: World) -> None:
    listed(RegisterKind.CUSTODY, case.worker, date(2026, 1, 1), date(2026, 8, 10))


def employed(case: Case, world: World) -> None:
    Enrolment.objects.filter(pk=case.enrolment.pk).update(group_code="registered_unemployed")
    listed(RegisterKind.INSURED, case.worker, date(2025, 5, 1), None, "91350200MA00000000")


def disabled_later(case: Case, world: World) -> None:
    Enrolment.objects.filter(pk=case.enrolment.pk).update(group_code="disabled")
    WorkerGroup.objects.create(
        worker=case.worker,
        group=PersonGroup.objects.get(code="disabled"),
        effective=period(FIRST + timedelta(days=10)),
        source="示例",
        entered_at=NOW,
    )


def two_places(case: Case, world: World) -> None:
    run = a_class(starts_on=FIRST, ends_on=LAST)
    enrolment = Enrolment.objects.create(
        class_run=run, worker=case.worker, state="completed", source="roster", enrolled_at=NOW
    )
    came(enrolment, a_session(run, FIRST, hour=10))


def absent(case: Case, world: World) -> None:
    for session in world.sessions[:2]:
        came(case.enrolment, session, "absent")


def studied_all_night(case: Case, world: World) -> None:
    day = world.sessions[1].starts_at + timedelta(days=1)
    studied(world, case.enrolment, day, minutes=361)


def studied_in_class(case: Case, world: World) -> None:
    studied(world, case.enrolment, world.sessions[2].starts_at + timedelta(hours=1), minutes=11)


def account_of_another(case: Case, world: World) -> None:
    account = world.cases[0].claim.account
    Claim.objects.filter(pk=case.claim.pk).update(
        account=account,
        account_index=Claim.objects.values_list("account_index", flat=True).get(pk=world.cases[0].claim.pk),
    )


def not_verified(case: Case, world: World) -> None:
    Worker.objects.filter(pk=case.worker.pk).update(identity_state="mismatch", verified_at=None)


def renamed(case: Case, world: World) -> None:
    with_account(case)
    IdentityRevision.objects.create(
        worker=case.worker, name="王红", id_number=an_id_number(born=date(1970, 1, 1)), reason="填错",
        actor=case.worker.user, at=NOW,
    )  # fmt: skip


def revoked(case: Case, world: World) -> None:
    LevelCertificate.objects.filter(pk=case.certificate.pk).update(state="suspended")


def others_certificate(case: Case, world: World) -> None:
    """She claims another one's number under a second certificate of hers."""
    case.claim = claims(
        case.worker,
        a_level_certificate(case.worker, level=4),
        None,
        claimed_on=CLAIMED,
        certificate_number=world.cases[1].certificate.number,
    )


def too_late(case: Case, world: World) -> None:
    certificate = a_level_certificate(case.worker, issued_on=date(2025, 11, 15), level=5)
    case.claim = claims(case.worker, certificate, None, claimed_on=CLAIMED, work_type_name="家务服务员")


def mass_produced(case: Case, world: World) -> None:
    """Three hundred others had a certificate of the same body on that day."""
    day = date(2026, 9, 30)
    case.certificate = a_level_certificate(case.worker, issued_on=day, level=4)
    case.claim = claims(case.worker, case.certificate, None, claimed_on=CLAIMED)
    like = case.certificate
    LevelCertificate.objects.bulk_create(
        LevelCertificate(
            number=f"S000035990002265{next(_numbers):06d}", worker=like.worker, body=like.body,
            occupation=like.occupation,
            work_type=like.work_type, level=5, issued_on=day, data="{}", source="示例", recorded_by=like.recorded_by,
            recorded_at=NOW,
        )
        for _n in range(150)
    )  # fmt: skip


def teacher(case: Case, world: World) -> None:
    Teacher.objects.create(
        school=world.run.school, name=case.worker.name[:30], id_number=case.worker.id_number, kind="full_time",
        employed=period(date(2025, 1, 1)),
    )  # fmt: skip


def officer(case: Case, world: World) -> None:
    with_account(case)
    bureau = an_officer_of(Role.OFFICER_REVIEW).memberships.get().organisation
    Membership.objects.create(
        user=case.worker.user, organisation=bureau, role=Role.OFFICER_REVIEW, effective=period(date(2026, 1, 1))
    )


CHEATS: dict[str, Callable[[Case, World], None]] = {
    "count_total": fourth,
    "same_level": same_level,
    "lower_level": lower_level,
    "two_funds": two_funds,
    "pension": pensioner,
    "payroll": payroll,
    "student": student,
    "dead": dead,
    "custody": prisoner,
    "insured_at_start": employed,
    "group_dated_later": disabled_later,
    "two_places": two_places,
    "attendance_low": absent,
    "study_day": studied_all_night,
    "study_elsewhere": studied_in_class,
    "same_account": account_of_another,
    "not_verified": not_verified,
    "renamed": renamed,
    "certificate_state": revoked,
    "certificate_other_holder": others_certificate,
    "too_late": too_late,
    "issuer_burst": mass_produced,
    "school_staff": teacher,
    "bureau_staff": officer,
}
# Cheats that only show in numbers: so many people of one class together.
TOGETHER = {"same_phone": 3, "device": 3, "head_count": 3, "over_seats": 3}
EACH = 2


def crowds(made: dict[str, list[Case]]) -> list[World]:
    """Classes in which people cheat together."""
    phones, device, ghosts, packed = (a_world() for _one in range(4))
    made["same_phone"] = [joined(phones) for _n in range(TOGETHER["same_phone"])]
    for case in made["same_phone"]:
        case.worker.contact_phone = "19900009999"
        case.worker.save(update_fields=["contact_phone", "contact_phone_index"])
    made["device"] = [joined(device) for _n in range(TOGETHER["device"])]
    for case in made["device"]:
        came(case.enrolment, device.sessions[0], device="0123456789abcdef")
    made["head_count"] = [joined(ghosts) for _n in range(TOGETHER["head_count"])]
    counted_by = an_officer_of(Role.OFFICER_INSPECTION)
    HeadCount.objects.create(session=ghosts.sessions[0], people=2, registered=3, counted_by=counted_by, at=NOW)
    made["over_seats"] = [joined(packed) for _n in range(TOGETHER["over_seats"])]
    HeadCount.objects.create(session=packed.sessions[0], people=51, registered=51, counted_by=counted_by, at=NOW)
    return [phones, device, ghosts, packed]


def honest_people(number: int) -> list[Case]:
    """People with nothing to hide, many of them at the edge of what is allowed."""
    made: list[Case] = []
    while len(made) < number:
        world = a_world()
        room = min(CLASS_SIZE, number - len(made))
        made += [_edge(place, world) for place in range(room)]
        HeadCount.objects.create(
            session=world.sessions[0],
            people=45,
            registered=50,
            counted_by=an_officer_of(Role.OFFICER_INSPECTION),
            at=NOW,
        )
    return made


def _edge(place: int, world: World) -> Case:
    """By turns: nothing special, 80 % attendance, the last day of the window, a job found later, a sister's phone …"""
    turn = place % 10
    case = joined(
        world,
        group="registered_unemployed" if turn == 3 else "",
        attended=4 if turn == 1 else DAYS,
        # Each class has its certificates on a day of its own.
        issued_on=date(2025, 11, 16) if turn == 2 else ISSUED + timedelta(days=world.run.pk % 12),
    )
    if turn == 3:
        listed(RegisterKind.INSURED, case.worker, LAST + timedelta(days=1), None, "91350200MA00000000")
    elif turn == 4:
        listed(RegisterKind.STUDENT, case.worker, date(2020, 9, 1), FIRST - timedelta(days=1), "示例学院")
    elif turn == 5:
        listed(RegisterKind.CUSTODY, case.worker, date(2019, 1, 1), FIRST - timedelta(days=1))
    elif turn == 6:
        studied(world, case.enrolment, world.sessions[1].starts_at + timedelta(days=1), minutes=360)
    elif turn == 7:
        case.worker.contact_phone = world.cases[place - 1].worker.contact_phone
        case.worker.save(update_fields=["contact_phone", "contact_phone_index"])
    elif turn == 8:
        for one in range(2):
            other_level(case, 5, occupation=f"4-10-01-0{one + 1}")
    elif turn == 9:
        studied(world, case.enrolment, world.sessions[2].starts_at + timedelta(hours=1), minutes=10)
    return case


@dataclass(frozen=True)
class Report:
    """What the checks saw: for each kind of cheat how many were made and found, and how many honest were disturbed."""

    found: dict[str, tuple[int, int]]
    honest: int
    blocked: int
    warned: int
    by_check: dict[str, int]

    @property
    def cheats(self) -> int:
        return sum(made for made, _found in self.found.values())

    @property
    def recall(self) -> float:
        return sum(found for _made, found in self.found.values()) / self.cheats

    def lines(self) -> list[str]:
        rows = [f"{code}: {found}/{made}" for code, (made, found) in sorted(self.found.items())]
        rows.append(f"recall {self.recall:.1%} of {self.cheats} cheats")
        rows.append(f"honest {self.honest}: blocked {self.blocked}, to be looked at {self.warned}")
        return rows


def fraud_report(honest: int = HONEST) -> Report:
    """Make everybody, run the checks once over all of them, and compare with what is known."""
    scheme()
    for kind in RegisterKind:
        if kind != RegisterKind.REGISTRATION and not Register.objects.filter(kind=kind).exists():
            a_register(kind, as_of=TODAY)
    good = honest_people(honest)
    made: dict[str, list[Case]] = {}
    world = a_world()
    anchors = [joined(world), joined(world)]
    for code, cheat in CHEATS.items():
        made[code] = [joined(world) for _n in range(EACH)]
        for case in made[code]:
            cheat(case, world)
    crowds(made)
    everybody = [case.claim for case in good] + [case.claim for cases in made.values() for case in cases]
    run_over(*everybody, *(case.claim for case in anchors))
    rows = Finding.objects.filter(state="open").values_list("claim_id", "check_code", "severity")
    seen: dict[int, set[str]] = {}
    for claim_id, code, _severity in rows:
        seen.setdefault(claim_id, set()).add(code)
    fair = {case.claim.pk for case in good}
    return Report(
        found={
            code: (len(cases), sum(code in seen.get(case.claim.pk, ()) for case in cases))
            for code, cases in made.items()
        },
        honest=len(good),
        blocked=len({pk for pk, _code, severity in rows if pk in fair and severity == "block"}),
        warned=len({pk for pk, _code, severity in rows if pk in fair and severity != "block"}),
        by_check=dict(Counter(code for pk, code, _severity in rows if pk in fair)),
    )
