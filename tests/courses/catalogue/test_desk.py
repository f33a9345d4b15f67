"""The policy officers' screens for training packages, by the real addresses."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from courses.catalogue.models import Occupation, PackageVersion, TrainingPackage
from courses.catalogue.states import PackageStatus
from foundation.accounts.services import group_name
from foundation.accounts.states import Role
from tests.portal.people import person, signed_in

pytestmark = pytest.mark.django_db
DESK = "/cms/catalogue/packages/"


@pytest.fixture(autouse=True)
def admin_group(db: None) -> None:
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    Group.objects.get_or_create(name=group_name(Role.OFFICER_POLICY))[0].permissions.add(access)


@pytest.fixture
def occupation() -> Occupation:
    row = Occupation.objects.create(code="4-10-01-02", name="育婴员", source="标准", provenance="M-H")
    row.levels.create(level=5, effective=(timezone.localdate(), None), source="标准", provenance="M-H")
    return row


def new_package(client: Client, occupation: Occupation, **more: str) -> None:
    form = {"code": "infant", "title": "育婴员（五级）", "occupation": occupation.pk, "level": "5", "kind": "level"}
    client.post(f"{DESK}new/", form | more)


def units(*rows: tuple[str, str, str, str, str], **more: str) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(rows) + 1), "form-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        for name, value in zip(("module", "code", "title", "theory_hours", "practice_hours"), row, strict=True):
            data[f"form-{place}-{name}"] = value
    starts_on = (timezone.localdate() + timedelta(days=1)).isoformat()
    return data | {"starts_on": starts_on, "source": "职业标准"} | more


def test_one_officer_drafts_and_another_publishes(occupation: Occupation) -> None:
    drafter, publisher = signed_in(person(Role.OFFICER_POLICY)), signed_in(person(Role.OFFICER_POLICY))
    new_package(drafter, occupation)
    package = TrainingPackage.objects.get()
    answer = drafter.post(f"{DESK}{package.pk}/edition/", units(("护理", "bath", "新生儿洗浴", "2", "4.5")))
    version = PackageVersion.objects.get()
    assert answer.status_code == 302
    page = drafter.get(f"{DESK}{package.pk}/").content.decode()
    assert "请由另一位政策管理人员核对后发布" in page
    assert "理论 2.0 学时，实操 4.5 学时" in page
    drafter.post(f"{DESK}editions/{version.pk}/publish/")
    version.refresh_from_db()
    assert version.status == PackageStatus.DRAFT
    publisher.post(f"{DESK}editions/{version.pk}/publish/")
    version.refresh_from_db()
    assert version.status == PackageStatus.PUBLISHED


def test_a_refused_draft_keeps_what_was_entered(occupation: Occupation) -> None:
    officer = signed_in(person(Role.OFFICER_POLICY))
    new_package(officer, occupation)
    package = TrainingPackage.objects.get()
    rows = [("护理", "bath", "新生儿洗浴", "2", "4"), ("护理", "bath", "抚触", "1", "0")]
    answer = officer.post(f"{DESK}{package.pk}/edition/", units(*rows))
    assert answer.status_code == 422
    assert "学习单元的代码有重复" in answer.content.decode()
    assert 'value="抚触"' in answer.content.decode()
    assert not PackageVersion.objects.exists()


def test_more_rows_come_without_losing_any(occupation: Occupation) -> None:
    officer = signed_in(person(Role.OFFICER_POLICY))
    new_package(officer, occupation)
    package = TrainingPackage.objects.get()
    answer = officer.post(
        f"{DESK}{package.pk}/edition/", units(("护理", "bath", "新生儿洗浴", "2", "4"), more="1")
    ).content.decode()
    assert 'value="新生儿洗浴"' in answer
    assert 'name="form-8-title"' in answer
    assert not PackageVersion.objects.exists()


def test_a_level_the_standard_does_not_have_is_refused_on_the_form(occupation: Occupation) -> None:
    officer = signed_in(person(Role.OFFICER_POLICY))
    new_package(officer, occupation, level="1")
    assert not TrainingPackage.objects.exists()


def test_schools_do_not_open_the_desk(occupation: Occupation) -> None:
    school = signed_in(person(Role.SCHOOL_STAFF))
    assert school.get(DESK).status_code == 403
    new_package(school, occupation)
    assert not TrainingPackage.objects.exists()
