"""Policy rows for tests, with only what matters passed in."""

from datetime import date
from decimal import Decimal
from itertools import count

from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.states import Level, Origin, Unit, VersionStatus

numbers = count(1)


def a_bureau():
    bureau, _ = Organisation.objects.get_or_create(
        credit_code="12350200400000034Q", defaults={"name": "测试市人社局", "kind": OrganisationKind.BUREAU}
    )
    return bureau


def somebody(role, name="陈政"):
    user = User.objects.create(username=f"person-{next(numbers)}", name=name)
    organisation = None if role == Role.WORKER else a_bureau()
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(date(2020, 1, 1)))
    return user


def an_officer(name="陈政"):
    return somebody(Role.OFFICER_POLICY, name)


def a_document(city="350200", **fields):
    defaults = {"title": f"测试办法 {next(numbers)}", "provenance": "F-A", "level": Level.CITY}
    return PolicyDocument.objects.create(city_code=city, **(defaults | fields))


def a_parameter(code="subsidy.training.amount.level5", *, city="350200", unit=Unit.FEN, meaning="五级补贴标准"):
    return Parameter.objects.create(code=code, city_code=city, unit=unit, meaning=meaning)


def a_published_version(parameter, value, first, last=None, *, provenance="F-A", document=None, article="第五条"):
    return ParameterVersion.objects.create(
        parameter=parameter,
        value=Decimal(value),
        effective=period(first, last),
        document=document or a_document(parameter.city_code),
        article=article,
        provenance=provenance,
        status=VersionStatus.PUBLISHED,
        origin=Origin.BASE,
        published_at=timezone.now(),
    )
