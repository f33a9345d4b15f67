"""The real-name check stands on her consent: shown, given, taken back, given again."""

import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import Consent, ConsentText
from foundation.privacy.services import consent_grant, consent_withdraw
from foundation.privacy.states import IDENTITY_CHECK_PURPOSE, Through
from tests.portal.people import signed_in
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_account, an_id_number, an_officer, answer
from workers.errors import WorkerError
from workers.models import LinkRequest, Worker
from workers.services import identity_check_input, identity_check_request, identity_correct, identity_declare
from workers.states import CheckState, IdentityState, LinkState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
NUMBER = an_id_number()


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def wording():
    consent_texts_load()
    return ConsentText.objects.get(purpose=IDENTITY_CHECK_PURPOSE)


def _send(client, wording, step="confirm"):
    answers = {"name": "李梅", "id_number": NUMBER, "step": step, "wording": wording}
    return client.post(reverse("my_identity"), answers)


def _agree(user, wording):
    return consent_grant(subject=user, text=wording, actor=user, at=NOW)


def _withdraw(user):
    consent = Consent.objects.get(subject=user, withdrawn_at__isnull=True)
    return consent_withdraw(consent_id=consent.pk, actor=user, at=NOW)


def test_the_wordings_are_loaded_once():
    assert (consent_texts_load(), consent_texts_load()) == (8, 0)
    assert AuditEvent.objects.filter(action="privacy.consent_text.loaded").count() == 8
    assert ConsentText.objects.get(purpose=IDENTITY_CHECK_PURPOSE).receiver_name == "公安机关人口信息库"


def test_she_reads_the_wording_and_agrees_by_sending(wording):
    user = an_account()
    client = signed_in(user)
    page = _send(client, "", step="").content.decode()
    assert "公安机关只告诉我们" in page
    assert f'name="wording" value="{wording.pk}"' in page
    assert _send(client, wording.pk).headers["Location"] == reverse("my_identity_result")
    consent = Consent.objects.get()
    assert (consent.subject, consent.text, consent.granted_through) == (user, wording, Through.SELF)
    page = client.get(reverse("my_data")).content.decode()
    assert "公安机关人口信息库" in page
    assert reverse("my_consent_withdraw", args=[consent.pk]) in page


@pytest.mark.parametrize("sent", ["", "999", "x"])
def test_nothing_is_sent_under_a_wording_she_was_not_shown(wording, sent):
    page = _send(signed_in(an_account()), sent)
    assert "公安机关只告诉我们" in page.content.decode()
    assert (Worker.objects.exists(), Consent.objects.exists()) == (False, False)


def test_a_refused_declaration_leaves_no_consent(wording):
    user = an_account()
    identity_declare(user=user, name="李梅", id_number=NUMBER, at=NOW)
    assert _send(signed_in(user), wording.pk).status_code == 422
    assert Consent.objects.exists() is False


def test_after_she_withdrew_nothing_new_is_asked_and_the_result_stays(wording):
    worker = a_worker(verified=True)
    _agree(worker.user, wording)
    page = signed_in(worker.user).post(reverse("my_consent_withdraw", args=[Consent.objects.get().pk]), follow=True)
    assert "已撤回授权" in page.content.decode()
    with pytest.raises(WorkerError) as refusal:
        identity_check_request(worker_id=worker.pk, actor=an_officer(), at=NOW)
    assert refusal.value.code == "consent_withdrawn"
    page = signed_in(an_officer()).post(reverse("worker_check", args=[worker.pk]), follow=True).content.decode()
    assert "本人撤回了实名核验的授权" in page
    worker.refresh_from_db()
    assert (worker.identity_state, worker.checks.count()) == (IdentityState.VERIFIED, 1)
    _agree(worker.user, wording)
    assert identity_check_request(worker_id=worker.pk, actor=an_officer(), at=NOW).state == CheckState.WAITING


def test_a_correction_at_the_counter_is_kept_without_a_check(wording):
    worker = a_worker(verified=True)
    _agree(worker.user, wording)
    _withdraw(worker.user)
    number = an_id_number(sequence=44)
    identity_correct(worker_id=worker.pk, name="李梅", id_number=number, reason="笔误", actor=an_officer(), at=NOW)
    worker.refresh_from_db()
    assert (worker.id_number, worker.identity_state) == (number, IdentityState.DECLARED)
    assert worker.checks.filter(state=CheckState.WAITING).exists() is False


def test_a_check_not_yet_sent_is_stopped_and_she_may_agree_again(wording):
    user = an_account()
    client = signed_in(user)
    _send(client, wording.pk)
    check = Worker.objects.get().checks.get()
    _withdraw(user)
    with pytest.raises(WorkerError):
        identity_check_input(check_id=check.pk)
    assert Worker.objects.get().identity_state == IdentityState.DECLARED
    assert _send(client, wording.pk).headers["Location"] == reverse("my_identity_result")
    worker = Worker.objects.get()
    answer(worker, "match")
    assert worker.is_verified
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_a_request_that_waited_for_the_check_goes_to_a_person(wording):
    user = an_account("19900005555")
    worker = a_roster_worker(phone="19900005555", id_number=NUMBER)
    _send(signed_in(user), wording.pk)
    assert LinkRequest.objects.get().state == LinkState.WAITING_CHECK
    _withdraw(user)
    assert LinkRequest.objects.get().state == LinkState.WAITING_OFFICER
    assert worker.checks.get().state == CheckState.SUPERSEDED


def test_another_consent_stops_no_check(wording):
    worker = a_worker()
    other = ConsentText.objects.create(
        receiver="residency_desk",
        receiver_name="落户窗口",
        purpose="evidence_pack",
        purpose_name="提交落户证明材料",
        version=1,
        text="我同意",
        effective=wording.effective,
    )
    _agree(worker.user, other)
    _withdraw(worker.user)
    assert worker.checks.get().state == CheckState.WAITING
