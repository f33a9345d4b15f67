"""A demo account for each role, two for some, for a machine where nobody's real data lies."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import roles_of, user_by_phone
from foundation.accounts.services import (
    membership_grant,
    organisation_create,
    password_issue,
    phone_prove,
    staff_account_open,
    worker_account_open,
)
from foundation.accounts.states import SECOND_FACTOR_ROLES, OrganisationKind, Role
from foundation.database import period

WORKER_PHONE = "19900000001"
# Invented bodies: no register knows these codes, but their check digits are right.
ORGANISATIONS = {
    OrganisationKind.BUREAU: ("厦门市人力资源和社会保障局（演示）", "113502000000000012"),
    OrganisationKind.SCHOOL: ("鹭岛家政职业培训学校（演示）", "52350200000000002X"),
    OrganisationKind.ASSESSMENT_BODY: ("鹭江职业技能评价中心（演示）", "523502000000000031"),
    OrganisationKind.EMPLOYER: ("鹭安养老服务中心（演示）", "523502000000000057"),
    OrganisationKind.AUDIT_OFFICE: ("厦门市审计局（演示）", "11350200000000004B"),
}
STAFF_ACCOUNTS = [
    ("admin", "陈系统", Role.ADMINISTRATOR, OrganisationKind.BUREAU),
    ("intake", "林受理", Role.OFFICER_INTAKE, OrganisationKind.BUREAU),
    # Who files a claim at the counter does not decide it; who decided it does not answer an appeal.
    ("intake2", "方受理", Role.OFFICER_INTAKE, OrganisationKind.BUREAU),
    ("review", "王复核", Role.OFFICER_REVIEW, OrganisationKind.BUREAU),
    ("review2", "何复核", Role.OFFICER_REVIEW, OrganisationKind.BUREAU),
    ("finance", "张拨付", Role.OFFICER_FINANCE, OrganisationKind.BUREAU),
    # What the bank sent back and one has recorded, another signs when it goes out again.
    ("finance2", "汪拨付", Role.OFFICER_FINANCE, OrganisationKind.BUREAU),
    ("policy", "许政策", Role.OFFICER_POLICY, OrganisationKind.BUREAU),
    # Rates are drafted by one and published by another.
    ("policy2", "吴政策", Role.OFFICER_POLICY, OrganisationKind.BUREAU),
    ("inspection", "郑监督", Role.OFFICER_INSPECTION, OrganisationKind.BUREAU),
    ("auditor", "周审计", Role.AUDITOR, OrganisationKind.AUDIT_OFFICE),
    ("school", "李教务", Role.SCHOOL_STAFF, OrganisationKind.SCHOOL),
    ("teacher", "黄老师", Role.TEACHER, OrganisationKind.SCHOOL),
    ("body", "吴评价", Role.BODY_STAFF, OrganisationKind.ASSESSMENT_BODY),
    ("employer", "曾人事", Role.EMPLOYER_STAFF, OrganisationKind.EMPLOYER),
    ("assessor", "蔡考评", Role.ASSESSOR, OrganisationKind.ASSESSMENT_BODY),
    # A school tests its own classes.
    ("tester", "洪考评", Role.ASSESSOR, OrganisationKind.SCHOOL),
]


@dataclass(frozen=True)
class DemoAccount:
    """What somebody needs to sign in as this role."""

    role: str
    user_name: str
    phone: str = ""
    password: str = ""

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def needs_factor(self) -> bool:
        return Role(self.role) in SECOND_FACTOR_ROLES


def demo_accounts_file() -> Path:
    return Path(settings.VAR) / "demo-accounts.json"


def demo_accounts_read() -> list[DemoAccount]:
    """The demo accounts loaded on this machine."""
    try:
        return [DemoAccount(**row) for row in json.loads(demo_accounts_file().read_text("utf-8"))]
    except FileNotFoundError:
        return []


@transaction.atomic
def demo_accounts_load(*, on: date, explicit: bool = False) -> list[DemoAccount]:
    """Load what is missing, and tell how to sign in. Refused where real people's data may lie."""
    if settings.SETTINGS_MODULE == "portal.settings.production" or not (settings.DEBUG or explicit):
        raise ImproperlyConfigured("Demo accounts are for development only; their passwords lie in a file.")
    if User.objects.exists() and not Organisation.objects.filter(credit_code__in=_credit_codes()).exists():
        # The settings of development, by mistake, on the database of a city.
        raise ImproperlyConfigured("There are accounts here that are no demo accounts; nothing was loaded.")
    known = {account.user_name: account for account in demo_accounts_read()}
    accounts = [_worker(on)]
    organisations = _organisations()
    admin: User | None = None
    for user_name, name, role, kind in STAFF_ACCOUNTS:
        user = _member(user_name=user_name, name=name, role=role, organisation=organisations[kind], actor=admin, on=on)
        admin = admin or user
        password = known[user_name].password if user_name in known else ""
        if not (password and user.check_password(password)):
            password = _password(user, password, actor=admin if user != admin else None, on=on)
        if role in SECOND_FACTOR_ROLES:
            _authenticator_app(user)
        accounts.append(DemoAccount(role=role.value, user_name=user_name, password=password))
    _write(accounts)
    return accounts


def _credit_codes() -> list[str]:
    return [credit_code for _name, credit_code in ORGANISATIONS.values()]


def _organisations() -> dict[OrganisationKind, Organisation]:
    found = {}
    for kind, (name, credit_code) in ORGANISATIONS.items():
        found[kind] = Organisation.objects.filter(credit_code=credit_code).first() or organisation_create(
            name=name, kind=kind, credit_code=credit_code, district_code="350203", actor=None
        )
    return found


def _worker(on: date) -> DemoAccount:
    at = timezone.make_aware(datetime.combine(on, time(9)))
    user = user_by_phone(WORKER_PHONE) or worker_account_open(phone=WORKER_PHONE, at=at)
    phone_prove(user=user, phone=WORKER_PHONE, at=at)
    return DemoAccount(role=Role.WORKER.value, user_name=user.username, phone=WORKER_PHONE)


def _member(*, user_name: str, name: str, role: Role, organisation: Organisation, actor: User | None, on: date) -> User:
    user = User.objects.filter(username=user_name).first()
    granted = {"organisation": organisation, "role": role, "effective": period(on), "actor": actor, "on": on}
    if user is None:
        return staff_account_open(username=user_name, name=name, **granted)
    if role not in roles_of(user, on=on):
        membership_grant(user=user, **granted)
    return user


def _password(user: User, password: str, *, actor: User | None, on: date) -> str:
    """The password of the file when the database was made anew, else a new one."""
    if password:
        user.set_password(password)
    else:
        # Whoever administers already can renew even her own; only the very first is nobody's gift.
        password = password_issue(user=user, actor=actor or (user if user.has_usable_password() else None), on=on)
    user.password_is_initial = False  # the point of a demo account is that it can be used at once
    user.save(update_fields=["password", "password_is_initial"])
    return password


def _authenticator_app(user: User) -> None:
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())


def _write(accounts: list[DemoAccount]) -> None:
    path = demo_accounts_file()
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=1), "utf-8")
    draft.replace(path)
