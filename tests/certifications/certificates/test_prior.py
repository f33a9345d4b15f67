"""Certificates from elsewhere: declared with a picture, looked up by a person, counted once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, PriorCertificate
from certifications.certificates.prior_rules import PriorEntry
from certifications.certificates.prior_selectors import prior_certificates_of, prior_waiting
from certifications.certificates.services.level import level_certificate_record
from certifications.certificates.services.prior import (
    prior_certificate_check,
    prior_certificate_declare,
    prior_certificate_withdraw,
)
from certifications.certificates.states import PriorState
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from tests.certifications.certificates.builders_level import a_body, a_body_scope, a_photo, an_entry, body_staff
from tests.workers.builders import NOW, a_worker, an_account, an_id_number, an_officer
from workers.models import SkillRecordEntry

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OLD = PriorEntry("old_qualification", "1235013310300123", "育婴员", "福建省职业技能鉴定中心", date(2012, 6, 1), 3)
LEVEL = PriorEntry("level", "S000035990001265000001", "家政服务员", "示例评价中心", date(2026, 10, 8), 5)
SPECIAL = PriorEntry("special", "3502-2020-00001", "闽式点心制作", "厦门市职业技能鉴定中心", date(2020, 5, 6))


def changed(entry, **changes):
    return PriorEntry(**(vars(entry) | changes))


@pytest.fixture
def worker():
    return a_worker(id_number=an_id_number(born=date(1980, 5, 6)), verified=True)


def declare(worker, entry=OLD, *, actor=None, evidence=True):
    return prior_certificate_declare(
        worker_id=worker.pk,
        entry=entry,
        evidence=a_photo() if evidence else None,
        actor=actor or worker.user,
        at=NOW,
    )


def check(row, outcome, *, actor=None, note="在全国联网查询中核对", screenshot=None):
    return prior_certificate_check(
        certificate_id=row.pk, outcome=PriorState(outcome), note=note, screenshot=screenshot,
        actor=actor or an_officer(), at=LATER,
    )  # fmt: skip


def counts():
    return tuple(m.objects.count() for m in (PriorCertificate, CertificateEvent, SkillRecordEntry, AuditEvent))


def refused(code, call, error=CertificateError):
    before = counts()
    with pytest.raises(error) as refusal:
        call()
    assert counts() == before
    if error is CertificateError:
        assert refusal.value.code == code
        return refusal.value.message
    return ""


def skill(row):
    return SkillRecordEntry.objects.get(reference=f"certificates.priorcertificate:{row.pk}")


def test_what_she_declares_stands_in_her_record_as_declared(worker):
    row = declare(worker)
    assert (row.state, row.number, row.kind) == ("declared", "1235013310300123", "old_qualification")
    assert row.evidence.name.startswith("certificates/prior/")
    line = skill(row)
    assert (line.title, line.standing, line.source, line.is_counted) == (
        "育婴员 三级/高级工",
        "declared",
        "本人填报",
        True,
    )
    assert (line.kind, line.level, line.number) == ("old_qualification", 3, "1235013310300123")
    assert [event.action for event in row.events.all()] == ["declared"]


@pytest.mark.parametrize(
    ("entry", "code", "said"),
    [
        (changed(OLD, number="12350133103001"), "number", "16 位"),
        (changed(OLD, level=4), "number", "第 11 位是 3"),
        (changed(OLD, level=None), "level", "请选择证书上的等级"),
        (changed(OLD, title=" "), "title", "职业或项目名称"),
        (changed(OLD, issuer_name=""), "issuer_name", "盖章的单位"),
        (changed(OLD, kind="x"), "kind", "种类"),
        (changed(OLD, number="9435013310300123", issued_on=date(1994, 6, 1)), "issued_on", "没满 16 周岁"),
        (changed(LEVEL, number="S00003599000126500000"), "number", "这里是 21 位"),
        (changed(LEVEL, level=4), "number", "第 16 位是 5"),
        (changed(LEVEL, issued_on=date(2025, 10, 8)), "number", "2026 年发证"),
        (changed(LEVEL, issued_on=date(2026, 11, 24)), "issued_on", "今天之后"),
        (changed(SPECIAL, number="12"), "number", "长度不对"),
        (changed(SPECIAL, number=""), "number", "请填写证书编号"),
        (changed(SPECIAL, level=5), "level", "没有等级"),
    ],
)
def test_what_cannot_be_such_a_certificate_is_refused_with_a_way_out(worker, entry, code, said):
    assert said in refused(code, lambda: declare(worker, entry))


@pytest.mark.parametrize("entry", [OLD, LEVEL, SPECIAL])
def test_every_kind_is_taken_in_however_the_number_is_typed(worker, entry):
    row = declare(worker, changed(entry, number=f" {entry.number[:4]} {entry.number[4:].lower()}"))
    assert row.number == entry.number.replace("-", "")


def test_a_picture_of_the_paper_is_asked_for(worker):
    refused("evidence_missing", lambda: declare(worker, evidence=False))


def test_the_same_certificate_is_told_once_until_it_is_taken_back(worker):
    row = declare(worker)
    refused("declared", lambda: declare(worker))
    prior_certificate_withdraw(certificate_id=row.pk, actor=worker.user, at=LATER)
    assert declare(worker).pk != row.pk


def test_what_a_body_has_recorded_need_not_be_told(worker):
    body = a_body()
    a_body_scope(body)
    level_certificate_record(body_id=body.pk, entry=an_entry(worker), actor=body_staff(body), at=NOW)
    assert "不用再填" in refused("recorded", lambda: declare(worker, LEVEL))


def test_nobody_declares_for_somebody_else_but_the_counter(worker):
    refused("", lambda: declare(worker, actor=an_account()), PermissionDenied)
    assert declare(worker, actor=an_officer()).declared_by_id != worker.user_id


def test_confirmed_with_a_screenshot_the_line_is_guaranteed(worker):
    row, officer = declare(worker), an_officer()
    check(row, "confirmed", actor=officer, note="", screenshot=a_photo())
    row.refresh_from_db()
    assert (row.state, row.checked_by, row.checked_at) == ("confirmed", officer, LATER)
    assert row.screenshot.name.startswith("certificates/lookup/")
    line = skill(row)
    assert (line.standing, line.source, line.confirmed_by, line.confirmed_at) == (
        "guaranteed", "工作人员核验", officer, LATER,
    )  # fmt: skip
    assert [event.action for event in row.events.all()] == ["declared", "confirmed"]


@pytest.mark.parametrize(
    ("outcome", "note", "code"),
    [("confirmed", " ", "screenshot_missing"), ("not_matched", "", "note_missing"), ("not_found", "", "note_missing")],
)
def test_a_finding_says_how_it_was_found(worker, outcome, note, code):
    row = declare(worker)
    refused(code, lambda: check(row, outcome, note=note))
    row.refresh_from_db()
    assert (row.state, row.checked_at) == ("declared", None)


def test_what_does_not_match_counts_no_longer(worker):
    row = declare(worker)
    check(row, "not_matched", note="查到的姓名不同")
    assert (skill(row).state, skill(row).is_counted) == ("withdrawn", False)


def test_what_was_not_found_stays_declared_and_may_be_confirmed_later(worker):
    row = declare(worker)
    check(row, "not_found", note="全国联网查询没有记录")
    assert (skill(row).standing, skill(row).source) == ("declared", "本人填报，没有查到")
    check(row, "confirmed", note="核对原件")
    assert skill(row).standing == "guaranteed"


def test_what_was_confirmed_by_mistake_is_revoked(worker):
    row = declare(worker)
    check(row, "confirmed", note="核对原件")
    check(row, "not_matched", note="原件系伪造")
    assert skill(row).state == "revoked"


@pytest.mark.parametrize(
    ("first", "then"), [("confirmed", "confirmed"), ("confirmed", "not_found"), ("not_matched", "confirmed")]
)
def test_a_finding_that_cannot_follow_is_refused(worker, first, then):
    row = declare(worker)
    check(row, first)
    officer = an_officer()
    refused("wrong_state", lambda: check(row, then, actor=officer))


def test_nobody_looks_up_her_own_or_what_she_entered_for_another(worker):
    officer = an_officer()
    row = declare(worker, actor=officer)
    refused("", lambda: check(row, "confirmed", actor=officer), PermissionDenied)
    finance = an_officer(Role.OFFICER_FINANCE)
    refused("", lambda: check(row, "confirmed", actor=finance), PermissionDenied)


def test_one_number_is_confirmed_for_one_person(worker):
    other = a_worker(name="陈阿兰", id_number=an_id_number(born=date(1981, 5, 6)))
    mine, hers = declare(worker), declare(other)
    check(mine, "confirmed")
    officer = an_officer()
    refused("number_of_another", lambda: check(hers, "confirmed", actor=officer))
    hers.refresh_from_db()
    assert hers.state == "declared"


def test_a_number_a_body_recorded_for_another_is_not_confirmed_and_she_learns_nothing(worker):
    other = a_worker(name="陈阿兰", id_number=an_id_number(born=date(1981, 5, 6)))
    body = a_body()
    a_body_scope(body)
    level_certificate_record(body_id=body.pk, entry=an_entry(other), actor=body_staff(body), at=NOW)
    row, officer = declare(worker, LEVEL), an_officer()
    refused("number_of_another", lambda: check(row, "confirmed", actor=officer))


def test_a_certificate_the_body_records_later_takes_the_place_of_the_declared_one(worker):
    row = declare(worker, LEVEL)
    check(row, "confirmed")
    body = a_body()
    a_body_scope(body)
    level_certificate_record(body_id=body.pk, entry=an_entry(worker), actor=body_staff(body), at=LATER)
    row.refresh_from_db()
    assert (row.state, skill(row).state) == ("withdrawn", "replaced")
    assert row.events.last().action == "superseded"
    assert [line.number for line in SkillRecordEntry.objects.filter(state="valid")] == ["S000035990001265000001"]


def test_what_is_confirmed_she_does_not_take_back(worker):
    row = declare(worker)
    check(row, "confirmed")
    refused("wrong_state", lambda: prior_certificate_withdraw(certificate_id=row.pk, actor=worker.user, at=LATER))


def test_her_list_and_the_desks_list(worker):
    row = declare(worker)
    assert list(prior_certificates_of(worker)) == [row]
    assert list(prior_waiting()) == [row]
    prior_certificate_withdraw(certificate_id=row.pk, actor=worker.user, at=LATER)
    assert list(prior_certificates_of(worker)) == []
    assert list(prior_waiting()) == []


def test_an_account_nothing_has_proven_sees_only_what_it_declared():
    worker = a_worker(id_number=an_id_number(born=date(1982, 5, 6)))
    declare(worker, actor=an_officer())
    own = declare(worker, SPECIAL)
    assert list(prior_certificates_of(worker, viewer=worker.user)) == [own]
    assert prior_certificates_of(worker).count() == 2
