"""Which levels exist, what a package may say, and how its editions follow each other."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.catalogue.base_loading import catalogue_base_load
from courses.catalogue.errors import CatalogueError
from courses.catalogue.models import Occupation, OccupationLevel, PackageUnit, PackageVersion, TrainingPackage, WorkType
from courses.catalogue.selectors import editions_open, hours_of, level_exists, levels_of, units_of
from courses.catalogue.services import UnitEntry, edition_draft, edition_publish, edition_retire, package_create
from courses.catalogue.states import PackageStatus
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.policy.selectors import parameter_on
from foundation.policy.services import base_data_load
from tests.workers.builders import NOW, TODAY, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> None:
    base_data_load(on=TODAY)
    catalogue_base_load(on=TODAY)


@pytest.mark.parametrize(
    ("occupation", "work_type", "levels"),
    [
        ("家政服务员", "母婴护理员", [5, 4, 3, 2]),  # 二级/技师 is not split by work type
        ("家政服务员", "家务服务员", [5, 4, 3, 2]),
        ("育婴员", None, [5, 4, 3]),
        ("保育师", None, [5, 4, 3, 2, 1]),
        ("养老护理员", None, [5, 4, 3, 2, 1]),
        ("婴幼儿发展引导员", None, [4, 3, 2, 1]),  # no 五级 in the 2021 standard
        ("健康照护师", "长期照护师", [5, 4, 3]),
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_an_occupation_has_the_levels_of_its_standard_and_no_other(
    occupation: str, work_type: str | None, levels: list[int]
) -> None:
    row = Occupation.objects.get(name=occupation)
    kind = WorkType.objects.get(occupation=row, name=work_type) if work_type else None
    assert levels_of(row.pk, kind.pk if kind else None, on=TODAY) == levels


@pytest.mark.usefixtures("catalogue")
def test_loading_the_base_data_again_changes_nothing() -> None:
    before = (OccupationLevel.objects.count(), TrainingPackage.objects.count(), PackageUnit.objects.count())
    catalogue_base_load(on=TODAY + timedelta(days=1))
    assert (OccupationLevel.objects.count(), TrainingPackage.objects.count(), PackageUnit.objects.count()) == before


@pytest.mark.usefixtures("catalogue")
def test_every_sample_package_stands_on_a_level_that_exists_and_is_marked_as_the_platforms_own() -> None:
    packages = list(TrainingPackage.objects.all())
    assert packages
    for package in packages:
        if package.level is not None:
            assert level_exists(package.occupation_id, package.work_type_id, package.level, on=TODAY), package
        assert [version.provenance for version in package.versions.all()] == ["P"]


@pytest.mark.usefixtures("catalogue")
def test_rules_of_the_platform_are_shown_as_unverified() -> None:
    value = parameter_on("study.day.max", city="350200", on=TODAY)
    assert (value.value, value.verified) == (Decimal(8), False)


def entry(code: str = "bath", theory: str = "2", practice: str = "4", online: bool = False) -> UnitEntry:
    return UnitEntry("新生儿护理", code, "新生儿洗浴", Decimal(theory), Decimal(practice), online)


def a_package(**values: Any) -> TrainingPackage:
    occupation, _made = Occupation.objects.get_or_create(
        code="4-10-01-02", defaults={"name": "育婴员", "source": "标准", "provenance": "M-H"}
    )
    if not occupation.levels.exists():
        OccupationLevel.objects.create(
            occupation=occupation, level=5, effective=(date(2019, 1, 1), None), source="标准", provenance="M-H"
        )
    fields = {"code": "infant", "title": "育婴员（五级）", "occupation": occupation, "work_type": None, "level": 5}
    return package_create(**(fields | {"kind": "level", "actor": an_officer(Role.OFFICER_POLICY), "at": NOW} | values))


def test_a_package_for_a_level_the_occupation_does_not_have_is_refused() -> None:
    with pytest.raises(CatalogueError) as refusal:
        a_package(level=2)
    assert refusal.value.code == "level_unknown"
    assert not TrainingPackage.objects.exists()


def test_only_policy_officers_keep_packages() -> None:
    with pytest.raises(PermissionDenied):
        a_package(actor=an_officer(Role.OFFICER_INTAKE))
    assert not TrainingPackage.objects.exists()


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ([], "empty"),
        ([entry(), entry()], "code_twice"),
        ([entry(theory="0", practice="0")], "hours_invalid"),
        ([entry(theory="0.3")], "hours_invalid"),
        ([entry(theory="-1")], "hours_invalid"),
        ([entry(online=True)], "practice_online"),
        ([entry(theory="400")], "hours_too_many"),
    ],
)
def test_an_edition_with_impossible_units_is_refused(units: list[UnitEntry], code: str) -> None:
    package = a_package()
    with pytest.raises(CatalogueError) as refusal:
        edition_draft(
            package_id=package.pk,
            starts_on=TODAY,
            units=units,
            source="职业标准",
            actor=an_officer(Role.OFFICER_POLICY),
            at=NOW,
        )
    assert refusal.value.code == code
    assert not PackageVersion.objects.exists()


def drafted(package: TrainingPackage, starts_on: date = TODAY, *units: UnitEntry) -> PackageVersion:
    return edition_draft(
        package_id=package.pk,
        starts_on=starts_on,
        units=units or [entry()],
        source="职业标准",
        actor=an_officer(Role.OFFICER_POLICY),
        at=NOW,
    )


def published(version: PackageVersion) -> PackageVersion:
    return edition_publish(version_id=version.pk, actor=an_officer(Role.OFFICER_POLICY), at=NOW)


def test_hours_of_an_edition_are_what_its_units_add_up_to() -> None:
    version = drafted(a_package(), TODAY, entry("a", "2", "4"), entry("b", "1.5", "0", online=True))
    hours = hours_of(version.pk)
    assert (hours.theory, hours.practice, hours.online, hours.total) == (
        Decimal("3.5"), Decimal("4.0"), Decimal("1.5"), Decimal("7.5"),
    )  # fmt: skip


def test_the_drafter_does_not_publish_and_nothing_is_in_force() -> None:
    version = drafted(a_package())
    assert version.drafted_by is not None
    with pytest.raises(CatalogueError) as refusal:
        edition_publish(version_id=version.pk, actor=version.drafted_by, at=NOW)
    assert refusal.value.code == "same_person"
    assert not editions_open(on=TODAY).exists()
    assert not AuditEvent.objects.filter(action="catalogue.edition.published").exists()


def test_the_database_itself_refuses_a_drafter_who_publishes() -> None:
    version = drafted(a_package())
    with pytest.raises(IntegrityError, match="package_version_is_published_by_another"), transaction.atomic():
        PackageVersion.objects.filter(pk=version.pk).update(
            status="published", published_by=version.drafted_by, published_at=NOW
        )


def test_a_new_edition_ends_the_one_before_on_the_eve_of_its_first_day() -> None:
    package = a_package()
    first = published(drafted(package))
    second = published(drafted(package, TODAY + timedelta(days=30), entry(theory="6")))
    first.refresh_from_db()
    assert first.effective.upper == TODAY + timedelta(days=30)
    assert list(editions_open(on=TODAY)) == [first]
    assert list(editions_open(on=TODAY + timedelta(days=30))) == [second]
    assert (first.number, second.number) == (1, 2)


def test_an_edition_does_not_begin_in_the_past() -> None:
    version = drafted(a_package(), TODAY - timedelta(days=1))
    with pytest.raises(CatalogueError) as refusal:
        published(version)
    assert refusal.value.code == "begins_in_the_past"


@pytest.mark.parametrize(
    "change",
    [
        lambda version: PackageVersion.objects.filter(pk=version.pk).update(source="别的"),
        lambda version: PackageVersion.objects.filter(pk=version.pk).update(status=PackageStatus.DRAFT),
        lambda version: PackageUnit.objects.filter(module__version=version).update(theory_hours=9),
        lambda version: PackageUnit.objects.filter(module__version=version).delete(),
        lambda version: PackageUnit.objects.create(
            module=version.modules.get(), code="new", position=9, title="新", theory_hours=1
        ),
    ],
    ids=["text", "back to draft", "hours", "remove", "add"],
)
def test_the_database_keeps_a_published_edition(change: Any) -> None:
    version = published(drafted(a_package()))
    with pytest.raises(IntegrityError), transaction.atomic():
        change(version)
    assert [unit.theory_hours for unit in units_of(version.pk)] == [Decimal(2)]


def test_a_retired_edition_takes_no_new_course_and_stays_readable() -> None:
    version = published(drafted(a_package()))
    tomorrow: datetime = NOW + timedelta(days=1)
    edition_retire(
        version_id=version.pk,
        last_day=timezone.localdate(tomorrow),
        reason="标准更新",
        actor=an_officer(Role.OFFICER_POLICY),
        at=tomorrow,
    )
    assert editions_open(on=TODAY + timedelta(days=1)).exists()
    assert not editions_open(on=TODAY + timedelta(days=2)).exists()
    assert units_of(version.pk).count() == 1
