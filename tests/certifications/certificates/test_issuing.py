"""A training certificate is issued when nothing is missing, once, with all it says frozen; else each lack is named."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, SeriesYear, TrainingCertificate
from certifications.certificates.numbers import TrainingNumber
from certifications.certificates.services.training import certificate_issue
from courses.completion.states import Outcome
from courses.schools.states import SchoolState
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from foundation.sms.models import SmsMessage
from tests.certifications.builders_scoring import a_final_result
from tests.certifications.certificates.builders import (
    ISSUED_ON,
    a_closed_run,
    a_graduate,
    a_holder,
    completed,
    issued,
    staff_of,
)
from tests.courses.builders import a_school, an_enrolment, school_staff
from tests.workers.builders import NOW, an_account, an_officer
from workers.models import IdentityCheck, IdentityRevision, SkillRecordEntry, Worker

pytestmark = pytest.mark.django_db


def nothing_happened():
    return (
        not TrainingCertificate.objects.exists()
        and not SeriesYear.objects.filter(last__gt=0).exists()
        and not CertificateEvent.objects.exists()
        and not SkillRecordEntry.objects.exists()
        and not SmsMessage.objects.filter(template="certificate_issued").exists()
        and not AuditEvent.objects.filter(action__startswith="certificates").exists()
    )


def test_the_certificate_freezes_everything_that_is_printed():
    enrolment = a_graduate(worker=a_holder(name="李梅"))
    made = issued(enrolment)
    content = json.loads(made.data)
    school = made.school.organisation.name
    assert content["values"] == {
        "name": "李梅",
        "document_type": "居民身份证",
        "document_number": enrolment.worker.id_number,
        "school": school,
        "occupation": "家政服务员",
        "work_type": "母婴护理员",
        "level": "五级/初级工",
        "class_number": enrolment.class_run.number,
        "training_dates": "2026年10月12日至2026年11月12日",
        "hours_theory": "40 学时",
        "hours_practice": "80 学时",
        "result_theory": "合格（78 分）",
        "result_practice": "合格（78 分）",
        "issuer": school,
        "issued_on": "2026年11月23日",
        "number": made.number,
        "address": content["values"]["address"],
        "note": "",
    }
    assert content["qr"].endswith(f"/v/{made.number}/{content['check_code']}/")
    assert (made.template, made.state) == ("training-certificate/1", "valid")


def test_the_number_is_of_the_school_and_the_year_and_the_next():
    run = a_closed_run()
    numbers = [TrainingNumber.parse(issued(a_graduate(run)).number) for _n in range(3)]
    assert [number.serial for number in numbers] == [1, 2, 3]
    assert {(number.district, number.school_serial, number.year) for number in numbers} == {("350203", 1, 2026)}
    other = TrainingNumber.parse(issued(a_graduate()).number)
    assert (other.school_serial, other.serial) == (2, 1)


def test_issuing_twice_is_issuing_once():
    enrolment = a_graduate()
    first = issued(enrolment)
    assert issued(enrolment).pk == first.pk
    assert TrainingCertificate.objects.count() == CertificateEvent.objects.count() == 1
    assert SeriesYear.objects.get().last == 1
    assert SmsMessage.objects.filter(template="certificate_issued").count() == 1


def test_her_skill_record_says_so_and_she_is_told():
    made = issued(a_graduate())
    line = SkillRecordEntry.objects.get(worker=made.worker)
    assert (line.reference, line.number) == (f"certificates.trainingcertificate:{made.pk}", made.number)
    assert (line.title, line.level, line.is_guaranteed) == ("母婴护理员 五级/初级工", 5, True)
    text = SmsMessage.objects.get(template="certificate_issued").text
    assert made.number in text
    assert AuditEvent.objects.get(action="certificates.training_certificate.issued").object_id == str(made.pk)


def no_completion(run):
    return an_enrolment(run, a_holder())


def not_completed(run):
    enrolment = an_enrolment(run, a_holder())
    completed(enrolment, Outcome.NOT_COMPLETED)
    return enrolment


def no_test(run):
    enrolment = an_enrolment(run, a_holder())
    completed(enrolment)
    return enrolment


def suspended_school(run):
    enrolment = a_graduate(run)
    run.school.state = SchoolState.SUSPENDED
    run.school.save()
    return enrolment


def licence_over(run):
    enrolment = a_graduate(run)
    run.school.licensed = period(date(2020, 1, 1), date(2026, 11, 22))
    run.school.save()
    return enrolment


REFUSALS = [
    ("not_judged", no_completion, ISSUED_ON, "还没有结班认定"),
    ("not_completed", not_completed, ISSUED_ON, "没有结业：实操学时"),
    ("no_result", no_test, ISSUED_ON, "没有已确定的结业考核成绩"),
    (
        "test_failed",
        lambda run: a_graduate(run, passed=False),
        ISSUED_ON,
        "结业考核不合格：理论知识 50 分，技能操作 78 分",
    ),
    ("not_verified", lambda run: a_graduate(run, worker=a_holder(verified=False)), ISSUED_ON, "还没有通过实名核验"),
    ("no_photo", lambda run: a_graduate(run, worker=a_holder(with_photo=False)), ISSUED_ON, "档案里没有照片"),
    ("unlicensed", suspended_school, ISSUED_ON, "没有有效的办学许可"),
    ("unlicensed", licence_over, ISSUED_ON, "学校在 2026-11-23 没有有效的办学许可"),
    ("issued_too_early", a_graduate, date(2026, 11, 21), "请改为 2026-11-22 或以后"),
    ("issued_in_future", a_graduate, date(2026, 11, 24), "还没有到"),
]


@pytest.mark.parametrize(("code", "somebody", "issued_on", "words"), REFUSALS)
def test_what_is_missing_is_named_and_nothing_happens(code, somebody, issued_on, words):
    enrolment = somebody(a_closed_run())
    with pytest.raises(CertificateError) as refusal:
        issued(enrolment, issued_on=issued_on)
    assert refusal.value.code == code
    assert words in refusal.value.message
    assert nothing_happened()


def test_a_photo_that_cannot_be_opened_is_refused():
    enrolment = a_graduate()
    worker = enrolment.worker
    worker.photo.storage.delete(worker.photo.name)
    with pytest.raises(CertificateError) as refusal:
        issued(enrolment)
    assert refusal.value.code == "photo_unreadable"
    assert nothing_happened()


def test_a_name_with_a_character_no_font_has_is_refused_by_that_character():
    worker = a_holder()
    worker.name = "李\U0003106f"
    worker.save()
    with pytest.raises(CertificateError) as refusal:
        issued(a_graduate(worker=worker))
    assert refusal.value.code == "name_unprintable"
    assert "\U0003106f" in refusal.value.message
    assert nothing_happened()


@pytest.mark.parametrize("who", ["another school", "a teacher", "the worker"])
def test_only_the_office_of_the_school_issues(who):
    enrolment = a_graduate()
    actor = {
        "another school": lambda: school_staff(a_school()),
        "a teacher": lambda: school_staff(enrolment.class_run.school, role=Role.TEACHER),
        "the worker": lambda: enrolment.worker.user,
    }[who]()
    with pytest.raises(PermissionDenied):
        issued(enrolment, actor=actor)
    assert nothing_happened()


def test_a_resit_that_was_passed_counts():
    enrolment = a_graduate(passed=False)
    a_final_result(enrolment)
    assert issued(enrolment).state == "valid"


def test_an_issued_certificate_is_not_changed_and_not_deleted():
    made = issued(a_graduate())
    for change in ({"number": "PX" + "1" * 21}, {"data_digest": "0" * 64}, {"issued_on": date(2026, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrainingCertificate.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingCertificate.objects.filter(pk=made.pk)._raw_delete("default")


def test_the_database_lets_no_number_be_passed_over_or_be_of_another_series():
    made = issued(a_graduate())
    year = made.series_year
    SeriesYear.objects.filter(pk=year.pk).update(last=5)
    copy = TrainingCertificate.objects.get(pk=made.pk)
    TrainingCertificate.objects.filter(pk=made.pk).update(state="replaced")
    for serial, number in ((3, made.number[:16] + "000003" + "X"), (2, "PX" + "9" * 20 + "X")):
        copy.pk, copy.serial, copy.number = None, serial, number
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesYear.objects.filter(pk=year.pk).update(last=1)


def test_a_class_issued_in_the_new_year_begins_a_new_series():
    run = a_closed_run()
    first = issued(a_graduate(run))
    second = certificate_issue(
        enrolment_id=a_graduate(run).pk,
        issued_on=date(2027, 1, 4),
        actor=staff_of(run),
        at=NOW + timedelta(days=60),
    )
    numbers = [TrainingNumber.parse(one.number) for one in (first, second)]
    assert [(number.year, number.serial) for number in numbers] == [(2026, 1), (2027, 1)]


def test_whoever_renames_herself_after_she_enrolled_is_looked_at_by_a_person_first():
    enrolment = a_graduate()
    worker = enrolment.worker
    Worker.objects.filter(pk=worker.pk).update(user=an_account())
    worker.refresh_from_db()
    IdentityRevision.objects.create(
        worker=worker, name="王芳", id_number=worker.id_number, reason="本人更正", actor=worker.user, at=NOW
    )
    with pytest.raises(CertificateError) as refusal:
        issued(enrolment)
    assert refusal.value.code == "identity_changed_since"
    assert not TrainingCertificate.objects.exists()
    asked = {"worker": worker, "state": "answered", "outcome": "match"}
    # What she asks herself proves only that such a person exists.
    IdentityCheck.objects.create(requested_by=worker.user, requested_at=NOW + timedelta(hours=1), **asked)
    with pytest.raises(CertificateError):
        issued(enrolment)
    IdentityCheck.objects.create(requested_by=an_officer(), requested_at=NOW + timedelta(hours=2), **asked)
    assert issued(enrolment).worker == worker
