"""The desk issues for a class and sees who lacks what; officers move certificates; she sees and downloads hers."""

import zipfile
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from certifications.certificates.models import CertificateBatch, TrainingCertificate
from certifications.certificates.services.batches import batch_work
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.privacy.models import AccessRecord
from tests.certifications.certificates.builders import a_class_of, a_graduate, a_holder, issued, staff_of
from tests.courses.builders import a_school, school_staff
from tests.portal.people import signed_in
from tests.workers.builders import NOW, an_officer, answer
from workers.services import identity_correct

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def text_of(client, name, *args, **fields):
    answer = client.get(reverse(name, args=args), **fields)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_school_issues_for_a_class_with_one_button():
    run, _everybody = a_class_of(2)
    lacking = a_graduate(run, worker=a_holder(with_photo=False))
    client = signed_in(staff_of(run))
    assert run.name in text_of(client, "certificate_classes")
    page = text_of(client, "certificate_class", run.pk)
    assert "给 2 人发证" in page
    assert "请本人登录平台上传一寸证件照" in page
    answer = client.post(reverse("certificate_class_issue", args=[run.pk]), {"issued_on": "2026-11-23"}, follow=True)
    page = answer.content.decode()
    assert "正在制作证书" in page
    assert "0 / 3 人" in page
    batch = CertificateBatch.objects.get()
    batch_work(batch_id=batch.pk, at=NOW)
    progress = client.get(reverse("certificate_progress", args=[batch.pk]))
    assert progress["HX-Refresh"] == "true"
    page = text_of(client, "certificate_class", run.pk)
    assert "2 人已发，1 人没有发" in page
    assert all(one.number in page for one in TrainingCertificate.objects.all())
    assert not TrainingCertificate.objects.filter(enrolment=lacking).exists()


def test_a_wrong_day_is_named_and_stays_in_the_form():
    run, _everybody = a_class_of(1)
    client = signed_in(staff_of(run))
    answer = client.post(reverse("certificate_class_issue", args=[run.pk]), {"issued_on": "去年"})
    assert answer.status_code == 422
    assert "去年" in answer.content.decode()
    assert not CertificateBatch.objects.exists()


def test_one_person_is_issued_alone_and_a_refusal_is_told():
    run, (first, _second) = a_class_of(2)
    client = signed_in(staff_of(run))
    url = reverse("certificate_person_issue", args=[first.pk])
    answer = client.post(url, {"issued_on": "2026-11-24"})
    assert answer.status_code == 422
    assert "发证日期 2026-11-24 还没有到" in answer.content.decode()
    client.post(url, {"issued_on": "2026-11-23"})
    assert TrainingCertificate.objects.get().enrolment_id == first.pk


@pytest.mark.parametrize("name", ["certificate_class", "certificate_class_files"])
def test_another_schools_class_does_not_exist(name):
    run, _everybody = a_class_of(1)
    assert signed_in(school_staff(a_school())).get(reverse(name, args=[run.pk])).status_code == 404


def test_another_schools_certificate_does_not_exist():
    certificate = issued(a_graduate())
    stranger = signed_in(school_staff(a_school()))
    assert stranger.get(reverse("training_certificate", args=[certificate.pk])).status_code == 404
    for url in (
        reverse("training_certificate_file", args=[certificate.pk]),
        reverse("training_certificate_step", args=[certificate.pk, "reissue"]),
    ):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url, {"purpose": "case_handling"}).status_code == 404
    assert not AccessRecord.objects.filter(fields=["name", "id_number"]).exists()


def test_the_files_of_a_class_are_taken_for_a_purpose_and_each_holder_can_read_who_took_hers():
    run, everybody = a_class_of(2)
    certificates = [issued(one) for one in everybody]
    client = signed_in(staff_of(run))
    url = reverse("certificate_class_files", args=[run.pk])
    assert client.post(url, {"note": ""}).status_code == 422
    answer = client.post(url, {"note": "打印发给学员"})
    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert archive.namelist() == [f"{one.number}.pdf" for one in certificates] + ["目录.xlsx"]
    assert archive.read(archive.namelist()[0]).startswith(b"%PDF")
    rows = list(openpyxl.load_workbook(BytesIO(archive.read("目录.xlsx"))).active.values)
    assert rows[1][0] == certificates[0].number
    assert rows[1][1:3] == (everybody[0].worker.masked_name, everybody[0].worker.masked_id_number)
    assert everybody[0].worker.id_number not in str(rows)
    looks = AccessRecord.objects.filter(subject_type="workers.worker", fields=["name", "id_number"])
    assert {look.subject_id for look in looks} == {str(one.worker_id) for one in everybody}
    assert AuditEvent.objects.get(action="certificates.class_files.taken").reason == "打印发给学员"
    hers = signed_in(everybody[0].worker.user)
    assert "打印发给学员" in text_of(hers, "my_looks")


def test_the_school_takes_one_file_for_a_purpose_but_none_that_may_not_be_used():
    certificate = issued(a_graduate())
    client = signed_in(staff_of(certificate.enrolment.class_run))
    url = reverse("training_certificate_file", args=[certificate.pk])
    answer = client.post(url, {"purpose": "case_handling", "note": ""})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    TrainingCertificate.objects.filter(pk=certificate.pk).update(state="suspended")
    assert client.post(url, {"purpose": "case_handling", "note": ""}).status_code == 403


def test_officers_suspend_ask_to_revoke_and_another_confirms():
    certificate = issued(a_graduate())
    first, second = an_officer(Role.OFFICER_INSPECTION), an_officer(Role.OFFICER_REVIEW)
    client, other = signed_in(first), signed_in(second)
    page = text_of(client, "training_certificate", certificate.pk)
    assert "暂停使用" in page
    assert certificate.worker.id_number not in page
    step = reverse("training_certificate_step", args=[certificate.pk, "suspend"])
    assert client.post(step, {"category": "checking", "reason": ""}).status_code == 422
    client.post(step, {"category": "checking", "reason": "有人举报"})
    certificate.refresh_from_db()
    assert certificate.state == "suspended"
    step = reverse("training_certificate_step", args=[certificate.pk, "revoke"])
    client.post(step, {"category": "fraud", "reason": "冒名", "decision_number": "厦人社撤〔2026〕3号"})
    assert "本人提出，由他人复核" in text_of(client, "certificate_revocations")
    assert certificate.number in text_of(other, "certificate_revocations")
    url = reverse("certificate_revocation", args=[certificate.revocations.get().pk])
    assert client.post(url, {"confirm": "yes"}).status_code == 403
    assert other.post(url, {"confirm": "no"}).status_code == 422
    other.post(url, {"confirm": "yes", "answer": "属实"})
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    page = text_of(other, "training_certificate", certificate.pk)
    assert "厦人社撤〔2026〕3号" in page
    hers = text_of(signed_in(certificate.worker.user), "my_certificate", certificate.pk)
    assert "这张证书已经撤销" in hers
    assert "冒名" not in hers


def test_a_certificate_that_no_longer_agrees_is_corrected_with_one_click():
    certificate = issued(a_graduate())
    client = signed_in(staff_of(certificate.enrolment.class_run))
    assert "没有要更正的证书" in text_of(client, "certificates_not_as_filed")
    worker = certificate.worker
    identity_correct(
        worker_id=worker.pk, name="李小梅", id_number=worker.id_number, reason="更名",
        actor=an_officer(Role.OFFICER_INTAKE), at=NOW,
    )  # fmt: skip
    page = text_of(client, "certificates_not_as_filed")
    assert "核验以后再更正" in page
    worker.refresh_from_db()
    answer(worker, "match")
    assert "按档案更正" in text_of(client, "certificates_not_as_filed")
    step = reverse("training_certificate_step", args=[certificate.pk, "correct"])
    page = client.post(step, {"reason": "更名", "issued_on": "2026-11-23"}, follow=True).content.decode()
    new = TrainingCertificate.objects.get(replaces=certificate)
    assert new.number in page
    assert f"更正，代替 {certificate.number}" in page


def test_the_list_is_filtered_and_exported_masked_with_a_purpose():
    first, second = issued(a_graduate()), issued(a_graduate())
    client = signed_in(an_officer(Role.OFFICER_REVIEW))
    page = text_of(client, "training_certificates", data={"number": first.number})
    assert first.number in page
    assert second.number not in page
    url = reverse("training_certificates_export")
    sheet = client.post(url, {"purpose": "核对", "format": "csv"}).content.decode("utf-8-sig")
    assert first.number in sheet
    assert first.worker.masked_id_number in sheet
    assert first.worker.id_number not in sheet


def test_the_list_takes_as_many_queries_for_many_as_for_few(django_assert_max_num_queries):
    run, everybody = a_class_of(6)
    client = signed_in(staff_of(run))
    for one in everybody:
        issued(one)
    with django_assert_max_num_queries(25):
        text_of(client, "certificate_class", run.pk)
    with django_assert_max_num_queries(20):
        text_of(client, "training_certificates")


def test_she_sees_shows_and_downloads_hers_and_nobody_elses():
    certificate, other = issued(a_graduate()), issued(a_graduate())
    client = signed_in(certificate.worker.user)
    page = text_of(client, "my_certificates")
    assert "母婴护理员" in page
    page = text_of(client, "my_certificate", certificate.pk)
    assert "<svg" in page
    assert "给雇主看" in page
    answer = client.get(reverse("my_certificate_file", args=[certificate.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'
    look = AccessRecord.objects.get(subject_id=str(certificate.worker_id), purpose="own_data")
    assert look.is_granted
    for name in ("my_certificate", "my_certificate_file"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404


def test_a_certificate_that_was_reissued_leads_her_to_the_new_one_and_is_not_downloaded():
    certificate = issued(a_graduate())
    desk = signed_in(staff_of(certificate.enrolment.class_run))
    step = reverse("training_certificate_step", args=[certificate.pk, "reissue"])
    desk.post(step, {"reason": "遗失", "issued_on": "2026-11-23"})
    new = TrainingCertificate.objects.get(replaces=certificate)
    client = signed_in(certificate.worker.user)
    page = text_of(client, "my_certificate", certificate.pk)
    assert reverse("my_certificate", args=[new.pk]) in page
    answer = client.get(reverse("my_certificate_file", args=[certificate.pk]), follow=True)
    assert "不能下载" in answer.content.decode()


def test_whoever_waits_for_a_certificate_reads_what_she_can_do():
    lacking = a_graduate(worker=a_holder(with_photo=False))
    page = text_of(signed_in(lacking.worker.user), "my_certificates")
    assert "证书还没有发" in page
    assert "请上传一张证件照" in page
    ready = a_graduate()
    assert "等学校发证" in text_of(signed_in(ready.worker.user), "my_certificates")
