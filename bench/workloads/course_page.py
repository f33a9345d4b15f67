"""B2: the course page with progress, signed in. 10,000 workers in 500 courses, each course with twenty lessons.

Each request comes from another worker with her own session; the page is rendered anew every time.
"""

import random
from importlib import import_module
from typing import Any

from bench.data import ensure
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
    from django.conf import settings

    ensure(VERSION, _fill)
    pages = _pages()
    return under_load(
        PORT,
        [path for path, _key in pages],
        clients=CLIENTS,
        seconds=15,
        bar=BAR,
        meets=lambda result: result.value >= 180 and result.p95_ms < 120,
        cookies=[f"{settings.SESSION_COOKIE_NAME}={key}" for _path, key in pages],
    )


def _pages() -> list[tuple[str, str]]:
    """Addresses of course pages, each with the session of the worker it belongs to."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from courses.classes.models import Enrolment
    from portal.sign_in import sessions

    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    rows = list(Enrolment.objects.select_related("worker__user").order_by("pk"))
    pages = []
    for enrolment in random.Random(20261123).sample(rows, SESSIONS):
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


def _fill() -> None:
    """The base data, the courses, then workers, places in classes and progress straight into the tables."""
    from django.core.management import call_command
    from django.db import connection

    call_command("base_load", verbosity=0)
    for _course in range(COURSES):
        _one_course()
    from foundation.crypto.cipher import encrypt

    with connection.cursor() as cursor:
        values: dict[str, int | bytes] = {"workers": WORKERS, "courses": COURSES, "secret": encrypt("李梅")}
        for statement in (_USERS, _MEMBERSHIPS, _WORKERS, _ENROLMENTS, _PROGRESS):
            cursor.execute(statement, values)


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


_USERS = """
INSERT INTO accounts_user (password, is_superuser, username, is_staff, is_active, date_joined, name, phone,
                           phone_index, phone_verified_at, password_is_initial)
SELECT '!', false, 'b2-' || n, false, true, now(), '', %(secret)s, sha256(('b2-' || n)::bytea), now(), false
  FROM generate_series(1, %(workers)s) AS n
"""
_MEMBERSHIPS = """
INSERT INTO accounts_membership (user_id, role, effective)
SELECT id, 'worker', daterange('2020-01-01', NULL) FROM accounts_user WHERE username LIKE 'b2-%%'
"""
_WORKERS = """
INSERT INTO workers_worker (user_id, account_proof, name, id_number, id_number_index, sex, birth_year, district_code,
                            contact_phone, identity_state, photo, social_security_card, source, created_at)
SELECT id, 'declared', %(secret)s, %(secret)s, sha256(username::bytea), 'female', 1978, '350203', ''::bytea,
       'declared', '', ''::bytea, 'bench', now()
  FROM accounts_user WHERE username LIKE 'b2-%%'
"""
_ENROLMENTS = """
INSERT INTO classes_enrolment (class_run_id, worker_id, state, source, group_code, education, address, bank, card, note,
                               enrolled_at, end_reason)
SELECT runs.id, workers.id, 'confirmed', 'roster', '', '', ''::bytea, '', ''::bytea, '', now(), ''
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM workers_worker WHERE source = 'bench') workers
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM classes_classrun) runs
    ON runs.n = workers.n %% %(courses)s
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
