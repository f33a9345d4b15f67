"""The officers' screens: a draft through the form, published by another officer, seen in the lists and the workbook."""

import io
from datetime import date

import openpyxl
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from foundation.accounts.services import group_name
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.calendar.models import CalendarDay, YearNotice
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.states import Unit, VersionStatus
from tests.foundation.policy_builders import a_document, a_parameter, a_published_version
from tests.portal.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def admin_groups(db):
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for role in (Role.OFFICER_POLICY, Role.AUDITOR, Role.ADMINISTRATOR, Role.OFFICER_REVIEW):
        Group.objects.get_or_create(name=group_name(role))[0].permissions.add(access)


@pytest.fixture
def officer():
    return signed_in(person(Role.OFFICER_POLICY))


@pytest.fixture
def parameter():
    return a_parameter()


def draft_form(parameter, **changes):
    return {
        "parameter": parameter.pk,
        "value": "840.5",
        "effective_from": "2099-01-01",
        "effective_to": "",
        "document": a_document(title="测试新办法").pk,
        "article": "第三条",
        "provenance": "F-A",
        "note": "",
    } | changes


def draft_by(client, parameter, **changes):
    answer = client.post(reverse("policy_versions:add"), draft_form(parameter, **changes))
    version = ParameterVersion.objects.latest("pk")
    assert answer.status_code == 302
    assert answer.url == reverse("policy_versions:page", args=[version.pk])
    return version


def test_money_is_written_in_yuan_and_kept_in_fen(officer, parameter):
    version = draft_by(officer, parameter)
    assert (version.value, version.status) == (84050, VersionStatus.DRAFT)
    page = officer.get(reverse("policy_versions:edit", args=[version.pk])).content.decode()
    assert 'value="840.5"' in page
    officer.post(reverse("policy_versions:edit", args=[version.pk]), draft_form(parameter, value="900"))
    version.refresh_from_db()
    assert version.value == 90000


def test_other_units_are_kept_as_written(officer):
    parameter = a_parameter("share.rate", unit=Unit.PERCENT)
    assert draft_by(officer, parameter, value="12.5").value == pytest.approx(12.5)


def test_a_refusal_is_shown_on_the_form_and_nothing_is_written(officer, parameter):
    form = draft_form(parameter, effective_to="2098-01-01")
    answer = officer.post(reverse("policy_versions:add"), form)
    assert answer.status_code == 200
    assert "截止日期早于起始日期" in answer.content.decode()
    assert not ParameterVersion.objects.exists()


def test_a_draft_is_published_by_another_officer_who_sees_the_difference(officer, parameter):
    old = a_published_version(parameter, 70000, date(2026, 1, 1))
    version = draft_by(officer, parameter)
    publish = reverse("policy_versions:publish", args=[version.pk])
    own = officer.get(reverse("policy_versions:page", args=[version.pk])).content.decode()
    assert publish not in own
    refused = officer.post(publish, follow=True).content.decode()
    assert "起草人不能发布" in refused
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT

    other = signed_in(person(Role.OFFICER_POLICY))
    page = other.get(reverse("policy_versions:page", args=[version.pk])).content.decode()
    assert "<del>700 元</del>" in page
    assert "<ins>840.50 元</ins>" in page
    assert publish in page
    assert other.get(publish).status_code == 405
    other.post(publish)
    version.refresh_from_db()
    old.refresh_from_db()
    assert version.status == VersionStatus.PUBLISHED
    assert old.last_day == date(2098, 12, 31)


def test_a_published_version_has_no_form(officer, parameter):
    version = a_published_version(parameter, 70000, date(2026, 1, 1))
    edit = reverse("policy_versions:edit", args=[version.pk])
    for answer in (officer.get(edit), officer.post(edit, draft_form(parameter))):
        assert answer.url == reverse("policy_versions:page", args=[version.pk])
    version.refresh_from_db()
    assert version.value == 70000


def test_withdrawing_and_verifying(officer, parameter):
    version = draft_by(officer, parameter)
    officer.post(reverse("policy_versions:withdraw", args=[version.pk]), {"reason": "未下发"})
    version.refresh_from_db()
    assert version.status == VersionStatus.WITHDRAWN_DRAFT
    found = a_published_version(parameter, 70000, date(2026, 1, 1), provenance="F-C")
    verify = reverse("policy_versions:verify", args=[found.pk])
    officer.post(verify, {"reason": ""})
    found.refresh_from_db()
    assert found.is_verified is False
    officer.post(verify, {"reason": "与盖章原件核对"})
    found.refresh_from_db()
    assert found.is_verified is True


def test_documents_and_parameters_are_kept_through_services(officer):
    form = {
        "title": "测试办法", "doc_no": "测人社〔2026〕3号", "city_code": "350200", "level": "city", "provenance": "F-C",
        "effective_from": "2026-01-01", "effective_to": "2026-12-31",
    }  # fmt: skip
    officer.post(reverse("policy_documents:add"), form)
    document = PolicyDocument.objects.get()
    assert (document.effective.lower, document.effective.upper) == (date(2026, 1, 1), date(2027, 1, 1))
    page = officer.get(reverse("policy_documents:edit", args=[document.pk])).content.decode()
    assert 'value="2026-12-31"' in page
    officer.post(reverse("policy_documents:edit", args=[document.pk]), form | {"title": "测试办法（修订）"})
    officer.post(reverse("policy_documents:verify", args=[document.pk]), {"reason": "官网原文"})
    document.refresh_from_db()
    assert (document.title, document.is_verified) == ("测试办法（修订）", True)
    officer.post(
        reverse("policy_parameters:add"), {"code": "a.b", "meaning": "天数", "unit": "day", "city_code": "350200"}
    )
    parameter = Parameter.objects.get()
    officer.post(
        reverse("policy_parameters:edit", args=[parameter.pk]),
        {"code": "a.b", "meaning": "公示天数", "unit": "day", "city_code": "350200"},
    )
    parameter.refresh_from_db()
    assert parameter.meaning == "公示天数"
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-5:] == [
        "policy.document.recorded",
        "policy.document.changed",
        "policy.document.verified",
        "policy.parameter.recorded",
        "policy.parameter.changed",
    ]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.OFFICER_REVIEW])
def test_readers_see_everything_and_change_nothing(role, parameter):
    reader = signed_in(person(role))
    version = a_published_version(parameter, 70000, date(2026, 1, 1), provenance="F-C")
    for name, arguments in [
        ("policy_versions:index", []),
        ("policy_versions:page", [version.pk]),
        ("policy_parameters:index", []),
        ("policy_parameters:page", [parameter.pk]),
        ("policy_documents:index", []),
        ("policy_documents:page", [version.document_id]),
        ("policy_in_force:index", []),
        ("calendar_year:index", []),
        ("calendar_days:index", []),
        ("calendar_notices:index", []),
    ]:
        answer = reader.get(reverse(name, args=arguments))
        assert answer.status_code == 200, name
        assert 'method="post"' not in answer.content.decode().replace("/cms/logout", ""), name
    assert reader.post(reverse("policy_versions:verify", args=[version.pk]), {"reason": "看过"}).status_code == 403
    assert reader.post(reverse("policy_versions:add"), draft_form(parameter)).status_code == 403
    version.refresh_from_db()
    assert version.is_verified is False
    assert ParameterVersion.objects.count() == 1


def test_the_list_is_filtered_by_place_day_status_and_check(officer, parameter):
    a_published_version(parameter, 70000, date(2025, 1, 1), date(2025, 12, 31), provenance="F-C")
    a_published_version(parameter, 80000, date(2026, 1, 1))
    a_published_version(a_parameter(city="350500"), 90000, date(2026, 1, 1))

    def shown(**query):
        page = officer.get(reverse("policy_versions:index"), query).content.decode()
        return {amount for amount in ("700 元", "800 元", "900 元") if amount in page}

    assert shown() == {"700 元", "800 元", "900 元"}
    assert shown(city="350500") == {"900 元"}
    assert shown(on="2025-06-01") == {"700 元"}
    assert shown(checked="no") == {"700 元"}
    assert shown(status="draft") == set()
    assert shown(q="level5", city="350200") == {"700 元", "800 元"}


def test_what_is_in_force_on_a_day_is_shown_and_exported(officer):
    call_command("policy_load_base", verbosity=0)
    query = {"city": "350200", "on": "2025-06-01"}
    page = officer.get(reverse("policy_in_force:index"), query).content.decode()
    assert "700 元" in page
    assert "待核实" in page
    answer = officer.get(reverse("policy_in_force:export"), query)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:4] == ["地区", "代码", "含义", "数值"]
    [line] = [row for row in rows if "subsidy.training.amount.level5" in row]
    assert line[3:7] == ["700", "元", "2023-12-20", "2025-12-31"]
    assert line[10] == "待核实"
    nothing = officer.get(reverse("policy_in_force:index"), {"city": "350200", "on": "1999-01-01"}).content.decode()
    assert "没有任何有效的数值" in nothing


def test_the_history_names_the_days_without_a_value(officer, parameter):
    a_published_version(parameter, 70000, date(2025, 1, 1), date(2025, 12, 31))
    a_published_version(parameter, 80000, date(2026, 3, 1))
    page = officer.get(reverse("policy_parameters:page", args=[parameter.pk])).content.decode()
    assert "2026-01-01 起到 2026-03-01 之前没有数值" in page
    assert "今天有效" in page


@pytest.mark.parametrize("name", ["policy_versions:index", "policy_in_force:index", "policy_documents:index"])
def test_full_pages_of_a_list_take_few_queries(officer, django_assert_max_num_queries, name):
    call_command("policy_load_base", verbosity=0)
    with django_assert_max_num_queries(25):
        officer.get(reverse(name), {"city": "350200", "on": "2025-06-01"})


def test_days_and_notices_are_kept_through_services(officer):
    day = {"day": "2027-02-05", "kind": "holiday", "name": "除夕", "source": "测试通知"}
    officer.post(reverse("calendar_days:add"), day)
    entered = CalendarDay.objects.get()
    officer.post(reverse("calendar_days:edit", args=[entered.pk]), day | {"name": "春节"})
    officer.post(reverse("calendar_notices:add"), {"year": "2027", "doc_no": "测发〔2026〕1号"})
    page = officer.get(reverse("calendar_year:index"), {"year": "2027"}).content.decode()
    assert "测发〔2026〕1号" in page
    assert "春节" in page
    officer.post(reverse("calendar_days:remove", args=[entered.pk]))
    assert not CalendarDay.objects.exists()
    assert YearNotice.objects.get().year == 2027
    assert officer.get(reverse("calendar_year:index"), {"year": "x"}).status_code == 200
