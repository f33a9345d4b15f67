"""Workers come in by their phone number and a code by SMS."""

import json
import logging
import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from foundation.accounts.models import Membership, PhoneCode, User
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.sms.models import SmsMessage
from tests.portal.people import person, signed_in

PHONE = "19900000123"
SIGN_IN, CODE = "/sign-in/", "/sign-in/code/"


def code_sent_to(client):
    """The code of the SMS that this browser waits for."""
    sent = PhoneCode.objects.get(reference=reference_in(client))
    return re.search(r"\d{6}", SmsMessage.objects.get(dedupe_key=f"phone_code:{sent.pk}").text).group()


def reference_in(client):
    return client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]


def ask(client, phone=PHONE, **more):
    return client.post(SIGN_IN, {"phone": phone, **more})


def enter(client, code, **more):
    return client.post(CODE, {"code": code, "action": "verify", "remember": "on", **more})


def who(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.django_db
def test_number_code_and_she_is_in(client):
    answer = ask(client)
    assert (answer.status_code, answer.url) == (302, CODE)
    page = client.get(CODE).content.decode()
    assert "199****0123" in page
    assert PHONE not in page
    assert enter(client, code_sent_to(client)).status_code == 302
    user = who(client)
    assert user.phone == PHONE
    assert user.phone_verified_at is not None
    assert list(user.memberships.values_list("role", flat=True)) == [Role.WORKER]
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "accounts.user.opened", "accounts.phone_code.sent", "accounts.phone.proven", "accounts.membership.granted",
        "accounts.user.signed_in",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_known_and_an_unknown_number_meet_the_same_answers(client):
    worker = person(Role.WORKER)
    known, unknown = Client(), Client()
    answers = [(ask(one, phone), one.get(CODE)) for one, phone in ((known, worker.phone), (unknown, "19900009999"))]
    (first, first_page), (second, second_page) = answers
    assert (first.status_code, first.url) == (second.status_code, second.url)

    def plain(page):
        return re.sub(
            r"199\*{4}\d{4}|value=\"[\w-]+\"|nonce-\S+|\d\d:\d\d|\d+ ?秒|<b>\d+</b>", "", page.content.decode()
        )

    assert plain(first_page) == plain(second_page)


@pytest.mark.django_db
def test_before_the_code_there_is_an_account_but_no_worker(client):
    ask(client)
    assert User.objects.count() == 1
    assert Membership.objects.exists() is False
    assert who(client) is None


@pytest.mark.django_db
def test_the_session_holds_a_reference_and_never_the_code(client):
    ask(client)
    code = code_sent_to(client)
    assert code not in re.findall(r"(?<!\d)\d{6}(?!\d)", json.dumps(client.session._session))
    enter(client, wrong(code))
    assert code not in re.findall(r"(?<!\d)\d{6}(?!\d)", json.dumps(client.session._session))


@pytest.mark.django_db
def test_neither_code_nor_number_reaches_logs_or_tasks(client, caplog, monkeypatch):
    from celery import current_app

    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args=(), **kw: sent.append((name, args)))
    with caplog.at_level(logging.DEBUG):
        ask(client)
        code = code_sent_to(client)
        enter(client, wrong(code))
        enter(client, code)
    spoken = caplog.text + repr(sent)
    assert code not in re.findall(r"(?<!\d)\d{6}(?!\d)", spoken)
    assert PHONE not in repr(sent)


@pytest.mark.django_db
def test_five_wrong_codes_and_the_right_one_is_refused(client):
    ask(client)
    code = code_sent_to(client)
    pages = [enter(client, wrong(code)).content.decode() for _try in range(5)]
    assert "还可以再试 4 次" in pages[0]
    assert "已经作废" in pages[4]
    assert "已经作废" in enter(client, code).content.decode()
    assert who(client) is None
    assert Membership.objects.exists() is False


@pytest.mark.django_db
def test_what_is_no_code_costs_no_try(client):
    ask(client)
    for typed in ("", "12345", "abcdef", "1234567"):
        assert enter(client, typed).status_code == 200
    assert PhoneCode.objects.get().tries == 0
    code = code_sent_to(client)
    assert enter(client, f"{code[:3]} {code[3:]}").status_code == 302


@pytest.mark.django_db
def test_a_code_too_old_is_refused_and_another_one_works(client):
    with time_machine.travel("2026-11-23T01:00:00+00:00", tick=False) as clock:
        ask(client)
        code = code_sent_to(client)
        clock.shift(timedelta(minutes=5))
        assert "已超过 5 分钟" in enter(client, code).content.decode()
        assert client.post(CODE, {"action": "resend"}).status_code == 302
        assert enter(client, code_sent_to(client)).status_code == 302
    assert who(client) is not None


@pytest.mark.django_db
def test_another_code_too_soon_is_refused_with_the_seconds_and_the_first_stays_good(client):
    with time_machine.travel("2026-11-23T01:00:00+00:00", tick=False) as clock:
        ask(client)
        code = code_sent_to(client)
        clock.shift(timedelta(seconds=18))
        page = client.get(CODE).content.decode()
        assert "再等 <b>42</b> 秒" in page
        answer = client.post(CODE, {"action": "resend"}, follow=True)
        assert "请等 42 秒" in answer.content.decode()
        assert enter(client, code).status_code == 302
    assert SmsMessage.objects.count() == 1


@pytest.mark.django_db
def test_a_code_is_of_no_use_in_another_session(client):
    ask(client)
    code = code_sent_to(client)
    other = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        ask(other, "19900000777")
        if code != code_sent_to(other):
            enter(other, code)
            assert who(other) is None
    stranger = Client()
    assert enter(stranger, code).url.startswith(SIGN_IN)


@pytest.mark.django_db
def test_a_used_code_is_refused_in_a_replayed_session(client):
    ask(client)
    code = code_sent_to(client)
    replay = Client()
    replay.cookies["sessionid"] = client.cookies["sessionid"].value
    stolen = dict(client.session._session)
    enter(client, code)
    session = replay.session
    session.update({"account_login": stolen["account_login"]})
    session.save()
    replay.cookies["sessionid"] = session.session_key
    enter(replay, code)
    assert AuditEvent.objects.filter(action="accounts.user.signed_in").count() == 1
    assert who(replay) is None


@pytest.mark.django_db
def test_the_key_of_the_session_changes_at_sign_in(client):
    session = client.session
    session["theme"] = "kept"
    session.save()
    client.cookies["sessionid"] = session.session_key
    ask(client)
    before = client.cookies["sessionid"].value
    enter(client, code_sent_to(client))
    assert client.cookies["sessionid"].value != before
    assert who(client) is not None
    intruder = Client()
    intruder.cookies["sessionid"] = before
    assert who(intruder) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"],
)
def test_nobody_is_sent_elsewhere_afterwards(client, elsewhere):
    ask(client, next=elsewhere)
    answer = client.post(
        CODE + f"?next={elsewhere}", {"code": code_sent_to(client), "action": "verify", "next": elsewhere}
    )
    assert answer.status_code == 302
    assert "evil" not in answer.url
    assert answer.url.startswith("/")


@pytest.mark.django_db
def test_she_goes_on_where_she_wanted(client):
    answer = ask(client, next="/account/sessions/")
    assert answer.url == f"{CODE}?next=%2Faccount%2Fsessions%2F"
    answer = client.post(answer.url, {"code": code_sent_to(client), "action": "verify"})
    assert answer.url == "/account/sessions/"


@pytest.mark.django_db
def test_her_own_phone_is_remembered_for_thirty_days_and_another_for_an_hour(client):
    ask(client)
    enter(client, code_sent_to(client))
    assert client.session.get_expiry_age() == 30 * 24 * 3600
    client.post("/sign-out/")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        ask(client)
        client.post(CODE, {"code": code_sent_to(client), "action": "verify"})
        assert client.session.get_expiry_age() == 3600


@pytest.mark.django_db
def test_signing_out_takes_a_post(client):
    client = signed_in(person(Role.WORKER))
    assert client.get("/sign-out/").status_code == 405
    assert who(client) is not None
    assert client.post("/sign-out/").status_code == 302
    assert who(client) is None
    assert AuditEvent.objects.filter(action="accounts.user.signed_out").count() == 1


@pytest.mark.django_db
def test_a_switched_off_worker_learns_so_only_after_the_code(client):
    worker = person(Role.WORKER)
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert ask(client, worker.phone).url == CODE
    assert enter(client, code_sent_to(client)).url == "/sign-in/switched-off/"
    assert who(client) is None
    assert client.get("/sign-in/switched-off/").status_code == 200


@pytest.mark.django_db
def test_requests_of_one_address_are_limited(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "2/10m/ip"}
    for number in range(2):
        assert ask(Client(), f"1990000010{number}").status_code == 302
    refused = ask(Client(), "19900000109", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert "从这个网络" in refused.content.decode()
    assert (User.objects.count(), SmsMessage.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_hammering_at_a_limit_does_not_fill_the_record(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "1/10m/ip"}
    ask(client)
    code = code_sent_to(client)
    for number in range(10):
        ask(Client(), f"1990000010{number}")
        enter(client, wrong(code))
    refused = AuditEvent.objects.filter(action="accounts.user.refused")
    assert [event.data for event in refused] == [{"reason": "address_limit"}]
    # Four wrong ones, the fifth that used the code up, and one of the five that were not compared.
    outcomes = AuditEvent.objects.filter(action__startswith="accounts.phone_code.").exclude(action__endswith="sent")
    assert [event.data["outcome"] for event in outcomes.order_by("pk")] == ["wrong"] * 4 + ["exhausted"] * 2


@pytest.mark.django_db
def test_sending_again_counts_for_the_address_too(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "2/10m/ip"}
    with time_machine.travel("2026-11-23T01:00:00+00:00", tick=False) as clock:
        ask(client)
        for _again in range(2):
            clock.shift(timedelta(seconds=61))
            answer = client.post(CODE, {"action": "resend"}, follow=True)
        assert "从这个网络" in answer.content.decode()
        assert SmsMessage.objects.count() == 2
        enter(client, code_sent_to(client))
    assert who(client).phone == PHONE


@pytest.mark.django_db
@pytest.mark.parametrize(("trusted", "allowed"), [(0, False), (1, True)])
def test_the_address_behind_a_proxy_counts_only_when_the_proxy_is_ours(settings, trusted, allowed):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": "1/10m/ip"}
    for number in (1, 2):
        answer = Client(headers={"x-forwarded-for": f"198.51.100.{number}"}).post(
            SIGN_IN, {"phone": f"1990000010{number}"}
        )
    assert (answer.status_code == 302) is allowed


@pytest.mark.django_db
def test_a_limit_says_when_to_come_back(client, settings):
    settings.PHONE_CODES_PER_HOUR = 1
    with time_machine.travel("2026-11-23T01:00:00+00:00", tick=False) as clock:
        ask(client)
        clock.shift(timedelta(minutes=5))
        page = ask(Client()).content.decode()
    assert "今天 10:00 以后再来" in page
    assert AuditEvent.objects.filter(action="accounts.user.refused", data={"reason": "too_many_codes"}).count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_sign_ins_at_once_are_one_account_and_one_worker(settings):
    settings.PHONE_CODE_GAP_SECONDS, settings.PHONE_CODES_PER_HOUR, settings.PHONE_CODES_PER_DAY = 0, 50, 50
    cache.clear()
    together = threading.Barrier(10)
    outcomes = []

    def sign_in():
        client = Client()
        try:
            together.wait()
            asked = ask(client).status_code
            code = code_sent_to(client)
            together.wait()
            entered = enter(client, code).status_code
            outcomes.append((asked, entered, client.session.get("_auth_user_id")))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_in) for _one in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    user = User.objects.get()
    assert outcomes == [(302, 302, str(user.pk))] * 10
    assert list(user.memberships.values_list("role", flat=True)) == [Role.WORKER]
    assert AuditEvent.objects.filter(action="accounts.user.opened").count() == 1
    assert AuditEvent.objects.filter(action="accounts.membership.granted").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/signup/", "/signup/", "/account/email/", "/account/password/reset/"])
def test_nothing_else_of_the_library_is_routed(client, path):
    assert client.get(path).status_code == 404


def test_the_development_inbox_does_not_exist_without_debug():
    with pytest.raises(NoReverseMatch):
        reverse("development_inbox")
