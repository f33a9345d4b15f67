"""Invented people and their files: only what matters is passed in."""

from datetime import UTC, date, datetime
from itertools import count

from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from workers.identity import check_character
from workers.models import Worker
from workers.services import identity_check_record, identity_declare, worker_ensure

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_numbers = count(1)


def an_id_number(*, born: date = date(1978, 5, 6), sequence: int = 2, area: str = "350201") -> str:
    """A number of nobody, with a right check character; even sequences are women's."""
    first = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first + check_character(first)


def an_account(phone: str = "") -> User:
    n = next(_numbers)
    user = User.objects.create(
        username=f"w-{n}", phone=phone or f"1990000{n:04d}", phone_verified_at=timezone.now() if phone != "-" else None
    )
    Membership.objects.create(user=user, role=Role.WORKER, effective=period(date(2026, 1, 1)))
    return user


def an_officer(role: Role = Role.OFFICER_INTAKE) -> User:
    n = next(_numbers)
    bureau, _created = Organisation.objects.get_or_create(
        credit_code="11350200MB00000001", defaults={"name": "厦门市示例人社局", "kind": OrganisationKind.BUREAU}
    )
    user = User.objects.create(username=f"officer-{n}", name="王科员")
    Membership.objects.create(user=user, organisation=bureau, role=role, effective=period(date(2026, 1, 1)))
    return user


def a_worker(*, name: str = "李梅", id_number: str = "", user: User | None = None, verified: bool = False) -> Worker:
    """A file its holder opened herself."""
    id_number = id_number or an_id_number(sequence=2 * next(_numbers) % 1000)
    worker = identity_declare(user=user or an_account(), name=name, id_number=id_number, at=NOW).worker
    assert worker is not None
    if verified:
        answer(worker, "match")
    return worker


def a_roster_worker(*, name: str = "李梅", id_number: str = "", phone: str = "19900009999") -> Worker:
    """A file that came by a school's roster: no account yet."""
    return worker_ensure(
        name=name,
        id_number=id_number or an_id_number(sequence=2 * next(_numbers) % 1000),
        source="培训班名册",
        actor=an_officer(),
        at=NOW,
        contact_phone=phone,
    )[0]


def answer(worker: Worker, outcome: str) -> None:
    """The real-name service answers the check that waits."""
    check = worker.checks.get(state="waiting")
    identity_check_record(check_id=check.pk, outcome=outcome, reference=f"T{check.pk}", at=NOW)
    worker.refresh_from_db()
