"""By its QR code and by hand: what anybody is told of a certificate, and what nobody is."""

import html
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from certifications.certificates.numbers import training_number
from certifications.certificates.selectors import check_code
from certifications.verification import limits
from foundation.audit.models import AuditEvent
from tests.certifications.verification.builders import (
    ID_NUMBER,
    NAME,
    a_level_certificate,
    a_level_number,
    a_photo,
    a_training_certificate,
    an_event,
    printed_on_level,
    printed_on_training,
)

pytestmark = pytest.mark.django_db
UNKNOWN = training_number("350203", 9999, 2026, 1)
NOTHING_FOUND = "没有查到相符的证书"


@pytest.fixture
def kept_frame(client, settings):
    """The frames of pages are kept in the process, as in service, and drawn already."""
    settings.CACHES = settings.CACHES | {"local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    client.get("/verify/")


def page_of(number: str) -> str:
    return reverse("certificate_check", args=[number, check_code(number)])


def words(answer) -> str:
    """What the main part of a page says."""
    text = answer.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def by_hand(client, number: str, proof: str, **more):
    return client.post("/verify/", {"number": number, "proof": proof}, **more)


def anonymous(text: str, *secrets: str) -> str:
    """A page without what differs between two visits anyway, and without what was typed."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", text)
    for secret in secrets:
        text = text.replace(secret, "…")
    return text


# --- what is shown --------------------------------------------------------------------------------------------


def test_the_address_in_the_qr_code_shows_all_that_is_printed_with_name_and_id_number_masked(client):
    certificate = a_training_certificate()
    said = words(client.get(page_of(certificate.number)))
    for value in printed_on_training(certificate.number).values():
        assert value in said or value in {NAME, ID_NUMBER}, value
    for value in ("有效", "李**", "350***********0048", "不是职业技能等级证书"):
        assert value in said, value
    assert NAME not in said
    assert ID_NUMBER not in said


def test_a_level_certificate_is_shown_to_whoever_knows_its_holders_name(client):
    certificate = a_level_certificate()
    said = words(by_hand(client, certificate.number, NAME))
    printed = printed_on_level(certificate.number) | {"issued_on": "2026年5月20日"}
    for value in printed.values():
        assert value in said or value in {NAME, ID_NUMBER}, value
    for value in ("有效", "李**", "350***********0048", "由评价机构出具，本平台登记", "zscx.osta.org.cn"):
        assert value in said, value
    assert NAME not in said


@pytest.mark.parametrize(
    ("state", "word", "sentence", "icon"),
    [
        ("valid", "有效", "这张证书现在有效", "circle-check"),
        ("suspended", "暂停使用", "恢复以前，不能当作有效证书", "circle-pause"),
        ("revoked", "已撤销", "不再有效", "circle-x"),
        ("replaced", "已换发", "请以新证为准", "history"),
    ],
)
def test_the_state_is_told_in_words_and_an_icon(client, state, word, sentence, icon):
    for answer in (
        client.get(page_of(a_training_certificate(state=state).number)),
        by_hand(client, a_level_certificate(state=state).number, NAME),
    ):
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode()).group(1)
        assert word in heading
        assert f"#{icon}" in heading
        assert sentence in words(answer)


def test_a_revocation_says_its_day_number_and_sort_of_reason_and_not_what_was_written(client):
    certificate = a_training_certificate(state="revoked")
    an_event(
        certificate, "revoked", reason="王某举报李小梅代考", decision_number="厦人社决〔2026〕7号",
        data={"category": "fraud"},
    )  # fmt: skip
    said = words(client.get(page_of(certificate.number)))
    assert "从 2026年11月23日起" in said
    assert "原因： 以不正当手段取得。" in said or "原因：以不正当手段取得。" in said
    assert "厦人社决〔2026〕7号" in said
    assert "举报" not in said


def test_a_replaced_certificate_leads_to_the_new_one(client):
    old = a_training_certificate(state="replaced")
    new = a_training_certificate(replaces=old)
    answer = client.get(page_of(old.number))
    assert new.number in words(answer)
    assert check_code(new.number) not in answer.content.decode().replace("-", "")
    assert "有效" in words(client.get(page_of(new.number)))


def test_a_state_is_never_an_old_one(client, kept_frame):
    certificate = a_level_certificate()
    assert "有效" in words(by_hand(client, certificate.number, NAME))
    certificate.state = "revoked"
    certificate.save(update_fields=["state"])
    assert "已撤销" in words(by_hand(client, certificate.number, NAME))


def test_one_query_answers(client, kept_frame, django_assert_num_queries):
    training, level = a_training_certificate(), a_level_certificate()
    client.get(page_of(training.number))
    with django_assert_num_queries(1):
        client.get(page_of(training.number))
    with django_assert_num_queries(1):
        by_hand(client, level.number, NAME)


def test_checking_leaves_nothing_behind(client):
    certificate = a_training_certificate()
    before = AuditEvent.objects.count()
    client.get(page_of(certificate.number))
    by_hand(client, certificate.number, NAME)
    assert AuditEvent.objects.count() == before
    assert "sessionid" not in client.cookies


# --- the photo ------------------------------------------------------------------------------------------------


def test_the_photo_is_shown_to_whoever_has_the_code_and_to_nobody_else(client):
    certificate = a_training_certificate(photo=a_photo("green"))
    address = f"{page_of(certificate.number)}photo/"
    assert f'src="{address}"' in client.get(page_of(certificate.number)).content.decode()
    answer = client.get(address)
    assert answer.content == a_photo("green")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "<img" not in re.sub(r"<header.*?</header>", "", by_hand(client, certificate.number, NAME).content.decode(),
                                flags=re.S)  # fmt: skip
    assert client.get(f"/v/{certificate.number}/AAAA2222/photo/").status_code == 404


# --- by hand --------------------------------------------------------------------------------------------------


def test_the_code_leads_to_the_page_of_the_certificate(client):
    certificate = a_training_certificate()
    answer = by_hand(client, certificate.number, check_code(certificate.number))
    assert (answer.status_code, answer.url) == (302, page_of(certificate.number))


def test_blanks_small_letters_and_full_width_writing_make_no_difference(client):
    certificate = a_training_certificate()
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in certificate.number.lower())
    code = check_code(certificate.number)
    for number, proof in (
        (f" {wide[:8]} {wide[8:]}", f"{code[:4]}-{code[4:]}".lower()),
        (certificate.number.lower(), " ".join(code)),
    ):
        assert by_hand(client, number, proof).status_code == 302
    assert "有效" in words(by_hand(client, wide, f" {NAME[0]} {NAME[1:]} "))
    assert "有效" in words(client.get(f"/v/{certificate.number.lower()}/{code.lower()}/"))


def test_a_holder_is_never_named_in_an_address(client):
    certificate = a_training_certificate()
    answer = by_hand(client, certificate.number, NAME)
    assert answer.status_code == 200
    assert client.get("/verify/", {"number": certificate.number, "proof": NAME}).content.decode().count(NAME) == 0


@pytest.mark.parametrize(("number", "sentence"), [
    ("", "请填写证书编号"),
    ("PX35X2030001202600000", "23 位，这里是 21 位"),
    ("1234567890123456", "16 位的旧职业资格证书编号"),
    ("S00003599000126500000l", "第 22 位应为数字，这里是字母“L”，可能是数字 1"),
])  # fmt: skip
def test_a_slip_of_the_pen_is_told(client, number, sentence):
    answer = by_hand(client, number, NAME)
    assert sentence in words(answer)
    assert NOTHING_FOUND not in words(answer)


def test_the_place_of_a_wrong_digit_is_told_where_the_number_gives_it_away(client):
    right = training_number("350203", 12, 2026, 345)
    assert "第 4 位可能抄错了：这里是“6”，多半应是“5”" in words(by_hand(client, right.replace("PX35", "PX36"), NAME))
    assert "第 3 位和第 4 位可能抄错了，或写颠倒了" in words(by_hand(client, right.replace("PX35", "PX53"), NAME))
    other = right[:21] + str((int(right[21]) + 1) % 10) + right[22]
    assert "校验位不对" in words(by_hand(client, other, NAME))


def test_a_number_alone_shows_nothing_and_what_was_typed_stays(client):
    certificate = a_training_certificate()
    answer = by_hand(client, certificate.number, "")
    assert "请填写查验码，或持证人的姓名" in words(answer)
    assert f'value="{certificate.number}"' in answer.content.decode()
    assert "母婴护理员" not in answer.content.decode()


# --- nothing for those who guess ------------------------------------------------------------------------------


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer_and_no_query_tells(
    client, kept_frame, django_assert_num_queries
):
    certificate = a_training_certificate()
    answers = []
    for number, code in ((certificate.number, "AAAA2222"), (UNKNOWN, "AAAA2222")):
        with django_assert_num_queries(0):
            answer = client.get(f"/v/{number}/{code}/")
        answers.append((answer.status_code, anonymous(answer.content.decode(), number), sorted(answer.headers)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert NOTHING_FOUND in answers[0][1]


def test_a_wrong_name_and_an_unknown_number_get_the_same_answer_after_the_same_steps(
    client, kept_frame, django_assert_num_queries, monkeypatch
):
    opened = []
    from foundation.crypto import cipher

    plain = cipher.decrypt_bytes
    monkeypatch.setattr(cipher, "decrypt_bytes", lambda token: opened.append(len(token)) or plain(token))
    training, level = a_training_certificate(), a_level_certificate()
    for known, unknown in ((training.number, UNKNOWN), (level.number, a_level_number(999_999))):
        answers, steps = [], []
        for number in (known, unknown):
            opened.clear()
            with django_assert_num_queries(1):
                answer = by_hand(client, number, "王芳")
            answers.append((answer.status_code, anonymous(answer.content.decode(), number), sorted(answer.headers)))
            steps.append(len(opened))
        assert answers[0] == answers[1]
        assert steps == [1, 1]
        assert NOTHING_FOUND in answers[0][1]


def test_a_code_is_not_good_for_another_number(client):
    one, other = a_training_certificate(), a_training_certificate()
    assert client.get(f"/v/{one.number}/{check_code(other.number)}/").status_code == 404


def test_whoever_guesses_is_stopped_but_a_right_code_is_always_answered(client):
    certificate = a_training_certificate()
    for _guess in range(limits.WRONG_ANSWERS.most):
        assert client.get(f"/v/{certificate.number}/AAAA2222/").status_code == 404
    answer = client.get(f"/v/{certificate.number}/AAAA2222/")
    assert answer.status_code == 429
    assert "查错的次数太多" in words(answer)
    assert by_hand(client, certificate.number, NAME).status_code == 429
    assert client.get(page_of(certificate.number)).status_code == 200
    assert by_hand(client, certificate.number, NAME, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_names_for_one_number_cannot_be_tried_from_many_addresses(client):
    certificate = a_level_certificate()
    for guess in range(limits.WRONG_NAMES.most):
        by_hand(client, certificate.number, "王芳", REMOTE_ADDR=f"198.51.100.{guess}")
    assert by_hand(client, certificate.number, NAME, REMOTE_ADDR="203.0.113.5").status_code == 429
    assert by_hand(client, a_level_certificate().number, NAME, REMOTE_ADDR="203.0.113.5").status_code == 200


@pytest.mark.parametrize(("meta", "proxies", "address"), [
    ({"REMOTE_ADDR": "198.51.100.7"}, 0, "198.51.100.7"),
    ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 198.51.100.7"}, 1, "198.51.100.7"),
    ({"REMOTE_ADDR": "198.51.100.7", "HTTP_X_FORWARDED_FOR": "6.6.6.6"}, 0, "198.51.100.7"),
    ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, 0, "2001:0db8:0001:0002"),
    ({"REMOTE_ADDR": "unix:"}, 0, "unix:"),
])  # fmt: skip
def test_guesses_are_counted_where_they_come_from(rf, settings, meta, proxies, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/")
    request.META |= meta
    assert limits.address_of(request) == address


def test_a_limit_counts_from_the_first_to_its_end():
    limit = limits.Limit("test", most=1, seconds=600)
    assert limit.count("a")
    assert not limit.count("a")
    assert limits.any_reached((limit, "b"), (limit, "a"))
    cache.delete("verify.test.a")
    assert not limits.any_reached((limit, "b"), (limit, "a"))


# --- the page around it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["code", "wrong", "form", "name"])
def test_no_page_is_kept_indexed_or_told_to_others(client, kind):
    certificate = a_training_certificate()
    answer = {
        "code": lambda: client.get(page_of(certificate.number)),
        "wrong": lambda: client.get(f"/v/{certificate.number}/AAAA2222/"),
        "form": lambda: client.get("/verify/"),
        "name": lambda: by_hand(client, certificate.number, NAME),
    }[kind]()
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "script-src" in answer.headers["Content-Security-Policy"]


def test_the_form_wants_its_token():
    from django.test import Client

    certificate = a_training_certificate()
    answer = by_hand(Client(enforce_csrf_checks=True), certificate.number, NAME)
    assert answer.status_code == 403
    assert "母婴护理员" not in answer.content.decode()


def test_what_stands_in_the_address_is_never_markup(client):
    answer = client.get("/v/%3Cscript%3Ealert(1)/x%22%3E%3Cb%3E/")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()
    assert '"><b>' not in answer.content.decode()


def test_elder_mode_english_and_signing_in_show_their_own_frame(client):
    certificate = a_training_certificate()
    client.get(page_of(certificate.number))
    client.cookies["display"] = "e1.s24.c0"
    page = client.get(page_of(certificate.number)).content.decode()
    assert "data-elder" in page
    assert f'name="next" value="{page_of(certificate.number)}"' in page
    del client.cookies["display"]
    client.cookies["django_language"] = "en"
    assert '<html lang="en"' in client.get(page_of(certificate.number)).content.decode()


def test_the_buttons_of_the_frame_work_from_the_page(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    certificate = a_training_certificate()
    page = strict.get(page_of(certificate.number)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    answer = strict.post(
        "/preferences/", {"csrfmiddlewaretoken": token, "elder": "1", "next": page_of(certificate.number)}
    )
    assert (answer.status_code, answer.url) == (302, page_of(certificate.number))
