"""What every answer carries, and what every door refuses: headers, hosts, origins, ways out, floods."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from courses.content.models import Video
from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from subsidies.notices.models import Objection
from tests.portal.access_table import PAGES
from tests.portal.people import person, signed_in
from tests.portal.test_access import patterns
from tests.subsidies.notices.builders import a_notice
from tests.workers.builders import NOW, a_worker

# As production sets them.
TRANSPORT = {
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}
# Calls of other systems are signed, beats carry a token of their own; the other two ask for the token after they have
# said how the file is held, and Wagtail's interface asks for it by itself.
WITHOUT_THE_MIDDLEWARES_TOKEN = {
    "exchange/sms/receipts/", "exchange/evidence/results/", "study/beats/", "verify/file/", "school/videos/upload/",
}  # fmt: skip


def answers() -> dict[str, HttpResponse]:
    """One answer of each kind."""
    visitor, worker = Client(raise_request_exception=False), a_worker(verified=True)
    assert worker.user is not None
    hers, officer = signed_in(worker.user), signed_in(person(Role.OFFICER_INTAKE))
    return {
        "page": visitor.get("/verify/"),
        "her page": hers.get("/my/"),
        "not there": visitor.get("/nowhere/"),
        "not hers": hers.get("/workers/"),
        "door": visitor.get("/my/"),
        "wrong way": visitor.get("/sign-out/"),
        "foreign host": visitor.get("/verify/", headers={"host": "evil.example"}),
        "foreign origin": Client(enforce_csrf_checks=True).post("/verify/", {"number": "x"}),
        "for machines": visitor.post("/exchange/sms/receipts/", b"{}", content_type="application/json"),
        "sign of life": visitor.get("/healthz"),
        "page of the desk": officer.get("/workers/"),
        "her file": hers.get("/my/record/data/"),
        "style": visitor.get("/static/css/app.css"),
        "page editor": officer.get("/cms/"),
    }


@pytest.mark.django_db
def test_every_answer_says_how_it_may_be_used(time_machine):
    time_machine.move_to(NOW, tick=False)
    wrong = {}
    with override_settings(**TRANSPORT):
        for what, answer in answers().items():
            found = answer.headers
            policy = found.get("Content-Security-Policy", "")
            missing = [
                name
                for name, is_there in {
                    "nosniff": found.get("X-Content-Type-Options") == "nosniff",
                    "referrer": found.get("Referrer-Policy") == "same-origin",
                    "opener": found.get("Cross-Origin-Opener-Policy") == "same-origin",
                    "frames": "frame-ancestors 'self'" in policy and found.get("X-Frame-Options") == "SAMEORIGIN",
                    "no plug-in": "object-src 'none'" in policy,
                    "scripts": what == "page editor" or "unsafe" not in policy,
                }.items()
                if not is_there
            ]
            if missing:
                wrong[f"{what} ({answer.status_code})"] = missing
    assert wrong == {}


@pytest.mark.django_db
def test_on_a_city_s_servers_nothing_goes_without_encryption(time_machine):
    time_machine.move_to(NOW, tick=False)
    with override_settings(SECURE_SSL_REDIRECT=True, **TRANSPORT):
        visitor = Client()
        assert visitor.get("/verify/").headers["Location"].startswith("https://")
        answer = visitor.get("/sign-in/", secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert (answer.cookies["csrftoken"]["secure"], answer.cookies["csrftoken"]["samesite"]) == (True, "Lax")
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")


@pytest.mark.django_db
def test_a_foreign_host_gets_no_address_of_ours():
    for headers in ({"host": "evil.example"}, {"host": "testserver:80@evil.example"}):
        assert Client().get("/sign-in/", headers=headers).status_code == 400
    answer = Client().get("/my/", headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in answer.headers["Location"]


def test_only_what_has_a_proof_of_its_own_does_without_the_token():
    free = {route for route, view in patterns() if getattr(view, "csrf_exempt", False)}
    assert {route for route in free if not route.startswith("cms/api/")} == WITHOUT_THE_MIDDLEWARES_TOKEN


@pytest.mark.django_db
def test_no_form_is_taken_from_a_foreign_page(time_machine):
    """As a page elsewhere would send it in her name: with her cookies, without the token."""
    time_machine.move_to(NOW, tick=False)
    taken = {}
    browsers = {}
    for route, who in PAGES.items():
        if "<" in route or route in WITHOUT_THE_MIDDLEWARES_TOKEN - {"verify/file/", "school/videos/upload/"}:
            continue
        asker = None if who == "public" else Role.WORKER if who == "signed_in" else sorted(who)[0]
        if asker not in browsers:
            browsers[asker] = signed_in(person(asker)) if asker else Client()
            browsers[asker].handler.enforce_csrf_checks = True
        answer = browsers[asker].post(f"/{route}", {"name": "x"})
        if answer.status_code not in {403, 405}:
            taken[f"/{route} by {asker}"] = answer.status_code
    assert taken == {}
    assert Video.objects.exists() is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil"]
)
def test_no_way_out_leads_elsewhere(elsewhere):
    worker = a_worker(verified=True)
    assert worker.user is not None
    client = signed_in(worker.user)
    tries = [
        client.post("/preferences/", {"next": elsewhere, "language": "en", "theme": "elder"}),
        client.get(f"/sign-in/?next={elsewhere}"),
        client.post("/my/evidence/residency_desk/stop/", {"next": elsewhere}),
        client.post("/sign-out/", {"next": elsewhere}),
    ]
    for answer in tries:
        assert "evil" not in answer.headers.get("Location", "")
        assert not answer.headers.get("Location", "").startswith("javascript")


@pytest.mark.django_db
def test_too_much_is_refused_and_breaks_nothing():
    client = Client(raise_request_exception=False)
    many = client.post("/verify/", {f"f{n}": "x" for n in range(2000)})
    large = client.post("/verify/", "x=" + "y" * (6 * 1024 * 1024), content_type="application/x-www-form-urlencoded")
    long = client.get("/search/?q=" + "长" * 20_000)
    assert (many.status_code, large.status_code) == (400, 400)
    assert long.status_code < 500


@pytest.mark.django_db
def test_a_field_that_a_form_does_not_know_sets_nothing():
    """And one that is there twice is taken once."""
    worker = a_worker(verified=True)
    user = worker.user
    assert user is not None
    extra = {"is_staff": "1", "is_superuser": "1", "role": "administrator", "identity_state": "verified", "user": "1"}
    client = signed_in(user)
    for path in ("/my/district/", "/my/jobs/add/", "/my/data/", "/preferences/", "/account/sessions/"):
        client.post(path, extra | {"district_code": ["350203", "999999"], "district": "350203"})
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert list(Membership.objects.filter(user=user).values_list("role", flat=True)) == [Role.WORKER]


# The anonymous doors that cost something or tell something, with how many tries one address has.
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "fields", "most"),
    [
        ("/verify/", {"number": "S000035990001265000001", "proof": "李梅"}, 20),
        ("/publicity/objections/", {"number": "ABCDEFGH2345"}, 20),
    ],
)
def test_a_flood_of_guesses_is_stopped(path, fields, most):
    seen = [Client().post(path, fields).status_code for _try in range(most + 5)]
    assert 429 not in seen[:most]
    assert set(seen[most:]) == {429}
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.post(path, fields).status_code != 429 or path == "/verify/"  # the number itself is limited, too


@pytest.mark.django_db
def test_a_flood_of_objections_is_stopped(time_machine):
    time_machine.move_to(NOW, tick=False)
    notice = a_notice()
    time_machine.shift(2 * 3600)
    cache.clear()
    path = f"/publicity/{notice.number}/1/objection/"
    words = "这个人去年已经在别的市领过同一本证书的补贴，证人是第 %d 位邻居。"
    seen = [Client().post(path, {"words": words % number}).status_code for number in range(8)]
    assert seen == [302] * 5 + [429] * 3
    assert Objection.objects.count() == 5


@pytest.mark.django_db
def test_a_header_of_the_caller_opens_no_new_account_of_tries():
    for number in range(20):
        Client().post(
            "/publicity/objections/", {"number": "ABCDEFGH2345"}, headers={"x-forwarded-for": f"10.0.0.{number}"}
        )
    answer = Client().post(
        "/publicity/objections/", {"number": "ABCDEFGH2345"}, headers={"x-forwarded-for": "10.9.9.9"}
    )
    assert answer.status_code == 429
