"""Certificates on record, written straight into the tables with what they stand on: only what matters is passed in."""

import hashlib
import io
import json
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from certifications.bodies.models import AssessmentBody
from certifications.certificates.models import (
    CertificateEvent,
    LevelCertificate,
    SchoolSeries,
    SeriesYear,
    TrainingCertificate,
)
from certifications.certificates.numbers import training_number
from certifications.certificates.printing import check_address
from certifications.certificates.selectors import check_code
from certifications.papers.keys import signing_key
from certifications.papers.making import paper_make
from certifications.papers.sheets import Sheet
from certifications.plans.models import AssessmentPlan, Candidate
from certifications.scoring.models import Result
from courses.classes.models import ClassRun
from courses.completion.models import Completion
from tests.certifications.builders import a_body
from tests.courses.builders import a_class_run, an_enrolment, an_occupation
from tests.workers.builders import a_worker, an_officer
from workers.models import Worker

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NAME, ID_NUMBER = "李小梅", "350201197805060048"
_numbers = count(1)


def a_photo(colour: str = "navy") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (295, 413), colour).save(target, "JPEG")
    return target.getvalue()


def a_level_number(serial: int = 1) -> str:
    return f"S000035990001265{serial:06d}"


def printed_on_training(number: str, **values: str) -> dict[str, str]:
    """What stands on a training certificate."""
    return {
        "number": number, "name": NAME, "document_type": "居民身份证", "document_number": ID_NUMBER,
        "school": "厦门示例培训学校", "occupation": "家政服务员", "work_type": "母婴护理员", "level": "五级/初级工",
        "class_number": "XM2026000001", "training_dates": "2026年9月1日至2026年9月28日", "hours_theory": "40",
        "hours_practice": "80", "result_theory": "合格", "result_practice": "合格", "issuer": "厦门示例培训学校",
        "issued_on": "2026年11月23日",
    } | values  # fmt: skip


def content_of_training(number: str, **values: str) -> dict[str, Any]:
    """What is frozen when a training certificate is issued."""
    printed = printed_on_training(number, **values) | {"address": f"http://127.0.0.1:8000/verify/ {check_code(number)}"}
    return {
        "number": number, "check_code": check_code(number), "qr": check_address(number), "values": printed,
    }  # fmt: skip


def a_file(certificate: TrainingCertificate, *, photo: bytes = b"", signer: Any = None, **sheet: Any) -> bytes:
    """The certificate as a signed PDF; ``sheet`` says what is to stand in it otherwise."""
    content = json.loads(certificate.data)
    given = {
        "template": certificate.template, "number": certificate.number, "values": content["values"],
        "photo": photo or a_photo(), "qr": content["qr"], "data": content, "issued_at": NOW,
    } | sheet  # fmt: skip
    return paper_make(Sheet(**given), signer=signer or signing_key())


def a_training_certificate(
    *, state: str = "valid", replaces: TrainingCertificate | None = None, photo: bytes = b"", **values: str
) -> TrainingCertificate:
    """On record in a state, with a photo; ``values`` are printed instead of the usual ones."""
    run = a_class_run()
    year = _series_year(run)
    year.last += 1
    year.save(update_fields=["last"])
    number = training_number(year.series.district_code, year.series.serial, year.year, year.last)
    content = json.dumps(content_of_training(number, **values), ensure_ascii=False, sort_keys=True)
    result = _a_result(run, a_worker(name=NAME))
    certificate = TrainingCertificate(
        number=number, serial=year.last, series_year=year, worker=result.candidate.worker,
        enrolment=result.candidate.enrolment, completion=result.candidate.enrolment.completions.get(), result=result,
        school=run.school, state=state, template="training-certificate/1", data=content,
        data_digest=hashlib.sha256(content.encode()).hexdigest(), issued_on=TODAY, issued_at=NOW,
        issued_by=result.judged_by, replaces=replaces,
    )  # fmt: skip
    certificate.photo.save("photo.jpg", ContentFile(photo or a_photo()), save=False)
    certificate.save()
    return certificate


def _series_year(run: ClassRun) -> SeriesYear:
    series, _new = SchoolSeries.objects.get_or_create(
        school=run.school, defaults={"district_code": "350203", "serial": 5000 + next(_numbers)}
    )
    return SeriesYear.objects.get_or_create(series=series, year=2026)[0]


def _a_result(run: ClassRun, worker: Worker) -> Result:
    """She completed the class and passed its test."""
    officer = an_officer()
    enrolment = an_enrolment(run, worker)
    Completion.objects.create(
        enrolment=enrolment, outcome="completed", criterion={}, facts={}, checks=[], judged_by=officer, at=NOW
    )
    plan = AssessmentPlan.objects.create(
        number=f"KH2026V{next(_numbers):05d}", kind="school_test", organisation=run.school.organisation, class_run=run,
        title="结业考核", occupation=an_occupation(), seats=40, seed=1, created_at=NOW,
    )  # fmt: skip
    candidate = Candidate.objects.create(
        plan=plan, worker=worker, enrolment=enrolment, ticket_number=f"{next(_numbers):08d}", admitted_at=NOW
    )
    return Result.objects.create(
        candidate=candidate, outcome="passed", marks={}, criterion={}, checks=[], judged_by=officer, at=NOW
    )


def printed_on_level(number: str, **values: str) -> dict[str, str]:
    """What stands on a level certificate."""
    return {
        "title": "职业技能等级证书", "number": number, "name": NAME, "id_kind": "居民身份证", "id_number": ID_NUMBER,
        "occupation": "家政服务员", "work_type": "--", "level": "五级/初级工", "body": "厦门示例评价机构",
        "issued_on": "2026-05-20", "print_serial": "00012345",
    } | values  # fmt: skip


def a_level_certificate(*, state: str = "valid", number: str = "", **values: str) -> LevelCertificate:
    """On record as its body told it."""
    number = number or a_level_number(next(_numbers))
    return LevelCertificate.objects.create(
        number=number, worker=a_worker(name=NAME), body=AssessmentBody.objects.first() or a_body(),
        occupation=an_occupation(), level=5,
        issued_on=date(2026, 5, 20), state=state, data=json.dumps(printed_on_level(number, **values)), source="示例",
        recorded_by=an_officer(), recorded_at=NOW,
    )  # fmt: skip


def an_event(certificate: Any, target: str, **fields: Any) -> CertificateEvent:
    whose = "training" if isinstance(certificate, TrainingCertificate) else "level"
    given = {"action": target, "target": target, "at": NOW, whose: certificate}
    return CertificateEvent.objects.create(**(given | fields))
