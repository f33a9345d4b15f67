"""From a certificate to the money: she claims on a small phone, officers decide, the public reads, the bank pays.

One journey through the pages. Only the days of the notices, the other people's claims and the second batch are moved by
services.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from foundation.crypto.masking import mask_account
from foundation.database import period
from portal.journey.clock import simulated_clock
from portal.journey.registers import registers_bring
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_account_repair, claim_submit
from subsidies.claims.states import ClaimState
from subsidies.ledger.models import Account
from subsidies.ledger.states import AccountKind
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.services import notice_close
from subsidies.payments.models import BankReturn, PaymentBatch
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.review.services import claim_pass_intake, claim_pass_review
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Fund
from tests.e2e.accessibility import complaints
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.journeys import heading, press
from tests.e2e.journeys import keep_picture as shot
from tests.e2e.test_worker_journey import enter
from tests.subsidies.builders import a_claimant, a_level_certificate, an_account_number
from tests.subsidies.notices.builders import day_after
from tests.subsidies.payments.builders import HEADER, answer
from tests.workers.builders import an_account
from workers.models import Worker

Visit = Callable[[dict[str, Any]], Page]
SCHEME = "demonstration.training"
NAMES = ("李梅", "陈秀英", "王桂香", "林丽华")
FEN = 70_000
BOUNCED = "账号户名不符"


def officer(user_name: str) -> User:
    """The demonstration's officer."""
    return User.objects.get(username=user_name)


@pytest.fixture
def people(world: None) -> list[Worker]:
    """Four with a certificate of level five and a card, on the list of the registered as everybody else."""
    # Phones beside those of the demonstration.
    workers = [
        a_claimant(name=name, user=an_account(phone=f"1990000{number}")) for number, name in enumerate(NAMES, 8201)
    ]
    for worker in workers:
        a_level_certificate(worker)
    numbers = [worker.id_number for worker in Worker.objects.all()]
    with simulated_clock(timezone.now() - timedelta(hours=4)) as clock:
        registers_bring(numbers, source="示例名册", officer=officer("intake"), clock=clock, since=date(2025, 1, 1))
    return workers


def test_from_the_certificate_to_the_money(
    visit: Visit, live_server: Any, people: list[Worker], tmp_path: Path
) -> None:
    paid_before = money("paid")
    hers, *others = people
    phone = visit(PHONE)
    enter(phone, account_of(hers), live_server.url)
    claim = she_claims(phone, hers)
    two_officers_pass(visit, live_server, claim)
    for other in others:
        passed_by_services(other)
    the_public_objects(visit, live_server, people)
    claims = Claim.objects.filter(worker__in=people)
    with the_notices_over(people):
        assert set(claims.values_list("state", flat=True)) == {ClaimState.APPROVED}
        the_bank_answers(visit, live_server, claim, tmp_path)
        enter(phone, account_of(hers), live_server.url)
        she_gives_another_account(phone, claim)
        a_second_batch_pays_the_rest(claims)
        she_reads_that_it_was_paid(phone, claim)
        assert money("paid") - paid_before == claims.aggregate(fen=Sum("amount_fen"))["fen"] == 4 * FEN
        assert money("in_transit") == 0
        call_command("ledger_verify")
        call_command("payments_reconcile")


@contextmanager
def the_notices_over(people: list[Worker]) -> Iterator[None]:
    """The morning after the last day of both notices, here and in the server."""
    notices = PublicNotice.objects.filter(lines__claim__worker__in=people).distinct()
    last = max(day_after(notice) for notice in notices)
    with simulated_clock(last + timedelta(hours=9)):
        for notice in notices:
            notice_close(notice_id=notice.pk, at=timezone.now())
        yield


def account_of(worker: Worker) -> User:
    """The account with which she signs in."""
    assert worker.user is not None
    return worker.user


def money(kind: str) -> int:
    """What all accounts of the kind hold, in fen."""
    fen: int = Account.objects.filter(kind=AccountKind(kind)).aggregate(fen=Sum("balance_fen"))["fen"]
    return fen


def good(page: Page, name: str) -> None:
    """Keep a picture of a page for the public or a worker: nothing to complain of, and it fits a small phone."""
    shot(page, name)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def she_claims(page: Page, worker: Worker) -> Claim:
    """From her certificates, in five taps at most; the amount stands there before she sends."""
    certificate = worker.level_certificates.get()
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        target.click()
        taps += 1

    page.goto("/my/certificates/")
    heading(page, "我的证书")
    good(page, "money-01-certificates")
    tap(page.get_by_role("link", name="看看能领多少补贴"))
    heading(page, "我的补贴")
    case = page.locator(f"#level-{certificate.pk}")
    offer = case.get_by_role("listitem").filter(has_text="演示：职业技能培训补贴").first
    expect(offer.get_by_text("700 元").first).to_be_visible()
    good(page, "money-02-what-she-can-have")
    # To read why is no step of claiming, and does not lead away from here.
    offer.get_by_text("怎么算的，看了什么").click()
    expect(offer.get_by_text("补贴标准")).to_be_visible()
    heading(page, "我的补贴")
    tap(offer.get_by_role("link", name="申领"))
    heading(page, "申领补贴")
    expect(page.get_by_text("700 元").first).to_be_visible()
    good(page, "money-03-before-sending")
    tap(page.get_by_label("上面写的我都看过了"))
    tap(page.get_by_role("button", name="提交，申领 700 元"))
    heading(page, "申领已提交")
    claim = Claim.objects.get(worker=worker)
    good(page, "money-04-sent")
    assert taps <= 5
    assert (claim.state, claim.amount_fen) == (ClaimState.SUBMITTED, FEN)
    expect(page.get_by_role("link", name="受理回执")).to_be_visible()
    receipt = page.request.get(f"/my/money/{claim.pk}/receipt/")
    assert receipt.body().startswith(b"%PDF-1.7")
    return claim


def two_officers_pass(visit: Visit, live_server: Any, claim: Claim) -> None:
    """One passes it, and may not look at it again herself, even as a reviewer; another does."""
    first = officer("intake")
    desk = visit(DESKTOP)
    enter(desk, first, live_server.url)
    desk.goto("/review/")
    desk.get_by_role("link", name=claim.number).first.click()
    shot(desk, "money-05-intake")
    desk.get_by_role("button", name="通过 700 元").click()
    expect(desk.get_by_role("heading", level=1)).not_to_contain_text("700 元")
    claim.refresh_from_db()
    assert (claim.state, claim.intake_by) == (ClaimState.INTAKE_PASSED, first)
    bureau = first.memberships.filter(role=Role.OFFICER_INTAKE)[0].organisation
    both = Membership.objects.create(
        user=first, role=Role.OFFICER_REVIEW, organisation=bureau, effective=period(timezone.localdate())
    )
    desk.goto(f"/review/{claim.pk}/")
    expect(desk.get_by_text("是您初审的，要由另一位工作人员复核")).to_be_visible()
    expect(desk.get_by_role("button", name="通过 700 元")).to_have_count(0)
    shot(desk, "money-06-not-by-herself")
    both.delete()
    other = visit(DESKTOP)
    enter(other, officer("review"), live_server.url)
    other.goto("/review/")
    other.get_by_role("link", name=claim.number).first.click()
    other.get_by_role("button", name="通过 700 元").click()
    expect(other.get_by_role("heading", level=1)).not_to_contain_text("700 元")
    claim.refresh_from_db()
    assert (claim.state, claim.review_by) == (ClaimState.REVIEWED, officer("review"))


def passed_by_services(worker: Worker) -> Claim:
    """The claim of somebody else, brought to where it waits for the public notice."""
    claim = claim_submit(
        scheme_id=Scheme.objects.get(code=SCHEME).pk,
        level_certificate_id=worker.level_certificates.get().pk,
        actor=account_of(worker),
        at=timezone.now(),
    )
    claim_pass_intake(claim_id=claim.pk, actor=officer("intake"), at=timezone.now())
    return claim_pass_review(claim_id=claim.pk, actor=officer("review"), at=timezone.now())


def the_public_objects(visit: Visit, live_server: Any, people: list[Worker]) -> None:
    """Four are shown; a visitor objects to one; who had no part in it dismisses that, and it is shown anew."""
    desk = visit(DESKTOP)
    enter(desk, officer("review"), live_server.url)
    notice = published(desk, "示例：第一批培训补贴公示", 4)
    line = NoticeLine.objects.get(notice=notice, claim__worker=people[1])
    a_visitor_objects(visit(PHONE), notice, line, people)
    objection = Objection.objects.get(line=line)
    desk.goto(f"/subsidies/objections/{objection.pk}/")
    expect(desk.get_by_text("请交给没有关系的复核人员处理")).to_be_visible()
    colleague = visit(DESKTOP)
    enter(colleague, officer("review2"), live_server.url)
    colleague.goto(f"/subsidies/objections/{objection.pk}/")
    colleague.get_by_label("异议不成立，重新公示").check()
    colleague.get_by_label("核实的情况和结论").fill("已向学校核实，签到和考核记录齐全，本人参加了培训。")
    shot(colleague, "money-11-objection")
    press(colleague, "提交答复")
    expect(colleague.get_by_text("已答复。").first).to_be_visible()
    again = published(desk, "示例：第二批培训补贴公示", 1)
    assert again.lines.get().claim_id == line.claim_id


def published(desk: Page, title: str, count: int) -> PublicNotice:
    """Everything that was reviewed, published on the desk's page."""
    desk.goto("/subsidies/notices/publish/")
    desk.get_by_label("公示标题").fill(title)
    shot(desk, f"money-07-publish-{count}")
    press(desk, f"公示全部 {count} 份")
    expect(desk.get_by_text(f"已发布，共 {count} 份").first).to_be_visible()
    shot(desk, f"money-08-published-{count}")
    return PublicNotice.objects.get(title=title)


def a_visitor_objects(page: Page, notice: PublicNotice, line: NoticeLine, people: list[Worker]) -> None:
    """Without signing in; nobody's full name or number is on the page."""
    page.goto("/publicity/")
    page.get_by_role("link", name=notice.title).click()
    heading(page, notice.title)
    good(page, "money-09-notice")
    shown = page.content()
    for worker in people:
        assert worker.masked_id_number in shown
        assert worker.name not in shown
        assert worker.id_number not in shown
    page.get_by_role("link", name=f"，第 {line.serial} 条").click()
    heading(page, "提异议")
    page.get_by_label("哪里不对").fill("这个人没有参加过培训，我和她住在一个小区，天天见面。")
    good(page, "money-10-objection")
    press(page, "提交异议")
    heading(page, "异议收到了")
    good(page, "money-10b-received")
    page.get_by_role("link", name="回到公示").click()
    expect(page.get_by_text("已移出本批公示")).to_be_visible()
    assert line.masked_id_number not in page.content()


def the_bank_answers(visit: Visit, live_server: Any, claim: Claim, folder: Path) -> None:
    """Finance builds, signs and sends; a file with a wrong amount books nothing, the right one pays one of four."""
    desk = visit(DESKTOP)
    enter(desk, officer("finance"), live_server.url)
    desk.goto("/payments/")
    shot(desk, "money-12-to-pay")
    press(desk, "把 4 份编成一个批次")
    shot(desk, "money-13-batch")
    press(desk, "签批 4 笔，2,800 元")
    press(desk, "生成文件：4 笔，2,800 元")
    batch = PaymentBatch.objects.get(lines__claim=claim)
    desk.get_by_role("link", name="文本（GB18030）").click()
    desk.get_by_label("用途").fill("送银行代发")
    with desk.expect_download() as caught:
        press(desk, "下载")
    caught.value.save_as(folder / "sent.txt")
    sent = (folder / "sent.txt").read_bytes().decode("gb18030").splitlines()
    assert len(sent) == 5
    own = str(batch.lines.get(claim=claim).serial)
    paid = next(row.split("|")[1] for row in sent[1:] if row.split("|")[1] != own)
    rows = [f"{row}|成功|" if row.split("|")[1] == paid else f"{row}|失败|{BOUNCED}" for row in sent[1:]]
    in_transit, paid_before = money("in_transit"), money("paid")
    upload(desk, batch, folder / "wrong.txt", [rows[0].replace("|700.00|", "|701.00|"), *rows[1:]])
    expect(desk.get_by_text("整个文件都没有入账").first).to_be_visible()
    shot(desk, "money-14-stopped")
    assert (money("in_transit"), money("paid")) == (in_transit, paid_before)
    assert set(batch.lines.values_list("state", flat=True)) == {"waiting"}
    upload(desk, batch, folder / "right.txt", rows)
    expect(desk.get_by_text("成功 1 笔，失败 3 笔").first).to_be_visible()
    shot(desk, "money-15-read")
    assert (money("in_transit"), money("paid")) == (in_transit - 4 * FEN, paid_before + FEN)
    assert [one.paid_count for one in BankReturn.objects.filter(batch=batch, problems=[])] == [1]
    desk.goto(f"/payments/batches/{batch.pk}/")
    shot(desk, "money-16-settled")


def upload(desk: Page, batch: PaymentBatch, file: Path, rows: list[str]) -> None:
    """The bank's answer, through the page of its batch."""
    file.write_bytes(("\n".join([HEADER, *rows]) + "\n").encode("gb18030"))
    desk.goto(f"/payments/batches/{batch.pk}/")
    desk.get_by_role("link", name="上传回盘文件").click()
    desk.get_by_label("回盘文件").set_input_files(file)
    press(desk, "上传并核对")


def she_gives_another_account(page: Page, claim: Claim) -> None:
    """She sees that it came back and why, and puts it right on her phone."""
    number = an_account_number()
    page.goto("/my/money/")
    good(page, "money-17-came-back")
    expect(page.get_by_role("link", name="更正账户")).to_be_visible()
    page.get_by_role("link", name=claim.scheme.name).first.click()
    expect(page.get_by_text(BOUNCED).first).to_be_visible()
    good(page, "money-18-why")
    page.get_by_role("link", name="更正账户").click()
    heading(page, "更正收款账户")
    page.get_by_label("新的银行账号").fill(number)
    good(page, "money-19-account")
    press(page, "保存，重新拨款")
    expect(page.get_by_text("账户已更正，会重新拨款。").first).to_be_visible()
    good(page, "money-20-put-right")
    claim.refresh_from_db()
    assert (claim.state, claim.account) == (ClaimState.APPROVED, number)
    page.goto("/my/card/")
    expect(page.get_by_text(mask_account(number)).first).to_be_visible()
    good(page, "money-21-card")


def a_second_batch_pays_the_rest(claims: Any) -> None:
    """The others put theirs right too; the next batch is paid in full."""
    for other in claims.filter(state=ClaimState.PAYMENT_FAILED):
        claim_account_repair(claim_id=other.pk, account=an_account_number(), actor=other.worker.user, at=timezone.now())
    finance = officer("finance2")
    waiting = list(claims.filter(state=ClaimState.APPROVED).values_list("pk", flat=True))
    assert len(waiting) == 3
    batch = batch_build(fund=Fund.EMPLOYMENT, claim_ids=waiting, actor=finance, at=timezone.now())
    batch_sign(batch_id=batch.pk, actor=finance, at=timezone.now())
    batch = batch_send(batch_id=batch.pk, actor=finance, at=timezone.now())
    given = bank_return_read(content=answer(batch), filename="second.txt", actor=finance, at=timezone.now())
    assert (given.paid_count, given.failed_count, given.problems) == (3, 0, [])


def she_reads_that_it_was_paid(page: Page, claim: Claim) -> None:
    page.goto(f"/my/money/{claim.pk}/")
    expect(page.get_by_text("到账日期")).to_be_visible()
    good(page, "money-22-paid")
    expect(page.get_by_role("link", name="到账凭证")).to_be_visible()
    assert page.request.get(f"/my/payments/{claim.pk}/receipt/").body().startswith(b"%PDF-1.7")
