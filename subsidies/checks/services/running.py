"""All checks over all these claims, in a few statements: found, kept once, counted into the risk of each claim."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.policy.selectors import parameters_on
from subsidies.checks.models import CheckRun
from subsidies.checks.rules import Check, checks_in_force
from subsidies.checks.services.cases import cases_lay_out
from subsidies.checks.states import NO_FIGURE, NO_REGISTER, RUN, WEIGHTS
from subsidies.claims.states import LIVE, MONEY_LIES
from subsidies.registers.models import Register
from subsidies.registers.selectors import DAYS_MAX, days_max, gap_of, registers_in_use
from subsidies.registers.states import ListGap, RegisterKind

_ADD_FOUND = """
INSERT INTO checks_found (claim_id, code, severity, basis, source, seen)
SELECT q.claim_id, %(check_code)s, coalesce(nullif(q.seen ->> 'severity', ''), %(check_severity)s), %(check_basis)s,
       left(coalesce(nullif(q.seen ->> 'basis', ''), %(check_source)s), 200), q.seen - 'basis' - 'severity'
  FROM ({sql}) q
"""
_LOCK = "SELECT id FROM claims_claim WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
# The same thing is kept once. What is seen again after it was gone is open again; what was cleared stays cleared.
_KEEP = """
INSERT INTO checks_finding (run_id, claim_id, check_code, severity, basis, source, seen, digest, state, cleared_reason)
SELECT %(run)s, claim_id, code, severity, basis, source, seen,
       encode(sha256(convert_to(code || ' ' || seen::text, 'UTF8')), 'hex'), 'open', ''
  FROM checks_found ORDER BY claim_id, code
ON CONFLICT (claim_id, digest) DO UPDATE SET state = 'open' WHERE checks_finding.state = 'gone'
"""
_GONE = """
UPDATE checks_finding f SET state = 'gone'
 WHERE f.claim_id = ANY(%(ids)s) AND f.state = 'open' AND f.check_code <> ALL(%(not_run)s)
   AND NOT EXISTS (SELECT FROM checks_found n WHERE n.claim_id = f.claim_id
        AND encode(sha256(convert_to(n.code || ' ' || n.seen::text, 'UTF8')), 'hex') = f.digest)
"""
_SCREENED = """
INSERT INTO checks_screened (run_id, claim_id) SELECT %(run)s, claim_id FROM checks_case ORDER BY claim_id
"""
RISK = """
UPDATE claims_claim c SET risk = coalesce(r.risk, 0), screened_at = coalesce(%(at)s, c.screened_at)
  FROM unnest(%(ids)s::bigint[]) AS k (claim_id)
  LEFT JOIN (SELECT claim_id, least(sum(CASE severity WHEN 'block' THEN %(block)s WHEN 'warn' THEN %(warn)s
                    ELSE %(note)s END), 30000) AS risk
               FROM checks_finding WHERE state = 'open' AND claim_id = ANY(%(ids)s) GROUP BY claim_id) r
       ON r.claim_id = k.claim_id
 WHERE c.id = k.claim_id
"""


def risk_values() -> dict[str, int]:
    """How much a finding of each severity weighs, as the statement of the risk names them."""
    return {severity.value: weight for severity, weight in WEIGHTS.items()}


@transaction.atomic
def checks_run(*, claim_ids: Sequence[int], moment: str, actor: User | None, at: datetime) -> CheckRun:
    """Run every check in force over these claims and keep what was found; the run says with which lists and versions.

    A finding is kept once, as long as the same thing is seen. What is no longer seen is gone; what somebody has
    cleared stays cleared. A check whose list or figure is missing is not run, which the run names, and leaves the
    findings it made before as they are; so does one whose list is old or not whole, which finds only those who are in
    it. Running twice changes nothing but the run itself.
    """
    started, on = time.monotonic(), timezone.localdate(at)
    registers = registers_in_use()
    count = cases_lay_out(claim_ids, registers=[one.pk for one in registers.values()], on=on)
    gaps = _gaps_of(registers, on=on)
    checks = checks_in_force(on)
    codes = {code for check in checks for code in (check.figures or {}).values()}
    figures = {code: found.value for code, found in parameters_on(codes, city=settings.CITY_CODE, on=on).items()}
    told = [_check_run(check, registers, gaps, figures, on=on) for check in checks]
    values: dict[str, Any] = {"ids": list(claim_ids), "at": at}
    values["not_run"] = [check["code"] for check in told if check["state"] != RUN]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE checks_found")
        cursor.execute(_LOCK, values)
        run = CheckRun.objects.create(
            moment=moment,
            on=on,
            registers=_registers_told(registers),
            checks=told,
            claims_count=count,
            run_by=actor,
            started_at=at,
            milliseconds=int((time.monotonic() - started) * 1000),
        )
        for statement in (_KEEP, _GONE, _SCREENED):
            cursor.execute(statement, values | {"run": run.pk})
        cursor.execute(RISK, values | risk_values())
    audit_record("checks.run.made", run, actor=actor, data={"moment": moment, "claims": count, "found": _found(told)})
    return run


def _gaps_of(registers: Mapping[str, Register], *, on: date) -> dict[str, dict[str, Any]]:
    """By kind, what a run keeps of a check whose list proves nobody's absence, and why it does not."""
    most = days_max(on)
    told: dict[str, dict[str, Any]] = {}
    for kind, register in registers.items():
        gap = gap_of(register, on=on, most=most)
        if gap is None:
            continue
        told[kind] = {"state": gap.value, "register": kind, "as_of": register.as_of.isoformat()}
        if gap == ListGap.NO_FIGURE:
            told[kind]["missing"] = [DAYS_MAX]
    return told


def _check_run(
    check: Check,
    registers: Mapping[str, Register],
    gaps: Mapping[str, dict[str, Any]],
    figures: Mapping[str, Decimal],
    *,
    on: date,
) -> dict[str, Any]:
    """One check, with the figures in force; gives what the run keeps of it."""
    told: dict[str, Any] = {"code": check.code, "version": check.version, "state": RUN, "found": 0}
    if check.register and check.register not in registers:
        return told | {"state": NO_REGISTER, "register": check.register.value}
    codes = dict(check.figures or {})
    missing = [code for code in codes.values() if code not in figures]
    if missing:
        return told | {"state": NO_FIGURE, "missing": missing}
    if check.register:
        told |= gaps.get(check.register, {})
    values: dict[str, Any] = {name: _number(figures[code]) for name, code in codes.items()}
    told["figures"] = {code: str(figures[code]) for code in codes.values()}
    values |= {
        "on": on,
        "zone": settings.TIME_ZONE,
        "live": sorted(LIVE),
        "moved": sorted(MONEY_LIES),
        "register": check.register.value if check.register else None,
        "check_code": check.code,
        "check_severity": check.severity.value,
        "check_basis": check.basis.value,
        "check_source": check.source,
    }
    with connection.cursor() as cursor:
        if check.scheme_figures:
            told["gaps"] = _gaps(cursor, check.scheme_figures)
        cursor.execute(_ADD_FOUND.format(sql=check.sql), values)
        told["found"] = cursor.rowcount
    return told


def _gaps(cursor: Any, columns: Sequence[str]) -> list[str]:
    """The schemes whose figure was not in force on the day of a claim: those claims could not be checked."""
    absent = " OR ".join(f"f.{column} IS NULL" for column in columns)
    cursor.execute(
        "SELECT DISTINCT k.scheme_code FROM checks_case k JOIN checks_figure f USING (scheme_id, claimed_on)"  # noqa: S608
        f" WHERE {absent} ORDER BY 1"
    )
    return [code for (code,) in cursor.fetchall()]


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def _registers_told(registers: dict[str, Register]) -> dict[str, Any]:
    """Every kind of list: which one was compared with, or that there is none."""
    told: dict[str, Any] = {}
    for kind in RegisterKind:
        register = registers.get(kind)
        told[kind.value] = (
            {
                "id": register.pk,
                "as_of": register.as_of.isoformat(),
                "source": register.source,
                "rows": register.rows_count,
                "is_partial": register.is_partial,
            }
            if register
            else {"missing": True}
        )
    return json.loads(json.dumps(told))  # type: ignore[no-any-return]


def _found(told: Sequence[dict[str, Any]]) -> int:
    return sum(check["found"] for check in told)
