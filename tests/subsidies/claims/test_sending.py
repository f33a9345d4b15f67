"""Sending a claim: decided by the rule of the day, frozen, and once."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import Clock
from foundation.policy.engine import from_json, reproduce
from foundation.policy.states import Unit
from foundation.sms.models import SmsMessage
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimDecision, ClaimEvent, ClaimPaper
from subsidies.claims.selectors import claimable_get
from subsidies.claims.services import NewPaper, claim_move, claim_prepare, claim_send, claim_submit
from subsidies.claims.states import Channel, ClaimState, Party
from subsidies.schemes.models import SchemePaper
from subsidies.schemes.states import Family, Fund, Payee
from tests.certifications.certificates.builders import a_graduate, a_portrait, issued, staff_of
from tests.subsidies.builders import ISSUED, a_claimant, a_figure, a_level_certificate, a_scheme, another
from tests.subsidies.claims.helpers import a_register, requires
from tests.workers.builders import NOW, TODAY
from workers.states import AccountProof

pytestmark = pytest.mark.django_db


def claimed(certificate, scheme=None, **fields):
    given = {"actor": certificate.worker.user, "at": NOW} | fields
    return claim_submit(scheme_id=(scheme or a_scheme()).pk, level_certificate_id=certificate.pk, **given)


def texts():
    """What was sent to phones about claims."""
    return SmsMessage.objects.filter(template__startswith="claim_")


def nothing_happened():
    rows = (Claim, ClaimDecision, ClaimEvent, ClaimPaper)
    left = [model.__name__ for model in rows if model.objects.exists()]
    clocks = Clock.objects.filter(subject_type="claims.claim")
    trail = AuditEvent.objects.filter(action__startswith="claims.")
    return not left and not texts().exists() and not clocks.exists() and not trail.exists()


def test_a_claim_is_filled_in_decided_and_frozen():
    certificate = a_level_certificate()
    claim = claimed(certificate)
    assert (claim.state, claim.amount_fen, claim.channel) == (ClaimState.SUBMITTED, 70_000, Channel.SELF)
    assert (claim.submitted_on, claim.number[:5]) == (TODAY, "S2026")
    assert (claim.occupation_code, claim.work_type_name, claim.level) == ("4-10-01-06", "母婴护理员", 5)
    assert claim.account == certificate.worker.social_security_card
    decision = claim.decisions.get()
    assert (decision.edition, decision.outcome, decision.amount_fen) == (1, "yes", 70_000)
    assert from_json(decision.content).amount_fen == 70_000
    assert reproduce(decision.content).amount_fen == 70_000
    assert certificate.worker.name not in decision.content
    assert json.loads(decision.content)["facts"]["counted"] == 0
    event = claim.events.get()
    assert (event.action, event.source, event.target, event.party) == ("submit", "draft", "submitted", "claimant")


def test_she_is_told_the_number_the_sum_and_the_day_and_nothing_personal():
    claim = claimed(a_level_certificate())
    text = texts().get().text
    assert claim.number in text
    assert "700 元" in text
    assert claim.due_on.isoformat() == "2026-12-02"
    assert "2026-12-02" in text
    assert claim.worker.name not in text
    assert claim.account[-4:] not in text


def test_a_claim_without_a_phone_is_sent_all_the_same():
    certificate = a_level_certificate()
    user = certificate.worker.user
    user.phone = ""
    user.save()
    claim = claimed(certificate)
    assert claim.state == ClaimState.SUBMITTED
    assert not texts().exists()


def test_sending_twice_gives_the_same_claim():
    certificate = a_level_certificate()
    first = claimed(certificate)
    again = claimed(certificate, at=NOW + timedelta(minutes=1))
    assert again.pk == first.pk
    assert ClaimEvent.objects.count() == 1
    assert texts().count() == 1


def test_what_was_withdrawn_may_be_claimed_again():
    certificate = a_level_certificate()
    first = claimed(certificate)
    claim_move(claim_id=first.pk, action="withdraw", party=Party.CLAIMANT, actor=certificate.worker.user, at=NOW)
    again = claimed(certificate, at=NOW + timedelta(minutes=1))
    assert again.pk != first.pk


def test_a_no_is_refused_with_each_reason_and_what_to_do():
    scheme = a_scheme()
    requires(scheme, "not_pensioner")
    certificate = a_level_certificate()
    a_register("pension", certificate.worker)
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, scheme)
    assert refusal.value.code == "not_eligible"
    assert "没有领养老金：要求还没有按月领取基本养老保险金，您的情况是正在领取养老金。" in refusal.value.message
    assert nothing_happened()


def test_what_nobody_knows_goes_to_a_person_with_the_unknown_facts_named():
    scheme = a_scheme()
    requires(scheme, "not_pensioner", "registered")
    claim = claimed(a_level_certificate(), scheme)
    assert claim.decisions.get().outcome == "undecided"
    assert claim.events.get().data == {"outcome": "undecided", "unknown": "registered,not_pensioner"}
    assert claim.amount_fen == 70_000


@pytest.mark.parametrize(
    ("on", "is_sent"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)], ids=["last day", "day after"]
)
def test_after_the_last_day_of_an_amount_nothing_is_claimed_by_it(on, is_sent):
    code = "example.ended"
    a_figure(f"{code}.amount.level5", 70_000, until=date(2025, 12, 31))
    scheme = a_scheme(code)
    certificate = a_level_certificate(issued_on=date(2025, 11, 1), number="S000035990001255000001")
    at = NOW.replace(year=on.year, month=on.month, day=on.day)
    if is_sent:
        assert claimed(certificate, scheme, at=at).amount_fen == 70_000
        return
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, scheme, at=at)
    assert refusal.value.code == "policy_gap"
    assert refusal.value.message.startswith("政策待确认")
    assert nothing_happened()


def test_without_an_account_nothing_is_sent():
    certificate = a_level_certificate(a_claimant(with_card=False))
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate)
    assert refusal.value.code == "no_account"
    assert nothing_happened()


def test_a_card_typed_by_an_account_that_nothing_has_proven_to_be_hers_is_not_paid_to():
    certificate = a_level_certificate()
    worker = certificate.worker
    worker.account_proof = AccountProof.NONE
    worker.save(update_fields=["account_proof"])
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, actor=another(Role.OFFICER_INTAKE), channel=Channel.COUNTER)
    assert refusal.value.code == "no_account"
    assert nothing_happened()


def test_a_certificate_is_claimed_for_from_one_fund_only():
    first = a_scheme()
    other = a_scheme("example.insurance", family=Family.INSURANCE, fund=Fund.UNEMPLOYMENT)
    certificate = a_level_certificate()
    claim = claimed(certificate, first)
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, other)
    assert refusal.value.code == "claimed_before"
    assert claim.number in refusal.value.message
    assert Claim.objects.count() == 1


def test_the_same_occupation_and_level_is_paid_once_even_where_no_figure_asks_it():
    worker = a_claimant()
    claimed(a_level_certificate(worker))
    second = a_level_certificate(worker, issued_on=ISSUED + timedelta(days=3))
    with pytest.raises(ClaimError) as refusal:
        claimed(second)
    assert refusal.value.code == "claimed_before"
    assert "同一职业（工种）同一等级" in refusal.value.message
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("who", ["another", "unproven", "officer"])
def test_only_she_herself_claims_for_herself(who):
    certificate = a_level_certificate()
    actor = certificate.worker.user
    if who == "another":
        actor = a_claimant(name="王芳").user
    elif who == "officer":
        actor = another(Role.OFFICER_INTAKE)
    else:
        type(certificate.worker).objects.filter(pk=certificate.worker.pk).update(account_proof="none")
    with pytest.raises(PermissionDenied):
        claimed(certificate, actor=actor)
    assert nothing_happened()


def test_an_officer_at_the_counter_claims_in_her_name_and_never_decides_it():
    certificate = a_level_certificate()
    officer = another(Role.OFFICER_INTAKE)
    claim = claimed(certificate, actor=officer, channel=Channel.COUNTER)
    assert (claim.channel, claim.created_by) == (Channel.COUNTER, officer)
    line = AuditEvent.objects.get(action="claims.claim.submitted")
    assert (line.actor, line.on_behalf_of) == (officer, certificate.worker.user)
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=officer, at=NOW)
    assert refusal.value.code == "own_work"


@pytest.mark.parametrize("role", [Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_nobody_else_of_the_bureau_claims_for_others(role):
    with pytest.raises(PermissionDenied):
        claimed(a_level_certificate(), actor=another(role), channel=Channel.COUNTER)
    assert nothing_happened()


def test_a_paper_is_asked_for_only_where_the_platform_has_none():
    scheme = a_scheme()
    SchemePaper.objects.create(scheme=scheme, title="身份证", is_on_file=True)
    SchemePaper.objects.create(scheme=scheme, title="收费票据")
    certificate = a_level_certificate()
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, scheme)
    assert refusal.value.code == "papers_missing"
    assert "收费票据" in refusal.value.message
    assert "身份证" not in refusal.value.message
    assert nothing_happened()
    claim = claimed(certificate, scheme, papers=[NewPaper("收费票据", a_portrait())])
    assert claim.papers.get().title == "收费票据"


def test_a_paper_that_is_no_picture_is_refused_and_nothing_is_kept():
    scheme = a_scheme()
    SchemePaper.objects.create(scheme=scheme, title="收费票据")
    file = SimpleUploadedFile("票据.jpg", b"MZ", "image/jpeg")
    with pytest.raises(ClaimError) as refusal:
        claimed(a_level_certificate(), scheme, papers=[NewPaper("收费票据", file)])
    assert refusal.value.code == "file_kind"
    assert nothing_happened()


def test_money_for_a_school_is_not_claimed_by_the_worker():
    scheme = a_scheme("example.school", payee=Payee.SCHOOL)
    with pytest.raises(ClaimError) as refusal:
        claimed(a_level_certificate(), scheme)
    assert refusal.value.code == "school_claims"
    assert nothing_happened()


@pytest.mark.parametrize(("claims", "is_sent"), [(2, True), (3, False)], ids=["the third", "the fourth"])
def test_three_claims_and_no_fourth(claims, is_sent):
    scheme = a_scheme()
    a_figure(f"{scheme.code}.count.max", 3, unit=Unit.TIMES)
    for level in (4, 3, 2, 1):
        a_figure(f"{scheme.code}.amount.level{level}", 100_000)
    worker = a_claimant()
    for level in (5, 4, 3)[:claims]:
        claimed(a_level_certificate(worker, level=level), scheme)
    last = a_level_certificate(worker, level=2)
    if is_sent:
        assert claimed(last, scheme).state == ClaimState.SUBMITTED
        return
    with pytest.raises(ClaimError) as refusal:
        claimed(last, scheme)
    assert refusal.value.code == "not_eligible"
    assert "已经用了 3 次" in refusal.value.message
    assert Claim.objects.count() == 3


def test_a_draft_of_a_class_is_prepared_once_and_sent_once():
    scheme = a_scheme()
    a_figure(f"{scheme.code}.certificate.training", 1, unit=Unit.SWITCH)
    enrolment = a_graduate(worker=a_claimant())
    certificate, staff = issued(enrolment), staff_of(enrolment.class_run)
    given = {"scheme_id": scheme.pk, "training_certificate_id": certificate.pk, "actor": staff, "at": NOW}
    draft = claim_prepare(**given)
    assert claim_prepare(**given).pk == draft.pk
    assert (draft.state, draft.account, draft.decisions.exists()) == (ClaimState.DRAFT, "", False)
    sent = claim_send(claim_id=draft.pk, actor=staff, at=NOW)
    assert claim_send(claim_id=draft.pk, actor=staff, at=NOW).pk == sent.pk
    assert (sent.state, sent.events.get().party, sent.enrolment) == (ClaimState.SUBMITTED, Party.SCHOOL, enrolment)
    with pytest.raises(PermissionDenied):
        claim_prepare(**given | {"actor": a_claimant(name="王芳").user})


def test_another_citys_scheme_is_never_paid_from_here():
    """Reference cities' schemes are on file to compare with; their address can be typed."""
    certificate = a_level_certificate()
    own = a_scheme()
    own.pk, own.city_code, own.code = None, "350500", "example.elsewhere"
    own.save()
    with pytest.raises(ClaimError) as refusal:
        claimed(certificate, own)
    assert refusal.value.code == "not_found"
    assert nothing_happened()


@pytest.mark.parametrize("state", ["invited", "declined", "confirmed", "not_completed"])
def test_a_training_that_was_not_completed_cannot_be_claimed_for(state):
    certificate = issued(a_graduate(worker=a_claimant()))
    enrolment = certificate.enrolment
    enrolment.state = state
    enrolment.save(update_fields=["state"])
    scheme = a_scheme("example.living", rule="living", family="living", subject="enrolment")
    a_figure("example.living.amount", 50_000)
    with pytest.raises(ClaimError) as refusal:
        claim_submit(scheme_id=scheme.pk, enrolment_id=enrolment.pk, actor=certificate.worker.user, at=NOW)
    assert refusal.value.code == "not_found"
    assert nothing_happened()


def test_a_draft_older_than_a_correction_is_sent_with_what_was_decided():
    certificate = issued(a_graduate(worker=a_claimant()))
    scheme = a_scheme()
    a_figure(f"{scheme.code}.certificate.training", 1, unit=Unit.SWITCH)
    staff = staff_of(certificate.enrolment.class_run)
    draft = claim_prepare(scheme_id=scheme.pk, training_certificate_id=certificate.pk, actor=staff, at=NOW)
    Claim.objects.filter(pk=draft.pk).update(
        occupation_code="1-01",
        work_type_name="旧工种",
        level=4,
        certificate_number="旧编号",
        issued_on=date(2020, 1, 1),
    )
    claim = claim_send(claim_id=draft.pk, actor=staff, at=NOW)
    claim.refresh_from_db()
    case = claimable_get("training_certificate", certificate.pk)
    assert (claim.occupation_code, claim.work_type_name, claim.level, claim.certificate_number, claim.issued_on) == (
        case.occupation_code, case.work_type_name, case.level_number, certificate.number, certificate.issued_on,
    )  # fmt: skip
    decided = json.loads(claim.decisions.get().content)["facts"]
    assert case.occupation_code in json.dumps(decided)
