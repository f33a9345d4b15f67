"""Lists of other offices from files: only keyed hashes stay, and a new list replaces the former all at once."""

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.states import Role
from foundation.crypto.cipher import blind_index
from foundation.imports import running
from foundation.imports.models import ImportRow
from foundation.imports.services import batch_apply_start, batch_check_start
from foundation.policy.states import Unit
from subsidies.registers.errors import RegisterError
from subsidies.registers.models import Register, RegisterRow
from subsidies.registers.selectors import in_register, register_of, registers_of_older_keys, shelves
from subsidies.registers.services import (
    register_file_bring,
    register_open,
    register_put_in_force,
    register_withdraw,
)
from subsidies.registers.states import RegisterKind, RegisterState
from tests.foundation.import_builders import sheet_file
from tests.subsidies.builders import a_figure
from tests.workers.builders import NOW, TODAY, a_worker, an_id_number, an_officer

pytestmark = pytest.mark.django_db
HEADER = ["序号", "参保人姓名", "公民身份号码", "待遇享受开始时间", "待遇终止日期", "备注"]


@pytest.fixture
def officer(db):
    a_figure("check.register.days_max", 35, unit=Unit.DAY)
    return an_officer(Role.OFFICER_INTAKE)


def brought(officer, data, *, kind=RegisterKind.PENSION, parts=1, register=None):
    register = register or register_open(
        kind=kind, as_of=TODAY, source="市社保中心", parts=parts, actor=officer, at=NOW, on=TODAY
    )
    step = {"actor": officer, "at": NOW, "on": TODAY}
    batch, _new = register_file_bring(register_id=register.pk, data=data, file_name="名册.xlsx", **step)
    batch_check_start(batch_id=batch.pk, **step)
    batch = running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)
    batch_apply_start(batch_id=batch.pk, **step)
    batch = running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)
    register.refresh_from_db()
    return register, batch


def a_list(*rows):
    return sheet_file([["养老待遇领取人员名册"], HEADER, *([n, "李梅", *row] for n, row in enumerate(rows, 1))])


def test_a_list_is_used_when_all_its_rows_are_in_and_nothing_plain_stays(officer):
    worker, other = a_worker(), a_worker(id_number=an_id_number(sequence=33))
    register, batch = brought(officer, a_list([worker.id_number, "2025-01-01", "", "退休"]))
    assert (register.state, register.rows_count) == (RegisterState.IN_FORCE, 1)
    row = RegisterRow.objects.get()
    assert (bytes(row.person), row.detail) == (blind_index("id_number", worker.id_number), "退休")
    assert in_register("pension", [worker.pk, other.pk], on=TODAY) == {worker.pk: True, other.pk: False}
    assert in_register("pension", [worker], on=TODAY.replace(year=2024)) == {worker.pk: False}
    assert in_register("death", [worker], on=TODAY) == {worker.pk: None}
    batch.refresh_from_db()
    assert not batch.file
    assert [text for text in ImportRow.objects.get(batch=batch).content.texts if text] == []


def test_text_in_gb18030_with_other_headings_is_read(officer):
    worker = a_worker()
    text = f"姓名,身份证号,死亡日期\n李梅,{worker.id_number},2026年3月5日\n"
    register, _batch = brought(officer, text.encode("gb18030"), kind=RegisterKind.DEATH)
    assert register.state == RegisterState.IN_FORCE
    assert str(RegisterRow.objects.get().effective.lower) == "2026-03-05"


def test_a_new_list_replaces_the_former_at_once_and_what_it_said_stays(officer):
    worker = a_worker()
    former, _batch = brought(officer, a_list([worker.id_number, "2025-01-01", "", ""]))
    later, _batch = brought(officer, a_list([an_id_number(sequence=55), "2025-01-01", "", ""]))
    former.refresh_from_db()
    assert (former.state, later.state) == (RegisterState.REPLACED, RegisterState.IN_FORCE)
    assert former.rows.count() == 1
    assert in_register("pension", [worker], on=TODAY) == {worker.pk: False}


def test_a_list_with_a_faulty_row_waits_for_a_person_who_says_why(officer):
    good = [an_id_number(sequence=71), "2025-01-01", "", ""]
    register, batch = brought(officer, a_list(good, ["350203198002030001", "2025-02-30", "", ""]))
    assert (register.state, batch.rows_faulty) == (RegisterState.LOADING, 1)
    with pytest.raises(RegisterError) as refusal:
        register_put_in_force(register_id=register.pk, actor=officer, at=NOW)
    assert refusal.value.code == "partial"
    assert register_of("pension") is None
    register_put_in_force(register_id=register.pk, reason="缺一人，单位已知", actor=officer, at=NOW)
    assert register_of("pension") == register


def test_a_list_of_two_files_waits_for_the_second(officer):
    one, two = ([an_id_number(sequence=n), "2025-01-01", "", ""] for n in (81, 83))
    register, _batch = brought(officer, a_list(one), parts=2)
    assert register.state == RegisterState.LOADING
    register, _batch = brought(officer, a_list(two), register=register)
    assert (register.state, register.rows_count) == (RegisterState.IN_FORCE, 2)


def test_a_list_taken_back_is_unknown_again(officer):
    worker = a_worker()
    register, _batch = brought(officer, a_list([worker.id_number, "2025-01-01", "", ""]))
    register_withdraw(register_id=register.pk, reason="发错了", actor=officer, at=NOW)
    assert in_register("pension", [worker], on=TODAY) == {worker.pk: None}


def test_a_list_of_an_older_index_key_answers_nothing_and_is_named(officer, settings):
    worker = a_worker()
    register, _batch = brought(officer, a_list([worker.id_number, "2025-01-01", "", ""]))
    settings.PRIVACY_INDEX_KEYS = ["QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=", *settings.PRIVACY_INDEX_KEYS]
    assert register_of("pension") is None
    assert in_register("pension", [worker], on=TODAY) == {worker.pk: None}
    assert list(registers_of_older_keys()) == [register]
    assert [shelf.kind for shelf in shelves(on=TODAY, days_max=35) if shelf.is_of_older_key] == ["pension"]


def test_an_officer_of_another_desk_brings_none(officer):
    with pytest.raises(PermissionDenied):
        register_open(
            kind="pension", as_of=TODAY, source="示例", actor=an_officer(Role.OFFICER_FINANCE), at=NOW, on=TODAY
        )
    assert Register.objects.exists() is False
