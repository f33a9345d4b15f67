"""The desk of payments in the browser's eyes: every page, for everybody who may and may not open it."""

from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from foundation.accounts.states import Role
from portal.staff.subsidy_duties import subsidy_duties
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_account_repair
from subsidies.claims.states import ClaimState
from subsidies.payments.models import BankReturn, PaymentBatch, PaymentJob, PaymentLine
from subsidies.payments.selectors import bank_text
from subsidies.payments.selectors.reconciling import reconciliation_of
from subsidies.payments.services import batch_build, batch_send, batch_sign
from subsidies.payments.states import BatchState
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claim, an_account_number, an_officer_of, another
from tests.subsidies.payments.builders import (
    ANSWERED,
    answer,
    answer_rows,
    as_file,
    built,
    finance,
    read,
    sent,
    signed,
    waiting,
)

pytestmark = pytest.mark.django_db
READERS = {Role.OFFICER_FINANCE, Role.OFFICER_REVIEW, Role.AUDITOR}


def test_every_page_opens_for_its_readers_and_for_nobody_else():
    batch = sent(2)
    given = read(answer(batch, {2: "账户冻结"}))
    waiting(1)
    paid, failed = Claim.objects.get(state="paid"), Claim.objects.get(state="payment_failed")
    pages = [
        "/payments/", "/payments/batches/", f"/payments/batches/{batch.pk}/", f"/payments/batches/{batch.pk}/list/",
        "/payments/returns/", f"/payments/returns/{given.pk}/", "/payments/failures/",
        f"/payments/failures/{failed.pk}/", "/payments/reconciliation/", f"/payments/receipts/{paid.pk}/",
    ]  # fmt: skip
    for role in (Role.OFFICER_FINANCE, Role.OFFICER_REVIEW, Role.AUDITOR, Role.OFFICER_INTAKE, Role.OFFICER_POLICY):
        browser = signed_in(an_officer_of(role) if role == Role.OFFICER_FINANCE else another(role))
        for page in pages:
            answered = browser.get(page)
            assert answered.status_code == (200 if role in READERS else 403), (role, page)
            shown = b"".join(answered) if answered.streaming else answered.content
            for name, account in PaymentLine.objects.values_list("name", "account"):
                assert account.encode() not in shown, page
                assert name.encode() not in shown, page


def test_finance_goes_from_what_waits_to_the_file_and_the_answer():
    waiting(2)
    browser = signed_in(finance())
    assert browser.get("/payments/choose/employment/").status_code == 200
    assert browser.post("/payments/choose/employment/").status_code == 422
    browser.post("/payments/build/employment/")
    batch = PaymentBatch.objects.get()
    page = f"/payments/batches/{batch.pk}/"
    assert "签批 2 笔，1,400 元" in browser.get(page).content.decode()
    browser.post(f"{page}sign/", {"seen_fen": "1"})
    batch.refresh_from_db()
    assert batch.state == "built"
    assert "总金额刚刚变了" in browser.get(page).content.decode()
    browser.post(f"{page}sign/", {"seen_fen": "140000"})
    assert browser.post(f"{page}file/txt/", {"note": "送银行"}).status_code == 422
    browser.post(f"{page}send/", {"seen_fen": "140000"})
    batch.refresh_from_db()
    assert batch.state == "sent"
    assert browser.post(f"{page}file/txt/").status_code == 422
    taken = browser.post(f"{page}file/txt/", {"note": "送银行代发"})
    assert taken.content == bank_text(batch)
    assert "no-store" in taken["Cache-Control"]
    rows = answer_rows(batch)
    rows[0][4] = "1.00"
    wrong = browser.post("/payments/returns/new/", {"file": SimpleUploadedFile("r.txt", as_file(rows))}, follow=True)
    assert "整个文件都没有入账" in wrong.content.decode()
    right = browser.post("/payments/returns/new/", {"file": SimpleUploadedFile("r.txt", answer(batch))}, follow=True)
    assert "成功 2 笔，失败 0 笔" in right.content.decode()
    again = browser.post("/payments/returns/new/", {"file": SimpleUploadedFile("r.txt", answer(batch))}, follow=True)
    assert "这次没有任何改变" in again.content.decode()
    assert BankReturn.objects.count() == 2
    book = load_workbook(BytesIO(browser.get("/payments/reconciliation/file/").content))
    assert [cell.value for cell in book.worksheets[0][2]] == [
        batch.number, "2", "1400.00", "2", "1400.00", "0", "0.00", "0", "0.00", "0", "0.00",
    ]  # fmt: skip
    assert book.worksheets[2]["A1"].value == "没有不一致。"


def test_a_failure_is_repaired_at_the_counter_or_sent_again_by_finance_on_a_paper():
    batch = sent(3)
    read(answer(batch, {2: "账户已销户", 3: "账户冻结"}))
    closed, frozen = Claim.objects.filter(state="payment_failed").order_by("pk")
    browser, page = signed_in(finance()), f"/payments/failures/{frozen.pk}/"
    shown = browser.get(page).content.decode()
    assert "账户冻结" in shown
    assert f'href="/subsidies/budgets/claims/{frozen.pk}/"' in shown
    assert "银行退回" in browser.get(f"/subsidies/budgets/claims/{frozen.pk}/").content.decode()
    assert browser.post(page, {"reason": ""}).status_code == 422
    frozen.refresh_from_db()
    assert frozen.state == "payment_failed"
    browser.post(page, {"reason": "银行来函：已解冻"})
    account = an_account_number()
    claim_account_repair(claim_id=closed.pk, account=account, actor=another(Role.OFFICER_INTAKE), at=ANSWERED)
    closed.refresh_from_db()
    frozen.refresh_from_db()
    assert (closed.state, frozen.state) == ("approved", "approved")
    again = batch_build(fund="employment", actor=finance(), at=ANSWERED)
    assert [line.account for line in again.lines.all()] == [account, frozen.account]
    # Who recorded that it came back does not sign.
    batch_sign(batch_id=again.pk, actor=another(Role.OFFICER_FINANCE), at=ANSWERED)
    batch_send(batch_id=again.pk, actor=finance(), at=ANSWERED)
    read(answer(again))
    found = reconciliation_of(with_files=True)
    assert [(one.count, one.fen) for one in found.total.cells] == [
        (5, 350_000), (3, 210_000), (2, 140_000), (2, 140_000), (0, 0),
    ]  # fmt: skip
    assert found.differences == []


def test_a_large_batch_is_left_to_a_worker_process_and_the_page_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr("subsidies.payments.pages.AT_ONCE", 1)
    waiting(2)
    browser = signed_in(finance())
    answered = browser.post("/payments/build/employment/")
    job = PaymentJob.objects.get()
    assert (answered["Location"], job.state) == (f"/payments/jobs/{job.pk}/", "waiting")
    assert "第 0 步，共 4 步" in browser.get(f"/payments/jobs/{job.pk}/").content.decode()
    assert not PaymentBatch.objects.exists()


def test_a_worker_takes_her_own_receipt_and_nobody_elses():
    batch = sent(2)
    read(answer(batch))
    mine, other = Claim.objects.order_by("pk")
    browser = signed_in(mine.worker.user)
    assert browser.get(f"/my/payments/{mine.pk}/receipt/").content.startswith(b"%PDF")
    assert browser.get(f"/my/payments/{other.pk}/receipt/").status_code == 404


def test_the_command_says_no_difference_and_ends_with_one_when_there_is_one():
    out = StringIO()
    read(answer(sent(1)))
    call_command("payments_reconcile", stdout=out)
    assert out.getvalue().strip() == "1 批，送出 1 笔 70000 分，成功 1 笔 70000 分，不一致 0 处。"
    a_claim(ClaimState.SENT)
    with pytest.raises(SystemExit) as ended:
        call_command("payments_reconcile", stdout=out)
    assert ended.value.code == 1


def test_finance_finds_what_waits_on_the_desk_and_nobody_else_does():
    batch = sent(2)
    read(answer(batch, {2: "账户冻结"}))
    for make in (built, signed, sent):
        make(1)
    waiting(3)
    titles = ["待拨付的补贴", "待签批的拨付批次", "待送银行的批次", "待回盘的批次", "银行退回的补贴"]
    officer = finance()
    duties = {
        str(duty.label): duty.rows.count()
        for duty in subsidy_duties(officer, frozenset({Role.OFFICER_FINANCE}), on=ANSWERED.date())
    }
    assert [duties[title] for title in titles] == [3, 1, 1, 1, 1]
    words = signed_in(officer).get(reverse("staff_home")).content.decode()
    assert [title for title in titles if title not in words] == []
    for state in BatchState:
        assert signed_in(officer).get(f"{reverse('payment_batches')}?state={state}").status_code == 200
    other = signed_in(another(Role.OFFICER_REVIEW)).get(reverse("staff_home")).content.decode()
    assert "待签批的拨付批次" not in other
