"""A batch: checked as a whole, applied in chunks, never twice, resumed after a crash."""

import os
import signal
import threading
import time
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from foundation.accounts.models import Organisation
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.imports import running
from foundation.imports.errors import ImportRefusedError
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.registry import register, unregister
from foundation.imports.selectors import batches_visible_to
from foundation.imports.services import (
    batch_check_start,
    batch_discard,
    batch_export_faults,
    batch_reread,
    batch_upload,
)
from foundation.imports.states import BatchState, RowState
from foundation.imports.tasks import batch_apply, batches_resume
from foundation.imports.workbook import faults_workbook
from tests.foundation.import_builders import (
    AT,
    HEADER,
    ON,
    BodyKind,
    an_officer,
    bodies,
    checked,
    confirmed,
    sheet_file,
    uploaded,
)


@pytest.fixture(autouse=True)
def _kind():
    register(BodyKind)
    yield
    unregister(BodyKind)


@pytest.fixture
def officer(db):
    return an_officer()


def applied(batch):
    return running.batch_apply(batch_id=batch.pk, at=AT, on=ON)


def schools():
    return Organisation.objects.filter(kind="school")


def test_every_error_of_every_row_is_found_at_once_and_nothing_is_written(officer):
    rows = [
        [1, "甲校", "91350201MA00000001", ""],
        [2, "", 9.135020100000001e17, ""],
        [3, " 乙 校 ", "91350201MA00000001", ""],
        [4, "丙校", "91350201ma00000003", "=1+1"],
    ]
    batch = checked(uploaded(rows, officer), officer)
    found = {row.line: [(i["column"], i["code"]) for i in row.issues] for row in batch.rows.order_by("line")}
    assert found == {
        2: [],
        3: [("name", "missing"), ("code", "digits_lost")],
        4: [("name", "blanks"), ("code", "duplicate")],
        5: [("code", "capitals"), ("note", "formula")],
    }
    assert (batch.rows_good, batch.rows_warned, batch.rows_faulty) == (1, 1, 2)
    assert not schools().exists()


def test_issues_hold_no_values_and_the_row_is_stored_encrypted(officer):
    batch = checked(uploaded([[1, "", "91350201MA00000001", ""]], officer), officer)
    row = batch.rows.get()
    assert "91350201MA00000001" not in str(row.issues)
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM imports_importrow")
        assert b"91350201MA" not in bytes(cursor.fetchone()[0])
    assert row.content.texts[2] == "91350201MA00000001"


def test_the_same_file_is_the_same_batch(officer):
    first = uploaded(bodies(2), officer)
    data = first.file.open("rb").read()
    again, is_new = batch_upload(kind_code="bodies", data=data, file_name="副本.xlsx", actor=officer, at=AT, on=ON)
    assert (again.pk, is_new) == (first.pk, False)
    other, _new = batch_upload(
        kind_code="bodies", data=data, file_name="x", actor=officer, at=AT, on=ON, target="courses.classrun:7"
    )
    assert other.pk != first.pk


def test_only_the_roles_of_the_kind_bring_files_and_a_refusal_leaves_nothing(officer):
    stranger = an_officer(Role.OFFICER_FINANCE, "finance")
    with pytest.raises(PermissionDenied):
        uploaded(bodies(1), stranger)
    batch = uploaded(bodies(1), officer)
    for act in (
        lambda: batch_check_start(batch_id=batch.pk, actor=stranger, at=AT, on=ON),
        lambda: batch_discard(batch_id=batch.pk, actor=stranger, on=ON),
        lambda: confirmed(batch, stranger),
        lambda: batch_export_faults(batch_id=batch.pk, actor=stranger, on=ON),
    ):
        with pytest.raises(PermissionDenied):
            act()
    batch.refresh_from_db()
    assert batch.state == BatchState.RECOGNISED
    assert AuditEvent.objects.filter(actor=stranger).exists() is False


def test_a_batch_of_a_school_is_seen_by_that_school_and_the_auditor_only(officer, monkeypatch):
    monkeypatch.setattr(BodyKind, "roles", frozenset({Role.SCHOOL_STAFF}))
    monkeypatch.setattr(BodyKind, "belongs_to_organisation", True)
    people = {}
    for name in ("one", "two"):
        people[name] = an_officer(Role.SCHOOL_STAFF, name)
        school = Organisation.objects.create(name=name, kind="school", credit_code=f"code-{name}")
        people[name].memberships.update(organisation=school)
    school = Organisation.objects.get(name="one")
    batch = uploaded(bodies(1), people["one"], organisation=school)
    assert list(batches_visible_to(people["one"], on=ON)) == [batch]
    assert not batches_visible_to(people["two"], on=ON).exists()
    assert not batches_visible_to(officer, on=ON).exists()
    assert batches_visible_to(an_officer(Role.AUDITOR, "auditor"), on=ON).exists()
    with pytest.raises(PermissionDenied):
        uploaded(bodies(1, start=5), people["two"], organisation=school)
    with pytest.raises(PermissionDenied):
        checked(batch, people["two"])


def test_good_rows_are_applied_and_the_rest_can_come_again_later(officer):
    batch = applied(
        confirmed(checked(uploaded([*bodies(3), [4, "", "91350201MA00000009", ""]], officer), officer), officer)
    )
    assert (batch.state, batch.rows_applied, batch.rows_faulty) == (BatchState.APPLIED, 3, 1)
    assert schools().count() == 3
    reference = batch.rows.get(line=2).reference
    assert Organisation.objects.get(pk=reference).name == "学校1"

    mended = checked(uploaded([*bodies(3), [4, "丁校", "91350201MA00000009", ""]], officer), officer)
    assert (mended.rows_known, mended.rows_good) == (3, 1)
    assert applied(confirmed(mended, officer)).rows_applied == 1
    assert schools().count() == 4


def test_a_refused_chunk_is_tried_row_by_row(officer, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 4)
    rows = [*bodies(5), [6, "拒绝", "91350201MA00000066", ""], [7, "坏", "91350201MA00000077", ""], *bodies(3, start=8)]
    batch = applied(confirmed(checked(uploaded(rows, officer), officer), officer))
    assert (batch.state, batch.rows_applied, batch.rows_faulty) == (BatchState.APPLIED, 8, 2)
    codes = {row.line: row.issues[-1]["code"] for row in batch.rows.filter(state=RowState.FAULTY)}
    assert codes == {7: "refused", 8: "not_accepted"}


def test_a_killed_worker_is_followed_by_one_that_goes_on_and_applies_nothing_twice(officer, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 4)
    batch = confirmed(checked(uploaded(bodies(10), officer), officer), officer)
    honest = BodyKind.apply_chunk

    def dies(self, batch, rows, *, actor, on):
        made = honest(self, batch, rows, actor=actor, on=on)
        if rows[0].line > 5:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(BodyKind, "apply_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        applied(batch)
    assert schools().count() == 4
    monkeypatch.setattr(BodyKind, "apply_chunk", honest)
    assert applied(batch).state == BatchState.APPLIED
    assert schools().count() == 10
    assert applied(batch).rows_applied == 10
    assert schools().count() == 10
    assert AuditEvent.objects.filter(action="imports.batch.applied").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_of_a_chunk_loses_nothing_and_repeats_nothing(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 5)
    officer = an_officer()
    batch = confirmed(checked(uploaded(bodies(20), officer), officer), officer)
    honest = BodyKind.apply_chunk

    def hangs_in_the_third(self, batch, rows, *, actor, on):
        made = honest(self, batch, rows, actor=actor, on=on)
        if rows[0].line > 10:
            time.sleep(600)
        return made

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            BodyKind.apply_chunk = hangs_in_the_third
            applied(batch)
        finally:
            os._exit(0)  # whatever happens, the child is never a second test runner
    deadline = time.monotonic() + 30
    while schools().count() < 10 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert schools().count() == 10
    deadline = time.monotonic() + 30
    while applied(batch).state != BatchState.APPLIED and time.monotonic() < deadline:
        time.sleep(0.2)  # until the server has noticed that the other side is gone
    assert schools().count() == 20
    batch.refresh_from_db()
    assert (batch.state, batch.rows_applied) == (BatchState.APPLIED, 20)


def test_a_silent_batch_is_taken_up_again(officer, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("foundation.imports.services.task_wake", lambda name, *ids: sent.append((name, ids)))
    batch = confirmed(checked(uploaded(bodies(1), officer), officer), officer)
    ImportBatch.objects.update(heartbeat_at=AT - timedelta(days=30))
    with django_capture_on_commit_callbacks(execute=True):
        assert batches_resume() == 1
        assert batches_resume() == 0
    assert sent == [("foundation.imports.tasks.batch_apply", (batch.pk,))]


def test_a_fault_of_the_program_stops_the_batch_with_a_sentence(officer, monkeypatch):
    batch = confirmed(checked(uploaded(bodies(1), officer), officer), officer)
    monkeypatch.setattr(BodyKind, "apply_chunk", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        batch_apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "重新检查" in batch.failure
    monkeypatch.undo()
    register(BodyKind)
    assert applied(confirmed(checked(batch, officer), officer)).rows_applied == 1


def test_rows_are_looked_up_afresh_before_they_are_applied(officer):
    batch = confirmed(checked(uploaded(bodies(2), officer), officer), officer)
    Organisation.objects.create(name="学校1", kind="school", credit_code="91350201MA00000001")
    batch = applied(batch)
    assert (batch.rows_applied, batch.rows_known) == (1, 1)
    assert schools().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_batch_apply_each_row_once(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 5)
    officer = an_officer()
    batch = confirmed(checked(uploaded(bodies(40), officer), officer), officer)
    together = threading.Barrier(2)

    def work():
        together.wait()
        try:
            applied(batch)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batch.refresh_from_db()
    assert schools().count() == 40
    assert (batch.state, batch.rows_applied) == (BatchState.APPLIED, 40)
    assert AuditEvent.objects.filter(action="imports.batch.applied").count() == 1


def test_columns_can_be_corrected_and_must_be_complete(officer):
    data = sheet_file([["甲列", "信用代码", "备注"], ["甲校", "91350201MA00000001", ""]])
    batch, _new = batch_upload(kind_code="bodies", data=data, file_name="x", actor=officer, at=AT, on=ON)
    with pytest.raises(ImportRefusedError) as refused:
        checked(batch, officer)
    assert refused.value.code == "not_mapped"
    with pytest.raises(ImportRefusedError) as refused:
        checked(batch, officer, mapping={0: "code", 1: "code"})
    assert refused.value.code == "mapped_twice"
    assert checked(batch, officer, mapping={0: "name", 1: "code"}).rows_good == 1


def test_a_sheet_without_a_header_waits_for_the_user_to_show_it(officer):
    data = sheet_file([["甲列", "乙列"], ["单位", "号码"], ["甲校", "91350201MA00000001"]])
    batch, _new = batch_upload(kind_code="bodies", data=data, file_name="x", actor=officer, at=AT, on=ON)
    assert batch.state == BatchState.UPLOADED
    assert "没有找到表头" in batch.failure
    with pytest.raises(ImportRefusedError):
        batch_reread(batch_id=batch.pk, sheet="没有", header_line=2, actor=officer, on=ON)


def test_steps_out_of_order_are_refused(officer):
    batch = uploaded(bodies(1), officer)
    with pytest.raises(ImportRefusedError) as refused:
        confirmed(batch, officer)
    assert refused.value.code == "wrong_state"
    batch = applied(confirmed(checked(batch, officer), officer))
    with pytest.raises(ImportRefusedError) as refused:
        batch_discard(batch_id=batch.pk, actor=officer, on=ON)
    assert refused.value.code == "already_applied"


def test_a_discarded_file_may_come_again(officer):
    batch = checked(uploaded(bodies(2), officer), officer)
    batch_discard(batch_id=batch.pk, actor=officer, on=ON)
    assert not ImportRow.objects.exists()
    again = uploaded(bodies(2), officer)
    again.refresh_from_db()
    assert again.state in {BatchState.RECOGNISED, BatchState.DISCARDED}


def test_the_workbook_of_faults_keeps_the_school_s_columns_as_text_and_comes_back_mended(officer):
    rows = [
        [1, "", "350201198303025066", '=HYPERLINK("http://example.test")'],
        [2, "乙 校", "91350201MA00000002", ""],
        [3, "丙校", "91350201MA00000003", ""],
    ]
    batch = checked(uploaded(rows, officer), officer)
    data = faults_workbook(batch)
    book = openpyxl.load_workbook(BytesIO(data))
    mend, see = book.worksheets
    assert [cell.value for cell in mend[1]] == [*HEADER, "问题", "怎样改", "原文件行号"]
    assert mend["C2"].value == "350201198303025066"
    assert (mend["D2"].value, mend["D2"].data_type) == ('=HYPERLINK("http://example.test")', "s")
    assert {cell.data_type for row in mend.iter_rows() for cell in row if cell.value} == {"s"}
    assert "没有填写" in mend["E2"].value
    assert mend.max_row == 2
    assert see["A2"].value == "2"
    assert "去掉了多余的空格" in see["E2"].value
    mend["B2"] = "甲校"
    target = BytesIO()
    book.save(target)
    again, is_new = batch_upload(kind_code="bodies", data=target.getvalue(), file_name="x", actor=officer, at=AT, on=ON)
    assert is_new
    assert checked(again, officer).rows_faulty == 0
    assert not [note for note in again.notes if note["code"] == "unknown_columns"]


def test_look_ups_are_made_once_for_the_batch(officer, django_assert_max_num_queries):
    BodyKind.looked_up = 0
    batch = uploaded(bodies(1200), officer)
    with django_assert_max_num_queries(30):
        checked(batch, officer)
    assert BodyKind.looked_up == 1
