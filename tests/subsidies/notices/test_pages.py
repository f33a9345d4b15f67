"""The pages: what the public reads without signing in, and what the desk does."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.states import Role
from foundation.privacy.models import AccessRecord
from foundation.privacy.states import Purpose
from subsidies.claims.states import ClaimState
from subsidies.notices import limits, pages, views
from subsidies.notices.base_loading import notices_base_load
from subsidies.notices.models import Objection, PublicNotice
from subsidies.notices.numbers import receipt_shown
from subsidies.notices.services import notice_close, notice_publish, objection_answer
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claim, a_claimant, a_scheme, an_officer_of
from tests.subsidies.notices.builders import (
    WORDS,
    a_notice,
    a_refusal,
    an_objection,
    day_after,
    first_line,
    reviewed,
    stranger,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    """Pages read this day from the clock."""

    def on(day):
        for module in (views, pages):
            monkeypatch.setattr(module.timezone, "localdate", lambda at=None: day)

    return on


def a_notice_now(number=1, **fields):
    return a_notice(number, at=timezone.now(), **fields)


def page(name, *args, client=None):
    return (client or Client()).get(reverse(name, args=args))


def test_anybody_reads_masked_lines_and_search_engines_keep_nothing():
    claim = a_claim(ClaimState.REVIEWED, a_claimant(name="欧阳小梅"))
    notice = a_notice_now(2)
    answer = page("notice", notice.number)
    words = answer.content.decode()
    line = first_line(notice)
    assert line.masked_name in words
    assert line.masked_id_number in words
    assert "700 元" in words
    assert claim.worker.name not in words
    assert line.claim.worker.id_number not in words
    assert line.claim.number not in words
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert notice.title in page("notices").content.decode()


def test_a_long_list_takes_no_more_queries_than_a_short_one(django_assert_num_queries):
    short, long = a_notice_now(1), a_notice_now(4)
    page("notice", short.number)
    with CaptureQueriesContext(connection) as asked:
        page("notice", short.number)
    with django_assert_num_queries(len(asked)):
        page("notice", long.number)
    assert Client().get(reverse("notice", args=[long.number]), {"page": "zwei"}).status_code == 200


def test_a_line_that_left_the_notice_shows_no_name():
    notice = a_notice_now(1)
    name = first_line(notice).masked_id_number
    an_objection(notice, at=timezone.now())
    words = page("notice", notice.number).content.decode()
    assert name not in words
    assert "已移出本批公示" in words
    assert "提异议<" not in words


def test_names_are_withdrawn_after_the_days_of_the_platform_and_totals_stay(today):
    notice = a_notice_now(2)
    notices_base_load(on=timezone.localdate())
    notice_close(notice_id=notice.pk, at=day_after(notice))
    masked = first_line(notice).masked_id_number
    today(notice.ends_on + timedelta(days=30))
    assert masked in page("notice", notice.number).content.decode()
    assert page("notice_file", notice.number).status_code == 200
    today(notice.ends_on + timedelta(days=31))
    words = page("notice", notice.number).content.decode()
    assert masked not in words
    assert "1,400 元" in words
    assert page("notice_file", notice.number).status_code == 404


def test_without_a_figure_names_are_gone_the_day_after_the_end(today):
    notice = a_notice_now(1)
    masked = first_line(notice).masked_id_number
    today(notice.ends_on)
    assert masked in page("notice", notice.number).content.decode()
    today(notice.ends_on + timedelta(days=1))
    assert masked not in page("notice", notice.number).content.decode()


def test_the_file_is_a_pdf_and_is_not_drawn_for_ever(monkeypatch):
    notice = a_notice_now(1)
    answer = page("notice_file", notice.number)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    monkeypatch.setattr(views, "notice_paper", None)
    for _n in range(limits.FILES.most):
        limits.FILES.count("127.0.0.1")
    assert page("notice_file", notice.number).status_code == 429


def object_to(notice, serial=1, client=None, **given):
    data = {"words": WORDS, "name": "", "phone": ""} | given
    return (client or Client()).post(reverse("notice_objection", args=[notice.number, serial]), data)


def test_an_objection_is_made_without_a_name_and_its_number_is_shown_once():
    notice, client = a_notice_now(1), Client()
    answer = object_to(notice, client=client)
    made = Objection.objects.get()
    assert answer.url == reverse("notice_objection_received")
    shown = client.get(answer.url).content.decode()
    assert receipt_shown(made.number) in shown
    again = client.get(answer.url)
    assert again.url == reverse("notice_objection_answer")


def test_what_was_typed_stays_when_something_is_wrong_and_nothing_is_kept():
    notice = a_notice_now(1)
    answer = object_to(notice, words="太短", phone="19900001234")
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "太短" in words
    assert "19900001234" in words
    assert not Objection.objects.exists()


def test_one_address_objects_so_often_and_no_more():
    notice = a_notice_now(1)
    for _n in range(limits.OBJECTIONS.most):
        limits.OBJECTIONS.count("127.0.0.1")
    assert object_to(notice).status_code == 429
    assert not Objection.objects.exists()


def test_after_the_last_day_the_form_is_gone(today):
    notice = a_notice_now(1)
    today(notice.ends_on + timedelta(days=1))
    assert page("notice_objection", notice.number, 1).status_code == 409
    assert object_to(notice).status_code == 409
    assert not Objection.objects.exists()


def test_the_answer_is_read_with_the_number_alone_and_guesses_are_counted():
    objection = an_objection(a_notice_now(1), at=timezone.now())
    url = reverse("notice_objection_answer")
    found = Client().post(url, {"number": receipt_shown(objection.number).lower()})
    assert "处理中" in found.content.decode()
    assert WORDS not in found.content.decode()
    for _n in range(limits.WRONG_RECEIPTS.most):
        assert Client().post(url, {"number": "Y234567"}).status_code == 422
    assert Client().post(url, {"number": "Y234567"}).status_code == 429


# The desk


def reviewer():
    return signed_in(an_officer_of(Role.OFFICER_REVIEW))


def test_the_desk_shows_what_can_be_published_scheme_by_scheme_and_publishes_it():
    reviewed(2)
    reviewed(1, scheme=a_scheme("example.other"))
    client = reviewer()
    words = client.get(reverse("notice_publish")).content.decode()
    assert "3 份，共 2,100 元" in words
    answer = client.post(reverse("notice_publish"), {"title": "示例公示", "which": "all"})
    notice = PublicNotice.objects.get()
    assert answer.url == reverse("notice_desk", args=[notice.pk])
    assert notice.lines.count() == 3


def test_only_the_ticked_ones_and_only_of_the_list():
    one, other = reviewed(2)
    elsewhere = a_claim(ClaimState.INTAKE_PASSED)
    reviewer().post(
        reverse("notice_publish"), {"title": "示例公示", "which": "ticked", "claim": [one.pk, elsewhere.pk]}
    )
    assert list(PublicNotice.objects.get().lines.values_list("claim", flat=True)) == [one.pk]
    other.refresh_from_db()
    assert other.state == ClaimState.REVIEWED


def test_of_one_scheme_only_when_the_list_is_narrowed():
    reviewed(2)
    scheme = a_scheme("example.other")
    wanted = reviewed(1, scheme=scheme)[0]
    url = f"{reverse('notice_publish')}?scheme={scheme.pk}"
    reviewer().post(url, {"title": "示例公示", "which": "all"})
    assert list(PublicNotice.objects.get().lines.values_list("claim", flat=True)) == [wanted.pk]


def test_nothing_ticked_is_said_in_words():
    reviewed(1)
    answer = reviewer().post(reverse("notice_publish"), {"title": "示例公示", "which": "ticked"})
    assert "请选择要公示的申领" in answer.content.decode()
    assert not PublicNotice.objects.exists()


def test_an_officer_answers_and_another_who_decided_is_told_that_she_cannot():
    notice = a_notice_now(1)
    objection = an_objection(notice, at=timezone.now())
    url = reverse("objection_desk", args=[objection.pk])
    assert "没有关系的复核人员" in reviewer().get(url).content.decode()
    given = {"outcome": "upheld", "answer": "查实已领过。", "refusal": ""}
    reviewer().post(url, given)
    client = signed_in(stranger())
    refused = client.post(url, given)
    assert "请选择不予核定的情形" in refused.content.decode()
    objection.refresh_from_db()
    assert objection.state == "open"
    client.post(url, given | {"refusal": a_refusal().pk})
    objection.refresh_from_db()
    assert objection.state == "upheld"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OFFICER_FINANCE, Role.OFFICER_INTAKE])
def test_others_of_the_bureau_read_and_change_nothing(role):
    notice = a_notice_now(1)
    objection = an_objection(notice, at=timezone.now())
    client = signed_in(an_officer_of(role))
    for name, args in (
        ("notices_desk", []),
        ("notice_desk", [notice.pk]),
        ("objections_desk", []),
        ("objection_desk", [objection.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 200
    assert "提交答复" not in client.get(reverse("objection_desk", args=[objection.pk])).content.decode()
    assert client.get(reverse("notice_publish")).status_code == 403


def test_the_desktop_says_what_waits():
    reviewed(2)
    an_objection(a_notice_now(1), at=timezone.now())
    words = signed_in(stranger()).get(reverse("staff_home")).content.decode()
    assert "待公示的补贴申领" in words
    assert "公示异议" in words


def test_who_objected_is_masked_and_shown_to_whoever_answers_for_a_purpose():
    objection = an_objection(a_notice_now(1), at=timezone.now(), name="王小二", phone="19900009999")
    page_url = reverse("objection_desk", args=[objection.pk])
    url = reverse("objection_reveal", args=[objection.pk, "phone"])
    client = signed_in(stranger())
    words = client.get(page_url).content.decode()
    assert "王**" in words
    assert "王小二" not in words
    assert "199****9999" in words
    assert url in words
    assert "19900009999" not in client.get(url).content.decode()
    assert url not in reviewer().get(page_url).content.decode()
    assert client.get(reverse("objection_reveal", args=[objection.pk, "words"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_look_is_on_record_before_the_value_is_on_the_screen():
    objection = an_objection(a_notice_now(1), at=timezone.now(), phone="19900009999")
    url = reverse("objection_reveal", args=[objection.pk, "phone"])
    purpose = next(value for value, _label in Purpose.choices if value != Purpose.OWN_DATA)
    refused = reviewer().post(url, {"purpose": purpose, "note": ""})
    assert refused.status_code == 403
    shown = signed_in(stranger()).post(url, {"purpose": purpose, "note": ""})
    assert "19900009999" in shown.content.decode()
    assert list(AccessRecord.objects.order_by("pk").values_list("subject_type", "is_granted")) == [
        ("notices.objection", False),
        ("notices.objection", True),
    ]


def test_one_address_objects_to_one_notice_so_often_and_reads_where_to_go(client):
    notice = a_notice_now(11)
    words = {"words": "这个人去年已经在别的市领过同一本证书的补贴。"}
    for serial in range(1, 11):
        cache.delete(limits.OBJECTIONS.key("127.0.0.1"))
        client.post(reverse("notice_objection", args=[notice.number, serial]), words)
    answer = client.post(reverse("notice_objection", args=[notice.number, 11]), words)
    assert answer.status_code == 429
    assert "已经有 10 条" in answer.content.decode()
    assert notice.lines.get(serial=11).objections.count() == 0


def test_a_second_objection_is_told_that_the_claim_stays_and_an_officer_takes_it_out(client):
    first = an_objection(a_notice_now(1), at=timezone.now())
    objection_answer(objection_id=first.pk, is_upheld=False, answer="核实过。", actor=stranger(), at=timezone.now())
    now = timezone.now()
    again = notice_publish(claim_ids=[first.line.claim_id], title="再公示", actor=stranger(), at=now).notice
    page = client.get(reverse("notice_objection", args=[again.number, 1])).content.decode()
    assert "答复以前不会拨款" in page
    second = an_objection(again, at=now)
    desk = signed_in(stranger())
    assert "移出公示" in desk.get(reverse("objection_desk", args=[second.pk])).content.decode()
    desk.post(reverse("objection_take_out", args=[second.pk]))
    assert again.lines.get().claim.state == ClaimState.DISPUTED
