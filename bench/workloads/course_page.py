"""B2: the course page with progress, signed in. 10,000 workers in 500 courses, each course with twenty lessons.

Each request comes from another worker with her own session; the page is rendered anew every time.
"""

import random
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from bench.data import ensure
from bench.growth import growth
from bench.measure import Result, under_load

VERSION = "course-page/1"
WORKERS = 10_000
COURSES = 500
LESSONS = 20
CLIENTS = 16
# As many sessions as the load may walk through.
SESSIONS = 2_000
PORT = 8882
BAR = "≥ 180 requests/s, p95 < 120 ms"


def course_page() -> Result:
    ensure(VERSION, partial(_fill, 1))
    result = measured(15)
    return replace(result, bar=BAR, met=result.value >= 180 and result.p95_ms < 120)


def course_page_growth() -> Result:
    """The same with once, twice and four times the workers and courses."""

    def at(times: int, turn: int) -> Result:
        ensure(f"course page {times}/1", partial(_fill, times))
        return measured(8, seed=turn)

    return growth(at)


def measured(seconds: float, *, seed: int = 20261123) -> Result:
    from django.conf import settings

    pages = _pages(seed)
    return under_load(
        PORT,
        [path for path, _key in pages],
        clients=CLIENTS,
        seconds=seconds,
        cookies=[f"{settings.SESSION_COOKIE_NAME}={key}" for _path, key in pages],
    )


def _pages(seed: int) -> list[tuple[str, str]]:
    """Addresses of course pages, each with the session of the worker it belongs to."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from courses.classes.models import Enrolment
    from portal.sign_in import sessions

    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    rows = list(Enrolment.objects.select_related("worker__user").order_by("pk"))
    pages = []
    for enrolment in random.Random(seed).sample(rows, SESSIONS):
        user = enrolment.worker.user
        assert user is not None
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[sessions.BEGAN] = session[sessions.KEPT] = 2**40  # never to be renewed while it is measured
        session.save()
        pages.append((f"/my/classes/{enrolment.pk}/", session.session_key))
    return pages


def _fill(times: int) -> None:
    """The base data, the courses, then workers, places in classes and progress straight into the tables."""
    from django.core.management import call_command
    from django.db import connection

    call_command("base_load", verbosity=0)
    for _course in range(COURSES * times):
        _one_course()
    _accounts(WORKERS * times)
    from foundation.crypto.cipher import encrypt

    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, {"secret": encrypt("李梅")})
        _enrolments()
        cursor.execute(_PROGRESS)


def _accounts(count: int) -> None:
    from datetime import date

    from django.utils import timezone

    from foundation.accounts.models import Membership, User
    from foundation.accounts.states import Role
    from foundation.database import period

    users = User.objects.bulk_create(
        [
            User(username=f"b2-{n}", password="!", phone=f"1990{n:07}", phone_verified_at=timezone.now())
            for n in range(count)
        ],
        batch_size=1000,
    )
    since = period(date(2020, 1, 1))
    Membership.objects.bulk_create(
        [Membership(user=user, role=Role.WORKER, effective=since) for user in users], batch_size=1000
    )


def _enrolments() -> None:
    from courses.classes.models import ClassRun, Enrolment
    from tests.workers.builders import NOW
    from workers.models import Worker

    runs = list(ClassRun.objects.order_by("pk").values_list("pk", flat=True))
    workers = Worker.objects.filter(source="bench").order_by("pk").values_list("pk", flat=True)
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                class_run_id=runs[n % len(runs)], worker_id=worker, state="confirmed", source="roster", enrolled_at=NOW,
                confirmed_at=NOW,
            )
            for n, worker in enumerate(workers)
        ],
        batch_size=1000,
    )  # fmt: skip


def _one_course() -> None:
    from datetime import timedelta

    from courses.classes.models import Session
    from tests.courses.builders import a_class_run, a_course_version, a_package_version
    from tests.workers.builders import NOW

    lessons = [
        {"kind": "video", "title": f"新生儿护理第 {n} 讲", "seconds": 2700, "credited_minutes": 45}
        for n in range(1, LESSONS + 1)
    ]
    run = a_class_run(a_course_version(package_version=_package(a_package_version), lessons=lessons), seats=40)
    Session.objects.bulk_create(
        Session(
            class_run=run, number=n, mode="practice", starts_at=NOW + timedelta(days=n),
            ends_at=NOW + timedelta(days=n, hours=3), content="实操训练",
        )
        for n in range(1, 9)
    )  # fmt: skip


def _package(make: Any) -> Any:
    from courses.catalogue.models import PackageVersion

    return PackageVersion.objects.filter(package__code__startswith="package-").first() or make()


_WORKERS = """
INSERT INTO workers_worker (user_id, account_proof, name, id_number, id_number_index, sex, birth_year, district_code,
                            contact_phone, identity_state, photo, social_security_card, source, created_at)
SELECT id, 'none', %(secret)s, %(secret)s, sha256(username::bytea), 'female', 1978, '350203', ''::bytea,
       'declared', '', ''::bytea, 'bench', now()
  FROM accounts_user WHERE username LIKE 'b2-%%'
"""
# Ten lessons each: nine done, one half watched.
_PROGRESS = """
INSERT INTO study_lessonprogress (enrolment_id, lesson_id, length_ms, worth_ms, needs_check, watched, position_ms,
                                  reported_ms, accepted_ms, refused_ms, credited_ms, completed_at)
SELECT e.id, l.id, 2700000, 2700000, false, ARRAY[0, ms], ms, ms, ms, 0, ms,
       CASE WHEN l.position < 10 THEN now() END
  FROM classes_enrolment e
  JOIN classes_classrun r ON r.id = e.class_run_id
  JOIN content_lesson l ON l.version_id = r.course_version_id AND l.position <= 10
  CROSS JOIN LATERAL (SELECT CASE WHEN l.position < 10 THEN 2700000 ELSE 1350000 END AS ms) AS part
"""
