"""B8: the page on which anybody checks a certificate. 200,000 certificates, half of each kind.

Every request is about another certificate: of training certificates by number and code, as their QR code asks; of level
certificates by number and name, as the form sends it. An answer counts when it shows the certificate's own number.
"""

import hashlib
import http.client
import json
import random
import re
import statistics
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench.data import ensure
from bench.growth import growth
from bench.measure import Result, cpu_seconds, family, peak_mib, server
from bench.verify_load import Asked, in_a_process

VERSION = "verify-page/1"
OF_EACH = 100_000
CLIENTS = 16
SECONDS = 15.0
# As many as the load may get through.
ASKED = 30_000
PORT = 8888
BAR = "≥ 400 requests/s, p95 < 40 ms"
NAME = "李小梅"
LEVEL_PREFIX = "S000035990001265"


def verify_page() -> Result:
    ensure(VERSION, partial(_fill, OF_EACH))
    return measured()


def verify_page_growth() -> Result:
    """The same over once, twice and four times as many."""

    def at(times: int, turn: int) -> Result:
        ensure(f"verify page {times}/1", partial(_fill, OF_EACH * times))
        return measured(seconds=8, seed=turn)

    return growth(at)


def measured(*, seconds: float = SECONDS, seed: int = 8) -> Result:
    from django.db import connection

    with server(PORT) as process, connection.cursor() as cursor:
        asked = requests(seed=seed)
        for _warm in range(2):
            in_a_process(PORT, asked[-200:], clients=CLIENTS, seconds=1)
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        watched = family(process.pid) + [pid for (pid,) in cursor.fetchall()]
        before = cpu_seconds(watched)
        times, elapsed = in_a_process(PORT, asked[:-200], clients=CLIENTS, seconds=seconds)
        after = cpu_seconds(watched)
    times.sort()
    rate, p95 = len(times) / elapsed, times[int(len(times) * 0.95)] * 1000
    return Result(
        value=rate, unit="requests/s", n=len(times), median_ms=statistics.median(times) * 1000, p95_ms=p95,
        cpu_s=sum(after[pid] - before.get(pid, 0) for pid in after), peak_mib=peak_mib(watched), bar=BAR,
        met=rate >= 400 and p95 < 40,
    )  # fmt: skip


def requests(*, seed: int) -> list[Asked]:
    """One request for each of many certificates, of both kinds in turn."""
    from certifications.certificates.models import LevelCertificate, TrainingCertificate
    from certifications.certificates.selectors import check_code

    source = random.Random(seed)
    training = sorted(TrainingCertificate.objects.values_list("number", flat=True))
    level = sorted(LevelCertificate.objects.values_list("number", flat=True))
    cookie, token = _form()
    asked: list[Asked] = []
    for first, second in zip(source.sample(training, ASKED // 2), source.sample(level, ASKED // 2), strict=True):
        asked.append((_request("GET", f"/v/{first}/{check_code(first)}/"), first.encode()))
        body = urlencode({"csrfmiddlewaretoken": token, "number": second, "proof": NAME})
        asked.append((_request("POST", "/verify/", cookie=cookie, body=body), second.encode()))
    return asked


def _form() -> tuple[str, str]:
    """The cookie and the token that the form gives a visitor."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    line.request("GET", "/verify/", headers={"Host": "127.0.0.1"})
    answer = line.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    cookie = re.search(r"csrftoken=\w+", answer.headers["Set-Cookie"])
    assert token is not None
    assert cookie is not None
    return cookie.group(), token.group(1)


def _request(method: str, path: str, *, cookie: str = "", body: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    if body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n{body}".encode()


def _fill(of_each: int) -> None:
    """So many certificates of each kind."""
    from django.core.management import call_command

    from certifications.certificates.models import LevelCertificate, TrainingCertificate

    call_command("base_load", verbosity=0)
    world = _world()
    for first in range(TrainingCertificate.objects.count(), of_each, 10_000):
        _training(world, first, min(first + 10_000, of_each))
    for first in range(LevelCertificate.objects.count(), of_each, 10_000):
        _level(world, first, min(first + 10_000, of_each))


def _world() -> dict[str, Any]:
    """The class, the school's series and the body that every certificate here belongs to."""
    from certifications.certificates.models import TrainingCertificate
    from tests.certifications.builders import a_body
    from tests.certifications.verification.builders import a_training_certificate
    from tests.courses.builders import an_occupation

    one = TrainingCertificate.objects.order_by("pk").first() or a_training_certificate()
    from certifications.bodies.models import AssessmentBody

    body = AssessmentBody.objects.filter(short_name="bench").first() or a_body(short_name="bench")
    return {"one": one, "body": body, "occupation": an_occupation()}


def _training(world: dict[str, Any], first: int, last: int) -> None:
    """Each with an enrolment of a person of its own; completion and result are those of the first."""
    from django.db import connection

    from certifications.certificates.models import TrainingCertificate
    from certifications.certificates.numbers import training_number
    from courses.classes.models import Enrolment
    from foundation.crypto.cipher import encrypt
    from tests.certifications.verification.builders import NOW, TODAY, printed_on_training

    one = world["one"]
    year = one.series_year
    first, year.last = max(first, year.last), last
    year.save(update_fields=["last"])
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, {"secret": encrypt(NAME), "first": first, "last": last - 1})
        workers = [pk for (pk,) in cursor.fetchall()]
    place = {"class_run_id": one.enrolment.class_run_id, "state": "confirmed", "source": "roster"}
    when = {"enrolled_at": NOW, "confirmed_at": NOW}
    people = [Enrolment(worker_id=pk, **place, **when) for pk in workers]
    enrolments = Enrolment.objects.bulk_create(people, batch_size=1000)
    rows = []
    for serial, enrolment in enumerate(enrolments, start=first + 1):
        number = training_number(year.series.district_code, year.series.serial, year.year, serial)
        content = json.dumps({"values": printed_on_training(number, name=NAME)}, ensure_ascii=False, sort_keys=True)
        rows.append(
            TrainingCertificate(
                number=number, serial=serial, series_year=year, worker_id=enrolment.worker_id, enrolment=enrolment,
                completion_id=one.completion_id, result_id=one.result_id, school_id=one.school_id,
                state="suspended" if serial % 50 == 0 else "valid", template=one.template, data=content,
                data_digest=hashlib.sha256(content.encode()).hexdigest(), photo=one.photo.name, issued_on=TODAY,
                issued_at=NOW, issued_by_id=one.issued_by_id,
            )
        )  # fmt: skip
    TrainingCertificate.objects.bulk_create(rows, batch_size=1000)


def _level(world: dict[str, Any], first: int, last: int) -> None:
    from certifications.certificates.models import LevelCertificate
    from tests.certifications.verification.builders import NOW, TODAY, printed_on_level

    one = world["one"]
    LevelCertificate.objects.bulk_create(
        [
            LevelCertificate(
                number=number, worker_id=one.worker_id, body=world["body"], occupation=world["occupation"], level=5,
                issued_on=TODAY, state="valid", data=json.dumps(printed_on_level(number, name=NAME)), source="bench",
                recorded_by_id=one.issued_by_id, recorded_at=NOW,
            )
            for number in (f"{LEVEL_PREFIX}{serial:06d}" for serial in range(first + 1, last + 1))
        ],
        batch_size=1000,
    )  # fmt: skip


_WORKERS = """
INSERT INTO workers_worker (account_proof, name, id_number, id_number_index, sex, birth_year, district_code,
                            contact_phone, identity_state, photo, social_security_card, source, created_at)
SELECT 'none', %(secret)s, %(secret)s, sha256(('b8-' || n)::bytea), 'female', 1978, '350203', ''::bytea,
       'declared', '', ''::bytea, 'bench', now()
  FROM generate_series(%(first)s, %(last)s) AS n
RETURNING id
"""
