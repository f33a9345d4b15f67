"""What may become of a training certificate, by whom, and what stays of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, Revocation, TrainingCertificate
from certifications.certificates.printing import content_read
from certifications.certificates.selectors import check_code
from certifications.certificates.selectors.training import certificates_not_as_filed
from certifications.certificates.services.life import (
    certificate_correct,
    certificate_reissue,
    certificate_resume,
    certificate_suspend,
    revocation_answer,
    revocation_ask,
)
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from foundation.sms.models import SmsMessage
from tests.certifications.certificates.builders import (
    ISSUED_ON,
    a_graduate,
    a_holder,
    a_portrait,
    issued,
    staff_of,
)
from tests.courses.builders import SINCE, a_school, school_staff
from tests.workers.builders import NOW, an_officer, answer
from workers.models import SkillRecordEntry, Worker
from workers.services import identity_correct, photo_set

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def inspector():
    return an_officer(Role.OFFICER_INSPECTION)


def revoked(certificate):
    asked = revocation_ask(
        certificate_id=certificate.pk, category="fraud", reason="冒名", decision_number="厦人社撤〔2026〕1号",
        actor=inspector(), at=LATER,
    )  # fmt: skip
    revocation_answer(revocation_id=asked.pk, confirm=True, answer="", actor=inspector(), at=LATER)


STEPS = {
    "suspend": lambda one, who: certificate_suspend(
        certificate_id=one.pk, category="checking", reason="核实", actor=who, at=LATER
    ),
    "resume": lambda one, who: certificate_resume(certificate_id=one.pk, reason="核实无误", actor=who, at=LATER),
    "revoke": lambda one, who: revocation_ask(
        certificate_id=one.pk, category="fraud", reason="冒名", decision_number="1号", actor=who, at=LATER
    ),
    "correct": lambda one, who: certificate_correct(
        certificate_id=one.pk, reason="改名", actor=who, at=LATER, issued_on=ISSUED_ON
    ),
    "reissue": lambda one, who: certificate_reissue(
        certificate_id=one.pk, reason="遗失", actor=who, at=LATER, issued_on=ISSUED_ON
    ),
}


def in_state(state):
    certificate = issued(a_graduate())
    if state == "suspended":
        STEPS["suspend"](certificate, inspector())
    if state == "revoked":
        revoked(certificate)
    if state == "replaced":
        STEPS["reissue"](certificate, inspector())
    certificate.refresh_from_db()
    assert certificate.state == state
    return certificate


# Which step may be taken from which state; what is not named is refused.
ALLOWED = {
    ("valid", "suspend"), ("valid", "revoke"), ("valid", "reissue"),
    ("suspended", "resume"), ("suspended", "revoke"),
}  # fmt: skip
# A replaced certificate is corrected or reissued once: asking again gives the same successor.
AGAIN = {("replaced", "reissue"), ("replaced", "correct")}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ["valid", "suspended", "revoked", "replaced"])
def test_the_table_of_moves(state, step):
    certificate = in_state(state)
    before = (TrainingCertificate.objects.count(), CertificateEvent.objects.count(), Revocation.objects.count())
    if (state, step) in ALLOWED:
        STEPS[step](certificate, inspector())
        return
    if (state, step) in AGAIN:
        assert STEPS[step](certificate, inspector()).replaces_id == certificate.pk
    else:
        with pytest.raises(CertificateError) as refusal:
            STEPS[step](certificate, inspector())
        # A valid certificate that agrees with the file has nothing to be corrected.
        assert refusal.value.code == ("same" if (state, step) == ("valid", "correct") else "wrong_state")
    certificate.refresh_from_db()
    assert certificate.state == state
    assert before == (TrainingCertificate.objects.count(), CertificateEvent.objects.count(), Revocation.objects.count())


STRANGERS = {
    "another school": lambda one: school_staff(a_school()),
    "an intake officer": lambda one: an_officer(Role.OFFICER_INTAKE),
    "the worker": lambda one: one.worker.user,
    "an inspector who worked at the school": lambda one: once_of(one),  # noqa: PLW0108 - defined below
}


def once_of(certificate):
    officer = inspector()
    school = certificate.school.organisation
    Membership.objects.create(
        user=officer, organisation=school, role=Role.SCHOOL_STAFF, effective=period(SINCE, SINCE + timedelta(days=9))
    )
    return officer


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("step", STEPS)
def test_nobody_else_takes_a_step(step, who):
    certificate = issued(a_graduate())
    with pytest.raises(PermissionDenied):
        STEPS[step](certificate, STRANGERS[who](certificate))
    certificate.refresh_from_db()
    assert certificate.state == "valid"
    assert TrainingCertificate.objects.count() == CertificateEvent.objects.count() == 1
    assert not Revocation.objects.exists()


@pytest.mark.parametrize("step", ["suspend", "revoke"])
def test_the_school_stops_no_certificate(step):
    certificate = issued(a_graduate())
    with pytest.raises(PermissionDenied):
        STEPS[step](certificate, staff_of(certificate.enrolment.class_run))


def test_a_suspension_is_told_and_her_skill_record_follows_there_and_back():
    certificate = issued(a_graduate())
    line = SkillRecordEntry.objects.get()
    STEPS["suspend"](certificate, inspector())
    line.refresh_from_db()
    assert line.state == "suspended"
    assert CertificateEvent.objects.last().data == {"category": "checking"}
    address = reverse("certificate_check", args=[certificate.number, check_code(certificate.number)])
    assert "正在调查核实" in Client().get(address).content.decode()
    STEPS["resume"](certificate, inspector())
    line.refresh_from_db()
    certificate.refresh_from_db()
    assert (line.state, certificate.state) == ("valid", "valid")
    assert set(SmsMessage.objects.values_list("template", flat=True)) >= {
        "certificate_suspended",
        "certificate_resumed",
    }


def test_a_revocation_takes_two_officers():
    certificate = issued(a_graduate())
    first = inspector()
    asked = STEPS["revoke"](certificate, first)
    certificate.refresh_from_db()
    assert certificate.state == "valid"
    with pytest.raises(PermissionDenied):
        revocation_answer(revocation_id=asked.pk, confirm=True, answer="", actor=first, at=LATER)
    revocation_answer(revocation_id=asked.pk, confirm=True, answer="属实", actor=inspector(), at=LATER)
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    event = CertificateEvent.objects.get(target="revoked")
    assert (event.reason, event.decision_number, event.data) == ("冒名", "1号", {"category": "fraud"})
    assert SkillRecordEntry.objects.get().state == "revoked"
    assert "决定书 1号" in SmsMessage.objects.get(template="certificate_revoked").text
    with pytest.raises(CertificateError) as refusal:
        issued(certificate.enrolment)
    assert refusal.value.code == "revoked_before"


def test_a_revocation_may_be_refused_with_a_reason_and_asked_again():
    certificate = issued(a_graduate())
    asked = STEPS["revoke"](certificate, inspector())
    with pytest.raises(CertificateError) as refusal:
        STEPS["revoke"](certificate, inspector())
    assert refusal.value.code == "asked_before"
    with pytest.raises(CertificateError) as refusal:
        revocation_answer(revocation_id=asked.pk, confirm=False, answer=" ", actor=inspector(), at=LATER)
    assert refusal.value.code == "reason_missing"
    revocation_answer(revocation_id=asked.pk, confirm=False, answer="证据不足", actor=inspector(), at=LATER)
    certificate.refresh_from_db()
    assert certificate.state == "valid"
    STEPS["revoke"](certificate, inspector())


def test_the_database_lets_nobody_revoke_alone():
    certificate = issued(a_graduate())
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingCertificate.objects.filter(pk=certificate.pk).update(state="revoked")
    asked = STEPS["revoke"](certificate, inspector())
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=asked.pk).update(state="confirmed", answered_by=asked.asked_by, answered_at=LATER)
    revoked_one = in_state("revoked")
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingCertificate.objects.filter(pk=revoked_one.pk).update(state="valid")


@pytest.mark.parametrize("step", ["suspend", "resume", "correct", "reissue"])
def test_every_step_says_why(step):
    certificate = in_state("suspended" if step == "resume" else "valid")
    call = {
        "suspend": lambda: certificate_suspend(
            certificate_id=certificate.pk, category="error", reason=" ", actor=inspector(), at=LATER
        ),
        "resume": lambda: certificate_resume(certificate_id=certificate.pk, reason="", actor=inspector(), at=LATER),
        "correct": lambda: certificate_correct(
            certificate_id=certificate.pk, reason="", actor=inspector(), at=LATER, issued_on=ISSUED_ON
        ),
        "reissue": lambda: certificate_reissue(
            certificate_id=certificate.pk, reason="", actor=inspector(), at=LATER, issued_on=ISSUED_ON
        ),
    }[step]
    with pytest.raises(CertificateError) as refusal:
        call()
    assert refusal.value.code == "reason_missing"


def renamed(certificate, name="李小梅"):
    worker = certificate.worker
    identity_correct(
        worker_id=worker.pk, name=name, id_number=worker.id_number, reason="户口本更名",
        actor=an_officer(Role.OFFICER_INTAKE), at=LATER,
    )  # fmt: skip
    worker.refresh_from_db()
    return worker


def test_a_name_corrected_after_the_issue_is_noticed_and_put_right_with_one_step():
    certificate = issued(a_graduate(worker=a_holder(name="李梅")))
    staff, officer = staff_of(certificate.enrolment.class_run), inspector()
    assert certificates_not_as_filed(staff, on=ISSUED_ON) == []
    worker = renamed(certificate)
    assert certificates_not_as_filed(staff, on=ISSUED_ON) == [certificate]
    assert certificates_not_as_filed(officer, on=ISSUED_ON) == [certificate]
    assert certificates_not_as_filed(school_staff(a_school()), on=ISSUED_ON) == []
    with pytest.raises(CertificateError) as refusal:
        STEPS["correct"](certificate, staff)
    assert refusal.value.code == "not_verified"
    answer(worker, "match")
    new = STEPS["correct"](certificate, staff)
    certificate.refresh_from_db()
    assert (certificate.state, new.state, new.replaces_id) == ("replaced", "valid", certificate.pk)
    values = content_read(new)["values"]
    assert (values["name"], values["note"]) == ("李小梅", f"更正，代替 {certificate.number}")
    assert content_read(certificate)["values"]["name"] == "李梅"
    assert new.serial == certificate.serial + 1
    assert certificates_not_as_filed(staff, on=ISSUED_ON) == []
    states = dict(SkillRecordEntry.objects.values_list("number", "state"))
    assert states == {certificate.number: "replaced", new.number: "valid"}
    text = SmsMessage.objects.get(template="certificate_replaced").text
    assert new.number in text
    assert certificate.number in text
    assert AuditEvent.objects.filter(action="certificates.training_certificate.corrected").count() == 1


def test_a_name_corrected_back_needs_no_new_certificate():
    certificate = issued(a_graduate(worker=a_holder(name="李梅")))
    renamed(certificate)
    renamed(certificate, "李梅")
    assert certificates_not_as_filed(inspector(), on=ISSUED_ON) == []


def test_a_wrong_photo_is_corrected_too():
    certificate = issued(a_graduate())
    worker = certificate.worker
    photo_set(worker_id=worker.pk, upload=a_portrait(3), actor=worker.user, at=LATER)
    new = STEPS["correct"](certificate, staff_of(certificate.enrolment.class_run))
    assert content_read(new)["photo"] != content_read(certificate)["photo"]


def test_a_reissue_says_the_same_under_a_new_number():
    certificate = issued(a_graduate())
    renamed(certificate)
    new = STEPS["reissue"](certificate, staff_of(certificate.enrolment.class_run))
    old_values, values = content_read(certificate)["values"], content_read(new)["values"]
    changed = {key for key in values if values[key] != old_values[key]}
    assert changed == {"number", "address", "note"}
    assert values["note"] == f"补发，代替 {certificate.number}"
    assert content_read(new)["photo"] == content_read(certificate)["photo"]
    assert STEPS["reissue"](certificate, inspector()).pk == new.pk
    assert TrainingCertificate.objects.count() == 2


def test_a_certificate_that_follows_is_not_dated_before_the_first_or_in_the_future():
    certificate = issued(a_graduate())
    for days in (-1, 1):
        with pytest.raises(CertificateError) as refusal:
            certificate_reissue(
                certificate_id=certificate.pk, reason="遗失", actor=inspector(), at=LATER,
                issued_on=ISSUED_ON + timedelta(days=days),
            )  # fmt: skip
        assert refusal.value.code == "issued_on_wrong"
    assert TrainingCertificate.objects.count() == 1


def test_events_are_only_added():
    issued(a_graduate())
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateEvent.objects.update(reason="x")


@pytest.mark.parametrize("step", ["correct", "reissue"])
def test_nothing_is_reissued_while_a_revocation_waits(step):
    certificate = issued(a_graduate())
    photo_set(worker_id=certificate.worker_id, upload=a_portrait(90), actor=an_officer(), at=LATER)
    asked = STEPS["revoke"](certificate, inspector())
    with pytest.raises(CertificateError) as refusal:
        STEPS[step](certificate, staff_of(certificate.enrolment.class_run))
    assert refusal.value.code == "revocation_waiting"
    assert TrainingCertificate.objects.count() == 1
    revocation_answer(revocation_id=asked.pk, confirm=True, answer="", actor=inspector(), at=LATER)
    certificate.refresh_from_db()
    assert certificate.state == "revoked"


@pytest.mark.parametrize("step", ["suspend", "revoke", "reissue"])
def test_nobody_acts_on_her_own_certificate(step):
    certificate = issued(a_graduate())
    officer = inspector()
    Worker.objects.filter(pk=certificate.worker_id).update(user=officer)
    with pytest.raises(PermissionDenied):
        STEPS[step](certificate, officer)
    certificate.refresh_from_db()
    assert (certificate.state, TrainingCertificate.objects.count()) == ("valid", 1)
