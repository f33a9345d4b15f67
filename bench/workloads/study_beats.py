"""B1: study heartbeats. 45,000 learners in the middle of a lesson, each sending a beat of thirty seconds.

Every request is a signed one of another learner, judged by all the rules, committed with synchronous commit on, and
answered after that. The load generator counts only answers that credit the thirty seconds, and the database is asked
afterwards whether it holds exactly what was answered.
"""

import json
import random
import statistics
import time
from typing import Any

from bench.beat_load import in_a_process, under_load
from bench.data import ensure
from bench.measure import Result, cpu_seconds, family, peak_mib, server

VERSION = "study-beats/1"
LEARNERS = 45_000
CLASSES = 450
SECONDS = 15
BEAT_MS = 30_000
WARM = 2_000
PORT = 8881
BAR = "≥ 1500 requests/s, p95 < 50 ms"


def heartbeats() -> Result:
    from django.db import connection

    ensure(VERSION, _fill)
    _start_anew()
    requests = _requests()
    with server(PORT) as process, connection.cursor() as cursor:
        under_load(PORT, requests[:WARM], 2)
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        watched = family(process.pid) + [pid for (pid,) in cursor.fetchall()]
        before = cpu_seconds(watched)
        times, elapsed = in_a_process(PORT, requests[WARM:], SECONDS)
        after = cpu_seconds(watched)
        peak = peak_mib(watched)
    _check(len(times))
    times.sort()
    rate, p95 = len(times) / elapsed, times[int(len(times) * 0.95)] * 1000
    return Result(
        value=rate, unit="requests/s", n=len(times), median_ms=statistics.median(times) * 1000, p95_ms=p95,
        cpu_s=sum(after[pid] - before.get(pid, 0) for pid in after), peak_mib=peak, bar=BAR,
        met=rate >= 1500 and p95 < 50,
    )  # fmt: skip


def _fill() -> None:
    """Base data, one course of one lesson, and learners straight into the tables."""
    from django.core.management import call_command
    from django.db import connection

    call_command("base_load", verbosity=0)
    version, lesson = _course()
    from foundation.crypto.cipher import encrypt
    from tests.courses.builders import a_class_run

    with connection.cursor() as cursor:
        number = encrypt("350201197805060028")
        cursor.execute(_LEARNERS, {"learners": LEARNERS, "name": encrypt("李梅"), "number": number})
        seats = LEARNERS // CLASSES
        runs = [a_class_run(version, seats=seats, seats_taken=seats) for _ in range(CLASSES)]
        _enrol(runs)
        cursor.execute(_STUDYING, {"lesson": lesson.pk, "ms": lesson.seconds * 1000})


def _enrol(runs: list[Any]) -> None:
    from django.utils import timezone

    from courses.classes.models import Enrolment
    from courses.classes.states import EnrolmentSource, EnrolmentState
    from workers.models import Worker

    now = timezone.now()
    learners = Worker.objects.filter(source="bench").values_list("pk", flat=True)
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                class_run=runs[n % CLASSES], worker_id=learner, state=EnrolmentState.CONFIRMED,
                source=EnrolmentSource.ROSTER, enrolled_at=now, confirmed_at=now,
            )
            for n, learner in enumerate(learners)
        ],
        batch_size=3000,
    )  # fmt: skip


_LEARNERS = """
INSERT INTO workers_worker (account_proof, name, id_number, id_number_index, sex, birth_year, district_code,
                            contact_phone, identity_state, photo, social_security_card, source, created_at)
SELECT 'none', %(name)s, %(number)s, sha256(n::text::bytea), 'female', 1978, '350203', %(name)s, 'declared', '',
       %(name)s, 'bench', now()
  FROM generate_series(1, %(learners)s) AS n
"""
_STUDYING = """
WITH enrolled AS (
    SELECT id, worker_id FROM classes_enrolment
), opened AS (
    INSERT INTO study_viewing (worker_id, enrolment_id, lesson_id, nonce, device, started_at)
    SELECT worker_id, id, %(lesson)s, substr(sha256(id::text::bytea), 1, 16), 'bench', now() FROM enrolled
    RETURNING id, worker_id
), progress AS (
    INSERT INTO study_lessonprogress (enrolment_id, lesson_id, length_ms, worth_ms, needs_check, watched, position_ms,
                                      reported_ms, accepted_ms, refused_ms, credited_ms)
    SELECT id, %(lesson)s, %(ms)s, %(ms)s, false, '{}', 0, 0, 0, 0, 0 FROM enrolled
)
INSERT INTO study_studyclock (worker_id, viewing_id, sequence, digest, counted_until, day, day_ms, presence_left_ms)
SELECT worker_id, id, 0, 0, now(), current_date, 0, 0 FROM opened
"""
# Ten minutes ago each of them sent her last beat; a question comes after up to a quarter of an hour.
_ANEW = """
UPDATE study_studyclock SET sequence = 0, digest = 0, answered_at = NULL, counted_until = now() - interval '10 minutes',
       day_ms = 0, presence_left_ms = 1 + random() * 900000, question_id = NULL, deadline = NULL;
UPDATE study_lessonprogress SET watched = '{}', position_ms = 0, reported_ms = 0, accepted_ms = 0, refused_ms = 0,
       credited_ms = 0, completed_at = NULL;
"""


def _course() -> tuple[Any, Any]:
    from tests.courses.builders import a_course_version

    lesson = {"kind": "video", "title": "新生儿护理", "seconds": 2700, "credited_minutes": 45}
    version = a_course_version(lessons=[lesson])
    return version, version.lessons.get()


def _start_anew() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_ANEW)
        cursor.execute("VACUUM (ANALYZE) study_studyclock, study_lessonprogress")
        cursor.execute("CHECKPOINT")


def _requests() -> list[bytes]:
    """One request for each learner, in no order, as the phone sends it."""
    from django.db import connection

    from courses.study.tokens import LIFETIME_SECONDS, Ticket, sign

    expires = int(time.time()) + LIFETIME_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.id, v.worker_id, p.id, v.nonce FROM study_viewing v"
            " JOIN study_lessonprogress p USING (enrolment_id, lesson_id)"
        )
        tickets = [Ticket(viewing, worker, row, expires, bytes(nonce)) for viewing, worker, row, nonce in cursor]
    random.Random(20261123).shuffle(tickets)
    return [_request(sign(ticket)) for ticket in tickets]


def _request(token: str) -> bytes:
    body = json.dumps({"token": token, "beats": [{"n": 1, "played": [[0, BEAT_MS]], "speed": 100}]}).encode()
    head = (
        "POST /study/beats/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _check(counted: int) -> None:
    """What was answered is what is there: for each answer one accepted row and thirty seconds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(accepted_ms), count(*) FILTER (WHERE refused_ms > 0) FROM study_lessonprogress"
            " WHERE reported_ms > 0"
        )
        rows, accepted, refused = cursor.fetchone()
    assert (accepted, refused) == (rows * BEAT_MS, 0), (rows, accepted, refused)
    assert rows >= counted, (rows, counted)
