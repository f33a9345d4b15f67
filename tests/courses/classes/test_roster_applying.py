"""Rosters against what is on record, and rosters whose import is killed, repeated or brought by two at once."""

import os
import signal
import time

import pytest
from django.db import connections

from courses.classes.models import ClassRun, Enrolment, EnrolmentEvent, Session
from courses.classes.services import enrolments
from courses.classes.services.enrolment_roster import RosterRow, roster_enrol
from courses.classes.states import ClassState, EnrolmentState
from foundation.audit.models import AuditEvent
from foundation.imports import running, tasks
from foundation.imports.errors import ImportRefusedError
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.services import batch_apply_start
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.courses.classes.roster_builders import (
    HEADER,
    SAMPLES,
    a_roster_run,
    applied,
    checked,
    findings,
    person_row,
    sheet,
    uploaded,
)
from tests.workers.builders import NOW, TODAY, a_worker
from workers.models import Worker, WorkerEvent

pytestmark = pytest.mark.django_db
E = EnrolmentState


def codes(batch):
    return {issue["code"] for row in batch.rows.all() for issue in row.issues}


def on_record(n=1, name="陈阿兰"):
    return a_worker(name=name, id_number=person_row(n)[3])


def one(run, clerk, **changes):
    return checked(sheet([person_row(1, **changes)]), run, clerk)


def test_another_name_on_record_is_an_error_and_nobody_is_enrolled():
    on_record(name="王别名")
    run, clerk = a_roster_run()
    batch = one(run, clerk)
    assert (codes(batch), batch.rows_faulty) == ({"name_differs"}, 1)


def test_whoever_is_in_the_class_already_is_left_alone():
    worker = on_record()
    run, clerk = a_roster_run()
    an_enrolment(run, worker)
    batch = one(run, clerk)
    assert (batch.rows_known, codes(batch)) == (1, set())


def test_a_closed_account_is_an_error():
    worker = on_record()
    worker.user.is_active = False
    worker.user.save()
    run, clerk = a_roster_run()
    assert codes(one(run, clerk)) == {"closed"}


def test_another_class_at_the_same_hour_is_an_error_that_names_the_hour_and_not_the_school():
    worker = on_record()
    run, clerk = a_roster_run()
    other = a_class_run()
    an_enrolment(other, worker)
    for each in (run, other):
        Session.objects.create(
            class_run=each, number=1, mode="classroom", starts_at=NOW, ends_at=NOW.replace(hour=4), content="护理"
        )
    batch = one(run, clerk)
    (issue,) = batch.rows.get().issues
    assert issue["code"] == "overlap"
    assert "2026-11-23 10:00" in issue["sentence"]
    assert other.school.organisation.name not in str(issue)


def test_the_rows_that_no_longer_fit_are_named():
    run, clerk = a_roster_run(seats=3)
    batch = checked(sheet(person_row(n) for n in range(1, 6)), run, clerk)
    assert [row.line for row in batch.rows.order_by("line") if row.issues] == [5, 6]
    assert codes(batch) == {"full"}
    applied(batch, clerk)
    run.refresh_from_db()
    assert (run.seats_taken, Enrolment.objects.count()) == (3, 3)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"人员类别": "外星人"}, "group", "not_listed"),
        ({"性别": "不详"}, "sex", "not_listed"),
        ({"姓名": "=1+1"}, "name", "formula"),
        ({"社保卡账号": "12345"}, "card", "card"),
        ({"身份证号码": "12"}, "id_number", "id_number"),
        ({"联系电话": ""}, "phone", "no_phone"),
        ({"文化程度": "自学成才"}, "education", "not_listed"),
    ],
)
def test_what_else_may_be_wrong_with_a_cell(change, column, code):
    run, clerk = a_roster_run()
    batch = one(run, clerk, **change)
    assert [(issue["column"], issue["code"]) for issue in batch.rows.get().issues] == [(column, code)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("古丽•巴哈尔", "古丽·巴哈尔"), ("买买提·艾力", "买买提·艾力"), ("欧阳 丽 华", "欧阳丽华")],
)
def test_names_keep_their_dot_and_lose_their_blanks(written, kept):
    run, clerk = a_roster_run()
    applied(one(run, clerk, 姓名=written), clerk)
    assert Worker.objects.get().name == kept


def test_two_header_rows_and_notes_above_are_understood():
    run, clerk = a_roster_run()
    upper = ["", "基本情况", "", "", "", "", "", "", "补贴发放", "", ""]
    data = sheet([person_row(1)], header=HEADER, above=[["某校花名册"], ["说明：请勿改动"], upper])
    assert checked(data, run, clerk).rows_good == 1


def test_a_roster_applied_leaves_the_traces_of_single_enrolments():
    run, clerk = a_roster_run()
    applied(checked(sheet(person_row(n) for n in range(1, 4)), run, clerk), clerk)
    assert WorkerEvent.objects.filter(action="opened", actor=clerk).count() == 3
    assert EnrolmentEvent.objects.filter(action="invite", target=E.INVITED, actor=clerk).count() == 3
    assert AuditEvent.objects.get(action="workers.roster.opened").data["files"] == 3
    assert AuditEvent.objects.get(action="classes.roster.enrolled").data["people"] == 3
    worker = Worker.objects.order_by("pk").first()
    assert (worker.sex, worker.contact_phone[:4], len(bytes(worker.contact_phone_index))) == ("female", "1990", 32)


def test_the_same_file_twice_is_one_batch_and_doubles_nobody():
    run, clerk = a_roster_run()
    data = (SAMPLES / "roster-clean.xlsx").read_bytes()
    first = applied(checked(data, run, clerk), clerk)
    assert uploaded(data, run, clerk).pk == first.pk
    assert (ImportBatch.objects.count(), Enrolment.objects.count(), Worker.objects.count()) == (1, 40, 40)


def test_the_same_people_in_another_file_are_known():
    run, clerk = a_roster_run()
    applied(checked(sheet([person_row(1), person_row(2)]), run, clerk), clerk)
    again = checked(sheet([person_row(2), person_row(1), person_row(3)]), run, clerk)
    assert (again.rows_known, again.rows_good) == (2, 1)


def test_a_roster_for_another_schools_class_is_refused():
    run, _clerk = a_roster_run()
    other, stranger = a_roster_run()
    with pytest.raises(ImportRefusedError) as refusal:
        uploaded_for(run, other, stranger)
    assert (refusal.value.code, ImportBatch.objects.exists()) == ("no_class_run", False)


def uploaded_for(run, other, actor):
    from foundation.imports.services import batch_upload

    return batch_upload(
        kind_code="roster", data=sheet([person_row(1)]), file_name="x.xlsx", actor=actor, at=NOW, on=TODAY,
        organisation=other.school.organisation, target=run.number,
    )  # fmt: skip


def test_a_class_closed_between_check_and_apply_takes_nobody():
    run, clerk = a_roster_run()
    batch = checked(sheet([person_row(1)]), run, clerk)
    batch_apply_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY)
    ClassRun.objects.filter(pk=run.pk).update(state=ClassState.SUBMITTED)
    tasks.batch_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, Enrolment.objects.count(), Worker.objects.count()) == ("failed", 0, 0)


def test_a_batch_of_rows_is_all_or_nobody():
    run, clerk = a_roster_run(seats=2)
    rows = [RosterRow(name=row[1], id_number=row[3]) for row in (person_row(n) for n in (1, 2, 3))]
    with pytest.raises(enrolments.EnrolmentError):
        roster_enrol(class_run_id=run.pk, rows=rows, actor=clerk, at=NOW)
    assert (Enrolment.objects.count(), Worker.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_the_middle_is_taken_up_again_and_doubles_nobody(monkeypatch):
    run, clerk = a_roster_run(seats=500)
    monkeypatch.setattr(running, "CHUNK", 10)
    batch = checked(sheet(person_row(n) for n in range(1, 201)), run, clerk)
    assert findings(batch) == set()
    batch_apply_start(batch_id=batch.pk, actor=clerk, at=NOW, on=TODAY)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)
        finally:
            os._exit(0)
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at and not 20 <= Enrolment.objects.count() < 200:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    time.sleep(0.3)
    half = Enrolment.objects.count()
    assert 20 <= half < 200
    assert half == ImportRow.objects.filter(batch=batch, state="applied").count()
    assert half == ClassRun.objects.get(pk=run.pk).seats_taken
    done = running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)
    assert (done.state, done.rows_applied) == ("applied", 200)
    assert Enrolment.objects.count() == Worker.objects.count() == ClassRun.objects.get(pk=run.pk).seats_taken == 200
    assert EnrolmentEvent.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_two_schools_that_bring_the_same_people_at_once_open_each_file_once():
    import threading

    from django.db import connection

    runs = [a_class_run(seats=200) for _n in range(2)]
    clerks = [school_staff(run.school) for run in runs]
    rows = [RosterRow(name=row[1], id_number=row[3], phone=row[6]) for row in (person_row(n) for n in range(1, 61))]
    start, failures = threading.Barrier(2), []

    def bring(index):
        try:
            start.wait()
            order = rows if index else rows[::-1]
            roster_enrol(class_run_id=runs[index].pk, rows=order, actor=clerks[index], at=NOW)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (Worker.objects.count(), Enrolment.objects.count()) == (60, 120)
