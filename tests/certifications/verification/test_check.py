"""By its QR code and by hand: what anybody is told of a certificate, and what nobody is."""

import html
import re

import pytest
from django.urls import reverse

from certifications.certificates.selectors import check_code
from tests.certifications.verification.builders import (
    ID_NUMBER,
    NAME,
    a_training_certificate,
)

pytestmark = pytest.mark.django_db


def page_of(number: str) -> str:
    return reverse("certificate_check", args=[number, check_code(number)])


def words(answer) -> str:
    """What the main part of a page says."""
    text = answer.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def by_hand(client, number: str, proof: str, **more):
    return client.post("/verify/", {"number": number, "proof": proof}, **more)


def test_the_address_in_the_qr_code_shows_all_that_is_printed(client):
    certificate = a_training_certificate()
    said = words(client.get(page_of(certificate.number)))
    printed = printed_on_training(certificate.number)
    for value in printed.values():
        assert value in said or value in {NAME, ID_NUMBER}, value
    for value in ("有效", "李**", "350***********0048"):
        assert value in said, value
    assert NAME not in said
    assert ID_NUMBER not in said
    assert "不是职业技能等级证书" in said
