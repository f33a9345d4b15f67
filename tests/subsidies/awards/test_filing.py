"""An employer files for its worker: what it may, what is refused, and that a refusal leaves nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.certificates.models import LevelCertificate
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.database import period
from foundation.privacy.models import Consent
from foundation.privacy.services import consent_withdraw
from foundation.sms.models import SmsMessage
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardEvent, AwardFiling, AwardInstalment, EmployerMandate
from subsidies.awards.selectors import filings_visible_to
from subsidies.awards.services import (
    FilingEntry,
    filing_accept,
    filing_draft,
    filing_left,
    filing_refuse,
    filing_return,
    filing_send,
    filing_withdraw,
    mandate_ask,
    mandate_refuse,
    mandate_withdraw,
    service_decide,
    service_state,
)
from tests.subsidies.awards.builders import (
    a_draft,
    a_filed,
    a_programme,
    agreed,
    an_accepted,
    an_employer,
    insured,
    staff_of,
    wording,
)
from tests.subsidies.builders import a_claimant, a_figure, a_level_certificate, an_officer_of, another, working_for
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def intake():
    return an_officer_of(Role.OFFICER_INTAKE)


def test_what_was_filed_is_accepted_and_its_parts_are_made():
    filing = an_accepted()
    assert (filing.state, filing.total_fen, filing.parts, filing.months_between) == ("accepted", 1_000_000, 2, 12)
    assert list(filing.instalments.values_list("number", "planned_fen", "state")) == [
        (1, 500_000, "waiting"),
        (2, 500_000, "waiting"),
    ]
    assert '"code":"example.award.amount.level5"' in filing.promise
    assert filing.filed_on == filing.decided_on == TODAY


def test_what_was_promised_is_kept_by_the_database():
    filing = an_accepted()
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardFiling.objects.filter(pk=filing.pk).update(total_fen=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardInstalment.objects.filter(filing=filing).update(planned_fen=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardEvent.objects.filter(filing=filing).delete()


def test_without_her_word_nothing_is_sent():
    filing = a_draft()
    with pytest.raises(AwardError) as refusal:
        filing_send(filing_id=filing.pk, actor=staff_of(filing.employer), at=NOW)
    assert refusal.value.code == "mandate_missing"
    filing.refresh_from_db()
    assert (filing.state, filing.filed_on, filing.events.count()) == ("draft", None, 1)


def test_she_is_asked_once_a_day_and_her_no_ends_it():
    filing = a_draft()
    staff = staff_of(filing.employer)
    wording()
    assert mandate_ask(filing_id=filing.pk, actor=staff, at=NOW)
    assert not mandate_ask(filing_id=filing.pk, actor=staff, at=NOW + timedelta(hours=1))
    assert SmsMessage.objects.filter(template="award_mandate_asked").count() == 1
    mandate = EmployerMandate.objects.get()
    mandate_refuse(mandate_id=mandate.pk, actor=filing.worker.user, at=NOW)
    filing.refresh_from_db()
    assert filing.state == "withdrawn"
    assert not mandate_ask(filing_id=filing.pk, actor=staff, at=NOW + timedelta(days=3))


@pytest.mark.parametrize("through_her_data", [False, True])
def test_taking_it_back_stops_what_is_not_accepted_and_leaves_what_is(through_her_data):
    worker, employer = a_claimant(), an_employer()
    accepted = an_accepted(worker, employer=employer)
    filed = a_filed(worker, employer=employer, level=4)
    if through_her_data:
        consent = Consent.objects.get(subject=worker.user, receiver="employer", withdrawn_at=None)
        consent_withdraw(consent_id=consent.pk, actor=worker.user, at=NOW)
    else:
        mandate_withdraw(mandate_id=EmployerMandate.objects.get().pk, actor=worker.user, at=NOW)
    accepted.refresh_from_db()
    filed.refresh_from_db()
    assert (accepted.state, filed.state) == ("accepted", "withdrawn")
    assert not Consent.objects.filter(receiver="employer", withdrawn_at=None).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "王梅"}, "worker_unknown"),
        ({"id_number": "350201197805060000"}, "worker_unknown"),
        ({"grade": "level2"}, "grade_unknown"),
        ({"started_on": date(2026, 12, 1)}, "starts_in_future"),
        ({"certificate_number": " "}, "certificate_missing"),
        ({"post": " "}, "post_missing"),
    ],
)
def test_a_filing_that_cannot_be_leaves_nothing(change, code):
    worker, employer, programme = a_claimant(), an_employer(), a_programme()
    given = {"grade": "level5", "post": "护理员", "started_on": date(2025, 1, 1), "certificate_number": "S1"}
    entry = FilingEntry(programme.pk, **(given | {k: v for k, v in change.items() if k in given}))
    with pytest.raises(AwardError) as refusal:
        filing_draft(
            employer_id=employer.pk,
            name=change.get("name", worker.name),
            id_number=change.get("id_number", worker.id_number),
            entry=entry,
            actor=staff_of(employer),
            at=NOW,
        )
    assert refusal.value.code == code
    assert not AwardFiling.objects.exists()


def test_a_certificate_of_another_or_of_another_level_or_revoked_is_not_taken():
    worker = a_claimant()
    filing = a_draft(worker)
    agreed(filing)
    LevelCertificate.objects.filter(worker=worker).update(state="revoked")
    other = a_level_certificate(a_claimant())
    higher = a_level_certificate(worker, level=4)
    for number in (filing.certificate_number, other.number, higher.number):
        AwardFiling.objects.filter(pk=filing.pk).update(certificate_number=number)
        with pytest.raises(AwardError) as refusal:
            filing_send(filing_id=filing.pk, actor=staff_of(filing.employer), at=NOW)
        assert refusal.value.code == "certificate_unknown"
    filing.refresh_from_db()
    assert (filing.state, filing.level_certificate_id) == ("draft", None)


def test_what_another_body_pays_is_filed_nowhere():
    with pytest.raises(AwardError) as refusal:
        a_draft(programme=a_programme("example.union", paid_by="示例总工会"))
    assert refusal.value.code == "paid_elsewhere"
    assert "示例总工会" in refusal.value.message
    assert not AwardFiling.objects.exists()


def test_a_round_that_has_ended_is_not_known_today():
    with pytest.raises(AwardError) as refusal:
        a_draft(programme=a_programme("example.ended", effective=period(date(2024, 1, 1), date(2025, 12, 31))))
    assert refusal.value.code == "policy_gap"
    assert "政策待确认" in refusal.value.message


def test_outside_the_days_of_filing_nothing_is_filed():
    programme = a_programme("example.window")
    a_figure("example.window.filing_open", 1, unit="switch", until=date(2026, 10, 31))
    with pytest.raises(AwardError) as refusal:
        a_draft(programme=programme)
    assert refusal.value.code == "window_closed"


def test_an_employer_sees_and_moves_only_its_own():
    filing, stranger = a_filed(), staff_of(an_employer())
    assert list(filings_visible_to(staff_of(filing.employer), on=TODAY)) == [filing]
    assert not filings_visible_to(stranger, on=TODAY).exists()
    for step in (filing_withdraw, filing_send):
        with pytest.raises(PermissionDenied):
            step(filing_id=filing.pk, actor=stranger, at=NOW)
    with pytest.raises(PermissionDenied):
        filing_left(filing_id=filing.pk, left_on=TODAY, actor=stranger, at=NOW)
    filing.refresh_from_db()
    assert filing.state == "filed"


def test_an_employer_never_reads_a_card():
    filing = a_filed()
    row = filings_visible_to(staff_of(filing.employer), on=TODAY).get()
    assert {"social_security_card", "contact_phone"} <= row.worker.get_deferred_fields()


def test_another_employer_is_not_told_who_filed_before():
    worker = a_claimant()
    first = a_filed(worker)
    with pytest.raises(AwardError) as refusal:
        a_draft(worker)
    assert refusal.value.code == "filed_before"
    assert first.employer.name not in refusal.value.message


def test_the_same_filing_again_is_the_one_that_is_there():
    worker, employer = a_claimant(), an_employer()
    first = a_draft(worker, employer=employer)
    assert a_draft(worker, employer=employer) == first
    assert AwardFiling.objects.count() == 1


def test_returned_with_a_reason_put_right_and_sent_again_by_the_law_of_its_first_day():
    filing = a_filed()
    filing_return(filing_id=filing.pk, reason="合同日期不清", actor=intake(), at=NOW)
    again = filing_send(filing_id=filing.pk, actor=staff_of(filing.employer), at=NOW + timedelta(days=3))
    assert (again.state, again.filed_on) == ("filed", TODAY)
    assert [one.action for one in filing.events.order_by("pk")] == ["draft", "send", "return", "send"]


@pytest.mark.parametrize("step", [filing_return, filing_refuse])
def test_no_reason_no_decision(step):
    filing = a_filed()
    with pytest.raises(AwardError) as refusal:
        step(filing_id=filing.pk, reason=" ", actor=intake(), at=NOW)
    assert refusal.value.code == "reason_missing"
    filing.refresh_from_db()
    assert (filing.state, filing.decided_by) == ("filed", None)


def test_a_refusal_says_when_by_whom_and_why():
    filing = filing_refuse(filing_id=a_filed().pk, reason="不是养老机构", actor=intake(), at=NOW)
    assert (filing.state, filing.decided_on, filing.decided_by, filing.reason) == (
        "refused", TODAY, intake(), "不是养老机构",
    )  # fmt: skip
    assert not filing.instalments.exists()


def test_nobody_accepts_for_herself_or_for_where_she_works():
    filing = a_filed()
    with pytest.raises(PermissionDenied):
        filing_accept(filing_id=filing.pk, actor=staff_of(filing.employer), at=NOW)
    officer = working_for(another(Role.OFFICER_INTAKE), filing.employer, role=Role.EMPLOYER_STAFF)
    with pytest.raises(AwardError) as refusal:
        filing_accept(filing_id=filing.pk, actor=officer, at=NOW)
    assert refusal.value.code == "own_place"
    own = another(Role.OFFICER_INTAKE)
    own.phone = "19900007777"
    own.save()
    Membership.objects.create(user=own, role=Role.WORKER, effective=period(date(2026, 1, 1)))
    mine = a_filed(a_claimant(user=own))
    with pytest.raises(AwardError) as refusal:
        filing_accept(filing_id=mine.pk, actor=own, at=NOW)
    assert refusal.value.code == "own_filing"
    assert not AwardInstalment.objects.exists()


def test_a_higher_filing_ends_the_lower_and_a_lower_beside_it_is_refused():
    worker, employer = a_claimant(), an_employer()
    lower = an_accepted(worker, employer=employer)
    an_accepted(worker, employer=employer, level=4)
    lower.refresh_from_db()
    assert (lower.state, lower.end_kind) == ("ended", "higher")
    assert set(lower.instalments.values_list("state", flat=True)) == {"lost"}
    third = a_filed(worker, employer=employer, level=5)
    with pytest.raises(AwardError) as refusal:
        filing_accept(filing_id=third.pk, actor=intake(), at=NOW)
    assert refusal.value.code == "higher_runs"


def test_leaving_keeps_what_was_full_and_says_plainly_what_is_lost():
    worker, employer = a_claimant(), an_employer()
    insured(worker, employer, date(2025, 9, 1), 14)
    filing = an_accepted(worker, employer=employer, started_on=date(2025, 9, 10))
    filing_left(filing_id=filing.pk, left_on=date(2026, 10, 31), actor=staff_of(employer), at=NOW)
    first, second = filing.instalments.order_by("number")
    assert (first.state, first.due_on) == ("due", date(2026, 9, 10))
    assert (second.state, second.note) == ("lost", "2026-10-31 离职，服务没有满年，这一期不再发放。")
    assert SmsMessage.objects.filter(template="award_ended").count() == 1


def test_months_that_are_not_insured_count_once_an_officer_has_found_them_right():
    worker, employer = a_claimant(), an_employer()
    insured(worker, employer, date(2025, 9, 1), 15, without=(3,))
    filing = an_accepted(worker, employer=employer, started_on=date(2025, 9, 10))
    part = filing.instalments.get(number=1)
    assert (part.state, part.due_on) == ("due", date(2026, 10, 10))
    other = an_accepted(started_on=date(2025, 9, 10))
    statement = service_state(
        filing_id=other.pk, first=date(2025, 9, 1), last=date(2026, 8, 1), basis="工资单",
        actor=staff_of(other.employer), at=NOW,
    )  # fmt: skip
    assert other.instalments.get(number=1).state == "waiting"
    with pytest.raises(PermissionDenied):
        service_decide(statement_id=statement.pk, is_right=True, reason="", actor=staff_of(other.employer), at=NOW)
    service_decide(statement_id=statement.pk, is_right=True, reason="", actor=intake(), at=NOW)
    part = other.instalments.get(number=1)
    assert (part.state, part.due_on) == ("due", date(2026, 9, 10))
