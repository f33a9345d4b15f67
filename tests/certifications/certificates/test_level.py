"""Level certificates: recorded under the number the body gave, never under one that cannot be; then their life."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from certifications.bodies.models import BodyScope, NumberRange
from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, LevelCertificate
from certifications.certificates.services.level import level_certificate_record, level_certificates_record
from certifications.certificates.services.level_life import (
    Correction,
    level_certificate_correct,
    level_certificate_move,
    level_certificate_reissue,
)
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.certifications.certificates.builders_level import (
    ISSUED,
    a_body,
    a_body_scope,
    a_final_result,
    an_entry,
    body_staff,
    housekeeping,
)
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_id_number, an_officer
from workers.models import SkillRecordEntry, SkillRecordEvent

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def body():
    body = a_body(name="厦门示例评价中心")
    a_body_scope(body)
    return body


@pytest.fixture
def clerk(body):
    return body_staff(body)


@pytest.fixture
def worker():
    return a_worker(id_number=an_id_number(born=date(1980, 5, 6)))


def record(body, clerk, worker, **changes):
    return level_certificate_record(body_id=body.pk, entry=an_entry(worker, **changes), actor=clerk, at=NOW)


def counts():
    return tuple(
        model.objects.count()
        for model in (LevelCertificate, CertificateEvent, SkillRecordEntry, SkillRecordEvent, AuditEvent)
    )


def refused(code, call, error=CertificateError):
    before = counts()
    with pytest.raises(error) as refusal:
        call()
    assert counts() == before
    if error is CertificateError:
        assert refusal.value.code == code
        assert refusal.value.message.endswith(("。", "？"))
        return refusal.value.message
    return ""


def test_a_certificate_is_recorded_with_its_history_and_its_line_of_the_skill_record(body, clerk, worker):
    row = record(body, clerk, worker)
    row.refresh_from_db()
    assert (row.number, row.state, row.level, row.theory) == ("S000035990001265000001", "valid", 5, Decimal("78.00"))
    assert [event.action for event in row.events.all()] == ["recorded"]
    line = SkillRecordEntry.objects.get()
    assert line.reference == f"certificates.levelcertificate:{row.pk}"
    assert (line.title, line.number) == ("家政服务员（母婴护理员） 五级/初级工", row.number)
    assert (line.standing, line.issuer_name, line.level) == ("guaranteed", "厦门示例评价中心", 5)
    assert AuditEvent.objects.filter(action="certificates.level.recorded").count() == 1


def test_what_is_printed_is_kept_in_chinese_whatever_language_the_page_had(body, clerk, worker):
    from django.utils.translation import override

    with override("en"):
        row = record(body, clerk, worker)
    assert json.loads(row.data) == {
        "title": "职业技能等级证书",
        "number": "S000035990001265000001",
        "name": "李梅",
        "document_type": "居民身份证",
        "document_number": worker.id_number,
        "occupation": "家政服务员",
        "work_type": "母婴护理员",
        "level": "五级/初级工",
        "body": "厦门示例评价中心",
        "issued_on": "2026年10月8日",
        "theory": "78",
        "practical": "85.5",
    }


def test_where_there_is_no_work_type_two_dashes_are_printed(body, clerk, worker):
    a_body_scope(body, levels=(2,))
    row = record(body, clerk, worker, number="S000035990001262000001", level=2, work_type="")
    assert json.loads(row.data)["work_type"] == "--"


def test_told_the_same_again_nothing_is_written(body, clerk, worker):
    first = record(body, clerk, worker)
    before = counts()
    assert record(body, clerk, worker, number=" s0000 35 990001 26 5 000001 ").pk == first.pk
    assert counts() == before


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"number": "S00003599000126500000"}, "number_invalid", "这里是 21 位"),
        ({"number": "S00003599000126T000001"}, "number_special", "特级技师或首席技师"),
        ({"number": "S000035990002265000001"}, "number_contradicts", "不是本机构的 S000035990001"),
        ({"number": "Y000035990001265000001"}, "number_contradicts", "前 13 位"),
        ({"number": "S000035990001264000001"}, "number_contradicts", "第 16 位是 4"),
        ({"issued_on": date(2025, 10, 8)}, "number_contradicts", "2026 年发证"),
        ({"number": "S000035990001265500001"}, "number_not_allotted", "编号段"),
        ({"id_number": an_id_number(sequence=998)}, "person_unknown", "没有这个人的档案"),
        ({"name": "王别名"}, "name_differs", "另一个姓名"),
        ({"issued_on": date(2026, 11, 24)}, "in_future", "今天之后"),
        ({"occupation": "母婴护理员"}, "occupation_unknown", "在职业一栏填“家政服务员”，在工种一栏填“母婴护理员”"),
        ({"occupation": "厨师"}, "occupation_unknown", "没有这个职业"),
        ({"work_type": "月嫂"}, "work_type_unknown", "母婴护理员、家务服务员"),
        ({"work_type": ""}, "work_type_missing", "五级/初级工分工种"),
        ({"number": "S000035990001261000001", "level": 1}, "level_not_in_standard", "没有一级/高级技师"),
        ({"number": "S000035990001262000001", "level": 2, "work_type": ""}, "out_of_scope", "二级/技师"),
        ({"theory": Decimal("100.5")}, "mark_impossible", "0 到 100"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(body, clerk, worker, changes, code, said):
    message = refused(code, lambda: record(body, clerk, worker, **changes))
    assert said in message


def test_everything_wrong_is_said_at_once(body, clerk, worker):
    message = refused(
        "number_contradicts",
        lambda: record(body, clerk, worker, number="S000035990002264000001", name="王别名", work_type="月嫂"),
    )
    assert all(words in message for words in ("前 13 位", "第 16 位", "另一个姓名", "没有这个工种"))


def test_a_number_of_another_person_is_refused(body, clerk, worker):
    record(body, clerk, worker)
    other = a_roster_worker(name="陈阿兰")
    refused("number_of_another", lambda: record(body, clerk, other))


def test_the_same_number_with_other_content_is_sent_to_correction(body, clerk, worker):
    record(body, clerk, worker)
    said = refused("number_known", lambda: record(body, clerk, worker, issued_on=date(2026, 10, 9)))
    assert "办理更正" in said


def test_the_scope_of_the_day_of_issue_decides(body, clerk, worker):
    BodyScope.objects.filter(body=body, level=5).update(effective=period(date(2020, 1, 1), date(2026, 10, 7)))
    refused("out_of_scope", lambda: record(body, clerk, worker))
    assert record(body, clerk, worker, issued_on=date(2026, 10, 7)).issued_on == date(2026, 10, 7)


def test_the_filing_of_the_day_of_issue_decides(body, clerk, worker):
    body.filed = period(date(2020, 1, 1), date(2026, 9, 30))
    body.save()
    refused("body_not_filed", lambda: record(body, clerk, worker))


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_a_body_that_may_not_assess_records_nothing(body, clerk, worker, state):
    body.state = state
    body.save()
    refused("body_not_active", lambda: record(body, clerk, worker))


def test_a_range_holds_for_its_level_and_year(body, clerk, worker):
    NumberRange.objects.all().delete()
    given = {"body": body, "basis": "示例", "granted_at": NOW}
    NumberRange.objects.create(year=2026, level=4, first=1, last=100, **given)
    NumberRange.objects.create(year=2025, level=5, first=1, last=100, **given)
    refused("number_not_allotted", lambda: record(body, clerk, worker))
    NumberRange.objects.create(year=2026, level=5, first=1, last=1, **given)
    assert record(body, clerk, worker).number.endswith("000001")


def test_nobody_of_another_body_records(body, worker):
    stranger = body_staff(a_body(serial="990002"))
    refused("", lambda: record(body, stranger, worker), PermissionDenied)
    refused("", lambda: record(body, an_officer(Role.OFFICER_REVIEW), worker), PermissionDenied)


def test_a_passed_final_result_is_linked_and_lends_its_marks(body, clerk, worker):
    result = a_final_result(body, worker)
    row = record(body, clerk, worker, theory=None, practical=None)
    assert (row.result_id, row.theory, row.practical) == (result.pk, Decimal("78"), Decimal("85.5"))


def test_marks_that_differ_from_the_final_result_are_refused(body, clerk, worker):
    a_final_result(body, worker)
    assert "78" in refused("mark_differs", lambda: record(body, clerk, worker, theory=Decimal(88)))


def test_a_certificate_against_a_failed_result_is_refused(body, clerk, worker):
    a_final_result(body, worker, outcome="failed")
    refused("result_failed", lambda: record(body, clerk, worker))


def test_who_failed_and_then_passed_is_certified(body, clerk, worker):
    a_final_result(body, worker, outcome="failed")
    passed = a_final_result(body, worker)
    assert record(body, clerk, worker).result_id == passed.pk


def test_a_result_that_is_not_final_or_of_another_body_decides_nothing(body, clerk, worker):
    a_final_result(body, worker, outcome="failed", state="published")
    a_final_result(a_body(serial="990002"), worker, outcome="failed")
    assert record(body, clerk, worker).result_id is None


def test_one_result_gives_one_certificate(body, clerk, worker):
    a_final_result(body, worker)
    record(body, clerk, worker)
    said = refused("result_certified", lambda: record(body, clerk, worker, number="S000035990001265000002"))
    assert "S000035990001265000001" in said


def test_one_result_gives_one_certificate_within_a_file_too(body, clerk, worker):
    a_final_result(body, worker)
    two = [an_entry(worker), an_entry(worker, number="S000035990001265000002")]
    refused("result_certified", lambda: level_certificates_record(body_id=body.pk, entries=two, actor=clerk, at=NOW))


def test_many_are_recorded_in_few_queries_or_none_at_all(body, clerk, django_assert_max_num_queries):
    people = [a_roster_worker() for _n in range(12)]
    entries = [an_entry(one, number=f"S0000359900012650001{n:02d}") for n, one in enumerate(people, start=1)]
    with pytest.raises(CertificateError):
        level_certificates_record(
            body_id=body.pk, entries=[*entries[:-1], an_entry(people[-1], level=1)], actor=clerk, at=NOW
        )
    assert LevelCertificate.objects.exists() is False
    # Of these seven are the register of skilled workers and the figure it asks, however many people.
    with django_assert_max_num_queries(37 + len(people)):
        made = level_certificates_record(body_id=body.pk, entries=entries, actor=clerk, at=NOW)
    assert [row.number for row in made] == [entry.number for entry in entries]
    assert SkillRecordEntry.objects.count() == 12


def test_the_same_number_twice_in_one_call_is_refused(body, clerk, worker):
    twice = [an_entry(worker), an_entry(worker)]
    refused("number_twice", lambda: level_certificates_record(body_id=body.pk, entries=twice, actor=clerk, at=NOW))


# --- its life ---------------------------------------------------------------------------------------------------


def move(row, name, actor, **more):
    given = {"reason": "群众举报", "category": "checking"} | more
    return level_certificate_move(certificate_id=row.pk, move=name, actor=actor, at=LATER, **given)


def states(row):
    row.refresh_from_db()
    return row.state, SkillRecordEntry.objects.get(reference=f"certificates.levelcertificate:{row.pk}").state


def test_suspended_resumed_and_revoked_the_skill_record_follows(body, clerk, worker):
    row = record(body, clerk, worker)
    move(row, "suspend", clerk)
    assert states(row) == ("suspended", "suspended")
    move(row, "resume", clerk, category="")
    assert states(row) == ("valid", "valid")
    move(row, "revoke", clerk, decision_number="评价决〔2026〕3号", category="error")
    assert states(row) == ("revoked", "revoked")
    assert [event.action for event in row.events.all()] == ["recorded", "suspended", "resumed", "revoked"]
    last = row.events.last()
    assert (last.decision_number, last.data) == ("评价决〔2026〕3号", {"by": "body", "category": "error"})


@pytest.mark.parametrize(
    ("steps", "move_", "more", "code"),
    [
        ((), "resume", {}, "wrong_state"),
        ((), "revoke", {}, "missing"),
        ((), "suspend", {"reason": " "}, "missing"),
        ((), "suspend", {"category": "whim"}, "category_missing"),
        (("suspend",), "suspend", {}, "wrong_state"),
        (("revoke",), "resume", {}, "wrong_state"),
        (("revoke",), "suspend", {}, "wrong_state"),
    ],
)
def test_a_step_that_cannot_be_taken_leaves_nothing(body, clerk, worker, steps, move_, more, code):
    row = record(body, clerk, worker)
    for step in steps:
        move(row, step, clerk, decision_number="评价决〔2026〕3号")
    refused(code, lambda: move(row, move_, clerk, **more))


def test_what_the_bureau_stopped_the_body_does_not_let_stand_again(body, clerk, worker):
    row = record(body, clerk, worker)
    officer = an_officer(Role.OFFICER_INSPECTION)
    move(row, "suspend", officer)
    refused("stopped_by_office", lambda: move(row, "resume", clerk))
    move(row, "resume", officer)
    assert states(row) == ("valid", "valid")


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_FINANCE])
def test_other_officers_and_other_bodies_stop_nothing(body, clerk, worker, role):
    row = record(body, clerk, worker)
    refused("", lambda: move(row, "suspend", an_officer(role)), PermissionDenied)
    refused("", lambda: move(row, "suspend", body_staff(a_body(serial="990002"))), PermissionDenied)


def correct(row, actor, **changes):
    given = {"occupation": "家政服务员", "work_type": "母婴护理员", "issued_on": ISSUED,
             "theory": Decimal(78), "practical": Decimal("85.5")} | changes  # fmt: skip
    return level_certificate_correct(
        certificate_id=row.pk, correction=Correction(**given), reason="打印有误", actor=actor, at=LATER
    )


def test_a_correction_changes_the_paper_and_the_line_and_says_what_changed(body, clerk, worker):
    row = correct(record(body, clerk, worker), clerk, work_type="家务服务员", issued_on=date(2026, 10, 9))
    row.refresh_from_db()
    assert json.loads(row.data)["work_type"] == "家务服务员"
    event = row.events.last()
    assert event.data["changes"] == {
        "work_type": ["母婴护理员", "家务服务员"], "issued_on": ["2026年10月8日", "2026年10月9日"],
    }  # fmt: skip
    line = SkillRecordEntry.objects.get()
    assert (line.state, line.title, line.issued_on) == (
        "corrected", "家政服务员（家务服务员） 五级/初级工", date(2026, 10, 9),
    )  # fmt: skip
    move(row, "suspend", clerk)
    move(row, "resume", clerk)
    assert states(row) == ("valid", "corrected")


def test_a_correction_takes_the_name_from_the_file_and_never_writes_it_into_the_history(body, clerk, worker):
    row = record(body, clerk, worker)
    worker.name = "李美"
    worker.save()
    row = correct(row, clerk)
    assert json.loads(row.data)["name"] == "李美"
    assert row.events.last().data == {"places": ["name"], "changes": {}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "nothing_changed"),
        ({"work_type": "月嫂"}, "work_type_unknown"),
        ({"issued_on": date(2025, 10, 8)}, "number_contradicts"),
        ({"issued_on": date(2026, 11, 30)}, "in_future"),
    ],
)
def test_a_correction_that_cannot_be_leaves_nothing(body, clerk, worker, changes, code):
    row = record(body, clerk, worker)
    before = row.data
    refused(code, lambda: correct(row, clerk, **changes))
    assert LevelCertificate.objects.get().data == before


def test_a_certificate_of_a_result_keeps_what_was_assessed(body, clerk, worker):
    a_final_result(body, worker)
    row = record(body, clerk, worker)
    refused("result_of_another", lambda: correct(row, clerk, work_type="家务服务员"))


def test_a_reissue_keeps_the_number_and_notes_the_new_paper(body, clerk, worker):
    row = record(body, clerk, worker, print_serial="A0001")
    row = level_certificate_reissue(certificate_id=row.pk, print_serial="a0002", reason="遗失", actor=clerk, at=LATER)
    assert (row.number, row.print_serial, row.state) == ("S000035990001265000001", "A0002", "valid")
    assert row.remark == "2026-11-23 补发，原印刷流水号 A0001"
    assert json.loads(row.data)["print_serial"] == "A0002"
    assert row.events.last().data == {"before": "A0001", "print_serial": "A0002"}


@pytest.mark.parametrize(("serial", "code"), [("", "missing"), ("A0001", "serial_same"), ("A0009", "serial_taken")])
def test_a_reissue_needs_a_serial_of_its_own(body, clerk, worker, serial, code):
    row = record(body, clerk, worker, print_serial="A0001")
    record(body, clerk, a_roster_worker(), number="S000035990001265000009", print_serial="A0009")
    refused(
        code,
        lambda: level_certificate_reissue(
            certificate_id=row.pk, print_serial=serial, reason="遗失", actor=clerk, at=LATER
        ),
    )


def test_a_stopped_certificate_is_neither_corrected_nor_printed_again(body, clerk, worker):
    row = record(body, clerk, worker)
    move(row, "suspend", clerk)
    refused("wrong_state", lambda: correct(row, clerk, work_type="家务服务员"))
    refused(
        "wrong_state",
        lambda: level_certificate_reissue(
            certificate_id=row.pk, print_serial="A0002", reason="遗失", actor=clerk, at=LATER
        ),
    )


def test_number_holder_and_body_of_a_certificate_cannot_be_changed(body, clerk, worker):
    row = record(body, clerk, worker)
    for change in ({"number": "S000035990001265000002"}, {"worker": a_roster_worker()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LevelCertificate.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LevelCertificate.objects.filter(pk=row.pk).delete()


def test_the_standard_decides_by_the_day(body, clerk, worker):
    occupation, _work_type = housekeeping()
    occupation.levels.filter(level=5).update(effective=period(date(2019, 1, 1), date(2026, 10, 7)))
    refused("level_not_in_standard", lambda: record(body, clerk, worker))
