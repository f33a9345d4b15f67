"""What the database itself refuses about published policy."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from foundation.database import period
from foundation.policy.models import ParameterVersion
from foundation.policy.states import Origin, Unit, VersionStatus
from tests.foundation.policy_builders import a_document, a_parameter, a_published_version, an_officer

pytestmark = pytest.mark.django_db


def refused(change, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(**kwargs)


def test_two_published_values_of_a_parameter_never_hold_on_one_day():
    parameter = a_parameter()
    a_published_version(parameter, 70000, date(2026, 1, 1), date(2026, 6, 30))
    refused(a_published_version, parameter=parameter, value=80000, first=date(2026, 6, 30))
    a_published_version(parameter, 80000, date(2026, 7, 1))
    assert parameter.versions.count() == 2


def test_an_officers_value_is_published_by_another_officer():
    parameter, officer = a_parameter(), an_officer()
    refused(
        ParameterVersion.objects.create,
        parameter=parameter,
        value=Decimal(100),
        effective=period(date(2026, 1, 1)),
        document=a_document(),
        provenance="F-A",
        status=VersionStatus.PUBLISHED,
        origin=Origin.OFFICER,
        drafted_by=officer,
        published_by=officer,
        published_at=timezone.now(),
    )
    refused(
        ParameterVersion.objects.create,
        parameter=parameter,
        value=Decimal(100),
        effective=period(date(2026, 1, 1)),
        document=a_document(),
        provenance="F-A",
        status=VersionStatus.PUBLISHED,
        origin=Origin.OFFICER,
        drafted_by=officer,
        published_at=timezone.now(),
    )
    assert not ParameterVersion.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"value": Decimal(1)},
        {"article": "第九条"},
        {"note": "x"},
        {"provenance": "F-C"},
        {"status": VersionStatus.WITHDRAWN_DRAFT, "published_at": None},
        {"status": VersionStatus.DRAFT, "published_at": None},
        {"effective": period(date(2026, 2, 1))},
        {"effective": period(date(2025, 1, 1))},
        {"published_at": timezone.now()},
    ],
)
def test_a_published_value_cannot_be_changed(change):
    version = a_published_version(a_parameter(), 70000, date(2026, 1, 1))
    before = ParameterVersion.objects.filter(pk=version.pk).values().get()
    refused(ParameterVersion.objects.filter(pk=version.pk).update, **change)
    assert ParameterVersion.objects.filter(pk=version.pk).values().get() == before


def test_a_published_value_keeps_its_parameter_and_document():
    version = a_published_version(a_parameter(), 70000, date(2026, 1, 1))
    other = a_parameter("other.code")
    refused(ParameterVersion.objects.filter(pk=version.pk).update, parameter=other)
    refused(ParameterVersion.objects.filter(pk=version.pk).update, document=a_document())
    refused(type(other).objects.filter(pk=version.parameter_id).update, unit=Unit.DAY)
    refused(type(other).objects.filter(pk=version.parameter_id).update, code="new.code")
    type(other).objects.filter(pk=version.parameter_id).update(meaning="更清楚的含义")


def test_a_published_value_cannot_be_removed_and_the_table_never_emptied():
    version = a_published_version(a_parameter(), 70000, date(2026, 1, 1))
    refused(ParameterVersion.objects.filter(pk=version.pk).delete)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(cursor.execute, sql="TRUNCATE policy_parameterversion CASCADE")
    assert ParameterVersion.objects.filter(pk=version.pk).exists()


def test_a_published_value_can_only_end_earlier():
    version = a_published_version(a_parameter(), 70000, date(2026, 1, 1))
    rows = ParameterVersion.objects.filter(pk=version.pk)
    rows.update(effective=period(date(2026, 1, 1), date(2026, 12, 31)))
    rows.update(effective=period(date(2026, 1, 1), date(2026, 6, 30)))
    refused(rows.update, effective=period(date(2026, 1, 1), date(2026, 7, 1)))
    refused(rows.update, effective=period(date(2026, 1, 1)))
    refused(rows.update, effective=DateRange(date(2026, 1, 1), date(2026, 1, 1)))
    assert rows.get().last_day == date(2026, 6, 30)


def test_a_value_is_verified_once():
    version, officer = a_published_version(a_parameter(), 70000, date(2026, 1, 1)), an_officer()
    rows = ParameterVersion.objects.filter(pk=version.pk)
    refused(rows.update, verified_at=timezone.now())
    rows.update(verified_at=timezone.now(), verified_by=officer)
    refused(rows.update, verified_at=timezone.now())
    refused(rows.update, verified_at=None, verified_by=None)


def test_an_amount_is_a_whole_number_of_fen():
    refused(a_published_version, parameter=a_parameter(), value=Decimal("70000.5"), first=date(2026, 1, 1))
    a_published_version(a_parameter("share.rate", unit=Unit.PERCENT), Decimal("12.5"), date(2026, 1, 1))


def test_a_period_is_never_empty_and_begins_somewhere():
    refused(a_published_version, parameter=a_parameter(), value=1, first=None)
