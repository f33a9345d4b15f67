"""Classes whose people completed, passed and may have their certificates: only what matters is passed in."""

from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.services.training import certificate_issue
from certifications.plans.states import PlanState
from certifications.scoring.states import ResultOutcome
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ClassState, EnrolmentState
from courses.completion.models import ClassClose, Completion
from courses.completion.states import Outcome
from foundation.accounts.models import User
from tests.certifications.builders_scoring import a_final_result, a_plan
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.workers.builders import NOW, a_worker, an_id_number
from workers.models import Worker
from workers.services import photo_set

CLOSED_AT = NOW - timedelta(days=10)
ISSUED_ON = date(2026, 11, 23)
_numbers = count(1)


def a_portrait(shade: int = 200) -> SimpleUploadedFile:
    """A one-inch portrait of nobody."""
    picture = Image.new("RGB", (295, 413), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((95, 90, 200, 225), fill=(shade, 170, 140))
    pen.rectangle((60, 250, 235, 413), fill=(60, 90, shade))
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return SimpleUploadedFile("照片.jpg", out.getvalue(), "image/jpeg")


def a_holder(*, name: str = "李梅", with_photo: bool = True, verified: bool = True, **fields: Any) -> Worker:
    """A worker with a portrait whose name has been proven."""
    n = next(_numbers)
    fields.setdefault("id_number", an_id_number(born=date(1980, 2, 3) + timedelta(days=n), sequence=2 * n % 1000))
    worker = a_worker(name=name, verified=verified, **fields)
    if with_photo:
        photo_set(worker_id=worker.pk, upload=a_portrait(n % 200), actor=worker.user, at=NOW)
        worker.refresh_from_db()
    return worker


def a_closed_run(**fields: Any) -> ClassRun:
    given = {"state": ClassState.CLOSED, "starts_on": date(2026, 10, 12), "ends_on": date(2026, 11, 12), "seats": 60}
    run = a_class_run(**(given | fields))
    ClassClose.objects.create(
        class_run=run, completed=0, not_completed=0, closed_by=school_staff(run.school), at=CLOSED_AT
    )
    return run


def completed(enrolment: Enrolment, outcome: Outcome = Outcome.COMPLETED, **fields: Any) -> Completion:
    """The judgement of the close."""
    given: dict[str, Any] = {
        "criterion": {"theory": "40.0", "practice": "80.0", "rate_min": "80", "presence_min": "80", "units": {}},
        "facts": {},
        "checks": [
            {
                "code": "practice",
                "name": "实操学时",
                "needed": "80 学时",
                "found": "60 学时",
                "passed": False,
                "advice": "",
            }
        ]
        if outcome == Outcome.NOT_COMPLETED
        else [],
        "judged_by": enrolment.class_run.close.closed_by,
        "at": CLOSED_AT,
    }
    return Completion.objects.create(enrolment=enrolment, outcome=outcome, **(given | fields))


def a_graduate(run: ClassRun | None = None, *, worker: Worker | None = None, passed: bool = True) -> Enrolment:
    """Somebody of a closed class who completed it and passed the school's test, with nothing missing."""
    run = run or a_closed_run()
    enrolment = an_enrolment(run, worker or a_holder(), state=EnrolmentState.COMPLETED)
    completed(enrolment)
    plan = run.assessment_plans.first() or a_plan(class_run=run, state=PlanState.FINAL)
    a_final_result(enrolment, outcome=ResultOutcome.PASSED if passed else ResultOutcome.FAILED, plan=plan)
    return enrolment


def a_class_of(number: int) -> tuple[ClassRun, list[Enrolment]]:
    """A closed class of so many graduates."""
    run = a_closed_run()
    return run, [a_graduate(run) for _n in range(number)]


def staff_of(run: ClassRun) -> User:
    return school_staff(run.school)


def issued(enrolment: Enrolment, *, issued_on: date = ISSUED_ON, **fields: Any) -> TrainingCertificate:
    """Her certificate, issued by somebody of the school."""
    given: dict[str, Any] = {"actor": staff_of(enrolment.class_run), "at": NOW}
    return certificate_issue(enrolment_id=enrolment.pk, issued_on=issued_on, **(given | fields))
