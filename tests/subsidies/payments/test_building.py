"""What goes into a batch, what is left out and why, who may sign, and what the files are."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from openpyxl import load_workbook

from certifications.certificates.models import LevelCertificate
from foundation.accounts.states import Role
from foundation.privacy.models import AccessRecord
from subsidies.checks.services import checks_run
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.services import claim_account_repair
from subsidies.claims.states import ClaimState
from subsidies.ledger.models import Posting
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.printing import capital_amount
from subsidies.payments.selectors import bank_text, bank_workbook
from subsidies.payments.selectors.files import timeless
from subsidies.payments.selectors.reconciling import reconciliation_of
from subsidies.payments.services import (
    bank_return_read,
    batch_build,
    batch_cancel,
    batch_file_take,
    batch_screen,
    batch_send,
    batch_sign,
    batch_tidy,
)
from tests.subsidies.builders import a_claim, a_claimant, an_account_number, another, working_for
from tests.subsidies.claims.helpers import a_register
from tests.subsidies.payments.builders import ANSWERED, LATER, answer, built, finance, read, sent, signed, waiting
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def a_block(claim):
    """A list comes in that speaks against the claim, and the nightly run has seen it."""
    a_register("death", claim.worker)
    checks_run(claim_ids=[claim.pk], moment="payment", actor=None, at=LATER)


def everything():
    return (
        list(PaymentBatch.objects.order_by("pk").values_list("state", "lines_count", "total_fen")),
        list(PaymentLine.objects.order_by("pk").values_list("state", flat=True)),
        list(Claim.objects.order_by("pk").values_list("state", flat=True)),
        Posting.objects.count(),
    )


def test_lines_stand_in_the_order_of_the_claims_with_the_number_of_the_day():
    claims = waiting(3)
    batch = built(claims=list(reversed(claims)))
    assert batch.number == f"{LATER:%Y%m%d}001"
    assert list(batch.lines.values_list("serial", "claim", "amount_fen")) == [
        (place, claim.pk, 70_000) for place, claim in enumerate(claims, start=1)
    ]
    assert built(1).number == f"{LATER:%Y%m%d}002"


def test_who_has_no_account_or_another_fund_is_left_out_and_listed():
    good, bare = waiting(1)[0], a_claim(ClaimState.APPROVED, a_claimant(with_card=False), account="")
    other = a_claim(ClaimState.SUBMITTED)
    batch = built(claims=[good, bare, other])
    assert batch.events.get().data["left_out"] == [
        {"claim": bare.number, "reason": "no_account"}, {"claim": other.number, "reason": "not_waiting"},
    ]  # fmt: skip
    assert [line.claim_id for line in batch.lines.all()] == [good.pk]
    bare.refresh_from_db()
    assert bare.state == "approved"


def test_a_revoked_certificate_keeps_a_claim_out_and_nothing_happens_when_nobody_is_left():
    claim = waiting(1)[0]
    LevelCertificate.objects.filter(pk=claim.level_certificate_id).update(state="suspended")
    before = everything()
    with pytest.raises(PaymentError) as refusal:
        built(claims=[claim])
    assert (refusal.value.code, everything()) == ("nothing_to_pay", before)
    assert claim.number in refusal.value.message


@pytest.mark.parametrize("role", [Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.AUDITOR])
def test_only_finance_builds_signs_sends_reads_and_takes(role):
    batch, before, who = sent(1), everything(), another(role)
    content = answer(batch)
    for act in (
        lambda: batch_build(fund="employment", actor=who, at=LATER),
        lambda: batch_sign(batch_id=batch.pk, actor=who, at=LATER),
        lambda: batch_send(batch_id=batch.pk, actor=who, at=LATER),
        lambda: batch_screen(batch_id=batch.pk, actor=who, at=LATER),
        lambda: batch_cancel(batch_id=batch.pk, reason="x", actor=who, at=LATER),
        lambda: bank_return_read(content=content, filename="x.txt", actor=who, at=ANSWERED),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert everything() == before


def test_who_passed_a_claim_does_not_sign_its_batch_even_past_the_services():
    batch = built(1)
    officer = finance()
    Claim.objects.update(intake_by=officer)
    before = everything()
    with pytest.raises(PaymentError) as refusal:
        batch_sign(batch_id=batch.pk, actor=officer, at=LATER)
    assert (refusal.value.code, everything()) == ("own_work", before)
    with pytest.raises(IntegrityError, match="decided no claim"), transaction.atomic():
        PaymentBatch.objects.update(state="signed", signed_by=officer, signed_at=LATER)


@pytest.mark.parametrize("tie", ["returned_before", "works_there"])
def test_who_decided_a_claim_once_or_works_for_its_place_does_not_sign(tie):
    batch, officer = built(1), finance()
    claim = Claim.objects.get()
    if tie == "works_there":
        working_for(officer, claim.level_certificate.body.organisation, role=Role.BODY_STAFF)
    else:
        ClaimEvent.objects.create(
            claim=claim, action="return", source="submitted", target="returned", party="intake", actor=officer, at=NOW
        )
    before = everything()
    with pytest.raises(PaymentError) as refusal:
        batch_sign(batch_id=batch.pk, actor=officer, at=LATER)
    assert (refusal.value.code, everything()) == ("own_work", before)


def test_a_batch_screened_yesterday_is_not_signed_until_it_is_screened_again():
    batch, tomorrow = built(1), LATER + timedelta(days=1)
    with pytest.raises(PaymentError) as refusal:
        batch_sign(batch_id=batch.pk, actor=finance(), at=tomorrow)
    assert refusal.value.code == "screening_old"
    batch_screen(batch_id=batch.pk, actor=finance(), at=tomorrow)
    assert batch_sign(batch_id=batch.pk, actor=finance(), at=tomorrow).state == "signed"


def test_what_is_found_after_building_is_taken_out_and_the_rest_is_signed():
    batch = built(3)
    blocked = batch.lines.get(serial=2).claim
    a_block(blocked)
    before = everything()
    with pytest.raises(PaymentError) as refusal:
        batch_sign(batch_id=batch.pk, actor=finance(), at=LATER, seen_fen=210_000)
    assert (refusal.value.code, everything()) == ("total_changed", before)
    removal = batch_tidy(batch_id=batch.pk, actor=finance(), at=LATER)
    assert removal.claims == {blocked.number: "blocked"}
    batch = batch_sign(batch_id=batch.pk, actor=finance(), at=LATER, seen_fen=140_000)
    assert (batch.state, batch.lines_count, batch.total_fen) == ("signed", 2, 140_000)
    assert list(batch.lines.values_list("serial", "state")) == [(1, "waiting"), (2, "removed"), (3, "waiting")]
    blocked.refresh_from_db()
    assert (blocked.state, blocked.events.order_by("-pk")[0].reason) == ("approved", "拨付前核查有必须处理的问题")


def test_a_batch_that_loses_its_last_claim_is_cancelled():
    batch = built(1)
    a_block(batch.lines.get().claim)
    assert batch_sign(batch_id=batch.pk, actor=finance(), at=LATER).state == "cancelled"
    assert Claim.objects.get().state == "approved"


def test_a_batch_is_cancelled_before_its_file_was_made_and_never_after():
    batch = signed(2)
    batch_cancel(batch_id=batch.pk, reason="金额要重新安排", actor=finance(), at=LATER)
    assert set(Claim.objects.values_list("state", flat=True)) == {"approved"}
    gone = sent(claims=list(Claim.objects.all()))
    before = everything()
    with pytest.raises(PaymentError) as refusal:
        batch_cancel(batch_id=gone.pk, reason="x", actor=finance(), at=LATER)
    assert (refusal.value.code, everything()) == ("wrong_state", before)
    with pytest.raises(IntegrityError, match="does not go"), transaction.atomic():
        PaymentBatch.objects.filter(pk=gone.pk).update(state="cancelled")


def test_what_went_to_the_bank_is_not_changed_in_the_database():
    batch = sent(1)
    for change in (
        lambda: PaymentBatch.objects.update(total_fen=1),
        lambda: PaymentLine.objects.update(amount_fen=1),
        lambda: PaymentLine.objects.update(state="removed"),
        lambda: PaymentLine.objects.update(account="9900000000000000018"),
        lambda: PaymentLine.objects.create(batch=batch, serial=9, claim=waiting(1)[0], name="x", amount_fen=70_000),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_files_are_the_same_whenever_they_are_taken_and_each_taking_is_recorded():
    batch, officer = sent(2), finance()
    lines = list(batch.lines.values_list("serial", "name", "account"))
    assert bank_text(batch).decode("gb18030") == "批次号|序号|户名|账号|金额\n" + "".join(
        f"{batch.number}|{serial}|{name}|{account}|700.00\n" for serial, name, account in lines
    )
    sheet = load_workbook(BytesIO(bank_workbook(batch))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [batch.number, str(serial), name, account, "700.00"] for serial, name, account in lines
    ]
    assert timeless(bank_workbook(batch)) == bank_workbook(batch)
    assert batch_file_take(batch=batch, kind="txt", viewer=officer, note="送银行", on=TODAY) == bank_text(batch)
    looks = AccessRecord.objects.filter(viewer=officer, is_granted=True)
    assert sorted(looks.values_list("subject_id", flat=True)) == sorted(
        str(pk) for pk in batch.lines.values_list("claim__worker", flat=True)
    )


def test_a_name_that_looks_like_a_formula_stays_text():
    claim = waiting(1)[0]
    type(claim.worker).objects.filter(pk=claim.worker_id).update(name="=1+1")
    sheet = load_workbook(BytesIO(bank_workbook(sent(claims=[claim])))).active
    cell = sheet["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_books_name_every_difference_and_have_none_after_a_round():
    batch = sent(3)
    assert reconciliation_of(with_files=True).differences == []
    read(answer(batch, {2: "账户冻结"}))
    found = reconciliation_of(with_files=True)
    row = found.batches[0]
    assert [(one.count, one.fen) for one in row.cells] == [(3, 210_000), (2, 140_000), (1, 70_000), (0, 0), (0, 0)]
    assert (found.total.paid.fen, found.differences) == (140_000, [])
    a_claim(ClaimState.PAID)
    assert len(reconciliation_of().differences) == 1
    assert PaymentLine.objects.filter(amount_fen=F("claim__amount_fen")).count() == 3


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (70_000, "柒佰元整"), (5, "伍分"), (50, "伍角整"), (70_005, "柒佰元零伍分"), (70_050, "柒佰元零伍角整"),
        (12_345, "壹佰贰拾叁元肆角伍分"), (0, "零元整"), (1_000_000, "壹万元整"), (1_000_100, "壹万零壹元整"),
        (10_010_000, "壹拾万零壹佰元整"), (100_000_100, "壹佰万零壹元整"), (100_000_000_000, "壹拾亿元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen, text):
    assert capital_amount(fen) == text


def test_a_list_that_comes_in_after_the_screening_stops_the_signing_and_the_sending():
    """Screened this morning is not enough: the checks run once more at the moment itself."""
    batch = built(2)
    a_register("death", batch.lines.get(serial=1).claim.worker)
    batch = batch_sign(batch_id=batch.pk, actor=finance(), at=LATER)
    assert (batch.state, batch.lines_count, batch.total_fen) == ("signed", 1, 70_000)
    a_register("custody", batch.lines.get(serial=2).claim.worker)
    assert batch_send(batch_id=batch.pk, actor=finance(), at=LATER).state == "cancelled"
    assert set(Claim.objects.values_list("state", flat=True)) == {"approved"}
    assert not Posting.objects.filter(kind="send").exists()


def test_who_recorded_that_the_money_came_back_does_not_sign_when_it_goes_out_again():
    """Otherwise one officer could write a failure into the bank's file and pay the same claim twice."""
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    assert claim.events.get(action="bounce").actor == finance()
    claim_account_repair(claim_id=claim.pk, account=an_account_number(), actor=claim.worker.user, at=LATER)
    batch = built(claims=[claim])
    with pytest.raises(PaymentError) as refusal:
        batch_sign(batch_id=batch.pk, actor=finance(), at=LATER)
    batch.refresh_from_db()
    assert (refusal.value.code, batch.state) == ("own_work", "built")
    with pytest.raises(IntegrityError, match="decided no claim"), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(state="signed", signed_by=finance(), signed_at=LATER)
    assert batch_sign(batch_id=batch.pk, actor=another(Role.OFFICER_FINANCE), at=LATER).state == "signed"
