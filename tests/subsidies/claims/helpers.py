"""Small things several tests of claims need."""

from datetime import date

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Unit
from subsidies.registers.models import Register, RegisterRow
from subsidies.registers.selectors import key_mark
from subsidies.registers.states import RegisterState
from subsidies.schemes.models import Scheme
from tests.subsidies.builders import a_figure
from tests.workers.builders import NOW
from workers.models import Worker


def holds_also(user: User, role: Role) -> None:
    """One more role for somebody, as it happens in a small office."""
    bureau = Organisation.objects.filter(kind=OrganisationKind.BUREAU).first() or Organisation.objects.create(
        credit_code="11350200MB00000001", name="厦门市示例人社局", kind=OrganisationKind.BUREAU
    )
    Membership.objects.create(user=user, organisation=bureau, role=role, effective=period(date(2026, 1, 1)))


def requires(scheme: Scheme, *names: str) -> None:
    """The scheme asks these too."""
    for name in names:
        a_figure(f"{scheme.code}.requires.{name}", 1, unit=Unit.SWITCH)


def a_register(kind: str, *workers: Worker, since: date = date(2020, 1, 1), until: date | None = None) -> Register:
    """A list of another office with these people in it, new enough to say of the others that they are not."""
    a_figure("check.register.days_max", 35, unit=Unit.DAY)
    Register.objects.filter(kind=kind, state=RegisterState.IN_FORCE).update(state=RegisterState.REPLACED)
    register = Register.objects.create(
        kind=kind,
        as_of=date(2026, 11, 20),
        source="示例单位",
        key_mark=key_mark(),
        state=RegisterState.IN_FORCE,
        rows_count=len(workers),
        recorded_at=NOW,
    )
    RegisterRow.objects.bulk_create(
        RegisterRow(register=register, person=bytes(one.id_number_index), effective=period(since, until))
        for one in workers
    )
    return register
