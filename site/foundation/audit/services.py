"""The one way to leave a trace, and the sealing of finished days."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection, transaction
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from foundation.audit.models import ACTION_SHAPE, AuditDayHead, AuditEvent
from foundation.crypto.masking import mask_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# The shortest number that can be somebody's: a phone number has eleven digits.
SHORTEST_PERSONAL_NUMBER = 10**10
NOT_KEPT = re.compile(r"[\x00\ud800-\udfff]")

# The zone is the one of the trigger that links the events: a day must be the same day for both.
_FINISHED_DAYS = """
SELECT DISTINCT ON (day) day, number, digest FROM audit_auditlink
 WHERE day < least(%s, (audit_clock() AT TIME ZONE 'Asia/Shanghai')::date)
   AND day > (SELECT coalesce(max(day), '-infinity') FROM audit_auditdayhead)
 ORDER BY day, number DESC
"""

log = structlog.get_logger(__name__)


def audit_record(
    action: str,
    obj: Model | None,
    *,
    actor: "AbstractUser | None",
    on_behalf_of: "AbstractUser | None" = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Record an act inside the transaction that performs it, so that both stand or fall together.

    ``action`` is ``app.entity.past_tense``; ``actor`` is None for the system; ``obj`` is None only where the act has
    no single object. Numbers shaped like personal data are masked. Raises ``TransactionManagementError`` outside a
    transaction and ``ValueError`` for an action of another shape or an object that was never saved.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("audit_record belongs inside the transaction that makes the change.")
    if not re.fullmatch(ACTION_SHAPE, action):
        raise ValueError(f"An action is named app.entity.past_tense, not {action!r}.")
    if obj is not None and obj.pk is None:
        raise ValueError(f"{action} names an object that was never saved.")
    return AuditEvent.objects.create(
        actor_id=actor.pk if actor else None,
        on_behalf_of_id=on_behalf_of.pk if on_behalf_of else None,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=_text(str(obj))[:200] if obj is not None else "",
        reason=_text(reason),
        data=_masked(data or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_text(str(key)): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= SHORTEST_PERSONAL_NUMBER:
        masked = mask_text(str(value))
        return value if masked == str(value) else masked
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """The text masked, with a mark in the place of each sign that the database does not keep: NUL, half a pair."""
    return mask_text(NOT_KEPT.sub("\N{REPLACEMENT CHARACTER}", value))


@transaction.atomic
def days_seal(*, on: date) -> list[AuditDayHead]:
    """Seal every finished day before ``on`` that is not sealed yet; the head also leaves the database by the log."""
    with connection.cursor() as cursor:
        # Whoever took a number just before midnight commits first. The key is that of audit_link_append().
        cursor.execute("SELECT pg_advisory_xact_lock(1635083369, 1)")
        cursor.execute(_FINISHED_DAYS, [on])
        finished = cursor.fetchall()
    heads = AuditDayHead.objects.bulk_create(
        AuditDayHead(day=day, count=count, digest=bytes(digest)) for day, count, digest in finished
    )
    for head in heads:
        log.info("audit.day.sealed", day=head.day.isoformat(), count=head.count, digest=bytes(head.digest).hex())
    return heads
