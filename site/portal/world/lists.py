"""The lists that other offices send every month, as files like any other."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils import timezone

from foundation.accounts.models import User
from foundation.imports import running
from foundation.imports.services import batch_apply_start, batch_check_start
from portal.journey.clock import Clock
from subsidies.registers.services import register_file_bring, register_open
from subsidies.registers.states import RegisterKind
from workers.identity import check_character

HEADER = "身份证号码,姓名,起,止,单位统一社会信用代码"
SENDER = {
    RegisterKind.REGISTRATION: "市公共就业服务中心（演示）",
    RegisterKind.PENSION: "市社保中心（演示）",
    RegisterKind.INSURED: "市社保中心（演示）",
    RegisterKind.PAYROLL: "市委编办（演示）",
    RegisterKind.STUDENT: "市教育局（演示）",
    RegisterKind.DEATH: "市民政局（演示）",
    RegisterKind.CUSTODY: "市司法局（演示）",
}
# Somebody invented who comes to no class stands on every list, for an empty one is no list.
STRANGER = "35020119500101777"


def lists_bring(
    registered: Collection[str], *, officer: User, clock: Clock, since: date, drawing: Collection[str] = ()
) -> int:
    """Everybody of ``registered`` on the list of the registered, ``drawing`` on that of pensions; how many rows."""
    rows = 0
    stranger = STRANGER + check_character(STRANGER)
    for kind in RegisterKind:
        numbers = {RegisterKind.REGISTRATION: registered, RegisterKind.PENSION: drawing}.get(kind, ())
        lines = [HEADER, *(f"{number},,{since.isoformat()},," for number in [stranger, *sorted(set(numbers))])]
        at = clock.forward(60)
        on = timezone.localdate(at)
        register = register_open(
            kind=kind, as_of=on - timedelta(days=1), source=SENDER[kind], actor=officer, at=at, on=on
        )
        data = "\n".join(lines).encode("utf-8-sig")
        batch, _is_new = register_file_bring(
            register_id=register.pk, data=data, file_name=f"{kind}-{on:%Y%m}.csv", actor=officer, at=at, on=on
        )
        batch_check_start(batch_id=batch.pk, actor=officer, at=at, on=on)
        running.batch_check(batch_id=batch.pk, at=at, on=on)
        batch_apply_start(batch_id=batch.pk, actor=officer, at=at, on=on)
        rows += running.batch_apply(batch_id=batch.pk, at=at, on=on).rows_applied
    return rows
