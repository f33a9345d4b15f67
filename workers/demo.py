"""Forty invented people, made through the services, so that a demonstration shows what real use would.

Area code 350201 is given to nobody, phones begin 1990000, card accounts 990000. Loading twice changes nothing.
"""

import io
from datetime import date, datetime, time

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from foundation.accounts.models import User
from foundation.accounts.selectors import user_by_phone
from foundation.accounts.services import phone_prove, worker_account_open
from foundation.crypto.cipher import blind_indexes
from workers.districts import DISTRICTS
from workers.identity import check_character, passes_luhn
from workers.models import Worker
from workers.services import (
    JobEntry,
    SchoolEntry,
    card_set,
    contact_set,
    education_add,
    employment_add,
    group_add,
    identity_check_record,
    identity_check_request,
    identity_declare,
    insured_months_record,
    photo_set,
    worker_ensure,
)
from workers.states import CheckState

WORKER_PHONE = "19900000001"
COUNT = 40
FAMILY = "陈林黄张李王吴蔡杨许郑谢洪邱曾廖赖周叶苏"
GIVEN = ["秀英", "丽华", "美玲", "桂花", "淑珍", "月娥", "素贞", "海燕"]
GIVEN += ["红霞", "宝珠", "燕萍", "慧敏", "阿香", "春梅", "建国", "志强"]
ORIGINS = ["rural_transfer", "rural_transfer", "registered_unemployed", "hard_to_employ", "enterprise_employee"]
POSTS = ["月嫂", "育婴员", "保洁", "养老护理员", "家政服务员"]
EMPLOYERS = [
    ("鹭岛示例家政服务有限公司", "91350200MA0000001W"),
    ("同安示例养老服务中心", "52350212MJ0000002X"),
    ("家庭雇主", ""),
]
LEVELS = ["primary", "junior", "junior", "vocational", "senior"]
# How the real-name check of a person ended; the rest are verified.
OUTCOMES = {7: "mismatch", 13: "unknown", 19: "", 23: "mismatch", 29: "", 31: ""}


@transaction.atomic
def demo_workers_load(*, on: date, actor: User) -> list[Worker]:
    """The invented people's files, the first with the demonstration account. ``actor`` is an officer of intake."""
    at = timezone.make_aware(datetime.combine(on, time(9)))
    return [_hers(at), *(_by_roster(number, actor, at) for number in range(2, COUNT + 1))]


def _hers(at: datetime) -> Worker:
    """The file of the demonstration account: declared by herself, verified, complete."""
    user = user_by_phone(WORKER_PHONE) or worker_account_open(phone=WORKER_PHONE, at=at)
    user = phone_prove(user=user, phone=WORKER_PHONE, at=at)
    known = Worker.objects.filter(user=user).first()
    if known:
        return known
    worker = identity_declare(user=user, name="李梅", id_number=id_number_of(1), at=at).worker
    if worker is None:
        raise RuntimeError("The demonstration number has a file without the demonstration account.")
    _answer(worker, "match", at)
    contact_set(worker_id=worker.pk, district_code="350212", actor=user, at=at)
    card_set(worker_id=worker.pk, account=account_of(1), actor=user, at=at)
    photo_set(worker_id=worker.pk, upload=portrait_drawn(), actor=user, at=at)
    group_add(worker_id=worker.pk, group_code="rural_transfer", starts_on=date(2024, 3, 1), actor=user, at=at)
    job = JobEntry("家庭雇主", "月嫂", "household", date(2021, 5, 1))
    employment_add(worker_id=worker.pk, entry=job, actor=user, at=at)
    _school(worker, "junior", user, at)
    return worker


def _by_roster(number: int, actor: User, at: datetime) -> Worker:
    """A file as a school's roster brings it, filled at the counter."""
    id_number = id_number_of(number)
    known = Worker.objects.filter(id_number_index__in=blind_indexes("id_number", id_number)).first()
    if known:
        return known
    worker, _is_new = worker_ensure(
        name=_name_of(number),
        id_number=id_number,
        source="培训班名册(演示)",
        actor=actor,
        at=at,
        contact_phone=f"1990000{number:04d}",
    )
    outcome = OUTCOMES.get(number, "match")
    if outcome:
        identity_check_request(worker_id=worker.pk, actor=actor, at=at)
        _answer(worker, outcome, at)
    _fill(worker, number, actor, at)
    worker.refresh_from_db()
    return worker


def _fill(worker: Worker, number: int, actor: User, at: datetime) -> None:
    """Where she lives, her card, her group, her work and schooling."""
    districts = [code for code, _name in DISTRICTS["350200"]]
    contact_set(worker_id=worker.pk, district_code=districts[number % len(districts)], actor=actor, at=at)
    card_set(worker_id=worker.pk, account=account_of(number), actor=actor, at=at)
    group_add(
        worker_id=worker.pk,
        group_code=ORIGINS[number % len(ORIGINS)],
        starts_on=date(2024, 1 + number % 12, 1),
        actor=actor,
        at=at,
        guaranteed_by="公共就业服务登记(演示)" if number % 2 else "",
    )
    employer, code = EMPLOYERS[number % len(EMPLOYERS)]
    employment_add(
        worker_id=worker.pk,
        entry=JobEntry(
            employer,
            POSTS[number % len(POSTS)],
            "labour" if code else "household",
            date(2019 + number % 5, 3, 1),
            employer_credit_code=code,
        ),
        actor=actor,
        at=at,
    )
    if code:
        months = [date(2026, month, 1) for month in range(1, 1 + number % 9)]
        insured_months_record(
            worker_id=worker.pk,
            kind="pension",
            months=months,
            source="社保系统(演示)",
            actor=actor,
            at=at,
            employer_credit_code=code,
        )
    _school(worker, LEVELS[number % len(LEVELS)], actor, at)


def _answer(worker: Worker, outcome: str, at: datetime) -> None:
    check = worker.checks.get(state=CheckState.WAITING)
    identity_check_record(check_id=check.pk, outcome=outcome, reference=f"demo-{check.pk}", at=at)
    worker.refresh_from_db()


def _school(worker: Worker, level: str, actor: User, at: datetime) -> None:
    year = worker.birth_year + 13
    entry = SchoolEntry(level, "示例中学", date(year, 9, 1), date(year + 3, 7, 1))
    education_add(worker_id=worker.pk, entry=entry, actor=actor, at=at)


def _name_of(number: int) -> str:
    return FAMILY[number % len(FAMILY)] + GIVEN[(number * 7) % len(GIVEN)]


def id_number_of(number: int) -> str:
    """The number of a demonstration person: a woman born between 1968 and 1991, in most cases."""
    born = date(1968 + (number * 5) % 24, 1 + number % 12, 1 + (number * 3) % 28)
    is_man = GIVEN[(number * 7) % len(GIVEN)] in ("建国", "志强") and number > 1
    first = f"350201{born:%Y%m%d}{number * 2 + is_man:03d}"
    return first + check_character(first)


def account_of(number: int) -> str:
    first = f"990000{number * 7919:012d}"
    return next(first + str(digit) for digit in range(10) if passes_luhn(first + str(digit)))


def portrait_drawn() -> SimpleUploadedFile:
    """A drawn head and shoulders: nobody's face."""
    picture = Image.new("RGB", (413, 579), "#dfe9ec")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((66, 400, 347, 800), fill="#14606e")
    pen.ellipse((126, 130, 287, 350), fill="#e8c9ae")
    pen.pieslice((112, 100, 301, 330), 180, 360, fill="#2b2420")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("portrait.png", out.getvalue())
