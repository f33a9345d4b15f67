"""Invented people for the trial, learners at a lesson and holders of certificates, and what became of them."""

from __future__ import annotations

from typing import Any

TOKEN = "a" * 32


def learners(number: int) -> list[dict[str, Any]]:
    """So many people in a class, signed in, each with the lesson open."""
    from django.utils import timezone

    from courses.study.services import viewing_start
    from tests.courses.builders import a_class_run, a_course_version, an_enrolment
    from tests.courses.study.builders import a_video

    run = a_class_run(a_course_version(lessons=[a_video(minutes=120)]), seats=number)
    lesson = run.course_version.lessons.get()
    made = []
    for n in range(number):
        enrolment = an_enrolment(run, _person(n))
        opened = viewing_start(
            worker=enrolment.worker, enrolment_id=enrolment.pk, lesson_id=lesson.pk, at=timezone.now(), device="手机"
        )
        made.append(
            {
                "token": opened.token,
                "enrolment": enrolment.pk,
                "worker": enrolment.worker_id,
                "cookies": _cookies(enrolment.worker.user),
                "sent": 0,
                "accepted_ms": 0,
            }
        )
    return made


def _person(n: int) -> Any:
    from datetime import timedelta

    from tests.workers.builders import NOW, a_worker, an_id_number

    born = NOW.date().replace(year=1972) + timedelta(days=n)
    return a_worker(verified=True, id_number=an_id_number(born=born, sequence=2 * (n % 400) + 2))


def claimants(number: int) -> list[dict[str, Any]]:
    """So many people who may have 700 yuan each, signed in."""
    from django.urls import reverse

    from tests.subsidies.builders import a_claimant, a_level_certificate, a_scheme

    scheme = a_scheme()
    made = []
    for _n in range(number):
        worker = a_claimant()
        path = reverse("my_claim_new", args=[scheme.pk, "level", a_level_certificate(worker).pk])
        made.append({"worker": worker.pk, "path": path, "cookies": _cookies(worker.user)})
    return made


def _cookies(user: Any) -> str:
    from tests.portal.people import signed_in

    return "; ".join(f"{name}={part.value}" for name, part in signed_in(user).cookies.items())


def lost(result: dict[str, Any]) -> list[str]:
    """What was acknowledged and is not there, or is there twice; nothing, when all is well."""
    from courses.study.models import StudyBeat, StudyClock
    from subsidies.claims.models import Claim

    found = []
    for one in result["learners"]:
        rows = list(StudyBeat.objects.filter(enrolment=one["enrolment"]).values_list("sequence", flat=True))
        stands = StudyClock.objects.get(worker=one["worker"]).sequence
        if sorted(rows) != list(range(1, one["sent"] + 1)) or stands != one["sent"]:
            found.append(f"learner {one['worker']}: {one['sent']} beats answered, {len(rows)} kept, stands at {stands}")
    for one in result["claimed"]:
        count = Claim.objects.filter(worker=one["worker"], state="submitted").count()
        if count != 1:
            found.append(f"claimant {one['worker']}: {count} claims")
    return found
