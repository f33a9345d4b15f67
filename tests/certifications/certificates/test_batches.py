"""A class is issued in the background: everybody who may, each once, the others with their reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import BatchItem, CertificateBatch, TrainingCertificate
from certifications.certificates.selectors.training import progress_of
from certifications.certificates.services import batches
from certifications.certificates.services.batches import batch_request, batch_work, batches_silent
from certifications.certificates.services.files import certificate_file_bytes
from courses.completion.states import Outcome
from foundation.audit.models import AuditEvent
from tests.certifications.certificates.builders import (
    ISSUED_ON,
    a_class_of,
    a_graduate,
    a_holder,
    a_portrait,
    completed,
    issued,
    staff_of,
)
from tests.courses.builders import a_school, an_enrolment, school_staff
from tests.workers.builders import NOW
from workers.services import photo_set

pytestmark = pytest.mark.django_db


def asked(run, **fields):
    given = {"actor": staff_of(run), "at": NOW, "issued_on": ISSUED_ON}
    return batch_request(class_run_id=run.pk, **(given | fields))


def worked(run):
    batch = asked(run)
    return batch_work(batch_id=batch.pk, at=NOW)


def test_one_without_a_photo_and_one_who_failed_stop_nobody_else():
    run, everybody = a_class_of(3)
    lacking = a_graduate(run, worker=a_holder(with_photo=False))
    failed = a_graduate(run, passed=False)
    not_through = an_enrolment(run, a_holder())
    completed(not_through, Outcome.NOT_COMPLETED)
    batch = worked(run)
    assert batch.state == "done"
    states = dict(batch.items.values_list("enrolment", "state"))
    assert [states[one.pk] for one in everybody] == ["issued"] * 3
    codes = dict(batch.items.filter(state="refused").values_list("enrolment", "code"))
    assert codes == {lacking.pk: "no_photo", failed.pk: "test_failed", not_through.pk: "not_completed"}
    assert "请本人登录平台上传一寸证件照" in batch.items.get(enrolment=lacking).reason
    certificates = TrainingCertificate.objects.order_by("serial")
    assert [one.serial for one in certificates] == [1, 2, 3]
    assert all(one.file and one.file_digest for one in certificates)
    progress = progress_of(batch)
    assert (progress.total, progress.issued, progress.refused, progress.files) == (6, 3, 3, 3)


def test_who_was_mended_is_issued_by_asking_again_and_the_others_keep_theirs():
    run, _everybody = a_class_of(2)
    lacking = a_graduate(run, worker=a_holder(with_photo=False))
    worked(run)
    worker = lacking.worker
    photo_set(worker_id=worker.pk, upload=a_portrait(), actor=worker.user, at=NOW)
    again = worked(run)
    assert [item.enrolment_id for item in again.items.all()] == [lacking.pk]
    assert TrainingCertificate.objects.get(enrolment=lacking).serial == 3
    with pytest.raises(CertificateError) as refusal:
        asked(run)
    assert refusal.value.code == "nobody_left"


def test_asking_twice_is_one_batch_and_working_twice_is_working_once():
    run, _everybody = a_class_of(2)
    batch = asked(run)
    assert asked(run).pk == batch.pk
    for _time in range(3):
        batch_work(batch_id=batch.pk, at=NOW)
    assert TrainingCertificate.objects.count() == 2
    assert AuditEvent.objects.filter(action="certificates.batch.finished").count() == 1


def test_another_school_may_not_ask_and_nothing_is_written():
    run, _everybody = a_class_of(1)
    with pytest.raises(PermissionDenied):
        asked(run, actor=school_staff(a_school()))
    assert not CertificateBatch.objects.exists()
    assert not BatchItem.objects.exists()


def test_a_fault_of_the_program_refuses_that_person_and_nobody_else(monkeypatch):
    run, everybody = a_class_of(3)
    honest = batches.certificates_issue

    def breaks(*, enrolment_ids, **fields):
        if everybody[1].pk in enrolment_ids:
            raise ZeroDivisionError
        return honest(enrolment_ids=enrolment_ids, **fields)

    monkeypatch.setattr(batches, "certificates_issue", breaks)
    batch = worked(run)
    assert batch.state == "done"
    assert batch.items.get(enrolment=everybody[1]).code == "fault"
    assert [one.serial for one in TrainingCertificate.objects.order_by("serial")] == [1, 2]


def test_when_who_asked_has_left_the_school_nobody_is_issued_and_it_says_so():
    run, _everybody = a_class_of(2)
    staff = staff_of(run)
    batch = asked(run, actor=staff)
    staff.is_active = False
    staff.save()
    batch = batch_work(batch_id=batch.pk, at=NOW)
    assert batch.state == "done"
    assert set(batch.items.values_list("code", flat=True)) == {"not_staff"}
    assert not TrainingCertificate.objects.exists()


def test_files_that_cannot_be_made_now_do_not_hold_up_the_batch_and_are_made_when_asked_for(monkeypatch):
    run, _everybody = a_class_of(2)
    monkeypatch.setattr(batches, "certificate_files_make", lambda rows: [row.pk for row in rows])
    batch = worked(run)
    assert batch.state == "done"
    certificate = TrainingCertificate.objects.order_by("serial")[0]
    assert certificate.file.name == ""
    assert certificate_file_bytes(certificate).startswith(b"%PDF-1.7")
    certificate.refresh_from_db()
    assert certificate.file.name.endswith(f"{certificate.number}.pdf")


def test_a_lost_or_damaged_file_is_made_again_byte_for_byte():
    certificate = issued(a_graduate())
    first = certificate_file_bytes(certificate)
    certificate.refresh_from_db()
    storage = certificate.file.storage
    storage.delete(certificate.file.name)
    assert certificate_file_bytes(certificate) == first
    certificate.refresh_from_db()
    with open(storage.path(certificate.file.name), "wb") as file:
        file.write(b"torn")
    assert certificate_file_bytes(certificate) == first
    assert storage.exists(certificate.file.name)


def test_a_later_photo_in_her_file_changes_nothing_on_the_certificate():
    enrolment = a_graduate()
    certificate = issued(enrolment)
    first = certificate_file_bytes(certificate)
    photo_set(worker_id=enrolment.worker_id, upload=a_portrait(5), actor=enrolment.worker.user, at=NOW)
    certificate.refresh_from_db()
    certificate.file.storage.delete(certificate.file.name)
    assert certificate_file_bytes(certificate) == first


def test_a_batch_without_progress_is_taken_up():
    run, _everybody = a_class_of(1)
    batch = asked(run)
    assert batches_silent(at=NOW + timedelta(minutes=1)) == []
    assert batches_silent(at=NOW + timedelta(minutes=3)) == [batch.pk]
    batch_work(batch_id=batch.pk, at=NOW)
    assert batches_silent(at=NOW + timedelta(days=1)) == []
