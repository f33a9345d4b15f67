"""A declared certificate goes to the register and comes back as a finding; the officer decides."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateLookup
from certifications.certificates.services.lookup import (
    certificate_lookup_input,
    certificate_lookup_record,
    certificate_lookup_request,
)
from exchange.certificate_messages import lookup_message_died
from exchange.tasks import messages_send
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.outbox.models import OutboxMessage
from tests.certifications.certificates.test_prior import LEVEL, changed, check, declare
from tests.exchange.other_system import OtherSystem, running
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, a_worker, an_officer

pytestmark = pytest.mark.django_db
KEY = "lookup-test-key"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def rehearsal(settings):
    settings.CERTIFICATE_LOOKUP = "rehearsal"


def declared(ending="001"):
    return declare(a_worker(verified=True), changed(LEVEL, number=f"S000035990001265000{ending}"))


def ask(row, actor=None):
    return certificate_lookup_request(certificate_id=row.pk, actor=actor or an_officer(), at=NOW)


def sent(row):
    """Ask, send what waits, and give the finding."""
    lookup = ask(row)
    for minutes in range(4):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=True):
            messages_send()
    lookup.refresh_from_db()
    return lookup


ANSWERS = [
    # ending of the number, outcome, differences, whether it is as she told it
    ("001", "found", 0, True),
    ("995", "found", 1, False),
    ("996", "unknown", 0, False),
    ("997", "found", 0, True),
    ("998", "other_name", 0, False),
    ("999", "not_found", 0, False),
]


@pytest.mark.parametrize(("ending", "outcome", "differing", "is_clear"), ANSWERS)
def test_the_answer_of_the_register_is_a_finding_and_decides_nothing(rehearsal, ending, outcome, differing, is_clear):
    row = declared(ending)
    lookup = sent(row)
    assert (lookup.outcome, len(lookup.differences), lookup.is_clear) == (outcome, differing, is_clear)
    row.refresh_from_db()
    assert row.state == "declared"
    message = OutboxMessage.objects.get(topic="certificate-lookup/1")
    assert (message.state, message.payload) == ("delivered", "")
    assert row.number not in str(message.receipt)


def test_a_difference_is_said_in_words(rehearsal):
    assert sent(declared("995")).differences == ["等级：登记为“一级/高级技师”，填写为“五级/初级工”"]


def test_a_clear_finding_stands_in_for_the_screenshot_and_another_does_not(rehearsal):
    row = declared()
    sent(row)
    officer = an_officer()
    confirmed = check(row, "confirmed", actor=officer, note="")
    assert confirmed.checked_note.startswith("联网查询一致，查询编号 ")
    assert confirmed.checked_by == officer
    other = declared("998")
    sent(other)
    with pytest.raises(CertificateError) as refusal:
        check(other, "confirmed", note="")
    assert refusal.value.code == "screenshot_missing"


def test_without_a_register_a_person_looks_it_up(settings):
    assert settings.CERTIFICATE_LOOKUP == "manual"
    row = declared()
    with pytest.raises(CertificateError) as refusal:
        ask(row)
    assert refusal.value.code == "not_connected"
    assert not CertificateLookup.objects.exists()
    assert not OutboxMessage.objects.filter(topic="certificate-lookup/1").exists()
    page = signed_in(person(Role.OFFICER_INTAKE)).get(reverse("prior_certificate", args=[row.pk])).content.decode()
    assert "发起联网查询" not in page
    assert reverse("prior_certificate_look_up", args=[row.pk]) not in page


def test_one_question_at_a_time_and_none_for_oneself(rehearsal):
    row = declared()
    assert ask(row).pk == ask(row).pk
    for stranger in (row.worker.user, an_officer(Role.OFFICER_FINANCE)):
        with pytest.raises(PermissionDenied):
            ask(row, stranger)
    assert CertificateLookup.objects.count() == OutboxMessage.objects.filter(topic="certificate-lookup/1").count() == 1


def test_what_was_decided_is_not_asked_again(rehearsal):
    row = declared()
    check(row, "confirmed")
    with pytest.raises(CertificateError) as refusal:
        ask(row)
    assert refusal.value.code == "wrong_state"


def test_an_answer_that_comes_twice_counts_once(rehearsal):
    lookup = ask(declared())
    for outcome in ("not_found", "found"):
        certificate_lookup_record(lookup_id=lookup.pk, outcome=outcome, reference="r", at=NOW)
    lookup.refresh_from_db()
    assert lookup.outcome == "not_found"
    assert AuditEvent.objects.filter(action="certificates.lookup.answered").count() == 1
    with pytest.raises(CertificateError, match="已经有结果"):
        certificate_lookup_input(lookup_id=lookup.pk)


def test_a_question_that_was_given_up_ends_without_an_answer(rehearsal):
    lookup = ask(declared())
    lookup_message_died(message=OutboxMessage.objects.get(topic="certificate-lookup/1"))
    lookup.refresh_from_db()
    assert lookup.outcome == "unknown"


def test_a_register_over_http_says_what_it_has(settings):
    def answer(body, number):
        return {
            "outcome": "found", "reference": f"ref-{number}", "level": 5, "title": "家政服务员",
            "issuer": "另一家评价中心", "issued_on": "2026-10-08",
        }  # fmt: skip

    with running(OtherSystem(KEY, answer=answer)) as address:
        settings.CERTIFICATE_LOOKUP = "http"
        settings.CERTIFICATE_LOOKUP_URL, settings.CERTIFICATE_LOOKUP_KEY = f"{address}/lookup", KEY
        lookup = sent(declared())
    assert lookup.reference.startswith("ref-")
    assert lookup.differences == ["发证机构：登记为“另一家评价中心”，填写为“示例评价中心”"]


def test_the_officer_asks_on_the_page_and_reads_the_finding(rehearsal):
    row = declared()
    desk = signed_in(person(Role.OFFICER_INTAKE))
    assert desk.post(reverse("prior_certificate_look_up", args=[row.pk])).status_code == 302
    address = reverse("prior_certificate", args=[row.pk])
    assert "正在查询" in desk.get(address).content.decode()
    messages_send()
    page = desk.get(address).content.decode()
    assert "查到，姓名一致" in page
    assert row.worker.id_number not in page
