"""Another number to sign in with: for who holds the old one, or shows her card, and in any case holds the new one."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation.accounts.errors import AccountsError
from foundation.accounts.models import PhoneCode, User
from foundation.accounts.phone_changes import (
    phone_change_begin,
    phone_change_code_send,
    phone_change_confirm,
    phone_change_finish,
)
from foundation.accounts.services import phone_change, worker_account_open
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.portal.people import signed_in
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_account, an_officer
from workers.models import WorkerEvent
from workers.services import account_phone_code_send

OLD, NEW = "19900000601", "19900000602"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def her(db):
    return an_account(OLD)


def texts_to(phone):
    """What was sent to a number, the newest first."""
    return [sms.text for sms in SmsMessage.objects.order_by("-pk") if sms.phone == phone]


def code_to(phone):
    return re.search(r"\d{6}", texts_to(phone)[0]).group()


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def name_number(client, phone=NEW):
    return client.post(reverse("my_phone"), {"phone": phone})


def answer_old(client, code):
    return client.post(reverse("my_phone_old"), {"code": code})


def answer_new(client, code):
    return client.post(reverse("my_phone_new"), {"code": code})


def up_to_new_code(client, *, old=OLD, new=NEW):
    """The way to the last page: the number named, the old one confirmed."""
    name_number(client, new)
    return answer_old(client, code_to(old))


def actions():
    return list(
        AuditEvent.objects.filter(action__startswith="accounts.phone").order_by("pk").values_list("action", flat=True)
    )


def nothing_changed(user):
    user.refresh_from_db()
    return user.phone == OLD and not AuditEvent.objects.filter(action="accounts.phone.changed").exists()


def test_old_number_new_number_done(her):
    client = signed_in(her)
    page = client.get(reverse("my_phone")).content.decode()
    assert "199****0601" in page
    assert OLD not in page
    assert "街道便民服务中心" in page
    assert name_number(client, "199 0000 0602").url == reverse("my_phone_old")
    assert "199****0601" in client.get(reverse("my_phone_old")).content.decode()
    assert texts_to(NEW) == []
    assert answer_old(client, code_to(OLD)).url == reverse("my_phone_new")
    page = client.get(reverse("my_phone_new")).content.decode()
    assert "199****0602" in page
    assert NEW not in page
    assert answer_new(client, code_to(NEW)).url == reverse("my_phone_done")
    assert "以后用 199****0602 登录" in client.get(reverse("my_phone_done")).content.decode()
    her.refresh_from_db()
    assert (her.phone, her.phone_verified_at) == (NEW, NOW)
    assert "尾号 0602" in texts_to(OLD)[0]
    assert [len(texts_to(phone)) for phone in (OLD, NEW)] == [2, 1]
    assert actions() == [
        "accounts.phone_code.sent", "accounts.phone_change.asked", "accounts.phone_change.confirmed",
        "accounts.phone_code.sent", "accounts.phone_change.code_sent", "accounts.phone.changed",
    ]  # fmt: skip
    assert AuditEvent.objects.get(action="accounts.phone.changed").actor == her


@pytest.mark.django_db
def test_the_way_leads_from_her_data():
    worker = a_worker()
    assert f'href="{reverse("my_phone")}"' in signed_in(worker.user).get(reverse("my_data")).content.decode()


def test_every_other_session_ends_and_this_one_goes_on(her):
    here, elsewhere = signed_in(her), signed_in(her)
    key = here.session.session_key
    up_to_new_code(here)
    assert elsewhere.get(reverse("my_home")).status_code == 200
    answer_new(here, code_to(NEW))
    assert here.get(reverse("my_home")).status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get(reverse("my_home")).status_code == 302


def test_a_stolen_session_without_the_old_phone_changes_nothing_and_sends_the_new_number_nothing(her):
    thief = signed_in(her)
    name_number(thief)
    right = code_to(OLD)
    for _try in range(5):
        assert answer_old(thief, wrong(right)).status_code == 422
    assert "已经作废" in answer_old(thief, right).content.decode()
    for step in ("my_phone_new", "my_phone_done"):
        for answer in (thief.get(reverse(step)), thief.post(reverse(step), {"code": right, "action": "resend"})):
            assert answer.status_code in (302, 405)
    assert texts_to(NEW) == []
    assert nothing_changed(her)
    assert len(texts_to(OLD)) == 1


def test_the_services_ask_for_the_old_number_themselves(her):
    reference = phone_change_begin(user=her, at=NOW)
    other = an_account("19900000603")
    others = phone_change_begin(user=other, at=NOW)
    assert phone_change_confirm(user=other, reference=others, entered=code_to("19900000603"), at=NOW).is_right
    for confirmation in ("", reference, others):
        with pytest.raises(AccountsError) as refusal:
            phone_change_code_send(user=her, phone=NEW, at=NOW, actor=her, confirmation=confirmation)
        assert refusal.value.code == "unconfirmed"
    assert not phone_change_confirm(user=her, reference=others, entered=code_to("19900000603"), at=NOW).is_right
    with pytest.raises(PermissionDenied):
        phone_change_code_send(user=her, phone=NEW, at=NOW, actor=other, reason="代办")
    assert texts_to(NEW) == []
    assert nothing_changed(her)


def test_a_code_sent_to_one_number_proves_no_other(her):
    confirmation = phone_change_begin(user=her, at=NOW)
    phone_change_confirm(user=her, reference=confirmation, entered=code_to(OLD), at=NOW)
    reference = phone_change_code_send(user=her, phone=NEW, at=NOW, actor=her, confirmation=confirmation)
    check, _user = phone_change_finish(
        user=her, phone="19900000604", confirmation=confirmation, reference=reference, entered=code_to(NEW), at=NOW
    )
    assert check.is_right is False
    assert nothing_changed(her)


def test_five_wrong_codes_of_the_new_number_and_the_right_one_is_refused(her):
    client = signed_in(her)
    up_to_new_code(client)
    right = code_to(NEW)
    page = answer_new(client, wrong(right))
    assert (page.status_code, "还可以再试 4 次" in page.content.decode()) == (422, True)
    for _try in range(4):
        answer_new(client, wrong(right))
    assert "已经作废" in answer_new(client, right).content.decode()
    assert nothing_changed(her)


def test_what_is_no_code_costs_no_try(her):
    client = signed_in(her)
    up_to_new_code(client)
    for typed in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert answer_new(client, typed).status_code == 422
    assert PhoneCode.objects.order_by("-pk")[0].tries == 0


def test_a_code_too_old_is_refused_and_another_one_works(her, clock):
    client = signed_in(her)
    up_to_new_code(client)
    stale = code_to(NEW)
    clock.move_to(NOW + 5 * MINUTE, tick=False)
    assert "超过 5 分钟" in answer_new(client, stale).content.decode()
    assert nothing_changed(her)
    assert client.post(reverse("my_phone_new"), {"action": "resend"}).url == reverse("my_phone_new")
    answer_new(client, code_to(NEW))
    her.refresh_from_db()
    assert her.phone == NEW


def test_the_old_number_speaks_for_a_quarter_of_an_hour(her, clock):
    client = signed_in(her)
    up_to_new_code(client)
    clock.move_to(NOW + 15 * MINUTE, tick=False)
    answer = client.post(reverse("my_phone_new"), {"action": "resend"}, follow=True)
    assert "离上一次确认已经太久" in answer.content.decode()
    assert len(texts_to(NEW)) == 1
    assert name_number(client).url == reverse("my_phone_old")
    assert nothing_changed(her)


def test_a_mistyped_new_number_is_corrected_without_another_code_to_the_old_one(her):
    client = signed_in(her)
    name_number(client, "19900000609")
    name_number(client, "19900000608")
    assert answer_old(client, code_to(OLD)).url == reverse("my_phone_new")
    assert [len(texts_to(phone)) for phone in (OLD, "19900000609", "19900000608")] == [1, 0, 1]
    assert name_number(client).url == reverse("my_phone_new")
    assert client.get(reverse("my_phone_old")).url == reverse("my_phone_new")
    answer_new(client, code_to(NEW))
    her.refresh_from_db()
    assert her.phone == NEW


@pytest.mark.parametrize(("typed", "said"), [("", "请填写新的手机号码"), ("1990", "应为 11 位"), (OLD, "号码相同")])
def test_a_number_that_is_none_or_the_same_is_refused_at_once(her, typed, said):
    page = name_number(signed_in(her), typed)
    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert SmsMessage.objects.exists() is False


def test_the_limits_of_codes_hold_here_too(her, settings):
    client = signed_in(her)
    name_number(client)
    page = client.post(reverse("my_phone_old"), {"action": "resend"}, follow=True)
    assert "请等 60 秒" in page.content.decode()
    settings.PHONE_CODES_PER_HOUR = 1
    page = client.post(reverse("my_phone_old"), {"code": code_to(OLD)}, follow=True)
    assert "次数太多" in page.content.decode()
    assert texts_to(NEW) == []
    assert AuditEvent.objects.filter(action="accounts.user.refused").count() == 2
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "1/m/ip"}
    other = signed_in(an_account("19900000603"))
    name_number(other)
    page = other.post(reverse("my_phone_old"), {"action": "resend"}, follow=True)
    assert "从这个网络" in page.content.decode()


def test_the_session_keeps_neither_a_number_nor_a_code(her):
    client = signed_in(her)
    up_to_new_code(client)
    kept = str(dict(client.session.items()))
    for plain in (OLD, NEW, code_to(OLD), code_to(NEW)):
        assert plain not in kept


def test_a_taken_number_is_met_like_a_free_one_until_the_code_is_proven(her):
    holder = an_account(NEW)
    free, taken = signed_in(an_account("19900000605")), signed_in(her)
    pages = []
    for client, old, new in ((free, "19900000605", "19900000606"), (taken, OLD, NEW)):
        answers = [
            name_number(client, new),
            client.get(reverse("my_phone_old")),
            answer_old(client, code_to(old)),
            client.get(reverse("my_phone_new")),
            answer_new(client, wrong(code_to(new))),
        ]
        masked = [f"199****{phone[-4:]}" for phone in (old, new)]
        pages.append([(one.status_code, getattr(one, "url", ""), _plain(one, masked)) for one in answers])
    assert pages[0] == pages[1]
    answer = answer_new(taken, code_to(NEW))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "已经是另一个账户的登录号码" in page
    assert "街道便民服务中心" in page
    assert nothing_changed(her)
    holder.refresh_from_db()
    assert holder.phone == NEW
    assert len(texts_to(OLD)) == 1
    refused = AuditEvent.objects.get(action="accounts.phone_change.refused")
    assert (refused.actor, refused.data) == (her, {"reason": "phone_taken"})
    assert PhoneCode.objects.get(reference=taken.session.get("phone_change", {}).get("old")).used_at == NOW


def _plain(answer, masked):
    """The page without what differs between any two visits."""
    page = answer.content.decode()
    for number, phone in enumerate(masked):
        page = page.replace(phone, f"number {number}")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"|value="\d{6}"', "", page)


def test_a_number_that_was_only_typed_once_by_somebody_is_free(her):
    worker_account_open(phone=NEW, at=NOW)
    client = signed_in(her)
    up_to_new_code(client)
    assert answer_new(client, code_to(NEW)).url == reverse("my_phone_done")
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_that_move_to_one_number_at_once_one_wins(settings):
    settings.PHONE_CODE_GAP_SECONDS = 0
    users = [an_account(f"1990000070{n}") for n in range(2)]
    ready = []
    for user in users:
        client = signed_in(user)
        up_to_new_code(client, old=user.phone)
        ready.append((client, code_to(NEW)))
    together = threading.Barrier(2)
    statuses = []

    def finish(client, code):
        try:
            together.wait()
            statuses.append(answer_new(client, code).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=finish, args=one) for one in ready]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(statuses) == [302, 422]
    phones = sorted(user.phone for user in User.objects.all())
    assert (len(phones), phones.count(NEW)) == (2, 1)
    assert AuditEvent.objects.filter(action="accounts.phone.changed").count() == 1
    assert AuditEvent.objects.filter(action="accounts.phone_change.refused").count() == 1


def test_the_database_has_the_last_word_on_who_holds_a_number(her, monkeypatch):
    """The other account came by it after we looked."""
    an_account(NEW)
    monkeypatch.setattr("foundation.accounts.services.user_by_phone", lambda phone: None)
    with pytest.raises(AccountsError) as refusal:
        phone_change(user=her, phone=NEW, at=NOW, actor=her)
    assert refusal.value.code == "phone_taken"
    assert nothing_changed(her)
    assert SmsMessage.objects.exists() is False


# ---- the counter


@pytest.fixture
def at_counter(her):
    """Her verified file, and an officer of intake who has it open."""
    return a_worker(user=her, verified=True), signed_in(an_officer())


def told(client, worker, **more):
    given = {"phone": NEW, "is_card_seen": "on", "reason": "手机丢失", **more}
    return client.post(reverse("worker_phone", args=[worker.pk]), given)


def test_the_counter_moves_an_account_with_the_code_she_reads_out(at_counter, her):
    worker, officer = at_counter
    address = reverse("worker_phone", args=[worker.pk])
    assert address in officer.get(reverse("worker_detail", args=[worker.pk])).content.decode()
    hers = signed_in(her)
    assert told(officer, worker).url == reverse("worker_phone_code", args=[worker.pk])
    page = officer.get(reverse("worker_phone_code", args=[worker.pk])).content.decode()
    assert "199****0602" in page
    code = code_to(NEW)
    assert NEW not in page
    assert code not in page
    enter = reverse("worker_phone_code", args=[worker.pk])
    assert officer.post(enter, {"code": wrong(code)}).status_code == 422
    assert nothing_changed(her)
    assert officer.post(enter, {"code": code}).url == reverse("worker_detail", args=[worker.pk])
    her.refresh_from_db()
    assert (her.phone, her.phone_verified_at) == (NEW, NOW)
    assert "尾号 0602" in texts_to(OLD)[0]
    assert hers.get(reverse("my_home")).status_code == 302
    changed = AuditEvent.objects.get(action="accounts.phone.changed")
    assert (changed.actor.name, changed.reason) == ("王科员", "手机丢失")
    event = WorkerEvent.objects.get(action="account.phone_changed")
    assert (event.worker, event.reason) == (worker, "手机丢失")
    assert "更换登录手机号码" in officer.get(reverse("worker_detail", args=[worker.pk])).content.decode()
    assert officer.get(enter).url == address


@pytest.mark.parametrize("missing", ["phone", "is_card_seen", "reason"])
def test_the_counter_needs_number_card_and_reason(at_counter, her, missing):
    worker, officer = at_counter
    assert told(officer, worker, **{missing: ""}).status_code == 422
    assert texts_to(NEW) == []
    assert nothing_changed(her)


def test_the_counter_hears_of_a_taken_number_only_after_the_code(at_counter, her):
    worker, officer = at_counter
    an_account(NEW)
    assert told(officer, worker).status_code == 302
    page = officer.post(reverse("worker_phone_code", args=[worker.pk]), {"code": code_to(NEW)}, follow=True)
    assert "已经用于另一个账户" in page.content.decode()
    assert nothing_changed(her)
    assert WorkerEvent.objects.filter(action="account.phone_changed").exists() is False
    refused = AuditEvent.objects.get(action="accounts.phone_change.refused")
    assert (refused.reason, refused.data) == ("手机丢失", {"reason": "phone_taken"})


def test_an_account_that_is_not_known_to_be_hers_is_not_moved(her):
    officer = signed_in(an_officer())
    page = told(officer, a_worker(user=her))
    assert (page.status_code, "还没有认定这个登录账户是本人的" in page.content.decode()) == (422, True)
    page = told(officer, a_roster_worker())
    assert (page.status_code, "这份档案没有登录账户" in page.content.decode()) == (422, True)
    assert texts_to(NEW) == []
    assert nothing_changed(her)


@pytest.mark.parametrize("role", [Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_nobody_but_intake_moves_an_account(at_counter, her, role):
    worker, _client = at_counter
    other = an_officer(role)
    assert told(signed_in(other), worker).status_code == 403
    with pytest.raises(PermissionDenied):
        account_phone_code_send(worker_id=worker.pk, phone=NEW, reason="代办", actor=other, at=NOW)
    assert texts_to(NEW) == []
    assert nothing_changed(her)


def test_a_code_of_one_file_does_nothing_for_another(at_counter, her):
    worker, officer = at_counter
    told(officer, worker)
    other = a_worker(verified=True)
    answer = officer.post(reverse("worker_phone_code", args=[other.pk]), {"code": code_to(NEW)})
    assert answer.url == reverse("worker_phone", args=[other.pk])
    fresh = Client()
    fresh.force_login(her)
    assert fresh.post(reverse("worker_phone_code", args=[worker.pk]), {"code": code_to(NEW)}).status_code == 403
    assert nothing_changed(her)
