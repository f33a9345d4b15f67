"""32 processes issue one class at once and are killed at random: each certificate once, no gap and no double."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connections

from certifications.certificates.models import CertificateBatch, CertificateEvent, SeriesYear, TrainingCertificate
from certifications.certificates.numbers import training_number_check
from certifications.certificates.services import batches, training
from certifications.certificates.services.batches import batch_request, batch_work
from certifications.certificates.services.files import certificate_file_bytes
from certifications.certificates.services.training import certificate_issue
from foundation.outbox.models import OutboxMessage
from foundation.sms.models import SmsMessage
from tests.certifications.certificates.builders import ISSUED_ON, a_class_of, a_graduate, staff_of
from tests.foundation.test_outbox_parallel import in_threads
from tests.workers.builders import NOW
from workers.models import SkillRecordEntry

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 32
PEOPLE = 30
KILLS = 40


def in_a_process(work):
    """Run ``work`` in a process of its own; its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)  # whatever happens, the child is never a second test runner
    return child


def everything_is_there_once(everybody):
    certificates = list(TrainingCertificate.objects.order_by("serial"))
    assert sorted(one.enrolment_id for one in certificates) == sorted(one.pk for one in everybody)
    assert [one.serial for one in certificates] == list(range(1, len(everybody) + 1))
    assert len({one.number for one in certificates}) == len(everybody)
    assert all(training_number_check(one.number) for one in certificates)
    assert SeriesYear.objects.get().last == len(everybody)
    assert CertificateEvent.objects.filter(action="issued").count() == len(everybody)
    assert SkillRecordEntry.objects.count() == len(everybody)
    texts = SmsMessage.objects.filter(template="certificate_issued")
    assert texts.count() == len(everybody)
    assert OutboxMessage.objects.filter(dedupe_key__in=texts.values("dedupe_key")).count() == len(everybody)
    return certificates


def slowed(work):
    """The same work, with a pause inside the transaction, so that a fast machine can be killed there too."""

    def pauses(*args, **fields):
        time.sleep(0.1)
        return work(*args, **fields)

    return pauses


def test_32_processes_on_one_class_killed_at_random_issue_everybody_once(monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 1)
    monkeypatch.setattr(training, "records_write", slowed(training.records_write))
    run, everybody = a_class_of(PEOPLE)
    batch = batch_request(class_run_id=run.pk, issued_on=ISSUED_ON, actor=staff_of(run), at=NOW)
    chance = random.Random(20261123)
    connections.close_all()

    def hand():
        return in_a_process(lambda: batch_work(batch_id=batch.pk, at=NOW))

    children = [hand() for _hand in range(HANDS)]
    killed = 0
    for _time in range(KILLS):
        time.sleep(chance.uniform(0.003, 0.02))
        child = children.pop(chance.randrange(len(children)))
        os.kill(child, signal.SIGKILL)
        killed += os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        children.append(hand())
    for child in children:
        os.waitpid(child, 0)
    assert killed >= 10, "the processes were too quick to be killed"
    batch_work(batch_id=batch.pk, at=NOW + timedelta(minutes=5))
    certificates = everything_is_there_once(everybody)
    assert CertificateBatch.objects.get().state == "done"
    assert set(CertificateBatch.objects.get().items.values_list("state", flat=True)) == {"issued"}
    for one in certificates:
        assert one.file.name
        assert certificate_file_bytes(one).startswith(b"%PDF")


@pytest.mark.parametrize("place", ["numbers_take", "records_write", "sms_send_many", "audit_record"])
def test_killed_in_the_middle_of_the_transaction_nothing_is_there_and_the_number_is_given_again(
    monkeypatch, tmp_path, place
):
    enrolment = a_graduate()
    staff, mark = staff_of(enrolment.class_run), tmp_path / "there"
    honest = getattr(training, place)

    def hangs(*args, **fields):
        made = honest(*args, **fields)
        mark.touch()
        time.sleep(600)
        return made

    def work():
        setattr(training, place, hangs)
        certificate_issue(enrolment_id=enrolment.pk, issued_on=ISSUED_ON, actor=staff, at=NOW)

    connections.close_all()
    child = in_a_process(work)
    ends_at = time.monotonic() + 30
    while not mark.exists() and time.monotonic() < ends_at:
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert mark.exists()
    assert not TrainingCertificate.objects.exists()
    made = certificate_issue(enrolment_id=enrolment.pk, issued_on=ISSUED_ON, actor=staff, at=NOW)
    assert made.serial == 1
    everything_is_there_once([enrolment])


def test_killed_while_files_are_made_the_files_are_made_by_the_next(monkeypatch, tmp_path):
    run, everybody = a_class_of(3)
    batch = batch_request(class_run_id=run.pk, issued_on=ISSUED_ON, actor=staff_of(run), at=NOW)
    mark = tmp_path / "there"

    def hangs(rows):
        mark.touch()
        time.sleep(600)

    def work():
        batches.certificate_files_make = hangs
        batch_work(batch_id=batch.pk, at=NOW)

    connections.close_all()
    child = in_a_process(work)
    ends_at = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < ends_at:
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    everything_is_there_once(everybody)
    batch_work(batch_id=batch.pk, at=NOW)
    assert all(one.file.name for one in everything_is_there_once(everybody))
    assert CertificateBatch.objects.get().state == "done"


def test_eight_clicks_on_one_person_issue_one_certificate():
    enrolment = a_graduate()
    staff = staff_of(enrolment.class_run)

    def click(_n):
        return certificate_issue(enrolment_id=enrolment.pk, issued_on=ISSUED_ON, actor=staff, at=NOW).pk

    assert len(set(in_threads(8, click))) == 1
    everything_is_there_once([enrolment])


def test_schools_at_once_get_parts_of_their_own():
    enrolments = [a_graduate() for _n in range(6)]
    people = [staff_of(one.class_run) for one in enrolments]

    def issue(n):
        return certificate_issue(enrolment_id=enrolments[n].pk, issued_on=ISSUED_ON, actor=people[n], at=NOW).number

    numbers = in_threads(6, issue)
    assert sorted(number[8:12] for number in numbers) == [f"{n:04d}" for n in range(1, 7)]
