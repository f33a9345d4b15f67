"""The pages of level certificates and of those from before, as bodies, officers and workers meet them."""

from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from certifications.certificates.level_selectors import level_certificates_of
from certifications.certificates.models import LevelCertificate, PriorCertificate
from certifications.certificates.prior_selectors import prior_certificates_of
from certifications.certificates.services.level import level_certificate_record
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from tests.certifications.certificates.builders_level import a_body, a_body_scope, a_photo, an_entry, body_staff
from tests.certifications.certificates.test_prior import LEVEL, OLD, declare
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, a_worker, an_id_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


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
    return a_worker(id_number=an_id_number(born=date(1980, 5, 6)), verified=True)


@pytest.fixture
def row(body, clerk, worker):
    return level_certificate_record(body_id=body.pk, entry=an_entry(worker), actor=clerk, at=NOW)


def answers(worker, **changes):
    return {
        "number": "S 0000 35 990001 26 5 000001", "name": worker.name, "id_number": worker.id_number,
        "occupation": "家政服务员", "work_type": "母婴护理员", "level": "5", "issued_on": "2026-10-08",
        "theory": "78", "practical": "85.5", "review": "", "print_serial": "A0001",
    } | changes  # fmt: skip


def test_a_body_records_one_on_its_desk(clerk, worker):
    browser = signed_in(clerk)
    assert "登记职业技能等级证书" in browser.get(reverse("level_certificate_add")).content.decode()
    answer = browser.post(reverse("level_certificate_add"), answers(worker))
    row = LevelCertificate.objects.get()
    assert answer.headers["Location"] == reverse("level_certificate", args=[row.pk])
    assert (row.theory, row.print_serial) == (Decimal(78), "A0001")
    page = browser.get(reverse("level_certificate", args=[row.pk])).content.decode()
    for words in ("S 0000 35 990001 26 5 000001", "五级/初级工", "有效", "更正", "补发", "暂停使用", "撤销"):
        assert words in page
    assert worker.id_number not in page


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(clerk, worker):
    typed = answers(worker, number="S000035990002264000001", name="王别名", work_type="")
    answer = signed_in(clerk).post(reverse("level_certificate_add"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("前 13 位", "第 16 位是 4", "另一个姓名", "分工种"):
        assert words in page
    assert 'value="S000035990002264000001"' in page
    assert 'value="85.5"' in page
    assert LevelCertificate.objects.exists() is False


def test_a_body_sees_its_own_and_the_bureau_sees_all(row, clerk):
    stranger = body_staff(a_body(serial="990002"))
    url = reverse("level_certificate", args=[row.pk])
    assert signed_in(stranger).get(url).status_code == 404
    assert row.number not in signed_in(stranger).get(reverse("level_certificates")).content.decode()
    for user in (clerk, person(Role.OFFICER_FINANCE), person(Role.AUDITOR)):
        assert row.number in signed_in(user).get(reverse("level_certificates")).content.decode()
        assert signed_in(user).get(url).status_code == 200


def test_the_list_is_narrowed_by_what_is_asked(row, clerk):
    browser = signed_in(clerk)
    for query, is_there in (
        ({"number": "s0000 35"}, True), ({"number": "S1"}, False), ({"level": "5"}, True), ({"level": "4"}, False),
        ({"state": "revoked"}, False), ({"issued_from": "2026-10-09"}, False), ({"issued_until": "2026-10-08"}, True),
    ):  # fmt: skip
        page = browser.get(reverse("level_certificates"), query).content.decode()
        assert (row.number in page) is is_there, query


def test_the_list_costs_the_same_however_long_it_is(body, clerk, worker, django_assert_max_num_queries):
    for n in range(1, 13):
        entry = an_entry(worker, number=f"S0000359900012650000{n:02d}")
        level_certificate_record(body_id=body.pk, entry=entry, actor=clerk, at=NOW)
    browser = signed_in(clerk)
    browser.get(reverse("level_certificates"))
    with django_assert_max_num_queries(16):
        browser.get(reverse("level_certificates"))


def test_the_list_is_taken_along_masked_and_on_record(row, clerk, worker):
    answer = signed_in(clerk).post(reverse("level_certificates_export"), {"purpose": "核对本月发证", "format": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert row.number in text
    assert worker.id_number not in text
    assert AuditEvent.objects.filter(action="staff.list.exported").count() == 1


@pytest.mark.parametrize(
    ("move", "sent", "state"),
    [
        ("suspend", {"category": "checking", "reason": "群众举报"}, "suspended"),
        ("revoke", {"category": "error", "reason": "发错人", "decision_number": "评价决〔2026〕3号"}, "revoked"),
        ("reissue", {"print_serial": "A0002", "reason": "遗失"}, "valid"),
    ],
)
def test_a_step_is_taken_with_its_reason(row, clerk, move, sent, state):
    browser = signed_in(clerk)
    url = reverse("level_certificate_step", args=[row.pk, move])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert row.state == state
    page = browser.get(reverse("level_certificate", args=[row.pk])).content.decode()
    assert sent["reason"] in page


def test_a_correction_begins_with_what_stands_there(row, clerk):
    browser = signed_in(clerk)
    url = reverse("level_certificate_step", args=[row.pk, "correct"])
    assert 'value="2026-10-08"' in browser.get(url).content.decode()
    sent = {"occupation": "家政服务员", "work_type": "家务服务员", "issued_on": "2026-10-08", "theory": "78",
            "practical": "85.5", "reason": "工种印错"}  # fmt: skip
    assert browser.post(url, sent).status_code == 302
    page = browser.get(reverse("level_certificate", args=[row.pk])).content.decode()
    assert "母婴护理员 → 家务服务员" in page


def test_who_may_not_take_a_step_does_not_find_it(row, clerk):
    officer = person(Role.OFFICER_REVIEW)
    page = signed_in(officer).get(reverse("level_certificate", args=[row.pk])).content.decode()
    assert reverse("level_certificate_step", args=[row.pk, "suspend"]) in page
    assert reverse("level_certificate_step", args=[row.pk, "correct"]) not in page
    for user, move in ((officer, "correct"), (clerk, "resume"), (clerk, "sell")):
        assert signed_in(user).get(reverse("level_certificate_step", args=[row.pk, move])).status_code == 404


def told(**changes):
    return {
        "kind": "old_qualification", "title": "育婴员", "level": "3", "number": "1235 0133 1030 0123",
        "issuer_name": "福建省职业技能鉴定中心", "issued_on_year": "2012", "issued_on_month": "6",
        "issued_on_day": "1", "evidence": a_photo(),
    } | changes  # fmt: skip


def test_she_tells_of_a_certificate_and_takes_it_back(worker):
    browser = signed_in(worker.user)
    assert "照着抄写" in browser.get(reverse("my_prior_add")).content.decode()
    answer = browser.post(reverse("my_prior_add"), told())
    row = PriorCertificate.objects.get()
    assert answer.headers["Location"] == reverse("my_prior", args=[row.pk])
    page = browser.get(reverse("my_prior", args=[row.pk])).content.decode()
    assert "正在等工作人员核验" in page
    assert browser.get(reverse("my_prior_paper", args=[row.pk])).headers["Content-Type"] == "image/jpeg"
    assert "育婴员 三级/高级工" in browser.get(reverse("my_record")).content.decode()
    browser.post(reverse("my_prior_withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "12350133103001"}, "这里是 14 位"),
        ({"level": ""}, "请选择证书上的等级"),
        ({"evidence": ""}, "请拍一张证书的照片"),
        ({"kind": ""}, "请选择证书的种类"),
        ({"issued_on_year": ""}, "请填写发证的年、月、日"),
    ],
)
def test_what_she_got_wrong_is_said_in_plain_words_and_kept(worker, changes, said):
    answer = signed_in(worker.user).post(reverse("my_prior_add"), told(**changes))
    page = answer.content.decode()
    assert (answer.status_code, said in page, 'value="育婴员"' in page) == (422, True, True)
    assert PriorCertificate.objects.exists() is False


def test_nobody_opens_anothers(worker):
    row = declare(worker)
    other = signed_in(a_worker(name="陈阿兰", id_number=an_id_number(born=date(1981, 5, 6)), verified=True).user)
    for name in ("my_prior", "my_prior_paper"):
        assert other.get(reverse(name, args=[row.pk])).status_code == 404
    assert other.post(reverse("my_prior_withdraw", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.state == "declared"


def test_an_officer_looks_it_up_and_says_what_she_found(worker):
    row = declare(worker)
    browser = signed_in(person(Role.OFFICER_INTAKE))
    assert "育婴员" in browser.get(reverse("prior_certificates")).content.decode()
    url = reverse("prior_certificate", args=[row.pk])
    page = browser.get(url).content.decode()
    assert "zscx.osta.org.cn" in page
    assert "1235013310300123" in page
    assert browser.get(reverse("prior_certificate_paper", args=[row.pk, "evidence"])).status_code == 200
    assert AuditEvent.objects.filter(action="certificates.prior.paper_opened").count() == 1
    refused = browser.post(url, {"outcome": "confirmed", "note": ""})
    assert refused.status_code == 422
    assert "请上传查询结果的截图" in refused.content.decode()
    assert browser.post(url, {"outcome": "confirmed", "note": "", "screenshot": a_photo()}).status_code == 302
    row.refresh_from_db()
    assert row.state == "confirmed"
    assert browser.get(reverse("prior_certificate_paper", args=[row.pk, "screenshot"])).status_code == 200
    assert "算进您的技能档案" in signed_in(worker.user).get(reverse("my_prior", args=[row.pk])).content.decode()


def test_who_only_reads_finds_no_form(worker):
    row = declare(worker)
    browser = signed_in(person(Role.OFFICER_FINANCE))
    page = browser.get(reverse("prior_certificate", args=[row.pk])).content.decode()
    assert "记录核验结果" not in page
    answer = browser.post(reverse("prior_certificate", args=[row.pk]), {"outcome": "confirmed", "note": "核对原件"})
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.state == "declared"


def test_a_number_that_stands_under_another_name_is_pointed_out_at_the_desk_only(body, clerk, worker):
    other = a_worker(name="陈阿兰", id_number=an_id_number(born=date(1981, 5, 6)), verified=True)
    level_certificate_record(body_id=body.pk, entry=an_entry(other), actor=clerk, at=NOW)
    row = declare(worker, LEVEL)
    page = signed_in(person(Role.OFFICER_INTAKE)).get(reverse("prior_certificate", args=[row.pk])).content.decode()
    assert "登记在另一个人名下" in page
    assert "另一个人" not in signed_in(worker.user).get(reverse("my_prior", args=[row.pk])).content.decode()


def test_the_parts_for_her_page_show_what_there_is(row, worker):
    declare(worker, OLD)
    page = render_to_string(
        "certificates/level_mine.html", {"level_certificates": level_certificates_of(worker, viewer=worker.user)}
    )
    assert row.number in page
    page = render_to_string(
        "certificates/prior_mine.html", {"prior_certificates": prior_certificates_of(worker, viewer=worker.user)}
    )
    assert "育婴员" in page
    assert "还没有技能等级证书" in render_to_string("certificates/level_mine.html", {"level_certificates": []})
