"""Her pages, the counter's and the desk's: masked, in plain words, one tap to send."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.states import Role
from foundation.outbox.errors import RefusedError
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_deliver, messages_lease
from foundation.privacy.models import AccessRecord, Consent
from residency.evidence.models import EvidencePack
from residency.evidence.services import parcel_delivered
from residency.evidence.states import TOPIC
from tests.portal.people import person, signed_in
from tests.residency.evidence.builders import (
    DESK,
    NOW,
    a_certificate,
    a_known_worker,
    answered,
    connected,
    sent,
)
from tests.workers.builders import an_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
SEND = "my_evidence_send"


@pytest.fixture
def _today(time_machine, settings):
    time_machine.move_to(NOW, tick=False)
    settings.EVIDENCE_RECEIVERS = connected()


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def asked(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_she_sees_all_of_it_masked_agrees_and_sends_with_one_tap():
    worker = a_known_worker()
    browser = signed_in(worker.user)
    assert "没有发过" in text_of(browser.get(reverse("my_evidence")))
    page = text_of(browser.get(reverse(SEND, args=[DESK])))
    assert worker.masked_id_number in page
    assert worker.id_number not in page
    assert worker.name not in page
    for told in ("四级/中级工", "厦门示例家政有限公司", "一共 14 个月", "已核实", "本人填报", "您随时可以撤回"):
        assert told in page
    answer = browser.post(
        reverse(SEND, args=[DESK]), {"facts": asked(page, "facts"), "wording": asked(page, "wording")}
    )
    assert answer.headers["Location"] == reverse("my_evidence_receiver", args=[DESK])
    assert EvidencePack.objects.get().state == "queued"
    assert Consent.objects.filter(receiver="residency_desk").count() == 1
    assert "正在送出" in text_of(browser.get(answer.headers["Location"]))


def test_she_opens_her_own_number_on_record_and_nothing_is_sent_by_that():
    worker = a_known_worker()
    browser = signed_in(worker.user)
    page = text_of(browser.post(reverse(SEND, args=[DESK]), {"show": "id_number"}))
    assert worker.id_number in page
    look = AccessRecord.objects.get()
    assert (look.viewer_id, look.purpose, look.fields) == (worker.user_id, "own_data", ["id_number"])
    assert EvidencePack.objects.exists() is False
    assert worker.social_security_card == ""
    browser.post(reverse(SEND, args=[DESK]), {"show": "social_security_card"})
    assert AccessRecord.objects.count() == 1


def test_what_changed_meanwhile_is_shown_before_it_goes():
    worker = a_known_worker()
    browser = signed_in(worker.user)
    page = text_of(browser.get(reverse(SEND, args=[DESK])))
    old = {"facts": asked(page, "facts"), "wording": asked(page, "wording")}
    a_certificate(worker, level=3)
    answer = browser.post(reverse(SEND, args=[DESK]), old)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "再看一遍" in page
    assert "三级/高级工" in page
    assert asked(page, "facts") != old["facts"]
    assert EvidencePack.objects.exists() is False


def test_a_refusal_says_why_and_what_to_do():
    worker = a_known_worker(level=None)
    pack = sent(worker, at=timezone.now())
    answered(pack, "refused")
    browser = signed_in(worker.user)
    page = text_of(browser.get(reverse("my_evidence_receiver", args=[DESK])))
    for told in ("对方退回", "没有已核实的等级证书", "添加以前的证书", "办好了，再发一次", "落户2026-0001"):
        assert told in page
    assert "和退回的那一份一样" in text_of(browser.get(reverse(SEND, args=[DESK])))
    assert "对方退回" in text_of(browser.get(reverse("my_evidence_pack", args=[pack.pk])))


def test_every_state_of_the_way_is_told_in_words():
    worker = a_known_worker()
    pack = sent(worker, at=timezone.now())
    browser = signed_in(worker.user)

    def shown():
        return text_of(browser.get(reverse("my_evidence_receiver", args=[DESK])))

    OutboxMessage.objects.filter(pk=pack.message_id).update(attempts=3)
    assert "还没送到，会接着送" in shown()
    OutboxMessage.objects.filter(pk=pack.message_id).update(state="dead")
    assert "没有送到" in shown()
    parcel_delivered(content={"pack": pack.pk}, receipt="R-77", at=timezone.now())
    assert "已送达，等对方答复" in shown()
    assert "R-77" in shown()
    answered(pack, "accepted")
    assert "对方已采用" in shown()
    browser.post(reverse("my_evidence_stop", args=[DESK]), {"yes": "1"})
    assert "正在通知对方删除" in shown()
    pack.refresh_from_db()
    assert pack.state == "withdrawn"


def test_nobody_opens_anothers_and_an_unknown_office_is_not_there():
    pack = sent(a_known_worker(), at=timezone.now())
    other = signed_in(a_known_worker(name="王芳").user)
    assert other.get(reverse("my_evidence_pack", args=[pack.pk])).status_code == 404
    assert other.get(reverse("my_evidence_receiver", args=["bank"])).status_code == 404
    assert other.get(reverse(SEND, args=["bank"])).status_code == 404
    stranger = signed_in(an_account())
    assert stranger.get(reverse("my_evidence")).headers["Location"] == reverse("my_home")
    assert stranger.get(reverse("my_evidence_receiver", args=[DESK])).status_code == 404


def test_an_office_that_is_not_connected_says_so(settings):
    settings.EVIDENCE_RECEIVERS = {}
    browser = signed_in(a_known_worker().user)
    assert "还没有接通" in text_of(browser.get(reverse("my_evidence")))
    assert "还没有接通" in text_of(browser.get(reverse(SEND, args=[DESK])))


def test_an_officer_sends_for_her_only_once_she_says_that_she_is_there():
    worker = a_known_worker()
    browser = signed_in(person(Role.OFFICER_INTAKE))
    assert "代为发送" in text_of(browser.get(reverse("counter_evidence", args=[worker.pk])))
    url = reverse("counter_evidence_send", args=[worker.pk, DESK])
    page = text_of(browser.get(url))
    assert "看完整" not in page
    assert worker.id_number not in page
    answers = {"facts": asked(page, "facts"), "wording": asked(page, "wording")}
    assert browser.post(url, answers).status_code == 422
    assert EvidencePack.objects.exists() is False
    assert browser.post(url, answers | {"has_agreed": "on"}).status_code == 302
    pack = EvidencePack.objects.get()
    assert (pack.channel, pack.consent.granted_through) == ("counter", "counter")
    stop = reverse("counter_evidence_stop", args=[worker.pk, DESK])
    assert browser.post(stop, {}).status_code == 422
    assert browser.post(stop, {"has_asked": "on"}).status_code == 302
    pack.refresh_from_db()
    assert pack.state == "cancelled"


def test_the_desk_lists_what_hangs_and_leads_administrators_to_sending_again():
    worker = a_known_worker()
    pack = sent(worker, at=timezone.now())
    sent(a_known_worker(name="王芳"), at=timezone.now())
    message = messages_lease(1, now=timezone.now(), topics=[TOPIC])[0]

    def refuse(message):
        raise RefusedError("http_422")

    assert message_deliver(message, refuse) == "dead"
    officer = signed_in(person(Role.OFFICER_REVIEW))
    page = text_of(officer.get(reverse("evidence_packs")))
    assert "没有送到" in page
    assert worker.masked_name in page
    assert worker.name not in page
    assert worker.id_number not in page
    only = text_of(officer.get(reverse("evidence_packs"), {"is_stuck": "1"}))
    assert ("没有送到" in only, "正在送出" in only) == (True, False)
    page = text_of(officer.get(reverse("evidence_pack", args=[pack.pk])))
    assert "http_422" in page
    assert "请系统管理员" in page
    again = reverse("staff_dead_letter_send", args=[pack.message_id])
    assert again not in page
    keeper = signed_in(person(Role.ADMINISTRATOR))
    assert again in text_of(keeper.get(reverse("evidence_pack", args=[pack.pk])))
    keeper.post(again, {"reason": "对方已修复"})
    message = OutboxMessage.objects.get(pk=pack.message_id)
    assert (message.state, message.attempts) == ("waiting", 0)


def test_an_acceptance_stands_on_the_skill_record():
    worker = a_known_worker()
    hers, officer = signed_in(worker.user), signed_in(person(Role.OFFICER_REVIEW))
    assert "不用自己跑" in text_of(hers.get(reverse("my_record")))
    assert "发给别的单位" not in text_of(officer.get(reverse("worker_record", args=[worker.pk])))
    answered(sent(worker, at=timezone.now()), "accepted")
    assert "对方已采用" in text_of(hers.get(reverse("my_record")))
    assert "对方已采用" in text_of(officer.get(reverse("worker_record", args=[worker.pk])))


def test_the_list_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    for name in ("李梅", "王芳", "陈静", "赵兰"):
        sent(a_known_worker(name=name), at=timezone.now())
    browser = signed_in(person(Role.AUDITOR))
    browser.get(reverse("evidence_packs"))
    with django_assert_max_num_queries(25):
        browser.get(reverse("evidence_packs"))
