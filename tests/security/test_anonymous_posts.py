"""Whatever anybody may send without signing in is limited, or says why it need not be."""

import re
from itertools import count
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.accounts.models import PhoneCode
from foundation.accounts.states import Role
from portal.operations.access import rule_of
from tests.portal.people import PASSWORD, authenticator_app, person
from tests.portal.test_access import address, patterns
from tests.security.walking import just_signed_in
from tests.workers.builders import NOW

# Addresses that take something from anybody, and what bounds a flood of it. Each limit has a test, here or there.
LIMITED = {
    "sign-in/": "codes: per number and account in the database, per address, and in all to numbers never proven",
    "sign-in/code/": "five tries of a code, fifteen wrong ones of a number in an hour, in the database",
    "staff/sign-in/": "per account and address",
    "staff/sign-in/second-factor/": "per account",
    "verify/": "wrong answers of an address, wrong names for a number",
    "verify/file/": "files of an address, one at a time",
    "publicity/objections/": "wrong receipts of an address",
    "publicity/<slug:number>/<int:serial>/objection/": "objections of an address, and of an address to a notice",
}
# Those that need no limit, and why.
FREE = {
    "c/<str:token>/": "the link is signed; without a right one nothing is looked up",
    "courses/": "the page as by GET; what is sent is not looked at",
    "exchange/evidence/results/": "signed by the other system, 64 KiB at most; nothing is stored before",
    "exchange/sms/receipts/": "signed by the gateway, 64 KiB at most; nothing is stored before",
    "language/": "sets a cookie of the sender's own",
    "preferences/": "sets cookies of the sender's own",
    "search/": "the page as by GET; what is sent is not looked at",
    "sign-out/": "ends the sender's own session",
    "staff/sign-in/passkey/": "a signature over a number drawn for this session; there is nothing to guess",
    "study/beats/": "the token is signed, and one viewing has one clock",
}
NOT_TAKEN = {404, 405}
# A page is served whatever the method; what is sent is not looked at.
SERVED = {"wagtail.views", "wagtail.documents.views.serve"}


def taking() -> dict[str, Any]:
    """The addresses without a sign-in that do not refuse a POST by its method."""
    found = {}
    for route, view in patterns():
        rule = rule_of(view)
        if rule is not None and rule.kind == "public" and view.__module__ not in SERVED:
            answer = Client(raise_request_exception=False).post(address(route))
            if answer.status_code != 405:
                found[route] = answer.status_code
    return found


@pytest.mark.django_db
def test_every_anonymous_door_is_limited_or_says_why_not():
    found = taking()
    assert set(found) == set(LIMITED) | set(FREE), (
        "Limit it and name the limit in LIMITED, or say in FREE why a flood of it does no harm."
    )


# --- floods ----------------------------------------------------------------------------------------------------------

_numbers = count()


def a_number() -> str:
    return f"1990001{next(_numbers):04d}"


def flood(path: str, fields: Any, most: int) -> list[Any]:
    return [Client().post(path, fields() if callable(fields) else fields) for _try in range(most + 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "fields", "most"),
    [
        ("/verify/", {"number": "S000035990001265000001", "proof": "李梅"}, 20),
        ("/verify/file/", lambda: {"file": SimpleUploadedFile("a.pdf", b"x", "application/pdf")}, 20),
        ("/publicity/objections/", {"number": "ABCDEFGH2345"}, 20),
    ],
)
def test_a_flood_from_one_address_is_stopped(path, fields, most):
    answers = flood(path, fields, most)
    assert 429 not in [answer.status_code for answer in answers[:-1]]
    assert answers[-1].status_code == 429


@pytest.mark.django_db
def test_a_flood_of_numbers_from_one_address_is_stopped():
    most = int(re.match(r"(\d+)/10m/ip", settings.ACCOUNT_RATE_LIMITS["request_login_code"])[1])
    answers = flood("/sign-in/", lambda: {"phone": a_number()}, most)
    assert {answer.status_code for answer in answers[:-1]} == {302}
    assert "从这个网络" in answers[-1].content.decode()
    assert PhoneCode.objects.count() == most


@pytest.mark.django_db
def test_a_flood_from_many_addresses_to_numbers_nobody_has_proven_is_stopped(settings):
    settings.SIGN_IN_CODES_TO_NEW_NUMBERS = 3
    for place in range(5):
        Client(REMOTE_ADDR=f"203.0.113.{place}").post("/sign-in/", {"phone": a_number()})
    assert PhoneCode.objects.count() == 3


@pytest.mark.django_db
def test_a_flood_of_codes_is_stopped(time_machine):
    time_machine.move_to(NOW, tick=False)
    client = Client()
    client.post("/sign-in/", {"phone": a_number()})
    for _try in range(8):
        client.post("/sign-in/code/", {"code": "000000", "action": "verify"})
    assert PhoneCode.objects.get().tries == 5


@pytest.mark.django_db
def test_a_flood_of_passwords_is_stopped_for_the_right_one_too():
    staff = person(Role.SCHOOL_STAFF)
    wrong = {"login": staff.username, "password": "wrong-horse-battery"}
    flood("/staff/sign-in/", wrong, 5)
    client = Client()
    answer = client.post("/staff/sign-in/", wrong | {"password": PASSWORD})
    assert "输错次数太多" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_flood_of_second_factors_is_stopped():
    officer = person(Role.OFFICER_INTAKE)
    authenticator_app(officer)
    client = Client()
    client.post("/staff/sign-in/", {"login": officer.username, "password": PASSWORD})
    said = [client.post("/staff/sign-in/second-factor/", {"code": "000000"}).content.decode() for _try in range(7)]
    assert "动态验证码不对" in said[0]
    assert "动态验证码不对" not in said[-1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer", ["", "9" * 5000, "[" * 100_000, "[]", "null", "7", '"x"', '{"id": 9}', '{"id": "x", "response": {}}']
)
def test_what_is_no_answer_of_a_passkey_is_refused(answer):
    for client, path in (
        (Client(), "/staff/sign-in/passkey/"),
        (just_signed_in(person(Role.SCHOOL_STAFF)), "/account/security/passkeys/add/"),
    ):
        client.get(path)
        assert client.post(path, {"name": "钥匙", "credential": answer}).status_code in {200, 302}
    assert not Authenticator.objects.exists()
