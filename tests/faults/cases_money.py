"""Work for the tasks of subsidies."""

from datetime import timedelta
from itertools import count

from foundation.sms.models import SmsMessage
from subsidies.awards.models import AwardInstalment
from subsidies.checks.models import Finding
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.notices.models import PublicNotice
from subsidies.payments.models import PaymentJob, PaymentLine
from subsidies.payments.services.jobs import job_ask
from subsidies.payments.states import JobKind
from subsidies.school_claims.models import ClassSend
from subsidies.school_claims.services.sending import class_claim_send
from tests.certifications.certificates.builders import staff_of
from tests.faults.cases import case
from tests.subsidies.awards.test_paying import a_served
from tests.subsidies.builders import a_claim, a_claimant
from tests.subsidies.checks.builders import listed
from tests.subsidies.notices.builders import a_notice
from tests.subsidies.payments.builders import LATER, answer, finance, sent, waiting
from tests.subsidies.school_claims.builders import a_certified_class, agreed, prepared
from tests.workers.builders import NOW, TODAY

_numbers = count(1)
JOURNALS = ("checks_checkrun", "checks_screened", "audit_auditevent", "audit_auditlink")  # what each run looked at
SEND = "subsidies.school_claims.tasks.class_send"
JOB = "subsidies.payments.tasks.job_do"


def each_finding_is_kept_once(claim_id: int) -> None:
    claim = Claim.objects.get(pk=claim_id)
    assert claim.screened_at is not None
    found = list(Finding.objects.filter(claim=claim, state="open").values_list("check_code", flat=True))
    assert found, "a dead claimant was not seen"
    assert len(found) == len(set(found)), found


def a_claim_of_somebody_on_a_list() -> tuple[int]:
    worker = a_claimant()
    listed("death", worker, TODAY - timedelta(days=400))
    return (a_claim(ClaimState.SUBMITTED, worker).pk,)


case("subsidies.checks.tasks.claims_screen_new", done=each_finding_is_kept_once, journals=JOURNALS)(
    a_claim_of_somebody_on_a_list
)
case("subsidies.checks.tasks.claims_rescreen", done=each_finding_is_kept_once, journals=JOURNALS)(
    a_claim_of_somebody_on_a_list
)


def she_was_reminded_once(claim_id: int) -> None:
    claim = Claim.objects.get(pk=claim_id)
    assert SmsMessage.objects.filter(dedupe_key=f"claim-correct-soon:{claim_id}:{claim.due_on}").count() == 1


@case("subsidies.claims.tasks.corrections_remind_due", done=she_was_reminded_once)
def a_correction_nearly_due() -> tuple[int]:
    """Returned thirteen days ago, to be corrected within ten working days."""
    return (a_claim(ClaimState.RETURNED, at=NOW - timedelta(days=12)).pk,)


def it_was_claimed_once(filing_id: int, worker_id: int) -> None:
    claims = Claim.objects.filter(worker=worker_id)
    assert [(claim.state, claim.amount_fen) for claim in claims] == [("submitted", 500_000)]
    parts = AwardInstalment.objects.filter(filing=filing_id).order_by("number")
    assert [(part.state, part.claim_number) for part in parts] == [("claimed", claims[0].number), ("waiting", "")]


@case("subsidies.claims.tasks.awards_claim", done=it_was_claimed_once)
def an_instalment_that_is_due() -> tuple[int, int]:
    filing = a_served()
    return filing.pk, filing.worker_id


def the_class_was_sent_once(sending_id: int) -> None:
    sending = ClassSend.objects.get(pk=sending_id)
    assert (sending.state, sending.sent, sending.stayed, sending.total_fen) == ("done", 2, 0, 140_000)
    claims = Claim.objects.filter(class_claim=sending.class_claim)
    assert sorted(claims.values_list("state", flat=True)) == ["submitted"] * 2
    assert all(claim.events.filter(action="submit").count() == 1 for claim in claims)


@case(SEND, done=the_class_was_sent_once, arguments=1, resumed_by="subsidies.school_claims.tasks.sends_resume")
def a_sending() -> tuple[int]:
    run, people = a_certified_class(2)
    agreed(*people)
    made = prepared(run)
    return (class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW).pk,)


@case("subsidies.school_claims.tasks.sends_resume", done=the_class_was_sent_once)
def a_lost_sending() -> tuple[int]:
    return a_sending()


def the_bank_is_read_once(job_id: int, batch_id: int) -> None:
    job = PaymentJob.objects.get(pk=job_id)
    assert job.state == "done", job.message
    lines = PaymentLine.objects.filter(batch=batch_id).select_related("claim")
    assert [(line.state, line.claim.state) for line in lines] == [("paid", "paid")] * 3
    assert all(line.claim.events.filter(action="pay").count() == 1 for line in lines)


@case(JOB, done=the_bank_is_read_once, arguments=1, resumed_by="subsidies.payments.tasks.jobs_resume")
def a_bank_answer() -> tuple[int, int]:
    batch = sent(3)
    job = job_ask(kind=JobKind.READ, actor=finance(), at=LATER, size=3, content=answer(batch))
    return job.pk, batch.pk


def the_batch_is_built_once(job_id: int, claim_ids: list[int]) -> None:
    job = PaymentJob.objects.get(pk=job_id)
    assert job.state == "done", job.message
    lines = PaymentLine.objects.filter(claim__in=claim_ids)
    assert sorted(lines.values_list("claim", flat=True)) == sorted(claim_ids)
    assert set(lines.values_list("batch", flat=True)) == {job.batch_id}
    assert set(Claim.objects.filter(pk__in=claim_ids).values_list("state", flat=True)) == {"in_batch"}


@case("subsidies.payments.tasks.jobs_resume", done=the_batch_is_built_once)
def a_lost_batch_to_build() -> tuple[int, list[int]]:
    ids = [one.pk for one in waiting(3)]
    job = job_ask(kind=JobKind.BUILD, actor=finance(), at=LATER, size=3, fund="employment", claim_ids=ids)
    return job.pk, ids


def the_notice_is_closed_once(notice_id: int) -> None:
    notice = PublicNotice.objects.get(pk=notice_id)
    assert notice.state == "closed"
    lines = list(notice.lines.select_related("claim"))
    assert [(line.state, line.claim.state) for line in lines] == [("passed", "approved")] * 2
    assert all(line.claim.events.filter(action="approve").count() == 1 for line in lines)


@case("subsidies.notices.tasks.notices_close_due", done=the_notice_is_closed_once)
def a_notice_whose_days_are_over() -> tuple[int]:
    return (a_notice(2, at=NOW - timedelta(days=14)).pk,)
