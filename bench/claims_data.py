"""A city's claims for B6 and B9: people, classes, certificates and claims, each row a copy of one that builders made.

``ensure_claims`` gives 1,180,000 claims, of which 1,000,000 are paid and the rest lie in every other state, with their
findings; ``study_records`` adds what was studied for them. The rows are made by the database itself, in its replica
role: triggers and foreign keys are bypassed, so this is for the bench's own database and no other.

The n-th claim, its certificate and its enrolment have the key ``FIRST + n``. Its worker is ``FIRST + n % people``, its
class ``FIRST + n / CLASS_SIZE``. Everything that varies is worked out from n, so that two runs hold the same rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.data import ensure

VERSION = "claims/1"
FIRST = 10_000_000
CLASS_SIZE = 40
SCHOOLS = 60
CHUNK = 100_000
DISTRICTS = ("350203", "350205", "350206", "350211", "350212", "350213")
# What is not paid, in thousandths; the first claims are paid.
STATES: Mapping[str, int] = {
    "submitted": 240,
    "intake_passed": 180,
    "returned": 90,
    "reviewed": 80,
    "published": 80,
    "disputed": 5,
    "approved": 120,
    "in_batch": 40,
    "sent": 30,
    "payment_failed": 15,
    "refused": 80,
    "withdrawn": 40,
}
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("梅", "秀英", "桂花", "丽", "敏", "静", "霞", "红", "玉", "凤")


@dataclass(frozen=True)
class Scale:
    """How many claims; the paid among them and the people behind them in the same proportion at every size."""

    claims: int

    @property
    def paid(self) -> int:
        return self.claims * 100 // 118

    @property
    def people(self) -> int:
        return self.claims * 60 // 118

    @property
    def worker(self) -> str:
        """The key of the worker of claim n."""
        return f"{FIRST} + n %% {self.people}"

    @property
    def level(self) -> str:
        return f"5 - (n / {self.people})::int"

    def sent(self, n: str = "n") -> str:
        """The day on which claim n was sent, within the last thousand: the later the claim, the later the day."""
        return f"(CURRENT_DATE - ((({self.claims} - ({n})) * 1000) / {self.claims})::int)"


FULL = Scale(1_180_000)
CLAIMS, PAID, PEOPLE = FULL.claims, FULL.paid, FULL.people


@dataclass(frozen=True)
class World:
    """One row of each kind, of which the others are copies."""

    worker: int
    class_run: int
    enrolment: int
    certificate: int
    claim: int
    schemes: tuple[int, ...]
    schools: tuple[int, ...]
    officers: tuple[int, ...]
    names: tuple[bytes, ...]


def ensure_claims(scale: Scale = FULL) -> None:
    """A database with all of it; made anew only when a migration or ``VERSION`` changes."""
    ensure(VERSION if scale == FULL else f"claims {scale.claims}/1", partial(fill, scale))


def fill(scale: Scale = FULL) -> None:
    from django.core.management import call_command

    call_command("base_load", verbosity=0)
    world = make_world()
    people(world, scale.people)
    classes(world, scale)
    claims(world, scale)
    findings()


def make_world() -> World:
    from foundation.accounts.states import Role
    from foundation.crypto.cipher import encrypt
    from subsidies.schemes.states import Family
    from tests.courses.builders import a_class_run, a_school, an_enrolment
    from tests.subsidies.builders import a_draft, a_scheme, another

    schemes = (
        a_scheme("bench.training"),
        a_scheme("bench.training.second"),
        a_scheme("bench.assessment", family=Family.ASSESSMENT),
        a_scheme("bench.living", family=Family.LIVING),
    )
    claim = a_draft(scheme=schemes[0])
    enrolment = an_enrolment(a_class_run(), claim.worker)
    assert claim.level_certificate_id is not None
    return World(
        worker=claim.worker_id,
        class_run=enrolment.class_run_id,
        enrolment=enrolment.pk,
        certificate=claim.level_certificate_id,
        claim=claim.pk,
        schemes=tuple(one.pk for one in schemes),
        schools=tuple(a_school(name=f"示例第{n}职业技能培训学校").pk for n in range(1, SCHOOLS + 1)),
        officers=tuple(
            another(role).pk for role in (Role.OFFICER_INTAKE, Role.OFFICER_REVIEW) for _officer in range(3)
        ),
        names=tuple(encrypt(surname + given) for surname in SURNAMES for given in GIVEN),
    )


def copies(
    model: Any, of: int, changes: Mapping[str, str], *, first: int, last: int, values: Sequence[Any] = ()
) -> None:
    """Rows like row ``of``, one for each n of [first, last), with these columns worked out in SQL from ``n``.

    ``values`` fill the ``%s`` of the changes in their order. The key is ``FIRST + n`` unless it is among the changes.
    """
    from django.db import connection

    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_concrete_fields]
    shown = {"id": f"{FIRST} + n"} | dict(changes)
    if unknown := set(shown) - set(columns):
        raise ValueError(f"{table} has no {', '.join(sorted(unknown))}")
    taken = ", ".join(f"({shown[name]})" if name in shown else f"t.{name}" for name in columns)
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} "
        f"FROM generate_series(%s::bigint, %s::bigint) AS n, {table} AS t WHERE t.id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for begin in range(first, last, CHUNK):
            cursor.execute(statement, [*values, begin, min(begin + CHUNK, last) - 1, of])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",
            [table],
        )


def people(world: World, number: int) -> None:
    """Verified people of six districts, two hundred names, an account each; every 5,000th shares one with another."""
    from workers.models import Worker

    copies(
        Worker,
        world.worker,
        {
            "name": "(%s::bytea[])[1 + n %% 200]",
            "id_number_index": "sha256(('person-' || n)::bytea)",
            "district_code": _one_of(DISTRICTS, "n"),
            "contact_phone_index": "sha256(('phone-' || n - (n %% 5000 = 1)::int)::bytea)",
            "social_security_card_index": f"sha256(({_ACCOUNT.format(person='n')})::bytea)",
            "user_id": "NULL::bigint",
            "account_proof": "'none'",
        },
        first=0,
        last=number,
        values=[list(world.names)],
    )


def classes(world: World, scale: Scale) -> None:
    from courses.classes.models import ClassRun

    sent = scale.sent(f"n * {CLASS_SIZE}")
    copies(
        ClassRun,
        world.class_run,
        {
            "number": "'B' || lpad(n::text, 9, '0')",
            "name": "'示例班第' || n || '期'",
            "school_id": f"({_array(world.schools)})[1 + n %% {SCHOOLS}]",
            "starts_on": f"{sent} - 90",
            "ends_on": f"{sent} - 60",
            "state": "'closed'",
            "seats": str(CLASS_SIZE),
            "seats_taken": str(CLASS_SIZE),
        },
        first=0,
        last=scale.claims // CLASS_SIZE,
    )


_CERTIFICATE = "'S0000359900012' || lpad((n / 1000000)::text, 1, '0') || '5' || lpad((n %% 1000000)::text, 6, '0')"


def claims(world: World, scale: Scale) -> None:
    """Enrolments, certificates and claims; the first ones are paid, of the others each has a state by its n."""
    from certifications.certificates.models import LevelCertificate
    from courses.classes.models import Enrolment

    run = f"{FIRST} + n / {CLASS_SIZE}"
    span = {"first": 0, "last": scale.claims}
    copies(
        Enrolment,
        world.enrolment,
        {"class_run_id": run, "worker_id": scale.worker, "state": "'completed'"},
        **span,
    )
    copies(
        LevelCertificate,
        world.certificate,
        {"number": _CERTIFICATE, "worker_id": scale.worker, "level": scale.level, "issued_on": f"{scale.sent()} - 30"},
        **span,
    )
    _claims(world, scale)


def _claims(world: World, scale: Scale) -> None:
    from subsidies.claims.models import Claim

    state = _state(scale)
    is_open = f"({state}) IN ('submitted', 'intake_passed')"
    past_intake = f"({state}) NOT IN ('submitted', 'returned', 'refused', 'withdrawn')"
    past_review = f"{past_intake} AND ({state}) <> 'intake_passed'"
    copies(
        Claim,
        world.claim,
        {
            "number": "'S2026' || lpad(n::text, 9, '0')",
            "scheme_id": f"({_array(world.schemes)})[1 + {_shuffled('n', 41)} %% 4]",
            "worker_id": scale.worker,
            "level_certificate_id": f"{FIRST} + n",
            "enrolment_id": f"{FIRST} + n",
            "school_id": f"({_array(world.schools)})[1 + n / {CLASS_SIZE} %% {SCHOOLS}]",
            "certificate_number": _CERTIFICATE,
            "level": scale.level,
            "issued_on": f"{scale.sent()} - 30",
            "district_code": _one_of(DISTRICTS, _shuffled("n", 17)),
            "amount_fen": f"70000 + 10000 * ({_shuffled('n', 29)} %% 4)",
            "account_index": f"sha256(({_ACCOUNT.format(person=f'n %% {scale.people}')})::bytea)",
            "state": state,
            "channel": f"(ARRAY['self', 'self', 'school', 'counter'])[1 + {_shuffled('n', 13)} %% 4]",
            "submitted_on": scale.sent(),
            "due_on": f"CASE WHEN {is_open} THEN CURRENT_DATE - 3 + (n %% 12)::int END",
            "risk": f"(ARRAY[0,0,0,0,0,0,0,0,0,0,0,1,1,2,10,10,11,20,100,110])[1 + {_shuffled('n', 7)} %% 20]",
            "screened_at": "now()",
            "intake_by_id": f"CASE WHEN {past_intake} THEN ({_array(world.officers[:3])})[1 + n %% 3] END",
            "review_by_id": f"CASE WHEN {past_review} THEN ({_array(world.officers[3:])})[1 + n %% 3] END",
            "paid_on": f"CASE WHEN ({state}) = 'paid' THEN {scale.sent()} + 30 END",
        },
        first=0,
        last=scale.claims,
    )


def findings() -> None:
    """One open finding for each claim that has a risk and is not settled."""
    from django.db import connection
    from django.utils import timezone

    from subsidies.checks.models import CheckRun

    run = CheckRun.objects.create(
        moment="review", on=timezone.localdate(), claims_count=0, started_at=timezone.now(), milliseconds=1
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_FINDINGS, [run.pk])
        cursor.execute("SET session_replication_role = DEFAULT")


_ACCOUNT = "'account-' || ({person}) - ((({person}) %% 5000 = 1))::int"
_FINDINGS = """
INSERT INTO checks_finding (run_id, claim_id, check_code, severity, basis, source, seen, digest, state, cleared_reason)
SELECT %s, id, (ARRAY['same_account', 'overlapping_classes', 'attendance_missing'])[1 + id % 3],
       CASE WHEN risk >= 100 THEN 'block' WHEN risk >= 10 THEN 'warn' ELSE 'note' END, 'rule', '示例', '{}',
       encode(sha256(id::text::bytea), 'hex'), 'open', ''
  FROM claims_claim
 WHERE risk > 0 AND state IN ('submitted', 'intake_passed', 'returned', 'reviewed', 'published')
""".replace("id % 3", "id %% 3")


def _shuffled(expression: str, salt: int) -> str:
    """A whole number that looks random but belongs to the expression."""
    return f"((({expression}) * 2654435761 + {salt} * 40503) / 65536)"


def _array(numbers: Sequence[int]) -> str:
    return f"ARRAY[{', '.join(str(one) for one in numbers)}]"


def _one_of(words: Sequence[str], expression: str) -> str:
    return f"(ARRAY[{', '.join(repr(one) for one in words)}])[1 + ({expression}) %% {len(words)}]"


def _state(scale: Scale) -> str:
    """The state of claim n."""
    drawn = _shuffled("n", 3)
    whens, limit = [], 0
    for name, share in STATES.items():
        limit += share
        whens.append(f"WHEN {drawn} %% 1000 < {limit} THEN '{name}'")
    return f"CASE WHEN n < {scale.paid} THEN 'paid' {' '.join(whens)} END"
