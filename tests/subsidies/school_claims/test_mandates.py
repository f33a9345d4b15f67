"""A school claims for somebody only with her word: asked, given, refused, signed, taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.privacy.models import Consent
from foundation.privacy.services import consent_withdraw
from foundation.sms.models import SmsMessage
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.mandates.states import MandateState
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import Mandate, MandateEvent
from subsidies.school_claims.selectors.rows import table_of
from subsidies.school_claims.services.mandates import (
    mandate_give,
    mandate_record,
    mandate_refuse,
    mandate_withdraw,
    mandates_ask,
)
from tests.certifications.certificates.builders import a_portrait, staff_of
from tests.courses.builders import a_school, school_staff
from tests.portal.people import signed_in
from tests.subsidies.school_claims.builders import a_certified_class, a_class_scheme, agreed, prepared, wording
from tests.workers.builders import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def _ask(run, people, at=NOW, actor=None):
    return mandates_ask(
        class_run_id=run.pk, enrolment_ids=[one.pk for one in people], actor=actor or staff_of(run), at=at
    )


def test_she_is_asked_by_text_once_a_day_and_three_times_at_most():
    run, people = a_certified_class(1)
    sent = [_ask(run, people, at=NOW + timedelta(hours=hours)).sent for hours in (0, 1, 25, 50, 75)]
    assert sent == [1, 0, 1, 1, 0]
    texts = SmsMessage.objects.filter(template="claim_mandate_asked")
    assert texts.count() == 3
    assert "同意不同意由您定" in texts.first().text


def test_another_school_asks_nobody():
    run, people = a_certified_class(1)
    with pytest.raises(PermissionDenied):
        _ask(run, people, actor=school_staff(a_school()))
    assert not Mandate.objects.exists()
    assert not SmsMessage.objects.filter(template="claim_mandate_asked").exists()


def test_only_she_answers_and_only_to_the_wording_she_was_shown():
    run, (one, other) = a_certified_class(2)
    _ask(run, [one])
    mandate, text = Mandate.objects.get(), wording()
    for actor in (other.worker.user, staff_of(run)):
        with pytest.raises(PermissionDenied):
            mandate_give(mandate_id=mandate.pk, text=text, actor=actor, at=NOW)
    with pytest.raises(SchoolClaimError):
        mandate_give(mandate_id=mandate.pk, text=None, actor=one.worker.user, at=NOW)
    assert (Mandate.objects.get().state, Consent.objects.filter(receiver="school").count()) == (MandateState.ASKED, 0)
    mandate_give(mandate_id=mandate.pk, text=text, actor=one.worker.user, at=NOW)
    mandate.refresh_from_db()
    assert (mandate.state, mandate.through, mandate.text) == (MandateState.GIVEN, "self", text)
    assert [one.action for one in MandateEvent.objects.filter(mandate=mandate)] == ["ask", "give"]


def test_whoever_refused_is_not_asked_again_and_not_signed_for():
    run, (one,) = a_certified_class(1)
    _ask(run, [one])
    mandate_refuse(mandate_id=Mandate.objects.get().pk, actor=one.worker.user, at=NOW)
    assert _ask(run, [one], at=NOW + timedelta(days=3)).sent == 0
    wording()
    with pytest.raises(SchoolClaimError):
        mandate_record(class_run_id=run.pk, enrolment_id=one.pk, paper=a_portrait(), actor=staff_of(run), at=NOW)
    assert Mandate.objects.get().state == MandateState.REFUSED


def test_a_signed_paper_lets_the_school_send_and_shows_it_nothing_more():
    run, (one,) = a_certified_class(1)
    wording()
    made = prepared(run)
    before = table_of(made, on=TODAY).rows[0]
    mandate_record(class_run_id=run.pk, enrolment_id=one.pk, paper=a_portrait(), actor=staff_of(run), at=NOW)
    after = table_of(made, on=TODAY).rows[0]
    assert (before.is_ready, after.is_ready) == (False, True)
    assert (before.amount_fen, after.amount_fen, after.hides_amount) == (None, None, True)
    assert SmsMessage.objects.filter(template="claim_mandate_recorded").count() == 1


@pytest.mark.parametrize("where", ["her page", "her data"])
def test_taken_back_before_sending_her_row_leaves(where):
    run, (one, other) = a_certified_class(2)
    hers, _others = agreed(one, other)
    made = prepared(run)
    if where == "her page":
        mandate_withdraw(mandate_id=hers.pk, actor=one.worker.user, at=NOW)
    else:
        consent = Consent.objects.get(subject=one.worker.user, receiver="school", withdrawn_at__isnull=True)
        consent_withdraw(consent_id=consent.pk, actor=one.worker.user, at=NOW)
    hers.refresh_from_db()
    assert hers.state == MandateState.WITHDRAWN
    assert not Consent.objects.filter(subject=one.worker.user, receiver="school", withdrawn_at__isnull=True).exists()
    assert Claim.objects.get(worker=one.worker).state == ClaimState.WITHDRAWN
    assert Claim.objects.get(worker=other.worker).state == ClaimState.DRAFT
    prepared(run)
    assert not Claim.objects.filter(worker=one.worker, state=ClaimState.DRAFT).exists()
    assert [row.is_ready for row in table_of(made, on=TODAY).rows] == [False, True]


def test_her_pages_ask_in_plain_words_take_her_answer_and_let_her_take_it_back():
    run, (one, other) = a_certified_class(2)
    a_class_scheme()
    text = wording()
    _ask(run, [one])
    mandate, hers = Mandate.objects.get(), signed_in(one.worker.user)
    assert "有学校想替您申领补贴" in hers.get(reverse("my_home")).content.decode()
    assert run.school.organisation.name in hers.get(reverse("my_mandates")).content.decode()
    page = hers.get(reverse("my_mandate", args=[mandate.pk])).content.decode()
    assert "学校看不到您的银行账号" in page
    url = reverse("my_mandate_answer", args=[mandate.pk])
    assert hers.post(url, {"answer": "yes", "wording": "0"}).status_code == 422
    assert signed_in(other.worker.user).post(url, {"answer": "yes", "wording": text.pk}).status_code == 404
    assert Mandate.objects.get().state == MandateState.ASKED
    assert hers.post(url, {"answer": "yes", "wording": text.pk}).status_code == 302
    assert Mandate.objects.get().state == MandateState.GIVEN
    hers.post(reverse("my_mandate_withdraw", args=[mandate.pk]))
    assert Mandate.objects.get().state == MandateState.WITHDRAWN
    assert hers.get(reverse("my_mandate", args=[mandate.pk])).status_code == 200
