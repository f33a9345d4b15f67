"""The pages: what everybody, officers, bodies and schools see and do there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certifications.bodies.demo import demo_bodies_load
from certifications.bodies.models import AssessmentBody, Assessor, BodyEvent, BodyScope, NumberRange
from certifications.bodies.selectors import assessor_of
from certifications.bodies.states import BodyState
from courses.catalogue.base_loading import catalogue_base_load
from courses.schools.demo import demo_schools_load
from foundation.accounts.models import User
from foundation.accounts.states import OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from portal.sign_in.demo import demo_accounts_load
from tests.certifications.builders import (
    a_body,
    a_body_organisation,
    a_body_scope,
    a_number_range,
    an_assessor,
    an_occupation_with,
    body_staff,
)
from tests.courses.builders import SINCE, a_school, school_staff
from tests.portal.people import organisation_of, person, signed_in
from tests.workers.builders import an_id_number

pytestmark = pytest.mark.django_db

TABS = ["body_detail", "body_scopes", "body_ranges", "body_assessors", "body_history"]


@pytest.fixture
def intake():
    return signed_in(person(Role.OFFICER_INTAKE))


def own():
    """A body of the tests' organisation, and somebody of its staff who has signed in."""
    body = a_body(organisation=organisation_of(OrganisationKind.ASSESSMENT_BODY))
    return body, signed_in(person(Role.BODY_STAFF))


def test_everybody_finds_a_body_and_how_to_reach_it():
    body = a_body(name="鹭江评价中心")
    a_body_scope(body, level=4)
    client = Client()
    listed = client.get(reverse("bodies")).content.decode()
    assert "鹭江评价中心" in listed
    assert "家政服务员：四级/中级工" in listed
    page = client.get(reverse("body_public", args=[body.pk])).content.decode()
    for words in (body.filing_number, "正常评价", "吴主任", 'href="tel:0592-0000009"', body.prefix):
        assert words in page
    assert client.get(reverse("bodies"), {"occupation": "nonsense", "level": "99"}).status_code == 200
    assert "没有找到这样的机构" in client.get(reverse("bodies"), {"level": "3"}).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": BodyState.SUSPENDED}, "暂停评价"),
        ({"state": BodyState.CLOSED}, "以前发的证书仍可查询"),
        ({"filed": period(SINCE, date(2021, 1, 1))}, "备案现在不在有效期内"),
    ],
)
def test_a_family_is_told_when_one_cannot_be_assessed_there(fields, words):
    body = a_body(**fields)
    assert words in Client().get(reverse("body_public", args=[body.pk])).content.decode()


def test_the_public_list_asks_no_more_for_more_bodies(django_assert_max_num_queries):
    for _place in range(3):
        a_body_scope(a_body(), level=5)
    with django_assert_max_num_queries(12):
        Client().get(reverse("bodies"))
    for _place in range(6):
        a_body_scope(a_body(), level=5)
    with django_assert_max_num_queries(12):
        Client().get(reverse("bodies"))


def test_an_officer_enters_a_body_its_scope_and_its_numbers(intake):
    occupation = an_occupation_with(5)
    organisation = a_body_organisation("新评价中心")
    facts = {
        "organisation": organisation.pk, "kind": "S", "short_name": "新评价", "filing_number": "备 1 号",
        "filed_from": "2026-01-01", "filed_until": "2099-12-31", "ministry_code": "0000", "province_code": "35",
        "serial": "990077", "address": "示例路 7 号", "district_code": "350203", "contact_name": "吴主任",
        "contact_phone": "0592-0000007", "basis": "备案通知",
    }  # fmt: skip
    wrong = intake.post(reverse("body_register"), facts | {"serial": "77"})
    assert wrong.status_code == 422
    assert "6 位数字" in wrong.content.decode()
    assert "备案通知" in wrong.content.decode()
    assert AssessmentBody.objects.exists() is False
    answer = intake.post(reverse("body_register"), facts)
    body = AssessmentBody.objects.get()
    assert answer.url == reverse("body_scopes", args=[body.pk])
    line = {
        "occupation": occupation.pk,
        "level": "5",
        "starts_on": "2026-02-01",
        "ends_on": "2027-12-31",
        "basis": "备",
    }
    assert intake.post(reverse("body_scope_grant", args=[body.pk]), line).status_code == 302
    again = intake.post(reverse("body_scope_grant", args=[body.pk]), line)
    assert "已经登记过" in again.content.decode()
    numbers = {"year": timezone.localdate().year, "level": "", "first": "1", "last": "500", "basis": "通知"}
    assert intake.post(reverse("body_range_allot", args=[body.pk]), numbers).status_code == 302
    again = intake.post(reverse("body_range_allot", args=[body.pk]), numbers)
    assert (again.status_code, "重叠" in again.content.decode()) == (422, True)
    assert (BodyScope.objects.count(), NumberRange.objects.count()) == (1, 1)


@pytest.mark.parametrize("tab", TABS)
def test_readers_read_every_tab_and_are_offered_nothing_they_may_not_do(intake, tab):
    body = a_body()
    a_body_scope(body)
    a_number_range(body)
    an_assessor(body.organisation)
    url = reverse(tab, args=[body.pk])
    for role in (Role.AUDITOR, Role.OFFICER_FINANCE):
        page = signed_in(person(role)).get(url).content.decode()
        assert all(words not in page for words in ("/add/", "/change/", "/move/", "/end/", "/withdraw/"))
    assert intake.get(url).status_code == 200


def test_an_inspector_suspends_a_body_with_a_reason():
    body = a_body()
    client = signed_in(person(Role.OFFICER_INSPECTION))
    url = reverse("body_move", args=[body.pk, "suspend"])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "整改"}).status_code == 302
    body.refresh_from_db()
    assert body.state == BodyState.SUSPENDED
    assert client.get(reverse("body_move", args=[body.pk, "promote"])).status_code == 404
    assert "暂停" in client.get(reverse("body_history", args=[body.pk])).content.decode()


def test_an_officer_ends_a_scope_withdraws_numbers_and_changes_the_entry(intake):
    body = a_body()
    scope, numbers = a_body_scope(body), a_number_range(body)
    day = timezone.localdate().isoformat()
    ended = intake.post(reverse("body_scope_end", args=[scope.pk]), {"ends_on": day, "reason": "停评"})
    assert ended.status_code == 302
    assert intake.post(reverse("body_range_withdraw", args=[numbers.pk]), {"reason": "错了"}).status_code == 302
    form = intake.get(reverse("body_change", args=[body.pk])).context["form"]
    values = {name: value for name, value in form.initial.items() if value is not None}
    changed = intake.post(
        reverse("body_change", args=[body.pk]),
        values | {"short_name": "新简称", "basis": "变更通知", "filed_until": ""},
    )
    assert changed.status_code == 302
    body.refresh_from_db()
    assert body.short_name == "新简称"
    assert BodyEvent.objects.filter(body=body).count() == 3


def test_lists_are_narrowed_and_exported_without_numbers(intake):
    body = a_body(name="甲评价")
    a_body(name="乙评价", state=BodyState.SUSPENDED)
    a_body_scope(body, level=3)
    assessor = an_assessor(body.organisation)
    for asked, shown in [({"text": "甲"}, 1), ({"state": "suspended"}, 1), ({"level": "3"}, 1), ({"level": "1"}, 0)]:
        page = intake.get(reverse("body_list"), asked)
        assert len(page.context["table"].rows) == shown
    form = {"purpose": "核对", "format": "csv"}
    assert "甲评价" in intake.post(reverse("body_list_export"), form).content.decode("utf-8-sig")
    text = intake.post(reverse("assessor_list_export"), form).content.decode("utf-8-sig")
    assert assessor.name in text
    assert assessor.id_number not in text
    assert AuditEvent.objects.filter(action="staff.list.exported").count() == 2


def test_a_body_reads_its_entry_and_keeps_its_telephone_right():
    body, client = own()
    a_body_scope(body)
    a_number_range(body)
    page = client.get(reverse("body_home")).content.decode()
    assert (body.filing_number in page, "家政服务员" in page) == (True, True)
    contact = {"address": "新路", "district_code": "350206", "contact_name": "郑", "contact_phone": "0592-2"}
    assert client.post(reverse("body_contact_change"), contact).status_code == 302
    body.refresh_from_db()
    assert body.contact_phone == "0592-2"
    assert client.get(reverse("body_detail", args=[body.pk])).status_code == 403


def test_a_body_that_is_not_registered_is_told_what_to_do():
    client = signed_in(person(Role.BODY_STAFF))
    assert "还没有登记" in client.get(reverse("body_home")).content.decode()
    assert client.get(reverse("body_contact_change")).status_code == 404
    assert client.get(reverse("assessor_add")).status_code == 404


def test_a_body_opens_an_account_for_a_colleague_and_ends_it():
    _body, client = own()
    opened = client.post(reverse("body_colleague_open"), {"name": "吴小雅", "username": "wu.xy"})
    assert (opened.status_code, "no-store" in opened["Cache-Control"]) == (200, True)
    held = User.objects.get(username="wu.xy").memberships.get()
    assert "wu.xy" in client.get(reverse("body_colleagues")).content.decode()
    ended = client.post(reverse("body_colleague_end"), {"membership": held.pk, "reason": "调岗"})
    assert ended.status_code == 302


@pytest.mark.parametrize("role", [Role.BODY_STAFF, Role.SCHOOL_STAFF])
def test_a_body_and_a_school_keep_their_assessors_on_the_same_pages(role):
    if role is Role.BODY_STAFF:
        a_body(organisation=organisation_of(OrganisationKind.ASSESSMENT_BODY))
    else:
        a_school(organisation=organisation_of(OrganisationKind.SCHOOL))
    occupation = an_occupation_with(5, 4)
    client = signed_in(person(role))
    number = an_id_number(born=date(1971, 1, 2), sequence=779)
    entry = {"name": "郑考评", "id_number": number, "starts_on": "2026-01-01", "card_number": "示考评0001"}
    assert client.post(reverse("assessor_add"), entry | {"id_number": number[:-1]}).status_code == 422
    assert Assessor.objects.exists() is False
    assert client.post(reverse("assessor_add"), entry).status_code == 302
    assessor = Assessor.objects.get()
    assert "已在本单位名册" in client.post(reverse("assessor_add"), entry).content.decode()
    paper = {"occupation": occupation.pk, "highest_level": "4", "starts_on": "2026-01-01"}
    assert client.post(reverse("assessor_qualification_add", args=[assessor.pk]), paper).status_code == 302
    opened = client.post(reverse("assessor_account", args=[assessor.pk]), {"username": "zheng.kp"})
    assert opened.status_code == 200
    assert client.post(reverse("assessor_account", args=[assessor.pk])).status_code == 200
    page = client.get(reverse("assessor_detail", args=[assessor.pk])).content.decode()
    assert ("zheng.kp" in page, "家政服务员" in page, number in page, "示考评0001" in page) == (
        True, True, False, False,
    )  # fmt: skip
    changed = {"name": "郑改名", "starts_on": "2026-01-01"}
    assert client.post(reverse("assessor_change", args=[assessor.pk]), changed).status_code == 302
    withdrawn = reverse("assessor_qualification_withdraw", args=[assessor.qualifications.get().pk])
    assert client.post(withdrawn, {"reason": "错了"}).status_code == 302
    day = timezone.localdate().isoformat()
    ended = client.post(reverse("assessor_end", args=[assessor.pk]), {"ends_on": day, "reason": "辞职"})
    assert ended.status_code == 302
    assert client.get(reverse("assessor_list")).context["table"].rows[0].record == assessor
    Assessor.objects.update(engaged=period(SINCE, date(2020, 12, 31)))
    assert len(client.get(reverse("assessor_list")).context["table"].rows) == 0
    assert len(client.get(reverse("assessor_list"), {"past": "all"}).context["table"].rows) == 1
    assert client.get(reverse("assessor_import")).url == reverse("staff_import_upload", args=["assessors"])


def test_assessors_of_others_do_not_exist():
    other = an_assessor(a_body().organisation)
    body, client = own()
    for name in ("assessor_detail", "assessor_change", "assessor_end", "assessor_account", "assessor_link"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
    paper = other.qualifications.get()
    assert client.get(reverse("assessor_qualification_withdraw", args=[paper.pk])).status_code == 404
    assert body_staff(body)
    school = a_school()
    assert signed_in(school_staff(school)).get(reverse("assessor_detail", args=[other.pk])).status_code == 404


def test_officers_see_the_assessors_of_bodies_and_schools(intake, django_assert_max_num_queries):
    for organisation in (a_body().organisation, a_school().organisation, a_body().organisation):
        assessor = an_assessor(organisation)
    page = intake.get(reverse("assessor_list"))
    assert len(page.context["table"].rows) == 3
    assert "登记考评员" not in page.content.decode()
    kinds = intake.get(reverse("assessor_list"), {"kind": "school"})
    assert len(kinds.context["table"].rows) == 1
    detail = intake.get(reverse("assessor_detail", args=[assessor.pk])).content.decode()
    assert "/change/" not in detail
    with django_assert_max_num_queries(20):
        intake.get(reverse("assessor_list"))


def test_the_demonstration_has_two_bodies_and_loads_once(monkeypatch, tmp_path):
    monkeypatch.setattr("portal.sign_in.demo.demo_accounts_file", lambda: tmp_path / "accounts.json")
    on = timezone.localdate()
    catalogue_base_load(on=on)
    assert demo_bodies_load(on=on) == []
    demo_accounts_load(on=on, explicit=True)
    demo_schools_load(on=on, officer=User.objects.get(username="intake"))
    first = demo_bodies_load(on=on)
    assert [body.prefix for body in first] == ["S000035990001", "Y000035990002"]
    events = BodyEvent.objects.count()
    assert demo_bodies_load(on=on) == first
    assert BodyEvent.objects.count() == events
    for name in ("assessor", "tester"):
        assert len(assessor_of(User.objects.get(username=name), on=on)) == 1
